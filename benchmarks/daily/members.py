"""Members who use `/ask` one after another, and the stop-watch on what they see."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

from benchmarks.station import PATIENCE_S, Stopwatch
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.sandbox import Handle, Sandbox
from bot.sandbox.model import Channel


class Members:
    """So many at once as a turn wants; each takes the next of the people when it is done."""

    def __init__(self, box: Sandbox, people: list[tuple[Handle, Channel]], area: str) -> None:
        self._watch = Stopwatch(box)
        self._people = people
        self._next = itertools.cycle(people)
        self._area = area

    async def warm(self, rested: Callable[[], Awaitable[None]]) -> None:
        """Have every question that is measured asked once.

        The bot trains a grader for each while its reader thinks, which is to fall into no measurement: `rested` returns
        when it is done.
        """
        questions = loader.load(bundled()).questions.values()
        for _ in range(sum(question.area == self._area for question in questions)):
            await self._ask(*self._people[0])  # somebody's next question is one that they have not seen
            await rested()

    async def turn(self, tasks: int, seconds: float) -> list[float]:
        """Keep `tasks` in flight for so long; each first response in seconds. Nobody (0) just lets the time go by."""
        until = time.perf_counter() + seconds
        found: list[float] = []

        async def one() -> None:
            while time.perf_counter() < until:
                found.append(await self._ask(*next(self._next)))

        if tasks:
            await asyncio.gather(*(one() for _ in range(tasks)))
        else:
            await asyncio.sleep(seconds)
        return found

    async def _ask(self, member: Handle, channel: Channel) -> float:
        interaction = member.start_slash("ask", {"topic": f"area:{self._area}"}, channel=channel)
        return await asyncio.wait_for(self._watch[interaction.id].first, PATIENCE_S)
