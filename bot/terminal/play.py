"""`python -m bot play`: opens all that an interview in this terminal needs, and runs it until its member leaves."""

import asyncio
import getpass
import io
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from types import FrameType

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.bank.loader import Bank
from bot.clock import Clock
from bot.domain.question import Level
from bot.engine.derived import rebuild_if_due
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.topics import Topics
from bot.errors import StartupError
from bot.grading.grader import Grader
from bot.storage.database import open_database
from bot.terminal.keyboard import Keyboard
from bot.terminal.session import Session, require_topic
from bot.terminal.text import WIDEST, fitted, harmless, in_one_line

# Nobody else waits for this machine.
UNHURRIED = Limits(seconds_between_answers=0, answers_per_hour=3600)
LINES = 24
NAME_LIMIT = 32
NOTHING_KEPT = "Nothing is kept when you leave; --database FILE keeps points, streak and answers."
HOW = "Type your answer; an empty line ends it. /help lists the commands."
LEAVING = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows knows no SIGHUP


class Gone(Exception):
    """Nobody reads any more what is said."""


class Leaving:
    """Ctrl+C while somebody may type ends the interview at once; a step that has begun, such as storing an
    answer, goes to its end first. Whoever presses it twice does not wait for that."""

    def __init__(self) -> None:
        self._asked = self._typing = False

    @contextmanager
    def heard(self) -> Generator[None, None, None]:
        """While the block runs, listen to the signals that ask to leave; they are a KeyboardInterrupt each."""
        numbers = [getattr(signal, name) for name in LEAVING if hasattr(signal, name)]
        before = {number: signal.signal(number, self._hear) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def typing(self) -> Generator[None, None, None]:
        """Somebody may type while the block runs."""
        self._typing = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._typing = False

    def _hear(self, _: int, __: FrameType | None) -> None:
        if self._typing or self._asked:
            raise KeyboardInterrupt
        self._asked = True


class Screen:
    """Standard output. `typed`: somebody has typed below the last text, so the next one keeps some distance."""

    def __init__(self) -> None:
        self.typed = False

    def say(self, text: str) -> None:
        """Show a text that may come from anywhere. Raises Gone if the pipe was closed, or the terminal's window."""
        lead, self.typed = "\n" if self.typed else "", False
        columns = shutil.get_terminal_size((WIDEST, LINES)).columns
        try:
            sys.stdout.write(f"{lead}{fitted(harmless(text), columns)}\n\n")
            sys.stdout.flush()
        except OSError as error:
            raise Gone from error


def play(topic: str | None, level: Level | None, file: Path | None) -> int:
    """Interview whoever sits here; returns the exit status. Without `file` everything is thrown away.

    Raises UserError for a topic that the bank has not, StartupError if the database cannot be opened.
    """
    attended = _prepare_streams()
    bank = loader.load(bundled())
    require_topic(Topics(bank), topic, level)
    screen, leaving = Screen(), Leaving()
    try:
        with ExitStack() as stack:
            stack.enter_context(leaving.heard())
            folder = "" if file else stack.enter_context(tempfile.TemporaryDirectory(prefix="hotseat-"))
            runner = stack.enter_context(asyncio.Runner())
            opened = AsyncExitStack()
            stack.callback(lambda: runner.run(opened.aclose()))
            database = file or Path(folder, "hotseat.db")
            interviewer = runner.run(opened.enter_async_context(_open(bank, database)))
            kept = f"Points, streak and answers are kept in {file}." if file else NOTHING_KEPT
            screen.say(f"Hotseat in your terminal. {kept}\n{HOW}")
            keyboard = Keyboard(sys.stdin, screen.say, attended=attended)
            with suppress(KeyboardInterrupt):
                session = Session(interviewer, _name(), screen.say)
                runner.run(session.begin(topic, level))
                while not session.over:
                    screen.typed = attended
                    with leaving.typing():
                        entry = keyboard.entry(session.known, session.stands_alone, session.begun)
                    # Between entries the event loop stands still, so reading one may block.
                    runner.run(session.take(entry))
            screen.say("The answer you were typing is not kept. Goodbye." if keyboard.draft else "Goodbye.")
    except Gone:
        # Python would try once more at its exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@asynccontextmanager
async def _open(bank: Bank, file: Path) -> AsyncGenerator[Interviewer, None]:
    clock = Clock()
    async with open_database(file, clock.now()) as database:
        interviewer = Interviewer(database, bank, Grader(bank.lexicon), clock, SystemRandom(), UNHURRIED)
        await rebuild_if_due(database)
        await interviewer.answering.forget_closed()
        try:
            yield interviewer
        finally:
            await interviewer.close()


def _prepare_streams() -> bool:
    """Make the standard streams take any text; whether somebody sits in front of them."""
    # The interview says what goes wrong; a warning in between would only repeat it.
    logging.basicConfig(level=logging.ERROR)
    if sys.stdin is None or sys.stdout is None:  # closed by whoever started us
        raise StartupError(
            "play reads from standard input and writes to standard output; one of them is closed."
        )
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    return sys.stdin.isatty() and sys.stdout.isatty()


def _name() -> str:
    """What the operating system calls the member."""
    with suppress(KeyError, ImportError, OSError):  # it knows no user of this number
        return in_one_line(getpass.getuser(), NAME_LIMIT) or "You"
    return "You"
