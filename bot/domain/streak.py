"""Streaks: how many local days in a row a member has practised, and what holds them together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.zone import day_bounds

LEAST_SCORE = 2.0
FREEZE_EVERY = 7
MOST_FREEZES = 2
# Amnesty: what a member's day must have been like for us to answer for it.
AWAY = timedelta(hours=2)
RELIABLE_SHARE = 0.9
RELIABLE_DAYS = timedelta(days=7)
AMNESTY_IN_A_ROW = 2
# Freezes, amnesty and a change of zone together bridge no more than this; a longer gap ends every streak.
LONGEST_GAP = 12

Span = tuple[datetime, datetime]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """`count` days in a row up to `last`, the `best` count there ever was, `days` that ever counted, freezes held."""

    count: int = 0
    best: int = 0
    last: date | None = None
    days: int = 0
    freezes: int = 0

    def after(self, day: date, bridged: Collection[date] = ()) -> "Streak":
        """The streak once `day` counts. A day counts once; a day before the last one changes nothing.

        `bridged` are dates of the gap that need no freeze (amnesty, a change of zone).
        """
        if self.last is not None and day <= self.last:
            return self
        kept = self.on(day, bridged)
        count, days = kept.count + 1, kept.days + 1
        freezes = kept.freezes + (days % FREEZE_EVERY == 0)
        return Streak(count, max(self.best, count), day, days, min(freezes, MOST_FREEZES))

    def on(self, day: date, bridged: Collection[date] = ()) -> "Streak":
        """The streak as it stands on `day`: a gap takes freezes only if they cover all of it, else the count is lost."""
        if self.last is None or day <= self.last:
            return self
        missed = len(gap(self.last, day)) - len(set(bridged) & set(gap(self.last, day)))
        if missed <= self.freezes:
            return replace(self, freezes=self.freezes - missed)
        return replace(self, count=0)


def gap(last: date, day: date) -> Sequence[date]:
    """The dates strictly between two days."""
    return [last + timedelta(days=number) for number in range(1, (day - last).days)]


def amnesty(days: Sequence[date], zone: str, up: Sequence[Span]) -> frozenset[date]:
    """Which of `days` (ascending) are bridged because the bot was away; `up` are the times it was there.

    A bot that is often away gets none: it must have been there 90 % of the week before. For a second day in a
    row that is the week before the first, since the outage itself says nothing about habits.
    """
    granted: list[date] = []
    for day in days:
        row = _row_before(granted, day)
        first = day - len(row) * _DAY
        start, end = day_bounds(day, zone)
        outage = day_bounds(first, zone)[0]
        week = (outage - RELIABLE_DAYS, outage)
        away = (end - start) - _overlap((start, end), up)
        reliable = _overlap(week, up) >= RELIABLE_SHARE * RELIABLE_DAYS
        if away > AWAY and reliable and len(row) < AMNESTY_IN_A_ROW:
            granted.append(day)
    return frozenset(granted)


def counts_for_streak(score: float | None, *, withheld: bool) -> bool:
    """Whether a grade makes its day count: 2 of 10 or more, or one that was withheld because we were unsure."""
    return withheld if score is None else score >= LEAST_SCORE


def _row_before(granted: Sequence[date], day: date) -> Sequence[date]:
    row: list[date] = []
    while day - (len(row) + 1) * _DAY in granted:
        row.append(day - (len(row) + 1) * _DAY)
    return row


def _overlap(span: Span, up: Sequence[Span]) -> timedelta:
    total, counted = timedelta(), span[0]
    for start, end in sorted(up):  # they overlap where the machine's clock was set back
        begun, ended = max(start, counted), min(end, span[1])
        if begun < ended:
            total, counted = total + (ended - begun), ended
    return total
