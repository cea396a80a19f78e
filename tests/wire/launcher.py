"""Starts the bot composed on a database, with a grader or a clock that are dangerous; a child process of tests.

The environment says what is to happen to answers with LAUNCHER_TEXT in them, or to daily questions; without any it is
the ordinary bot.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from re import Match
from typing import Concatenate, ParamSpec, TypeVar

from bot import app, config
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.client import Interaction, InterviewBot
from bot.clock import Clock, following
from bot.cogs.practice import PracticeCog
from bot.config import Config
from bot.domain.grade import Grade
from bot.domain.question import Question
from bot.engine.dailies import Closing, Dailies, Job, Opening, Post
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.errors import StorageError
from bot.grading.grader import Grader
from bot.storage.answers import Answer
from bot.storage.database import Connection, Database, open_database
from bot.ui import posts

P = ParamSpec("P")
T = TypeVar("T")

TEXT = os.environ.get("LAUNCHER_TEXT", "")
# When this process kills itself: before-insert, after-insert (of a form's answer or a typed message), while-closing,
# after-closing (of an answer typed in a DM), before-grading, after-grading, inside-settlement. endless-grading: never.
WINDOW = os.environ.get("LAUNCHER_WINDOW", "")
ARRIVALS = int(
    os.environ.get("LAUNCHER_ARRIVALS", "1")
)  # it waits for so many at after-insert, and dies then
HASTY = "LAUNCHER_HASTY" in os.environ  # acknowledge before the insert, as nobody should
FULL = os.environ.get("LAUNCHER_FULL")  # the database may not grow while this file exists
UNREADABLE = os.environ.get("LAUNCHER_UNREADABLE")  # nothing can be read from it while this file exists
STILL = os.environ.get(
    "LAUNCHER_STILL"
)  # seconds since 1970: time moves on from there only when the world jumps
HALTS = os.environ.get("LAUNCHER_HALTS", "")  # a file with lines like "3 claimed", see HaltingDailies
PATIENCE = os.environ.get("LAUNCHER_PATIENCE")  # seconds that a post waits for Discord, instead of a minute

log = logging.getLogger(__name__)


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """What one transaction does with the deadly answer."""

    def __init__(self) -> None:
        self.stored = self.closed = False

    def statement(self, sql: str) -> None:
        """SQLite is about to run this, with the values in it. Dies before, if it is the one."""
        closing = "INSERT INTO answer" in sql and "'message'" in sql
        if not ("INSERT INTO typed" in sql or "INSERT INTO answer" in sql) or TEXT not in sql:
            return
        if WINDOW == "before-insert" or (WINDOW == "while-closing" and closing):
            die()
        self.stored, self.closed = True, closing


class DeadlyDatabase(Database):
    """Kills the process in the middle of a transaction or right behind it."""

    def __init__(self, inner: Database) -> None:
        self.file = inner.file
        self._inner = inner
        self._arrivals = 0

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The real one's, if the disk is readable."""
        if UNREADABLE and Path(UNREADABLE).exists():
            raise StorageError(f"{self.file}: disk I/O error")
        return await self._inner.read(work, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The real one's, watched."""
        watched = Watched()

        def dangerously(connection: Connection) -> T:
            if FULL:
                pages = 1 if Path(FULL).exists() else 1_000_000  # it goes no lower than the present size
                connection.execute(f"PRAGMA max_page_count = {pages}")
            connection.set_trace_callback(watched.statement)
            try:
                result = work(connection, *args, **kwargs)
            finally:
                connection.set_trace_callback(None)
            settled = isinstance(result, Answer) and result.state == "settled" and TEXT in result.text
            if settled and WINDOW == "inside-settlement":
                die()
            return result

        result = await self._inner.write(dangerously)
        if (watched.stored and WINDOW == "after-insert") or (watched.closed and WINDOW == "after-closing"):
            self._arrivals += 1
            if self._arrivals == ARRIVALS:
                die()
            await asyncio.Event().wait()
        return result


class DeadlyGrader(Grader):
    """Kills the process before or after a grade, or never comes to an end with it."""

    def grade(self, question: Question, answer: str, others: Sequence[str] = ()) -> Grade:
        """The real one's grade, if anybody lives to see it."""
        if TEXT not in answer:
            return super().grade(question, answer, others)
        if WINDOW == "before-grading":
            die()
        if WINDOW == "endless-grading":
            threading.Event().wait()
        grade = super().grade(question, answer, others)
        if WINDOW == "after-grading":
            die()
        return grade


class HaltingDailies(Dailies):
    """Daily questions that come to a halt for good: `claimed` or `recorded`, when nothing was asked of Discord since; or
    when Discord has the post (`sent`), its thread (`opened`) or its close (`edited`) and nothing says so yet."""

    def __init__(self, inner: Dailies) -> None:
        self.__dict__.update(inner.__dict__)

    async def take(self, job: Job) -> Post | Opening | None:
        """The real one's."""
        work = await super().take(job)
        if work is not None:
            await self._reach("claimed" if isinstance(work, Post) else "recorded", work)
        return work

    async def posted(self, post: Post, message_id: int) -> None:
        """The real one's."""
        await self._reach("sent", post)
        await super().posted(post, message_id)

    async def opened(self, opening: Opening) -> None:
        """The real one's."""
        await self._reach("opened", opening)
        await super().opened(opening)

    async def closed(self, closing: Closing) -> None:
        """The real one's."""
        await self._reach("edited", closing)
        await super().closed(closing)

    async def _reach(self, moment: str, work: Post | Opening | Closing) -> None:
        if _halts(f"{work.schedule.id} {moment}"):
            log.info("Halted: daily question %s, %s", work.schedule.id, moment)
            await asyncio.Event().wait()


def _halts(line: str) -> bool:
    return bool(HALTS) and Path(HALTS).exists() and line in Path(HALTS).read_text().splitlines()


class StillClock(Clock):
    """Time passes only when the world jumps, so no machine is too slow for a test."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._start = start

    def now(self) -> datetime:
        """The same moment until the next jump."""
        return self._start + self._offset


class HastyCog(PracticeCog):
    """Acknowledges first and stores then: the mistake that the tests of the windows are there to find."""

    async def submitted(self, interaction: Interaction, match: Match[str]) -> None:
        """In the wrong order."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await super().submitted(interaction, match)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py where this module stands in the place of the practice cog."""
    await bot.add_cog(HastyCog(bot))


@asynccontextmanager
async def dangerous(settings: Config, clock: Clock) -> AsyncGenerator[InterviewBot, None]:
    """The bot as `app` composes it, on dangerous ground."""
    async with open_database(settings.database.path, clock.now()) as inner:
        database = DeadlyDatabase(inner)
        if not HASTY:
            async with app.composed(settings, clock, database, DeadlyGrader) as bot:
                bot.dailies = HaltingDailies(bot.dailies)
                yield bot
            return
        extensions = ["tests.wire.launcher" if one == "bot.cogs.practice" else one for one in app.EXTENSIONS]
        bank, limits = loader.load(bundled()), Limits(0, 1_000_000)
        interviewer = Interviewer(database, bank, DeadlyGrader(bank.lexicon), clock, SystemRandom(), limits)
        async with InterviewBot(interviewer, extensions) as bot:
            yield bot
        await interviewer.close()


async def main() -> None:
    """What `python -m bot run --follow-clock` does."""
    settings = config.load(None)
    logging.basicConfig(level=settings.log.level)
    if PATIENCE:
        posts.PATIENCE_S = float(PATIENCE)
    clock = StillClock(datetime.fromtimestamp(float(STILL), UTC)) if STILL else Clock()
    async with following(clock, sys.stdin.buffer):
        await app.run(settings, clock, dangerous)


if __name__ == "__main__":
    asyncio.run(main())
