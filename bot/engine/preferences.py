"""What a member sets for themselves: time zone, boards, private asking, extra time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock, milliseconds
from bot.domain.zone import ZoneChoice, local_day, skipped_date
from bot.engine import reminders
from bot.engine.practice import Person
from bot.engine.zones import Zones
from bot.errors import UserError
from bot.storage import boards, ledger, members
from bot.storage.database import Connection, Database
from bot.storage.members import Settings, Wishes


@dataclass(frozen=True, slots=True)
class Panel:
    """A member's settings as they stand, and what could not be done about the zone (empty if all was)."""

    zone: str
    next_zone: str | None
    next_zone_at: datetime | None
    chosen: bool
    wishes: Wishes
    trouble: str = ""


class Preferences:
    """Reads and changes what members set."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._zones = Zones()

    def zone(self, typed: str) -> str:
        """The IANA name of the zone that somebody means. Raises UserError with likely ones."""
        return self._zones.find(typed)

    def complete_zone(self, typed: str, most: int) -> Sequence[str]:
        """Zones that fit what was typed so far, the likeliest first."""
        return self._zones.complete(typed, most)

    async def panel(self, person: Person) -> Panel:
        """The member's settings; the defaults for somebody new."""
        settings = await self._database.read(members.settings, person.id)
        return _panel(settings, self._clock.now())

    async def save(self, person: Person, wishes: Wishes, zone: str) -> Panel:
        """Keep the wishes, and `zone` as the next time zone if it is another one (empty: leave it)."""
        now = self._clock.now()

        def keep(connection: Connection) -> Panel:
            members.greet(connection, person.id, person.name, now)
            members.set_wishes(connection, person.id, wishes)
            boards.list_member(connection, person.id)
            try:
                self._set_zone(connection, person, zone, now)
                trouble = ""
            except UserError as error:  # the wishes are kept all the same
                trouble = str(error)
            reminders.wish(connection, person.id, now)
            return _panel(members.settings(connection, person.id), now, trouble)

        return await self._database.write(keep)

    def _set_zone(self, connection: Connection, person: Person, wished: str, now: datetime) -> None:
        choice = members.settings(connection, person.id).zone
        goal = choice.next if choice.next_at and now < choice.next_at else choice.at(now)
        if not wished.strip():
            return
        zone = self._zones.find(wished)
        if zone == goal:
            if choice.chosen_at is None:  # UTC by choice: no more asking
                members.set_zone(connection, person.id, choice.changed(zone, now))
            return
        free = choice.free_from(now)
        if free is not None:
            days = -(-(free - now).total_seconds() // 86400)
            raise UserError(
                f"Your time zone stays {goal} for now. You can change it again in "
                f"{days:g} day{'' if days == 1 else 's'}. Everything else is saved."
            )
        changed = choice.changed(zone, now)
        members.set_zone(connection, person.id, changed)
        self._note(connection, person, choice.at(now), changed, now)

    def _note(
        self, connection: Connection, person: Person, old: str, changed: ZoneChoice, now: datetime
    ) -> None:
        """The ledger knows of every change: a date that it jumps over breaks no streak."""
        start = changed.next_at or now
        skipped = skipped_date(old, changed.next, start) if changed.next else None
        event = ledger.Event(
            key=f"zone:{person.id}:{milliseconds(now)}",
            kind="zoned",
            at=now,
            member_id=person.id,
            zone=old,
            local_date=local_day(now, old).isoformat(),
            guild_id=None,
            detail={
                "to": changed.next or changed.zone,
                "from": milliseconds(start),
                "skipped": skipped.isoformat() if skipped else None,
            },
        )
        ledger.append(connection, event)


def _panel(settings: Settings, now: datetime, trouble: str = "") -> Panel:
    zone = settings.zone
    pending = zone.next_at is not None and now < zone.next_at
    return Panel(
        zone.at(now),
        zone.next if pending else None,
        zone.next_at if pending else None,
        zone.chosen_at is not None,
        settings.wishes,
        trouble,
    )
