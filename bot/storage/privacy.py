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
    in (some still `under_way`), `schedules` of daily questions they set up."""

    answers: int
    events: int
    days: int
    points: int
    reviews: int
    interviews: int
    under_way: int
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


def remove_interview(connection: Connection, interview_id: int, member_id: int, now: datetime) -> None:
    """Forget an interview that nobody but the member was in. Its questions close, and go with what the member asked."""
    _sql.take_asks(connection, interview_id=interview_id, member_id=member_id, now=milliseconds(now))
    _sql.remove_judgements(connection, interview_id=interview_id)
    _sql.remove_rounds(connection, interview_id=interview_id)
    _sql.remove_seats(connection, interview_id=interview_id)
    _sql.remove_interview(connection, interview_id=interview_id)


def begin(connection: Connection, member_id: int) -> None:
    """Begin to forget a member: from now on no board, interview or schedule shows them, nor anybody else's rows.

    Before that, they have left their interviews, and lead none any more. Rows of others in the ledger lose the name of who
    judged or took back an answer; nothing else of theirs changes.
    """
    _sql.leave(connection, member_id=member_id)
    _sql.forget_judgements_on(connection, member_id=member_id)
    _sql.forget_judgements(connection, member_id=member_id)
    named = [
        {"seq": row["seq"]}
        for find in (_sql.judged_by, _sql.withdrawn_by)
        for row in find(connection, member_id=member_id)
    ]
    if named:
        _sql.without_names(connection, named)
    for forget in (
        _sql.forget_candidate,
        _sql.forget_interviewer,
        _sql.forget_role,
        _sql.forget_other_role,
        _sql.forget_seats,
        _sql.forget_owner,
    ):
        forget(connection, member_id=member_id)
    _forget_small(connection, member_id)


def leaving(connection: Connection) -> Sequence[int]:
    """Members of whom something is left although they wish to be forgotten."""
    return [row["id"] for row in _sql.leaving(connection)]


def forget_some(connection: Connection, member_id: int, most: int) -> bool:
    """Forget so many events, answers, sittings or asks; False once there are none.

    An ask with which others have dealt stays, without a name.
    """
    for forget in (_sql.forget_events, _forget_answers, _sql.forget_sittings, _forget_asks):
        if forget(connection, member_id=member_id, most=most):
            return True
    return False


def finish(connection: Connection, member_id: int, most: int) -> None:
    """Forget what is left, and the member; few rows, unless they went on using the bot."""
    while forget_some(connection, member_id, most):
        pass
    _forget_small(connection, member_id)
    _sql.forget_member(connection, member_id=member_id)


def _forget_answers(connection: Connection, member_id: int, most: int) -> bool:
    some = [{"id": row["id"]} for row in _sql.some_answers(connection, member_id=member_id, most=most)]
    if some:
        _sql.forget_fingerprints(connection, some)
        _sql.forget_answers(connection, some)
    return bool(some)


def _forget_asks(connection: Connection, member_id: int, most: int) -> bool:
    some = [{"id": row["id"]} for row in _sql.some_asks(connection, member_id=member_id, most=most)]
    if some:
        _sql.remove_asks(connection, some)
        _sql.forget_asker(connection, some)
    return bool(some)


def _forget_small(connection: Connection, member_id: int) -> None:
    """What grows with days and questions, not with answers."""
    for forget in (
        _sql.forget_typed,
        _sql.forget_seen,
        _sql.forget_days,
        _sql.forget_standings,
        _sql.forget_streak,
        _sql.forget_reviews,
        _sql.forget_news,
        _sql.forget_presence,
    ):
        forget(connection, member_id=member_id)
