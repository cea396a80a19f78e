"""Mock interviews: what their members can do."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.interview import ABANDONED, MOST_SEATS, ONES_OWN, Format, Phase, Session
from bot.domain.question import Level
from bot.domain.roles import Role
from bot.engine import seats
from bot.engine.derived import record
from bot.engine.library import Library
from bot.engine.practice import Asked, Person, event
from bot.engine.sessions import Sessions, View, known
from bot.engine.topics import Topics
from bot.errors import UserError
from bot.storage import answers, asks, interviews, judgements, members
from bot.storage.database import Connection, Database
from bot.storage.interviews import Interview
from bot.storage.judgements import Judgement

ARRIVES = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many may sit in one interview, and how many interviews of groups may go on in one server."""

    seats: int = MOST_SEATS
    per_server: int = 10


ROOMS = Rooms()


@dataclass(frozen=True, slots=True)
class Part:
    """A member's part in the open round of a hot seat: what they see on their own card.

    `text` is what the candidate typed, for the others if the candidate agreed to that (`private`: they did not).
    """

    view: View
    asked: Asked
    role: Role
    judgement: Judgement
    text: str
    private: bool


class Interviews:
    """All sessions of all servers, and those that people go through alone."""

    def __init__(
        self, database: Database, library: Library, topics: Topics, clock: Clock, rooms: Rooms
    ) -> None:
        self._database = database
        self._sessions = Sessions(library)
        self._topics = topics
        self._clock = clock
        self._rooms = rooms

    async def open(self, interview: Interview, person: Person) -> tuple[View, bool]:
        """Open a lobby, or a member's own interview. False, with the one that is there, if one goes on in this channel
        (or, for a member's own, anywhere) already.

        Raises UserError if no question fits its topic and level, and if too many go on in this server.
        """
        pool = self._topics.questions(interview.topic, Level(interview.level) if interview.level else None)
        if len(pool) < interview.session.rounds:  # none comes twice in one interview
            interview = replace(interview, session=replace(interview.session, rounds=len(pool)))
        now, alone = self._clock.now(), interview.session.format is Format.SOLO

        def keep(connection: Connection) -> tuple[View, bool]:
            members.greet(connection, person.id, person.name, now)
            there = (
                interviews.alone(connection, person.id)
                if alone
                else interviews.going_on_in(connection, interview.channel_id)
            )
            if there is not None and not self._never_stood(connection, there, now):
                return self._sessions.view(connection, there), False
            if not alone and interview.guild_id is not None:
                self._require_room(connection, interview.guild_id)
            interviews.insert(connection, interview, now + ABANDONED)
            if alone:
                extra = members.settings(connection, person.id).wishes.extra_time
                session = interview.session.join(person.id, now, consent=True, extra=extra)
                interviews.save(connection, interview.id, session, now + ABANDONED)
            return self._sessions.view(connection, interview.id), True

        return await self._database.write(keep)

    async def lobby_posted(self, interview_id: int, message_id: int) -> None:
        """Its lobby stands in the channel."""
        await self._database.write(interviews.set_lobby, interview_id, message_id)

    async def join(self, interview_id: int, person: Person, *, consent: bool) -> View:
        """Take a seat; `consent` lets the others read one's texts."""

        def join(connection: Connection, session: Session, now: datetime) -> Session:
            members.greet(connection, person.id, person.name, now)
            extra = members.settings(connection, person.id).wishes.extra_time
            return session.join(person.id, now, consent=consent, extra=extra, most=self._rooms.seats)

        return await self._step(interview_id, join)

    async def leave(self, interview_id: int, person: Person) -> View:
        """Give one's seat up."""
        return await self._step(interview_id, lambda _, session, now: session.leave(person.id, now))

    async def start(self, interview_id: int, person: Person) -> View:
        """Begin."""

        def start(_: Connection, session: Session, now: datetime) -> Session:
            if session.format is Format.SOLO:  # it has no lobby
                raise UserError(ONES_OWN)
            return session.start(person.id, now)

        return await self._step(interview_id, start)

    async def cancel(self, interview_id: int, person: Person, managed: int | None) -> View:
        """Call it off before it has begun. The same people may as may end it."""

        def cancel(connection: Connection, session: Session, now: datetime) -> Session:
            by = _ending(known(connection, interview_id), person.id, managed)
            return session.cancel(by, now)

        return await self._step(interview_id, cancel)

    async def begin_alone(self, interview_id: int, person: Person, place_id: int | None) -> View:
        """Begin a member's own interview: in their DM, with a clock; without a place, from press to press.

        One that has begun goes on there from now on.
        """

        def begin(connection: Connection, session: Session, now: datetime) -> Session:
            if session.format is not Format.SOLO or session.host != person.id:
                raise UserError(ONES_OWN)
            if place_id is not None:
                interviews.set_place(connection, interview_id, place_id)
            else:
                session = session.untimed()
            return session.start(person.id, now) if session.phase is Phase.LOBBY else session

        return await self._step(interview_id, begin)

    async def next(self, interview_id: int, person: Person, step: int | None = None) -> View:
        """Reveal now, or go on to the next question now; nothing if another `step` of the session has come meanwhile."""
        return await self._step(interview_id, lambda _, session, now: session.next(person.id, now, step))

    async def pause(self, interview_id: int, person: Person) -> View:
        """Stop the clock, or let it go on."""

        def turn(_: Connection, session: Session, now: datetime) -> Session:
            change = session.pause if session.paused_at is None else session.resume
            return change(person.id, now)

        return await self._step(interview_id, turn)

    async def end(self, interview_id: int, person: Person, managed: int | None) -> View:
        """End it now. Its host may, and whoever manages its server; `managed` is the server that `person` manages, if any."""

        def end(connection: Connection, session: Session, now: datetime) -> Session:
            return session.end(_ending(known(connection, interview_id), person.id, managed), now)

        return await self._step(interview_id, end)

    async def may_end(self, interview_id: int, person: Person, managed: int | None) -> View:
        """How it stands. Raises UserError if `person` cannot end it."""
        view = await self.view(interview_id)
        view.session.end(_ending(view.interview, person.id, managed), self._clock.now())
        return view

    async def pass_on(self, ask_id: int, person: Person, *, aloud: bool = False) -> View:
        """Say that no typed answer will come in this round: the member passes, or has answered `aloud`."""
        now = self._clock.now()

        def step(connection: Connection) -> View:
            ask = asks.get(connection, ask_id)
            interview_id = interviews.of_ask(connection, ask_id)
            if ask is None or interview_id is None:
                raise UserError("I do not know this card any more.")
            seats.give_way(connection, ask, person.id, now)
            if not aloud:
                zone = members.greet(connection, person.id, person.name, now)
                record(connection, event(f"passed:{ask.id}:{person.id}", "passed", ask, person.id, zone, now))
            return self._sessions.view(connection, interview_id)

        return await self._database.write(step)

    async def part(self, interview_id: int, person: Person) -> Part:
        """A member's part in the round of a hot seat that is open. Whoever judges has seen the key points from then on."""
        now = self._clock.now()

        def look(connection: Connection) -> Part:
            part = self._part(connection, interview_id, person.id)
            if part.role is not Role.CANDIDATE:
                ask, zone = part.asked.ask, members.greet(connection, person.id, person.name, now)
                key = f"revealed:{ask.id}:{person.id}:judging"
                record(connection, event(key, "revealed", ask, person.id, zone, now))
            return part

        return await self._database.write(look)

    async def judge(
        self,
        interview_id: int,
        number: int,
        person: Person,
        *,
        stars: int | None = None,
        ticks: Collection[str] | None = None,
    ) -> Part:
        """Keep what a member makes of the candidate's answer in round `number`. Raises UserError if that is closed."""
        now = self._clock.now()

        def keep(connection: Connection) -> Part:
            session = known(connection, interview_id).session
            if session.round != number:
                raise UserError("This question is closed. **My card** shows the one that is open.")
            interviews.save(connection, interview_id, session.judge(person.id, now), now)
            ask = self._part(connection, interview_id, person.id).asked.ask
            if stars is not None:
                judgements.give_stars(connection, ask.id, person.id, stars)
            if ticks is not None:
                judgements.tick(connection, ask.id, person.id, ticks)
            return self._part(connection, interview_id, person.id)

        return await self._database.write(keep)

    async def view(self, interview_id: int) -> View:
        """How it stands. Raises UserError if there is no such interview."""
        return await self._database.read(self._sessions.view, interview_id)

    async def alone(self, person: Person) -> View | None:
        """The interview that a member goes through alone at the moment, if there is one."""

        def look(connection: Connection) -> View | None:
            interview_id = interviews.alone(connection, person.id)
            return None if interview_id is None else self._sessions.view(connection, interview_id)

        return await self._database.read(look)

    async def of_ask(self, ask_id: int) -> View | None:
        """The interview that an ask is a round of, if it is one."""

        def look(connection: Connection) -> View | None:
            interview_id = interviews.of_ask(connection, ask_id)
            return None if interview_id is None else self._sessions.view(connection, interview_id)

        return await self._database.read(look)

    def _never_stood(self, connection: Connection, interview_id: int, now: datetime) -> bool:
        """Whether a lobby's card did not arrive, as far as we know, for some time: it is called off then."""
        there = interviews.get(connection, interview_id)
        session = there.session
        if session.format is Format.SOLO or session.phase is not Phase.LOBBY or there.lobby_id is not None:
            return False
        if now - session.touched < ARRIVES:
            return False
        interviews.save(connection, interview_id, session.finished(), None)
        return True

    def _require_room(self, connection: Connection, guild_id: int) -> None:
        if interviews.number_in(connection, guild_id) >= self._rooms.per_server:
            raise UserError(
                f"{self._rooms.per_server} interviews go on in this server already, which is as many as there can be. "
                "Join one of them, or wait until one is over."
            )

    def _part(self, connection: Connection, interview_id: int, member_id: int) -> Part:
        view = self._sessions.view(connection, interview_id)
        session, round_ = view.session, view.round
        seat = session.seat(member_id)
        if seat is None or seat.left:
            raise UserError(seats.NOT_IN_IT)
        if session.phase is not Phase.ANSWERING or round_ is None or session.roles is None:
            raise UserError("No question is open at the moment. The next one is on its way.")
        if seat.since > session.round:
            raise UserError("You joined while this question was open: you have a part from the next one on.")
        candidate = session.seat(session.roles.candidate)
        given = judgements.given(connection, round_.asked.ask.id)
        mine = next((one for one in given if one.member_id == member_id), Judgement(member_id))
        typed = answers.last_text(connection, round_.asked.ask.id, session.roles.candidate)
        private = candidate is None or not candidate.consent
        text = "" if private and member_id != session.roles.candidate else typed
        return Part(view, round_.asked, session.role(member_id), mine, text, private and bool(typed))

    async def _step(
        self, interview_id: int, change: Callable[[Connection, Session, datetime], Session]
    ) -> View:
        now = self._clock.now()

        def step(connection: Connection) -> View:
            interview = known(connection, interview_id)
            session = change(connection, interview.session.tick(now), now)
            interviews.save(connection, interview_id, session, now)
            return self._sessions.view(connection, interview_id)

        return await self._database.write(step)


def _ending(interview: Interview, member_id: int, managed: int | None) -> int:
    """Who counts as ending it when this member does: its host if they manage its server, unless it is somebody's own."""
    manages = managed is not None and interview.guild_id == managed
    return interview.session.host if manages and interview.session.format is not Format.SOLO else member_id
