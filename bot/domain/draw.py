"""Pick the next question for one member."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.domain.question import Level, Question

HARDNESS = (Level.BASIC, Level.INTERMEDIATE, Level.ADVANCED)


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


def easier(hard: Question, bank: Mapping[str, Question]) -> Question | None:
    """A question to come back from to a `hard` one: of its area, one level below, nearest to it by siblings and tags.

    None if its area has none that is easier.
    """
    below = HARDNESS[: HARDNESS.index(hard.level)]
    for level in reversed(below):
        likely = [one for one in bank.values() if one.area == hard.area and one.level == level]
        if likely:
            return min(likely, key=lambda one: (-_nearness(one, hard), one.id))
    return None


def _nearness(one: Question, other: Question) -> int:
    related = one.id in other.siblings or other.id in one.siblings or other.id in one.next
    return len(set(one.tags) & set(other.tags)) + (len(other.tags) + 1) * related


def pick_for_server(
    pool: Sequence[Question],
    used: Mapping[str, int],
    barred: Collection[str],
    recent: Collection[str],
    dice: Random,
) -> Question:
    """A server's next daily question. `pool` must not be empty.

    None comes a second time before each has come once (`used`: how often each was posted). Of those that are next
    in turn, never one of `barred` (open in the server now) nor, rather not, one of `recent` (lately asked in the
    channel), as long as there is another.
    """
    turn = in_turn(pool, used)
    closed = [question for question in turn if question.id not in barred] or turn
    return dice.choice([question for question in closed if question.id not in recent] or closed)


def in_turn(pool: Sequence[Question], used: Mapping[str, int]) -> Sequence[Question]:
    """The questions of a pool that were posted least often so far."""
    least = min(used.get(question.id, 0) for question in pool)
    return [question for question in pool if used.get(question.id, 0) == least]


def pick_for_round(
    pool: Sequence[Question],
    asked: Sequence[Question],
    seen_lately: Collection[str],
    progress: float,
    dice: Random,
) -> Question:
    """The next question of an interview. `pool` must not be empty.

    None that was `asked` before, if avoidable, nor one that somebody in it has seen lately; then breadth first: the area
    that came least often; then from easy to hard: `progress` goes from 0 (first round) to 1 (last).
    """
    before = {question.id for question in asked}
    areas = [question.area for question in asked]
    wanted = round(progress * (len(HARDNESS) - 1))

    def rank(question: Question) -> tuple[bool, bool, int, int]:
        far = abs(HARDNESS.index(question.level) - wanted)
        return question.id in before, question.id in seen_lately, areas.count(question.area), far

    best = min(map(rank, pool))
    return dice.choice([question for question in pool if rank(question) == best])
