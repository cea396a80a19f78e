"""A session under random hands: whatever members, hosts and the clock do, the invariants of its phase hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.interview import ABANDONED, ALL_IN, JUDGING, MOST_SEATS, OVER, Format, Phase, Session
from bot.domain.roles import Role, Roles, following
from bot.errors import UserError

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ANN, BEN, CEM, DOT = 1, 2, 3, 4
PEOPLE = st.sampled_from((ANN, BEN, CEM, DOT))

ACTIONS = st.one_of(
    st.tuples(st.just("join"), PEOPLE, st.sampled_from((0, 50))),
    st.tuples(
        st.sampled_from(("leave", "start", "answer", "judge", "next", "pause", "resume", "end")), PEOPLE
    ),
    st.tuples(st.just("untimed")),
    st.tuples(st.just("outage"), st.integers(0, 600)),
    st.tuples(st.just("wait"), st.sampled_from((1, 5, 30, 60, 120, 600, 1900))),
)


def lobby(rounds: int = 2) -> Session:
    return Session(ANN, rounds, 2 * MINUTE, NOW)


def running(*members: int, extra: int = 0, rounds: int = 2) -> Session:
    session = lobby(rounds)
    for member in members:
        session = session.join(member, NOW, consent=False, extra=extra if member == members[-1] else 0)
    return session.start(ANN, NOW)


def act(session: Session, action: tuple, now: datetime) -> Session:
    match action:
        case ("join", member, extra):
            return session.join(member, now, consent=False, extra=extra)
        case ("outage", seconds):
            return session.delayed(seconds * SECOND)
        case ("wait", _):
            return session.tick(now)
        case ("untimed",):
            return session.untimed() if session.format is Format.SOLO and not session.over else session
        case (what, member):
            return getattr(session, what)(member, now)
    raise AssertionError(action)


def check_roles(session: Session, roles: Roles) -> None:
    candidate = session.seat(roles.candidate)
    assert candidate is not None
    assert candidate.since <= session.round
    others = [seat.member_id for seat in session.answering if seat is not candidate]
    assert roles.interviewer in others or (roles.interviewer is None and not others)


def check(session: Session, before: Session) -> None:
    assert len({seat.member_id for seat in session.seats}) == len(session.seats) <= MOST_SEATS
    assert (
        session.done <= {seat.member_id for seat in session.answering} or session.phase is not Phase.ANSWERING
    )
    assert session.round >= before.round
    match session.phase:
        case Phase.LOBBY:
            assert (session.round, session.deadline, session.paused_at) == (0, None, None)
        case Phase.ANSWERING | Phase.REVEALED:
            assert 1 <= session.round <= session.rounds
            assert session.deadline is not None
            assert session.present
            host = session.seat(session.host)
            assert host is None or host in session.present
            assert (session.roles is None) is (session.format is not Format.HOT_SEAT)
            if session.roles is not None:
                check_roles(session, session.roles)
        case Phase.ENDED | Phase.CANCELLED:
            assert (session.deadline, session.paused_at, session.due) == (None, None, None)
    if before.over:
        assert session.phase is before.phase


@given(st.lists(ACTIONS, max_size=60), st.integers(1, 3), st.sampled_from(Format))
def test_the_invariants_hold_whatever_happens(actions: list[tuple], rounds: int, kind: Format):
    session, now = replace(lobby(rounds), format=kind), NOW
    for action in actions:
        if action[0] in ("wait", "outage"):
            now += action[1] * SECOND
        before = session
        try:
            session = act(session, action, now)
        except UserError:
            continue
        check(session, before)
        if not session.over:
            assert session.tick(now + timedelta(days=1)) != session  # nothing goes on for ever


@given(st.lists(ACTIONS, max_size=40))
def test_what_is_over_stays_over(actions: list[tuple]):
    session = running(ANN, BEN).end(ANN, NOW)
    for action in actions:
        try:
            after = act(session, action, NOW + MINUTE)
        except UserError:
            continue
        assert after.phase is Phase.ENDED
        assert after.seats == session.seats


def test_a_session_from_start_to_end():
    session = running(ANN, BEN)
    assert (session.phase, session.round, session.deadline) == (Phase.ANSWERING, 1, NOW + 2 * MINUTE)
    session = session.tick(NOW + 2 * MINUTE)
    assert (session.phase, session.deadline) == (Phase.REVEALED, NOW + 4 * MINUTE)
    session = session.tick(NOW + 4 * MINUTE)
    assert (session.phase, session.round) == (Phase.ANSWERING, 2)
    session = session.tick(NOW + 6 * MINUTE)
    assert (session.phase, session.deadline) == (Phase.REVEALED, NOW + 6 * MINUTE)
    assert session.tick(NOW + 6 * MINUTE).phase is Phase.ENDED


def test_once_everybody_is_in_the_reveal_comes_soon():
    session = running(ANN, BEN).answer(ANN, NOW)
    assert session.due == NOW + 2 * MINUTE
    assert session.answer(BEN, NOW + 10 * SECOND).due == NOW + 10 * SECOND + ALL_IN
    assert session.answer(BEN, NOW + 2 * MINUTE - SECOND).due == NOW + 2 * MINUTE  # never later than planned


def test_a_change_in_the_last_moment_does_not_put_the_reveal_off():
    session = running(ANN).answer(ANN, NOW)
    assert session.answer(ANN, NOW + 5 * SECOND).due == NOW + ALL_IN


def test_the_reveal_waits_for_who_has_more_time_unless_they_are_in():
    session = running(ANN, BEN, extra=50)
    assert session.deadline == NOW + 2 * MINUTE  # what the card says tells nothing
    assert session.due == NOW + 3 * MINUTE
    with pytest.raises(UserError, match="Time is up"):
        session.answer(ANN, NOW + 2 * MINUTE + SECOND)
    late = session.answer(BEN, NOW + 2 * MINUTE + SECOND)
    assert late.due == NOW + 2 * MINUTE


def test_a_pause_takes_no_time_from_anybody():
    session = running(ANN, BEN).pause(ANN, NOW + MINUTE)
    assert session.due is None
    assert session.tick(NOW + 20 * MINUTE) == session
    assert session.answer(BEN, NOW + 20 * MINUTE).done == {BEN}
    assert session.resume(ANN, NOW + 21 * MINUTE).deadline == NOW + 22 * MINUTE


def test_an_outage_takes_no_time_from_anybody():
    assert running(ANN).delayed(5 * MINUTE).deadline == NOW + 7 * MINUTE


def test_a_host_who_leaves_hands_over_to_who_sits_longest():
    session = running(ANN, BEN, CEM).leave(ANN, NOW)
    assert session.host == BEN
    assert session.next(BEN, NOW).phase is Phase.REVEALED
    with pytest.raises(UserError, match="Only the host, <@2>"):
        session.next(CEM, NOW)


def test_the_last_one_to_leave_ends_it():
    session = running(ANN, BEN).leave(ANN, NOW).leave(BEN, NOW)
    assert session.phase is Phase.ENDED


def test_who_comes_late_is_in_from_the_next_round_on():
    session = running(ANN).join(BEN, NOW + MINUTE, consent=True)
    with pytest.raises(UserError, match="from the next one on"):
        session.answer(BEN, NOW + MINUTE)
    assert session.answer(ANN, NOW + MINUTE).due == NOW + MINUTE + ALL_IN  # nobody waits for them
    assert session.next(ANN, NOW).next(ANN, NOW).answer(BEN, NOW).done == {BEN}


def test_who_comes_back_in_the_same_round_waits_for_the_next():
    session = running(ANN, BEN).answer(BEN, NOW).leave(BEN, NOW)
    assert session.done == set()
    with pytest.raises(UserError):
        session.join(BEN, NOW, consent=False).answer(BEN, NOW)


def test_what_nobody_touches_for_half_an_hour_is_over():
    assert lobby().tick(NOW + ABANDONED).phase is Phase.CANCELLED
    paused = running(ANN).pause(ANN, NOW)
    assert paused.tick(NOW + ABANDONED - SECOND) == paused
    assert paused.tick(NOW + ABANDONED).phase is Phase.ENDED
    slow = replace(running(ANN), pace=40 * MINUTE, deadline=NOW + 40 * MINUTE)
    assert slow.tick(NOW + ABANDONED) == slow  # the clock of the round still runs


def test_only_so_many_seats():
    session = lobby()
    for member in range(1, MOST_SEATS + 1):
        session = session.join(member, NOW, consent=False)
    with pytest.raises(UserError, match="seats are taken"):
        session.join(99, NOW, consent=False)
    seat = session.join(1, NOW, consent=True).seat(1)
    assert seat is not None
    assert seat.consent


def test_over_means_over():
    assert frozenset({Phase.ENDED, Phase.CANCELLED}) == OVER


def hot_seat(*members: int, rounds: int = 4) -> Session:
    session = replace(lobby(rounds), format=Format.HOT_SEAT)
    for member in members:
        session = session.join(member, NOW, consent=False)
    return session.start(ANN, NOW)


def next_round(session: Session) -> Session:
    return session.next(session.host, NOW).next(session.host, NOW)


def test_in_the_hot_seat_everybody_takes_a_turn_and_who_asks_answers_next():
    session, seen = hot_seat(ANN, BEN, CEM), []
    for _ in range(4):
        seen.append(session.roles)
        session = next_round(session) if session.round < 4 else session
    assert seen == [Roles(ANN, BEN), Roles(BEN, CEM), Roles(CEM, ANN), Roles(ANN, BEN)]
    assert hot_seat(ANN, BEN, CEM).role(CEM) is Role.OBSERVER


def test_the_hot_seat_needs_two():
    with pytest.raises(UserError, match="needs two"):
        hot_seat(ANN)


def test_only_the_candidate_answers_and_only_the_others_judge():
    session = hot_seat(ANN, BEN, CEM)
    with pytest.raises(UserError, match="answers this one"):
        session.answer(CEM, NOW)
    with pytest.raises(UserError, match="the others judge"):
        session.judge(ANN, NOW)
    session = session.answer(ANN, NOW).judge(BEN, NOW)
    assert session.due == NOW + 2 * MINUTE + JUDGING
    assert session.judge(CEM, NOW + SECOND).due == NOW + SECOND + ALL_IN


def test_when_the_candidate_leaves_the_round_closes_soon_and_the_next_one_sits_down():
    session = hot_seat(ANN, BEN, CEM).leave(ANN, NOW)
    assert session.due == NOW + ALL_IN
    assert next_round(session).roles == Roles(BEN, CEM)


def test_when_the_interviewer_leaves_somebody_else_asks():
    session = hot_seat(ANN, BEN, CEM).judge(CEM, NOW).leave(BEN, NOW)
    assert session.roles == Roles(ANN, CEM)
    assert CEM not in session.done  # they have the points to tick now
    assert session.leave(CEM, NOW).roles == Roles(ANN, None)


def test_extra_time_of_those_who_only_listen_holds_nobody_up():
    session = replace(lobby(), format=Format.HOT_SEAT)
    session = session.join(ANN, NOW, consent=False).join(BEN, NOW, consent=False, extra=50).start(ANN, NOW)
    assert session.due == NOW + 2 * MINUTE + JUDGING


def test_a_candidate_may_use_all_their_time_and_is_judged_after_it():
    session = hot_seat(ANN, BEN, CEM).tick(NOW + 2 * MINUTE)
    assert session.phase is Phase.ANSWERING
    with pytest.raises(UserError, match="Time is up"):
        session.answer(ANN, NOW + 2 * MINUTE + SECOND)
    session = session.judge(BEN, NOW + 2 * MINUTE + SECOND).tick(NOW + 2 * MINUTE + 30 * SECOND)
    assert session.phase is Phase.ANSWERING
    assert session.judge(CEM, NOW + 2 * MINUTE + 31 * SECOND).due == NOW + 2 * MINUTE
    assert session.tick(NOW + 2 * MINUTE + JUDGING).phase is Phase.REVEALED


def test_who_comes_back_has_their_turn_before_others_have_a_second():
    session = next_round(hot_seat(ANN, BEN, CEM).leave(BEN, NOW))  # CEM answers
    session = next_round(session.join(BEN, NOW, consent=False))
    assert session.roles == Roles(BEN, ANN)


def test_who_comes_back_sits_at_the_end_of_the_row():
    session = hot_seat(ANN, BEN, CEM).leave(BEN, NOW).join(BEN, NOW, consent=False)
    assert session.roles == Roles(ANN, CEM)
    assert next_round(session).roles == Roles(CEM, BEN)


@given(st.lists(st.sampled_from(range(6)), min_size=1, unique=True), st.integers(2, 40))
def test_turns_in_the_hot_seat_are_fair(members: list[int], rounds: int):
    roles, turns = None, dict.fromkeys(members, 0)
    for _ in range(rounds):
        roles = following(members, turns, roles)
        turns[roles.candidate] += 1
    assert max(turns.values()) - min(turns.values()) <= 1


def alone(*, rounds: int = 2) -> Session:
    return replace(lobby(rounds), format=Format.SOLO).join(ANN, NOW, consent=True).start(ANN, NOW)


def test_alone_an_answer_brings_the_reveal_at_once():
    session = alone().answer(ANN, NOW)
    assert (session.phase, session.due) == (Phase.REVEALED, NOW + 5 * MINUTE)


def test_without_a_clock_nothing_goes_on_by_itself():
    session = alone().untimed()
    assert session.tick(NOW + 20 * MINUTE) == session
    with pytest.raises(UserError, match="Time is up"):
        session.answer(ANN, NOW + 2 * MINUTE + SECOND)
    assert session.answer(ANN, NOW + MINUTE).phase is Phase.REVEALED
    assert session.tick(NOW + ABANDONED).phase is Phase.ENDED
