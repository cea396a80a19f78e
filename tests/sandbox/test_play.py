"""`python -m bot sandbox`: the world it keeps, its ends, its port, its folder and the browser it opens."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from filelock import FileLock

from bot.sandbox import BotProcess, Sandbox

pytestmark = pytest.mark.restart
ROOT = Path(__file__).parent.parent.parent
AHEAD_S = 15 * 86400
START_S = 60.0


def process(folder: Path, *options: str, port: int = 0, **environment: str) -> BotProcess:
    """The command, not started yet."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOTSEAT_")}
    argv = [sys.executable, "-m", "bot", "sandbox", "--port", str(port), *options]
    return BotProcess(argv, inherited | {"PYTHONPATH": str(ROOT)} | environment, cwd=folder)


@asynccontextmanager
async def running(sandbox: BotProcess) -> AsyncIterator[str]:
    """The address that the command prints; it is stopped in the end, unless it ended before."""
    sandbox.lines.clear()
    await sandbox.start()
    try:
        line = await sandbox.printed("in a browser", timeout=START_S)
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        yield found[0]
    finally:
        await sandbox.stop()


async def view(address: str) -> dict[str, Any]:
    """What Ann sees."""
    async with aiohttp.ClientSession(address) as page, page.get("/page/view", params={"as": "ann"}) as reply:
        return await reply.json()


async def act(address: str, do: str, **fields: Any) -> dict[str, Any]:
    """Something that Ann does on the page."""
    body = {"as": "ann", "do": do, **fields}
    async with aiohttp.ClientSession(address) as page, page.post("/page/act", json=body) as reply:
        return await reply.json()


async def ask(address: str) -> None:
    """Run /ask as Ann on the page at `address`."""
    channel = (await view(address))["channel"]
    assert await act(address, "slash", command="ask", options={}, channel=channel) == {}


def moments(folder: Path, sql: str) -> list[float]:
    """Stored moments, in seconds since 1970."""
    with closing(sqlite3.connect(f"file:{folder / 'hotseat.db'}?mode=ro", uri=True)) as connection:
        return [row[0] / 1000 for row in connection.execute(sql)]


def child_of(sandbox: BotProcess) -> int:
    """The process id of the bot inside."""
    (child,) = Path(f"/proc/{sandbox.pid}/task/{sandbox.pid}/children").read_text().split()
    return int(child)


async def let_go(folder: Path) -> None:
    """Wait until nobody holds the database."""
    lock = FileLock(folder / "hotseat.db.lock", thread_local=False)
    await asyncio.to_thread(lock.acquire, START_S)
    lock.release()


async def test_the_bot_inside_keeps_the_time_of_the_kept_world(tmp_path: Path):
    async with Sandbox(data=tmp_path) as box:
        box.clock.advance(AHEAD_S)
    sandbox = process(tmp_path, "--data", str(tmp_path))
    begun = time.time()
    for run in (1, 2):
        async with running(sandbox) as address:
            await ask(address)
        assert sandbox.returncode == 0, sandbox.output
        asked = moments(tmp_path, "SELECT asked_at FROM ask ORDER BY asked_at")
        assert len(asked) == run
    # The first thing that a bot writes down is which migrations it ran: even that is in the world's present.
    for moment in [*moments(tmp_path, "SELECT applied_at FROM migration"), *asked]:
        assert begun - 1 <= moment - AHEAD_S <= time.time() + 1


async def test_a_kill_takes_the_bot_along_and_loses_no_time(tmp_path: Path):
    sandbox = process(tmp_path, "--data", str(tmp_path))
    for run in (1, 2):
        async with running(sandbox) as address:
            assert (await view(address))["weather"]["ahead"] == (run - 1) * AHEAD_S
            await ask(address)
            assert await act(address, "weather", what="advance", seconds=AHEAD_S) == {}
            sandbox.kill()
            assert await sandbox.wait() == -signal.SIGKILL
            await let_go(tmp_path)
    async with running(sandbox) as address:
        assert (await view(address))["weather"]["ahead"] == 2 * AHEAD_S
        await ask(address)
    first, second, third = moments(tmp_path, "SELECT asked_at FROM ask ORDER BY asked_at")
    assert second - first >= AHEAD_S
    assert third - second >= AHEAD_S


async def test_a_bot_killed_from_the_page_can_be_started_again(tmp_path: Path):
    sandbox = process(tmp_path)
    async with running(sandbox) as address:
        bot = child_of(sandbox)
        assert await act(address, "weather", what="kill") == {}
        assert (await view(address))["weather"]["bot"] == "dead"
        assert await act(address, "weather", what="kill") == {}
        for what in ("start", "start", "restart"):
            assert await act(address, "weather", what=what) == {}
        assert (await view(address))["weather"]["bot"] == "running"
        assert child_of(sandbox) != bot
        async with aiohttp.ClientSession(address) as page, page.ws_connect("/page/events?as=ann") as events:
            while not (await view(address))["view"]["bot"]["online"]:
                await asyncio.wait_for(events.receive(), START_S)
        await ask(address)
    assert sandbox.returncode == 0, sandbox.output


async def test_a_bot_that_ends_by_itself_ends_the_sandbox_with_its_last_words(tmp_path: Path):
    sandbox = process(tmp_path)
    async with running(sandbox):
        os.kill(child_of(sandbox), signal.SIGKILL)
        assert await sandbox.wait() == 1
    assert "The bot stopped. Its last words:" in sandbox.output


async def test_a_taken_port_gives_way_to_another(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sandbox = process(tmp_path, port=port)
        async with running(sandbox) as address:
            assert f":{port}/" not in address
            assert (await view(address))["view"]["me"]["name"] == "ann"
            assert f"Port {port} was taken." in sandbox.output
            assert "a small Discord of its own" in sandbox.output
    assert sandbox.returncode == 0, sandbox.output


async def test_a_folder_has_one_sandbox_at_a_time(tmp_path: Path):
    data = tmp_path / "kept"
    first, second = process(tmp_path, "--data", str(data)), process(tmp_path, "--data", str(data))
    async with running(first) as address:
        assert "Everything is kept in" in first.output
        await act(address, "say", text="mine", channel=(await view(address))["channel"])
        await second.start()
        assert await second.wait() == 1
        assert "stop it first" in second.output
        await ask(address)
    async with running(second) as address:
        said = [message["content"] for message in (await view(address))["messages"]]
        assert said[0] == "mine"
    for broken in ("{", '{"version": 0}'):
        (data / "sandbox-world.json").write_text(broken, encoding="utf-8")
        await second.start()
        assert await second.wait() == 1
        assert "move it away" in second.output
    (tmp_path / "file").touch()
    no_folder = process(tmp_path, "--data", str(tmp_path / "file"))
    await no_folder.start()
    assert await no_folder.wait() == 1
    assert "name another folder" in no_folder.output
    for sandbox in (first, second, no_folder):
        assert "Traceback" not in sandbox.output


async def test_open_opens_a_browser(tmp_path: Path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path / "opened"}\n', encoding="utf-8")
    browser.chmod(0o700)
    for options in ((), ("--open",)):
        async with running(process(tmp_path, *options, BROWSER=f"{browser} %s")) as address:
            if options:
                async with asyncio.timeout(START_S):
                    while not (tmp_path / "opened").exists():
                        await asyncio.sleep(0.01)
                assert (tmp_path / "opened").read_text() == f"{address}\n"
        assert (tmp_path / "opened").exists() is bool(options)


async def test_without_a_browser_the_address_still_stands_there(tmp_path: Path):
    sandbox = process(tmp_path, "--open", BROWSER="false %s", PATH=str(tmp_path), DISPLAY="")
    async with running(sandbox):
        await sandbox.printed("open the address yourself", timeout=START_S)


async def test_what_is_no_port_is_refused(tmp_path: Path):
    for wrong in (70_000, -1):
        sandbox = process(tmp_path, port=wrong)
        await sandbox.start()
        assert await sandbox.wait() == 2
        assert "is no port" in sandbox.output
