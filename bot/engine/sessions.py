"""An interview as its cards and its members see it: the session, its rounds with their questions, the names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.interview import Session
from bot.engine.library import Library
from bot.engine.practice import Asked
from bot.errors import UserError
from bot.storage import asks, interviews
from bot.storage.asks import Ask
from bot.storage.database import Connection
from bot.storage.interviews import Interview, Round


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its question; `last` says that no other follows."""

    stored: Round
    asked: Asked
    last: bool


@dataclass(frozen=True, slots=True)
class View:
    """An interview as it stands now, with its rounds and the names of all who sat in it."""

    interview: Interview
    rounds: Sequence[RoundView]
    names: Mapping[int, str]

    @property
    def session(self) -> Session:
        """Who sits in it and where it stands."""
        return self.interview.session

    @property
    def round(self) -> RoundView | None:
        """The round that it is in, once that has its question."""
        return next((one for one in self.rounds if one.stored.number == self.session.round), None)


class Sessions:
    """Reads interviews, within a step."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def view(self, connection: Connection, interview_id: int) -> View:
        """Everything of one. Raises UserError if there is no such interview."""
        interview = known(connection, interview_id)
        asked = asks.of_interview(connection, interview_id)
        rounds = [
            RoundView(one, self.asked(connection, asked[one.ask_id]), one.number == interview.session.rounds)
            for one in interviews.rounds(connection, interview_id)
        ]
        return View(interview, rounds, interviews.names(connection, interview_id))

    def asked(self, connection: Connection, ask: Ask) -> Asked:
        """An ask with its question."""
        return Asked(ask, self._library.version(connection, ask.digest))


def known(connection: Connection, interview_id: int) -> Interview:
    """The interview with this id. Raises UserError if there is none."""
    found = interviews.find(connection, interview_id) if interview_id.bit_length() <= 63 else None
    if found is None:
        raise UserError("I do not know this interview any more. `/interview start` begins a new one.")
    return found
