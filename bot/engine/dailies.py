"""The way of a daily question: claimed, posted, closed; each step once, whatever happens between."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from bot.clock import Clock
from bot.domain import draw
from bot.domain.schedule import LATEST, NOTICEABLY_LATE, Occurrence, wait_before
from bot.engine.closing import lock_some
from bot.engine.library import Library
from bot.engine.practice import NOT_REPEATED, Asked
from bot.engine.results import Results, results
from bot.engine.schedules import close_open_ones, drop_unposted, pool
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import asks, dailies, schedules
from bot.storage.asks import Ask
from bot.storage.dailies import Daily, State
from bot.storage.database import Connection, Database
from bot.storage.schedules import Notice, Schedule

log = logging.getLogger(__name__)

TELL_AT = 7  # questions left before a pool repeats
MOST_TRIES = 50  # for what follows a post (its thread, its close): about a day
BEFORE_CLOSES: tuple[State, ...] = ("claimed", "posted")
AT_ONCE = 200  # rows of one step where there may be many
AWAY = "I was away at that time"
# Reasons that are none of the owner's business: Discord's trouble or our own, a server that has sent the bot away.
DISCORD = "Discord did not take it"
GIVEN_UP = "Discord did not take it for 12 hours, so this one is left out. The next one comes as planned."
NOT_THERE = "I am not in this server any more"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do now for a schedule: what is due to be claimed (`day` None), or a day to go on with."""

    schedule_id: int
    day: date | None
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A question to be posted. `look_since`: an earlier try, begun then, may have posted it already; `too_late`: if it has
    not, none will come.

    `late` is when it should have come, if that is noticeably long ago; `before` is the post that it takes the place of.
    """

    schedule: Schedule
    daily: Daily
    asked: Asked
    look_since: datetime | None
    late: datetime | None
    too_late: bool
    before: Daily | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A post whose thread is to be opened."""

    schedule: Schedule
    daily: Daily
    asked: Asked


@dataclass(frozen=True, slots=True)
class Closing:
    """A post to be closed, and what came of it."""

    schedule: Schedule
    daily: Daily
    asked: Asked
    results: Results


class Dailies:
    """Says what is to do, and keeps what was done. Knows no channel, only their ids."""

    def __init__(
        self, database: Database, library: Library, topics: Topics, clock: Clock, dice: Random
    ) -> None:
        self._database = database
        self._library = library
        self._topics = topics
        self._clock = clock
        self._dice = dice

    async def retime(self) -> None:
        """Reckon anew when everything is due next: the rules of a zone may have changed since. Once, at the start."""
        beyond: int | None = 0
        while beyond is not None:
            beyond = await self._database.write(_retime, beyond)

    async def jobs(self, most: int) -> Sequence[Job]:
        """What is to do now, at most so much of each kind: posts first, those that wait longest before others."""
        return await self._database.read(_jobs, self._clock.now(), most)

    async def next_job(self) -> datetime | None:
        """When there is something to do next, if ever."""
        return await self._database.read(_next_job)

    async def take(self, job: Job) -> Post | Opening | None:
        """Begin with a job that is no closing: claim its day if need be. None: there is nothing to do after all."""
        return await self._database.write(self._take, job)

    async def take_now(self, schedule_id: int) -> Job:
        """Claim today's question ahead of its time. Raises UserError if today's stands there already."""

        def claim(connection: Connection) -> Job:
            schedule, now = schedules.get(connection, schedule_id), self._clock.now()
            today = schedule.plan.timetable.today(now)
            known = dailies.get(connection, schedule_id, today)
            if known is not None and known.message_id is not None:
                raise UserError("Today's question is posted already. The next one comes as planned.")
            if known is None or known.state in {"skipped", "failed"}:
                self._put(connection, schedule, Occurrence(now, today), now)
            else:
                dailies.hurry(connection, known, now)
            return Job(schedule_id, today)

        return await self._database.write(claim)

    async def looked(self, post: Post) -> None:
        """No earlier try has left anything: should this one have to be looked for, it is from now on."""
        await self._database.write(dailies.looked, post.daily, self._clock.now())

    async def posted(self, post: Post, message_id: int) -> None:
        """It stands in the channel: note it, and close the one before it."""
        now = self._clock.now()

        def keep(connection: Connection) -> None:
            thread = now if post.schedule.plan.thread else None
            if not dailies.posted(connection, post.daily, message_id, thread):
                log.warning("%s: posted although it was called off meanwhile.", _name(post.daily))
                return
            schedules.drop_notice(connection, post.schedule.id, "trouble")
            close_open_ones(connection, post.schedule.id, now, but=post.daily.day)

        await self._database.write(keep)
        late = f", {now - post.daily.due_at} late" if post.late else ""
        log.info(
            "%s: posted as message %s in channel %s at try %s%s.",
            _name(post.daily),
            message_id,
            post.daily.channel_id,
            post.daily.tries + 1,
            late,
        )

    async def failed(
        self, job: Post | Opening | Closing, reason: str, *, unsure: bool = False, final: bool = False
    ) -> None:
        """A try failed for `reason` (a sentence for the owner); `unsure`: Discord may have taken it all the same.

        There will be another try unless it is `final`.
        """
        now = self._clock.now()
        daily, schedule = job.daily, job.schedule
        tries = daily.tries + 1
        again: datetime | None = now + wait_before(tries)
        if final or (not isinstance(job, Post) and tries >= MOST_TRIES):
            again = None

        def keep(connection: Connection) -> None:
            if again is not None:
                dailies.put_off(connection, daily, again, reason, unsure=unsure)
            elif isinstance(job, Post):
                drop_unposted(connection, daily, "failed", reason)
            elif isinstance(job, Closing):
                dailies.move_on(connection, daily, "closed", None)
            else:
                dailies.put_off(connection, daily, None, reason, unsure=False)
            told = GIVEN_UP if reason == DISCORD and again is None and isinstance(job, Post) else reason
            if told not in {AWAY, DISCORD, NOT_THERE}:
                schedules.notice(connection, schedule.id, "trouble", told)

        await self._database.write(keep)
        failure = f"{type(job).__name__} failed at try {tries} ({reason})"
        if again is None:
            log.warning("%s: given up. %s.", _name(daily), failure)
        else:
            log.warning("%s: %s; again at %s.", _name(daily), failure, f"{again:%Y-%m-%d %H:%M:%S} UTC")

    async def opened(self, opening: Opening) -> None:
        """The thread is there."""
        await self._database.write(dailies.move_on, opening.daily, "posted", None)

    async def close(self, job: Job) -> Closing | None:
        """Lock the question for everybody who took part, and count what came of it. None: it is closed already."""
        key = job.schedule_id, job.day or date.min
        while await self._database.write(self._lock_some, *key):
            pass
        found = await self._database.write(self._begin_close, *key)
        if found is None:
            return None
        schedule, daily, asked = found
        return Closing(schedule, daily, asked, await results(self._database, asked))

    async def closed(self, closing: Closing) -> None:
        """Its post shows the results."""
        await self._database.write(dailies.move_on, closing.daily, "closed", None)
        log.info("%s: closed.", _name(closing.daily))

    async def fresh_notices(self, most: int) -> Sequence[Notice]:
        """What owners are to be told by DM."""
        return await self._database.read(schedules.fresh_notices, most)

    async def told(self, notice: Notice, *, arrived: bool) -> None:
        """The DM arrived, or the notice waits for the next /daily."""
        told = schedules.TOLD if arrived else schedules.WAITS
        await self._database.write(schedules.set_told, notice, told)

    def _take(self, connection: Connection, job: Job) -> Post | Opening | None:
        now = self._clock.now()
        schedule = schedules.get(connection, job.schedule_id)
        daily = (
            self._claim(connection, schedule, now)
            if job.day is None
            else dailies.get(connection, schedule.id, job.day)
        )
        if daily is None or daily.ask_id is None or daily.again_at is None or daily.again_at > now:
            return None
        asked = self._asked(connection, daily.ask_id)
        if daily.state == "posted":
            dailies.begin_try(connection, daily, now)
            return Opening(schedule, daily, asked)
        if daily.state != "claimed":
            return None
        too_late = now - daily.due_at > LATEST
        # What may stand there already is looked for a little longer, so that it gets its close.
        if too_late and (not daily.unsure or now - daily.due_at > 2 * LATEST):
            drop_unposted(connection, daily, "failed", daily.reason or AWAY)
            if daily.reason == DISCORD:  # any other trouble was told when it came up
                schedules.notice(connection, schedule.id, "trouble", GIVEN_UP)
            log.warning("%s: given up (%s).", _name(daily), daily.reason or AWAY)
            return None
        dailies.begin_try(connection, daily, now)
        late = daily.due_at if now - daily.due_at > NOTICEABLY_LATE else None
        return Post(
            schedule,
            daily,
            asked,
            daily.tried_at if daily.unsure else None,
            late,
            too_late,
            dailies.last_posted(connection, schedule.id),
        )

    def _claim(self, connection: Connection, schedule: Schedule, now: datetime) -> Daily | None:
        if schedule.next_at is None or schedule.next_at > now:
            return None
        due = schedule.plan.timetable.last(now)
        schedules.move_on(connection, schedule, max(due.at, schedule.handled))
        if due.at <= schedule.handled:
            return None
        known = dailies.get(connection, schedule.id, due.day)
        if known is not None:
            log.info("%s: nothing to post, it is %s.", _name(known), known.state)
            return None
        if now - due.at > LATEST:
            missed = Daily(schedule.id, due.day, "failed", due.at, schedule.plan.channel_id, reason=AWAY)
            dailies.insert(connection, missed)
            log.warning("%s: missed, since it was due over %s ago.", _name(missed), LATEST)
            return None
        return self._put(connection, schedule, due, now)

    def _put(
        self, connection: Connection, schedule: Schedule, due: Occurrence, now: datetime
    ) -> Daily | None:
        """Draw the question and write the claim. None, and a notice, if the bank has nothing for the schedule any more."""
        plan = schedule.plan
        try:
            candidates = pool(self._topics, plan)
        except UserError as error:
            schedules.notice(connection, schedule.id, "trouble", str(error))
            lost = Daily(schedule.id, due.day, "failed", due.at, plan.channel_id, reason=str(error))
            dailies.insert(connection, lost)
            log.warning("%s: no question fits (%s).", _name(lost), error)
            return None
        used = asks.dailies_of_guild(connection, plan.guild_id)
        barred = asks.open_to_many(connection, plan.guild_id)
        recent = asks.recent_in_channel(connection, plan.channel_id, NOT_REPEATED)
        question = draw.pick_for_server(candidates, used, barred, recent, self._dice)
        self._watch_pool(connection, schedule, len(draw.in_turn(candidates, used)) - 1, len(candidates))
        version = self._library.current(question.id)
        ask = Ask(
            asks.next_own_id(connection),
            question.id,
            version.digest,
            None,
            plan.guild_id,
            plan.channel_id,
            private=False,
            dm=False,
            asked_at=now,
            door="daily",
        )
        asks.keep_version(connection, version.digest, question.id, version.content, now)
        asks.insert(connection, ask)
        claimed = Daily(schedule.id, due.day, "claimed", due.at, plan.channel_id, ask.id, again_at=now)
        dailies.insert(connection, claimed)
        return claimed

    def _watch_pool(self, connection: Connection, schedule: Schedule, left: int, size: int) -> None:
        if left == TELL_AT < size - 1:
            text = (
                f"{TELL_AT} of its {size} questions are left before they repeat. For more, run `/daily setup` with the same "
                "channel, time and zone, and with more topics or any level; what you leave out stays as it is."
            )
            schedules.notice(connection, schedule.id, "pool", text)
        elif left > TELL_AT:
            schedules.drop_notice(connection, schedule.id, "pool")

    def _asked(self, connection: Connection, ask_id: int) -> Asked:
        ask = asks.get(connection, ask_id)
        if ask is None:  # the schema's foreign key forbids it
            raise LookupError(f"ask {ask_id} is gone")
        return Asked(ask, self._library.version(connection, ask.digest))

    def _lock_some(self, connection: Connection, schedule_id: int, day: date) -> bool:
        """Note the close for some more of those who took part; False once everybody has it."""
        found = self._closing(connection, schedule_id, day)
        return found is not None and lock_some(connection, found[2].ask, self._clock.now(), AT_ONCE)

    def _begin_close(
        self, connection: Connection, schedule_id: int, day: date
    ) -> tuple[Schedule, Daily, Asked] | None:
        found = self._closing(connection, schedule_id, day)
        if found is not None:
            dailies.begin_try(connection, found[1], self._clock.now())
        return found

    def _closing(
        self, connection: Connection, schedule_id: int, day: date
    ) -> tuple[Schedule, Daily, Asked] | None:
        daily = dailies.get(connection, schedule_id, day)
        if daily is None or daily.state != "closing" or daily.ask_id is None:
            return None
        return schedules.get(connection, schedule_id), daily, self._asked(connection, daily.ask_id)


def _retime(connection: Connection, beyond: int) -> int | None:
    some = schedules.waiting(connection, beyond, AT_ONCE)
    for schedule in some:
        schedules.move_on(connection, schedule, schedule.handled)
    return some[-1].id if some else None


def _jobs(connection: Connection, now: datetime, most: int) -> Sequence[Job]:
    posts = [Job(one, None) for one in schedules.due(connection, now, most)]
    for state in BEFORE_CLOSES:
        posts += [Job(*key) for key in dailies.to_do(connection, state, now, most)]
    closes = [Job(*key, closing=True) for key in dailies.to_do(connection, "closing", now, most)]
    return [*posts, *closes]


def _next_job(connection: Connection) -> datetime | None:
    states: tuple[State, ...] = (*BEFORE_CLOSES, "closing")
    moments = [schedules.first_due(connection), *(dailies.first_to_do(connection, state) for state in states)]
    return min((one for one in moments if one is not None), default=None)


def _name(daily: Daily) -> str:
    return f"Daily question {daily.schedule_id} of {daily.day}"
