"""The whole bot as a child process, against the sandbox, over HTTP and websocket."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import BotProcess, Handle, Sandbox, Shown

ROOT = Path(__file__).parent.parent.parent


# People in tests answer faster than people do.
UNLIMITED = {"HOTSEAT_LIMITS__SECONDS_BETWEEN_ANSWERS": 0, "HOTSEAT_LIMITS__ANSWERS_PER_HOUR": 1_000_000}


class House:
    """A sandbox, the bot that runs against it, and the bot's database."""

    def __init__(self, box: Sandbox, folder: Path, settings: Mapping[str, object] = UNLIMITED) -> None:
        self.box = box
        self.world = box.world
        self.file = folder / "hotseat.db"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSEAT_")}
        environment |= {
            "HOTSEAT_TOKEN": box.token,
            "HOTSEAT_DISCORD__API_BASE": box.api_base,
            "HOTSEAT_DISCORD__GATEWAY_URL": box.gateway_url,
            "HOTSEAT_DATABASE__URL": f"sqlite:///{self.file}",
            "PYTHONPATH": str(ROOT),
        }
        environment |= {name: str(value) for name, value in settings.items()}
        strict = ("-X", "dev", "-W", "error::RuntimeWarning")
        argv = [sys.executable, *strict, "-m", "bot", "run", "--follow-clock"]
        self.bot = BotProcess(argv, environment, cwd=folder, clock=box.world.clock)

    async def start(self) -> None:
        """Start the bot and wait until Discord would send it interactions."""
        await self.bot.start()
        await self.box.bot_ready()

    async def restart(self) -> None:
        """SIGKILL and start again."""
        await self.bot.restart(kill=True)
        await self.box.bot_ready()

    async def typed(self, member: Handle) -> None:
        """What the member typed in their DM is stored; let the pause go by after which it is an answer."""
        await self.eventually("SELECT 1 FROM typed WHERE member_id = ?", member.id)
        self.world.clock.advance(9)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    async def eventually(self, sql: str, *values: object, seconds: float = 20) -> tuple[Any, ...]:
        """The first row of a query, once there is one. A database announces nothing, so this looks again and again."""
        async with asyncio.timeout(seconds):
            while not (found := self.rows(sql, *values)):
                await asyncio.sleep(0.01)
        return found[0]

    def change(self, sql: str, *values: object) -> None:
        """Change the database behind the bot's back, to make time pass."""
        with closing(sqlite3.connect(self.file, timeout=10)) as connection, connection:
            connection.execute(sql, values)


def ask_id(card: Shown) -> int:
    """The ask that a card shows."""
    address = next(one.custom_id for one in card.buttons if (one.custom_id or "").startswith("ask:"))
    return int((address or "").split(":")[1])


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every request of every bot in this test run is written down."""
    return tmp_path_factory.mktemp("recorded") / "requests.jsonl"


@asynccontextmanager
async def opened(
    folder: Path, recorded: Path, settings: Mapping[str, object] = UNLIMITED
) -> AsyncIterator[House]:
    """A fresh world with a running bot."""
    async with Sandbox(record=recorded) as box:
        house = House(box, folder, settings)
        try:
            await house.start()
            yield house
        finally:
            await house.bot.stop()
            complaints = [
                line
                for line in house.bot.lines
                if "Traceback" in line or "was never awaited" in line or "ResourceWarning" in line
            ]
            assert complaints == [], house.bot.output
            assert box.world.unknown_routes == []


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[House]:
    """One bot for all tests that neither kill it nor count what it did."""
    async with opened(tmp_path_factory.mktemp("house"), recorded) as house:
        yield house


@pytest.fixture
async def fresh(tmp_path: Path, recorded: Path) -> AsyncIterator[House]:
    """A bot of the test's own."""
    async with opened(tmp_path, recorded) as house:
        yield house


@pytest.fixture(autouse=True)
def _no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "house" in request.fixturenames:
        request.getfixturevalue("house").world.faults.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What was sent is validated when everything was sent."""
    items.sort(key=lambda item: item.path.name == "test_openapi.py")
