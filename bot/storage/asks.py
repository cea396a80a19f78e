"""Asks: one question put to someone in one message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("asks")

Door = Literal["practice", "daily", "interview", "review"]
FIRST_FOREIGN = 1 << 32  # Discord's ids have been larger since its first second; what lies below are our own


@dataclass(frozen=True, slots=True)
class Ask:
    """One question put to someone. `digest` is the version that was asked, `topic` and `level` what was asked for.

    `asked_by` is None for what is put to a whole server.
    """

    id: int
    question_id: str
    digest: str
    asked_by: int | None
    guild_id: int | None
    channel_id: int
    private: bool
    dm: bool
    asked_at: datetime
    topic: str | None = None
    level: str | None = None
    closed_at: datetime | None = None
    door: Door = "practice"

    @property
    def to_many(self) -> bool:
        """Whether it belongs to a daily or an interview, and ends with that; what one member asked for stays open."""
        return self.door in {"daily", "interview"}

    @property
    def is_open_daily(self) -> bool:
        """Whether a server's daily question still waits for answers: until then its model answer has a price."""
        return self.door == "daily" and self.closed_at is None

    def counts_at(self, at: datetime) -> bool:
        """Whether an answer that arrived then can earn points: what is put to many shows its model answer when it closes."""
        return not self.to_many or self.closed_at is None or at < self.closed_at


def keep_version(connection: Connection, digest: str, question_id: str, content: str, now: datetime) -> None:
    """Store this version of a question unless it stands there already."""
    _sql.keep_version(
        connection, digest=digest, question_id=question_id, content=content, now=milliseconds(now)
    )


def version(connection: Connection, digest: str) -> str:
    """The question's content (JSON) as it was when it was asked; KeyError if there is no such version."""
    content = _sql.version(connection, digest=digest)
    if content is None:
        raise KeyError(digest)
    return content


def insert(connection: Connection, ask: Ask) -> None:
    """Store a new ask; one that stands there already (same interaction) stays as it is."""
    _sql.insert(
        connection,
        id=ask.id,
        door=ask.door,
        question_id=ask.question_id,
        digest=ask.digest,
        asked_by=ask.asked_by,
        guild_id=ask.guild_id,
        channel_id=ask.channel_id,
        private=int(ask.private),
        dm=int(ask.dm),
        asked_at=milliseconds(ask.asked_at),
        topic=ask.topic,
        level=ask.level,
    )


def get(connection: Connection, ask_id: int) -> Ask | None:
    """The ask with this id, or None."""
    return _ask(_sql.get(connection, id=ask_id))


def of_interview(connection: Connection, interview_id: int) -> Mapping[int, Ask]:
    """The asks that an interview's rounds put, by id."""
    found = (_ask(row) for row in _sql.of_interview(connection, interview_id=interview_id))
    return {ask.id: ask for ask in found if ask is not None}


def close(connection: Connection, ask_id: int, now: datetime) -> None:
    """From now on plain text in the DM is no answer to this ask any more (its buttons go on working)."""
    _sql.close(connection, id=ask_id, now=milliseconds(now))


def open_in_dm(connection: Connection, channel_id: int, since: datetime) -> Ask | None:
    """The newest ask of this DM that waits for plain text and was asked at `since` or later."""
    return _ask(_sql.open_in_dm(connection, channel_id=channel_id, since=milliseconds(since)))


def recent_in_channel(connection: Connection, channel_id: int, most: int) -> Sequence[str]:
    """Ids of the questions last asked in a channel, newest first."""
    return [
        row["question_id"] for row in _sql.recent_in_channel(connection, channel_id=channel_id, most=most)
    ]


def next_own_id(connection: Connection) -> int:
    """An id for an ask that no interaction asked for."""
    return _sql.next_own_id(connection, first_foreign=FIRST_FOREIGN)


def remove(connection: Connection, ask_id: int) -> None:
    """Forget an ask that nobody has seen."""
    _sql.remove(connection, id=ask_id)


def open_to_many(connection: Connection, guild_id: int) -> frozenset[str]:
    """Ids of the questions that are open to many in a server: as a daily, or in an interview."""
    return frozenset(row["question_id"] for row in _sql.open_to_many(connection, guild_id=guild_id))


def dailies_of_guild(connection: Connection, guild_id: int) -> Mapping[str, int]:
    """How often each question was a daily of this server; those that never were are left out."""
    return {row["question_id"]: row["number"] for row in _sql.dailies_of_guild(connection, guild_id=guild_id)}


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _ask(row: Any) -> Ask | None:  # noqa: ANN401 - a row is untyped
    if row is None:
        return None
    plain: dict[str, Any] = dict(row)
    for name in ("asked_at", "closed_at"):
        plain[name] = _maybe(plain[name])
    for name in ("private", "dm"):
        plain[name] = bool(plain[name])
    return Ask(**plain)
