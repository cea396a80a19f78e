"""Days in a row."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.streak import Streak, counts_for_streak, local_day

MONDAY = date(2026, 3, 2)


def days(*offsets: int) -> Streak:
    streak = Streak()
    for offset in offsets:
        streak = streak.after(MONDAY + timedelta(days=offset))
    return streak


@pytest.mark.parametrize(
    ("offsets", "count", "best"),
    [((), 0, 0), ((0,), 1, 1), ((0, 1, 2), 3, 3), ((0, 0, 1), 2, 2), ((0, 1, 3), 1, 2), ((1, 0), 1, 1)],
)
def test_counting(offsets, count, best):
    streak = days(*offsets)
    assert (streak.count, streak.best) == (count, best)


def test_a_streak_lives_through_today_and_dies_after_a_missed_day():
    streak = days(0, 1)
    assert [streak.alive_on(MONDAY + timedelta(days=d)) for d in (1, 2, 3)] == [2, 2, 0]


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 3, 2, 3, 59, tzinfo=UTC), "UTC", date(2026, 3, 1)),
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), "UTC", date(2026, 3, 2)),
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 1)),
        (datetime(2026, 3, 2, 22, 15, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 3)),
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),  # 04:00 after the gap
    ],
)
def test_the_day_starts_at_four_local_time(moment, zone, day):
    assert local_day(moment, zone) == day


@pytest.mark.parametrize(
    ("score", "withheld", "counts"),
    [(2.0, False, True), (1.5, False, False), (None, True, True), (None, False, False), (10, False, True)],
)
def test_what_makes_a_day_count(score, withheld, counts):
    assert counts_for_streak(score, withheld=withheld) is counts
