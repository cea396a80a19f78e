"""Standings: points per member, server and period, kept up to date with the ledger."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.scoring import Period
from bot.storage.database import Connection, queries

_sql = queries("boards")

EVERYWHERE = 0  # stands for "all servers and DMs together" where a server's id would be
ALL = Period.ALL.value


def add_points(
    connection: Connection, member_id: int, guild_id: int | None, points: int, at: datetime
) -> None:
    """Add points earned at `at` to the member's total and, if earned in a server, to that server's board."""
    _sql.add_points(
        connection,
        boards=json.dumps(sorted({EVERYWHERE, guild_id or EVERYWHERE})),
        periods=json.dumps([period.key(at) for period in Period]),
        member_id=member_id,
        points=points,
    )


def list_member(connection: Connection, member_id: int) -> None:
    """Show or hide the member on all boards, as they wish now."""
    _sql.list_member(connection, member_id=member_id)


def points(connection: Connection, member_id: int, guild_id: int = EVERYWHERE, period: str = ALL) -> int:
    """The member's points on one board."""
    return _sql.points(connection, guild_id=guild_id, period=period, member_id=member_id) or 0


def top(connection: Connection, guild_id: int, period: str, most: int) -> Sequence[tuple[int, str, int]]:
    """(member id, name, points) of those who show themselves, best first."""
    rows = _sql.top(connection, guild_id=guild_id, period=period, most=most)
    return [(row["member_id"], row["name"], row["points"]) for row in rows]


def ahead(connection: Connection, guild_id: int, period: str, points: int, most: int) -> int:
    """How many members of the board have more points than this, counted up to `most`."""
    return _sql.ahead(connection, guild_id=guild_id, period=period, points=points, most=most)


def listed(connection: Connection, guild_id: int, period: str) -> int:
    """How many members the board shows."""
    return _sql.listed(connection, guild_id=guild_id, period=period)
