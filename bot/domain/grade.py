"""What a grade says: a score, one verdict per key point, and the wrong claims that were found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

# How sure members say they are; it never counts.
Sure = Literal["guess", "fairly", "certain"]


class Mark(StrEnum):
    """The word a member reads beside a key point."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"
    WRONG = "wrong"
    NOT_SURE = "not sure"


class Flag(StrEnum):
    """Something about the whole answer that its author should be told."""

    COPY = "copy"  # near-copy of the model answer or of another answer to the same ask
    WITHHELD = "withheld"  # too unsure to put a number on it
    CUT = "cut"  # longer than the grader reads; the rest was not looked at
    EMPTY = "empty"  # no words in it (spaces, emoji or punctuation only)
    LANGUAGE = "language"  # not in English, which is all the rubrics know
    LIST = "list"  # a bare list of names was left out: names alone state nothing
    ECHO = "echo"  # says nothing that the question did not say already


# With one of these nothing was said to the question yet: no try, so the next one is not a second one.
NO_TRY = frozenset({Flag.EMPTY, Flag.LANGUAGE, Flag.ECHO})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one key point fared.

    `probability` (0-1) is how sure the grader is that the point is covered. `evidence` is the member's
    own sentence, verbatim, where it earned the point or (mark *wrong*) spoiled it; else None.
    `misconception` names the wrong claim behind the mark *wrong*.
    """

    point: str
    mark: Mark
    probability: float
    evidence: str | None = None
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the member that asserts a known misconception; `probability` 0-1."""

    misconception: str
    evidence: str
    probability: float


@dataclass(frozen=True, slots=True)
class Grade:
    """The grader's word on one answer. `score` is 0-10 in steps of 0.5, or None when withheld."""

    score: float | None
    verdicts: tuple[Verdict, ...]
    claims: tuple[Claim, ...] = ()
    flags: tuple[Flag, ...] = ()
