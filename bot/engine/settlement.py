"""What an answer comes to: everything it changes, in one transaction."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter

from bot.bank.loader import Bank
from bot.domain import scoring
from bot.domain.grade import NO_TRY, Flag, Grade
from bot.domain.streak import counts_for_streak
from bot.engine import reviews, streaks
from bot.engine.derived import record
from bot.engine.practice import Asked, event, past
from bot.storage import answers, asks, boards, members, progress
from bot.storage import reviews as stored_reviews
from bot.storage.answers import Answer
from bot.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer came to, as it is stored with the answer. Points are those booked by this answer.

    `locked` says that the question earns nothing now because its model answer was seen lately, `hints` how many
    were taken before. `new_freeze` says that this answer's day brought one, `unchosen_zone` names the zone that days
    are counted in when it is time to ask the member for theirs. `digest` is the version of the question that the
    grade speaks of; None: the one that was asked. `again_in` is in how many days a review comes again.
    """

    grade: Grade
    points: int
    total: int
    streak: int
    tries: int
    locked: bool
    hints: int = 0
    new_freeze: bool = False
    unchosen_zone: str | None = None
    digest: str | None = None
    again_in: int | None = None


SETTLED = TypeAdapter(Settled)
GRADE = TypeAdapter(Grade)


def book(
    connection: Connection,
    answer: Answer,
    asked: Asked,
    grade: Grade,
    grader: str,
    bank: Bank,
    now: datetime,
) -> Answer:
    """Book the grade of a received answer, in the caller's transaction; one that is settled stays as it is.

    Time stands still at the moment the answer arrived: what its member did since takes nothing away from it.
    """
    answer = answers.get(connection, answer.id)
    if answer.state != "received":
        return answer
    question, ask, member = asked.question, asked.ask, answer.member_id
    before = past(connection, member, ask, answer.received_at)
    if answer.late:
        before = replace(before, locked=True)
    # An answer without a number is no try: it neither earns anything nor makes the next one a second try.
    booking = scoring.Booking(0, None)
    if grade.score is not None and not NO_TRY.intersection(grade.flags):
        booking = scoring.book(question.level, grade.score, before)
    counts = counts_for_streak(grade.score, withheld=Flag.WITHHELD in grade.flags)
    day = date.fromisoformat(answer.local_date)
    tries = progress.tries(connection, ask.id, member) + 1
    held = streaks.standing(connection, member, day, answer.zone)
    written = event(
        f"answer:{answer.id}",
        "graded",
        ask,
        member,
        answer.zone,
        answer.received_at,
        answer_id=answer.id,
        score=grade.score,
        points=booking.points,
        value=booking.value,
        hints=before.hints,
        streak_day=counts,
        grader=grader,
        detail=GRADE.dump_python(grade, mode="json"),
    )
    record(connection, written)
    again_in = None
    if ask.door == "review":
        memory = stored_reviews.get(connection, member, question.id)
        if memory is not None and memory.reviewed_on == day:
            again_in = (memory.due - day).days
        reviews.finish(connection, bank, member, answer.zone, answer.received_at)
    if ask.dm:
        asks.close(connection, ask.id, now)
    streak = streaks.standing(connection, member, day, answer.zone)
    first_day = held.days == 0 and streak.days == 1
    total = boards.points(connection, member)
    settled = Settled(
        grade,
        booking.points,
        total,
        streak.count,
        tries,
        before.locked,
        before.hints,
        streak.freezes > held.freezes,
        answer.zone if first_day and members.settings(connection, member).zone.chosen_at is None else None,
        again_in=again_in,
    )
    answers.settle(connection, answer.id, SETTLED.dump_json(settled).decode(), now)
    return answers.get(connection, answer.id)
