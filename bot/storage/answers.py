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
    """One submitted text. `token` is the interaction's, None for plain text and once the verdict was shown."""

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
    state: State = "received"
    in_place: bool = True
    shown: bool = False
    outcome: str | None = None


async def insert(connection: Connection, answer: Answer) -> Answer:
    """Store `answer` as received and return it, or the one that came before with the same id or text."""
    fresh = await _sql.insert(
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
    )
    if fresh:
        return answer
    row = await _sql.same_text(
        connection, ask_id=answer.ask_id, member_id=answer.member_id, text_digest=answer.text_digest
    ) or await _sql.get(connection, id=answer.id)
    return _answer(row)


async def get(connection: Connection, answer_id: int) -> Answer:
    """The answer with this id; KeyError if there is none."""
    row = await _sql.get(connection, id=answer_id)
    if row is None:
        raise KeyError(answer_id)
    return _answer(row)


async def last_text(connection: Connection, ask_id: int, member_id: int) -> str:
    """What the member last answered to this ask; empty if nothing yet."""
    return await _sql.last_text(connection, ask_id=ask_id, member_id=member_id) or ""


async def others_texts(connection: Connection, ask_id: int, member_id: int, most: int) -> Sequence[str]:
    """The latest graded texts of other members to the same ask."""
    rows = _sql.others_texts(connection, ask_id=ask_id, member_id=member_id, most=most)
    return [row["text"] async for row in rows]


async def settle(connection: Connection, answer_id: int, outcome: str, now: datetime) -> bool:
    """Turn a received answer into a settled one; False if somebody else did so before."""
    return bool(await _sql.settle(connection, id=answer_id, outcome=outcome, now=milliseconds(now)))


async def refuse(connection: Connection, answer_id: int) -> bool:
    """Mark an answer that its author was told we did not take; it counts for nothing."""
    return bool(await _sql.refuse(connection, id=answer_id))


async def take_over(connection: Connection, answer_id: int, token: str | None, channel_id: int) -> None:
    """Show the verdict (again) where the member pressed last."""
    await _sql.take_over(connection, id=answer_id, token=token, channel_id=channel_id)


async def shown(connection: Connection, answer_id: int, now: datetime) -> bool:
    """The verdict is shown and the interaction's token erased; False if that was so before."""
    return bool(await _sql.shown(connection, id=answer_id, now=milliseconds(now)))


async def give_up_place(connection: Connection, answer_id: int) -> None:
    """The verdict cannot be shown where it was asked for; it waits for the member's next interaction."""
    await _sql.give_up_place(connection, id=answer_id)


async def unsettled(connection: Connection) -> Sequence[int]:
    """Ids of the answers that were received but not settled, oldest first."""
    return [row["id"] async for row in _sql.unsettled(connection)]


async def to_show_in_place(connection: Connection) -> Sequence[int]:
    """Ids of the settled answers whose verdict could still be shown in place, oldest first."""
    return [row["id"] async for row in _sql.to_show_in_place(connection)]


async def unshown(connection: Connection, member_id: int, before: datetime, most: int) -> Sequence[int]:
    """Ids of the member's answers from before `before` whose verdict nobody has seen yet, oldest first."""
    rows = _sql.unshown(connection, member_id=member_id, before=milliseconds(before), most=most)
    return [row["id"] async for row in rows]


def _answer(row: Any) -> Answer:  # noqa: ANN401 - a row of aiosqlite is untyped
    plain: dict[str, Any] = dict(row)
    del plain["settled_at"]
    plain["shown"] = plain.pop("shown_at") is not None
    plain["in_place"] = bool(plain["in_place"])
    plain["received_at"] = moment(plain["received_at"])
    return Answer(**plain)
