"""Mock interviews: each session with its seats and rounds, as it stands after every step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import milliseconds, moment
from bot.domain.interview import Format, Phase, Seat, Session
from bot.domain.roles import Roles
from bot.storage.database import Connection, queries

_sql = queries("interviews")


@dataclass(frozen=True, slots=True)
class Interview:
    """A session and where it is. `guild_id` is the server that it counts for, if any; `hints` says that they are allowed.

    `place_id` is None until it begins, `lobby_id` and `report_id` until they are posted; `reported_at` is when posting the
    report was last tried.
    """

    id: int
    guild_id: int | None
    channel_id: int
    session: Session
    topic: str | None = None
    level: str | None = None
    place_id: int | None = None
    lobby_id: int | None = None
    report_id: int | None = None
    again_at: datetime | None = None
    hints: bool = False
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One question of a session. `shown` is, in short, what its card says by now; `tried_at` when it was last sent."""

    number: int
    ask_id: int
    message_id: int | None
    shown: str
    tried_at: datetime | None
    roles: Roles | None = None


def insert(connection: Connection, interview: Interview, again_at: datetime) -> None:
    """A new session, in its lobby."""
    session = interview.session
    _sql.insert(
        connection,
        id=interview.id,
        format=session.format,
        guild_id=interview.guild_id,
        channel_id=interview.channel_id,
        host_id=session.host,
        topic=interview.topic,
        level=interview.level,
        rounds=session.rounds,
        pace_s=round(session.pace.total_seconds()),
        timed=int(session.timed),
        hints=int(interview.hints),
        phase=session.phase,
        round=session.round,
        touched=milliseconds(session.touched),
        again_at=milliseconds(again_at),
    )


def find(connection: Connection, interview_id: int) -> Interview | None:
    """The interview with this id, or None."""
    row = _sql.get(connection, id=interview_id)
    if row is None:
        return None
    return _interview(row, list(_sql.seats(connection, id=interview_id)))


def get(connection: Connection, interview_id: int) -> Interview:
    """The interview with this id; KeyError if there is none."""
    found = find(connection, interview_id)
    if found is None:
        raise KeyError(interview_id)
    return found


def save(connection: Connection, interview_id: int, session: Session, again_at: datetime | None) -> None:
    """Keep a session as it is now; at `again_at` there is something to do."""
    _sql.save(
        connection,
        id=interview_id,
        host_id=session.host,
        phase=session.phase,
        round=session.round,
        deadline=_stamp(session.deadline),
        paused_at=_stamp(session.paused_at),
        touched=milliseconds(session.touched),
        again_at=_stamp(again_at),
        timed=int(session.timed),
        **_roles(session.roles),
    )
    if session.roles is not None:
        _sql.set_roles(connection, id=interview_id, number=session.round, **_roles(session.roles))
    rows = [
        {
            "interview_id": interview_id,
            "member_id": seat.member_id,
            "place": place,
            "consent": int(seat.consent),
            "extra": seat.extra,
            "since": seat.since,
            "left": int(seat.left),
            "done": int(seat.member_id in session.done),
            "turns": seat.turns,
        }
        for place, seat in enumerate(session.seats)
    ]
    if rows:
        _sql.save_seat(connection, rows)


def names(connection: Connection, interview_id: int) -> Mapping[int, str]:
    """The names of all who ever sat in it."""
    return {row["id"]: row["name"] for row in _sql.names(connection, id=interview_id)}


def going_on_in(connection: Connection, channel_id: int) -> int | None:
    """The interview that goes on in this channel, or in this thread of it, if there is one."""
    return _sql.going_on_in(connection, channel_id=channel_id) or _sql.running_in(
        connection, place_id=channel_id
    )


def number_in(connection: Connection, guild_id: int) -> int:
    """How many interviews of groups go on in a server."""
    return _sql.number_in(connection, guild_id=guild_id)


def alone(connection: Connection, member_id: int) -> int | None:
    """The interview that a member goes through alone at the moment, if there is one."""
    return _sql.alone(connection, member_id=member_id)


def going_on(connection: Connection) -> Sequence[int]:
    """Ids of all interviews that are not over and reported."""
    return [row["id"] for row in _sql.going_on(connection)]


def set_lobby(connection: Connection, interview_id: int, message_id: int) -> None:
    """The lobby's message."""
    _sql.set_lobby(connection, id=interview_id, message_id=message_id)


def set_place(connection: Connection, interview_id: int, place_id: int) -> None:
    """Where it runs."""
    _sql.set_place(connection, id=interview_id, place_id=place_id)


def try_report(connection: Connection, interview_id: int, now: datetime) -> None:
    """Its report is about to be sent."""
    _sql.try_report(connection, id=interview_id, now=milliseconds(now))


def set_report(connection: Connection, interview_id: int, message_id: int) -> None:
    """The report's message."""
    _sql.set_report(connection, id=interview_id, message_id=message_id)


def to_do(connection: Connection, now: datetime, most: int) -> Sequence[int]:
    """Ids of the interviews with something to do, those that wait longest first."""
    return [row["id"] for row in _sql.to_do(connection, now=milliseconds(now), most=most)]


def first_to_do(connection: Connection) -> datetime | None:
    """When there is something to do next."""
    return _maybe(_sql.first_to_do(connection))


def look_again(connection: Connection, interview_id: int, again_at: datetime | None) -> None:
    """There is something to do at that moment, or never again."""
    _sql.look_again(connection, id=interview_id, again_at=_stamp(again_at))


def add_round(connection: Connection, interview_id: int, session: Session, ask_id: int) -> None:
    """The question of the round that has begun."""
    _sql.add_round(connection, id=interview_id, number=session.round, ask_id=ask_id, **_roles(session.roles))


def rounds(connection: Connection, interview_id: int) -> Sequence[Round]:
    """The rounds so far."""
    return [
        Round(
            row["number"],
            row["ask_id"],
            row["message_id"],
            row["shown"],
            _maybe(row["tried_at"]),
            _stored_roles(row),
        )
        for row in _sql.rounds(connection, id=interview_id)
    ]


def of_ask(connection: Connection, ask_id: int) -> int | None:
    """The interview that an ask is a round of."""
    return _sql.of_ask(connection, ask_id=ask_id)


def try_round(connection: Connection, interview_id: int, number: int, now: datetime) -> None:
    """Its card is about to be sent."""
    _sql.try_round(connection, id=interview_id, number=number, now=milliseconds(now))


def set_round(
    connection: Connection, interview_id: int, number: int, message_id: int | None, shown: str
) -> None:
    """Its card stands there, and says this."""
    _sql.set_round(connection, id=interview_id, number=number, message_id=message_id, shown=shown)


def _roles(roles: Roles | None) -> dict[str, int | None]:
    if roles is None:
        return {"candidate_id": None, "interviewer_id": None}
    return {"candidate_id": roles.candidate, "interviewer_id": roles.interviewer}


def _stored_roles(row: Any) -> Roles | None:  # noqa: ANN401 - rows are untyped
    return None if row["candidate_id"] is None else Roles(row["candidate_id"], row["interviewer_id"])


def _stamp(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _interview(row: Any, seats: Sequence[Any]) -> Interview:  # noqa: ANN401 - rows are untyped
    session = Session(
        row["host_id"],
        row["rounds"],
        timedelta(seconds=row["pace_s"]),
        moment(row["touched"]),
        Phase(row["phase"]),
        row["round"],
        tuple(
            Seat(
                one["member_id"],
                bool(one["consent"]),
                one["extra"],
                one["since"],
                bool(one["left"]),
                one["turns"],
            )
            for one in seats
        ),
        frozenset(one["member_id"] for one in seats if one["done"]),
        _maybe(row["deadline"]),
        _maybe(row["paused_at"]),
        Format(row["format"]),
        _stored_roles(row),
        bool(row["timed"]),
    )
    return Interview(
        row["id"],
        row["guild_id"],
        row["channel_id"],
        session,
        row["topic"],
        row["level"],
        row["place_id"],
        row["lobby_id"],
        row["report_id"],
        _maybe(row["again_at"]),
        bool(row["hints"]),
        _maybe(row["reported_at"]),
    )
