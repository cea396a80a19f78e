"""Who may answer a round of an interview, and when."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.interview import Format, Phase, Seat, Session
from bot.errors import UserError
from bot.storage import answers, interviews
from bot.storage.asks import Ask
from bot.storage.database import Connection

NOT_IN_IT = (
    "You are not in this interview. Press **Join** in its lobby to take part from the next question on."
)


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of an answer: it is `held` until the reveal of its round, or came too `late` to earn anything."""

    held: bool = False
    late: bool = False


def require_seat(connection: Connection, ask: Ask, member_id: int) -> None:
    """Raise UserError if this is an interview's round and the member does not answer in it."""
    interview_id = _interview_of(connection, ask)
    if interview_id is not None:
        session, _ = _seat(connection, interview_id, ask.id, member_id)
        if ask.closed_at is None:
            session.require_candidate(member_id)


def require_hints(connection: Connection, ask: Ask, member_id: int) -> None:
    """Raise UserError if this is an open round and its host allows no hints, or the member does not answer in it."""
    interview_id = _interview_of(connection, ask)
    if interview_id is None or ask.closed_at is not None:
        return
    if not interviews.get(connection, interview_id).hints:
        raise UserError("There are no hints in this interview.")
    require_seat(connection, ask, member_id)


def require_closed(ask: Ask, sentence: str) -> None:
    """Raise UserError with this sentence while the round of an interview is open."""
    if ask.door == "interview" and ask.closed_at is None:
        raise UserError(sentence)


def admit(connection: Connection, ask: Ask, member_id: int, at: datetime) -> Admission:
    """Take note of an answer that arrived `at` that moment.

    What is too late is graded, too, at the reveal or at once after it. Raises UserError for somebody who does not
    answer in this round, and for a change that comes too late.
    """
    interview_id = _interview_of(connection, ask)
    if interview_id is None:
        return Admission()
    session, seat = _seat(connection, interview_id, ask.id, member_id)
    if ask.closed_at is not None:
        return Admission(late=at >= ask.closed_at)
    session.require_candidate(member_id)
    if session.phase is Phase.ANSWERING and not session.too_late(seat, at):
        interviews.save(connection, interview_id, session.answer(member_id, at), at)
        return Admission(held=True)
    if answers.last_text(connection, ask.id, member_id):
        raise UserError("Time is up for this question. Your answer from before counts.")
    if session.phase is Phase.ANSWERING and session.format is Format.SOLO:
        interviews.save(connection, interview_id, session.next(member_id, at), at)
    return Admission(held=True, late=True)


def give_way(connection: Connection, ask: Ask, member_id: int, now: datetime) -> None:
    """Take note that no (typed) answer will come. Raises UserError if it is too late for that, or no round of an interview."""
    interview_id = _interview_of(connection, ask)
    if interview_id is None or ask.closed_at is not None:
        raise UserError("This question is closed.")
    session, _ = _seat(connection, interview_id, ask.id, member_id)
    interviews.save(connection, interview_id, session.answer(member_id, now), now)


def _interview_of(connection: Connection, ask: Ask) -> int | None:
    return interviews.of_ask(connection, ask.id) if ask.door == "interview" else None


def _seat(connection: Connection, interview_id: int, ask_id: int, member_id: int) -> tuple[Session, Seat]:
    session = interviews.get(connection, interview_id).session
    seat = session.seat(member_id)
    number = next(one.number for one in interviews.rounds(connection, interview_id) if one.ask_id == ask_id)
    if seat is None or seat.left:
        raise UserError(NOT_IN_IT)
    if seat.since > number:
        raise UserError("You joined while this question was open: you are in from the next one on.")
    return session, seat
