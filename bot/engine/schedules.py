"""What a server's owner decides about its daily question: when, where, of what; pause, skip, remove."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from bot.clock import Clock
from bot.domain import draw
from bot.domain.question import Level, Question
from bot.domain.schedule import Timetable
from bot.engine.practice import Person
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import asks, dailies, members, schedules
from bot.storage.dailies import Daily
from bot.storage.database import Connection, Database
from bot.storage.schedules import Notice, Plan, Schedule

MOST_SCHEDULES = 10
SHOWN = 5  # times to come


@dataclass(frozen=True, slots=True)
class Overview:
    """A schedule as it stands: the next times (none while it is paused), local dates that are skipped, questions of its
    pool and how many of them have not come yet in this round, the last post, what its owner should know, the times of
    others in the same channel. `waiting` is a day that could not be posted so far."""

    schedule: Schedule
    coming: Sequence[datetime]
    skipped: Sequence[date]
    pool: int
    left: int
    last: Daily | None
    notices: Sequence[Notice]
    waiting: Daily | None
    others: Sequence[Timetable]


class Schedules:
    """Reads and changes schedules. Nothing is posted here."""

    def __init__(self, database: Database, topics: Topics, clock: Clock, dice: Random) -> None:
        self._database = database
        self._topics = topics
        self._clock = clock
        self._dice = dice

    async def same(self, guild_id: int, channel_id: int, timetable: Timetable) -> Plan | None:
        """The plan in force for this channel and time, whatever its days."""
        known = await self._database.read(schedules.of_guild, guild_id)
        wanted = _place(Plan(guild_id, channel_id, timetable))
        return next((one.plan for one in known if _place(one.plan) == wanted), None)

    async def set_up(self, plan: Plan, person: Person) -> tuple[Overview, bool]:
        """Put a plan into force, from the next time it is due on. True: it changes the one for the same channel and time.

        Raises UserError if no question fits it, or if the server has too many.
        """
        pool(self._topics, plan)
        now = self._clock.now()

        def keep(connection: Connection) -> tuple[Overview, bool]:
            members.greet(connection, person.id, person.name, now)
            known = schedules.of_guild(connection, plan.guild_id)
            same = next((one for one in known if _place(one.plan) == _place(plan)), None)
            if same is not None:
                schedules.change(connection, same.id, plan, person.id, now)
                schedules.drop_notice(connection, same.id, "trouble")
                schedules.drop_notice(connection, same.id, "pool")
                return self._overview(connection, same.id), True
            if len(known) >= MOST_SCHEDULES:
                raise UserError(
                    f"This server has {MOST_SCHEDULES} daily questions already, which is all I keep for one. "
                    "`/daily remove` makes room."
                )
            return self._overview(connection, schedules.insert(connection, plan, person.id, now)), False

        return await self._database.write(keep)

    async def overviews(self, guild_id: int) -> Sequence[Overview]:
        """All of a server's schedules. What their owners could not be told by DM counts as told now."""

        def look(connection: Connection) -> Sequence[Overview]:
            found = [self._overview(connection, one.id) for one in schedules.of_guild(connection, guild_id)]
            for overview in found:
                for notice in overview.notices:
                    schedules.set_told(connection, notice, schedules.TOLD)
            return found

        return await self._database.write(look)

    async def names(self, guild_id: int) -> Sequence[Schedule]:
        """A server's schedules, to choose from."""
        return await self._database.read(schedules.of_guild, guild_id)

    async def find(self, guild_id: int, schedule_id: int | None) -> Schedule:
        """The server's schedule with this id, or its only one. Raises UserError with what to do if that is unclear."""
        return await self._database.read(_find, guild_id, schedule_id)

    async def pause(self, guild_id: int, schedule_id: int | None) -> Overview:
        """Post nothing until it is resumed. What is open stays open."""

        def pause(connection: Connection, schedule: Schedule, now: datetime) -> None:
            if schedule.paused:
                raise UserError("It is paused already. `/daily resume` starts it again.")
            schedules.move_on(connection, schedule, now, paused=True)
            _call_off(connection, schedule, "paused")

        return await self._change(guild_id, schedule_id, pause)

    async def resume(self, guild_id: int, schedule_id: int | None) -> Overview:
        """Go on after a pause or take back a skip. What was due meanwhile is not caught up."""

        def resume(connection: Connection, schedule: Schedule, now: datetime) -> None:
            today = schedule.plan.timetable.today(now)
            skipped = [one for one in dailies.since(connection, schedule.id, today) if _is_skipped(one, now)]
            if not schedule.paused and not skipped:
                raise UserError("It is neither paused nor skipped: the next question comes as planned.")
            for one in skipped:
                dailies.remove(connection, one)
            if schedule.paused:
                schedules.move_on(connection, schedule, now)

        return await self._change(guild_id, schedule_id, resume)

    async def skip(self, guild_id: int, schedule_id: int | None) -> Overview:
        """Leave the next question out, once; `skipped` of what it returns says which."""

        def skip(connection: Connection, schedule: Schedule, now: datetime) -> None:
            if schedule.paused:
                raise UserError("It is paused, so there is nothing to skip. `/daily resume` starts it again.")
            timetable = schedule.plan.timetable
            done = dailies.since(connection, schedule.id, timetable.today(now))
            if any(_is_skipped(one, now) for one in done):
                raise UserError("The next one is left out already. `/daily resume` takes that back.")
            (coming,) = timetable.upcoming(now, 1, frozenset(one.day for one in done))
            channel = schedule.plan.channel_id
            dailies.insert(connection, Daily(schedule.id, coming.day, "skipped", coming.at, channel))

        return await self._change(guild_id, schedule_id, skip)

    async def remove(self, guild_id: int, schedule_id: int | None) -> Schedule:
        """Stop for good; a question that is open closes now."""
        now = self._clock.now()

        def remove(connection: Connection) -> Schedule:
            schedule = _find(connection, guild_id, schedule_id)
            schedules.remove(connection, schedule.id, now)
            _call_off(connection, schedule, "removed")
            close_open_ones(connection, schedule.id, now)
            return schedule

        return await self._database.write(remove)

    def preview(self, plan: Plan) -> Question:
        """A question that might come. Raises UserError if none can."""
        return self._dice.choice(pool(self._topics, plan))

    async def _change(
        self,
        guild_id: int,
        schedule_id: int | None,
        change: Callable[[Connection, Schedule, datetime], None],
    ) -> Overview:
        now = self._clock.now()

        def step(connection: Connection) -> Overview:
            schedule = _find(connection, guild_id, schedule_id)
            change(connection, schedule, now)
            return self._overview(connection, schedule.id)

        return await self._database.write(step)

    def _overview(self, connection: Connection, schedule_id: int) -> Overview:
        schedule, now = schedules.get(connection, schedule_id), self._clock.now()
        timetable = schedule.plan.timetable
        done = dailies.since(connection, schedule_id, timetable.today(now))
        coming = timetable.upcoming(now, SHOWN, frozenset(one.day for one in done))
        try:
            questions = pool(self._topics, schedule.plan)
        except UserError:  # the bank has changed since
            questions = ()
        used = asks.dailies_of_guild(connection, schedule.plan.guild_id)
        return Overview(
            schedule,
            [] if schedule.paused else [one.at for one in coming],
            sorted(one.day for one in done if _is_skipped(one, now)),
            len(questions),
            len(draw.in_turn(questions, used)) if questions else 0,
            dailies.last_posted(connection, schedule_id),
            schedules.notices(connection, schedule_id),
            next((one for one in dailies.claimed(connection, schedule_id) if one.reason), None),
            [
                one.plan.timetable
                for one in schedules.of_guild(connection, schedule.plan.guild_id)
                if one.id != schedule_id and one.plan.channel_id == schedule.plan.channel_id
            ],
        )


def pool(topics: Topics, plan: Plan) -> Sequence[Question]:
    """The questions that a plan draws from. Raises UserError if there is none.

    Of several topics those count that have something at this level.
    """
    level = None if plan.level is None else Level(plan.level)
    if not plan.topics:
        return topics.questions(None, level)
    found: dict[str, Question] = {}
    trouble: UserError | None = None
    for topic in plan.topics:
        try:
            found |= {question.id: question for question in topics.questions(topic, level)}
        except UserError as error:
            trouble = error
    if not found and trouble is not None:
        raise trouble
    return list(found.values())


def close_open_ones(connection: Connection, schedule_id: int, now: datetime, but: date | None = None) -> None:
    """Close what is open of a schedule, apart from the day `but`: from now on it earns nothing more."""
    for one in dailies.open_ones(connection, schedule_id):
        if one.day != but and one.ask_id is not None:
            asks.close(connection, one.ask_id, now)
            dailies.move_on(connection, one, "closing", now)


def drop_unposted(connection: Connection, daily: Daily, state: dailies.State, reason: str) -> None:
    """The day passes without a post. Its question is free for another day, unless somebody may have seen it."""
    dailies.not_posted(connection, daily, state, reason)
    if daily.ask_id is not None:
        if daily.unsure:
            asks.close(connection, daily.ask_id, daily.due_at)
        else:
            asks.remove(connection, daily.ask_id)


def _call_off(connection: Connection, schedule: Schedule, why: str) -> None:
    """Whatever is claimed but does not stand in the channel yet comes no more."""
    for one in dailies.claimed(connection, schedule.id):
        drop_unposted(connection, one, "skipped", why)


def _find(connection: Connection, guild_id: int, schedule_id: int | None) -> Schedule:
    known = schedules.of_guild(connection, guild_id)
    if not known:
        raise UserError("This server has no daily question yet. `/daily setup` makes one.")
    if schedule_id is None and len(known) > 1:
        raise UserError("This server has several daily questions. Say which one with `schedule`.")
    found = [one for one in known if schedule_id in (None, one.id)]
    if not found:
        raise UserError(
            "There is no such daily question here. Pick one from the list that `schedule` offers."
        )
    return found[0]


def _is_skipped(daily: Daily, now: datetime) -> bool:
    return daily.state == "skipped" and daily.due_at > now


def _place(plan: Plan) -> tuple[object, ...]:
    """What makes two plans the same schedule."""
    return plan.channel_id, replace(plan.timetable, days=frozenset())
