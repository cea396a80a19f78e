"""The bot as a child process that can be killed: started, stopped, restarted, its output kept."""

import asyncio
import collections
import os
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot.sandbox.clock import SandboxClock
from bot.sandbox.feed import WaitedTooLong

MOST_LINES = 5000
LONGEST_LINE = 1 << 20


class BotProcess:
    """A child process with these arguments.

    `env` replaces the environment (give `os.environ | {...}`). With `clock` the child is told the clock's offset
    over its standard input: one line with the seconds as a decimal number, at the start and at every jump.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        cwd: Path | None = None,
        clock: SandboxClock | None = None,
    ) -> None:
        self.argv = list(argv)
        self.env = dict(os.environ if env is None else env)
        self.cwd = cwd
        # Both outputs, newest last; the oldest are forgotten.
        self.lines: collections.deque[str] = collections.deque(maxlen=MOST_LINES)
        self._clock = clock
        self._process: Process | None = None
        self._ending: Process | None = None  # the child that was told to end
        self._started = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._printed = asyncio.Condition()

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        """How it ended; negative for a signal."""
        return self._process.returncode if self._process else None

    @property
    def output(self) -> str:
        """What it printed, for messages of failing tests."""
        return "\n".join(self.lines)

    async def start(self) -> None:
        """Start the child; it must not be running."""
        if self.running:
            raise RuntimeError("the bot's process is already running")
        self._process = await asyncio.create_subprocess_exec(
            *self.argv, env=self.env, cwd=self.cwd, stdin=PIPE, stdout=PIPE, stderr=STDOUT, limit=LONGEST_LINE
        )
        self._started.set()
        self._reader = asyncio.create_task(self._read(self._process), name="bot process output")
        if self._clock is not None:
            self._clock.on_jump(self._tell)
            self._tell(self._clock.offset)

    async def printed(self, text: str, timeout: float = 10.0) -> str:  # noqa: ASYNC109
        """Wait for a line that contains `text` (one printed earlier counts); returns it."""

        def found() -> str | None:
            return next((line for line in self.lines if text in line), None)

        try:
            async with asyncio.timeout(timeout), self._printed:
                await self._printed.wait_for(found)
        except TimeoutError:
            raise WaitedTooLong(
                f"Waited {timeout:g} s for the bot to print {text!r}; it printed:\n{self.output}"
            ) from None
        return found() or ""

    def kill(self) -> None:
        """SIGKILL: no clean-up."""
        if self._process is not None and self.running:
            self._ending = self._process
            self._process.kill()

    def terminate(self) -> None:
        """SIGTERM: a polite end."""
        if self._process is not None and self.running:
            self._ending = self._process
            self._process.terminate()

    async def wait(self, timeout: float = 30.0) -> int:  # noqa: ASYNC109 - ends in an error of our own choice
        """Wait for the end; returns the exit code."""
        if self._process is None:
            raise RuntimeError("the bot's process was never started")
        code = await asyncio.wait_for(self._process.wait(), timeout)
        if self._reader is not None:
            await self._reader
        if self._clock is not None:
            self._clock.forget(self._tell)
        return code

    async def failed(self) -> int:
        """Return once a child ended without having been told to here, with its exit code."""
        while True:
            process = self._process
            if process is not None:
                code = await process.wait()
                if process is not self._ending:
                    return code
            self._started.clear()
            if self._process is process:
                await self._started.wait()

    async def restart(self, *, kill: bool = True) -> None:
        """End the child (by SIGKILL unless told otherwise) and start it anew."""
        if self.running:
            if kill:
                self.kill()
            else:
                self.terminate()
        if self._process is not None:
            await self.wait()
        await self.start()

    async def stop(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """SIGTERM, and SIGKILL if that does not help."""
        if self._process is None:
            return
        self.terminate()
        try:
            await self.wait(timeout)
        except TimeoutError:
            self.kill()
            await self.wait()

    def _tell(self, offset: float) -> None:
        if self._process is not None and self._process.stdin is not None and self.running:
            with suppress(ConnectionError):
                self._process.stdin.write(f"{offset:.3f}\n".encode())

    async def _read(self, process: Process) -> None:
        if process.stdout is None:
            return
        async for line in process.stdout:
            async with self._printed:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self._printed.notify_all()
