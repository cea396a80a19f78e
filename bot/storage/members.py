"""Members: name, zone and streak."""

from datetime import date, datetime

from bot.clock import milliseconds
from bot.domain.streak import Streak
from bot.storage.database import Connection, queries

_sql = queries("members")


async def greet(connection: Connection, member_id: int, name: str, now: datetime) -> str:
    """Make sure the member exists, remember the name Discord shows today, and return the zone in force."""
    await _sql.upsert(connection, id=member_id, name=name, now=milliseconds(now))
    return await zone(connection, member_id)


async def zone(connection: Connection, member_id: int) -> str:
    """The member's IANA zone; UTC for somebody new."""
    return await _sql.zone(connection, id=member_id) or "UTC"


async def streak(connection: Connection, member_id: int) -> Streak:
    """The member's streak; an empty one for somebody new."""
    row = await _sql.streak(connection, member_id=member_id)
    return Streak() if row is None else Streak(row["count"], row["best"], date.fromisoformat(row["last_day"]))


async def set_streak(connection: Connection, member_id: int, streak: Streak) -> None:
    """Keep the member's streak; one without a last day is nothing to keep."""
    if streak.last is None:
        return
    day = streak.last.isoformat()
    await _sql.set_streak(connection, member_id=member_id, count=streak.count, best=streak.best, last_day=day)
