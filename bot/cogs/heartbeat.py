"""Every minute: notes that the bot is there, so that nobody pays for a day it was away; drops what nobody needs."""

import asyncio

from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.engine.progress import BEAT


class HeartbeatCog(commands.Cog):
    """Beats while the gateway is ready."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Start beating."""
        self._work = asyncio.create_task(self._beat())

    async def cog_unload(self) -> None:
        """Stop."""
        if self._work is not None:
            self._work.cancel()

    async def _beat(self) -> None:
        await self.bot.wait_until_ready()
        while True:
            try:
                # discord.py stays "ready" while it has lost the gateway.
                if not any(shard.is_closed() for shard in self.bot.shards.values()):
                    await self.bot.progress.beat()
                    await self.bot.answering.forget_closed()
                    await self.bot.privacy.prune_copies()
            except Exception:  # noqa: BLE001 - nothing may stop the loop; the next beat may go well
                log.exception("Incident %s: a heartbeat was not noted", incident_code())
            await self.bot.clock.sleep_until(self.bot.clock.now() + BEAT)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(HeartbeatCog(bot))
