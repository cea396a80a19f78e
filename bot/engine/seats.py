"""Who may answer a round of an interview, and when."""

from datetime import datetime

from bot.domain.interview import Phase, Seat, Session
from bot.errors import UserError
from bot.storage import interviews
from bot.storage.asks import Ask
from bot.storage.database import Connection

NOT_IN_IT = (
    "You are not in this interview. Press **Join** in its lobby to take part from the next question on."
)


def require_seat(connection: Connection, ask: Ask, member_id: int) -> None:
    """Raise UserError if this is an interview's round and the member does not take part in it."""
    interview_id = interviews.of_ask(connection, ask.id) if ask.door == "interview" else None
    if interview_id is not None:
        _seat(connection, interview_id, ask.id, member_id)


def require_closed(ask: Ask, sentence: str) -> None:
    """Raise UserError with this sentence while the round of an interview is open."""
    if ask.door == "interview" and ask.closed_at is None:
        raise UserError(sentence)


def admit(connection: Connection, ask: Ask, member_id: int, now: datetime) -> bool:
    """Take note of an answer, or of a pass. True: it arrived in time, and waits for the reveal.

    What is too late is graded at once, without points. Raises UserError for somebody who does not take part in the round.
    """
    interview_id = interviews.of_ask(connection, ask.id) if ask.door == "interview" else None
    if interview_id is None:
        return False
    session, seat = _seat(connection, interview_id, ask.id, member_id)
    if ask.closed_at is not None:
        return False
    if session.phase is not Phase.ANSWERING or session.too_late(seat, now):
        raise UserError(
            "Time is up for this question. Once it is revealed you can still send your answer, without points."
        )
    interviews.save(connection, interview_id, session.answer(member_id, now), now)
    return True


def _seat(connection: Connection, interview_id: int, ask_id: int, member_id: int) -> tuple[Session, Seat]:
    session = interviews.get(connection, interview_id).session
    seat = session.seat(member_id)
    number = next(one.number for one in interviews.rounds(connection, interview_id) if one.ask_id == ask_id)
    if seat is None or seat.since > number:
        raise UserError(NOT_IN_IT)
    return session, seat
