"""What is stored about one member: counted, read out, deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("privacy")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is stored about a member: `events` of the ledger, `days` that counted for the streak, `interviews` they sat
    in, `schedules` of daily questions they set up."""

    answers: int
    events: int
    days: int
    points: int
    reviews: int
    interviews: int
    schedules: int


@dataclass(frozen=True, slots=True)
class SharedPost:
    """An answer that stands in a channel, as far as we know: in one of `channels`, posted at about `at`."""

    answer_id: int
    ask_id: int
    channels: Sequence[int]
    guild_id: int | None
    at: datetime


def holdings(connection: Connection, member_id: int) -> Holdings | None:
    """How much is stored; None for somebody unknown."""
    row = _sql.counts(connection, member_id=member_id)
    return None if row is None else Holdings(**{name: number or 0 for name, number in row.items()})


def is_known(connection: Connection, member_id: int) -> bool:
    """Whether anything is stored about a member."""
    return bool(_sql.exists(connection, member_id=member_id))


def shared(connection: Connection, member_id: int, most: int) -> Sequence[SharedPost]:
    """The answers that a member shares, the latest first."""
    return [
        SharedPost(
            row["id"],
            row["ask_id"],
            list(dict.fromkeys((row["channel_id"], row["asked_in"]))),
            row["guild_id"],
            moment(row["at"]),
        )
        for row in _sql.shared(connection, member_id=member_id, most=most)
    ]


def seen_answers(connection: Connection, member_id: int) -> frozenset[str]:
    """Ids of the questions whose model answer was ever shown to a member."""
    return frozenset(row["question_id"] for row in _sql.seen_answers(connection, member_id=member_id))


def tables(connection: Connection) -> Mapping[str, Sequence[str]]:
    """The tables that hold ids of members, with the columns that do: what the schema itself says, so none is forgotten."""
    rows = connection.execute(
        'SELECT one.name AS name, key."from" AS "column" FROM sqlite_master AS one,'
        " pragma_foreign_key_list(one.name) AS key WHERE one.type = 'table' AND key.\"table\" = 'member' ORDER BY 1, 2"
    )
    found: dict[str, list[str]] = {"member": ["id"]}
    for row in rows:
        found.setdefault(row["name"], []).append(row["column"])
    return found


def rows(
    connection: Connection, table: str, columns: Sequence[str], member_id: int, start: int, most: int
) -> Sequence[Row]:
    """Rows of a table (one of `tables`) in which a member stands in any of the columns, in a fixed order."""
    where = " OR ".join(f'"{column}" = :member_id' for column in columns)
    # An index has an order already; to sort all rows again for each page would take longer than reading them.
    order = "" if len(columns) == 1 else "ORDER BY 1, 2"
    return connection.execute(
        f'SELECT * FROM "{table}" WHERE {where} {order} LIMIT :most OFFSET :start',  # noqa: S608 - the schema's names
        {"member_id": member_id, "most": most, "start": start},
    ).fetchall()


def interviews(connection: Connection, member_id: int) -> Sequence[int]:
    """Ids of the interviews that a member sat in or led."""
    return [row["id"] for row in _sql.interviews(connection, member_id=member_id)]


def forget_name(connection: Connection, interview_id: int, member_id: int) -> None:
    """What an interview's cards say of a member is not known any more: those that are open are drawn anew."""
    _sql.forget_name(connection, interview_id=interview_id, member_id=str(member_id))


def remove_interview(connection: Connection, interview_id: int) -> Sequence[int]:
    """Forget an interview; returns its asks, which are `remove_asks`'s business."""
    asks = [row["id"] for row in _sql.asks_of_rounds(connection, interview_id=interview_id)]
    _sql.remove_judgements(connection, interview_id=interview_id)
    _sql.remove_rounds(connection, interview_id=interview_id)
    _sql.remove_seats(connection, interview_id=interview_id)
    _sql.remove_interview(connection, interview_id=interview_id)
    return asks


def erase(connection: Connection, member_id: int, asks: Sequence[int], now: datetime) -> None:
    """Delete all that holds the member's id. Before that, they have left their interviews, and lead none any more.

    `asks` are those of interviews that are gone. An ask with which others have dealt stays, without a name. Rows of others
    in the ledger lose the name of who judged or took back an answer; nothing else of theirs changes.
    """
    _sql.forget_judgements_on(connection, member_id=member_id)
    _sql.forget_judgements(connection, member_id=member_id)
    named = [
        {"seq": row["seq"]}
        for find in (_sql.judged_by, _sql.withdrawn_by)
        for row in find(connection, member_id=member_id)
    ]
    if named:
        _sql.without_names(connection, named)
    asked = [{"id": row["id"]} for row in _sql.asks_of(connection, member_id=member_id)]
    orphans = [{"id": ask_id, "now": milliseconds(now)} for ask_id in asks]
    for forget in (
        _sql.forget_candidate,
        _sql.forget_interviewer,
        _sql.forget_role,
        _sql.forget_other_role,
        _sql.forget_seats,
        _sql.forget_owner,
        _sql.forget_typed,
        _sql.forget_fingerprints,
        _sql.forget_sittings,
        _sql.forget_seen,
        _sql.forget_days,
        _sql.forget_standings,
        _sql.forget_streak,
        _sql.forget_reviews,
        _sql.forget_news,
        _sql.forget_presence,
        _sql.forget_ledger,
        _sql.forget_answers,
    ):
        forget(connection, member_id=member_id)
    if asked or orphans:
        _sql.remove_asks(connection, [*asked, *({"id": one["id"]} for one in orphans)])
    if orphans:
        _sql.close_asks(connection, orphans)
    _sql.forget_asker(connection, member_id=member_id)
    _sql.forget_member(connection, member_id=member_id)
