"""When and where servers get their daily question, and what their owners are to be told about it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal

from bot.clock import milliseconds, moment
from bot.domain.schedule import EVERY_DAY, Timetable
from bot.storage.database import Connection, queries

_sql = queries("schedules")

NoticeKind = Literal["trouble", "pool"]
# What becomes of a notice: it was told, or waits for the next /daily because a DM did not arrive.
TOLD, WAITS = 1, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server wishes for: topics (their values; none: all), level, a role to ping, a thread per question."""

    guild_id: int
    channel_id: int
    timetable: Timetable
    topics: tuple[str, ...] = ()
    level: str | None = None
    role_id: int | None = None
    thread: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan in force. What was due until `handled` is dealt with; `next_at` is None while nothing is to come."""

    id: int
    plan: Plan
    owner_id: int | None
    paused: bool
    handled: datetime
    next_at: datetime | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a schedule's owner should know."""

    schedule_id: int
    kind: NoticeKind
    text: str
    guild_id: int = 0
    channel_id: int = 0
    owner_id: int | None = None
    told: int = 0


def insert(connection: Connection, plan: Plan, owner_id: int, handled: datetime) -> int:
    """A new schedule, due from after `handled` on; returns its id."""
    return _sql.insert(
        connection,
        guild_id=plan.guild_id,
        channel_id=plan.channel_id,
        zone=plan.timetable.zone,
        minute=_minute(plan),
        **_changeable(plan),
        owner_id=owner_id,
        handled=milliseconds(handled),
        next_at=milliseconds(plan.timetable.next(handled).at),
    )


def change(connection: Connection, schedule_id: int, plan: Plan, owner_id: int, handled: datetime) -> None:
    """Another plan for the same channel and time; a pause ends with it."""
    _sql.change(
        connection,
        id=schedule_id,
        **_changeable(plan),
        owner_id=owner_id,
        handled=milliseconds(handled),
        next_at=milliseconds(plan.timetable.next(handled).at),
    )


def get(connection: Connection, schedule_id: int) -> Schedule:
    """The schedule with this id; KeyError if there is none."""
    row = _sql.get(connection, id=schedule_id)
    if row is None:
        raise KeyError(schedule_id)
    return _schedule(row)


def of_guild(connection: Connection, guild_id: int) -> Sequence[Schedule]:
    """A server's schedules, the oldest first."""
    return [_schedule(row) for row in _sql.of_guild(connection, guild_id=guild_id)]


def move_on(connection: Connection, schedule: Schedule, handled: datetime, *, paused: bool = False) -> None:
    """What was due until `handled` is dealt with; what comes next follows from that, or nothing while `paused`."""
    following = None if paused else milliseconds(schedule.plan.timetable.next(handled).at)
    _sql.move_on(
        connection, id=schedule.id, handled=milliseconds(handled), next_at=following, paused=int(paused)
    )


def remove(connection: Connection, schedule_id: int, now: datetime) -> None:
    """From now on there is no such schedule; its days stay."""
    _sql.remove(connection, id=schedule_id, now=milliseconds(now))


def due(connection: Connection, now: datetime, most: int) -> Sequence[int]:
    """Ids of the schedules of which something is due, the longest due first."""
    return [row["id"] for row in _sql.due(connection, now=milliseconds(now), most=most)]


def first_due(connection: Connection) -> datetime | None:
    """When the next of all is due."""
    stored = _sql.first_due(connection)
    return None if stored is None else moment(stored)


def waiting(connection: Connection, beyond: int, most: int) -> Sequence[Schedule]:
    """Schedules with something to come and an id above `beyond`, in order."""
    return [_schedule(row) for row in _sql.waiting(connection, id=beyond, most=most)]


def notice(connection: Connection, schedule_id: int, kind: NoticeKind, text: str) -> None:
    """Have the owner told; what they were told in the same words before is not said again."""
    _sql.notice(connection, id=schedule_id, kind=kind, text=text)


def drop_notice(connection: Connection, schedule_id: int, kind: NoticeKind) -> None:
    """The matter is settled; should it come up again, it is told again."""
    _sql.drop_notice(connection, id=schedule_id, kind=kind)


def notices(connection: Connection, schedule_id: int) -> Sequence[Notice]:
    """What there is to know about a schedule, told or not."""
    return [Notice(**row) for row in _sql.notices(connection, id=schedule_id)]


def fresh_notices(connection: Connection, most: int) -> Sequence[Notice]:
    """What owners are to be told by DM."""
    return [Notice(**row) for row in _sql.fresh_notices(connection, most=most)]


def set_told(connection: Connection, one: Notice, told: int) -> None:
    """It was told (TOLD), or a DM did not arrive (WAITS)."""
    _sql.set_told(connection, id=one.schedule_id, kind=one.kind, text=one.text, told=told)


def _minute(plan: Plan) -> int:
    return plan.timetable.at.hour * 60 + plan.timetable.at.minute


def _changeable(plan: Plan) -> dict[str, Any]:
    return {
        "days": sum(1 << day for day in plan.timetable.days),
        "topics": json.dumps(plan.topics),
        "level": plan.level,
        "role_id": plan.role_id,
        "thread": int(plan.thread),
    }


def _schedule(row: Any) -> Schedule:  # noqa: ANN401 - a row is untyped
    days = frozenset(day for day in EVERY_DAY if row["days"] >> day & 1)
    timetable = Timetable(row["zone"], time(*divmod(row["minute"], 60)), days)
    plan = Plan(
        row["guild_id"],
        row["channel_id"],
        timetable,
        tuple(json.loads(row["topics"])),
        row["level"],
        row["role_id"],
        bool(row["thread"]),
    )
    return Schedule(
        row["id"],
        plan,
        row["owner_id"],
        bool(row["paused"]),
        moment(row["handled"]),
        None if row["next_at"] is None else moment(row["next_at"]),
        row["removed_at"] is not None,
    )
