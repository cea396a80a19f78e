"""The second half of the loop: receive an answer, grade and settle it, see that its verdict is shown."""

import asyncio
import hashlib
import logging
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.domain.grade import Flag, Sure
from bot.domain.question import Question
from bot.domain.zone import local_day
from bot.engine import settlement
from bot.engine.examiner import Examiner
from bot.engine.pace import Limits, require_pace
from bot.engine.practice import ASK_OPEN, Asked, Person, Practice
from bot.engine.seats import admit
from bot.engine.settlement import SETTLED, Settled
from bot.errors import HandBack, HotseatError, StorageError, UserError
from bot.grading.sentences import LONGEST
from bot.storage import answers, copies, members
from bot.storage.answers import Answer, Source
from bot.storage.asks import Ask
from bot.storage.database import Connection, Database

log = logging.getLogger(__name__)

INSERT_LIMIT_S = 2.0  # Discord waits 3 s for a first response
ON_ITS_WAY = timedelta(seconds=30)  # a younger answer's verdict is not owed yet
COMPARED_TEXTS = 5  # other members' answers that a text is compared with, those first that share most with it
IN_FLIGHT = 100  # other members' answers that are being graded at the same time; all of them, as a rule
NOT_STORED = "I could not store your answer just now, so it was not graded. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Submission:
    """What arrived: the interaction's id (or the last message's), the text and where to show the verdict.

    `probe` is the place (from 0) of the point whose probe it answers; such a text is added to the answer before it.
    """

    id: int
    text: str
    source: Source
    channel_id: int
    token: str | None = None
    sure: Sure | None = None
    probe: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A settled answer with all that its verdict card shows."""

    answer: Answer
    asked: Asked
    settled: Settled


class Answering:
    """What any door may do with an answer. `receive` first, then acknowledge, then `settle`."""

    def __init__(
        self,
        database: Database,
        practice: Practice,
        examiner: Examiner,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._database = database
        self._practice = practice
        self._examiner = examiner
        self._clock = clock
        self._limits = limits
        # Members who may have unseen verdicts, so that nobody else costs a query: a cache of what the database says.
        self._waiting: set[int] = set()
        self._background: set[asyncio.Future[object]] = set()

    async def receive(self, ask_id: int, person: Person, submission: Submission) -> Answer:
        """Store what was typed, before anybody is told that it arrived.

        Returns the stored answer; one with the same text that came before, if there is one. Raises HandBack
        (which carries the text) if it cannot be stored in time, comes too fast or is not to be graded.
        """
        if not submission.text.strip():
            raise HandBack(
                "That answer was empty. Type what you know; even half a sentence can earn a point.", ""
            )
        self._waiting.add(person.id)
        abandoned = threading.Event()
        storing = asyncio.ensure_future(
            self._database.write(self._store, ask_id, person, submission, abandoned)
        )
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
        except UserError as error:
            raise HandBack(str(error), submission.text) from error

    async def settle(self, answer_id: int) -> Outcome:
        """Grade a received answer and book what it earns; one that is settled already is only read."""
        answer, asked = await self._database.read(self._find, answer_id)
        self._waiting.add(answer.member_id)
        if answer.state == "received":
            answer = await self._grade(answer, asked)
        if answer.outcome is None:
            raise UserError("I told you that this answer was not taken, so it counts for nothing.")
        settled = SETTLED.validate_json(answer.outcome)
        if settled.digest is not None:
            asked = await self._database.read(self._practice.as_graded, asked, settled.digest)
        return Outcome(answer, asked, settled)

    async def is_settled(self, answer_id: int) -> bool:
        """Whether an answer has its grade."""
        return (await self._database.read(answers.get, answer_id)).state == "settled"

    async def shown(self, answer_id: int) -> bool:
        """The verdict reached the member (or is about to); False if somebody showed it before."""
        return await self._database.write(answers.shown, answer_id, self._clock.now())

    async def not_shown(self, answer_id: int, token: str | None) -> None:
        """The verdict cannot be shown in place (through `token`, if any); it waits for the next interaction."""
        await self._database.write(answers.give_up_place, answer_id, token)

    async def unfinished(self) -> Sequence[int]:
        """Answers whose verdict is still owed: received ones, and settled ones that can be shown in place.

        Called once, at the start.
        """
        self._waiting |= await self._database.read(answers.waiting_members)
        return await self._database.read(answers.unfinished)

    async def owed(self, person: Person, most: int = 3) -> Sequence[int]:
        """The member's answers whose verdict nobody has seen so far."""
        if person.id not in self._waiting:
            return []
        unshown = await self._database.read(answers.unshown, person.id, most)
        if not unshown:
            self._waiting.discard(person.id)
        return [answer_id for answer_id, at in unshown if self._clock.now() - at > ON_ITS_WAY]

    async def forget_closed(self) -> None:
        """Drop what only served to find copies among answers to asks that have closed, in small steps."""
        while await self._database.write(copies.forget_oldest, self._clock.now() - ASK_OPEN):
            pass

    def prepare(self, question: Question) -> None:
        """Somebody is about to answer this question."""
        self._examiner.prepare(question)

    async def finish(self) -> None:
        """Wait for work in the background; for a graceful stop."""
        await asyncio.gather(*self._background, return_exceptions=True)
        self._examiner.close()

    def _find(self, connection: Connection, answer_id: int) -> tuple[Answer, Asked]:
        answer = _present(connection, answer_id)
        return answer, self._practice.find(connection, answer.ask_id, Person(answer.member_id, ""))

    async def _grade(self, answer: Answer, asked: Asked) -> Answer:
        hashes = await self._examiner.fingerprints(answer.text)
        others = await self._database.read(copies.candidates, answer, hashes, COMPARED_TEXTS, IN_FLIGHT)
        grade = await self._examiner.grade(asked.question, answer.text, others)

        def settle(connection: Connection) -> Answer:
            _present(connection, answer.id)
            if Flag.COPY not in grade.flags:  # else its author would be told to have copied the copy
                copies.keep(connection, answer, hashes)
            digest, bank, now = self._examiner.digest, self._practice.bank, self._clock.now()
            return settlement.book(connection, answer, asked, grade, digest, bank, now)

        return await self._database.write(settle)

    def _store(
        self,
        connection: Connection,
        ask_id: int,
        person: Person,
        submission: Submission,
        abandoned: threading.Event,
    ) -> Answer:
        _unless(abandoned)
        asked = self._practice.find_open(connection, ask_id, person)
        now = self._clock.now()
        zone = members.greet(connection, person.id, person.name, now)
        text = storable(submission.text)
        if submission.probe is not None:
            text = _with_last(text, answers.last_text(connection, ask_id, person.id))
        admission = admit(connection, asked.ask, person.id, now)
        fresh = replace(
            new_answer(asked.ask, person, replace(submission, text=text), zone, now),
            held=admission.held,
            late=admission.late,
        )
        stored = answers.same(connection, fresh)
        if stored is not None:
            answers.take_over(connection, stored.id, submission.token, submission.channel_id)
            answers.renew(connection, stored.id, now)
        else:
            changed = admission.held and answers.last_text(connection, ask_id, person.id)
            if not changed:
                require_pace(connection, person.id, now, self._limits)
            answers.insert(connection, fresh)
        _unless(abandoned)
        return stored or fresh

    async def _refuse_late(self, storing: asyncio.Future[Answer], answer_id: int) -> None:
        """Its author has the text back: should it have been stored in the last moment, it counts for nothing."""
        try:
            stored = await storing
            if stored.id == answer_id:
                await self._database.write(answers.refuse, answer_id)
        except HotseatError as error:
            log.warning("Answer %s did not land after it was refused: %s", answer_id, error)

    def _keep(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _present(connection: Connection, answer_id: int) -> Answer:
    found = answers.find(connection, answer_id)
    if found is None:
        raise UserError("This answer was deleted, as its author wished.")
    return found


def _unless(abandoned: threading.Event) -> None:
    if abandoned.is_set():
        raise StorageError("the answer was handed back meanwhile")


def _with_last(reply: str, last: str) -> str:
    """A follow-up's reply with the answer it belongs to; the same reply sent again is the same text again."""
    if not last or last == reply or last.endswith(f"\n\n{reply}") or last.startswith(f"{reply}\n\n"):
        return last or reply
    whole = f"{last}\n\n{reply}"
    # Behind a very long answer the grader would not see it any more; and what it cannot see anyway shall not grow.
    return whole if len(whole) <= LONGEST else f"{reply}\n\n{last}"[: 2 * LONGEST]


def new_answer(ask: Ask, person: Person, submission: Submission, zone: str, now: datetime) -> Answer:
    """What is stored of a submission that arrived at `now`, by its member's clock in `zone`."""
    plain = " ".join(submission.text.casefold().split())
    return Answer(
        id=submission.id,
        ask_id=ask.id,
        member_id=person.id,
        source=submission.source,
        text=submission.text,
        text_digest=hashlib.sha256(plain.encode()).hexdigest(),
        sure=submission.sure,
        channel_id=submission.channel_id,
        token=submission.token,
        received_at=now,
        zone=zone,
        local_date=local_day(now, zone).isoformat(),
        probe=submission.probe,
    )


def storable(text: str) -> str:
    """Half a surrogate pair, which JSON can carry and UTF-8 cannot, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
