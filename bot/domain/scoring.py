"""What a grade is worth, and who stands where."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.domain.history import History
from bot.domain.question import Level

WORTH = {Level.BASIC: 10, Level.INTERMEDIATE: 15, Level.ADVANCED: 20}
BEST_SCORE = 10.0
RETRY_SHARE = 0.6
HINT_SHARE = 0.8
EXACT_RANKS = 1000


def attainable(level: Level, hints: int) -> float:
    """Points (unrounded) that a perfect try is worth after `hints` hints."""
    return WORTH[level] * HINT_SHARE**hints


def rounded(points: float) -> int:
    """Whole points, half up."""
    return math.floor(points + 0.5)


@dataclass(frozen=True, slots=True)
class Booking:
    """What a try adds (whole points), and the value (unrounded) of all tries together after it; None: as before."""

    points: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a try's points come about, unrounded where they are float.

    `reached` is what the try is worth by itself, `before` what those before it are (None: it is the first), `value` what
    all are worth together. `booked` were booked before, `points` are booked now.
    """

    worth: int
    hints: int
    reached: float
    before: float | None
    value: float
    booked: int
    points: int


def reckon(level: Level, score: float, past: History) -> Reckoning:
    """What a try that scored `score` (0-10) adds to what the question has been through, unless it is locked."""
    reached = attainable(level, past.hints) * score / BEST_SCORE
    before = past.value
    value = reached if before is None else before + RETRY_SHARE * max(0.0, reached - before)
    # A try never books more than it reached itself: else any answer would cash in an old value again as soon as
    # what that once earned is more than 90 days ago.
    points = max(0, rounded(min(value, reached)) - past.booked)
    return Reckoning(WORTH[level], past.hints, reached, before, value, past.booked, points)


def book(level: Level, score: float, past: History) -> Booking:
    """Book a try that scored `score` (0-10) on top of what the question has been through with its member.

    A later try closes 60 % of the gap and never takes anything away. While the question is locked nothing moves, nor
    is an older try remembered for longer: practising what one has looked up must cost nothing.
    """
    if past.locked:
        return Booking(0, None)
    found = reckon(level, score, past)
    return Booking(found.points, found.value)


class Period(StrEnum):
    """What a board adds up. Weeks start on Monday and months on the first, 00:00 UTC."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"

    def key(self, moment: datetime) -> str:
        """The week, month or eternity that holds `moment`: '2026-03-02' (its Monday), '2026-03' or 'all'."""
        day: date = moment.astimezone(UTC).date()
        if self is Period.WEEK:
            return (day - timedelta(days=day.weekday())).isoformat()
        return day.isoformat()[:7] if self is Period.MONTH else "all"


class Measure(StrEnum):
    """What a board ranks by: points, or how much better than before (see `domain.improvement`)."""

    POINTS = "points"
    GAIN = "gain"


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board; members with equal points (or improvement, in halves) share a rank."""

    rank: int
    member_id: int
    name: str
    points: float


def places(standings: Iterable[tuple[int, str, float]]) -> Sequence[Place]:
    """Rank (member id, name, points) triples: most points first, ties shared (1, 2, 2, 4)."""
    ordered = sorted(standings, key=lambda row: (-row[2], row[0]))
    board: list[Place] = []
    for position, (member_id, name, points) in enumerate(ordered, start=1):
        tied = board and board[-1].points == points
        board.append(Place(board[-1].rank if tied else position, member_id, name, points))
    return board


def top_percent(ahead: int, members: int) -> int:
    """The n of "top n %" for somebody with `ahead` members of a board before them."""
    return min(100, max(1, math.ceil(100 * (ahead + 1) / members)))
