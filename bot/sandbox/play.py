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
START_S = 60.0
RESTART_S = 1.0  # between a kill and the start after it
FOREVER_S = 10.0**9
CODE = Path(__file__).parents[2]


async def play(port: int, data: Path | None, argv: Sequence[str]) -> int:
    """Serve on `port` (another one if it is taken) with the bot `argv` as a child; returns the exit status.

    `argv` must make the bot follow the clock that comes over its standard input. World and database are kept in
    `data`, or thrown away without it.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotseat-")))
        folder.mkdir(parents=True, exist_ok=True)
        box = await _served(port, data)
        kept = "Nothing is kept; --data FOLDER would." if data is None else f"Everything is kept in {data}."
        try:
            return await _with_bot(box, folder.resolve(), argv, stop, kept)
        finally:
            await box.close()


async def _served(port: int, data: Path | None) -> Sandbox:
    box = Sandbox(port=port, data=data)
    try:
        await box.start()
    except OSError:  # the port is taken
        await box.close()
        box = Sandbox(port=0, data=data)
        await box.start()
    return box


async def _with_bot(box: Sandbox, folder: Path, argv: Sequence[str], stop: asyncio.Event, kept: str) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSEAT_")}
    environment |= {
        "HOTSEAT_TOKEN": box.token,
        "HOTSEAT_DISCORD__API_BASE": box.api_base,
        "HOTSEAT_DISCORD__GATEWAY_URL": box.gateway_url,
        "HOTSEAT_DATABASE__URL": f"sqlite:///{folder / 'hotseat.db'}",
        # The child's working folder is the data folder; it must find this very code all the same.
        "PYTHONPATH": str(CODE),
    }
    bot = BotProcess(argv, environment, cwd=folder, clock=box.world.clock)
    box.world.bot_process = bot
    await bot.start()
    ready = asyncio.create_task(box.bot_ready(timeout=START_S))
    stopping = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(_ended(bot))
    try:
        await asyncio.wait({ready, stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not ready.exception():
            sys.stdout.write(
                f"Hotseat is running on this machine, with a small Discord of its own. {kept}\n"
                f"Open {box.base_url}/ in a browser. Ctrl+C stops it.\n"
            )
            sys.stdout.flush()
            await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return 0
        last_words = "\n".join(list(bot.lines)[-LINES_SHOWN:])
        sys.stderr.write(f"The bot stopped. Its last words:\n{last_words}\n")
        return 1
    finally:
        for task in (ready, stopping, ended):
            task.cancel()
        await bot.stop()


async def _ended(bot: BotProcess) -> None:
    """Return once the bot is gone for good, not while it is being restarted from the page."""
    while True:
        await bot.wait(timeout=FOREVER_S)
        await asyncio.sleep(RESTART_S)
        if not bot.running:
            return
