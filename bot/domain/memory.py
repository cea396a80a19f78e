"""How well a member knows a question, what one more try says about that, and what a day of reviews holds."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

EASY_FROM, GOOD_FROM, HARD_FROM = 9.5, 8.0, 6.0
LEECH_FROM = 4  # lapses
DAILY_LOAD = 10  # reviews, after which a day is done; whoever wants more says so


class Recall(IntEnum):
    """How well something was remembered, in the words and numbers of FSRS."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


# What members say of themselves once they have seen the model answer.
SELF_RATED = {"missed": Recall.AGAIN, "partly": Recall.HARD, "got it": Recall.GOOD}


@dataclass(frozen=True, slots=True)
class Memory:
    """A member's card of one question. Counted in local days, so that a review at 20:00 is due the whole next day.

    `stability` is in days and `difficulty` from 1 to 10, as FSRS means them; `lapses` is how often the question
    came again and was not known.
    """

    due: date
    reviewed_on: date
    stability: float
    difficulty: float
    lapses: int

    @property
    def leech(self) -> bool:
        """Whether it takes more than it gives: asking it yet again is no help."""
        return self.lapses >= LEECH_FROM


def recalled(score: float, hints: int) -> Recall:
    """What a first try with this score (0-10), after so many hints, says about the memory of it."""
    if score < HARD_FROM:
        return Recall.AGAIN
    if score < GOOD_FROM:
        return Recall.HARD
    return Recall.EASY if score >= EASY_FROM and not hints else Recall.GOOD
