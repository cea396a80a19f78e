"""Asks (one question put to someone in one message) and sittings (one member's dealing with one ask)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import milliseconds, moment
from bot.domain.draw import Seen
from bot.storage.database import Connection, queries

_sql = queries("asks")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question put to someone. `digest` is the version of the question that was asked."""

    id: int
    question_id: str
    digest: str
    asked_by: int
    guild_id: int | None
    channel_id: int
    private: bool
    dm: bool
    asked_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """How far one member got with one ask; `value` is in points, unrounded, None before the first try."""

    tries: int = 0
    value: float | None = None
    revealed_at: datetime | None = None


async def keep_version(
    connection: Connection, digest: str, question_id: str, content: str, now: datetime
) -> None:
    """Store this version of a question unless it stands there already."""
    await _sql.keep_version(
        connection, digest=digest, question_id=question_id, content=content, now=milliseconds(now)
    )


async def version(connection: Connection, digest: str) -> str:
    """The question's content (JSON) as it was when it was asked; KeyError if there is no such version."""
    content = await _sql.version(connection, digest=digest)
    if content is None:
        raise KeyError(digest)
    return content


async def insert(connection: Connection, ask: Ask, door: str = "practice") -> None:
    """Store a new ask; one that stands there already (same interaction) stays as it is."""
    await _sql.insert(
        connection,
        id=ask.id,
        door=door,
        question_id=ask.question_id,
        digest=ask.digest,
        asked_by=ask.asked_by,
        guild_id=ask.guild_id,
        channel_id=ask.channel_id,
        private=int(ask.private),
        dm=int(ask.dm),
        asked_at=milliseconds(ask.asked_at),
    )


async def get(connection: Connection, ask_id: int) -> Ask | None:
    """The ask with this id, or None."""
    return _ask(await _sql.get(connection, id=ask_id))


async def close(connection: Connection, ask_id: int, now: datetime) -> None:
    """From now on plain text in the DM is no answer to this ask any more (its buttons go on working)."""
    await _sql.close(connection, id=ask_id, now=milliseconds(now))


async def open_in_dm(connection: Connection, channel_id: int, since: datetime) -> Ask | None:
    """The newest ask of this DM that waits for plain text and was asked at `since` or later."""
    return _ask(await _sql.open_in_dm(connection, channel_id=channel_id, since=milliseconds(since)))


async def recent_in_channel(connection: Connection, channel_id: int, most: int) -> Sequence[str]:
    """Ids of the questions last asked in a channel, newest first."""
    return [
        row["question_id"]
        async for row in _sql.recent_in_channel(connection, channel_id=channel_id, most=most)
    ]


async def seen_by_member(connection: Connection, member_id: int) -> Mapping[str, Seen]:
    """Every question the member has met, with the last time and the best score."""
    return {
        row["question_id"]: Seen(moment(row["at"]), row["best"])
        async for row in _sql.seen_by_member(connection, member_id=member_id)
    }


async def sitting(connection: Connection, ask_id: int, member_id: int) -> Sitting:
    """The member's sitting on this ask; an empty one before the first step."""
    row = await _sql.sitting(connection, ask_id=ask_id, member_id=member_id)
    if row is None:
        return Sitting()
    return Sitting(row["tries"], row["value"], _maybe(row["revealed_at"]))


async def sit(connection: Connection, ask_id: int, member_id: int, tries: int, value: float | None) -> None:
    """Keep tries and value of a sitting."""
    await _sql.sit(connection, ask_id=ask_id, member_id=member_id, tries=tries, value=value)


async def note_reveal(connection: Connection, ask_id: int, member_id: int, now: datetime) -> None:
    """Keep the first time the member saw the model answer on this ask."""
    await _sql.note_reveal(connection, ask_id=ask_id, member_id=member_id, now=milliseconds(now))


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _ask(row: Any) -> Ask | None:  # noqa: ANN401 - a row of aiosqlite is untyped
    if row is None:
        return None
    plain: dict[str, Any] = dict(row)
    del plain["door"]
    for name in ("asked_at", "closed_at"):
        plain[name] = _maybe(plain[name])
    for name in ("private", "dm"):
        plain[name] = bool(plain[name])
    return Ask(**plain)
