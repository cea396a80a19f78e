"""The only source of time besides discord.py's own: a clock that can be asked, waited for, and moved by the sandbox."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

# The event loop's timers stand still while a machine sleeps, so a sleeper looks at the time now and then.
LOOK_AGAIN_S = 30.0
FIRST_LINE_S = 5.0

log = logging.getLogger(__name__)


class Clock:
    """Tells the time in UTC. Handed out by `app`, so that nobody asks the machine behind our back."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._jumped = asyncio.Event()  # the next jump; each has an event of its own

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def jump(self, offset: timedelta) -> None:
        """From now on be `offset` ahead of this machine; whoever sleeps looks at the time again.

        Raises OverflowError, and changes nothing, where the calendar ends.
        """
        _ = datetime.now(UTC) + offset
        self._offset = offset
        self._jumped.set()
        self._jumped = asyncio.Event()

    async def sleep_until(self, moment: datetime) -> None:
        """Return once it is `moment`, which must be aware; at once if it is past."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, LOOK_AGAIN_S)):
                    await self._jumped.wait()


class _Offsets(asyncio.Protocol):
    """Moves a clock by the lines that arrive on a pipe.

    A protocol rather than a task that reads: the offset applies before the event loop hands on anything else that
    came in at the same time, so an interaction sent after a jump is handled after it.
    """

    def __init__(self, clock: Clock, left: Callable[[], None] | None) -> None:
        self.heard = asyncio.Event()  # a line, or the end
        self._clock = clock
        self._left = left
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._apply(line)
            self.heard.set()

    def eof_received(self) -> None:
        # What is left without its line break may be half a number.
        self.heard.set()
        if self._left is not None:
            self._left()

    def _apply(self, line: bytes) -> None:
        try:
            self._clock.jump(timedelta(seconds=float(line)))
        except (ValueError, OverflowError):
            log.warning("%r is no offset of the clock in seconds; the time stays as it is.", line)


@asynccontextmanager
async def following(
    clock: Clock, pipe: BinaryIO, left: Callable[[], None] | None = None
) -> AsyncGenerator[None, None]:
    """While the block runs, let `pipe` move `clock`: a line with the offset in seconds for each jump.

    The block begins when the first line was applied, or the pipe ended, or after five seconds without either.
    `left` is called when the pipe ends while the block runs. Closes `pipe` in the end. Raises ValueError if it is a file.
    """
    loop = asyncio.get_running_loop()
    transport, offsets = await loop.connect_read_pipe(lambda: _Offsets(clock, left), pipe)
    try:
        try:
            async with asyncio.timeout(FIRST_LINE_S):
                await offsets.heard.wait()
        except TimeoutError:
            log.warning("No time came within %g s; until it does, this machine's counts.", FIRST_LINE_S)
        yield
    finally:
        transport.close()


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC, the unit in which moments are stored; `moment` must be aware."""
    return round(moment.timestamp() * 1000)


def moment(stored: int) -> datetime:
    """The inverse of `milliseconds`."""
    return datetime.fromtimestamp(stored / 1000, UTC)
