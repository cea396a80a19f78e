"""What is behind a grade: everything the ledger holds about it, and how its points came about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import scoring
from bot.domain.history import BOOKED_WINDOW, Entry, history
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
class Explained:
    """A grade with all that is behind it.

    `outcome` is how it stands now, `first` what was booked when it was graded, `regrades` came later. `path` is what the
    member and the question went through before it, oldest first, and `reckoning` how the first points came about; None
    where nothing was to be reckoned, or where it is not known any more. `is_current` says whether the version that the
    grade speaks of is today's (None: the question has left the bank), `same_grader` whether today's grader gave it.
    """

    outcome: Outcome
    asked: Asked
    first: Event
    regrades: Sequence[Event]
    path: Sequence[Entry]
    reckoning: Reckoning | None
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
        reckoning = None
        if first.score is not None and first.value is not None:
            past = replace(history(path, first.at), hints=first.hints)
            found = scoring.reckon(asked.question.level, first.score, past)
            # What an older Hotseat booked by other rules is not explained by these.
            reckoning = found if found.points == first.points else None
        bank = self._library.bank.questions
        current = self._library.current(asked.question.id).digest if asked.question.id in bank else None
        return Explained(
            Outcome(answer, speaking, settled),
            asked,
            first,
            regrades,
            [one for one in path if one.at <= first.at],
            reckoning,
            None if current is None else current == speaking.version.digest,
            [first, *regrades][-1].grader == self._grader,
        )


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
