"""The days of schedules: each stands here before anything is posted, and until its question has closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("dailies")

State = Literal["claimed", "posted", "closing", "closed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Daily:
    """One local day of a schedule.

    `tries` count from the last change of state. `unsure` says that nobody knows how a try ended; `tried_at` is when the
    first of those began, or else the last one. At `again_at` there is something to do: to post (claimed), to open the thread (posted), to close
    (closing). `reason` is what went wrong last.
    """

    schedule_id: int
    day: date
    state: State
    due_at: datetime
    channel_id: int
    ask_id: int | None = None
    message_id: int | None = None
    tries: int = 0
    tried_at: datetime | None = None
    unsure: bool = False
    again_at: datetime | None = None
    reason: str | None = None

    @property
    def key(self) -> tuple[int, date]:
        """Schedule and local date: one of each."""
        return self.schedule_id, self.day


def insert(connection: Connection, daily: Daily) -> None:
    """Store a day. One that was skipped or has failed may be stored anew."""
    _sql.insert(
        connection,
        **_key(daily),
        state=daily.state,
        due_at=milliseconds(daily.due_at),
        channel_id=daily.channel_id,
        ask_id=daily.ask_id,
        again_at=None if daily.again_at is None else milliseconds(daily.again_at),
        reason=daily.reason,
    )


def get(connection: Connection, schedule_id: int, day: date) -> Daily | None:
    """A day, or None."""
    row = _sql.get(connection, schedule_id=schedule_id, day=day.isoformat())
    return None if row is None else _daily(row)


def since(connection: Connection, schedule_id: int, day: date) -> Sequence[Daily]:
    """The days from `day` on, the latest first."""
    return [
        _daily(row) for row in _sql.of_schedule(connection, schedule_id=schedule_id, since=day.isoformat())
    ]


def last_posted(connection: Connection, schedule_id: int) -> Daily | None:
    """The latest day that was posted, closed by now or not."""
    row = _sql.last_posted(connection, schedule_id=schedule_id)
    return None if row is None else _daily(row)


def open_ones(connection: Connection, schedule_id: int) -> Sequence[Daily]:
    """The days whose question waits for answers; one as a rule."""
    return [_daily(row) for row in _sql.open_ones(connection, schedule_id=schedule_id)]


def claimed(connection: Connection, schedule_id: int) -> Sequence[Daily]:
    """The days that are to be posted now; one as a rule."""
    return [_daily(row) for row in _sql.claimed(connection, schedule_id=schedule_id)]


def remove(connection: Connection, daily: Daily) -> None:
    """Forget that a day is skipped."""
    _sql.remove(connection, **_key(daily))


def to_do(connection: Connection, state: State, now: datetime, most: int) -> Sequence[tuple[int, date]]:
    """The days in this state with something to do at `now`, the longest waiting first."""
    rows = _sql.to_do(connection, state=state, now=milliseconds(now), most=most)
    return [(row["schedule_id"], date.fromisoformat(row["day"])) for row in rows]


def first_to_do(connection: Connection, state: State) -> datetime | None:
    """When there is something to do next for a day in this state."""
    return _maybe(_sql.first_to_do(connection, state=state))


def begin_try(connection: Connection, daily: Daily, now: datetime) -> None:
    """A try begins; until its end is noted nobody knows how it went."""
    _sql.begin_try(connection, **_key(daily), now=milliseconds(now))


def looked(connection: Connection, daily: Daily, now: datetime) -> None:
    """All tries up to now have left nothing in the channel."""
    _sql.looked(connection, **_key(daily), now=milliseconds(now))


def put_off(
    connection: Connection, daily: Daily, again_at: datetime | None, reason: str, *, unsure: bool
) -> None:
    """A try failed; there is another one at `again_at` (None: no more)."""
    stamp = None if again_at is None else milliseconds(again_at)
    _sql.put_off(
        connection, **_key(daily), state=daily.state, again_at=stamp, reason=reason, unsure=int(unsure)
    )


def posted(connection: Connection, daily: Daily, message_id: int, again_at: datetime | None) -> bool:
    """It stands in the channel; False if that was noted before. At `again_at` its thread is to be opened."""
    stamp = None if again_at is None else milliseconds(again_at)
    return bool(_sql.posted(connection, **_key(daily), message_id=message_id, again_at=stamp))


def hurry(connection: Connection, daily: Daily, now: datetime) -> None:
    """Do not wait any longer with the next try of a post."""
    _sql.hurry(connection, **_key(daily), now=milliseconds(now))


def move_on(connection: Connection, daily: Daily, following: State, again_at: datetime | None) -> None:
    """Move on from the state in which `daily` is to another, in which there is something to do at `again_at`.

    Nothing happens if it has moved on meanwhile.
    """
    stamp = None if again_at is None else milliseconds(again_at)
    _sql.move_on(connection, **_key(daily), state=daily.state, next=following, again_at=stamp)


def not_posted(connection: Connection, daily: Daily, state: State, reason: str) -> None:
    """The day has passed without a post (failed, skipped)."""
    _sql.not_posted(connection, **_key(daily), state=state, reason=reason)


def _key(daily: Daily) -> dict[str, Any]:
    return {"schedule_id": daily.schedule_id, "day": daily.day.isoformat()}


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _daily(row: Any) -> Daily:  # noqa: ANN401 - a row is untyped
    plain: dict[str, Any] = dict(row)
    plain["day"] = date.fromisoformat(plain["day"])
    plain["due_at"] = moment(plain["due_at"])
    for name in ("tried_at", "again_at"):
        plain[name] = _maybe(plain[name])
    plain["unsure"] = bool(plain["unsure"])
    return Daily(**plain)
