"""Fifty members practise for minutes while Discord fails at random and the bot is killed every few seconds.

Two minutes and 13 SIGKILLs, or as many minutes as SOAK_MINUTES says (`make soak`: 30 and 200).
"""

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from statistics import median

import pytest

from bot.sandbox import Sandbox
from tests.wire.aftermath import check, incidents, pay, rebuilt
from tests.wire.conftest import House
from tests.wire.members import MEMBERS, Load
from tests.wire.test_trouble import CALLBACK, EDIT, MESSAGES

pytestmark = [
    pytest.mark.soak,
    # aiohttp's own, where the end of a picture and of a packet fall together.
    pytest.mark.filterwarnings("ignore:unread_data:DeprecationWarning"),
]

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
KILL_EVERY_S = 9.0  # a start takes about three
KILLS = round(MINUTES * 60 / KILL_EVERY_S)
START_S = 60.0  # the machine is busy
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
PLACES = (
    *[("POST", CALLBACK), ("PATCH", EDIT)] * 4,  # most happens here
    *[("POST", MESSAGES)] * 2,
    ("POST", FOLLOW_UP),
)
FINISHED = (
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer WHERE state = 'received') AND NOT EXISTS"
    " (SELECT 1 FROM answer WHERE state = 'settled' AND shown_at IS NULL AND in_place = 1)"
    " AND NOT EXISTS (SELECT 1 FROM typed)"
)


class Shaking:
    """SIGKILLs and faults, and what the bot wrote to its log in all its lives."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house = house
        self.faults = house.world.faults
        self.dice = dice
        self.kills: Counter[str] = Counter()
        self.planned: Counter[str] = Counter()
        self.ends: list[int] = []
        self.starts: list[float] = []  # seconds
        self.memory: list[float] = []  # MiB at the end of each life
        self.log: list[str] = []

    async def run(self) -> None:
        """Kill and start the bot again and again."""
        began = time.monotonic()
        while self.kills.total() < KILLS:
            left = began + (self.kills.total() + 1) * KILL_EVERY_S - time.monotonic()
            await self._live(max(left, self.dice.uniform(2.0, 5.0)))
            await self.ended()
            if self.dice.random() < 0.1:
                await self.house.bot.start()
                await asyncio.sleep(self.dice.uniform(0, 4))
                self.kill("while starting")
                await self.ended()
            await self.start()

    async def start(self) -> None:
        """Another life, with no faults at first."""
        self.faults.clear()
        began = time.monotonic()
        await self.house.bot.start()
        await self.house.box.bot_ready(START_S)
        self.starts.append(time.monotonic() - began)

    async def ended(self) -> None:
        """Wait for the end of a life, and keep what the bot said in it."""
        self.ends.append(await self.house.bot.wait())
        self.log += self.house.bot.lines
        self.house.bot.lines.clear()
        await self.house.box.bot_gone()

    async def _live(self, seconds: float) -> None:
        for _ in range(self.dice.randint(1, 6)):
            self._plan()
        before = self.dice.uniform(0, seconds)
        await asyncio.sleep(before)  # not for anything to happen: these are the moments of the kills
        if self.dice.random() < 0.15:
            self._cut()
        await asyncio.sleep(seconds - before)
        self.memory.append(memory(self.house.bot.pid))
        if self.dice.random() < 0.4:
            self.kill("at a random moment")
            return
        (method, route), after = self.dice.choice(PLACES), self.dice.random() < 0.5
        what = f"{'after' if after else 'on receipt of'} {method} {route.rsplit('/', 1)[-1]}"
        self.faults.on_receipt(route, lambda: self.kill(what), method=method, after_effect=after)
        try:
            await self.house.bot.wait(4)
        except TimeoutError:
            self.kill("at a random moment")

    def kill(self, what: str) -> None:
        """End as a power cut would."""
        if self.house.bot.running:
            self.kills[what] += 1
        self.house.bot.kill()

    def _plan(self) -> None:
        method, route = self.dice.choice(PLACES)
        after = self.dice.random() < 0.5
        status = self.dice.choice([429, 500, 502, 503, 0, 0])
        self.planned[str(status or f"dropped {'after' if after else 'before'} its effect")] += 1
        if status:
            wait = self.dice.uniform(0.05, 1.0) if status == 429 else None
            self.faults.answer(method, route, status, times=self.dice.choice([1, 1, 2]), retry_after=wait)
        else:
            self.faults.drop(method, route, after_effect=after)

    def _cut(self) -> None:
        how = self.dice.choice(["gateway dropped", "gateway dropped for good", "session invalidated"])
        self.planned[how] += 1
        if how == "session invalidated":
            self.faults.invalidate_session()
        else:
            self.house.world.gateway.drop(resumable=how == "gateway dropped")


def memory(pid: int | None) -> float:
    """MiB that a process holds; 0 where it is gone or the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    """A world whose bot may complain."""
    async with Sandbox() as box:
        house = House(box, folder)
        # Without the interpreter's development mode, which takes half of the time and much memory.
        warnings = ("-W", "error::RuntimeWarning", "-W", "always::ResourceWarning")
        house.bot.argv = [sys.executable, *warnings, *house.bot.argv[house.bot.argv.index("-m") :]]
        try:
            await house.start()
            yield house
        finally:
            await house.bot.stop()


async def test_mixed_load_with_kills(tmp_path: Path):
    began = time.monotonic()
    report: Counter[str] = Counter()
    async with opened(tmp_path) as house:
        load, shaking = Load(house, Random(20260302)), Shaking(house, Random(20260303))
        async with asyncio.TaskGroup() as group:
            group.create_task(load.run())
            await shaking.run()
            load.over = True
        shaking.kill("at the end")
        await shaking.ended()
        await shaking.start()
        with suppress(TimeoutError):  # what does not happen is named by `check`
            await house.eventually(FINISHED, seconds=120)
            report["verdicts owed in the end"] = await pay(house)
        difference = await rebuilt(house)
        at_last = memory(house.bot.pid)
        await house.bot.stop()
        status = house.bot.returncode
        shaking.log += house.bot.lines
        wrong = check(house, load, report)
        report["answers stored"] = len(house.rows("SELECT 1 FROM answer"))
        report["answers in the ledger"] = len(house.rows("SELECT 1 FROM ledger WHERE kind = 'graded'"))
        report["events in the ledger"] = len(house.rows("SELECT 1 FROM ledger"))
        requests = Counter(
            f"{one.method} {one.route}: {one.status or 'dropped'}"
            for one in house.world.requests
            if one.status in (0, 429) or one.status >= 500
        )
    kinds, unexplained = incidents(shaking.log)
    print(  # noqa: T201 - to report
        f"\n{MEMBERS} members, {(time.monotonic() - began) / 60:.1f} minutes, {shaking.kills.total()} SIGKILLs",
        *(
            f"{name}:\n{table(counted)}"
            for name, counted in (
                ("Numbers", report),
                ("Kills", shaking.kills),
                ("Faults planned", shaking.planned),
                ("Faults that hit", requests),
                ("What members did", load.did),
                ("What the bot complained of", kinds),
            )
        ),
        f"Seconds to start: {spread(shaking.starts)}",
        f"MiB at the end of a life: {spread(shaking.memory)}; of the last life {at_last:.1f}",
        *(f"WRONG: {one}" for one in [*wrong, difference, *unexplained] if one),
        sep="\n",
    )
    assert wrong == []
    assert difference == ""
    assert house.world.unknown_routes == []
    assert unexplained == []
    assert set(shaking.ends) == {-signal.SIGKILL}
    assert status == 0
    assert shaking.kills.total() > KILLS
    assert report["answers acknowledged by form"] > KILLS
    assert report["messages stored while typing"] > 0


def table(counted: Counter[str]) -> str:
    """One line each, most frequent first."""
    return "\n".join(f"  {count:6} {name}" for name, count in counted.most_common())


def spread(numbers: list[float]) -> str:
    """The least, the one in the middle and the most of some numbers."""
    return f"{min(numbers):.1f}, {median(numbers):.1f}, {max(numbers):.1f}"
