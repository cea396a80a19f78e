"""Reviews: how well members know questions, and when these are due again. Derived from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import milliseconds
from bot.domain.memory import Memory
from bot.storage.database import Connection, queries

_sql = queries("reviews")


@dataclass(frozen=True, slots=True)
class Sitting:
    """What matters of a sitting here: whether it said how well its member knows the question, and when it showed the answer."""

    recalled: bool = False
    revealed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A question that was put for review and dealt with; `recalled` if that said how well it is known."""

    question_id: str
    recalled: bool
    best: float | None


def get(connection: Connection, member_id: int, question_id: str) -> Memory | None:
    """The member's card of a question; None if there is none yet."""
    row = _sql.get(connection, member_id=member_id, question_id=question_id)
    if row is None:
        return None
    return Memory(
        date.fromisoformat(row["due"]),
        date.fromisoformat(row["reviewed_on"]),
        row["stability"],
        row["difficulty"],
        row["lapses"],
    )


def put(connection: Connection, member_id: int, question_id: str, memory: Memory) -> None:
    """Keep the member's card of a question."""
    _sql.put(
        connection,
        member_id=member_id,
        question_id=question_id,
        due=memory.due.isoformat(),
        reviewed_on=memory.reviewed_on.isoformat(),
        stability=memory.stability,
        difficulty=memory.difficulty,
        lapses=memory.lapses,
    )


def due(connection: Connection, member_id: int, day: date, most: int) -> Sequence[tuple[str, int]]:
    """(question, lapses) of what is due on a local day or was before, the most overdue first."""
    rows = _sql.due(connection, member_id=member_id, day=day.isoformat(), most=most)
    return [(row["question_id"], row["lapses"]) for row in rows]


def coming(connection: Connection, member_id: int, day: date, most: int) -> Sequence[tuple[str, date]]:
    """(question, day) of what is due after a local day, the next first."""
    rows = _sql.coming(connection, member_id=member_id, day=day.isoformat(), most=most)
    return [(row["question_id"], date.fromisoformat(row["due"])) for row in rows]


def done(connection: Connection, member_id: int, since: datetime) -> Sequence[Done]:
    """What was put to the member for review since then and dealt with: tried, rated, passed or looked up."""
    rows = _sql.done(connection, member_id=member_id, since=milliseconds(since))
    return [Done(row["question_id"], row["recalled_at"] is not None, row["best"]) for row in rows]


def sitting(connection: Connection, ask_id: int, member_id: int) -> Sitting:
    """What is known of a member's sitting."""
    row = _sql.sitting(connection, ask_id=ask_id, member_id=member_id)
    return Sitting() if row is None else Sitting(row["recalled_at"] is not None, row["revealed_at"])


def set_recalled(connection: Connection, ask_id: int, member_id: int, at: datetime) -> None:
    """The sitting said at this moment how well the question is known."""
    _sql.set_recalled(connection, ask_id=ask_id, member_id=member_id, at=milliseconds(at))


def forget(connection: Connection) -> None:
    """Empty the table, to fill it again from the ledger."""
    _sql.forget(connection)
