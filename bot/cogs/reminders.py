"""One loop for all reminders: in a member's evening, at most one a day."""

import asyncio
from datetime import timedelta

from aiolimiter import AsyncLimiter
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.engine.reminders import Reminder
from bot.ui.reminders import NotSentError, send

# An evening begins for a whole country at once, and Discord frowns on bots that write to many people quickly.
PER_SECOND = 2
LONGEST_REST = timedelta(minutes=5)
TRY_AGAIN = timedelta(seconds=15)


class RemindersCog(commands.Cog):
    """Nothing stops the loop. What was taken and not sent when the bot died stays unsent: never two in a day."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._loop: asyncio.Task[None] | None = None
        self._pace = AsyncLimiter(1, 1 / PER_SECOND)

    async def cog_load(self) -> None:
        """Start."""
        self._loop = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Stop."""
        if self._loop is not None:
            self._loop.cancel()

    async def _run(self) -> None:
        await self.bot.wait_until_ready()
        while True:
            now = self.bot.clock.now()
            try:
                more = True
                while more:
                    more = await self._send_next()
                following = await self.bot.reminders.next_at()
                # One that was just put back counts as due until its time comes.
                until = min(following or now + LONGEST_REST, now + LONGEST_REST)
            except Exception:  # noqa: BLE001 - nothing may stop the loop; the next round may go well
                log.exception("Incident %s: a round of the reminders failed", incident_code())
                until = now + TRY_AGAIN
            await self.bot.clock.sleep_until(until)

    async def _send_next(self) -> bool:
        await self._pace.acquire()
        # A graceful stop waits for one that is under way.
        sending = asyncio.create_task(self._take_and_send())
        return await asyncio.shield(sending)

    async def _take_and_send(self) -> bool:
        self.bot.track()
        reminder, more = await self.bot.reminders.take()
        if reminder is not None:
            await self._send(reminder)
        return more

    async def _send(self, reminder: Reminder) -> None:
        try:
            await send(self.bot, reminder)
        except NotSentError as error:
            if not error.closed:
                log.warning("Member %s is reminded later: %s", reminder.member_id, error.__cause__)
                await self.bot.reminders.not_sent(reminder)
            elif await self.bot.reminders.closed(reminder):
                log.info("The DMs of member %s are closed; no more reminders.", reminder.member_id)
                self.bot.news.expect(reminder.member_id)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(RemindersCog(bot))
