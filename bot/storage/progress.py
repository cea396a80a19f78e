"""What is derived from the ledger per member: sittings, questions seen, days, streaks. (Points: see `boards`.)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.clock import milliseconds, moment
from bot.domain.draw import Seen
from bot.domain.streak import Streak
from bot.storage.database import Connection, queries

_sql = queries("progress")

# What made a day count (an answer, one that people heard, finished reviews), or held the streak over it (a freeze, our
# being away, a change of zone).
How = Literal["answer", "voice", "review", "frozen", "away", "zone"]


@dataclass(frozen=True, slots=True)
class Day:
    """A member's local day: how many answers were graded, the best score, and how it held the streak (None: it did not)."""

    day: date
    answers: int
    best: float | None
    how: How | None


def tries(connection: Connection, ask_id: int, member_id: int) -> int:
    """How often the member has tried this ask so far."""
    return _sql.tries(connection, ask_id=ask_id, member_id=member_id) or 0


def tried(connection: Connection, ask_id: int, member_id: int, value: float | None) -> None:
    """One try more, after which all of them are worth `value`; None leaves that as it is."""
    _sql.add_try(connection, ask_id=ask_id, member_id=member_id, value=value)


def regraded(connection: Connection, ask_id: int, member_id: int, value: float | None) -> None:
    """A try was graded once more; what all of them are worth never falls by that."""
    _sql.raise_value(connection, ask_id=ask_id, member_id=member_id, value=value)


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


def see(
    connection: Connection, member_id: int, question_id: str, at: datetime, score: float | None, day: str
) -> None:
    """The member met the question on a local day, with this score or none."""
    _sql.see(
        connection, member_id=member_id, question_id=question_id, at=milliseconds(at), score=score, day=day
    )


def best(connection: Connection, member_id: int, question_id: str) -> tuple[float, str] | None:
    """The member's best score on the question and the local day on which they reached it; None if never graded."""
    row = _sql.best(connection, member_id=member_id, question_id=question_id)
    return None if row is None else (row["best"], row["best_on"])


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


def practised(
    connection: Connection, member_id: int, day: str, score: float | None, *, answers: int = 1
) -> None:
    """So many answers more were graded on a local day, with this score or none."""
    _sql.practised(connection, member_id=member_id, day=day, answers=answers, score=score)


def hold(connection: Connection, member_id: int, days: Mapping[date, How]) -> None:
    """How each of these days held the streak."""
    _sql.hold(
        connection,
        [{"member_id": member_id, "day": day.isoformat(), "how": how} for day, how in days.items()],
    )


def let_go(connection: Connection, member_id: int) -> None:
    """Forget how days held the streak, to tell it anew."""
    _sql.let_go_empty(connection, member_id=member_id)
    _sql.let_go(connection, member_id=member_id)


def days(connection: Connection, member_id: int, since: date) -> Sequence[Day]:
    """What is known of the member's days from `since` on, in order; days without anything are not among them."""
    rows = _sql.days(connection, member_id=member_id, since=since.isoformat())
    return [Day(date.fromisoformat(row["day"]), row["answers"], row["best"], row["how"]) for row in rows]


def forget(connection: Connection) -> None:
    """Empty all derived tables, the boards included, to fill them again from the ledger."""
    _sql.forget_days(connection)
    _sql.forget_sittings(connection)
    _sql.forget_seen(connection)
    _sql.forget_standings(connection)
    _sql.forget_streaks(connection)
