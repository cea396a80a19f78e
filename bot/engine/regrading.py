"""Grades stored answers once more where their question has changed since; nobody loses points by it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.bank.loader import Bank
from bot.domain import scoring
from bot.domain.grade import NO_TRY, Flag, Grade
from bot.domain.history import BOOKED_WINDOW, history
from bot.domain.streak import counts_for_streak
from bot.engine.derived import record
from bot.engine.library import Library, Version
from bot.engine.news import Regraded, detail
from bot.engine.practice import event
from bot.engine.settlement import GRADE, SETTLED
from bot.grading.grader import Grader
from bot.storage import answers, asks, ledger, news
from bot.storage.answers import Answer, GradedBy
from bot.storage.database import Connection, Database

READ_AT_ONCE = 1000
SAY_EVERY = 100 * READ_AT_ONCE  # answers
BOOKED_AT_ONCE = 50  # in one step: what a kill can make the next run do again


@dataclass(slots=True)
class Sums:
    """What regrading has come to so far: answers, by question where it is a Counter, and the points added."""

    read: int = 0
    again: Counter[str] = field(default_factory=Counter[str])
    higher: Counter[str] = field(default_factory=Counter[str])
    lower: Counter[str] = field(default_factory=Counter[str])
    points: Counter[str] = field(default_factory=Counter[str])
    told: set[int] = field(default_factory=set[int])

    def line(self) -> str:
        """For the operator who watches."""
        return (
            f"Answers looked at: {self.read}; graded again: {self.again.total()}, of these higher: "
            f"{self.higher.total()}, lower: {self.lower.total()}; points added: {self.points.total()}."
        )

    def lines(self) -> Sequence[str]:
        """The same question by question, for the end."""
        return [
            f"{question_id}: {number} graded again, {self.higher[question_id]} higher, "
            f"{self.lower[question_id]} lower, {self.points[question_id]} points added"
            for question_id, number in sorted(self.again.items())
        ]


@dataclass(frozen=True, slots=True)
class _Again:
    """An answer with its new grade and the version of the question that this is by."""

    answer: Answer
    version: Version
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Done:
    answer: Answer
    question_id: str
    before: float | None
    after: float | None
    points: int


async def regrade(
    database: Database, bank: Bank, grader: Grader, now: datetime, say: Callable[[str], None]
) -> Sums:
    """Grade every stored answer whose question has changed since its last grade; `say` gets a line now and then.

    Killed in between, it is simply run again: what was done is not done twice. Copies stay copies.
    """
    library, sums, after = Library(bank), Sums(), 0
    while page := await database.read(answers.graded_after, after, READ_AT_ONCE):
        after = page[-1].id
        sums.read += len(page)
        outdated = [one for one in page if _is_outdated(library, one)]
        for start in range(0, len(outdated), BOOKED_AT_ONCE):
            stored = await database.read(_stored, outdated[start : start + BOOKED_AT_ONCE])
            # Between the steps, not within one: a grade takes some milliseconds, the first to a question a second.
            graded = [_graded(library, grader, question_id, answer) for question_id, answer in stored]
            _add(sums, await database.write(_book_all, graded, grader.digest, now))
            say(sums.line())
        if sums.read % SAY_EVERY == 0:
            say(sums.line())
    return sums


def _is_outdated(library: Library, one: GradedBy) -> bool:
    if one.question_id not in library.bank.questions:  # retired: its last version stands
        return False
    return library.current(one.question_id).digest != one.digest


def _stored(connection: Connection, outdated: Sequence[GradedBy]) -> Sequence[tuple[str, Answer]]:
    found = [(one.question_id, answers.get(connection, one.id)) for one in outdated]
    return [(name, answer) for name, answer in found if not _is_copy(answer)]


def _is_copy(answer: Answer) -> bool:
    """What it was copied from is not looked for again; and a new model answer may well say what a good answer said."""
    return answer.outcome is None or Flag.COPY in SETTLED.validate_json(answer.outcome).grade.flags


def _graded(library: Library, grader: Grader, question_id: str, answer: Answer) -> _Again:
    version = library.current(question_id)
    return _Again(answer, version, grader.grade_text(version.question, answer.text))


def _book_all(
    connection: Connection, graded: Sequence[_Again], grader: str, now: datetime
) -> Sequence[_Done]:
    return [_book(connection, one, grader, now) for one in graded]


def _book(connection: Connection, again: _Again, grader: str, now: datetime) -> _Done:
    """Book the difference at the time of the answer, so that the boards of that time and the streak follow."""
    answer, version, grade = again.answer, again.version, again.grade
    ask = asks.get(connection, answer.ask_id)
    if ask is None or answer.outcome is None:
        raise KeyError(answer.id)
    settled = SETTLED.validate_json(answer.outcome)
    asks.keep_version(connection, version.digest, version.question.id, version.content, now)
    entries = ledger.on_question(
        connection, answer.member_id, ask.question_id, answer.received_at - BOOKED_WINDOW
    )
    # The hints are those that this try had; what was earned since, by whatever try, is not earned once more.
    past = replace(
        history(entries, answer.received_at, again=answer.id), hints=settled.hints, locked=settled.locked
    )
    booking = scoring.Booking(0, None)
    if grade.score is not None and not NO_TRY.intersection(grade.flags):
        booking = scoring.book(version.question.level, grade.score, past)
    counted = any(one.streak_day for one in ledger.of_answer(connection, answer.id))
    counts = counts_for_streak(grade.score, withheld=Flag.WITHHELD in grade.flags)
    written = event(
        f"regraded:{answer.id}:{version.digest}",
        "regraded",
        ask,
        answer.member_id,
        answer.zone,
        answer.received_at,
        answer_id=answer.id,
        score=grade.score,
        points=booking.points,
        value=booking.value,
        hints=settled.hints,
        streak_day=counts and not counted,
        grader=grader,
        detail={
            "grade": GRADE.dump_python(grade, mode="json"),
            "before": settled.grade.score,
            "on": now.isoformat(),
        },
    )
    # A question may have become again what it was: then this stands in the ledger already, with its points.
    new = record(connection, replace(written, digest=version.digest))
    points = booking.points if new else 0
    after = replace(
        settled,
        grade=grade,
        points=settled.points + points,
        total=settled.total + points,
        digest=None if version.digest == ask.digest else version.digest,
    )
    answers.regrade(connection, answer.id, SETTLED.dump_json(after).decode())
    done = _Done(answer, ask.question_id, settled.grade.score, grade.score, points)
    if done.before != done.after or points:
        told = Regraded(version.question.title, done.before, done.after, points)
        news.add(connection, answer.member_id, "regraded", now, detail(told))
    return done


def _add(sums: Sums, done: Sequence[_Done]) -> None:
    for one in done:
        name, before, after = one.question_id, one.before, one.after
        sums.again[name] += 1
        sums.points[name] += one.points
        if before != after:
            sums.higher[name] += before is None or (after is not None and after > before)
            sums.lower[name] += after is None or (before is not None and after < before)
        if before != after or one.points:
            sums.told.add(one.answer.member_id)
