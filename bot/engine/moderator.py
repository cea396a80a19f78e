"""Leads interviews through time: what is due in which, the questions of their rounds, reveals; and where cards stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.clock import Clock
from bot.domain import draw
from bot.domain.interview import ABANDONED, Format, Phase, Session
from bot.domain.question import Level, Question
from bot.engine import judging
from bot.engine.closing import lock
from bot.engine.library import Library
from bot.engine.sessions import Sessions, View, known
from bot.engine.topics import Topics
from bot.storage import answers, asks, interviews, progress, typed, uptime
from bot.storage.asks import Ask
from bot.storage.database import Connection, Database
from bot.storage.interviews import Interview, Round

SEEN_LATELY = timedelta(days=30)
TRY_AGAIN = timedelta(seconds=15)
TYPING = timedelta(seconds=2)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Advanced:
    """What `advance` found: the view, and the answers to reveals that are to be graded and shown now."""

    view: View
    freed: Sequence[int]


class Moderator:
    """All sessions of all servers."""

    def __init__(
        self, database: Database, library: Library, topics: Topics, clock: Clock, dice: Random
    ) -> None:
        self._database = database
        self._library = library
        self._sessions = Sessions(library)
        self._topics = topics
        self._clock = clock
        self._dice = dice

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

    async def rest(self, view: View, again_at: datetime | None = None) -> None:
        """The cards of this view are drawn: look again at its deadline (or at `again_at`, if that comes before), unless
        something has happened meanwhile."""
        now = self._clock.now()

        def rest(connection: Connection) -> None:
            interview = interviews.get(connection, view.interview.id)
            if interview.session == view.session:
                again = _next_look(interview.session, now)
                if again is not None and again <= now:  # somebody is typing
                    again = now + TYPING
                if again is not None and again_at is not None:
                    again = min(again, again_at)
                interviews.look_again(connection, interview.id, again)

        await self._database.write(rest)

    async def call_off(self, interview_id: int) -> None:
        """Its lobby never stood in the channel, or it never began."""

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

    async def lost_place(self, interview_id: int) -> Sequence[int]:
        """Where it ran is gone, or closed to the bot. One of a group goes on in its channel; if that is lost as well, it is
        over. One of a single person goes on when they press a button, and has no clock from then on.

        Returns the answers that wait for nothing any more.
        """
        now = self._clock.now()

        def move(connection: Connection) -> Sequence[int]:
            interview = interviews.get(connection, interview_id)
            session = interview.session
            if session.format is Format.SOLO:
                interviews.save(connection, interview_id, session.untimed(), now)
            elif interview.place_id not in (None, interview.channel_id):
                interviews.set_place(connection, interview_id, interview.channel_id)
                for one in interviews.rounds(connection, interview_id):
                    # What was said in the old place needs no card in the new one.
                    shown = "" if one.number == session.round else "revealed"
                    interviews.set_round(connection, interview_id, one.number, None, shown)
                interviews.look_again(connection, interview_id, now)
            else:
                interviews.save(connection, interview_id, session.finished(), None)
                return self._reveal_all(connection, session.finished(), interview_id, now)
            return ()

        return await self._database.write(move)

    async def trying(self, view: View, number: int) -> None:
        """The card of a round is about to be posted."""
        await self._database.write(interviews.try_round, view.interview.id, number, self._clock.now())

    async def drawn(self, view: View, number: int, message_id: int | None, shown: str) -> None:
        """The card of a round says this now."""
        await self._database.write(interviews.set_round, view.interview.id, number, message_id, shown)

    async def reporting(self, interview_id: int) -> None:
        """The report is about to be posted."""
        await self._database.write(interviews.try_report, interview_id, self._clock.now())

    async def reported(self, interview_id: int, message_id: int) -> None:
        """The report is posted; nothing is left to do."""

        def keep(connection: Connection) -> None:
            interviews.set_report(connection, interview_id, message_id)
            interviews.look_again(connection, interview_id, None)

        await self._database.write(keep)

    def _advance(self, connection: Connection, interview_id: int) -> Advanced:
        now = self._clock.now()
        interview = known(connection, interview_id)
        session = interview.session
        if not self._is_typing(connection, interview):
            session = session.tick(now)
        if session != interview.session:
            interviews.save(connection, interview_id, session, now)
        freed = self._reveal_all(connection, session, interview_id, now)
        begun = {one.number for one in interviews.rounds(connection, interview_id)}
        if session.phase is Phase.ANSWERING and session.round not in begun:
            self._begin_round(connection, interviews.get(connection, interview_id), now)
        return Advanced(self._sessions.view(connection, interview_id), freed)

    def _reveal_all(
        self, connection: Connection, session: Session, interview_id: int, now: datetime
    ) -> Sequence[int]:
        """Reveal every round that is over; the answers that wait for nothing but their grade."""
        put = asks.of_interview(connection, interview_id)
        freed: list[int] = []
        for one in interviews.rounds(connection, interview_id):
            if one.number < session.round or session.phase is not Phase.ANSWERING:
                self._reveal(connection, session, one, put[one.ask_id], now)
                if not one.shown.startswith("revealed"):
                    freed += answers.unsettled_of(connection, one.ask_id)
        return freed

    def _is_typing(self, connection: Connection, interview: Interview) -> bool:
        """Whether somebody who is alone is in the middle of an answer: a reveal waits for its end, three minutes at most."""
        session = interview.session
        if session.format is not Format.SOLO or session.phase is not Phase.ANSWERING:
            return False
        rounds = interviews.rounds(connection, interview.id)
        return any(typed.of_burst(connection, one.ask_id, session.host) for one in rounds)

    def _reveal(
        self, connection: Connection, session: Session, round_: Round, ask: Ask, now: datetime
    ) -> None:
        """Set free what waits; of several answers of a member the last one counts. Whoever sat in the round has seen the
        model answer from now on."""
        if ask.closed_at is not None:
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
        if round_.roles is not None:
            judging.book(connection, self._sessions.asked(connection, ask), round_.roles, now)

    def _begin_round(self, connection: Connection, interview: Interview, now: datetime) -> None:
        session = interview.session
        put = asks.of_interview(connection, interview.id)
        before = [
            self._sessions.asked(connection, put[one.ask_id]).question
            for one in interviews.rounds(connection, interview.id)
        ]
        lately: set[str] = set()
        for seat in session.present:
            seen = progress.seen(connection, seat.member_id)
            lately |= {name for name, one in seen.items() if now - one.at < SEEN_LATELY}
        if interview.guild_id is not None:
            lately |= asks.open_to_many(connection, interview.guild_id)
        share = (session.round - 1) / max(session.rounds - 1, 1)
        question = draw.pick_for_round(self._pool(interview), before, lately, share, self._dice)
        version = self._library.current(question.id)
        alone = session.format is Format.SOLO
        ask = Ask(
            asks.next_own_id(connection),
            question.id,
            version.digest,
            session.host if alone else None,
            interview.guild_id,
            interview.place_id or interview.channel_id,
            private=alone and not session.timed,
            dm=alone and session.timed,
            asked_at=now,
            door="interview",
        )
        asks.keep_version(connection, version.digest, question.id, version.content, now)
        asks.insert(connection, ask)
        interviews.add_round(connection, interview.id, session, ask.id)

    def _pool(self, interview: Interview) -> Sequence[Question]:
        return self._topics.questions(interview.topic, Level(interview.level) if interview.level else None)


def _next_look(session: Session, now: datetime) -> datetime | None:
    """When time alone changes something."""
    if session.over:
        return None
    return session.due or max(session.touched + ABANDONED, now)
