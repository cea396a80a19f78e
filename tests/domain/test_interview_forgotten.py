"""A member who wishes to be forgotten: the interview goes on as if they had never been in it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.interview import Format, Phase, Session
from bot.domain.roles import Roles

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN, BEN, CARA = 1, 2, 3


def lobby(*members: int, format: Format = Format.PANEL, host: int = ANN) -> Session:  # noqa: A002 - its name
    session = Session(host, 3, timedelta(minutes=4), NOW, format=format)
    for member in members:
        session = session.join(member, NOW, consent=False)
    return session


def forgotten(session: Session, member: int = ANN, now: datetime = NOW) -> Session:
    found = session.without(member, now)
    assert found is not None
    assert found.host != member
    assert found.seat(member) is None
    assert member not in found.done
    assert found.roles is None or member not in (found.roles.candidate, found.roles.interviewer)
    return found


def test_a_host_hands_over_and_the_round_goes_on():
    session = lobby(ANN, BEN, CARA).start(ANN, NOW).answer(ANN, NOW)
    left = forgotten(session)
    assert (left.phase, left.round, left.host) == (Phase.ANSWERING, 1, BEN)
    assert left.answer(BEN, NOW).done == {BEN}


def test_a_host_without_a_seat_hands_over():
    assert forgotten(lobby(BEN)).host == BEN


def test_nobody_else_was_there():
    assert lobby(ANN).without(ANN, NOW) is None
    assert lobby().without(ANN, NOW) is None
    assert lobby(ANN, format=Format.SOLO).without(ANN, NOW) is None
    assert lobby(ANN).start(ANN, NOW).finished().without(ANN, NOW) is None


@pytest.mark.parametrize("started", [False, True])
def test_the_others_have_left_before(started: bool):
    session = lobby(ANN, BEN)
    session = session.start(ANN, NOW) if started else session
    left = forgotten(session.leave(BEN, NOW))
    assert left.over
    assert left.host == BEN


def test_somebody_elses_session_ends_only_if_it_runs_empty():
    waiting = lobby(BEN).without(BEN, NOW)
    assert waiting is not None
    assert (waiting.phase, waiting.host, waiting.seats) == (Phase.LOBBY, ANN, ())
    running = lobby(BEN).start(ANN, NOW).without(BEN, NOW)
    assert running is not None
    assert running.phase is Phase.ENDED


def test_the_candidates_round_is_over_and_the_next_one_begins():
    session = lobby(ANN, BEN, CARA, format=Format.HOT_SEAT).start(ANN, NOW)
    assert session.roles == Roles(ANN, BEN)
    left = forgotten(session)
    assert left.phase is Phase.REVEALED
    assert left.roles is None
    following = left.next(BEN, NOW)
    assert following.roles == Roles(BEN, CARA)


def test_a_pause_lasts():
    session = lobby(ANN, BEN, CARA, format=Format.HOT_SEAT).start(ANN, NOW).pause(ANN, NOW)
    later = NOW + timedelta(minutes=20)
    left = forgotten(session, now=later)
    assert left.paused_at == later
    assert left.due is None
    resumed = left.resume(BEN, later + timedelta(minutes=5))
    assert resumed.due is not None
    assert timedelta(minutes=1) <= resumed.due - (later + timedelta(minutes=5)) <= timedelta(minutes=2)


def test_the_interviewer_is_replaced():
    session = lobby(ANN, BEN, CARA, format=Format.HOT_SEAT).start(ANN, NOW)
    left = forgotten(session, BEN)
    assert left.phase is Phase.ANSWERING
    assert left.roles == Roles(ANN, CARA)
    alone = left.without(CARA, NOW)
    assert alone is not None
    assert alone.roles == Roles(ANN, None)


def test_the_candidate_of_the_round_that_was_revealed():
    session = lobby(ANN, BEN, format=Format.HOT_SEAT).start(ANN, NOW).next(ANN, NOW).leave(ANN, NOW)
    left = forgotten(session)
    assert left.roles is None
    assert left.next(BEN, NOW).roles == Roles(BEN, None)


def test_what_is_over_stays_over():
    session = lobby(ANN, BEN, format=Format.HOT_SEAT).start(ANN, NOW).end(ANN, NOW)
    left = forgotten(session)
    assert (left.phase, left.host, left.roles) == (Phase.ENDED, BEN, None)
    kept = forgotten(session, BEN)
    assert kept.roles == Roles(ANN, None)
