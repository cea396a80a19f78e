"""When the bot was there: spans in which it was connected and serving."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import milliseconds, moment
from bot.domain.streak import Span
from bot.storage.database import Connection, queries

_sql = queries("uptime")


def beat(connection: Connection, now: datetime, unbroken: timedelta) -> None:
    """The bot is there at `now`; the span goes on if the last beat is at most `unbroken` ago, else a new one begins."""
    stamp = milliseconds(now)
    if not _sql.go_on(connection, now=stamp, unbroken=milliseconds(now - unbroken)):
        _sql.begin(connection, now=stamp)


def last(connection: Connection, now: datetime) -> datetime | None:
    """When the bot was last there before `now`, to the minute; None if never."""
    stored = _sql.last(connection, now=milliseconds(now))
    return None if stored is None else moment(stored)


def between(connection: Connection, start: datetime, end: datetime) -> Sequence[Span]:
    """The spans that touch this time, oldest first."""
    rows = _sql.between(connection, start=milliseconds(start), end=milliseconds(end))
    return [(moment(row["since"]), moment(row["until"])) for row in rows]
