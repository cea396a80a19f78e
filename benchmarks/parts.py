"""The parts of Hotseat's loop in a process of their own, on a real file: reads, transactions, grades. No Discord.

`python -m benchmarks.parts` does one job per line of standard input ("grade 10 5": ten in flight, five each) and
answers each with JSON: the seconds each took, and the processor time of all.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom

from benchmarks.figures import Figures
from benchmarks.load import Level, Once, in_flight, timed
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.clock import Clock
from bot.domain.grade import Grade
from bot.domain.lexicon import Lexicon
from bot.domain.question import Question
from bot.engine.answering import Submission
from bot.engine.examiner import Examiner
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.practice import NOT_REPEATED, Person, Place
from bot.grading.grader import Grader
from bot.storage import asks, progress
from bot.storage.database import Connection, Database, open_database

LONGEST_LINE = 1 << 22
# In a bot the network lies between any two things that a member does. Back to back, a part would find caches warm that
# are cold there: alone, the database's work takes nearly twice as long in a bot as in a loop.
REST_S = 0.003
HERE = Place(channel_id=10, guild_id=100, dm=False)
UNLIMITED = Limits(seconds_between_answers=0, answers_per_hour=1_000_000)


class GradedBefore(Grader):
    """Hands out one grade that was made before, so that settling alone is timed."""

    def __init__(self, lexicon: Lexicon, grade: Grade) -> None:
        super().__init__(lexicon)
        self._before = grade

    def grade(self, question: Question, answer: str, others: Sequence[str] = ()) -> Grade:  # noqa: ARG002 - a grader's signature
        """The grade made before."""
        return self._before


class Parts:
    """Each part by name, on one database."""

    def __init__(self, database: Database, topic: str, text: str, people: int) -> None:
        bank, clock, dice = loader.load(bundled()), Clock(), SystemRandom()
        grader = Grader(bank.lexicon)
        self._database = database
        self._examiner = Examiner(grader)
        self._practice = Interviewer(database, bank, grader, clock, dice, UNLIMITED).practice
        self._topic = topic
        self._text = text
        self._question = self._practice.topics.questions(topic, None)[0]
        before = GradedBefore(
            bank.lexicon, grader.grade(self._question, text)
        )  # trains the question's models, too
        self._answering = Interviewer(database, bank, before, clock, dice, UNLIMITED).answering
        self._people = [Person(number, f"Member {number}") for number in range(1, people + 1)]
        self._ids = itertools.count(1000)
        self._spent = 0.0

    async def measure(self, part: str, level: Level) -> tuple[list[float], float]:
        """One part under this load: the seconds each took, and the processor time of all."""
        jobs = {
            "reads": self._reads,
            "ask": self._ask,
            "receive": self._receive,
            "settle": self._settle,
            "grade": self._grade,
        }
        return await jobs[part](level), self._spent

    async def _costed(self, level: Level, once: Once) -> list[float]:
        async def rested(number: int) -> float:
            await asyncio.sleep(REST_S)
            return await once(number)

        before = time.process_time()
        seconds = await in_flight(level, rested)
        self._spent = time.process_time() - before
        return seconds

    async def _reads(self, level: Level) -> list[float]:
        async def look(person: Person) -> None:
            await self._database.read(_history, person.id)

        return await self._costed(level, lambda number: timed(look(self._person(number))))

    async def _ask(self, level: Level) -> list[float]:
        return await self._costed(level, lambda number: timed(self._put(number)))

    async def _receive(self, level: Level) -> list[float]:
        return (await self._received(level))[0]

    async def _settle(self, level: Level) -> list[float]:
        _, answers = await self._received(level)
        return await self._costed(level, lambda number: timed(self._answering.settle(answers[number])))

    async def _grade(self, level: Level) -> list[float]:
        async def once(_: int) -> float:
            text = f"{self._text}\nRemark {next(self._ids)}."
            return await timed(self._examiner.grade(self._question, text, ()))

        return await self._costed(level, once)

    async def _received(self, level: Level) -> tuple[list[float], dict[int, int]]:
        """Ask first, then receive: seconds of the latter, and the answers' ids by number."""
        cards: dict[int, int] = {}
        answers: dict[int, int] = {}

        async def put(number: int) -> float:
            cards[number] = await self._put(number)
            return 0.0

        async def once(number: int) -> float:
            answer_id = next(self._ids)
            text = f"{self._text}\nRemark {answer_id}."
            submission = Submission(answer_id, text, "form", HERE.channel_id, token="token" * 40)
            seconds = await timed(self._answering.receive(cards[number], self._person(number), submission))
            answers[number] = answer_id
            return seconds

        await in_flight(level, put)
        return await self._costed(level, once), answers

    async def _put(self, number: int) -> int:
        ask_id = next(self._ids)
        await self._practice.ask(ask_id, self._person(number), HERE, self._topic)
        return ask_id

    def _person(self, number: int) -> Person:
        return self._people[number % len(self._people)]


def _history(connection: Connection, member_id: int) -> None:
    """What a question is drawn from: all that the member has seen, and what the channel has just had."""
    progress.seen(connection, member_id)
    asks.recent_in_channel(connection, HERE.channel_id, NOT_REPEATED)


class Workshop:
    """The other end of the pipe."""

    def __init__(self, process: asyncio.subprocess.Process, figures: Figures) -> None:
        self._process = process
        self._figures = figures

    async def measure(self, part: str, level: Level) -> None:
        """Have one part measured over there."""
        source, target = self._process.stdin, self._process.stdout
        if source is None or target is None:
            raise RuntimeError("the workshop has no pipes")
        source.write(f"{part} {level.tasks} {level.each}\n".encode())
        line = await target.readline()
        if not line:
            raise RuntimeError(f"the workshop ended while it measured {part}")
        seconds, spent = json.loads(line)
        self._figures.add(part, level.tasks, seconds)
        cost = self._figures.costs[part, level.tasks]
        cost.bot += spent
        cost.count += len(seconds)


@asynccontextmanager
async def workshop(
    figures: Figures, environment: Mapping[str, str], folder: Path, topic: str, text: str, people: int
) -> AsyncGenerator[Workshop, None]:
    """A process that measures parts, as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.parts",
        env={**environment, "PARTS_TOPIC": topic, "PARTS_TEXT": text, "PARTS_PEOPLE": str(people)},
        cwd=folder,
        stdin=PIPE,
        stdout=PIPE,
        limit=LONGEST_LINE,
    )
    try:
        yield Workshop(process, figures)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def main() -> None:
    """Serve one job per line until the pipe ends."""
    topic, text, people = (os.environ[f"PARTS_{name}"] for name in ("TOPIC", "TEXT", "PEOPLE"))
    async with open_database(Path("parts.db"), Clock().now()) as database:
        parts = Parts(database, topic, text, int(people))
        while line := await asyncio.to_thread(sys.stdin.readline):
            part, tasks, each = line.split()
            found = await parts.measure(part, Level(int(tasks), int(each)))
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
