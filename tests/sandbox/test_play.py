"""`python -m bot sandbox --data`: the bot inside lives in the kept world's time, from run to run."""

import os
import re
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import BotProcess, Sandbox

ROOT = Path(__file__).parent.parent.parent
AHEAD_S = 15 * 86400


async def ask(address: str) -> None:
    """Run /ask as Ann on the page at `address`."""
    async with aiohttp.ClientSession(address) as page:
        async with page.get("/page/view", params={"as": "ann"}) as response:
            channel = (await response.json())["channel"]
        command = {"as": "ann", "do": "slash", "command": "ask", "options": {}, "channel": channel}
        async with page.post("/page/act", json=command) as response:
            assert await response.json() == {}


def moments(folder: Path, sql: str) -> list[float]:
    """Stored moments, in seconds since 1970."""
    with closing(sqlite3.connect(f"file:{folder / 'hotseat.db'}?mode=ro", uri=True)) as connection:
        return [row[0] / 1000 for row in connection.execute(sql)]


@pytest.mark.restart
async def test_the_bot_inside_keeps_the_time_of_the_kept_world(tmp_path: Path):
    async with Sandbox(data=tmp_path) as box:
        box.clock.advance(AHEAD_S)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSEAT_")}
    argv = [sys.executable, "-m", "bot", "sandbox", "--data", str(tmp_path), "--port", "0"]
    sandbox = BotProcess(argv, environment | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path)
    begun = time.time()
    for run in (1, 2):
        sandbox.lines.clear()
        await sandbox.start()
        try:
            line = await sandbox.printed("in a browser", timeout=60)
            found = re.search(r"http://\S+", line)
            assert found is not None, line
            await ask(found[0])
        finally:
            await sandbox.stop()
        assert sandbox.returncode == 0, sandbox.output
        asked = moments(tmp_path, "SELECT asked_at FROM ask ORDER BY asked_at")
        assert len(asked) == run
    # The first thing that a bot writes down is which migrations it ran: even that is in the world's present.
    for moment in [*moments(tmp_path, "SELECT applied_at FROM migration"), *asked]:
        assert begun - 1 <= moment - AHEAD_S <= time.time() + 1
