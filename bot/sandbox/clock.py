"""The sandbox's own time: the machine's plus an offset that jumps, and timers that notice the jump."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Timer:
    """One pending call; `cancel` forgets it."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due = due
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        """The call will not happen."""
        self.cancelled = True


class SandboxClock:
    """Time for tokens, timestamps, rate limits and the 3-second rule. Seconds since 1970 UTC.

    `advance` moves the world forward at once; whoever listens (the bot's process) is told the new offset.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._timers: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()
        self._armed: asyncio.TimerHandle | None = None
        self._listeners: list[Callable[[float], None]] = []

    def time(self) -> float:
        """Now, in seconds since 1970 UTC."""
        return time.time() + self.offset

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Jump forward; listeners hear of it, in the order in which they came, then timers that fell due run."""
        self.offset += seconds
        for listener in self._listeners:
            listener(self.offset)
        self._run_due()

    def on_jump(self, listener: Callable[[float], None]) -> None:
        """Tell `listener` every new offset."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[float], None]) -> None:
        """Stop telling `listener`."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call `call` once `seconds` of this clock have passed."""
        timer = Timer(self.time() + seconds, call)
        heapq.heappush(self._timers, (timer.due, next(self._count), timer))
        self._arm()
        return timer

    def close(self) -> None:
        """Forget all timers."""
        self._timers.clear()
        if self._armed is not None:
            self._armed.cancel()
            self._armed = None

    def _arm(self) -> None:
        if self._armed is not None:
            self._armed.cancel()
            self._armed = None
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        if self._timers:
            delay = max(0.0, self._timers[0][0] - self.time())
            self._armed = asyncio.get_running_loop().call_later(delay, self._run_due)

    def _run_due(self) -> None:
        while self._timers and self._timers[0][0] <= self.time() + 0.001:
            timer = heapq.heappop(self._timers)[2]
            if not timer.cancelled:
                timer.call()
        self._arm()
