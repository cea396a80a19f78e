"""Local days and the zones they are counted in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_STARTS = timedelta(hours=4)
CHANGE_EVERY = timedelta(days=7)
_DAY = timedelta(days=1)


def local_day(moment: datetime, zone: str) -> date:
    """The member's calendar day at `moment` (aware); it runs from 04:00 to 04:00, so that late nights count."""
    return (moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - DAY_STARTS).date()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a local day starts and ends, in UTC."""
    start, end = (
        (datetime.combine(one, time()) + DAY_STARTS).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for one in (day, day + _DAY)
    )
    return start, end


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """A member's zone, and the one that follows it at `next_at`. `chosen_at` is None until they choose themselves."""

    zone: str = "UTC"
    next: str | None = None
    next_at: datetime | None = None
    chosen_at: datetime | None = None

    def at(self, moment: datetime) -> str:
        """The zone in force at `moment`, which must not lie before the last change."""
        if self.next is not None and self.next_at is not None and moment >= self.next_at:
            return self.next
        return self.zone

    def free_from(self, now: datetime) -> datetime | None:
        """When the next change is allowed; None for at once. A change that is still to come may be corrected."""
        pending = self.next_at is not None and now < self.next_at
        if self.chosen_at is None or pending or now - self.chosen_at >= CHANGE_EVERY:
            return None
        return self.chosen_at + CHANGE_EVERY

    def changed(self, zone: str, now: datetime) -> "ZoneChoice":
        """The choice with `zone` in force from the end of the member's current day on.

        Where the new zone is a day or more behind, it waits for the current date there: no earlier one comes back.
        """
        current = self.at(now)
        if zone == current:
            # To confirm a zone, or to take a change back, is no change: another one is free at once.
            return ZoneChoice(current, chosen_at=now - CHANGE_EVERY)
        day = local_day(now, current)
        return ZoneChoice(current, zone, max(day_bounds(day, current)[1], day_bounds(day, zone)[0]), now)


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """A change that was made at `made_at` and is to be in force from `at` on; `skipped` is the date it jumps over."""

    made_at: datetime
    at: datetime
    skipped: date | None


def skipped_date(old: str, new: str, at: datetime) -> date | None:
    """The one date that a member never lives through when their zone changes at `at`, if there is one."""
    last = local_day(at - timedelta(microseconds=1), old)
    return last + _DAY if local_day(at, new) - last > _DAY else None


def skipped_dates(changes: Iterable[ZoneChange]) -> frozenset[date]:
    """All dates that were jumped over. A change that was corrected before it was in force never happened."""
    found: set[date] = set()
    for change in (made := sorted(changes, key=lambda one: one.made_at)):
        corrected = any(change.made_at < later.made_at < change.at for later in made)
        if change.skipped and not corrected:
            found.add(change.skipped)
    return frozenset(found)
