"""Finishes what an earlier run of the bot left open, pays the verdicts that are owed, and tells the news."""

import asyncio
from datetime import timedelta

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, incident_code, log
from bot.ui.news import show_news
from bot.ui.verdicts import show_owed, show_verdict

AT_ONCE = 5
TRY_AGAIN = timedelta(seconds=15)


class RecoveryCog(commands.Cog):
    """Runs once after each start, and after every interaction that went well."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Start without waiting for the gateway: verdicts are shown over REST."""
        self._work = asyncio.create_task(self._finish())

    async def cog_unload(self) -> None:
        """Stop at the next verdict; what is left is found at the next start."""
        if self._work is not None:
            self._work.cancel()

    async def _finish(self) -> None:
        while True:
            try:
                await self.bot.news.load()
                answers = await self.bot.answering.unfinished()
                break
            except Exception:  # noqa: BLE001 - the rest of the bot works without it
                log.exception("Incident %s: the answers of the last run could not be read", incident_code())
            await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)
        places = asyncio.Semaphore(AT_ONCE)  # one that must be retried does not hold up the rest
        await asyncio.gather(*(self._finish_one(answer_id, places) for answer_id in answers))

    async def _finish_one(self, answer_id: int, places: asyncio.Semaphore) -> None:
        async with places:
            try:
                await show_verdict(self.bot, answer_id)
            except Exception:  # noqa: BLE001 - one answer's trouble never touches another's
                log.exception("Incident %s: answer %s could not be finished", incident_code(), answer_id)

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[commands.Cog, ..., None],  # noqa: ARG002 - discord.py's signature
    ) -> None:
        """After a slash command."""
        self.bot.track()
        await show_owed(interaction)
        await show_news(interaction)

    @commands.Cog.listener()
    async def on_handled(self, interaction: Interaction) -> None:
        """After a button or a form."""
        self.bot.track()
        await show_owed(interaction)
        await show_news(interaction)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(RecoveryCog(bot))
