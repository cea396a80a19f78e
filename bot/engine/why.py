"""What is behind a grade: everything the ledger holds about it, and how its points came about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import scoring
from bot.domain.history import BOOKED_WINDOW, Entry, history
from bot.domain.question import Level
from bot.domain.scoring import Reckoning
from bot.engine.answering import Outcome
from bot.engine.library import Library
from bot.engine.practice import Asked, Person, Practice
from bot.engine.settlement import SETTLED
from bot.errors import UserError
from bot.storage import answers, ledger
from bot.storage.answers import Answer, Graded
from bot.storage.database import Connection, Database
from bot.storage.ledger import Event

LAST = 25  # answers to choose from: as many as Discord offers
NOTHING_YET = "You have no graded answer yet. `/ask` gets you started."


@dataclass(frozen=True, slots=True)
class Booked:
    """A grade as it was booked, by a question of this level.

    `reckoning` is how its points came about; None where nothing was to be reckoned, or where it is not known any more.
    """

    event: Event
    level: Level
    reckoning: Reckoning | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A grade with all that is behind it.

    `outcome` is how it stands now, `first` what was booked when it was graded, `regrades` came later. `path` is what the
    member and the question went through before it, oldest first. `is_current` says whether the version that the
    grade speaks of is today's (None: the question has left the bank), `same_grader` whether today's grader gave it.
    """

    outcome: Outcome
    asked: Asked
    first: Booked
    regrades: Sequence[Booked]
    path: Sequence[Entry]
    is_current: bool | None
    same_grader: bool


class Why:
    """Explains grades to those who got them."""

    def __init__(self, database: Database, practice: Practice, library: Library, grader: str) -> None:
        self._database = database
        self._practice = practice
        self._library = library
        self._grader = grader

    async def choices(self, person: Person, typed: str) -> Sequence[Graded]:
        """The member's last graded answers whose question or date holds what was typed so far, the latest first."""
        found = await self._database.read(answers.last_graded, person.id, LAST)
        return [one for one in found if _fits(one, typed)]

    async def explained(self, person: Person, chosen: str | None) -> Explained:
        """The grade of one of the member's answers: by id, by what its question is called, or (None) of the last one.

        Raises UserError if there is no such answer.
        """
        return await self._database.read(self._explained, person, (chosen or "").strip())

    def _explained(self, connection: Connection, person: Person, chosen: str) -> Explained:
        answer = _own(connection, person, chosen)
        events = ledger.of_answer(connection, answer.id)
        first = next((one for one in events if one.kind == "graded"), None)
        if answer.outcome is None or first is None:
            raise UserError("This answer has no grade yet. Try again in a moment.")
        asked = self._practice.find(connection, answer.ask_id, person)
        settled = SETTLED.validate_json(answer.outcome)
        speaking = self._practice.as_graded(connection, asked, settled.digest)
        regrades = [one for one in events if one.kind == "regraded"]
        path = ledger.before(connection, first, first.at - BOOKED_WINDOW)
        bank = self._library.bank.questions
        current = self._library.current(asked.question.id).digest if asked.question.id in bank else None
        return Explained(
            Outcome(answer, speaking, settled),
            asked,
            self._booked(connection, asked, first),
            [self._booked(connection, asked, one) for one in regrades],
            [one for one in path if one.at <= first.at],
            None if current is None else current == speaking.version.digest,
            [first, *regrades][-1].grader == self._grader,
        )

    def _booked(self, connection: Connection, asked: Asked, event: Event) -> Booked:
        """A grade with its arithmetic, on the ledger as it was then."""
        level = self._library.version(connection, event.digest or asked.ask.digest).question.level
        if event.score is None or event.value is None:
            return Booked(event, level, None)
        path = ledger.before(connection, event, event.at - BOOKED_WINDOW)
        past = replace(history(path, event.at, again=event.answer_id), hints=event.hints)
        found = scoring.reckon(level, event.score, past)
        # What an older Hotseat booked by other rules is not explained by these.
        return Booked(event, level, found if found.points == event.points else None)


def _own(connection: Connection, person: Person, chosen: str) -> Answer:
    """The member's own answer that was chosen; nobody learns whether anybody else's exists."""
    if chosen.isdecimal() and int(chosen).bit_length() <= 63:
        answer = answers.find(connection, int(chosen))
        if answer is not None and answer.member_id == person.id:
            return answer
    found = answers.last_graded(connection, person.id, LAST)
    if not found:
        raise UserError(NOTHING_YET)
    fitting = next((one for one in found if _fits(one, chosen)), None)
    if fitting is None:
        raise UserError(
            f"None of your last {LAST} answers fits that. Type a letter or two of its question and pick from the list."
        )
    return answers.get(connection, fitting.id)


def _fits(one: Graded, typed: str) -> bool:
    words = f"{one.title} {one.question_id} {one.local_date}".casefold()
    return all(word in words for word in typed.casefold().split())
