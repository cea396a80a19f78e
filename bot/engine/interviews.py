"""Mock interviews: what their members can do, and what follows when time passes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.clock import Clock
from bot.domain import draw
from bot.domain.interview import ABANDONED, Phase, Session
from bot.domain.question import Level, Question
from bot.engine.closing import lock
from bot.engine.library import Library
from bot.engine.practice import Asked, Person
from bot.engine.seats import admit
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import answers, asks, interviews, members, progress, uptime
from bot.storage.asks import Ask
from bot.storage.database import Connection, Database
from bot.storage.interviews import Interview, Round

SEEN_LATELY = timedelta(days=30)
TRY_AGAIN = timedelta(seconds=15)
AT_ONCE = 50


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


@dataclass(frozen=True, slots=True)
class Advanced:
    """What `advance` found: the view, and the answers to reveals that are to be graded and shown now."""

    view: View
    freed: Sequence[int]


class Interviews:
    """All sessions of all servers."""

    def __init__(
        self, database: Database, library: Library, topics: Topics, clock: Clock, dice: Random
    ) -> None:
        self._database = database
        self._library = library
        self._topics = topics
        self._clock = clock
        self._dice = dice

    async def open(self, interview: Interview, person: Person) -> tuple[View, bool]:
        """Open a lobby. False, with the one that is there, if an interview goes on in this channel already.

        Raises UserError if no question fits its topic and level.
        """
        self._pool(interview)
        now = self._clock.now()

        def keep(connection: Connection) -> tuple[View, bool]:
            members.greet(connection, person.id, person.name, now)
            known = interviews.going_on_in(connection, interview.channel_id)
            if known is not None:
                return self._view(connection, known), False
            interviews.insert(connection, interview, now + ABANDONED)
            return self._view(connection, interview.id), True

        return await self._database.write(keep)

    async def lobby_posted(self, interview_id: int, message_id: int) -> None:
        """Its lobby stands in the channel."""
        await self._database.write(interviews.set_lobby, interview_id, message_id)

    async def join(self, interview_id: int, person: Person, *, consent: bool) -> View:
        """Take a seat; `consent` lets one's texts stand in the report."""

        def join(connection: Connection, session: Session, now: datetime) -> Session:
            members.greet(connection, person.id, person.name, now)
            extra = members.settings(connection, person.id).wishes.extra_time
            return session.join(person.id, now, consent=consent, extra=extra)

        return await self._step(interview_id, join)

    async def leave(self, interview_id: int, person: Person) -> View:
        """Give one's seat up."""
        return await self._step(interview_id, lambda _, session, now: session.leave(person.id, now))

    async def start(self, interview_id: int, person: Person) -> View:
        """Begin."""
        return await self._step(interview_id, lambda _, session, now: session.start(person.id, now))

    async def next(self, interview_id: int, person: Person) -> View:
        """Reveal now, or go on to the next question now."""
        return await self._step(interview_id, lambda _, session, now: session.next(person.id, now))

    async def pause(self, interview_id: int, person: Person) -> View:
        """Stop the clock, or let it go on."""

        def turn(_: Connection, session: Session, now: datetime) -> Session:
            change = session.pause if session.paused_at is None else session.resume
            return change(person.id, now)

        return await self._step(interview_id, turn)

    async def end(self, interview_id: int, person: Person, *, manages: bool) -> View:
        """End it now. Its host may, and whoever manages the server."""

        def end(_: Connection, session: Session, now: datetime) -> Session:
            return session.end(session.host if manages else person.id, now)

        return await self._step(interview_id, end)

    async def pass_on(self, ask_id: int, person: Person) -> None:
        """Say that no answer will come in this round."""
        now = self._clock.now()

        def step(connection: Connection) -> None:
            ask = asks.get(connection, ask_id)
            if ask is None or not admit(connection, ask, person.id, now):
                raise UserError("This question is closed.")

        await self._database.write(step)

    async def view(self, interview_id: int) -> View:
        """How it stands. Raises UserError if there is no such interview."""
        return await self._database.read(self._view, interview_id)

    async def deadline(self, ask_id: int) -> datetime | None:
        """Until when answers to a round are taken; None if it is closed or is no round."""

        def look(connection: Connection) -> datetime | None:
            interview_id = interviews.of_ask(connection, ask_id)
            return None if interview_id is None else interviews.get(connection, interview_id).session.deadline

        return await self._database.read(look)

    async def wake(self) -> None:
        """Once, at the start: give back the time of the outage to all that go on, and have their cards looked at."""
        now = self._clock.now()

        def wake(connection: Connection) -> None:
            seen = uptime.last(connection, now)
            for interview_id in interviews.going_on(connection):
                session = interviews.get(connection, interview_id).session
                outage = now - max(seen or now, session.touched)
                interviews.save(connection, interview_id, session.delayed(max(outage, timedelta())), now)

        await self._database.write(wake)

    async def to_do(self) -> Sequence[int]:
        """Interviews with something to do now."""
        return await self._database.read(interviews.to_do, self._clock.now(), AT_ONCE)

    async def next_to_do(self) -> datetime | None:
        """When there is something to do next."""
        return await self._database.read(interviews.first_to_do)

    async def advance(self, interview_id: int) -> Advanced:
        """Do what time brings: begin a round, reveal one, end. Whatever was interrupted is done now."""
        return await self._database.write(self._advance, interview_id)

    async def rest(self, view: View) -> None:
        """All cards of this view are drawn: look again at its deadline, unless something has happened meanwhile."""
        now = self._clock.now()

        def rest(connection: Connection) -> None:
            interview = interviews.get(connection, view.interview.id)
            if interview.session == view.session:
                interviews.look_again(connection, interview.id, _next_look(interview.session, now))

        await self._database.write(rest)

    async def call_off(self, interview_id: int) -> None:
        """Its lobby never stood in the channel."""

        def call_off(connection: Connection) -> None:
            interview = interviews.get(connection, interview_id)
            interviews.save(connection, interview_id, interview.session.finished(), None)

        await self._database.write(call_off)

    async def failed(self, interview_id: int) -> None:
        """A card could not be drawn; another try follows."""
        again = self._clock.now() + TRY_AGAIN
        await self._database.write(interviews.look_again, interview_id, again)

    async def runs_in(self, interview_id: int, place_id: int) -> None:
        """Where its cards stand from now on."""
        await self._database.write(interviews.set_place, interview_id, place_id)

    async def lost_place(self, interview_id: int) -> None:
        """Where it ran is gone, or closed to the bot: it goes on in its channel. If that is lost as well, it is over."""
        now = self._clock.now()

        def move(connection: Connection) -> None:
            interview = interviews.get(connection, interview_id)
            if interview.place_id not in (None, interview.channel_id):
                interviews.set_place(connection, interview_id, interview.channel_id)
                for one in interviews.rounds(connection, interview_id):
                    if one.number == interview.session.round:
                        interviews.set_round(connection, interview_id, one.number, None, "")
                interviews.look_again(connection, interview_id, now)
            else:
                interviews.save(connection, interview_id, interview.session.finished(), None)

        await self._database.write(move)

    async def trying(self, view: View, number: int) -> None:
        """The card of a round is about to be posted."""
        await self._database.write(interviews.try_round, view.interview.id, number, self._clock.now())

    async def drawn(self, view: View, number: int, message_id: int | None, shown: str) -> None:
        """The card of a round says this now."""
        await self._database.write(interviews.set_round, view.interview.id, number, message_id, shown)

    async def reported(self, interview_id: int, message_id: int) -> None:
        """The report is posted; nothing is left to do."""

        def keep(connection: Connection) -> None:
            interviews.set_report(connection, interview_id, message_id)
            interviews.look_again(connection, interview_id, None)

        await self._database.write(keep)

    async def _step(
        self, interview_id: int, change: Callable[[Connection, Session, datetime], Session]
    ) -> View:
        now = self._clock.now()

        def step(connection: Connection) -> View:
            interview = _known(connection, interview_id)
            session = change(connection, interview.session.tick(now), now)
            interviews.save(connection, interview_id, session, now)
            return self._view(connection, interview_id)

        return await self._database.write(step)

    def _advance(self, connection: Connection, interview_id: int) -> Advanced:
        now = self._clock.now()
        interview = _known(connection, interview_id)
        session = interview.session.tick(now)
        if session != interview.session:
            interviews.save(connection, interview_id, session, now)
        known = {one.number: one for one in interviews.rounds(connection, interview_id)}
        freed: list[int] = []
        for number, one in known.items():
            if number < session.round or session.phase is not Phase.ANSWERING:
                self._reveal(connection, session, one, now)
                if not one.shown.startswith("revealed"):
                    freed += answers.unsettled_of(connection, one.ask_id)
        if session.phase is Phase.ANSWERING and session.round not in known:
            self._begin_round(connection, interviews.get(connection, interview_id), now)
        return Advanced(self._view(connection, interview_id), freed)

    def _reveal(self, connection: Connection, session: Session, round_: Round, now: datetime) -> None:
        """Set free what waits; of several answers of a member the last one counts. Whoever sat in the round has seen the
        model answer from now on."""
        ask = asks.get(connection, round_.ask_id)
        if ask is None or ask.closed_at is not None:
            return
        held = answers.held(connection, ask.id)
        last = {member_id: answer_id for answer_id, member_id in held}
        for answer_id, member_id in held:
            answers.release(connection, answer_id)
            if last[member_id] != answer_id:
                answers.refuse(connection, answer_id)
        asks.close(connection, ask.id, now)
        present = {seat.member_id for seat in session.present if seat.since <= round_.number}
        lock(connection, ask, sorted(present | last.keys()), now)

    def _begin_round(self, connection: Connection, interview: Interview, now: datetime) -> None:
        session, before = (
            interview.session,
            [
                self._asked(connection, one.ask_id).question
                for one in interviews.rounds(connection, interview.id)
            ],
        )
        lately: set[str] = set()
        for seat in session.present:
            seen = progress.seen(connection, seat.member_id)
            lately |= {name for name, one in seen.items() if now - one.at < SEEN_LATELY}
        lately |= asks.open_to_many(connection, interview.guild_id)
        share = (session.round - 1) / max(session.rounds - 1, 1)
        question = draw.pick_for_round(self._pool(interview), before, lately, share, self._dice)
        version = self._library.current(question.id)
        ask = Ask(
            asks.next_own_id(connection),
            question.id,
            version.digest,
            None,
            interview.guild_id,
            interview.place_id or interview.channel_id,
            private=False,
            dm=False,
            asked_at=now,
            door="interview",
        )
        asks.keep_version(connection, version.digest, question.id, version.content, now)
        asks.insert(connection, ask)
        interviews.add_round(connection, interview.id, session.round, ask.id)

    def _pool(self, interview: Interview) -> Sequence[Question]:
        return self._topics.questions(interview.topic, Level(interview.level) if interview.level else None)

    def _view(self, connection: Connection, interview_id: int) -> View:
        interview = _known(connection, interview_id)
        names = {seat.member_id: members.name(connection, seat.member_id) for seat in interview.session.seats}
        rounds = [
            RoundView(one, self._asked(connection, one.ask_id), one.number == interview.session.rounds)
            for one in interviews.rounds(connection, interview_id)
        ]
        return View(interview, rounds, names)

    def _asked(self, connection: Connection, ask_id: int) -> Asked:
        ask = asks.get(connection, ask_id)
        if ask is None:  # the schema's foreign key forbids it
            raise LookupError(f"ask {ask_id} is gone")
        return Asked(ask, self._library.version(connection, ask.digest))


def _known(connection: Connection, interview_id: int) -> Interview:
    found = interviews.find(connection, interview_id) if interview_id.bit_length() <= 63 else None
    if found is None:
        raise UserError("I do not know this interview any more. `/interview start` begins a new one.")
    return found


def _next_look(session: Session, now: datetime) -> datetime | None:
    """When time alone changes something."""
    if session.over:
        return None
    return session.due or max(session.touched + ABANDONED, now)
