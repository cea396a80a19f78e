"""One loop for all daily questions: posts what is due, then closes what is over, and sleeps until the next."""

import asyncio
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.engine.dailies import Closing, Job, Opening, Post
from bot.errors import StorageError
from bot.ui import posts
from bot.ui.posts import REQUESTS_PER_SECOND, Obstacle

AT_ONCE = 32  # at 45 requests a second, each may take 0.7 s
FETCHED = 100
SHORT_REST = timedelta(seconds=1)
LONG_REST = timedelta(hours=1)
TRY_AGAIN = timedelta(seconds=15)
TOLD_AT_ONCE = 20
# Without the incident's code, which differs from try to try: it is told once.
UNEXPECTED = (
    "Something went wrong on my side, and I go on trying. The people who run this bot find it in their log."
)


class PostingCog(commands.Cog):
    """Nothing stops the loop, and no server's trouble holds up another's."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._loop: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}  # by schedule
        self._slots = asyncio.Semaphore(AT_ONCE)
        # Thirty claims at once would hold up the database, and with it everybody's /ask. (One at a time loses time.)
        self._starts = AsyncLimiter(2, 2 / REQUESTS_PER_SECOND)
        self._wake = asyncio.Event()

    async def cog_load(self) -> None:
        """Start."""
        self._loop = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Stop. What was begun is looked up and finished after the next start."""
        for task in (self._loop, self._telling, *self._under_way.values()):
            if task is not None:
                task.cancel()

    @commands.Cog.listener()
    async def on_schedule_change(self) -> None:
        """Somebody has just used /daily."""
        self._wake.set()

    async def _run(self) -> None:
        await self.bot.wait_until_ready()  # the channels and what the bot may do in them are known by then
        timed = False
        while True:
            self._wake.clear()
            now = self.bot.clock.now()
            try:
                if not timed:
                    await self.bot.dailies.retime()
                    timed = True
                await self._start_jobs()
                self._tell_owners()
                following = await self.bot.dailies.next_job()
                # What is under way counts as due until it is done, which wakes us.
                until = max(following or now + LONG_REST, now + SHORT_REST)
            except Exception:  # noqa: BLE001 - nothing may stop the loop; the next round may go well
                log.exception("Incident %s: a round of the daily questions failed", incident_code())
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

    async def _start_jobs(self) -> None:
        """Start what is due, new posts before closes. Returns once nothing more can be started."""
        while jobs := [
            job for job in await self.bot.dailies.jobs(FETCHED) if job.schedule_id not in self._under_way
        ]:
            posts.forget_idle_limits(self.bot)
            for job in [one for one in jobs if not one.closing] or jobs:
                await self._slots.acquire()
                await self._starts.acquire()
                if job.schedule_id in self._under_way:  # it came twice: a day to go on with, and a new one
                    self._slots.release()
                    continue
                self._under_way[job.schedule_id] = asyncio.create_task(self._do(job))

    async def _do(self, job: Job) -> None:
        self.bot.track()
        try:
            if job.closing:
                await self._close(job)
            else:
                await self._post(job)
        except StorageError as error:
            log.warning("Daily question %s has to wait for the database: %s", job.schedule_id, error)
            await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)
        except Exception:  # noqa: BLE001 - one server's trouble never touches another's
            log.exception("Incident %s: daily question %s", incident_code(), job.schedule_id)
            await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)
        finally:
            del self._under_way[job.schedule_id]
            self._slots.release()
            self._wake.set()

    async def _post(self, job: Job) -> None:
        work = await self.bot.dailies.take(job)
        if work is None:
            return
        try:
            if isinstance(work, Post):
                await self.bot.dailies.posted(work, await posts.post(self.bot, work))
            else:
                await posts.open_thread(self.bot, work)
                await self.bot.dailies.opened(work)
        except Exception as error:  # noqa: BLE001 - whatever it was, there is another try
            await self._failed(work, error)

    async def _close(self, job: Job) -> None:
        work = await self.bot.dailies.close(job)
        if work is None:
            return
        try:
            await posts.close(self.bot, work)
            await self.bot.dailies.closed(work)
        except Exception as error:  # noqa: BLE001 - whatever it was, there is another try
            await self._failed(work, error)

    async def _failed(self, work: Post | Opening | Closing, error: Exception) -> None:
        """Have it tried again later, unless the database itself is the trouble."""
        if isinstance(error, StorageError):
            raise error
        if not isinstance(error, Obstacle):
            code = incident_code()
            log.error("Incident %s: daily question %s", code, work.schedule.id, exc_info=error)
            error = Obstacle(UNEXPECTED, unsure=True)
        await self.bot.dailies.failed(work, error.reason, unsure=error.unsure, final=error.final)

    def _tell_owners(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        try:
            for notice in await self.bot.dailies.fresh_notices(TOLD_AT_ONCE):
                arrived = await posts.tell(self.bot, notice)
                await self.bot.dailies.told(notice, arrived=arrived)
        except Exception:  # noqa: BLE001 - it is tried again in the next round
            log.exception("Incident %s: an owner of a daily question could not be told", incident_code())


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(PostingCog(bot))
