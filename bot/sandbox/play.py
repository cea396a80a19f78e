"""`python -m bot sandbox`: the small Discord, its page and the bot together, until somebody stops them."""

import asyncio
import os
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bot.sandbox.process import BotProcess
from bot.sandbox.server import Sandbox
from bot.sandbox.store import NotKept

LINES_SHOWN = 30
START_S = 60.0
CODE = Path(__file__).parents[2]


async def play(port: int, data: Path | None, argv: Sequence[str], *, browse: bool = False) -> int:
    """Serve on `port` (another one if it is taken) with the bot `argv` as a child; returns the exit status.

    `argv` must make the bot follow the clock that comes over its standard input. World and database are kept in
    `data`, or thrown away without it. `browse` opens the page in a browser.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotseat-")))
        try:
            box = await _served(port, data)
        except NotKept as error:
            sys.stderr.write(f"{error}.\n")
            return 1
        said = ["Hotseat is running on this machine, with a small Discord of its own."]
        said.append(
            "Nothing is kept; --data FOLDER would." if data is None else f"Everything is kept in {data}."
        )
        if port not in (0, box.port):
            said.append(f"Port {port} was taken.")
        try:
            return await _with_bot(box, folder.resolve(), argv, stop, " ".join(said), browse=browse)
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


async def _with_bot(
    box: Sandbox, folder: Path, argv: Sequence[str], stop: asyncio.Event, said: str, *, browse: bool
) -> int:
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
    ended = asyncio.create_task(bot.failed())
    try:
        await asyncio.wait({ready, stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not ready.exception():
            sys.stdout.write(f"{said}\nOpen {box.base_url}/ in a browser. Ctrl+C stops it.\n")
            sys.stdout.flush()
            if browse:
                # Some browsers return at once, others when they are closed: nobody waits for this thread.
                threading.Thread(target=_browse, args=(f"{box.base_url}/",), daemon=True).start()
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


def _browse(address: str) -> None:
    if not webbrowser.open(address):
        sys.stderr.write("No browser was found here; open the address yourself.\n")
