"""How fast one member may answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.errors import UserError
from bot.storage import answers
from bot.storage.database import Connection

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds between two answers of one member (0: none needed), and answers per hour."""

    seconds_between_answers: float = 5
    answers_per_hour: int = 60


def free_from(connection: Connection, member_id: int, now: datetime, limits: Limits) -> datetime | None:
    """When the pause after the member's last answer ends; None if it has."""
    last = answers.pace(connection, member_id, now - HOUR, 1).last
    if last is None:
        return None
    free = last + timedelta(seconds=limits.seconds_between_answers)
    return free if now < free else None


def require_pace(connection: Connection, member_id: int, now: datetime, limits: Limits) -> None:
    """Raise UserError if the member sent an answer a moment ago, or too many in the last hour."""
    free = free_from(connection, member_id, now, limits)
    if free is not None:
        seconds = ceil((free - now).total_seconds())
        wait = "a second" if seconds == 1 else f"{seconds} seconds"
        raise UserError(f"I need a moment between two answers. Please send it again in {wait}.")
    pace = answers.pace(connection, member_id, now - HOUR, limits.answers_per_hour)
    if pace.first is not None and pace.number >= limits.answers_per_hour:
        minutes = ceil((pace.first + HOUR - now) / timedelta(minutes=1))
        raise UserError(
            f"You sent {pace.number} answers in an hour, and I grade no more than that. "
            f"Send this one again in {minutes} min."
        )
