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
    *,
    preferred: Sequence[str] = (),
) -> Question:
    """The question that is best for this member. `candidates` must not be empty.

    Never one of `recent` (ids lately asked in the channel) unless nothing else is left; then one that the
    last card named as `preferred`; then unseen ones, at random; then the weakest, the longest ago first.
    """
    fresh = [question for question in candidates if question.id not in recent] or list(candidates)
    unseen = [question for question in fresh if question.id not in seen]
    following = [question for question in unseen if question.id in preferred]
    if following or unseen:
        return dice.choice(following or unseen)

    def weakness(question: Question) -> tuple[float, datetime]:
        known = seen[question.id]
        return (0.0 if known.best is None else known.best, known.at)

    return min(fresh, key=weakness)
