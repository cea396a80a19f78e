"""Reminders by DM: who is told what, at most once a local day, and what becomes of it where DMs are closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bank.loader import Bank
from bot.clock import Clock
from bot.domain.evening import is_evening, next_evening
from bot.domain.zone import local_day
from bot.engine import streaks
from bot.engine.reviews import outlook
from bot.storage import members, news, reminders
from bot.storage.database import Connection, Database
from bot.storage.reminders import Subscriber

LEAST_STREAK = 2  # days; a shorter one is soon made again
LOOKED_AT = 50  # members in one step
LATER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to tell a member: the streak that is at risk (0: none) and whether a freeze would hold it; reviews that are due."""

    member_id: int
    streak: int
    freeze: bool
    reviews: int
    minutes: int
    day: str


class Reminders:
    """What the loop asks that sends them."""

    def __init__(self, database: Database, bank: Bank, clock: Clock) -> None:
        self._database = database
        self._bank = bank
        self._clock = clock

    async def take(self) -> tuple[Reminder | None, bool]:
        """The next reminder to send, and whether there may be more after it.

        From then on its member gets no other one that day: better none, should we die now, than two.
        """
        return await self._database.write(self._take)

    async def next_at(self) -> datetime | None:
        """When there is somebody to look at next."""
        return await self._database.read(reminders.next_at)

    async def not_sent(self, reminder: Reminder) -> None:
        """Discord refused it for now, so it has certainly not arrived: there is another try that evening."""

        def put_back(connection: Connection) -> None:
            reminders.set_reminded(connection, reminder.member_id, None)
            reminders.look_again(connection, reminder.member_id, self._clock.now() + LATER)

        await self._database.write(put_back)

    async def closed(self, reminder: Reminder) -> bool:
        """The member's DMs are closed: no more reminders, and a note for their next use. False if they had ended before."""

        def stop(connection: Connection) -> bool:
            stopped = reminders.stop(connection, reminder.member_id)
            if stopped:
                news.add(connection, reminder.member_id, "reminders stopped", self._clock.now())
            return stopped

        return await self._database.write(stop)

    def _take(self, connection: Connection) -> tuple[Reminder | None, bool]:
        now = self._clock.now()
        found = reminders.due(connection, now, LOOKED_AT)
        for subscriber in found:
            reminder = self._look(connection, subscriber, now)
            if reminder is not None:
                return reminder, True
        return None, len(found) == LOOKED_AT

    def _look(self, connection: Connection, subscriber: Subscriber, now: datetime) -> Reminder | None:
        member_id = subscriber.member_id
        choice = members.settings(connection, member_id).zone
        reminders.look_again(connection, member_id, next_evening(now, choice))
        zone = choice.at(now)
        today = local_day(now, zone)
        reminded = subscriber.reminded_on is not None and subscriber.reminded_on >= today
        if reminded or not is_evening(now, zone):
            return None
        streak = streaks.standing(connection, member_id, today, zone)
        at_risk = streak.count >= LEAST_STREAK and streak.last != today
        found = outlook(connection, self._bank, member_id, zone, now)
        due = 0 if found.rests else len(found.batch)
        if not at_risk and not due:
            return None
        reminders.set_reminded(connection, member_id, today)
        count = streak.count if at_risk else 0
        return Reminder(
            member_id,
            count,
            at_risk and streak.freezes > 0,
            due,
            found.minutes if due else 0,
            today.isoformat(),
        )


def wish(connection: Connection, member_id: int, now: datetime) -> None:
    """Look at the member when their next evening begins, or not at all, as they wish; called when that or their zone changes."""
    settings = members.settings(connection, member_id)
    at = next_evening(now, settings.zone) if settings.wishes.reminders else None
    reminders.look_again(connection, member_id, at)
