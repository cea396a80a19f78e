"""A member's streak, with all that may bridge a gap in it: amnesty, a change of zone, freezes."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.streak import LONGEST_GAP, RELIABLE_DAYS, Streak, amnesty, gap
from bot.domain.zone import day_bounds, skipped_dates
from bot.storage import ledger, progress, uptime
from bot.storage.database import Connection


def standing(connection: Connection, member_id: int, day: date, zone: str) -> Streak:
    """The streak as it stands on `day`, a local day in `zone`."""
    streak, _ = progress.streak(connection, member_id)
    return streak.on(day, _bridged(connection, member_id, streak.last, day, zone))


def count(connection: Connection, member_id: int, at: datetime, day: date, zone: str) -> None:
    """What the member did at `at` (it stands in the ledger already) makes `day` count."""
    streak, counted_at = progress.streak(connection, member_id)
    if counted_at is not None and at < counted_at:
        # It was settled late, after what happened later: only telling the whole story again gets it right.
        retell(connection, member_id)
    else:
        _tell(connection, member_id, streak, [(at, zone, day)])


def retell(connection: Connection, member_id: int) -> None:
    """Tell the streak from the ledger alone."""
    _tell(connection, member_id, Streak(), ledger.streak_days(connection, member_id))


def _tell(
    connection: Connection, member_id: int, streak: Streak, days: Sequence[tuple[datetime, str, date]]
) -> None:
    for _, zone, day in days:
        streak = streak.after(day, _bridged(connection, member_id, streak.last, day, zone))
    if days:
        progress.set_streak(connection, member_id, streak, days[-1][0])


def _bridged(
    connection: Connection, member_id: int, last: date | None, day: date, zone: str
) -> frozenset[date]:
    """The dates between `last` and `day` that need no freeze."""
    if last is None:
        return frozenset()
    missed = gap(last, day)
    if not missed or len(missed) > LONGEST_GAP:
        return frozenset()
    start = day_bounds(missed[0], zone)[0] - RELIABLE_DAYS
    up = uptime.between(connection, start, day_bounds(missed[-1], zone)[1])
    skipped = skipped_dates(ledger.zone_changes(connection, member_id))
    return amnesty(missed, zone, up) | (skipped & set(missed))
