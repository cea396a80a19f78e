"""Pick the next question for one member."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.domain.question import Question


@dataclass(frozen=True, slots=True)
class Seen:
    """When a member last met a question, and the best score (0-10) so far; None if never graded."""

    at: datetime
    best: float | None


def pick(
    candidates: Sequence[Question],
    seen: Mapping[str, Seen],
    recent: Collection[str],
    dice: Random,
) -> Question:
    """The question that is best for this member. `candidates` must not be empty.

    Never one of `recent` (ids lately asked in the channel) unless nothing else is left; then unseen ones, at
    random; then the weakest, the longest ago first.
    """
    fresh = [question for question in candidates if question.id not in recent] or list(candidates)
    unseen = [question for question in fresh if question.id not in seen]
    if unseen:
        return dice.choice(unseen)

    def weakness(question: Question) -> tuple[float, datetime]:
        known = seen[question.id]
        return (0.0 if known.best is None else known.best, known.at)

    return min(fresh, key=weakness)
