"""What is derived from the ledger per member: sittings, questions seen, streaks. (Points: see `boards`.)"""

from collections.abc import Mapping
from datetime import date, datetime

from bot.clock import milliseconds, moment
from bot.domain.draw import Seen
from bot.domain.streak import Streak
from bot.storage.database import Connection, queries

_sql = queries("progress")


def tries(connection: Connection, ask_id: int, member_id: int) -> int:
    """How often the member has tried this ask so far."""
    return _sql.tries(connection, ask_id=ask_id, member_id=member_id) or 0


def tried(connection: Connection, ask_id: int, member_id: int, value: float | None) -> None:
    """One try more, after which all of them are worth `value`; None leaves that as it is."""
    _sql.add_try(connection, ask_id=ask_id, member_id=member_id, value=value)


def hinted(connection: Connection, ask_id: int, member_id: int, stage: int) -> None:
    """A hint was taken."""
    _sql.set_hints(connection, ask_id=ask_id, member_id=member_id, hints=stage)


def revealed(connection: Connection, ask_id: int, member_id: int, at: datetime) -> None:
    """The model answer was seen; the first time is kept."""
    _sql.set_revealed(connection, ask_id=ask_id, member_id=member_id, at=milliseconds(at))


def passed(connection: Connection, ask_id: int, member_id: int, at: datetime) -> None:
    """The member moved on; the first time is kept."""
    _sql.set_passed(connection, ask_id=ask_id, member_id=member_id, at=milliseconds(at))


def passers(connection: Connection, ask_id: int) -> frozenset[int]:
    """Members who moved on from an ask."""
    return frozenset(row["member_id"] for row in _sql.passers(connection, ask_id=ask_id))


def rated(connection: Connection, ask_id: int, member_id: int, rating: str) -> None:
    """The member rated themselves; the last word counts."""
    _sql.set_rating(connection, ask_id=ask_id, member_id=member_id, rating=rating)


def see(connection: Connection, member_id: int, question_id: str, at: datetime, score: float | None) -> None:
    """The member met the question, with this score or none."""
    _sql.see(connection, member_id=member_id, question_id=question_id, at=milliseconds(at), score=score)


def seen(connection: Connection, member_id: int) -> Mapping[str, Seen]:
    """Every question the member has met, with the last time and the best score."""
    rows = _sql.seen(connection, member_id=member_id)
    return {row["question_id"]: Seen(moment(row["at"]), row["best"]) for row in rows}


def streak(connection: Connection, member_id: int) -> tuple[Streak, datetime | None]:
    """The member's streak and the moment of the event that counted last; an empty one for somebody new."""
    row = _sql.streak(connection, member_id=member_id)
    if row is None:
        return Streak(), None
    last = date.fromisoformat(row["last_day"])
    return Streak(row["count"], row["best"], last, row["days"], row["freezes"]), moment(row["counted_at"])


def set_streak(connection: Connection, member_id: int, streak: Streak, counted_at: datetime) -> None:
    """Keep the member's streak; one without a last day is nothing to keep."""
    if streak.last is None:
        return
    _sql.set_streak(
        connection,
        member_id=member_id,
        count=streak.count,
        best=streak.best,
        last_day=streak.last.isoformat(),
        days=streak.days,
        freezes=streak.freezes,
        counted_at=milliseconds(counted_at),
    )


def forget(connection: Connection) -> None:
    """Empty all derived tables, the boards included, to fill them again from the ledger."""
    _sql.forget_sittings(connection)
    _sql.forget_seen(connection)
    _sql.forget_standings(connection)
    _sql.forget_streaks(connection)
