"""A member's streak, with all that may bridge a gap in it: amnesty, a change of zone, freezes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.streak import LONGEST_GAP, RELIABLE_DAYS, Streak, amnesty, gap
from bot.domain.zone import day_bounds, skipped_dates
from bot.storage import ledger, progress, uptime
from bot.storage.database import Connection
from bot.storage.progress import How

COUNTED: Mapping[str, How] = {"judged": "voice", "reviewed": "review"}  # by kind of event; others are answers


@dataclass(frozen=True, slots=True)
class _Bridges:
    """The dates of a gap that need no freeze: we were away, or a change of zone jumped over them."""

    away: frozenset[date] = frozenset()
    zone: frozenset[date] = frozenset()

    @property
    def dates(self) -> frozenset[date]:
        return self.away | self.zone

    def how(self, day: date) -> How:
        """What holds the streak over this day of a gap that is held."""
        return "zone" if day in self.zone else "away" if day in self.away else "frozen"


def standing(connection: Connection, member_id: int, day: date, zone: str) -> Streak:
    """The streak as it stands on `day`, a local day in `zone`."""
    return waiting(connection, member_id, day, zone)[0]


def waiting(
    connection: Connection, member_id: int, day: date, zone: str
) -> tuple[Streak, Mapping[date, How]]:
    """The streak as it stands on `day`, and what holds it over the days since the last one that counted."""
    streak, _ = progress.streak(connection, member_id)
    bridges = _bridges(connection, member_id, streak.last, day, zone)
    return streak.on(day, bridges.dates), _held(streak, day, bridges)


def count(connection: Connection, member_id: int, at: datetime, day: date, zone: str, kind: str) -> None:
    """What the member did at `at` (it stands in the ledger already) makes `day` count."""
    streak, counted_at = progress.streak(connection, member_id)
    if counted_at is not None and at < counted_at:
        # It was settled late, after what happened later: only telling the whole story again gets it right.
        retell(connection, member_id)
    else:
        _tell(connection, member_id, streak, [(at, zone, day, kind)])


def retell(connection: Connection, member_id: int) -> None:
    """Tell the streak from the ledger alone."""
    progress.let_go(connection, member_id)
    _tell(connection, member_id, Streak(), ledger.streak_days(connection, member_id))


def _tell(
    connection: Connection, member_id: int, streak: Streak, days: Sequence[tuple[datetime, str, date, str]]
) -> None:
    hows: dict[date, How] = {}
    for _, zone, day, kind in days:
        bridges = _bridges(connection, member_id, streak.last, day, zone)
        after = streak.after(day, bridges.dates)
        if after is not streak:
            hows |= {**_held(streak, day, bridges), day: COUNTED.get(kind, "answer")}
        streak = after
    if hows:
        progress.hold(connection, member_id, hows)
    if days:
        progress.set_streak(connection, member_id, streak, days[-1][0])


def _held(streak: Streak, day: date, bridges: _Bridges) -> Mapping[date, How]:
    """What holds the streak over its gap before `day`; nothing if it is lost."""
    if streak.last is None or not streak.on(day, bridges.dates).count:
        return {}
    return {missed: bridges.how(missed) for missed in gap(streak.last, day)}


def _bridges(connection: Connection, member_id: int, last: date | None, day: date, zone: str) -> _Bridges:
    """The dates between `last` and `day` that need no freeze."""
    if last is None:
        return _Bridges()
    missed = gap(last, day)
    if not missed or len(missed) > LONGEST_GAP:
        return _Bridges()
    start = day_bounds(missed[0], zone)[0] - RELIABLE_DAYS
    up = uptime.between(connection, start, day_bounds(missed[-1], zone)[1])
    skipped = skipped_dates(ledger.zone_changes(connection, member_id))
    return _Bridges(amnesty(missed, zone, up), skipped & frozenset(missed))
