"""When a daily question is due: at a wall-clock time in a zone, on some days of the week, right through DST.

The one module that is not named like its noun further down the slice (`dailies`): it is the rule alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
LATEST = timedelta(hours=12)  # a post that is later than this waits for the next day
NOTICEABLY_LATE = timedelta(minutes=10)
FIRST_WAIT = timedelta(seconds=15)  # before a post that failed is tried again; it doubles each time
LONGEST_WAIT = timedelta(minutes=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One day of a timetable: when it is due (aware, UTC), and the local date it belongs to."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every one of `days` (0 Monday to 6 Sunday, at least one) at the wall-clock time `at` in the IANA zone `zone`."""

    zone: str
    at: time
    days: frozenset[int] = EVERY_DAY

    def moment(self, day: date) -> datetime:
        """When `day` is due, in UTC.

        A time that the clocks jump over is as long after the jump as it would have been after the old midnight; of one
        that comes twice the first counts (RFC 5545, section 3.3.5).
        """
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def today(self, now: datetime) -> date:
        """The local date at `now`."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def after(self, moment: datetime) -> Iterator[Occurrence]:
        """All occurrences later than `moment`, in order, without end."""
        day = self.today(moment) - _DAY
        while True:
            if day.weekday() in self.days and (at := self.moment(day)) > moment:
                yield Occurrence(at, day)
            day += _DAY

    def next(self, moment: datetime) -> Occurrence:
        """The first occurrence later than `moment`."""
        return next(self.after(moment))

    def last(self, now: datetime) -> Occurrence:
        """The latest occurrence that is not later than `now`."""
        # One that the clocks jump over can fall on the day after its own, and clocks can be set back over midnight.
        latest = self.today(now) + _DAY
        days = (latest - number * _DAY for number in range(10))
        due = (Occurrence(self.moment(day), day) for day in days if day.weekday() in self.days)
        return max(one for one in due if one.at <= now)

    def upcoming(
        self, moment: datetime, number: int, without: frozenset[date] = frozenset()
    ) -> list[Occurrence]:
        """The next so many occurrences after `moment`, leaving out the local dates in `without`."""
        return list(islice((one for one in self.after(moment) if one.day not in without), number))


def wait_before(tries: int) -> timedelta:
    """How long to wait after so many failed tries (1 or more)."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
