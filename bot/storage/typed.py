"""Messages of answers that are still being typed in a DM."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("typed")


@dataclass(frozen=True, slots=True)
class Typed:
    """One message; `id` is Discord's."""

    id: int
    channel_id: int
    text: str
    at: datetime


def insert(connection: Connection, ask_id: int, member_id: int, message: Typed) -> None:
    """Store a message; one that stands there already, or became an answer, stays as it is."""
    _sql.insert(
        connection,
        message_id=message.id,
        ask_id=ask_id,
        member_id=member_id,
        channel_id=message.channel_id,
        text=message.text,
        at=milliseconds(message.at),
    )


def of_burst(connection: Connection, ask_id: int, member_id: int) -> Sequence[Typed]:
    """What the member has typed to this ask and is not part of an answer yet, oldest first."""
    rows = _sql.of_burst(connection, ask_id=ask_id, member_id=member_id)
    return [Typed(row["message_id"], row["channel_id"], row["text"], moment(row["at"])) for row in rows]


def remove_burst(connection: Connection, ask_id: int, member_id: int, last: int) -> None:
    """These messages, up to the one with the id `last`, are an answer now (or were none)."""
    _sql.remove_burst(connection, ask_id=ask_id, member_id=member_id, last=last)


def unfinished(connection: Connection) -> Sequence[tuple[int, int]]:
    """(ask id, member id) of everybody who was typing when the bot stopped."""
    return [(row["ask_id"], row["member_id"]) for row in _sql.unfinished(connection)]
