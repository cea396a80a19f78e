"""One run: rooms full of people, and what the bot made of it."""

import asyncio
import gc
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.daily.run import START_S, hotseat
from benchmarks.daily.traffic import Traffic
from benchmarks.interviews.sessions import QUESTIONS, Board, Room
from benchmarks.interviews.size import Size
from benchmarks.machine import processor_time, resident
from benchmarks.station import Stopwatch
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.grading.grader import Grader
from bot.sandbox import BotProcess, Sandbox

LOOK_S = 0.2
SETTLED_S = 60.0


@dataclass
class Figures:
    """`seconds` has every first response, by what was done; `reveals` the seconds from each deadline to its reveal.

    `lost` counts answers that were acknowledged but not graded exactly once, `refused` requests answered with 429.
    """

    sessions: int
    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    reveals: list[float] = field(default_factory=list[float])
    answers: int = 0
    lost: int = 0
    refused: int = 0
    wall: float = 0.0
    processor: float = 0.0
    memory: tuple[float, float] = (0.0, 0.0)


async def measured(size: Size) -> Figures:
    """Everything, once. Raises TimeoutError or RuntimeError if the bot does not do its work at all."""
    with TemporaryDirectory(prefix="hotseat-bench-") as folder:
        file = Path(folder) / "hotseat.db"
        await asyncio.to_thread(_train, size.area, file)
        async with Sandbox() as box:
            rooms_of = [_people(box, size, number) for number in range(size.sessions)]
            gc.disable()  # collecting the garbage of such a world would stop everybody in it
            bot = hotseat(box, file)
            try:
                await bot.start()
                await box.bot_ready(START_S)
                board, watch, traffic = Board(box), Stopwatch(box), Traffic(box)
                rooms = [Room(box, board, watch, size, *one) for one in rooms_of]
                return await _play(rooms, board, traffic, size, bot, file)
            except Exception as error:
                error.add_note(f"Hotseat printed:\n{bot.output[-3000:]}")
                raise
            finally:
                gc.enable()
                await bot.stop()


async def _play(
    rooms: list[Room], board: Board, traffic: Traffic, size: Size, bot: BotProcess, file: Path
) -> Figures:
    pid = bot.pid or 0
    figures, deadlines = Figures(size.sessions), dict[int, int]()
    looking = asyncio.create_task(_look(file, deadlines))
    memory, processor, loop = resident(pid), processor_time(pid), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(
        *(room.run(size.spread_s * place / size.sessions) for place, room in enumerate(rooms))
    )
    figures.wall, figures.processor = loop.time() - began, processor_time(pid) - processor
    figures.memory = (memory, resident(pid))
    figures.answers = sum(room.answers for room in rooms)
    await _settled(file, figures.answers)
    looking.cancel()
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for room in rooms:
        for what, found in room.seconds.items():
            seconds[what] += found
    figures.seconds = dict(seconds)
    for message_id, deadline in deadlines.items():
        if message_id in board.revealed:
            due = datetime.fromtimestamp(deadline / 1000, UTC)
            figures.reveals.append((board.revealed[message_id] - due).total_seconds())
    graded = _rows(file, "SELECT answer_id, count(*) FROM ledger WHERE kind = 'graded' GROUP BY answer_id")
    figures.lost = abs(figures.answers - len(graded)) + sum(number != 1 for _, number in graded)
    figures.refused = traffic.refused
    return figures


def _train(area: str, file: Path) -> None:
    """Make the models that a bot has after its first days."""
    grader = Grader(loader.load(bundled()).lexicon, shelf=file.with_name(f"{file.name}-models"))
    for question in QUESTIONS.values():
        if question.area == area:
            grader.grade(question, "A first answer, so that its model is made.")


def _people(box: Sandbox, size: Size, number: int) -> tuple[Any, list[Any]]:
    world = box.world
    people = [world.add_user(f"member-{number}-{place}") for place in range(size.members)]
    guild = world.add_guild(f"Server {number}", people[0], people)
    channel = world.add_channel(f"interviews-{number}", guild=guild.name)
    return channel, [world.member(person.name) for person in people]


async def _look(file: Path, deadlines: dict[int, int]) -> None:
    """Keep the deadline of every round that is open; a database announces nothing, so this looks again and again."""
    while True:
        rows = _rows(
            file,
            "SELECT message_id, deadline FROM interview JOIN interview_round ON interview_id = id AND number = round"
            " WHERE phase = 'answering' AND message_id IS NOT NULL",
        )
        deadlines.update(dict(rows))
        await asyncio.sleep(LOOK_S)


async def _settled(file: Path, number: int) -> None:
    async with asyncio.timeout(SETTLED_S):
        while _rows(file, "SELECT count(*) FROM ledger WHERE kind = 'graded'")[0][0] < number:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)


def _rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
