"""Days in a row, and what holds them together."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streak import (
    AMNESTY_IN_A_ROW,
    FREEZE_EVERY,
    LONGEST_GAP,
    MOST_FREEZES,
    Span,
    Streak,
    amnesty,
    counts_for_streak,
    gap,
)
from bot.domain.zone import day_bounds

MONDAY = date(2026, 3, 2)
DAYS = st.lists(st.integers(0, 120), max_size=60)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def days(*offsets: int) -> Streak:
    streak = Streak()
    for offset in offsets:
        streak = streak.after(day(offset))
    return streak


@pytest.mark.parametrize(
    ("offsets", "count", "best", "freezes"),
    [
        ((), 0, 0, 0),
        ((0,), 1, 1, 0),
        ((0, 1, 2), 3, 3, 0),
        ((0, 0, 1), 2, 2, 0),  # a date counts once
        ((1, 0), 1, 1, 0),  # nor does an earlier one count any more
        ((0, 1, 3), 1, 2, 0),
        (range(6), 6, 6, 0),
        (range(7), 7, 7, 1),
        (range(14), 14, 14, 2),
        (range(28), 28, 28, 2),
        ((*range(7), 8), 8, 8, 0),  # a freeze holds, and does not count itself
        ((*range(7), 9), 1, 7, 1),  # one freeze for two days: the streak is lost, the freeze is not
        ((*range(14), 16), 15, 15, 0),
        ((*range(14), 17), 1, 14, 2),
        ((*range(14), 15, 17), 16, 16, 0),
        ((*range(14), 15, 16, 17, 18, 19, 20, 21, 22), 22, 22, 2),  # the 21st brings one back
        ((0, 2, 4, 6, 8, 10, 12), 1, 1, 1),  # the seventh day that ever counted
    ],
)
def test_counting(offsets, count, best, freezes):
    streak = days(*offsets)
    assert (streak.count, streak.best, streak.freezes) == (count, best, freezes)


@pytest.mark.parametrize(
    ("later", "count", "freezes"), [(0, 7, 1), (1, 7, 1), (2, 7, 0), (3, 0, 1), (30, 0, 1)]
)
def test_a_streak_lives_through_today_and_dies_of_what_freezes_do_not_cover(later, count, freezes):
    standing = days(*range(7)).on(day(6 + later))
    assert (standing.count, standing.freezes, standing.best) == (count, freezes, 7)


@pytest.mark.parametrize(
    ("bridged", "count", "freezes"),
    [((), 1, 1), ((7,), 8, 0), ((8,), 8, 0), ((7, 8), 8, 1), ((5, 6, 9), 1, 1)],
)
def test_bridged_days_need_no_freeze(bridged, count, freezes):
    streak = days(*range(7)).after(day(9), {day(number) for number in bridged})  # 7 and 8 are missed
    assert (streak.count, streak.freezes) == (count, freezes)


@given(DAYS)
def test_a_streak_never_exceeds_the_days_that_counted(offsets):
    streak = days(*offsets)
    counted = [new for new, before in zip(offsets, [-1, *_highest(offsets)], strict=False) if new > before]
    assert streak.days == len(counted)
    assert streak.count <= streak.best <= streak.days
    assert 0 <= streak.freezes <= min(MOST_FREEZES, streak.days // FREEZE_EVERY)


@given(DAYS)
def test_a_date_never_counts_twice(offsets):
    twice = [offset for offset in offsets for _ in range(2)]
    assert days(*twice) == days(*offsets)


@given(DAYS, st.integers(0, 150))
def test_looking_changes_nothing_that_counting_would_not(offsets, later):
    streak = days(*offsets)
    standing = streak.on(day(later))
    assert standing.on(day(later)).count <= standing.count
    if streak.last is not None and day(later) > streak.last:
        assert streak.after(day(later)).count == standing.count + 1


@given(st.lists(st.integers(0, 60), max_size=40, unique=True).map(sorted))
def test_practising_a_day_more_never_shortens_the_best(offsets):
    assert days(*offsets, 61).best >= days(*offsets).best


@given(st.integers(1, 40))
def test_a_gap_is_all_the_dates_between(missed):
    between = gap(MONDAY, day(missed + 1))
    assert list(between) == [day(number) for number in range(1, missed + 1)]


# Amnesty. Times are hours since the missed day began; the bot was up but for these times.


def hours(first: date, zone: str, number: float) -> datetime:
    return day_bounds(first, zone)[0] + timedelta(hours=number)


def up_but(first: date, zone: str, *away: tuple[float, float], since: float = -24 * 30) -> list[Span]:
    """When the bot was up from `since` on, if it was away at these times."""
    edges = [since, *(edge for out in away for edge in out), 24 * 30]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(hours(first, zone, start), hours(first, zone, end)) for start, end in pairs]


@pytest.mark.parametrize(
    ("away", "missed", "forgiven"),
    [
        ([], 1, []),
        ([(5, 7)], 1, []),  # two hours are not over two hours
        ([(5, 7.01)], 1, [0]),
        ([(5, 6), (10, 11.5)], 1, [0]),  # it adds up
        ([(-2, 2)], 1, []),  # over the turn of the day: two hours are in the missed one
        ([(-2, 2.01)], 1, [0]),
        ([(-1.5, 1.5), (22.5, 25.5)], 1, [0]),  # one and a half at either end
        ([(0, 24)], 1, [0]),
        ([(0, 48)], 2, [0, 1]),
        ([(0, 72)], 3, [0, 1]),  # two in a row at most
        ([(0, 96)], 4, [0, 1]),  # the fourth follows a week with three bad days
        ([(0, 3), (48, 51)], 3, [0, 2]),  # two outages, a quiet day between them
        ([(0, 3), (24, 27), (48, 51), (72, 75)], 4, [0, 1, 3]),
        ([(-16.8, 0), (5, 8)], 1, [0]),  # 16.8 of the 168 hours before: it was up 90 % of the time
        ([(-16.9, 0), (5, 8)], 1, []),
        ([(-200, -168), (5, 8)], 1, [0]),  # older troubles are forgotten
    ],
)
def test_amnesty(away, missed, forgiven):
    dates = [day(number) for number in range(missed)]
    assert amnesty(dates, "UTC", up_but(MONDAY, "UTC", *away)) == {day(number) for number in forgiven}


def test_a_sleeping_laptop_owes_nobody_a_day():
    nights = [(24 * number + 14, 24 * number + 24) for number in range(-20, 1)]
    assert amnesty([MONDAY], "UTC", up_but(MONDAY, "UTC", *nights)) == frozenset()


@pytest.mark.parametrize(("since", "forgiven"), [(-24, False), (-151, False), (-152, True)])
def test_a_fresh_installation_owes_nobody_a_day_either(since, forgiven):
    # 90 % of a week are 151.2 hours.
    assert bool(amnesty([MONDAY], "UTC", up_but(MONDAY, "UTC", (5, 9), since=since))) is forgiven


def test_a_bot_that_never_was_there_forgives_nothing():
    assert amnesty([MONDAY], "UTC", []) == frozenset()


@pytest.mark.parametrize(
    ("first", "length"),
    [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 3, 27), 24)],
)
def test_days_of_23_and_25_hours_are_taken_as_they_are(first, length):
    berlin = "Europe/Berlin"
    start, end = day_bounds(first, berlin)
    assert (end - start) == timedelta(hours=length)
    assert amnesty([first], berlin, up_but(first, berlin, (length - 2, length))) == frozenset()
    assert amnesty([first], berlin, up_but(first, berlin, (length - 2.01, length))) == {first}
    # What happens after the day has ended is another day's.
    assert amnesty([first], berlin, up_but(first, berlin, (length - 2, length + 5))) == frozenset()


SPANS = st.lists(st.tuples(st.integers(-400, 400), st.integers(1, 100)), max_size=12).map(
    lambda found: [
        (hours(MONDAY, "UTC", start), hours(MONDAY, "UTC", start + length)) for start, length in sorted(found)
    ]
)


@given(SPANS, st.integers(1, LONGEST_GAP))
def test_never_three_days_in_a_row(up, missed):
    forgiven = amnesty([day(number) for number in range(missed)], "UTC", up)
    for number in range(missed):
        row = {day(number + more) for more in range(AMNESTY_IN_A_ROW + 1)}
        assert not row <= forgiven


def test_what_amnesty_freezes_and_zones_bridge_together_is_looked_at_in_full():
    # Two days forgiven, then a day that something else bridges (two freezes, a date that a change of zone skips), …
    others = MOST_FREEZES + 1
    assert (others + 1) * AMNESTY_IN_A_ROW + others <= LONGEST_GAP


@pytest.mark.parametrize(
    ("score", "withheld", "counts"),
    [
        (2.0, False, True),
        (1.5, False, False),
        (0.0, False, False),
        (None, True, True),
        (None, False, False),
        (10, False, True),
    ],
)
def test_what_makes_a_day_count(score, withheld, counts):
    assert counts_for_streak(score, withheld=withheld) is counts


def test_the_turn_of_the_day_in_utc():
    assert day_bounds(MONDAY, "UTC")[0] == datetime(2026, 3, 2, 4, tzinfo=UTC)


def _highest(offsets: list[int]) -> list[int]:
    return [max(offsets[: place + 1]) for place in range(len(offsets))]
