"""Standings: points per member and server, kept up to date with the ledger."""

from collections.abc import Sequence

from bot.storage.database import Connection, queries

_sql = queries("boards")

EVERYWHERE = 0  # stands for "all servers and DMs together" where a server's id would be


async def add_points(connection: Connection, member_id: int, guild_id: int | None, points: int) -> None:
    """Add points to the member's total and, if earned in a server, to that server's board."""
    for board in {EVERYWHERE, guild_id or EVERYWHERE}:
        await _sql.add_points(connection, guild_id=board, member_id=member_id, points=points)


async def points(connection: Connection, member_id: int, guild_id: int = EVERYWHERE) -> int:
    """The member's points on one board."""
    return await _sql.points(connection, guild_id=guild_id, member_id=member_id) or 0


async def top(connection: Connection, guild_id: int, most: int) -> Sequence[tuple[int, str, int]]:
    """(member id, name, points) of a server's best, best first."""
    rows = _sql.top(connection, guild_id=guild_id, most=most)
    return [(row["member_id"], row["name"], row["points"]) async for row in rows]


async def ahead(connection: Connection, guild_id: int, points: int) -> int:
    """How many members of the board have more points than this."""
    return await _sql.ahead(connection, guild_id=guild_id, points=points)
