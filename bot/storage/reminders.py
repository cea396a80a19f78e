"""Who is to be reminded, and when to look whether there is something to remind of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("reminders")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A member who wants reminders, and the local day of the last one."""

    member_id: int
    reminded_on: date | None


def due(connection: Connection, now: datetime, most: int) -> Sequence[Subscriber]:
    """Those to look at by now, who waited longest first."""
    return [
        Subscriber(row["id"], date.fromisoformat(row["reminded_on"]) if row["reminded_on"] else None)
        for row in _sql.due(connection, now=milliseconds(now), most=most)
    ]


def next_at(connection: Connection) -> datetime | None:
    """When there is somebody to look at next; None if nobody wants reminders."""
    stored = _sql.next_at(connection)
    return None if stored is None else moment(stored)


def look_again(connection: Connection, member_id: int, at: datetime | None) -> None:
    """Look at a member (again) at that moment; None: not any more."""
    _sql.look_again(connection, id=member_id, at=None if at is None else milliseconds(at))


def set_reminded(connection: Connection, member_id: int, day: date | None) -> None:
    """The local day of the member's last reminder."""
    _sql.set_reminded(connection, id=member_id, day=None if day is None else day.isoformat())


def stop(connection: Connection, member_id: int) -> bool:
    """The member gets no more reminders; False if that was so before."""
    return bool(_sql.stop(connection, id=member_id))
