"""Everything below Discord on one file: a clock that the test turns, small questions, a grader that is told the score."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.bank.loader import Bank
from bot.clock import Clock
from bot.domain.grade import Flag, Grade, Mark, Verdict
from bot.domain.lexicon import Lexicon
from bot.domain.question import KeyPoint, Level, Question
from bot.engine.answering import Outcome, Submission
from bot.engine.derived import rebuild
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.practice import Person, Place
from bot.grading.grader import Grader
from bot.storage import uptime
from bot.storage.answers import Answer
from bot.storage.database import Database, open_database
from bot.storage.typed import Typed

ANN, BEN = Person(1, "Ann"), Person(2, "Ben")
GUILD = 100
STUDY = Place(10, GUILD, dm=False)
UNLIMITED = Limits(0, 1_000_000)
DERIVED = ("sitting", "seen", "standing", "streak", "practice_day", "crowd", "review")
NEVER_BROKEN = timedelta(days=10_000)

MODEL_ANSWER = " ".join(f"the model answer says this in its part number {part}" for part in range(6))


class SetClock(Clock):
    """A clock that the test turns."""

    def __init__(self, time: datetime) -> None:
        super().__init__()
        self.time = time

    def now(self) -> datetime:
        return self.time


class NamedGrader(Grader):
    """Gives the score that an answer names last ("score 7.5"). "withheld" gets no number, "foreign" no reading."""

    def __init__(self) -> None:
        super().__init__(Lexicon(), {})

    def grade_text(self, question: Question, answer: str) -> Grade:
        named = re.findall(r"score (\d+(?:\.5)?)", answer)
        score = float(named[-1]) if named else None
        flags = () if named else (Flag.WITHHELD if answer.startswith("withheld") else Flag.LANGUAGE,)
        covered = round((score or 0) / 10 * len(question.points))
        return Grade(
            score,
            tuple(
                Verdict(point.id, Mark.COVERED if place < covered else Mark.MISSED, 0.9)
                for place, point in enumerate(question.points)
            ),
            flags=flags,
        )


def question(name: str, level: Level) -> Question:
    """A question with two key points and three stages of hints (the approach among them)."""
    return Question(
        name,
        "area",
        name.title(),
        level,
        f"What is {name}?",
        MODEL_ANSWER,
        (KeyPoint("first", "The first point.", weight=1), KeyPoint("second", "The second point.", weight=3)),
        area_title="Area",
        approach="Begin with the definition.",
        hints=("Think of training.", "Think of use."),
    )


QUESTIONS = {
    one.id: one
    for one in (
        question("basic", Level.BASIC),
        question("intermediate", Level.INTERMEDIATE),
        question("advanced", Level.ADVANCED),
        question("filler", Level.BASIC),
    )
}
BANK = Bank(QUESTIONS, Path(), Lexicon(), {})


class House:
    """The engine on one file, and the few steps that the tests take with it."""

    def __init__(self, database: Database, clock: SetClock, limits: Limits) -> None:
        self.database = database
        self.clock = clock
        self.limits = limits
        self._ids = iter(range(1 << 40, 1 << 41))  # above our own, as Discord's are
        self._compose()

    async def restart(self) -> None:
        """Forget all that only the process knows."""
        await self.interviewer.close()
        self._compose()

    def _compose(self) -> None:
        self.interviewer = Interviewer(self.database, BANK, NamedGrader(), self.clock, Random(7), self.limits)
        self.practice = self.interviewer.practice
        self.answering = self.interviewer.answering
        self.bursts = self.interviewer.bursts
        self.sittings = self.interviewer.sittings
        self.preferences = self.interviewer.preferences
        self.progress = self.interviewer.progress
        self.reviews = self.interviewer.reviews
        self.reminders = self.interviewer.reminders
        self.schedules = self.interviewer.schedules
        self.dailies = self.interviewer.dailies

    def new_id(self) -> int:
        """An id that is larger than all before, as Discord's are."""
        return next(self._ids)

    async def ask(
        self, name: str = "basic", person: Person = ANN, place: Place = STUDY, *, private: bool = False
    ) -> int:
        """Put this question."""
        topic = f"question:{name}"
        asked = await self.practice.ask(self.new_id(), person, place, topic, private=private)
        return asked.ask.id

    async def receive(
        self, ask_id: int, text: str, person: Person = ANN, *, probe: int | None = None
    ) -> Answer:
        """Send an answer by form."""
        submission = Submission(self.new_id(), text, "form", 10, token="token", probe=probe)
        return await self.answering.receive(ask_id, person, submission)

    async def answer(
        self, ask_id: int, text: str, person: Person = ANN, *, probe: int | None = None
    ) -> Outcome:
        """Send an answer by form and wait for its grade."""
        stored = await self.receive(ask_id, text, person, probe=probe)
        return await self.answering.settle(stored.id)

    async def type(self, ask_id: int, text: str, person: Person = ANN) -> None:
        """Send one message of an answer in the DM."""
        await self.bursts.add(ask_id, person, Typed(self.new_id(), 11, text, self.clock.now()))

    async def typed(self, ask_id: int, person: Person = ANN) -> Sequence[Typed]:
        """The messages of an answer in the DM that must be complete by now."""
        async with asyncio.timeout(5):
            return await self.bursts.wait(ask_id, person.id)

    async def be_up(self) -> None:
        """The bot has been there since the last time this or `be_back` was called."""
        await self.database.write(uptime.beat, self.clock.now(), NEVER_BROKEN)

    async def be_back(self) -> None:
        """The bot comes back; it was away since the last time this or `be_up` was called."""
        await self.database.write(uptime.beat, self.clock.now(), timedelta())

    async def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        found = await self.database.read(lambda connection: connection.execute(sql, values).fetchall())
        return [tuple(row.values()) for row in found]

    async def derived(self) -> Mapping[str, list[tuple[Any, ...]]]:
        """The derived tables, row by row."""
        return {table: await self.rows(f"SELECT * FROM {table}") for table in DERIVED}  # noqa: S608 - names of ours

    async def rebuild(self) -> None:
        """Fill the derived tables anew."""
        await self.database.write(rebuild)


@asynccontextmanager
async def opened(file: Path, limits: Limits = UNLIMITED) -> AsyncGenerator[House, None]:
    """A house on Monday noon, with a bot that has been there for a month."""
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    clock = SetClock(monday - timedelta(days=30))
    async with open_database(file, clock.now()) as database:
        house = House(database, clock, limits)
        await house.be_back()
        clock.time = monday
        await house.be_up()
        try:
            yield house
        finally:
            await house.interviewer.close()


@pytest.fixture
async def core(tmp_path: Path) -> AsyncGenerator[House, None]:
    """A house without limits of pace."""
    async with opened(tmp_path / "hotseat.db") as house:
        yield house
