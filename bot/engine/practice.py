"""The first half of the loop: put a question, find it again behind its card, give hints, reveal the model answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.clock import Clock
from bot.domain import draw, scoring
from bot.domain.history import BOOKED_WINDOW, History, history
from bot.domain.question import Level, Question
from bot.domain.zone import local_day
from bot.engine.derived import record
from bot.engine.library import Library, Version
from bot.engine.seats import require_closed, require_hints, require_seat
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import answers, asks, ledger, members, progress
from bot.storage.asks import Ask, Door
from bot.storage.database import Connection, Database

ASK_OPEN = timedelta(days=14)
NOT_REPEATED = 20  # questions a channel has just had


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a member's id and the name Discord shows."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an ask is put. `guild_id` is the server whose board it counts for, `dm` the bot's own DM."""

    channel_id: int
    guild_id: int | None
    dm: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask with the version of the question that it shows."""

    ask: Ask
    version: Version

    @property
    def question(self) -> Question:
        """The question that was asked."""
        return self.version.question


@dataclass(frozen=True, slots=True)
class Hinted:
    """The hints a member has by now, and the points that a perfect try would still book after them."""

    asked: Asked
    hints: Sequence[str]
    left: int
    locked: bool


class Practice:
    """What any door may ask of the loop."""

    def __init__(self, database: Database, library: Library, clock: Clock, dice: Random) -> None:
        self.bank = library.bank
        self.topics = Topics(library.bank)
        self._database = database
        self._library = library
        self._clock = clock
        self._dice = dice

    async def ask(
        self,
        ask_id: int,
        person: Person,
        place: Place,
        topic: str | None = None,
        level: Level | None = None,
        *,
        private: bool | None = False,
        barred: UserError | None = None,
    ) -> Asked:
        """Pick the best question for `person` and put it. Raises UserError if the topic has none.

        `private` None leaves it to the member's settings (which do not concern DMs); `barred` is raised if the
        card would be public.
        """
        candidates = self.topics.questions(topic, level)

        def put(connection: Connection) -> Asked:
            hidden = private
            if hidden is None:
                hidden = not place.dm and members.settings(connection, person.id).wishes.private
            if barred is not None and not hidden:
                raise barred
            seen = progress.seen(connection, person.id)
            recent = asks.recent_in_channel(connection, place.channel_id, NOT_REPEATED)
            question = draw.pick(_without_open_ones(connection, candidates, place), seen, recent, self._dice)
            return self.put(
                connection, ask_id, person, place, question, private=hidden, topic=topic, level=level
            )

        return await self._database.write(put)

    def put(
        self,
        connection: Connection,
        ask_id: int,
        person: Person,
        place: Place,
        question: Question,
        *,
        door: Door = "practice",
        private: bool | None = None,
        topic: str | None = None,
        level: Level | None = None,
    ) -> Asked:
        """Put this question to one member, within a step; where `private` is left out, a DM is private enough."""
        now = self._clock.now()
        version = self._library.current(question.id)
        ask = Ask(
            ask_id,
            question.id,
            version.digest,
            person.id,
            place.guild_id,
            place.channel_id,
            (not place.dm) if private is None else private,
            place.dm,
            now,
            topic,
            level,
            door=door,
        )
        zone = members.greet(connection, person.id, person.name, now)
        if place.dm:
            # Else "thanks!" after the verdict would answer a question that was left open before it.
            left = asks.open_in_dm(connection, place.channel_id, now - ASK_OPEN)
            if left is not None and not left.to_many:
                asks.close(connection, left.id, now)
        asks.keep_version(connection, version.digest, question.id, version.content, now)
        asks.insert(connection, ask)
        record(connection, event(f"ask:{ask_id}", "asked", ask, person.id, zone, now))
        return Asked(ask, version)

    async def following(self, ask_id: int, person: Person, place: Place, before: Asked) -> Asked:
        """The next question of the kind that was asked for with `before`; after one single question, of its area."""
        wished = (before.ask.topic, Level(before.ask.level) if before.ask.level else None)
        for topic, level in (wished, (f"area:{before.question.area}", None)):
            try:
                found = self.topics.questions(topic, level)
            except UserError:  # the bank has changed since
                continue
            if {question.id for question in found} != {before.question.id}:
                return await self.ask(ask_id, person, place, topic, level, private=not place.dm)
        return await self.ask(ask_id, person, place, private=not place.dm)

    async def asked(self, ask_id: int, person: Person) -> Asked:
        """The ask behind a card. Raises UserError where `person` has no business with it."""
        return await self._database.read(self.find, ask_id, person)

    async def to_answer(self, ask_id: int, person: Person) -> tuple[Asked, str]:
        """An ask that is still open, with what the member last answered to it (empty at first), for the form."""

        def look(connection: Connection) -> tuple[Asked, str]:
            asked = self.find_open(connection, ask_id, person)
            require_seat(connection, asked.ask, person.id)
            return asked, answers.last_text(connection, ask_id, person.id)

        return await self._database.read(look)

    async def typed_ask(self, channel_id: int) -> int | None:
        """The ask that plain text in a DM answers: the newest one there that still waits for text."""
        ask = await self._database.read(asks.open_in_dm, channel_id, self._clock.now() - ASK_OPEN)
        return None if ask is None else ask.id

    async def hint(self, ask_id: int, person: Person, stage: int) -> Hinted:
        """Give the hints up to `stage` (the first is 1). Only the next one that is new costs anything.

        Raises UserError for a question without hints.
        """
        return await self._database.write(self._hint, ask_id, person, stage)

    async def reveal(self, ask_id: int, person: Person, *, giving_up: bool = True) -> tuple[Asked, bool]:
        """The ask, and whether its model answer may be shown: from then on the question earns its member nothing for 30 days.

        An open daily's is only shown to those who are `giving_up` its points (or have none to lose).
        """

        def step(connection: Connection) -> tuple[Asked, bool]:
            asked = self.find(connection, ask_id, person)
            require_closed(asked.ask, "The model answer comes with the reveal.")
            if asked.ask.is_open_daily and not giving_up:
                before = past(connection, person.id, asked.ask, self._clock.now())
                if not before.locked:
                    return asked, False
            return self._move_on(connection, ask_id, person, "revealed"), True

        return await self._database.write(step)

    async def pass_on(self, ask_id: int, person: Person) -> Asked:
        """The member leaves this question as it is."""
        return await self._database.write(self._move_on, ask_id, person, "passed")

    def find(self, connection: Connection, ask_id: int, person: Person) -> Asked:
        """`asked`, within a step."""
        # Whatever a forged address says, SQLite's integers end at 63 bits.
        ask = asks.get(connection, ask_id) if ask_id.bit_length() <= 63 else None
        if ask is None:
            raise UserError("I do not know this card any more. Use `/ask` to get a fresh question.")
        if (ask.private or ask.dm) and ask.asked_by != person.id:
            raise UserError("This question was asked privately. Use `/ask` to get one of your own.")
        return Asked(ask, self._library.version(connection, ask.digest))

    def find_open(self, connection: Connection, ask_id: int, person: Person) -> Asked:
        """Like `find`, for answering: a card that is too old raises UserError, too."""
        asked = self.find(connection, ask_id, person)
        if self._clock.now() - asked.ask.asked_at > ASK_OPEN:
            raise UserError(
                f"This card is more than {ASK_OPEN.days} days old and has closed. "
                "Use `/ask` to get a fresh question."
            )
        return asked

    def as_graded(self, connection: Connection, asked: Asked, digest: str | None) -> Asked:
        """The ask with the version that a grade speaks of (`Settled.digest`), which may be a later one than was asked."""
        return asked if digest is None else replace(asked, version=self._library.version(connection, digest))

    async def close(self, asked: Asked) -> None:
        """From now on plain text in a DM is no answer to this ask any more."""
        await self._database.write(asks.close, asked.ask.id, self._clock.now())

    def picture(self, formula: str) -> bytes | None:
        """The picture (PNG) made beforehand for a formula, or None."""
        return self._library.bank.picture(formula)

    def _hint(self, connection: Connection, ask_id: int, person: Person, stage: int) -> Hinted:
        asked = self.find_open(connection, ask_id, person)
        require_hints(connection, asked.ask, person.id)
        question, stages = asked.question, asked.question.hint_stages
        if not stages:
            raise UserError("This question has no hints. Say what you know; even half of it can earn points.")
        now = self._clock.now()
        zone = members.greet(connection, person.id, person.name, now)
        before = past(connection, person.id, asked.ask, now)
        reached = max(before.stage, min(stage, before.stage + 1, len(stages)))
        if reached > before.stage:
            key = f"hint:{ask_id}:{person.id}:{reached}"
            record(connection, event(key, "hinted", asked.ask, person.id, zone, now, hints=reached))
        left = scoring.book(question.level, scoring.BEST_SCORE, replace(before, hints=reached)).points
        return Hinted(asked, stages[:reached], left, before.locked)

    def _move_on(self, connection: Connection, ask_id: int, person: Person, kind: ledger.Kind) -> Asked:
        """A step after which a DM waits for no more typed text to this ask."""
        asked = self.find(connection, ask_id, person)
        now = self._clock.now()
        zone = members.greet(connection, person.id, person.name, now)
        if asked.ask.dm:
            asks.close(connection, ask_id, now)
        # Once a day: whoever looks again much later has seen the model answer again.
        key = f"{kind}:{ask_id}:{person.id}:{local_day(now, zone)}"
        record(connection, event(key, kind, asked.ask, person.id, zone, now))
        return asked


def past(connection: Connection, member_id: int, ask: Ask, moment: datetime) -> History:
    """What the member and the question have been through, for a try at `ask` at `moment`."""
    events = ledger.on_question(connection, member_id, ask.question_id, moment - BOOKED_WINDOW)
    found = history(events, moment)
    return found if ask.counts_at(moment) else replace(found, locked=True)


def _without_open_ones(
    connection: Connection, candidates: Sequence[Question], place: Place
) -> Sequence[Question]:
    """The candidates that are not open as a daily question or in an interview where they are asked for."""
    if place.guild_id is None:
        return candidates
    open_ids = asks.open_to_many(connection, place.guild_id)
    found = [question for question in candidates if question.id not in open_ids]
    if not found:
        raise UserError(
            "That question is open in this server at the moment: answer it where it stands. "
            "For another one, pick another topic or leave it out."
        )
    return found


def event(
    key: str,
    kind: ledger.Kind,
    ask: Ask,
    member_id: int,
    zone: str,
    at: datetime,
    **more: Any,  # noqa: ANN401 - fields of the event
) -> ledger.Event:
    """An event of `ask` for the ledger."""
    return ledger.Event(
        key=key,
        kind=kind,
        at=at,
        member_id=member_id,
        zone=zone,
        local_date=local_day(at, zone).isoformat(),
        guild_id=ask.guild_id,
        ask_id=ask.id,
        question_id=ask.question_id,
        digest=ask.digest,
        **more,
    )
