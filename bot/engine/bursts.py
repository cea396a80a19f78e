"""Answers typed in a DM: several messages in a row are one answer, stored one by one as they arrive."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.engine.answering import Submission, new_answer, storable
from bot.engine.pace import Limits, free_from, require_pace
from bot.engine.practice import Person, Practice
from bot.engine.seats import admit
from bot.errors import StorageError, UserError
from bot.storage import answers, asks, members, typed
from bot.storage.answers import Answer
from bot.storage.database import Connection, Database
from bot.storage.typed import Typed

QUIET = timedelta(seconds=8)  # nothing more came for so long: the answer is complete
LONGEST = timedelta(seconds=60)  # from the first message on
# In an interview people think while they write, and an answer is the only one they have.
QUIET_IN_INTERVIEW, LONGEST_IN_INTERVIEW = timedelta(seconds=20), timedelta(minutes=3)
LEAST_WORDS = 3  # "thanks!" and "ok, next" are no answers


class Bursts:
    """Collects what members type, and closes it into answers."""

    def __init__(self, database: Database, practice: Practice, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._practice = practice
        self._clock = clock
        self._limits = limits

    async def add(self, ask_id: int, person: Person, message: Typed) -> None:
        """Store one message of an answer to `ask_id`. Raises UserError if there is nothing to answer any more,
        StorageError if it cannot be stored."""
        message = replace(message, text=storable(message.text), at=self._clock.now())

        def store(connection: Connection) -> None:
            self._practice.find_open(connection, ask_id, person)
            members.greet(connection, person.id, person.name, message.at)
            typed.insert(connection, ask_id, person.id, message)

        await self._database.write(store)

    async def unfinished(self) -> Sequence[tuple[int, int]]:
        """(ask id, member id) of the answers that were being typed when the bot stopped."""
        return await self._database.read(typed.unfinished)

    async def wait(self, ask_id: int, member_id: int) -> Sequence[Typed]:
        """Return the messages once the answer is complete; nothing if somebody closed it before."""
        ask = await self._database.read(asks.get, ask_id)
        in_interview = ask is not None and ask.door == "interview"
        quiet = QUIET_IN_INTERVIEW if in_interview else QUIET
        longest = LONGEST_IN_INTERVIEW if in_interview else LONGEST
        while True:
            messages = await self._database.read(typed.of_burst, ask_id, member_id)
            if not messages:
                return messages
            due = min(messages[-1].at + quiet, messages[0].at + longest)
            if due <= self._clock.now():
                return messages
            await self._clock.sleep_until(due)

    async def close(self, ask_id: int, member_id: int, last: int) -> Answer | None:
        """Make one answer of the messages up to the one with the id `last`; None if somebody else just did.

        Waits where the member answered a moment ago. Raises UserError if it is no answer, or one too many in this
        hour; the messages go anyway.
        """
        while isinstance(
            closed := await self._database.write(self._close, ask_id, member_id, last), datetime
        ):
            await self._clock.sleep_until(closed)
        if isinstance(closed, UserError):
            raise closed
        return closed

    def _close(
        self, connection: Connection, ask_id: int, member_id: int, last: int
    ) -> Answer | UserError | datetime | None:
        """The errors are returned, not raised: they shall not bring the messages back. A moment: not before it."""
        now = self._clock.now()
        messages = [one for one in typed.of_burst(connection, ask_id, member_id) if one.id <= last]
        if not messages:
            return None
        free = free_from(connection, member_id, now, self._limits)
        if free is not None:
            return free
        typed.remove_burst(connection, ask_id, member_id, last)
        text, end = "\n".join(message.text for message in messages), messages[-1]
        if len(text.split()) < LEAST_WORDS:
            return UserError(
                "That is very short for an answer, so I did not grade it. Write a few words more."
            )
        ask = asks.get(connection, ask_id)
        if ask is None:  # the schema's foreign key forbids it
            raise StorageError(f"ask {ask_id} is gone")
        zone = members.settings(connection, member_id).zone.at(end.at)
        submission = Submission(end.id, text, "message", end.channel_id)
        fresh = new_answer(ask, Person(member_id, ""), submission, zone, end.at)
        stored = answers.same(connection, fresh)
        if stored is not None:
            answers.take_over(connection, stored.id, None, end.channel_id)
            return stored
        try:
            require_pace(connection, member_id, now, self._limits)
        except UserError as error:
            return error
        try:
            admission = admit(connection, ask, member_id, messages[0].at)  # what was begun in time counts
        except UserError as error:
            return error
        fresh = replace(fresh, held=admission.held, late=admission.late)
        answers.insert(connection, fresh)
        return fresh
