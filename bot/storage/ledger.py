"""The append-only list of all member events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from bot.clock import milliseconds, moment
from bot.domain.history import Entry
from bot.domain.zone import ZoneChange
from bot.storage.database import Connection, queries

_sql = queries("ledger")

Kind = Literal[
    "asked",
    "hinted",
    "graded",
    "revealed",
    "passed",
    "rated",
    "disputed",
    "shared",
    "withdrawn",
    "zoned",
    "closed",
    "judged",
    "reviewed",
    "regraded",
]
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one member. `key` makes it happen once; `points` may be 0.

    `ask_id` and `question_id` are None together, for what concerns no question. `hints` is the stage that a hint
    reached, or how many a try had before it; `value` what all tries together are worth, unrounded.
    """

    key: str
    kind: Kind
    at: datetime
    member_id: int
    zone: str
    local_date: str
    guild_id: int | None
    ask_id: int | None = None
    question_id: str | None = None
    answer_id: int | None = None
    score: float | None = None
    points: int = 0
    value: float | None = None
    hints: int = 0
    streak_day: bool = False
    grader: str | None = None
    digest: str | None = None
    detail: Json = field(default_factory=dict[str, object])


def append(connection: Connection, event: Event) -> bool:
    """Write the event; False if its key stands there already."""
    return bool(
        _sql.append(
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
            value=event.value,
            hints=event.hints,
            streak_day=int(event.streak_day),
            grader=event.grader,
            digest=event.digest,
            detail=json.dumps(event.detail, ensure_ascii=False),
        )
    )


def has(connection: Connection, key: str) -> bool:
    """Whether this happened already."""
    return bool(_sql.has(connection, key=key))


def on_question(connection: Connection, member_id: int, question_id: str, since: datetime) -> Sequence[Entry]:
    """What the member and the question went through after `since`, in the order in which it was written."""
    rows = _sql.on_question(
        connection, member_id=member_id, question_id=question_id, since=milliseconds(since)
    )
    return [_entry(row) for row in rows]


def before(connection: Connection, event: Event, since: datetime) -> Sequence[Entry]:
    """What the member and the question of `event` went through after `since`, as far as it was written before that event."""
    rows = _sql.on_question_before(
        connection,
        member_id=event.member_id,
        question_id=event.question_id,
        since=milliseconds(since),
        key=event.key,
    )
    return [_entry(row) for row in rows]


def of_answer(connection: Connection, answer_id: int) -> Sequence[Event]:
    """What stands in the ledger about one answer, in the order in which it was written."""
    return [_event(row) for row in _sql.of_answer(connection, answer_id=answer_id)]


def streak_days(connection: Connection, member_id: int) -> Sequence[tuple[datetime, str, date, str]]:
    """(moment, zone, local date, kind) of all that made a day count, in the order in which it happened."""
    rows = _sql.streak_days(connection, member_id=member_id)
    return [
        (moment(row["at"]), row["zone"], date.fromisoformat(row["local_date"]), row["kind"]) for row in rows
    ]


def zone_changes(connection: Connection, member_id: int) -> Sequence[ZoneChange]:
    """Every change of zone the member ever asked for."""
    found: list[ZoneChange] = []
    for row in _sql.zone_changes(connection, member_id=member_id):
        detail = json.loads(row["detail"])
        skipped = detail["skipped"] and date.fromisoformat(detail["skipped"])
        found.append(ZoneChange(moment(row["at"]), moment(detail["from"]), skipped))
    return found


def after(connection: Connection, seq: int, most: int) -> tuple[Sequence[Event], int]:
    """The next events after the one numbered `seq`, and the number of the last of them (`seq` if there is none)."""
    events: list[Event] = []
    for row in _sql.after(connection, seq=seq, most=most):
        seq = row["seq"]
        events.append(_event(row))
    return events, seq


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row is untyped
    return Entry(row["kind"], moment(row["at"]), row["points"], row["value"], row["hints"], row["answer_id"])


def _event(row: Any) -> Event:  # noqa: ANN401 - a row is untyped
    plain: dict[str, Any] = dict(row)
    del plain["seq"]
    plain["at"] = moment(plain["at"])
    plain["streak_day"] = bool(plain["streak_day"])
    plain["detail"] = json.loads(plain["detail"])
    return Event(**plain)
