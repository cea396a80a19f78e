"""Local days from 04:00 to 04:00, and what a change of zone does to them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zone import (
    CHANGE_EVERY,
    ZoneChange,
    ZoneChoice,
    day_bounds,
    local_day,
    skipped_date,
    skipped_dates,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, YEARS = datetime(2025, 1, 1, tzinfo=UTC), 4


def offsets(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """The zone's clock, day by day."""
    return tuple((FIRST + number * DAY).astimezone(zone).utcoffset() for number in range(365 * YEARS))


# Most of the 600 names are the same clock as another one in these years.
ZONES = sorted({offsets(ZoneInfo(name)): name for name in sorted(available_timezones())}.values())


@cache
def turns(name: str) -> Sequence[datetime]:
    """A moment on each day on which the zone's clock is changed."""
    days = pairwise(offsets(ZoneInfo(name)))
    return [FIRST + number * DAY for number, (one, following) in enumerate(days) if one != following]


CHANGES_OF_CLOCK = sorted({FIRST, *(moment for name in ZONES for moment in turns(name))})

cached_day_bounds = cache(day_bounds)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 3, 2, 3, 59, tzinfo=UTC), "UTC", date(2026, 3, 1)),
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), "UTC", date(2026, 3, 2)),
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 1)),
        (datetime(2026, 3, 2, 22, 14, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 2)),
        (datetime(2026, 3, 2, 22, 15, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 3)),
        (datetime(2026, 3, 29, 1, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 28)),
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),  # 04:00 after the gap
        (datetime(2026, 10, 25, 2, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 24)),
        (
            datetime(2026, 10, 25, 3, 0, tzinfo=UTC),
            "Europe/Berlin",
            date(2026, 10, 25),
        ),  # 04:00 after the fold
    ],
)
def test_the_day_starts_at_four_local_time(moment, zone, day):
    assert local_day(moment, zone) == day


def test_every_day_of_every_zone_begins_where_the_one_before_ends():
    for zone in ZONES:
        for moment in [FIRST, *turns(zone)]:
            first = local_day(moment, zone) - 2 * DAY
            for day in (first + number * DAY for number in range(5)):
                start, end = day_bounds(day, zone)
                assert [local_day(one, zone) for one in (start - TICK, start, end - TICK, end)] == [
                    day - DAY,
                    day,
                    day,
                    day + DAY,
                ], (zone, day)
                assert 22 * HOUR <= end - start <= 26 * HOUR, (zone, day)  # two hours at Troll in Antarctica


# Changes of zone


def check_change(old: str, new: str, now: datetime) -> None:
    """The change is in force from somebody's 04:00 on, skips one date at most, and brings no earlier one back."""
    choice = ZoneChoice(old).changed(new, now)
    at, day = choice.next_at, local_day(now, old)
    assert at is not None
    assert now < at
    assert at in {cached_day_bounds(day, old)[1], cached_day_bounds(day, new)[0]}
    assert (
        at - cached_day_bounds(day, old)[1] <= 3 * HOUR
    )  # the zones farthest apart, when one has changed its clock
    assert [choice.at(now), choice.at(at - TICK), choice.at(at)] == [old, old, new]
    before, after = local_day(at - TICK, old), local_day(at, new)
    assert day <= after <= before + 2 * DAY
    skipped = skipped_date(old, new, at)
    assert skipped == (before + DAY if after == before + 2 * DAY else None)


def test_every_pair_of_zones_whenever_a_clock_is_changed():
    """Each pair on the days on which the clocks of either are changed, and on the first of all days."""
    for old in ZONES:
        for new in ZONES:
            if old == new:
                continue
            moments = {FIRST, *turns(old), *turns(new)}
            for moment in moments:
                check_change(old, new, moment)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES_OF_CLOCK),
    st.timedeltas(-2 * DAY, 2 * DAY),
)
def test_any_pair_of_zones_at_any_moment_of_some_years(old, new, around, off):
    if old != new:
        check_change(old, new, around + off)


@given(
    st.lists(st.tuples(st.integers(0, 24 * 20), st.sampled_from(ZONES)), max_size=12),
    st.sampled_from(CHANGES_OF_CLOCK),
)
def test_however_one_hops_there_are_no_more_dates_than_the_calendar_has(hops, start):
    """A member who acts every hour, and changes zone whenever that is allowed."""
    choice, now = ZoneChoice(), start
    dates: set[date] = set()
    wishes = dict(hops)
    length = 24 * 40
    for hour in range(length):
        now = start + hour * HOUR
        if hour in wishes and choice.free_from(now) is None:
            choice = choice.changed(wishes[hour], now)
        dates.add(local_day(now, choice.at(now)))
    # Between the first zone and the last lie 26 hours at most, so two dates more than days can begin.
    assert len(dates) <= length // 24 + 1 + 2


@pytest.mark.parametrize(
    ("old", "new", "skipped"),
    [
        ("UTC", "Asia/Tokyo", None),
        ("UTC", "Pacific/Kiritimati", None),
        ("Pacific/Pago_Pago", "Asia/Tokyo", None),  # 20 hours
        ("Pacific/Pago_Pago", "Pacific/Tongatapu", date(2026, 3, 3)),  # 24 hours
        ("Pacific/Pago_Pago", "Pacific/Kiritimati", date(2026, 3, 3)),  # 25 hours
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", None),
    ],
)
def test_a_skipped_date(old, new, skipped):
    choice = ZoneChoice(old).changed(new, datetime(2026, 3, 2, 22, tzinfo=UTC))
    assert choice.next_at
    day = skipped_date(old, new, choice.next_at)
    assert day == skipped


def change(made: float, at: float, skipped: date | None) -> ZoneChange:
    return ZoneChange(NOW + made * HOUR, NOW + at * HOUR, skipped)


DATE = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ([], set()),
        ([change(0, 10, None)], set()),
        ([change(0, 10, DATE)], {DATE}),
        ([change(0, 10, DATE), change(200, 210, DATE + 9 * DAY)], {DATE, DATE + 9 * DAY}),
        ([change(0, 10, DATE), change(5, 10, None)], set()),  # corrected in time
        ([change(0, 10, DATE), change(5, 10, None), change(6, 10, DATE)], {DATE}),
        ([change(5, 10, None), change(0, 10, DATE)], set()),  # in whatever order they are told
        ([change(0, 10, DATE), change(10, 20, None)], {DATE}),  # too late: it was in force
    ],
)
def test_a_change_that_was_corrected_in_time_never_happened(changes, skipped):
    assert skipped_dates(changes) == skipped


def test_the_first_choice_is_free_and_the_next_waits_seven_days():
    choice = ZoneChoice()
    assert choice.free_from(NOW) is None
    choice = choice.changed("Asia/Tokyo", NOW)
    assert choice.next_at is not None
    assert choice.next_at == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert choice.free_from(NOW + HOUR) is None  # still to come: it may be corrected
    assert choice.free_from(choice.next_at) == NOW + 7 * DAY
    assert choice.free_from(NOW + 7 * DAY - TICK) == NOW + 7 * DAY
    assert choice.free_from(NOW + 7 * DAY) is None


def test_a_correction_starts_from_the_zone_that_is_in_force():
    corrected = ZoneChoice().changed("Asia/Tokyo", NOW).changed("Europe/Berlin", NOW + HOUR)
    assert corrected == ZoneChoice("UTC", "Europe/Berlin", datetime(2026, 3, 3, 4, tzinfo=UTC), NOW + HOUR)
    taken_back = corrected.changed("UTC", NOW + 2 * HOUR)
    assert taken_back == ZoneChoice("UTC", chosen_at=NOW + 2 * HOUR - CHANGE_EVERY)
    assert taken_back.free_from(NOW + 2 * HOUR) is None  # it was no change
