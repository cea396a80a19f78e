"""The first half of the loop: put a question, find it again behind its card, reveal the model answer."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot.bank.loader import to_json
from bot.clock import Clock
from bot.domain import draw
from bot.domain.question import Level, Question
from bot.domain.streak import local_day
from bot.engine.library import Library, Version
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import answers, asks, ledger, members
from bot.storage.asks import Ask
from bot.storage.database import Database

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


class Practice:
    """What any door may ask of the loop."""

    def __init__(self, database: Database, library: Library, clock: Clock, dice: Random) -> None:
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
        private: bool = False,
    ) -> Asked:
        """Pick the best question for `person` and put it. Raises UserError if the topic has none."""
        candidates = self.topics.questions(topic, level)
        reader = self._database.reader
        seen = await asks.seen_by_member(reader, person.id)
        recent = await asks.recent_in_channel(reader, place.channel_id, NOT_REPEATED)
        question = draw.pick(candidates, seen, recent, self._dice)
        version = self._library.current(question.id)
        now = self._clock.now()
        ask = Ask(
            ask_id,
            question.id,
            version.digest,
            person.id,
            place.guild_id,
            place.channel_id,
            private,
            place.dm,
            now,
        )
        async with self._database.transaction() as connection:
            zone = await members.greet(connection, person.id, person.name, now)
            await asks.keep_version(connection, version.digest, question.id, to_json(question), now)
            await asks.insert(connection, ask)
            await ledger.append(connection, self._event(f"ask:{ask_id}", "asked", ask, person.id, zone))
        return Asked(ask, version)

    async def asked(self, ask_id: int, person: Person) -> Asked:
        """The ask behind a card. Raises UserError where `person` has no business with it."""
        # Whatever a forged address says, SQLite's integers end at 63 bits.
        ask = await asks.get(self._database.reader, ask_id) if ask_id.bit_length() <= 63 else None
        if ask is None:
            raise UserError("I do not know this card any more. Use `/ask` to get a fresh question.")
        if ask.private and ask.asked_by != person.id:
            raise UserError("This question was asked privately. Use `/ask` to get one of your own.")
        return Asked(ask, await self._library.version(ask.digest))

    async def open_asked(self, ask_id: int, person: Person) -> Asked:
        """Like `asked`, for answering: a card that is too old raises UserError, too."""
        asked = await self.asked(ask_id, person)
        if self._clock.now() - asked.ask.asked_at > ASK_OPEN:
            raise UserError(
                f"This card is more than {ASK_OPEN.days} days old and has closed. "
                "Use `/ask` to get a fresh question."
            )
        return asked

    async def last_try(self, asked: Asked, person: Person) -> str:
        """What the member last answered to this ask, to start the form with; empty at first."""
        return await answers.last_text(self._database.reader, asked.ask.id, person.id)

    async def typed_ask(self, channel_id: int) -> int | None:
        """The ask that plain text in a DM answers: the newest one there that still waits for text."""
        ask = await asks.open_in_dm(self._database.reader, channel_id, self._clock.now() - ASK_OPEN)
        return None if ask is None else ask.id

    async def reveal(self, ask_id: int, person: Person) -> Asked:
        """Show the model answer. From now on the question earns its member nothing for 30 days."""
        asked = await self.asked(ask_id, person)
        now = self._clock.now()
        async with self._database.transaction() as connection:
            zone = await members.greet(connection, person.id, person.name, now)
            await asks.note_reveal(connection, ask_id, person.id, now)
            if asked.ask.dm:
                await asks.close(connection, ask_id, now)
            # Once a day: whoever looks again much later has seen the answer again.
            key = f"reveal:{ask_id}:{person.id}:{local_day(now, zone)}"
            await ledger.append(connection, self._event(key, "revealed", asked.ask, person.id, zone))
        return asked

    def picture(self, formula: str) -> bytes | None:
        """The picture (PNG) made beforehand for a formula, or None."""
        return self._library.bank.picture(formula)

    def _event(self, key: str, kind: ledger.Kind, ask: Ask, member_id: int, zone: str) -> ledger.Event:
        now = self._clock.now()
        return ledger.Event(
            key=key,
            kind=kind,
            at=now,
            member_id=member_id,
            zone=zone,
            local_date=local_day(now, zone).isoformat(),
            guild_id=ask.guild_id,
            ask_id=ask.id,
            question_id=ask.question_id,
            digest=ask.digest,
        )
