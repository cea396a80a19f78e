"""The append-only list of all member events, and the points derived from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.clock import milliseconds
from bot.storage.database import Connection, queries

_sql = queries("ledger")

Kind = Literal["asked", "graded", "revealed"]
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one member. `key` makes it happen once; `points` may be 0."""

    key: str
    kind: Kind
    at: datetime
    member_id: int
    zone: str
    local_date: str
    guild_id: int | None
    ask_id: int
    question_id: str
    answer_id: int | None = None
    score: float | None = None
    points: int = 0
    streak_day: bool = False
    grader: str | None = None
    digest: str | None = None
    detail: Json = field(default_factory=dict[str, object])


async def append(connection: Connection, event: Event) -> bool:
    """Write the event; False if its key stands there already."""
    return bool(
        await _sql.append(
            connection,
            key=event.key,
            kind=event.kind,
            at=milliseconds(event.at),
            member_id=event.member_id,
            zone=event.zone,
            local_date=event.local_date,
            guild_id=event.guild_id,
            ask_id=event.ask_id,
            question_id=event.question_id,
            answer_id=event.answer_id,
            score=event.score,
            points=event.points,
            streak_day=int(event.streak_day),
            grader=event.grader,
            digest=event.digest,
            detail=json.dumps(event.detail, ensure_ascii=False),
        )
    )


async def booked_on_question(
    connection: Connection, member_id: int, question_id: str, since: datetime
) -> int:
    """Points this question earned the member at `since` or later."""
    return await _sql.booked_on_question(
        connection, member_id=member_id, question_id=question_id, since=milliseconds(since)
    )


async def revealed_between(
    connection: Connection, member_id: int, question_id: str, since: datetime, until: datetime
) -> bool:
    """Whether the member saw this question's model answer in that time, both ends included."""
    return bool(
        await _sql.revealed_between(
            connection,
            member_id=member_id,
            question_id=question_id,
            since=milliseconds(since),
            until=milliseconds(until),
        )
    )
