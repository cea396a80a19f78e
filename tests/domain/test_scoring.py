"""What grades are worth and who stands where, as tables of cases and as laws."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import Entry, History, history
from bot.domain.question import Level
from bot.domain.scoring import Period, attainable, book, places, rounded, top_percent

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCORES = st.sampled_from([half / 2 for half in range(21)])
BASIC, INTERMEDIATE, ADVANCED = Level


@pytest.mark.parametrize(
    ("level", "hints", "points"),
    [
        (BASIC, 0, 10),
        (INTERMEDIATE, 0, 15),
        (ADVANCED, 0, 20),
        (BASIC, 1, 8),
        (BASIC, 2, 6.4),
        (ADVANCED, 4, 8.192),
    ],
)
def test_each_hint_costs_a_fifth_of_what_is_still_to_be_won(level, hints, points):
    assert attainable(level, hints) == pytest.approx(points)


@pytest.mark.parametrize(
    ("points", "whole"), [(0, 0), (0.49, 0), (0.5, 1), (1.5, 2), (2.5, 3), (10.4999, 10), (10.5, 11)]
)
def test_half_points_round_up(points, whole):
    assert rounded(points) == whole


@pytest.mark.parametrize(
    ("level", "score", "past", "points", "value"),
    [
        (BASIC, 10, History(), 10, 10),
        (INTERMEDIATE, 7, History(), 11, 10.5),
        (ADVANCED, 5, History(), 10, 10),
        (BASIC, 0, History(), 0, 0),
        (BASIC, 10, History(hints=2), 6, 6.4),
        (BASIC, 10, History(value=0), 6, 6),  # a first try of nothing is a first try
        (BASIC, 10, History(value=5, booked=5), 3, 8),  # 60 % of the gap of 5
        (BASIC, 10, History(hints=1, value=5, booked=5), 2, 6.8),
        (BASIC, 3, History(value=5, booked=5), 0, 5),  # a worse try takes nothing away
        (BASIC, 10, History(hints=4, value=5, booked=5), 0, 5),  # a perfect one that is worth less, neither
        (BASIC, 10, History(booked=10), 0, 10),  # paid within 90 days
        (BASIC, 10, History(booked=4), 6, 10),
        (BASIC, 3, History(booked=10), 0, 3),
        (
            BASIC,
            0,
            History(value=10),
            0,
            10,
        ),  # nothing said: the old value, paid 91 days ago, is not paid again
        (BASIC, 2, History(value=10), 2, 10),
        (BASIC, 10, History(value=10), 10, 10),
        (BASIC, 10, History(locked=True), 0, None),
        (BASIC, 10, History(value=5, locked=True, booked=5), 0, None),
    ],
)
def test_booking(level, score, past, points, value):
    booking = book(level, score, past)
    assert booking.points == points
    assert booking.value == (None if value is None else pytest.approx(value))


# Steps on one question over some months: a try (its score), a hint, a reveal, or some days that pass.
STEPS = st.lists(
    st.one_of(SCORES, st.just("hinted"), st.just("revealed"), st.integers(1, 60).map(timedelta)), max_size=40
)


@given(STEPS, st.sampled_from(list(Level)))
def test_no_series_earns_more_than_one_perfect_try_in_90_days(steps, level):
    entries: list[Entry] = []
    now, best = NOW, attainable(level, 0)
    for step in steps:
        past = history(entries, now)
        match step:
            case timedelta():
                now += step
            case "hinted":
                entries.append(Entry("hinted", now, hints=past.hints + 1))
            case "revealed":
                entries.append(Entry("revealed", now))
            case float():
                booking = book(level, step, past)
                assert booking.points >= 0
                assert past.locked is False or booking.points == 0
                assert (
                    past.value is None or booking.value is None or booking.value >= past.value
                )  # it never falls
                assert booking.points <= rounded(attainable(level, past.hints) * step / 10)  # its own reach
                entries.append(Entry("graded", now, booking.points, booking.value, past.hints))
        assert history(entries, now).booked <= best


@given(
    st.lists(SCORES, min_size=1, max_size=8),
    st.lists(SCORES, min_size=1, max_size=8),
    st.sampled_from(list(Level)),
)
def test_trying_again_never_leaves_a_member_with_less(scores, more, level):
    def total(tries: list[float]) -> int:
        entries: list[Entry] = []
        for score in tries:
            past = history(entries, NOW)
            booking = book(level, score, past)
            entries.append(Entry("graded", NOW, booking.points, booking.value))
        return history(entries, NOW).booked

    assert total([*scores, *more]) >= total(scores)


def test_ties_share_a_rank():
    board = places([(1, "a", 5), (2, "b", 9), (3, "c", 5), (4, "d", 1)])
    assert [(place.rank, place.name) for place in board] == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]


@given(st.lists(st.integers(1, 30), max_size=30))
def test_a_rank_is_one_more_than_the_members_ahead(points):
    board = places((number, str(number), earned) for number, earned in enumerate(points))
    assert all(place.rank == 1 + sum(place.points < other for other in points) for place in board)
    assert [place.points for place in board] == sorted(points, reverse=True)


@pytest.mark.parametrize(
    ("moment", "week", "month"),
    [
        (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), "2026-02-23", "2026-03"),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02", "2026-03"),
        (
            datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=2))),
            "2026-02-23",
            "2026-03",
        ),  # Sunday 23:00 UTC
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-12-28", "2027-01"),
        (datetime(2026, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), "2026-12-28", "2027-01"),
    ],
)
def test_weeks_start_on_monday_and_months_on_the_first_at_midnight_utc(moment, week, month):
    assert [Period.WEEK.key(moment), Period.MONTH.key(moment), Period.ALL.key(moment)] == [week, month, "all"]


@pytest.mark.parametrize(
    ("ahead", "members", "percent"),
    [
        (1000, 100_000, 2),
        (999, 100_000, 1),
        (0, 1, 100),
        (1500, 2000, 76),
        (2000, 2000, 100),
        (1000, 10**9, 1),
    ],
)
def test_far_down_a_place_is_a_share(ahead, members, percent):
    assert top_percent(ahead, members) == percent
