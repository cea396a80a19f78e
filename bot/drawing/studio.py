"""Pictures on demand: one child process that draws, and what it drew lately."""

import asyncio
import logging
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress

from bot.drawing.easel import LENGTH_BYTES
from bot.drawing.sheet import Sheet

log = logging.getLogger(__name__)

EASEL = (sys.executable, "-m", "bot.drawing.easel")
PATIENCE_S = 10.0
IDLE_S = 300.0  # an easel takes some 100 MB
KEPT = 64  # pictures of 30 to 70 kB


class Studio:
    """Draws a sheet at a time. Without a picture (it took too long, the child died) there is None, never an error."""

    def __init__(self, easel: tuple[str, ...] = EASEL, patience_s: float = PATIENCE_S) -> None:
        self._easel = easel
        self._patience_s = patience_s
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._leave: asyncio.TimerHandle | None = None

    def kept(self, sheet: Sheet) -> bytes | None:
        """The picture of a sheet that was drawn lately, at once."""
        return self._find(sheet.to_json())

    async def picture(self, sheet: Sheet) -> bytes | None:
        """The picture of a sheet."""
        line = sheet.to_json()
        found = self._find(line)
        if found is not None:
            return found
        try:
            async with asyncio.timeout(self._patience_s), self._one_at_a_time:
                found = self._find(line) or await self._draw(line)
        except (TimeoutError, OSError, EOFError) as error:
            log.warning("A picture could not be drawn (%s: %s).", type(error).__name__, error)
            return None
        if not found:
            log.warning("A picture could not be drawn; what the process that draws had to say stands above.")
            return None
        self._kept[line] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    async def close(self) -> None:
        """End the process; who waits for a picture gets none."""
        await self._end()

    def _find(self, line: str) -> bytes | None:
        found = self._kept.get(line)
        if found is not None:
            self._kept.move_to_end(line)
        return found

    async def _draw(self, line: str) -> bytes:
        try:
            asked, drawn = await self._started()
            asked.write(line.encode() + b"\n")
            await asked.drain()
            length = int.from_bytes(await drawn.readexactly(LENGTH_BYTES), "big")
            picture = await drawn.readexactly(length)
        except BaseException:
            # Whatever it would still say belongs to a sheet that nobody waits for.
            await asyncio.shield(self._end())
            raise
        self._leave = asyncio.get_running_loop().call_later(IDLE_S, self._let_go)
        return picture

    async def _started(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        if self._leave is not None:
            self._leave.cancel()
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._easel,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(os.environ),
            )
        asked, drawn = self._process.stdin, self._process.stdout
        if asked is None or drawn is None:
            raise BrokenPipeError
        return asked, drawn

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    async def _end(self) -> None:
        if self._leave is not None:
            self._leave.cancel()
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _environment(whole: Mapping[str, str]) -> dict[str, str]:
    """Ours without its secrets; one thread is enough to draw with."""
    kept = {name: value for name, value in whole.items() if not name.startswith(("HOTSEAT_", "DISCORD_"))}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
