"""What the checker says: one sentence per mistake, with file, question and field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.errors import StartupError


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing to mend. `question` is an id (or its number in the file), `field` a dotted place in it."""

    file: str
    question: str
    field: str
    sentence: str

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, self.question, self.field) if part)
        return f"{where}: {self.sentence}"


class BrokenBank(StartupError):
    """The bank cannot be used; `mistakes` are all that is wrong, the text has them line by line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: Sequence[Mistake] = sorted(set(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))
