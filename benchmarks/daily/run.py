"""One run: build, start, ask before, while and after ten thousand questions are posted, and close some the next day."""

import asyncio
import gc
import os
import sqlite3
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.daily.cores import busy_time
from benchmarks.daily.figures import QUIET, Figures
from benchmarks.daily.members import Members
from benchmarks.daily.size import Size
from benchmarks.daily.town import Town, founded
from benchmarks.daily.traffic import Traffic
from benchmarks.machine import processor_time, resident
from benchmarks.station import STILL_S
from bot.sandbox import BotProcess, Sandbox

ROOT = Path(__file__).parent.parent.parent
START_S = 120.0
POSTING_S = 600.0
NOTED_S = 30.0
LOOKS = 10  # at memory, along the posting
IDLE = 0.1  # of a core, at most, is what a bot takes that has nothing to do
DAY = timedelta(days=1)


async def measured(size: Size) -> Figures:
    """Everything, once. Raises RuntimeError or WaitedTooLong if the bot does not do its work at all."""
    with TemporaryDirectory(prefix="hotseat-bench-") as folder:
        file = Path(folder) / "hotseat.db"
        async with Sandbox() as box:
            town = await founded(box, size, file)
            # Collecting the garbage of such a world would stop it, and the members in it, for a quarter of a second.
            gc.disable()
            bot = hotseat(box, file)
            try:
                return await Run(box, bot, town, size, file).all()
            except Exception as error:
                error.add_note(f"Hotseat printed:\n{bot.output[-3000:]}")
                raise
            finally:
                gc.enable()
                await bot.stop()


class Run:
    """The stages, in order."""

    def __init__(self, box: Sandbox, bot: BotProcess, town: Town, size: Size, file: Path) -> None:
        self._box = box
        self._bot = bot
        self._town = town
        self._size = size
        self._file = file
        self._traffic = Traffic(box)
        self._members = Members(box, town.people, size.area)
        self._figures = Figures(servers=size.servers, again=size.again)

    async def all(self) -> Figures:
        """Measure."""
        await self._start()
        self._remember("connected")
        await self._members.warm(self._rested)
        await self._members.turn(max(self._size.in_flight), self._size.turn_s)
        await self._calm("before")
        self._remember("after the turns before")
        await self._post()
        await self._calm("after")
        self._remember("after the turns after")
        self._figures.wrong = self._wrong()
        await self._next_day()
        self._figures.refused = self._traffic.refused
        return self._figures

    async def _start(self) -> None:
        began, traffic = time.perf_counter(), self._traffic
        reached = self._figures.start
        await self._bot.start()
        await traffic.until(lambda: bool(traffic.limited), START_S, "the bot's first request")
        reached["first request to Discord"] = traffic.limited[0] - began
        await self._box.bot_ready(START_S)
        reached["last shard connected"] = time.perf_counter() - began
        await traffic.until(lambda: bool(traffic.posts), START_S, "posting to begin")
        reached["posting begins"] = traffic.posts[0] - began

    async def _rested(self) -> None:
        """Return once the bot does nothing that nobody waits for."""
        before = float("-inf")
        while (now := processor_time(self._pid)) - before > STILL_S * IDLE:
            before = now
            await asyncio.sleep(STILL_S)

    async def _calm(self, stage: str) -> None:
        for _ in range(self._size.calm_turns):
            for tasks in (QUIET, *self._size.in_flight):
                await self._turn(stage, tasks)

    async def _turn(self, stage: str, tasks: int) -> None:
        """One turn, unless the posting ends within it: that would be neither one stage nor the other."""
        posts, wall = len(self._traffic.posts), time.perf_counter()
        bot, driver, busy = processor_time(self._pid), time.process_time(), busy_time()
        seconds = await self._members.turn(tasks, self._size.turn_s)
        if stage == "posting" and self._all_posted():
            return
        load = self._figures.loads[stage, tasks]
        load.seconds += seconds
        load.wall += time.perf_counter() - wall
        load.posts += len(self._traffic.posts) - posts
        load.bot += processor_time(self._pid) - bot
        load.driver += time.process_time() - driver
        load.busy += busy_time() - busy

    async def _post(self) -> None:
        """Jump to when everything is due, and go on asking until all is posted."""
        size, traffic = self._size, self._traffic
        traffic.posts.clear()
        looking = asyncio.create_task(self._look())
        self._box.clock.advance((self._town.due - self._box.clock.now()).total_seconds())
        async with asyncio.timeout(POSTING_S):
            while not self._all_posted():
                for tasks in (QUIET, *size.in_flight, *size.in_flight):
                    if not self._all_posted():
                        await self._turn("posting", tasks)
        await looking
        self._figures.posts = list(traffic.posts)
        await self._noted("state = 'posted'", size.schedules + 1)

    def _all_posted(self) -> bool:
        return len(self._traffic.posts) >= self._size.schedules

    async def _look(self) -> None:
        """Memory a few times along the posting; what it grew by in the second half."""
        size, found = self._size.schedules, list[float]()
        for look in range(1, LOOKS + 1):
            posted = size * look // LOOKS
            await self._traffic.until(lambda n=posted: len(self._traffic.posts) >= n, POSTING_S, "the posts")
            self._remember(f"{posted:,} posts")
            found.append(self._figures.memory[-1][1])
        self._figures.growth = found[-1] - found[LOOKS // 2 - 1]

    async def _next_day(self) -> None:
        """Some are due again, and close what they posted the day before."""
        traffic, again = self._traffic, self._size.again
        traffic.posts.clear()
        traffic.edits.clear()
        self._box.clock.advance((self._town.due + DAY - self._box.clock.now()).total_seconds())
        await traffic.until(
            lambda: len(traffic.posts) >= again and len(traffic.edits) >= again, POSTING_S, "the closes"
        )
        await self._noted("state = 'closed'", again)
        await asyncio.sleep(STILL_S)
        self._figures.closing = sorted([*traffic.posts, *traffic.edits])
        self._figures.unclosed = self._unclosed()
        self._remember("after the next day")

    def _wrong(self) -> int:
        """Schedules whose channel does not show exactly the one post that the bot has noted."""
        noted = dict(self._rows("SELECT schedule_id, message_id FROM daily WHERE state = 'posted'"))
        return sum(
            list(self._messages(channel.id)) != [noted.get(schedule)]
            for schedule, channel in self._town.channels.items()
        )

    def _unclosed(self) -> int:
        """Posts of the day before that were not edited exactly once, or whose day is not closed."""
        noted = dict(self._rows("SELECT schedule_id, message_id FROM daily WHERE state = 'closed'"))
        once = 0
        for schedule in self._town.again:
            message = self._messages(self._town.channels[schedule].id).get(noted.get(schedule, 0))
            once += message is not None and message.revision == 1
        return len(self._town.again) - once

    def _messages(self, channel_id: int) -> dict[int, Any]:
        return self._box.world.state.messages.get(channel_id, {})

    async def _noted(self, condition: str, number: int) -> None:
        """Wait until so many days are noted; a database announces nothing, so this looks again and again."""
        sql = f"SELECT count(*) FROM daily WHERE {condition}"  # noqa: S608 - our own words
        async with asyncio.timeout(NOTED_S):
            while self._rows(sql)[0][0] < number:  # noqa: ASYNC110
                await asyncio.sleep(STILL_S)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def _remember(self, when: str) -> None:
        self._figures.memory.append((when, resident(self._pid)))

    @property
    def _pid(self) -> int:
        if self._bot.pid is None:
            raise RuntimeError("Hotseat was never started")
        return self._bot.pid


def hotseat(box: Sandbox, file: Path) -> BotProcess:
    """Hotseat with nothing of the operator's own settings; its clock is the sandbox's."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOTSEAT_", "DISCORD_"))
    }
    ours = {
        "HOTSEAT_TOKEN": box.token,
        "HOTSEAT_DISCORD__API_BASE": box.api_base,
        "HOTSEAT_DISCORD__GATEWAY_URL": box.gateway_url,
        "HOTSEAT_DATABASE__URL": f"sqlite:///{file}",
        "HOTSEAT_LOG__LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }
    argv = [sys.executable, "-m", "bot", "run", "--follow-clock"]
    return BotProcess(argv, others | ours, cwd=file.parent, clock=box.clock)
