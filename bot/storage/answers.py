"""Answers: what members typed, from the moment it arrives until its verdict was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.clock import milliseconds, moment
from bot.domain.grade import Sure
from bot.storage.database import Connection, queries

_sql = queries("answers")

Source = Literal["form", "message"]
State = Literal["received", "settled", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One submitted text. `token` is the interaction's, None for plain text and once the verdict was shown.

    `held` says that it waits for its round's reveal, `late` that it came after the deadline. `probe` is the place of the point whose probe a follow-up answers; its text then holds the answer before it as well.
    """

    id: int
    ask_id: int
    member_id: int
    source: Source
    text: str
    text_digest: str
    sure: Sure | None
    channel_id: int
    token: str | None
    received_at: datetime
    zone: str
    local_date: str
    probe: int | None = None
    held: bool = False
    late: bool = False
    state: State = "received"
    in_place: bool = True
    shown: bool = False
    outcome: str | None = None


def insert(connection: Connection, answer: Answer) -> None:
    """Store `answer` as received. Look for the `same` one first, in the same step: there may be only one."""
    _sql.insert(
        connection,
        id=answer.id,
        ask_id=answer.ask_id,
        member_id=answer.member_id,
        source=answer.source,
        text=answer.text,
        text_digest=answer.text_digest,
        sure=answer.sure,
        channel_id=answer.channel_id,
        token=answer.token,
        received_at=milliseconds(answer.received_at),
        zone=answer.zone,
        local_date=answer.local_date,
        probe=answer.probe,
        held=int(answer.held),
        late=int(answer.late),
    )


def same(connection: Connection, answer: Answer) -> Answer | None:
    """The answer that came before with the same id, or from the same member to the same ask with the same text."""
    row = _sql.same(
        connection,
        id=answer.id,
        ask_id=answer.ask_id,
        member_id=answer.member_id,
        text_digest=answer.text_digest,
    )
    return None if row is None else _answer(row)


def find(connection: Connection, answer_id: int) -> Answer | None:
    """The answer with this id, or None."""
    row = _sql.get(connection, id=answer_id)
    return None if row is None else _answer(row)


def get(connection: Connection, answer_id: int) -> Answer:
    """The answer with this id; KeyError if there is none."""
    found = find(connection, answer_id)
    if found is None:
        raise KeyError(answer_id)
    return found


def last_settled(connection: Connection, ask_id: int, member_id: int) -> int | None:
    """The id of the member's latest graded answer to this ask, or None."""
    return _sql.last_settled(connection, ask_id=ask_id, member_id=member_id)


def last_text(connection: Connection, ask_id: int, member_id: int) -> str:
    """What the member last answered to this ask; empty if nothing yet."""
    return _sql.last_text(connection, ask_id=ask_id, member_id=member_id) or ""


def sure(connection: Connection, member_id: int, most: int) -> Sequence[tuple[Sure, float]]:
    """(how sure, score) of the first tries among the member's last answers for which both are known."""
    rows = _sql.sure(connection, member_id=member_id, most=most)
    return [(row["sure"], row["score"]) for row in rows]


def in_flight(connection: Connection, answer: Answer, most: int) -> Sequence[str]:
    """Texts of other members to the same ask that came before `answer` and are not settled yet."""
    rows = _sql.in_flight(
        connection, ask_id=answer.ask_id, member_id=answer.member_id, id=answer.id, most=most
    )
    return [row["text"] for row in rows]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many answers (counted up to a limit) a member sent since some moment, when the first and the last."""

    number: int
    first: datetime | None
    last: datetime | None


def pace(connection: Connection, member_id: int, since: datetime, most: int) -> Pace:
    """The member's latest answers after `since`, `most` of them at most."""
    row = _sql.pace(connection, member_id=member_id, since=milliseconds(since), most=most)
    first, last = (None if row[name] is None else moment(row[name]) for name in ("first", "last"))
    return Pace(row["number"], first, last)


def settle(connection: Connection, answer_id: int, outcome: str, now: datetime) -> bool:
    """Turn a received answer into a settled one; False if somebody else did so before."""
    return bool(_sql.settle(connection, id=answer_id, outcome=outcome, now=milliseconds(now)))


def regrade(connection: Connection, answer_id: int, outcome: str) -> None:
    """Put the outcome of a graded answer in the place of the one it had."""
    _sql.regrade(connection, id=answer_id, outcome=outcome)


@dataclass(frozen=True, slots=True)
class GradedBy:
    """A graded answer's id, its question, and the version that its grade speaks of."""

    id: int
    question_id: str
    digest: str


def graded_after(connection: Connection, answer_id: int, most: int) -> Sequence[GradedBy]:
    """The graded answers with ids above `answer_id`, in the order of their ids, which is about that of their arrival."""
    rows = _sql.graded_after(connection, after=answer_id, most=most)
    return [GradedBy(row["id"], row["question_id"], row["digest"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded answer among its member's last ones; the score (0-10) is None where none was given."""

    id: int
    question_id: str
    title: str
    score: float | None
    local_date: str


def last_graded(connection: Connection, member_id: int, most: int) -> Sequence[Graded]:
    """The member's graded answers, the latest first."""
    rows = _sql.last_graded(connection, member_id=member_id, most=most)
    return [
        Graded(row["id"], row["question_id"], row["title"], row["score"], row["local_date"]) for row in rows
    ]


def refuse(connection: Connection, answer_id: int) -> bool:
    """Mark an answer that its author was told we did not take; it counts for nothing."""
    return bool(_sql.refuse(connection, id=answer_id))


def take_over(connection: Connection, answer_id: int, token: str | None, channel_id: int) -> None:
    """Show the verdict (again) where the member pressed last."""
    _sql.take_over(connection, id=answer_id, token=token, channel_id=channel_id)


def shown(connection: Connection, answer_id: int, now: datetime) -> bool:
    """The verdict is shown and the interaction's token erased; False if that was so before."""
    return bool(_sql.shown(connection, id=answer_id, now=milliseconds(now)))


def give_up_place(connection: Connection, answer_id: int, token: str | None) -> None:
    """The verdict cannot be shown through `token`; it waits for the member's next interaction.

    Unless it was shown, or is to be shown elsewhere by now.
    """
    _sql.give_up_place(connection, id=answer_id, token=token)


def unfinished(connection: Connection) -> Sequence[int]:
    """Ids of the answers that were received but not settled, then of those whose verdict can be shown in place."""
    return [*unsettled(connection), *to_show_in_place(connection)]


def unsettled(connection: Connection) -> Sequence[int]:
    """Ids of the answers that were received but not settled, oldest first."""
    return [row["id"] for row in _sql.unsettled(connection)]


def to_show_in_place(connection: Connection) -> Sequence[int]:
    """Ids of the settled answers whose verdict could still be shown in place, oldest first."""
    return [row["id"] for row in _sql.to_show_in_place(connection)]


def unshown(connection: Connection, member_id: int, most: int) -> Sequence[tuple[int, datetime]]:
    """The member's answers whose verdict nobody has seen yet, oldest first: their ids, and when they came."""
    rows = _sql.unshown(connection, member_id=member_id, most=most)
    return [(row["id"], moment(row["received_at"])) for row in rows]


def waiting_members(connection: Connection) -> set[int]:
    """Ids of the members with such answers."""
    return {row["member_id"] for row in _sql.waiting_members(connection)}


def held(connection: Connection, ask_id: int) -> Sequence[tuple[int, int]]:
    """(id, member) of the answers to an ask that wait for its reveal, oldest first."""
    return [(row["id"], row["member_id"]) for row in _sql.held(connection, ask_id=ask_id)]


def unsettled_of(connection: Connection, ask_id: int) -> Sequence[int]:
    """Ids of the answers to an ask that wait for nothing but their grade, oldest first."""
    return [row["id"] for row in _sql.unsettled_of(connection, ask_id=ask_id)]


def renew(connection: Connection, answer_id: int, now: datetime) -> None:
    """An answer that waits was sent once more: from now on it is its member's last one."""
    _sql.renew(connection, id=answer_id, now=milliseconds(now))


def release(connection: Connection, answer_id: int) -> None:
    """It waits no longer: from now on it is an answer like any other."""
    _sql.release(connection, id=answer_id)


def open_participants(connection: Connection, ask_id: int, most: int) -> Sequence[int]:
    """Members who had to do with an ask and for whom its close is not in the ledger yet."""
    return [row["member_id"] for row in _sql.open_participants(connection, ask_id=ask_id, most=most)]


def outcomes(
    connection: Connection, ask_id: int, after: int, most: int
) -> Sequence[tuple[int, int, str | None]]:
    """(id, member, outcome) of the answers to an ask that were in time, with ids above `after`; no outcome yet: still being
    graded."""
    rows = _sql.outcomes(connection, ask_id=ask_id, after=after, most=most)
    return [(row["id"], row["member_id"], row["outcome"]) for row in rows]


def shared(connection: Connection, ask_id: int) -> Sequence[int]:
    """Ids of the answers to an ask that their authors share and did not take back, oldest first."""
    return [row["answer_id"] for row in _sql.shared(connection, ask_id=ask_id)]


def _answer(row: Any) -> Answer:  # noqa: ANN401 - a row is untyped
    plain: dict[str, Any] = dict(row)
    del plain["settled_at"]
    plain["shown"] = plain.pop("shown_at") is not None
    plain["in_place"] = bool(plain["in_place"])
    plain["held"] = bool(plain["held"])
    plain["late"] = bool(plain["late"])
    plain["received_at"] = moment(plain["received_at"])
    return Answer(**plain)


def too_late(connection: Connection, ask_id: int) -> frozenset[int]:
    """Members who answered an ask after its time."""
    return frozenset(row["member_id"] for row in _sql.too_late(connection, ask_id=ask_id))
