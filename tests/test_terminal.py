"""The interviewer in a terminal: the real command as a child process, on pipes and on a pseudo-terminal."""

import errno
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import pytest

from bot.storage.database import process_lock
from bot.terminal.keyboard import Command, command
from bot.terminal.text import fitted, harmless, in_one_line, plain
from tests.wire.answers import QUESTION, TOPIC

ROOT = Path(__file__).parent.parent
PLAY = [sys.executable, "-m", "bot", "play"]
FIRST, SECOND = (point.covered[0] for point in QUESTION.points[:2])
# What a follow-up asks after an answer that covers the first point only.
WEIGHTIEST = max(QUESTION.points[1:], key=lambda point: point.weight)
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"
PATIENCE_S = 20


def environment(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "", "LOGNAME": "ann", **more}


def play(folder: Path, typed: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Everything is typed beforehand, into a pipe."""
    return subprocess.run(
        [*PLAY, *arguments],
        input=typed,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(**more),
        timeout=PATIENCE_S,
        check=False,
    )


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def pressed(child: subprocess.Popen[bytes], press: Callable[[], None]) -> int:
    """Press until the child goes; its exit status.

    Python looks for signals before it begins to wait for input: one that comes between the two, which takes a
    machine's hand, is heard with the next.
    """
    for _ in range(3):
        press()
        with suppress(subprocess.TimeoutExpired):
            return child.wait(PATIENCE_S / 3)
    raise AssertionError("It does not go.")


def read(file: int) -> str:
    """What comes next; empty at the end."""
    ready, _, _ = select.select([file], [], [], PATIENCE_S)
    assert ready, "nothing more came"
    try:
        return os.read(file, 65536).decode("utf-8", "replace")
    except OSError as error:  # Linux's way to say that nobody is at the other end of a terminal any more
        if error.errno != errno.EIO:
            raise
        return ""


class Child:
    """A child on pipes that waits for more. A context manager."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._child = subprocess.Popen(
            [*PLAY, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=folder,
            env=environment(),
        )
        assert self._child.stdin
        assert self._child.stdout
        assert self._child.stderr
        self.stdin, self.stdout, self._stderr = self._child.stdin, self._child.stdout, self._child.stderr
        self._came = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.signal(signal.SIGKILL)
        for pipe in (self.stdin, self.stdout, self._stderr):
            pipe.close()

    def type(self, text: str) -> None:
        self.stdin.write(text.encode())

    def until(self, words: str) -> None:
        """Wait for these words; what comes behind them stays for the next call."""
        while words not in self._came:
            more = read(self.stdout.fileno())
            assert more, f"{words} did not come, but {self._came!r}"
            self._came += more
        self._came = self._came.partition(words)[2]

    def signal(self, number: int) -> int:
        """Send it, and return the exit status that follows."""
        return pressed(self._child, lambda: self._child.send_signal(number))

    def end(self) -> int:
        """Nothing more is typed; the exit status."""
        self.stdin.close()
        return self._child.wait(PATIENCE_S)

    def trouble(self) -> str:
        """What stands on standard error once it has ended."""
        return self._stderr.read().decode()


# Only a process whose session belongs to the terminal hears its Ctrl+C.
IN_FRONT = "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"


class Terminal:
    """A child in a pseudo-terminal, as somebody sits before it. A context manager."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._fd, its = pty.openpty()
        self.shown = ""
        self.child = subprocess.Popen(
            [sys.executable, "-c", IN_FRONT, *PLAY[1:], *arguments],
            stdin=its,
            stdout=its,
            stderr=its,
            cwd=folder,
            env=environment(TERM="xterm"),
        )
        os.close(its)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self._fd)

    def until(self, pattern: str) -> None:
        """Wait until what came since the last call ends like this."""
        came = ""
        while not re.search(rf"{pattern}\Z", came):
            more = self._read()
            assert more, f"{pattern} did not come, but {came!r}"
            came += more

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def interrupt(self) -> int:
        """Press Ctrl+C; the exit status that follows."""
        status = pressed(self.child, lambda: self.type("\x03"))
        while self._read():
            pass
        return status

    def _read(self) -> str:
        came = read(self._fd)
        self.shown += came
        return came


def test_a_whole_interview_from_a_pipe_and_another_day(tmp_path):
    typed = f"""/again
/covered 1
{FIRST} {HOSTILE}

/hint
/follow-up
{WEIGHTIEST.covered[0]}

/covered 2
/covered 2
/covered 1
/covered nine
/reveal
2
/foo
/followup
/ask basket weaving
next
thanks!

/board
/pass
/quit
never read
"""
    done = play(tmp_path, typed, TOPIC, "--database", "ann.db")
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout
    said = " ".join(shown.split())
    for words in (
        "kept in ann.db",
        f"basic · up to 10 points {QUESTION.title}",
        f"({len(QUESTION.points)} key points, about",
        "Type an answer first; an empty line ends it. Type an answer first;",
        "1 [+] covered: " + QUESTION.points[0].says,
        f'You wrote: "{FIRST}',
        "2 [-] missed: " + QUESTION.points[1].probe,
        "in all · streak 1 day",
        "Hint 1 of",
        "A perfect answer would now earn you 3 points.",
        WEIGHTIEST.probe + " (Your reply is added to your answer",
        "[+] covered: " + WEIGHTIEST.says,
        "I noted point 2 with your answer.",
        "You told me that already",
        "Point 1 counts as covered already.",
        f"Name the point by its number, 1 to {len(QUESTION.points)}",
        f"Model answer: {QUESTION.title}",
        r"Formula (LaTeX): \tilde h_i",
        "Noted: partly.",
        "I know no command /foo. /help lists",
        "I know no command /followup. Did you mean /follow-up?",
        "I know no topic like basket weaving.",
        f"- {QUESTION.area_title} (",
        "A command begins with a slash: /next",
        "That is very short for an answer",
        "You are number 1 with",
    ):
        assert words in said
        said = said[said.index(words) :]  # and in this order
    assert said.endswith("Goodbye.")
    assert "never read" not in said
    # Nothing that a terminal would obey, no prompts, no Markdown, nothing too wide.
    assert [one for one in shown if not one.isprintable() and one != "\n"] == []
    assert not re.search(r"^[>.] |\*\*|```|\|\|", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= 80
    file = tmp_path / "ann.db"
    kinds = [kind for (kind,) in rows(file, "SELECT kind FROM ledger ORDER BY seq")]
    assert kinds == [
        "asked", "graded", "hinted", "graded", "disputed", "revealed", "rated", "passed", "asked",
    ]  # fmt: skip
    assert rows(file, "SELECT id, name FROM member") == [(1, "ann")]
    assert rows(file, "SELECT DISTINCT shown_at IS NULL FROM answer") == [(0,)]

    again = play(tmp_path, "/zone Tokio\n/zone Tokyo\n/streak", "--database", "ann.db", COLUMNS="40")
    zoned = " ".join(again.stdout.split())
    assert "Did you mean Asia/Tokyo" in zoned
    assert "Asia/Tokyo counts from" in zoned
    assert "Streak: 1 day. Today counts already." in again.stdout
    assert "Before you left" not in again.stdout
    assert max(map(len, again.stdout.splitlines())) <= 40


@pytest.mark.restart
def test_the_end_of_the_input_ends_the_answer_and_without_a_file_nothing_stays(tmp_path):
    done = play(tmp_path, f"{FIRST}\n{SECOND}", "dropout", "--level", "basic", TMPDIR=str(tmp_path))
    assert done.returncode == 0
    assert "Nothing is kept when you leave" in done.stdout
    assert "2 [+] covered" in done.stdout
    assert done.stdout.endswith("Goodbye.\n\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.restart
def test_a_second_process_is_refused(tmp_path):
    with process_lock(tmp_path / "ann.db"):
        done = play(tmp_path, "", "--database", "ann.db")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("ann.db: another Hotseat is running on this database.")
    assert "Traceback" not in done.stderr


@pytest.mark.restart
def test_an_answer_that_was_stored_before_a_kill_is_graded_by_the_next_start(tmp_path):
    file = tmp_path / "ann.db"
    with Child(tmp_path, TOPIC, "--database", "ann.db") as child:
        child.type(f"{FIRST}\n\n")
        child.until("key points")
        while not rows(file, "SELECT 1 FROM answer"):
            pass
        child.signal(signal.SIGKILL)
    assert rows(file, "SELECT state FROM answer") == [("received",)]
    done = play(tmp_path, "/streak\n", "--database", "ann.db")
    before, _, after = " ".join(done.stdout.split()).partition("(")
    assert "Before you left last time, you had answered:" in before
    assert "1 [+] covered" in done.stdout
    assert "Streak: 1 day" in after
    assert rows(file, "SELECT state, shown_at IS NULL FROM answer") == [("settled", 0)]
    assert len(rows(file, "SELECT 1 FROM ledger WHERE kind = 'graded'")) == 1


@pytest.mark.restart
def test_what_cannot_be_stored_is_handed_back_and_a_signal_ends_it_politely(tmp_path):
    with Child(tmp_path, TOPIC, "--database", "ann.db") as child:
        child.until("key points")
        with closing(sqlite3.connect(tmp_path / "ann.db", isolation_level=None)) as stranger:
            stranger.execute("BEGIN IMMEDIATE")
            child.type(f"{FIRST}\n\n")
            child.until("I could not store your answer just now")
            child.until("This is what you had typed:")
            child.until(FIRST[:60])
        child.type(f"{FIRST}\n\n")
        child.until("1 [+] covered")
        child.until("/next goes on")
        assert child.signal(signal.SIGTERM) == 0
        child.until("Goodbye.\n\n")
        assert child.trouble() == ""
    counted = rows(tmp_path / "ann.db", "SELECT state FROM answer WHERE state <> 'refused'")
    assert counted == [("settled",)]


@pytest.mark.restart
def test_in_front_of_a_terminal(tmp_path):
    with Terminal(tmp_path, TOPIC) as terminal:
        terminal.until("> ")
        terminal.type(f"{FIRST}\n")
        terminal.until(r"\. ")
        terminal.type("/hint\n")
        terminal.until(r"End it with an empty line; then /hint\s+works\.\s+\. ")
        terminal.type("\n")
        terminal.until("> ")
        assert "1 [+] covered" in terminal.shown
        terminal.type("/again\n")
        terminal.until(re.escape(FIRST[-20:]))  # to be changed or added to
        terminal.type(" And so on.\n")
        terminal.until(r"\. ")
        assert terminal.interrupt() == 0
        assert "The answer you were typing is not kept. Goodbye." in terminal.shown


@pytest.mark.restart
def test_a_reader_that_goes_away_is_no_trouble(tmp_path):
    with Child(tmp_path, TOPIC) as child:
        child.until("Hotseat")
        child.stdout.close()
        child.type("/help\n/help\n")
        assert child.end() == 0
        assert child.trouble() == ""


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (
            "### Title\n-# small **bold** *Dispute:* __under__ ~~gone~~",
            "Title\nsmall bold Dispute: under gone",
        ),
        ("- **one**\n- two", "- one\n- two"),
        ("||hidden\nlines|| and `a ** b ** c || d ||`", "hidden\nlines and a ** b ** c || d ||"),
        ("**use `x` now**", "use x now"),
        ("```py\na * b * c\n```", "a * b * c"),
        (
            "2 * x * y, p_data / p_g, x*y*z, a < 1 and b > 2",
            "2 * x * y, p_data / p_g, x*y*z, a < 1 and b > 2",
        ),
        ("at <t:1772446830:f>", "at 2026-03-02 10:20 UTC"),
        ("at <t:99999999999:R>", "at 5138-11-16 09:46 UTC"),
        ("at <t:-99999999999>", "at <t:-99999999999>"),
    ],
)
def test_discords_markdown_is_taken_off(markdown, shown):
    assert plain(markdown) == shown


def test_nothing_is_left_that_a_terminal_obeys():
    assert harmless(f"a{HOSTILE}\tb\r\nc\rd\u2028e") == "a]0;owned[2J31m b\nc d e"
    assert in_one_line("a\n\tb\x1b" + "c" * 50, 10) == "a bcccccc…"


@pytest.mark.parametrize("columns", [0, 20, 33, 80, 500])
def test_lines_fit_and_items_hang(columns):
    text = (
        "1 [+] covered: " + "some words " * 20 + "\n\n- " + "x" * 200 + "\n/ask TOPIC  " + "to be helped " * 9
    )
    lines = fitted(text, columns).split("\n")
    assert max(map(len, lines)) <= min(max(columns, 20), 80)
    assert lines[1].startswith(" " * 6 + "some") or columns < 80
    assert "" in lines


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("/hint", Command("hint", "")),
        ("/Covered  2 I said so ", Command("covered", "2 I said so")),
        ("/dev/null takes it", None),
        (" /hint", None),
        ("/", None),
        ("// a comment", None),
    ],
)
def test_what_is_a_command(line, given):
    assert command(line) == given
