"""Streaks: how many local days in a row a member has practised."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_STARTS = timedelta(hours=4)
LEAST_SCORE = 2.0


def local_day(moment: datetime, zone: str) -> date:
    """The member's calendar day at `moment` (aware); it runs from 04:00 to 04:00, so that late nights count."""
    return (moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - DAY_STARTS).date()


@dataclass(frozen=True, slots=True)
class Streak:
    """`count` days in a row up to `last`, and the `best` count there ever was."""

    count: int = 0
    best: int = 0
    last: date | None = None

    def after(self, day: date) -> "Streak":
        """The streak once `day` counts. A day counts once; a day before the last one changes nothing."""
        if self.last is not None and day <= self.last:
            return self
        unbroken = self.last is not None and day - self.last == timedelta(days=1)
        count = self.count + 1 if unbroken else 1
        return replace(self, count=count, best=max(self.best, count), last=day)

    def alive_on(self, day: date) -> int:
        """The count as it stands on `day`: zero once a whole day was missed."""
        if self.last is None or day - self.last > timedelta(days=1):
            return 0
        return self.count


def counts_for_streak(score: float | None, *, withheld: bool) -> bool:
    """Whether a grade makes its day count: 2 of 10 or more, or one that was withheld because we were unsure."""
    return withheld if score is None else score >= LEAST_SCORE
