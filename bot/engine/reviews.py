"""/review: which question is due next, how much of the day's load is left, and when a day's reviews are finished."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bank.loader import Bank
from bot.clock import Clock
from bot.domain.draw import easier
from bot.domain.memory import DAILY_LOAD, LEECH_FROM
from bot.domain.question import Question
from bot.domain.zone import day_bounds, local_day
from bot.engine.derived import record
from bot.engine.library import Library
from bot.engine.practice import Asked, Person, Place, Practice
from bot.errors import UserError
from bot.storage import asks, ledger, members, reviews
from bot.storage.database import Connection, Database

MOST_DUE = 500  # that are counted
LOOKED_AHEAD = 100  # cards, among which one is still in the bank
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A member's reviews on one local day.

    `due` are the questions to ask today, the most overdue first, and how often each came again and was not known;
    `done` says how many were reviewed today, `aside` how many wait for tomorrow because they were passed or looked up.
    `reached` says that an answer to one of today's was worth something.
    """

    due: Sequence[tuple[Question, int]]
    done: int
    aside: int
    reached: bool = False

    @property
    def batch(self) -> Sequence[Question]:
        """What is left of the day's load; a new load begins where one is done."""
        return [question for question, _ in self.due][: DAILY_LOAD - self.done % DAILY_LOAD]

    @property
    def minutes(self) -> int:
        """What that takes."""
        return sum(question.minutes for question in self.batch)

    @property
    def rests(self) -> bool:
        """Whether the day's load is done, so that going on takes a word of its member."""
        return self.done > 0 and self.done % DAILY_LOAD == 0


@dataclass(frozen=True, slots=True)
class Review:
    """A question that was put for review: how many are left today with it, how many are due beyond that, and the time it takes.

    `lapses` is how often it came again and was not known if that is often, else 0; `easier` is an easier one, then.
    """

    asked: Asked
    left: int
    beyond: int
    minutes: int
    lapses: int = 0
    easier: Question | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing is put now: `done` today, `due` beyond the day's load (and the minutes for it), and when the next are due.

    `next_at` is None for somebody who never answered anything.
    """

    done: int
    due: int
    minutes: int
    next_at: datetime | None


class Reviews:
    """What any door may ask about reviews."""

    def __init__(self, database: Database, library: Library, practice: Practice, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._practice = practice
        self._clock = clock

    async def next(self, ask_id: int, person: Person, place: Place, *, beyond: bool = False) -> Review | Rest:
        """Put the question that is most overdue; `beyond` the day's load only if that is wished."""
        return await self._database.write(self._next, ask_id, person, place, beyond)

    async def easier(self, ask_id: int, person: Person, place: Place, before_id: int) -> Asked:
        """Put an easier question from the area of an ask. Raises UserError if there is none."""

        def put(connection: Connection) -> Asked:
            before = self._practice.find(connection, before_id, person)
            found = easier(before.question, self._library.bank.questions)
            if found is None:
                raise UserError("There is no easier question in this area. The model answer may help more.")
            return self._practice.put(connection, ask_id, person, place, found, door="review")

        return await self._database.write(put)

    def _next(
        self,
        connection: Connection,
        ask_id: int,
        person: Person,
        place: Place,
        beyond: bool,  # noqa: FBT001 - called through `write`
    ) -> Review | Rest:
        now = self._clock.now()
        zone = members.settings(connection, person.id).zone.at(now)
        found = outlook(connection, self._library.bank, person.id, zone, now)
        taken = asks.open_to_many(connection, place.guild_id) if place.guild_id else frozenset[str]()
        free = [(question, lapses) for question, lapses in found.due if question.id not in taken]
        if not free or (found.rests and not beyond):
            finish(connection, self._library.bank, person.id, zone, now)
            return self._rest(connection, person.id, zone, replace(found, due=free))
        question, lapses = free[0]
        asked = self._practice.put(connection, ask_id, person, place, question, door="review")
        leech = lapses >= LEECH_FROM
        sibling = easier(question, self._library.bank.questions) if leech else None
        left = len(found.batch)
        return Review(asked, left, len(found.due) - left, found.minutes, lapses if leech else 0, sibling)

    def _rest(self, connection: Connection, member_id: int, zone: str, found: Outlook) -> Rest:
        today = local_day(self._clock.now(), zone)
        coming = reviews.coming(connection, member_id, today, LOOKED_AHEAD)
        days = [day for question_id, day in coming if question_id in self._library.bank.questions]
        if found.aside:
            days.append(today + DAY)
        next_at = day_bounds(min(days), zone)[0] if days else None
        return Rest(found.done, len(found.due), found.minutes, next_at)


def outlook(connection: Connection, bank: Bank, member_id: int, zone: str, now: datetime) -> Outlook:
    """The member's reviews on the local day of `now`, within a step."""
    day = local_day(now, zone)
    done = reviews.done(connection, member_id, day_bounds(day, zone)[0])
    handled = {one.question_id for one in done}
    known = [
        (bank.questions[question_id], lapses)
        for question_id, lapses in reviews.due(connection, member_id, day, MOST_DUE)
        if question_id in bank.questions
    ]
    due = [one for one in known if one[0].id not in handled]
    reached = any(one.best for one in done)
    return Outlook(due, sum(one.recalled for one in done), len(known) - len(due), reached=reached)


def finish(connection: Connection, bank: Bank, member_id: int, zone: str, at: datetime) -> None:
    """Note that the day's reviews are finished, if they are: that makes the day count, however they went.

    Something typed must have been worth something: else a day would count for rating oneself, or for any word.
    """
    found = outlook(connection, bank, member_id, zone, at)
    if not found.reached or (found.due and not found.rests):
        return
    day = local_day(at, zone).isoformat()
    key = f"reviewed:{member_id}:{day}"
    record(connection, ledger.Event(key, "reviewed", at, member_id, zone, day, None, streak_day=True))
