"""What a grade is worth, and who stands where."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.question import Level

WORTH = {Level.BASIC: 10, Level.INTERMEDIATE: 15, Level.ADVANCED: 20}
BEST_SCORE = 10.0
RETRY_SHARE = 0.6
BOOKED_WINDOW = timedelta(days=90)
LOCK_AFTER_REVEAL = timedelta(days=30)


def value_of_try(level: Level, score: float, before: float | None) -> float:
    """A sitting's value (points, unrounded) after a try that scored `score` (0-10).

    `before` is the sitting's value so far, None at the first try. A later try closes 60 % of the gap and
    never takes anything away.
    """
    reached = WORTH[level] * score / BEST_SCORE
    if before is None:
        return reached
    return before + RETRY_SHARE * max(0.0, reached - before)


def points_to_book(value: float, booked: int) -> int:
    """Points an answer adds, given what this question earned its member in the last 90 days."""
    return max(0, math.floor(value + 0.5) - booked)


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board; members with equal points share a rank."""

    rank: int
    member_id: int
    name: str
    points: int


def places(standings: Iterable[tuple[int, str, int]]) -> Sequence[Place]:
    """Rank (member id, name, points) triples: most points first, ties shared (1, 2, 2, 4)."""
    ordered = sorted(standings, key=lambda row: (-row[2], row[0]))
    board: list[Place] = []
    for position, (member_id, name, points) in enumerate(ordered, start=1):
        tied = board and board[-1].points == points
        board.append(Place(board[-1].rank if tied else position, member_id, name, points))
    return board
