"""What is typed: commands, and answers of several lines; from a terminal or from a pipe."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TextIO

_COMMAND = re.compile(r"/([A-Za-z][\w-]*)(?:\s+(.*))?\s*", re.DOTALL)
QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Command:
    """A line that began with a slash: the word behind it, in small letters, and the rest."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Text:
    """One or more lines that are no command."""

    text: str


def command(line: str) -> Command | None:
    """The command that a line gives, or None if it is a line of an answer."""
    match = _COMMAND.fullmatch(line)
    return Command(match[1].lower(), (match[2] or "").strip()) if match else None


class Keyboard:
    """Reads entries. There are prompts, and lines can be edited, only where somebody sits in front of it."""

    def __init__(self, source: TextIO, say: Callable[[str], None], *, attended: bool) -> None:
        self._source = source
        self._say = say
        self._attended = attended
        self._ended = (
            False  # a terminal would go on after the end of an answer that was also the end of the input
        )
        self._readline = None
        self.draft: list[str] = []  # the lines of the answer that is being typed
        if attended:
            with suppress(ImportError):  # lines can then not be edited, that is all
                import readline

                self._readline = readline

    def entry(
        self, known: Collection[str], alone: Callable[[str], bool], begun: str = ""
    ) -> Command | Text | None:
        """The next command or answer; None at the end of the input.

        An answer ends with an empty line, or after its first one if that is `alone`. In the middle of an answer
        a line that is one of the `known` commands is most likely one, so it is not taken for text. Where lines can
        be edited, the first one stands there as `begun`.
        """
        while not self.draft:
            line = None if self._ended else self._line("> ", begun)
            if line is None:
                return None
            given = command(line)
            if given is not None:
                return given
            if alone(line):
                return Text(line)
            if line.strip():
                self.draft.append(line)
        return self._rest(known)

    def _rest(self, known: Collection[str]) -> Command | Text:
        while (line := self._line(". ")) is not None and line.strip():
            given = command(line)
            if given is None or given.name not in known:
                self.draft.append(line)
            elif given.name == QUIT:
                return given
            else:
                self._say(
                    f"You are in the middle of an answer. End it with an empty line; then /{given.name} works."
                )
        self._ended = line is None
        text = "\n".join(self.draft)
        self.draft.clear()
        return Text(text)

    def _line(self, prompt: str, begun: str = "") -> str | None:
        """One line without its break; several if they were pasted at once. None at the end of the input."""
        if self._attended:
            if self._readline is not None:
                # No function of our own: a signal that is heard in one called from there would be lost.
                hook = partial(self._readline.insert_text, begun) if begun else None
                self._readline.set_startup_hook(hook)
            with suppress(EOFError):
                return input(prompt)
            return None
        line = self._source.readline()
        return line.removesuffix("\n") if line else None
