"""Standings: points and improvement per member, server and period, kept up to date with the ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.scoring import Measure, Period
from bot.storage.database import Connection, queries

_sql = queries("boards")

EVERYWHERE = 0  # stands for "all servers and DMs together" where a server's id would be
ALL = Period.ALL.value


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many members of a board are `surely` ahead of somebody, `about` how many probably are, and how many it shows."""

    surely: int
    about: int
    members: int


def add_points(
    connection: Connection, member_id: int, guild_id: int | None, points: int, at: datetime, gain: float = 0.0
) -> None:
    """Add what was earned at `at` to the member's total and, if earned in a server, to that server's board."""
    _sql.add_points(
        connection,
        boards=json.dumps(sorted({EVERYWHERE, guild_id or EVERYWHERE})),
        periods=json.dumps([period.key(at) for period in Period]),
        member_id=member_id,
        points=points,
        gain=gain,
    )


def list_member(connection: Connection, member_id: int) -> None:
    """Show or hide the member on all boards, as they wish now."""
    _sql.list_member(connection, member_id=member_id)


def earned(
    connection: Connection, member_id: int, guild_id: int = EVERYWHERE, period: str = ALL
) -> tuple[int, float]:
    """The member's points and improvement on one board."""
    row = _sql.earned(connection, guild_id=guild_id, period=period, member_id=member_id)
    return (0, 0.0) if row is None else (row["points"], row["gain"])


def points(connection: Connection, member_id: int, guild_id: int = EVERYWHERE, period: str = ALL) -> int:
    """The member's points on one board."""
    return earned(connection, member_id, guild_id, period)[0]


def top(
    connection: Connection, guild_id: int, period: str, measure: Measure, most: int
) -> Sequence[tuple[int, str, float]]:
    """(member id, name, points or improvement) of those who show themselves and are still there, best first."""
    best = _sql.top if measure is Measure.POINTS else _sql.top_improved
    rows = best(connection, guild_id=guild_id, period=period, most=most)
    return [(row["member_id"], row["name"], row[measure.value]) for row in rows]


def ahead(
    connection: Connection, guild_id: int, period: str, measure: Measure, than: float, most: int
) -> int:
    """How many members of the board have more than this, counted up to `most`."""
    count = _sql.ahead if measure is Measure.POINTS else _sql.ahead_improved
    return count(connection, guild_id=guild_id, period=period, than=than, most=most)


def crowd(connection: Connection, guild_id: int, period: str, measure: Measure, than: float) -> Crowd:
    """How a board's members stand to somebody who has this: read from its steps, of which there are few."""
    step, wide = _step(measure, than)
    row = _sql.crowd(connection, guild_id=guild_id, period=period, measure=measure.value, step=step)
    surely = int(row["ahead"])
    return Crowd(surely, surely + int(row["beside"] / 2 if wide else 0), int(row["members"]))


def _step(measure: Measure, of: float) -> tuple[int, bool]:
    """The step that the schema counts this in, and whether it holds different values."""
    if measure is Measure.GAIN:
        return (int(2 * of), False) if of < 100 else (180 + int(of / 5), True)
    points = int(of)
    if points < 200:
        return points, False
    if points < 2000:
        return 192 + points // 25, True
    return (264 + points // 250, True) if points < 20000 else (336 + min(points, 2000000) // 2500, True)
