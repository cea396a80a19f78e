"""`python -m bot sandbox`: the small Discord, its page and the bot together, until somebody stops them."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bot.sandbox.process import BotProcess
from bot.sandbox.server import Sandbox

LINES_SHOWN = 30
CODE = Path(__file__).parents[2]


async def play(port: int, data: Path | None, argv: Sequence[str]) -> int:
    """Serve on `port` (another one if it is taken) with the bot `argv` as a child; returns the exit status.

    World and database are kept in `data`, or thrown away without it.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotseat-")))
        folder.mkdir(parents=True, exist_ok=True)
        box = await _served(port, data)
        try:
            sys.stdout.write(
                f"Hotseat is running on this machine, with a small Discord of its own. {kept}\n"
                f"Open {box.base_url}/ in a browser. Ctrl+C stops it.\n"
            )
            sys.stdout.flush()
            await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return 0
        sys.stderr.write(
            "The bot stopped. Its last words:\n" + "\n".join(list(bot.lines)[-LINES_SHOWN:]) + "\n"
        )
        return 1
    finally:
        for task in (ready, stopping, ended):
            task.cancel()
        await bot.stop()


async def _ended(bot: BotProcess) -> None:
    """Return once the bot is gone for good, not while it is being restarted from the page."""
    while True:
        await bot.wait(timeout=3600 * 24 * 365)
        await asyncio.sleep(1)
        if not bot.running:
            return
