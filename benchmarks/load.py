"""The load that everything is measured under, and how it is timed: many tasks, each doing one thing after another."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# Does the thing with this number and returns what it gave.
Once = Callable[[int], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Level:
    """So many `tasks` in flight, each doing `each` things in a row."""

    tasks: int
    each: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `light` interactions per bot, `at_once` in flight, show what memory does."""

    levels: tuple[Level, ...]
    rounds: int
    people: int
    light: int
    at_once: int


FULL = Plan((Level(1, 20), Level(10, 4), Level(100, 2)), rounds=17, people=100, light=10_000, at_once=20)
TINY = Plan((Level(1, 1), Level(3, 1)), rounds=1, people=3, light=8, at_once=2)


async def in_flight(level: Level, once: Once) -> list[float]:
    """What `once` gave, called with 0, 1, 2 … at this level."""

    async def one(task: int) -> list[float]:
        return [await once(task + turn * level.tasks) for turn in range(level.each)]

    found = await asyncio.gather(*(one(task) for task in range(level.tasks)))
    return [value for some in found for value in some]


async def timed(work: Awaitable[object]) -> float:
    """How long it took, in seconds."""
    start = time.perf_counter()
    await work
    return time.perf_counter() - start
