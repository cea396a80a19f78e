"""What else a member may do about an ask: rate themselves, say "I covered this", share an answer and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.clock import Clock
from bot.domain.grade import Mark, Verdict
from bot.domain.question import KeyPoint
from bot.engine.answering import storable
from bot.engine.derived import record
from bot.engine.practice import Asked, Person, Practice, event
from bot.engine.settlement import SETTLED, Settled
from bot.errors import UserError
from bot.storage import answers, guilds, ledger, members
from bot.storage.answers import Answer
from bot.storage.database import Connection, Database

NO_SHARING = "Sharing answers is switched off in this server."
SHARED_BEFORE = "You have shared this answer already. **Remove** below it takes it back."

Rating = Literal["missed", "partly", "got it"]


@dataclass(frozen=True, slots=True)
class Graded:
    """A member's answer with what it came to."""

    asked: Asked
    answer: Answer
    settled: Settled

    @property
    def open_points(self) -> Sequence[Verdict]:
        """The verdicts that do not say covered, the heaviest point first."""
        question = self.asked.question
        missing = [verdict for verdict in self.settled.grade.verdicts if verdict.mark is not Mark.COVERED]
        return sorted(missing, key=lambda verdict: -question.point(verdict.point).weight)

    @property
    def probe(self) -> KeyPoint | None:
        """The heaviest open point that the interviewer can ask about, if there is one."""
        points = (self.asked.question.point(verdict.point) for verdict in self.open_points)
        return next((point for point in points if point.probe), None)


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer that its author shares: the author's name, and the place (from 0) among all of its question."""

    graded: Graded
    author: str
    place: int
    number: int


class Sittings:
    """A member's dealing with an ask, apart from hints, answers and the reveal."""

    def __init__(self, database: Database, practice: Practice, clock: Clock) -> None:
        self._database = database
        self._practice = practice
        self._clock = clock

    async def graded(self, ask_id: int, answer_id: int, person: Person) -> Graded:
        """The member's own graded answer. Raises UserError for anybody else's, and for one without a verdict."""
        return await self._database.read(self._graded, ask_id, answer_id, person)

    async def last_graded(self, ask_id: int, person: Person) -> Graded:
        """The member's latest graded answer to this ask. Raises UserError if there is none, or the ask has closed."""

        def look(connection: Connection) -> Graded:
            self._practice.find_open(connection, ask_id, person)
            answer_id = answers.last_settled(connection, ask_id, person.id)
            if answer_id is None:
                raise UserError("You have no graded answer here yet. Press **Answer** first.")
            return self._graded(connection, ask_id, answer_id, person)

        return await self._database.read(look)

    async def rate(self, ask_id: int, press_id: int, person: Person, rating: Rating) -> Asked:
        """Keep how the member rates themselves after the reveal; the last word counts, for reviews only."""

        def keep(connection: Connection) -> Asked:
            asked = self._practice.find(connection, ask_id, person)
            self._record(connection, f"rate:{press_id}", "rated", asked, person, detail={"rating": rating})
            return asked

        return await self._database.write(keep)

    async def dispute(self, graded: Graded, person: Person, points: Sequence[str], note: str) -> int:
        """Keep that the member holds these points to be covered; returns how many of them are new."""
        open_points = {verdict.point for verdict in graded.open_points}

        def keep(connection: Connection) -> int:
            return sum(
                self._record(
                    connection,
                    f"dispute:{graded.answer.id}:{point}",
                    "disputed",
                    graded.asked,
                    person,
                    answer_id=graded.answer.id,
                    detail={"point": point, "note": storable(note)},
                )
                for point in points
                if point in open_points
            )

        return await self._database.write(keep)

    async def to_share(self, ask_id: int, answer_id: int, person: Person, guild_id: int) -> Graded:
        """The member's answer, to be shown to their channel. Raises UserError where they may not, or did so before."""

        def look(connection: Connection) -> Graded:
            graded = self._graded(connection, ask_id, answer_id, person)
            if graded.asked.ask.guild_id != guild_id:
                raise UserError("You can share it in the server where it was asked.")
            if not guilds.sharing(connection, guild_id):
                raise UserError(NO_SHARING)
            shared_before = ledger.has(connection, _share_key(connection, answer_id))
            if shared_before and not graded.asked.ask.is_open_daily:  # that one waits, and may be shown again
                raise UserError(SHARED_BEFORE)
            return graded

        return await self._database.read(look)

    async def shared(self, graded: Graded, person: Person) -> None:
        """Note that the answer was shown. Only then: what is noted first and not shown could never be shown again."""

        def keep(connection: Connection) -> None:
            key = _share_key(connection, graded.answer.id)
            self._record(connection, key, "shared", graded.asked, person, answer_id=graded.answer.id)

        await self._database.write(keep)

    async def shared_answer(self, ask_id: int, place: int, person: Person, guild_id: int | None) -> Shared:
        """One of the answers that are shared, by its place (from 0) among all to its question.

        Raises UserError if there is none, if the question is still open, or was asked in another server.
        """

        def look(connection: Connection) -> Shared:
            asked = self._practice.find(connection, ask_id, person)
            if guild_id is None or asked.ask.guild_id != guild_id:
                raise UserError("You can read shared answers in the server where they were shared.")
            if asked.ask.is_open_daily:
                raise UserError("Shared answers are shown when this question closes.")
            if not guilds.sharing(connection, guild_id):
                raise UserError(NO_SHARING)
            ids = answers.shared(connection, ask_id)
            if not ids:
                raise UserError("Nobody shares an answer to this question any more.")
            number = min(place, len(ids) - 1)
            answer = answers.get(connection, ids[number])
            author = Person(answer.member_id, members.name(connection, answer.member_id))
            return Shared(self._graded(connection, ask_id, answer.id, author), author.name, number, len(ids))

        return await self._database.read(look)

    async def withdraw(self, answer_id: int, person: Person, moderated: int | None) -> None:
        """Note that a shared answer goes. Its author may, and whoever moderates its server; else UserError.

        `moderated` is the server in which `person` is a moderator where they stand, if they are one.
        """

        def keep(connection: Connection) -> None:
            answer = answers.find(connection, answer_id)
            only = UserError("Only the author or a moderator can remove this.")
            if answer is None:
                raise only
            author = Person(answer.member_id, "")
            asked = self._practice.find(connection, answer.ask_id, author)
            moderates = moderated is not None and moderated == asked.ask.guild_id
            if not (moderates or answer.member_id == person.id):
                raise only
            if not ledger.has(connection, _share_key(connection, answer_id)):
                return  # it is gone already
            key, detail = f"withdraw:{answer_id}:{_withdrawals(connection, answer_id)}", {"by": person.id}
            self._record(connection, key, "withdrawn", asked, author, answer_id=answer_id, detail=detail)

        await self._database.write(keep)

    async def may_share(self, guild_id: int) -> bool:
        """Whether members of this server may share answers."""
        return await self._database.read(guilds.sharing, guild_id)

    async def set_sharing(self, guild_id: int, *, allowed: bool) -> None:
        """Let members of this server share answers, or not."""
        await self._database.write(guilds.set_sharing, guild_id, allowed=allowed)

    def _graded(self, connection: Connection, ask_id: int, answer_id: int, person: Person) -> Graded:
        asked = self._practice.find(connection, ask_id, person)
        answer = answers.find(connection, answer_id)
        if answer is None or (answer.ask_id, answer.member_id) != (ask_id, person.id):
            raise UserError(
                "This belongs to somebody else's answer. Press **Answer** to give one of your own."
            )
        if answer.outcome is None:
            raise UserError("This answer has no grade yet. Try again in a moment.")
        settled = SETTLED.validate_json(answer.outcome)
        return Graded(self._practice.as_graded(connection, asked, settled.digest), answer, settled)

    def _record(
        self,
        connection: Connection,
        key: str,
        kind: ledger.Kind,
        asked: Asked,
        person: Person,
        *,
        answer_id: int | None = None,
        detail: ledger.Json | None = None,
    ) -> bool:
        now = self._clock.now()
        if person.name:
            members.greet(connection, person.id, person.name, now)
        zone = members.settings(connection, person.id).zone.at(now)
        written = event(key, kind, asked.ask, person.id, zone, now, answer_id=answer_id, detail=detail or {})
        return record(connection, written)


def _withdrawals(connection: Connection, answer_id: int) -> int:
    number = 0
    while ledger.has(connection, f"withdraw:{answer_id}:{number}"):
        number += 1
    return number


def _share_key(connection: Connection, answer_id: int) -> str:
    """An answer can be shared again once it was withdrawn."""
    return f"share:{answer_id}:{_withdrawals(connection, answer_id)}"
