"""Members: name, zone and what they wish."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import milliseconds, moment
from bot.domain.zone import ZoneChoice
from bot.storage.database import Connection, queries

_sql = queries("members")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a member set: seen on server boards and the global one, asked in private, extra time in percent.

    `stats_shown`: others may look at their /stats; `reminders`: they want a DM when there is something to do.
    """

    on_boards: bool = True
    on_global_board: bool = False
    private: bool = False
    extra_time: int = 0
    stats_shown: bool = False
    reminders: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """A member's zone and wishes; the defaults are those of somebody new."""

    zone: ZoneChoice = field(default_factory=ZoneChoice)
    wishes: Wishes = field(default_factory=Wishes)


def greet(connection: Connection, member_id: int, name: str, now: datetime) -> str:
    """Make sure the member exists, remember the name Discord shows today, and return the zone in force."""
    _sql.upsert(connection, id=member_id, name=name, now=milliseconds(now))
    return settings(connection, member_id).zone.at(now)


def name(connection: Connection, member_id: int) -> str:
    """The name Discord showed when we last heard from the member; empty for somebody unknown."""
    return _sql.name(connection, id=member_id) or ""


def settings(connection: Connection, member_id: int) -> Settings:
    """The member's settings; the defaults for somebody new."""
    row = _sql.settings(connection, id=member_id)
    if row is None:
        return Settings()
    plain: dict[str, Any] = dict(row)
    zone = ZoneChoice(
        plain["zone"],
        plain["next_zone"],
        _maybe(plain["next_zone_at"]),
        _maybe(plain["zone_chosen_at"]),
    )
    wishes = Wishes(
        bool(plain["on_boards"]),
        bool(plain["on_global_board"]),
        bool(plain["private"]),
        plain["extra_time"],
        bool(plain["stats_shown"]),
        bool(plain["reminders"]),
    )
    return Settings(zone, wishes)


def set_zone(connection: Connection, member_id: int, choice: ZoneChoice) -> None:
    """Keep the member's zone and the one that follows it."""
    _sql.set_zone(
        connection,
        id=member_id,
        zone=choice.zone,
        next_zone=choice.next,
        next_zone_at=None if choice.next_at is None else milliseconds(choice.next_at),
        zone_chosen_at=None if choice.chosen_at is None else milliseconds(choice.chosen_at),
    )


def set_wishes(connection: Connection, member_id: int, wishes: Wishes) -> None:
    """Keep what the member wishes. The boards follow with `boards.list_member`."""
    _sql.set_wishes(
        connection,
        id=member_id,
        on_boards=int(wishes.on_boards),
        on_global_board=int(wishes.on_global_board),
        private=int(wishes.private),
        extra_time=wishes.extra_time,
        stats_shown=int(wishes.stats_shown),
        reminders=int(wishes.reminders),
    )


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)
