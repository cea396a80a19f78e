"""One loop for all interviews: deadlines, reveals, the next round, the end; draws what has changed."""

import asyncio
from datetime import datetime, timedelta

import discord
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.errors import StorageError
from bot.ui.sessions import draw, illustrate_post
from bot.ui.verdicts import NOT_DELIVERED, show_verdict

SHORT_REST = timedelta(milliseconds=500)
LONG_REST = timedelta(hours=1)
TRY_AGAIN = timedelta(seconds=15)
# Discord takes five edits in five seconds in one channel. Counting who is in must not use up what a reveal needs.
COUNT_REST = timedelta(seconds=2.5)
PATIENCE_S = 60.0


class SessionsCog(commands.Cog):
    """Nothing stops the loop, and no session waits for another."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._loop: asyncio.Task[None] | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._drawn: dict[int, datetime] = {}  # when the cards of an interview were last looked at
        self._wake = asyncio.Event()

    async def cog_load(self) -> None:
        """Give the time of the outage back before anybody can press anything, and start."""
        await self.bot.moderator.wake()
        self._loop = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Stop. What was begun is finished after the next start."""
        for task in (self._loop, *self._under_way.values()):
            if task is not None:
                task.cancel()

    @commands.Cog.listener()
    async def on_interview_change(self) -> None:
        """Somebody has just done something in an interview."""
        self._wake.set()

    @commands.Cog.listener()
    async def on_interview_reported(self, interview_id: int) -> None:
        """A report was posted; its picture takes a moment, for which nobody waits."""
        await illustrate_post(self.bot, interview_id)

    async def _run(self) -> None:
        await self.bot.wait_until_ready()
        while True:
            self._wake.clear()
            now = self.bot.clock.now()
            try:
                for interview_id in await self.bot.moderator.to_do():
                    if interview_id not in self._under_way:
                        self._under_way[interview_id] = asyncio.create_task(self._do(interview_id))
                following = await self.bot.moderator.next_to_do()
                until = max(following or now + LONG_REST, now + SHORT_REST)
            except Exception:  # noqa: BLE001 - nothing may stop the loop; the next round may go well
                log.exception("Incident %s: a round of the interviews failed", incident_code())
                until = now + TRY_AGAIN
            await self._rest(until)

    async def _rest(self, until: datetime) -> None:
        sleeping = asyncio.create_task(self.bot.clock.sleep_until(until))
        waking = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()

    async def _do(self, interview_id: int) -> None:
        self.bot.track()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._go_on(interview_id)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("Interview %s has lost its place: %s", interview_id, error)
            await self._move(interview_id)
        except Exception as error:  # noqa: BLE001 - one session's trouble never touches another's
            expected = isinstance(error, (StorageError, discord.HTTPException, *NOT_DELIVERED))
            log.warning(
                "Incident %s: interview %s could not be drawn (%s); there is another try.",
                incident_code(),
                interview_id,
                error,
                exc_info=None if expected else error,
            )
            await self._put_off(interview_id)
        finally:
            del self._under_way[interview_id]
            self._wake.set()

    async def _go_on(self, interview_id: int) -> None:
        found = await self.bot.moderator.advance(interview_id)
        for answer_id in found.freed:
            await self.bot.answering.settle(answer_id)
        now = self.bot.clock.now()
        counts_due = self._drawn.get(interview_id, now - COUNT_REST) + COUNT_REST
        complete = await draw(self.bot, found.view, counts=now >= counts_due)
        if found.view.session.over:
            self._drawn.pop(interview_id, None)
        elif complete:
            self._drawn[interview_id] = now
        for answer_id in found.freed:
            await show_verdict(self.bot, answer_id)
        await self.bot.moderator.rest(found.view, None if complete else counts_due)

    async def _move(self, interview_id: int) -> None:
        try:
            for answer_id in await self.bot.moderator.lost_place(interview_id):
                await self.bot.answering.settle(answer_id)
                await show_verdict(self.bot, answer_id)
        except StorageError as error:
            log.warning("Interview %s has to wait for the database: %s", interview_id, error)
            await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)

    async def _put_off(self, interview_id: int) -> None:
        try:
            await self.bot.moderator.failed(interview_id)
        except StorageError as error:
            log.warning("Interview %s has to wait for the database: %s", interview_id, error)
            await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(SessionsCog(bot))
