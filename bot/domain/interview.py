"""A mock interview as a state machine: who sits in it, which round it is in, what time is left.

Every method returns the session as it is afterwards; what cannot be done now raises UserError with a sentence for whoever
tried. The invariants of each phase:

- LOBBY: round 0, no deadline, not paused.
- ANSWERING: 1 <= round <= rounds, a deadline (it stands still while paused); at least one seat is taken; the host has not
  left (but need not have a seat); `done` are members of this round. In the hot seat there are roles: the candidate has a
  seat (which they may have left), the interviewer is somebody else who is present.
- REVEALED: as ANSWERING; the deadline is when the next round begins (after the last one: when the session ends). There are
  no roles if the candidate wished to be forgotten.
- ENDED, CANCELLED: no deadline, not paused; nothing changes any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.roles import Role, Roles, following, with_interviewer
from bot.errors import UserError

MOST_SEATS = 25
LEAST_FOR_HOT_SEAT = 2
ALL_IN = timedelta(seconds=30)  # from the moment everybody has answered until the reveal
JUDGING = timedelta(seconds=45)  # for those who judge, from the moment the candidate's time is up
SHORTEST_BREAK, LONGEST_BREAK = timedelta(minutes=2), timedelta(minutes=3)
BREAK_ALONE = timedelta(minutes=5)  # whoever is alone goes on when they have read enough
ONES_OWN = "This interview is somebody's own. `/mock` begins one of yours."
ABANDONED = timedelta(minutes=30)  # without a sign of life from anybody


class Phase(StrEnum):
    """Where a session stands."""

    LOBBY = "lobby"
    ANSWERING = "answering"
    REVEALED = "revealed"
    ENDED = "ended"
    CANCELLED = "cancelled"


OVER = frozenset({Phase.ENDED, Phase.CANCELLED})


class Format(StrEnum):
    """Who answers: everybody at once, one after the other before the others, or the only one there is."""

    PANEL = "panel"
    HOT_SEAT = "hot seat"
    SOLO = "solo"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place. They take part from round `since` on; `extra` time in percent; `consent`: others may read their
    texts; `turns` they have had as candidate of the hot seat."""

    member_id: int
    consent: bool
    extra: int = 0
    since: int = 1
    left: bool = False
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A session of `rounds` questions with `pace` for each. `touched` is the last sign of life.

    One that is not `timed` never goes on by itself; whether an answer was in time is judged when it comes.
    """

    host: int
    rounds: int
    pace: timedelta
    touched: datetime
    phase: Phase = Phase.LOBBY
    round: int = 0
    seats: tuple[Seat, ...] = ()
    done: frozenset[int] = field(default_factory=frozenset[int])
    deadline: datetime | None = None
    paused_at: datetime | None = None
    format: Format = Format.PANEL
    roles: Roles | None = None
    timed: bool = True

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.phase in OVER

    @property
    def present(self) -> Sequence[Seat]:
        """The seats whose members have not left."""
        return [seat for seat in self.seats if not seat.left]

    @property
    def answering(self) -> Sequence[Seat]:
        """Those of them who take part in this round."""
        return [seat for seat in self.present if seat.since <= self.round]

    def role(self, member_id: int) -> Role:
        """What a member does in this round; where there are no roles, everybody is a candidate."""
        return Role.CANDIDATE if self.roles is None else self.roles.of(member_id)

    def deadline_of(self, seat: Seat) -> datetime | None:
        """Until when a member may answer this round; some have more time than the card says."""
        return self.deadline and self.deadline + self.pace * seat.extra / 100

    @property
    def due(self) -> datetime | None:
        """When time alone brings the next step; None while it stands still.

        A reveal waits for those who have more time and have not answered (nobody sees for whom), and in the hot seat for a
        moment more, in which those who listened say what they heard.
        """
        if self.paused_at is not None or self.deadline is None or not self.timed:
            return None
        if self.phase is not Phase.ANSWERING:
            return self.deadline
        waiting = [
            seat
            for seat in self.answering
            if seat.member_id not in self.done and self.role(seat.member_id) is Role.CANDIDATE
        ]
        up = max([self.deadline, *(self.deadline + self.pace * seat.extra / 100 for seat in waiting)])
        return up + JUDGING if self._being_judged else up

    @property
    def _being_judged(self) -> bool:
        """Whether somebody has still to judge a candidate who is there."""
        here = {seat.member_id for seat in self.answering}
        return (
            self.roles is not None
            and self.roles.candidate in here
            and not here - {self.roles.candidate} <= self.done
        )

    @property
    def step(self) -> int:
        """Counts the steps of a session, so that a press which comes twice, or together with the clock, is one step."""
        return 2 * self.round + (self.phase is Phase.REVEALED)

    def seat(self, member_id: int) -> Seat | None:
        """A member's seat, left or not."""
        return next((seat for seat in self.seats if seat.member_id == member_id), None)

    def join(
        self, member_id: int, now: datetime, *, consent: bool, extra: int = 0, most: int = MOST_SEATS
    ) -> "Session":
        """Take a seat, or say otherwise about consent. Whoever comes while a round runs waits for the next one."""
        self._require_going_on()
        if self.format is Format.SOLO and member_id != self.host:
            raise UserError(ONES_OWN)
        known = self.seat(member_id)
        if (known is None or known.left) and len(self.present) >= most:
            raise UserError(f"All {most} seats are taken. You are welcome to read along.")
        if known is not None and not known.left:
            again = replace(known, consent=consent, extra=extra)
            return replace(
                self, seats=tuple(again if one == known else one for one in self.seats), touched=now
            )
        others = tuple(one for one in self.seats if one.member_id != member_id)
        seat = Seat(
            member_id, consent, extra, since=self.round + 1, turns=0 if known is None else known.turns
        )
        return replace(self, seats=(*others, seat), touched=now)

    def leave(self, member_id: int, now: datetime) -> "Session":
        """Give one's seat up. A host hands over to whoever sits longest; without anybody the session is over."""
        self._require_going_on()
        if self.format is Format.SOLO:
            raise UserError("This interview is yours alone. **End** ends it.")
        seat = self.seat(member_id)
        if seat is None or seat.left:
            if member_id == self.host and self.present:  # who only led it hands over, too
                return replace(self, host=self.present[0].member_id, touched=now)
            raise UserError("You are not in this interview.")
        seats = tuple(replace(one, left=True) if one == seat else one for one in self.seats)
        gone = replace(self, seats=seats, done=self.done - {member_id}, touched=now)
        if not gone.present:
            return gone if self.phase is Phase.LOBBY else gone.finished()
        if member_id == self.host:
            gone = replace(gone, host=gone.present[0].member_id)
        if self.roles is not None and member_id == self.roles.interviewer:
            here = [one.member_id for one in gone.answering]
            roles = with_interviewer([one.member_id for one in seats], here, self.roles.candidate)
            gone = replace(gone, roles=roles, done=gone.done - {roles.interviewer or 0})
        return _hurried(gone, now)

    def start(self, by: int, now: datetime) -> "Session":
        """Begin with the first round."""
        self._require_host(by)
        if self.phase is not Phase.LOBBY:
            raise UserError("This interview has begun already.")
        if not self.present:
            raise UserError("Nobody has joined yet. Press **Join** first.")
        if self.format is Format.HOT_SEAT and len(self.present) < LEAST_FOR_HOT_SEAT:
            raise UserError(
                "The hot seat needs two at least: one who answers and one who asks. `/mock` is for one alone."
            )
        return _round(replace(self, touched=now), 1, now)

    def answer(self, member_id: int, now: datetime) -> "Session":
        """An answer arrived in time, or the member passes; another one may follow until the reveal."""
        seat = self._acting(member_id)
        self.require_candidate(member_id)
        if self.too_late(seat, now):
            raise UserError("Time is up for this question.")
        return self._done(member_id, now)

    def judge(self, member_id: int, now: datetime) -> "Session":
        """Interviewer or observer says what they think of the candidate; they may think again until the reveal."""
        self._acting(member_id)
        if self.role(member_id) is Role.CANDIDATE:
            raise UserError("This is your question: the others judge how you answer it.")
        return self._done(member_id, now)

    def require_candidate(self, member_id: int) -> None:
        """Raise UserError for those who do not answer in this round."""
        if self.roles is not None and self.role(member_id) is not Role.CANDIDATE:
            raise UserError(f"<@{self.roles.candidate}> answers this one. **My card** shows your part.")

    def too_late(self, seat: Seat, now: datetime) -> bool:
        """Whether this member's time is up in this round."""
        until = self.deadline_of(seat)
        return self.paused_at is None and until is not None and now > until

    def tick(self, now: datetime) -> "Session":
        """What time alone brings: the reveal, the next round, the end."""
        if self.over:
            return self
        due = self.due
        if now - self.touched >= ABANDONED and (due is None or now >= due):
            return self.finished()
        return self if due is None or now < due else _on(self, now)

    def next(self, by: int, now: datetime, step: int | None = None) -> "Session":
        """The host does not wait for the deadline. If another `step` has come meanwhile, nothing is left to do."""
        self._require_host(by)
        self._require_begun()
        if step is not None and step != self.step:
            return self
        return _on(replace(self, touched=now, paused_at=None), now)

    def pause(self, by: int, now: datetime) -> "Session":
        """The clock stands still. Answers go on arriving."""
        self._require_host(by)
        self._require_begun()
        if self.paused_at is not None:
            raise UserError("It is paused already.")
        return replace(self, paused_at=now, touched=now)

    def resume(self, by: int, now: datetime) -> "Session":
        """The clock goes on with the time that was left."""
        self._require_host(by)
        self._require_begun()
        if self.paused_at is None or self.deadline is None:
            raise UserError("It is not paused.")
        later = self.deadline + (now - self.paused_at)
        return _hurried(replace(self, paused_at=None, deadline=later, touched=now), now)

    def end(self, by: int, now: datetime) -> "Session":
        """Over, with a report if it had begun."""
        self._require_host(by)
        self._require_going_on()
        return replace(self, touched=now).finished()

    def cancel(self, by: int, now: datetime) -> "Session":
        """Called off before it has begun."""
        if self.format is Format.SOLO:
            raise UserError(ONES_OWN)
        if self.phase is not Phase.LOBBY and not self.over:
            raise UserError("It has begun already. **End** on its card ends it.")
        return self.end(by, now)

    def without(self, member_id: int, now: datetime) -> "Session | None":
        """The session as if the member had never been in it, over or not; None if nobody else ever was."""
        gone, seat = self, self.seat(member_id)
        others = tuple(one for one in self.seats if one.member_id != member_id)
        if member_id == self.host and not others:
            return None
        if not self.over and (self.present if member_id == self.host else seat is not None and not seat.left):
            gone = self.leave(member_id, now)
        roles = gone.roles
        if roles is not None and roles.candidate == member_id:
            roles = None
            if gone.phase is Phase.ANSWERING:  # there is nothing to wait for any more
                gone = replace(_on(gone, now), paused_at=None if gone.paused_at is None else now)
        elif roles is not None and roles.interviewer == member_id:
            roles = replace(roles, interviewer=None)
        host = gone.host
        if host == member_id:
            host = next((one for one in others if not one.left), others[0]).member_id
            if not gone.over and not gone.present:
                gone = gone.finished()
        return replace(gone, host=host, seats=others, done=gone.done - {member_id}, roles=roles)

    def finished(self) -> "Session":
        """Over, whoever or whatever ended it."""
        phase = Phase.CANCELLED if self.phase is Phase.LOBBY else Phase.ENDED
        return replace(self, phase=phase, deadline=None, paused_at=None)

    def untimed(self) -> "Session":
        """Without a clock of its own from now on; nothing is left of a pause either."""
        return replace(self, timed=False, paused_at=None)

    def delayed(self, outage: timedelta) -> "Session":
        """Nobody loses time to an outage."""
        deadline = self.deadline
        if deadline is not None and self.paused_at is None:
            deadline += outage
        return replace(self, deadline=deadline, touched=self.touched + outage)

    def _acting(self, member_id: int) -> Seat:
        seat = self.seat(member_id)
        if seat is None or seat.left:
            raise UserError(
                "You are not in this interview. Press **Join** to take part from the next question on."
            )
        if self.phase is not Phase.ANSWERING:
            raise UserError("This question is closed. The next one is on its way.")
        if seat.since > self.round:
            raise UserError("You joined while this question was open: you are in from the next one on.")
        return seat

    def _done(self, member_id: int, now: datetime) -> "Session":
        return _hurried(replace(self, done=self.done | {member_id}, touched=now), now)

    def _require_going_on(self) -> None:
        if self.over:
            raise UserError("This interview is over. `/interview start` begins a new one.")

    def _require_begun(self) -> None:
        self._require_going_on()
        if self.phase is Phase.LOBBY:
            raise UserError("It has not begun yet. **Start** begins it.")

    def _require_host(self, by: int) -> None:
        if by != self.host:
            raise UserError(f"Only the host, <@{self.host}>, can do that.")


def _on(session: Session, now: datetime) -> Session:
    if session.phase is Phase.ANSWERING:
        rest = timedelta() if session.round == session.rounds else _break(session)
        return replace(session, phase=Phase.REVEALED, deadline=now + rest)
    return session.finished() if session.round >= session.rounds else _round(session, session.round + 1, now)


def _round(session: Session, number: int, now: datetime) -> Session:
    begun = replace(
        session,
        phase=Phase.ANSWERING,
        round=number,
        done=frozenset[int](),
        paused_at=None,
        deadline=now + session.pace,
    )
    if session.format is not Format.HOT_SEAT:
        return begun
    order = [seat.member_id for seat in begun.seats]
    turns = {seat.member_id: seat.turns for seat in begun.answering}
    roles = following(order, turns, session.roles)
    seats = tuple(
        replace(seat, turns=seat.turns + 1) if seat.member_id == roles.candidate else seat
        for seat in begun.seats
    )
    return replace(begun, roles=roles, seats=seats)


def _break(session: Session) -> timedelta:
    if session.format is Format.SOLO:
        return BREAK_ALONE
    return min(max(session.pace / 2, SHORTEST_BREAK), LONGEST_BREAK)


def _hurried(session: Session, now: datetime) -> Session:
    """Once everybody is in, there is no need to wait; a moment stays for second thoughts."""
    everybody = {seat.member_id for seat in session.answering}
    if session.roles is not None and session.roles.candidate not in everybody:
        everybody = set[int]()  # the candidate has left: nothing is to come
    if session.phase is not Phase.ANSWERING or session.deadline is None or not everybody <= session.done:
        return session
    if session.format is Format.SOLO:
        return _on(session, now)
    if session.paused_at is not None:
        return session
    return replace(session, deadline=min(session.deadline, now + ALL_IN))
