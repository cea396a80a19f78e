"""The second half of the loop: receive an answer, grade and settle it, see that its verdict is shown."""

import asyncio
import hashlib
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.clock import Clock
from bot.domain import scoring
from bot.domain.grade import Flag, Grade, Sure
from bot.domain.question import Question
from bot.domain.streak import counts_for_streak, local_day
from bot.engine.examiner import Examiner
from bot.engine.library import Library
from bot.engine.practice import Asked, Person, Practice
from bot.errors import HandBack, StorageError, UserError
from bot.storage import answers, asks, boards, ledger, members
from bot.storage.answers import Answer, Source
from bot.storage.asks import Ask
from bot.storage.database import Connection, Database

log = logging.getLogger(__name__)

INSERT_LIMIT_S = 2.0  # Discord waits 3 s for a first response
ON_ITS_WAY = timedelta(seconds=30)  # a younger answer's verdict is not owed yet
COMPARED_TEXTS = 50  # other members' answers to the same ask that a text is compared with
NOT_STORED = "I could not store your answer just now, so it was not graded. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Submission:
    """What arrived: the interaction's id (or the message's), the text and where to show the verdict."""

    id: int
    text: str
    source: Source
    channel_id: int
    token: str | None = None
    sure: Sure | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer came to, as it is stored with the answer. Points are those booked by this answer.

    `locked` says that the question earns nothing now because its model answer was seen lately.
    """

    grade: Grade
    points: int
    total: int
    streak: int
    tries: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A settled answer with all that its verdict card shows."""

    answer: Answer
    asked: Asked
    settled: Settled


_SETTLED = TypeAdapter(Settled)


class Answering:
    """What any door may do with an answer. `receive` first, then acknowledge, then `settle`."""

    def __init__(
        self, database: Database, library: Library, practice: Practice, examiner: Examiner, clock: Clock
    ) -> None:
        self._database = database
        self._library = library
        self._practice = practice
        self._examiner = examiner
        self._clock = clock
        self._background: set[asyncio.Future[object]] = set()

    async def receive(self, ask_id: int, person: Person, submission: Submission) -> Answer:
        """Store what was typed, before anybody is told that it arrived.

        Returns the stored answer; one with the same text that came before, if there is one. Raises HandBack
        (which carries the text) if it cannot be stored in time or is not to be graded.
        """
        try:
            asked = await self._practice.open_asked(ask_id, person)
        except UserError as error:
            raise HandBack(str(error), submission.text) from error
        if not submission.text.strip():
            raise HandBack(
                "That answer was empty. Type what you know; even half a sentence can earn a point.", ""
            )
        submission = replace(submission, text=_storable(submission.text))
        abandoned = asyncio.Event()
        storing = asyncio.ensure_future(self._store(asked.ask, person, submission, abandoned))
        done, _ = await asyncio.wait({storing}, timeout=INSERT_LIMIT_S)
        if not done:
            log.warning("Answer %s was refused: storing it took over %s s.", submission.id, INSERT_LIMIT_S)
            abandoned.set()
            self._keep(self._refuse_late(storing, submission.id))
            raise HandBack(NOT_STORED, submission.text)
        try:
            return storing.result()
        except StorageError as error:
            log.warning("Answer %s was refused: %s", submission.id, error)
            raise HandBack(NOT_STORED, submission.text) from error

    async def settle(self, answer_id: int) -> Outcome:
        """Grade a received answer and book what it earns; one that is settled already is only read."""
        reader = self._database.reader
        answer = await answers.get(reader, answer_id)
        ask = await asks.get(reader, answer.ask_id)
        if ask is None:  # the schema's foreign key forbids it
            raise KeyError(answer.ask_id)
        asked = Asked(ask, await self._library.version(ask.digest))
        if answer.state == "received":
            others = await answers.others_texts(reader, ask.id, answer.member_id, COMPARED_TEXTS)
            grade = await self._examiner.grade(asked.question, answer.text, others)
            async with self._database.transaction() as connection:
                answer = await self._book(connection, answer_id, asked, grade)
        if answer.outcome is None:
            raise UserError("I told you that this answer was not taken, so it counts for nothing.")
        return Outcome(answer, asked, _SETTLED.validate_json(answer.outcome))

    async def shown(self, answer_id: int) -> bool:
        """The verdict reached the member (or is about to); False if somebody showed it before."""
        async with self._database.transaction() as connection:
            return await answers.shown(connection, answer_id, self._clock.now())

    async def not_shown(self, answer_id: int) -> None:
        """The verdict cannot be shown in place any more; it waits for the member's next interaction."""
        async with self._database.transaction() as connection:
            await answers.give_up_place(connection, answer_id)

    async def unfinished(self) -> Sequence[int]:
        """Answers whose verdict is still owed: received ones, and settled ones that can be shown in place."""
        reader = self._database.reader
        return [*await answers.unsettled(reader), *await answers.to_show_in_place(reader)]

    async def owed(self, person: Person, most: int = 3) -> Sequence[int]:
        """The member's answers whose verdict nobody has seen so far."""
        before = self._clock.now() - ON_ITS_WAY
        return await answers.unshown(self._database.reader, person.id, before, most)

    def prepare(self, question: Question) -> None:
        """Somebody is about to answer this question."""
        self._examiner.prepare(question)

    async def finish(self) -> None:
        """Wait for work in the background; for a graceful stop."""
        await asyncio.gather(*self._background, return_exceptions=True)
        self._examiner.close()

    async def _store(
        self, ask: Ask, person: Person, submission: Submission, abandoned: asyncio.Event
    ) -> Answer:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            _unless(abandoned)
            zone = await members.greet(connection, person.id, person.name, now)
            fresh = Answer(
                id=submission.id,
                ask_id=ask.id,
                member_id=person.id,
                source=submission.source,
                text=submission.text,
                text_digest=_text_digest(submission.text),
                sure=submission.sure,
                channel_id=submission.channel_id,
                token=submission.token,
                received_at=now,
                zone=zone,
                local_date=local_day(now, zone).isoformat(),
            )
            stored = await answers.insert(connection, fresh)
            if stored is not fresh:
                await answers.take_over(connection, stored.id, submission.token, submission.channel_id)
            _unless(abandoned)
        return stored

    async def _refuse_late(self, storing: asyncio.Future[Answer], answer_id: int) -> None:
        """Its author has the text back: should it have been stored in the last moment, it counts for nothing."""
        try:
            stored = await storing
            if stored.id == answer_id:
                async with self._database.transaction() as connection:
                    await answers.refuse(connection, answer_id)
        except StorageError as error:
            log.warning("Answer %s did not land after it was refused: %s", answer_id, error)

    async def _book(self, connection: Connection, answer_id: int, asked: Asked, grade: Grade) -> Answer:
        """The settlement: everything an answer changes, in the caller's one transaction."""
        answer = await answers.get(connection, answer_id)
        if answer.state != "received":
            return answer
        question, ask, member = asked.question, asked.ask, answer.member_id
        now, arrived = self._clock.now(), answer.received_at
        sitting = await asks.sitting(connection, ask.id, member)
        lock = scoring.LOCK_AFTER_REVEAL
        locked = await ledger.revealed_between(connection, member, question.id, arrived - lock, arrived)
        booked = await ledger.booked_on_question(
            connection, member, question.id, arrived - scoring.BOOKED_WINDOW
        )
        # An answer without a number is no try: it neither earns anything nor makes the next one a second try.
        value, points = sitting.value, 0
        if grade.score is not None:
            value = scoring.value_of_try(question.level, grade.score, sitting.value)
            points = 0 if locked else scoring.points_to_book(value, booked)
        counts = counts_for_streak(grade.score, withheld=Flag.WITHHELD in grade.flags)
        streak = await members.streak(connection, member)
        day = local_day(arrived, answer.zone)
        if counts:
            streak = streak.after(day)
            await members.set_streak(connection, member, streak)
        await asks.sit(connection, ask.id, member, sitting.tries + 1, value)
        if points:
            await boards.add_points(connection, member, ask.guild_id, points)
        if ask.dm:
            await asks.close(connection, ask.id, now)
        total = await boards.points(connection, member)
        settled = Settled(grade, points, total, streak.alive_on(day), sitting.tries + 1, locked)
        event = ledger.Event(
            key=f"answer:{answer.id}",
            kind="graded",
            at=arrived,
            member_id=member,
            zone=answer.zone,
            local_date=answer.local_date,
            guild_id=ask.guild_id,
            ask_id=ask.id,
            question_id=question.id,
            answer_id=answer.id,
            score=grade.score,
            points=points,
            streak_day=counts,
            grader=self._examiner.digest,
            digest=ask.digest,
            detail=_SETTLED.dump_python(settled, mode="json"),
        )
        await ledger.append(connection, event)
        await answers.settle(connection, answer.id, _SETTLED.dump_json(settled).decode(), now)
        return await answers.get(connection, answer.id)

    def _keep(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _unless(abandoned: asyncio.Event) -> None:
    if abandoned.is_set():
        raise StorageError("the answer was handed back meanwhile")


def _text_digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def _storable(text: str) -> str:
    """Half a surrogate pair, which JSON can carry and UTF-8 cannot, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
