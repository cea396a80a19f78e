"""When a daily question is due, above all around every change of the clocks."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import EVERY_DAY, FIRST_WAIT, LONGEST_WAIT, Occurrence, Timetable, wait_before

TICK, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)
AROUND = 150 * DAY  # what is looked at before and after those years
APART = 10 * DAY  # no zone changes its clock twice within so many days
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

CHANGING = (
    "Africa/Cairo", "Africa/Casablanca", "America/Adak", "America/Anchorage", "America/Asuncion", "America/Chicago",
    "America/Havana", "America/Miquelon", "America/New_York", "America/Nuuk", "America/Santiago", "America/Scoresbysund",
    "America/St_Johns", "Antarctica/Macquarie", "Antarctica/Troll", "Asia/Almaty", "Asia/Beirut", "Asia/Famagusta",
    "Asia/Gaza", "Asia/Jerusalem", "Atlantic/Azores", "Atlantic/Canary", "Australia/Adelaide", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Berlin", "Europe/Dublin", "Europe/Helsinki", "Europe/Lisbon", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Easter", "Pacific/Norfolk",
)  # fmt: skip
STEADY = (
    "UTC", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Asia/Yangon", "Australia/Eucla", "Pacific/Kiritimati",
    "Pacific/Marquesas", "Pacific/Pago_Pago",
)  # fmt: skip


# Cases. Where it is due is written as the wall clock shows it, with its offset.


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        # Nothing special
        ("UTC", "2026-03-02", "09:00", "2026-03-02 09:00+00:00"),
        ("Asia/Kolkata", "2026-03-02", "04:00", "2026-03-02 04:00+05:30"),
        ("Asia/Kathmandu", "2026-03-02", "05:44", "2026-03-02 05:44+05:45"),
        ("Pacific/Kiritimati", "2026-03-02", "00:00", "2026-03-02 00:00+14:00"),
        ("Pacific/Pago_Pago", "2026-03-02", "23:59", "2026-03-02 23:59-11:00"),
        # A gap
        ("Europe/Berlin", "2024-03-30", "02:30", "2024-03-30 02:30+01:00"),
        ("Europe/Berlin", "2024-03-31", "01:59", "2024-03-31 01:59+01:00"),
        ("Europe/Berlin", "2024-03-31", "02:00", "2024-03-31 03:00+02:00"),
        ("Europe/Berlin", "2024-03-31", "02:30", "2024-03-31 03:30+02:00"),
        ("Europe/Berlin", "2024-03-31", "03:00", "2024-03-31 03:00+02:00"),
        ("Europe/Berlin", "2024-04-01", "02:30", "2024-04-01 02:30+02:00"),
        ("America/New_York", "2024-03-10", "02:30", "2024-03-10 03:30-04:00"),
        ("Australia/Lord_Howe", "2024-10-06", "02:10", "2024-10-06 02:40+11:00"),  # half an hour
        ("Australia/Lord_Howe", "2024-10-06", "02:30", "2024-10-06 02:30+11:00"),
        ("Pacific/Chatham", "2024-09-29", "03:00", "2024-09-29 04:00+13:45"),
        ("Antarctica/Troll", "2024-03-31", "01:30", "2024-03-31 03:30+02:00"),  # two hours
        # A gap that begins at midnight, or ends there
        ("Africa/Cairo", "2024-04-26", "00:00", "2024-04-26 01:00+03:00"),
        ("Asia/Beirut", "2024-03-31", "00:59", "2024-03-31 01:59+03:00"),
        ("America/Havana", "2024-03-10", "00:30", "2024-03-10 01:30-04:00"),
        ("America/Santiago", "2024-09-08", "00:15", "2024-09-08 01:15-03:00"),
        ("Atlantic/Azores", "2024-03-31", "00:00", "2024-03-31 01:00+00:00"),
        ("America/Nuuk", "2024-03-30", "22:59", "2024-03-30 22:59-02:00"),
        ("America/Nuuk", "2024-03-30", "23:30", "2024-03-31 00:30-01:00"),  # it is still the thirtieth's
        ("America/Nuuk", "2024-03-31", "00:00", "2024-03-31 00:00-01:00"),
        # A fold
        ("Europe/Berlin", "2024-10-27", "01:59", "2024-10-27 01:59+02:00"),
        ("Europe/Berlin", "2024-10-27", "02:00", "2024-10-27 02:00+02:00"),
        ("Europe/Berlin", "2024-10-27", "02:59", "2024-10-27 02:59+02:00"),
        ("Europe/Berlin", "2024-10-27", "03:00", "2024-10-27 03:00+01:00"),
        ("Australia/Lord_Howe", "2024-04-07", "01:29", "2024-04-07 01:29+11:00"),
        ("Australia/Lord_Howe", "2024-04-07", "01:30", "2024-04-07 01:30+11:00"),
        ("Australia/Lord_Howe", "2024-04-07", "02:00", "2024-04-07 02:00+10:30"),
        ("Pacific/Chatham", "2024-04-07", "03:00", "2024-04-07 03:00+13:45"),
        ("Antarctica/Troll", "2024-10-27", "01:30", "2024-10-27 01:30+02:00"),
        # A fold that begins at midnight, or ends there
        ("Atlantic/Azores", "2024-10-27", "00:30", "2024-10-27 00:30+00:00"),
        ("America/Havana", "2024-11-03", "00:30", "2024-11-03 00:30-04:00"),
        ("Africa/Cairo", "2024-10-31", "23:30", "2024-10-31 23:30+03:00"),
        ("Africa/Cairo", "2024-11-01", "00:00", "2024-11-01 00:00+02:00"),
        ("America/Nuuk", "2024-10-26", "23:30", "2024-10-26 23:30-01:00"),
        ("America/Santiago", "2024-04-06", "23:00", "2024-04-06 23:00-03:00"),
        ("America/St_Johns", "2010-11-07", "00:00", "2010-11-07 00:00-02:30"),  # at 00:01 back to the sixth
        # Clocks that are set once and for all
        ("Asia/Almaty", "2024-02-29", "23:30", "2024-02-29 23:30+06:00"),
        ("Asia/Almaty", "2024-03-01", "00:00", "2024-03-01 00:00+05:00"),
    ],
)
def test_when_a_day_is_due(zone, day, at, due):
    expected = datetime.fromisoformat(due)
    assert expected.astimezone(ZoneInfo(zone)).utcoffset() == expected.utcoffset(), "the case itself"
    moment = Timetable(zone, time.fromisoformat(at)).moment(date.fromisoformat(day))
    assert (moment, moment.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("zone", "at", "days", "now", "last", "next_day"),
    [
        ("UTC", "09:00", EVERY_DAY, "2026-03-02 08:59:59+00:00", "03-01", "03-02"),
        ("UTC", "09:00", EVERY_DAY, "2026-03-02 09:00+00:00", "03-02", "03-03"),
        ("UTC", "09:00", {MON}, "2026-03-02 08:59:59+00:00", "02-23", "03-02"),
        ("UTC", "09:00", {MON}, "2026-03-02 09:00+00:00", "03-02", "03-09"),
        ("UTC", "09:00", {SUN}, "2026-03-02 09:00+00:00", "03-01", "03-08"),
        # Its weekday is the one there
        ("Pacific/Kiritimati", "09:00", {MON}, "2026-03-01 19:00+00:00", "03-02", "03-09"),
        ("Pacific/Pago_Pago", "20:00", {MON}, "2026-03-03 07:00+00:00", "03-02", "03-09"),
        # Inside a gap's hour, and inside a fold's
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-03-31 03:29:59+02:00", "03-30", "03-31"),
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-03-31 03:30+02:00", "03-31", "04-01"),
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-10-27 02:29:59+02:00", "10-26", "10-27"),
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-10-27 02:30+02:00", "10-27", "10-28"),
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-10-27 02:10+01:00", "10-27", "10-28"),
        ("Europe/Berlin", "02:30", EVERY_DAY, "2024-10-27 02:30+01:00", "10-27", "10-28"),
        # Due on the day after its own
        ("America/Nuuk", "23:30", EVERY_DAY, "2024-03-31 00:29:59-01:00", "03-29", "03-30"),
        ("America/Nuuk", "23:30", EVERY_DAY, "2024-03-31 00:30-01:00", "03-30", "03-31"),
        ("America/Nuuk", "23:30", {SAT}, "2024-03-31 00:29:59-01:00", "03-23", "03-30"),
        # The clocks go back to the day before
        ("America/St_Johns", "00:00", EVERY_DAY, "2010-11-06 23:59:59-02:30", "11-06", "11-07"),
        ("America/St_Johns", "00:00", EVERY_DAY, "2010-11-06 23:01-03:30", "11-07", "11-08"),
        ("America/St_Johns", "00:00", {SUN}, "2010-11-06 23:59-03:30", "11-07", "11-14"),
    ],
)
def test_the_last_one_and_the_next(zone, at, days, now, last, next_day):
    table, moment = Timetable(zone, time.fromisoformat(at), frozenset(days)), datetime.fromisoformat(now)
    assert [f"{one.day:%m-%d}" for one in (table.last(moment), table.next(moment))] == [last, next_day]


@pytest.mark.parametrize(
    ("days", "without", "upcoming"),
    [
        (EVERY_DAY, (), ["03-02", "03-03", "03-04", "03-05"]),
        (EVERY_DAY, ("2026-03-02", "2026-03-04"), ["03-03", "03-05", "03-06", "03-07"]),
        ({MON, FRI}, (), ["03-02", "03-06", "03-09", "03-13"]),
        ({MON, FRI}, ("2026-03-06", "2026-03-07"), ["03-02", "03-09", "03-13", "03-16"]),
        ({TUE}, ("2026-02-24", "2026-03-03"), ["03-10", "03-17", "03-24", "03-31"]),
        ({WED, THU, SAT}, (), ["03-04", "03-05", "03-07", "03-11"]),
    ],
)
def test_upcoming(days, without, upcoming):
    table = Timetable("Australia/Sydney", time(9), frozenset(days))
    found = table.upcoming(
        datetime(2026, 3, 1, 12, tzinfo=UTC), 4, frozenset(date.fromisoformat(day) for day in without)
    )
    assert [f"{one.day:%m-%d}" for one in found] == upcoming


# Every change of the clocks from 2024 to 2032


@dataclass(frozen=True)
class Change:
    """At `moment` (UTC) the zone's offset becomes another one."""

    zone: str
    moment: datetime
    before: timedelta
    after: timedelta

    @property
    def settled(self) -> datetime:
        """The wall clock from which on only the new offset counts, written as if it were UTC: the end of gap or fold."""
        return self.moment + max(self.before, self.after)

    @property
    def leap(self) -> timedelta:
        """How far the clocks go forward; negative if they go back."""
        return self.after - self.before

    @property
    def middle(self) -> datetime:
        """The wall clock in the middle of the gap or the fold, written as if it were UTC."""
        return self.settled - abs(self.leap) / 2


def minutes(number: int) -> time:
    return time(number // 60 % 24, number % 60)


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


@cache
def changes(name: str) -> tuple[Change, ...]:
    """All changes of the zone's clock, found by looking at it."""
    zone, found = ZoneInfo(name), list[Change]()
    looks = [START - AROUND + number * APART for number in range((END - START + 2 * AROUND) // APART + 1)]
    for early, late in pairwise((look, offset(zone, look)) for look in looks):
        if early[1] == late[1]:
            continue
        low, high = early[0], late[0]
        while high - low > MINUTE:
            middle = low + (high - low) // 2 // MINUTE * MINUTE
            low, high = (middle, high) if offset(zone, middle) == early[1] else (low, middle)
        found.append(Change(name, high, early[1], late[1]))
    return tuple(found)


CHANGES = [change for zone in CHANGING for change in changes(zone) if START <= change.moment < END]


@cache
def clocks(name: str) -> tuple[list[datetime], list[timedelta]]:
    """The wall clocks at which the zone settles for another offset, and the offsets before, between and after."""
    found = changes(name)
    first = offset(ZoneInfo(name), START - AROUND)
    return [change.settled for change in found], [first, *(change.after for change in found)]


def expected(name: str, day: date, at: time) -> datetime:
    """RFC 5545 by offsets alone: in a gap, and the first time in a fold, the one before the change counts."""
    wall = datetime.combine(day, at, UTC)
    settled, offsets = clocks(name)
    return wall - offsets[bisect_right(settled, wall)]


@cache
def around(change: Change, at: time, days: int, weekdays: frozenset[int] = EVERY_DAY) -> list[Occurrence]:
    """What is due so many days before and after the change, as it should be."""
    middle = change.middle.date()
    dates = (middle + number * DAY for number in range(-days, days + 1))
    return [Occurrence(expected(change.zone, day, at), day) for day in dates if day.weekday() in weekdays]


def before(at: time) -> time:
    return minutes(at.hour * 60 + at.minute - 1)


def critical(change: Change) -> tuple[time, time, time]:
    """When the gap or fold begins, its middle, and when it ends."""
    return (change.settled - abs(change.leap)).time(), change.middle.time(), change.settled.time()


@cache
def cases() -> tuple[tuple[Change, time], ...]:
    """Every change with its critical times, those a minute away, and one that is far away from most."""
    return tuple(
        (change, at)
        for change in CHANGES
        for begin, middle, end in [critical(change)]
        for at in (before(begin), begin, middle, before(end), end, time(9))
    )


def test_the_changes_are_of_all_kinds():
    assert len({change.zone for change in CHANGES}) >= 25
    assert not any(changes(zone) for zone in STEADY)
    leaps = {change.leap for change in CHANGES}
    assert {kind * MINUTE for kind in (-120, -60, -30, 30, 60, 120)} <= leaps
    for zone in CHANGING:
        assert all(two.moment - one.moment > 2 * APART for one, two in pairwise(changes(zone)))
    edges = {(change.leap > timedelta(), change.settled.time()) for change in CHANGES}
    assert {(True, time(0)), (True, time(1)), (False, time(0)), (False, time(1))} <= edges


def test_every_day_around_every_change_has_one_occurrence_where_it_belongs():
    for change, at in cases():
        right = around(change, at, 3)
        found = list(islice(Timetable(change.zone, at).after(right[0].at - TICK), len(right)))
        assert found == right, (change, at)
        assert all(one.at < following.at for one, following in pairwise(found)), (change, at)


def test_days_are_24_hours_but_for_the_one_on_which_the_clocks_are_changed():
    for change, at in cases():
        table = Timetable(change.zone, at)
        moments = [table.moment(one.day) for one in around(change, at, 3)]
        lengths = sorted(
            (following - one for one, following in pairwise(moments)), key=lambda one: one == DAY
        )
        assert lengths == [DAY - change.leap] + [DAY] * 5, (change, at)


def test_the_wall_clock_shows_the_time_of_the_timetable_but_in_a_gap():
    for change, at in cases():
        zone = ZoneInfo(change.zone)
        for due in around(change, at, 2):
            local = Timetable(change.zone, at).moment(due.day).astimezone(zone)
            wall = datetime.combine(due.day, at, UTC)
            jumped = change.settled - change.leap <= wall < change.settled
            shown = wall + change.leap if jumped else wall
            assert (local.replace(tzinfo=UTC), local.fold) == (shown, 0), (change, at, due)


def test_the_last_and_the_next_around_every_change():
    for change, at in ((one, at) for one in CHANGES for at in critical(one)):
        table, right = Timetable(change.zone, at), around(change, at, 3)
        due, half = right[3].at, abs(change.leap) / 2
        for moment in (change.moment - half, change.moment, change.moment + half, due - TICK, due):
            place = bisect_right(right, moment, key=lambda one: one.at)
            found = table.last(moment), table.next(moment)
            assert found == (right[place - 1], right[place]), (change, at, moment)


# Any timetable


# Any time of day, and rather often one in or near the hours that come twice or never.
SITUATIONS = st.sampled_from(CHANGES).flatmap(
    lambda change: st.tuples(
        st.just(change),
        st.integers(0, 24 * 60 - 1).map(minutes)
        | st.integers(-150, 150).map(
            lambda off: (change.middle + off * MINUTE).time().replace(second=0, microsecond=0)
        ),
    )
)
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
OFFS = st.timedeltas(-8 * DAY, 8 * DAY) | st.timedeltas(-3 * HOUR, 3 * HOUR)


@given(SITUATIONS, WEEKDAYS, OFFS)
def test_the_last_is_the_greatest_and_the_next_the_smallest(situation, weekdays, off):
    change, at = situation
    table, right = Timetable(change.zone, at, weekdays), around(change, at, 20, weekdays)
    for moment in (change.moment + off, *(one.at for one in right[1:-1:3])):
        assert table.last(moment) == max(one for one in right if one.at <= moment)
        assert table.next(moment) == min(one for one in right if one.at > moment)


@given(SITUATIONS, WEEKDAYS, OFFS, st.frozensets(st.integers(-20, 20)), st.integers(0, 5))
def test_upcoming_is_what_comes_but_for_what_is_left_out(situation, weekdays, off, left_out, number):
    change, at = situation
    moment = change.moment + off
    without = frozenset(change.moment.date() + more * DAY for more in left_out)
    found = Timetable(change.zone, at, weekdays).upcoming(moment, number, without)
    coming = (one for one in around(change, at, 60, weekdays) if one.at > moment and one.day not in without)
    assert found == list(islice(coming, number))
    assert all(one.day.weekday() in weekdays for one in found)


@given(
    st.sampled_from(CHANGING + STEADY),
    st.integers(0, 24 * 60 - 1).map(minutes),
    WEEKDAYS,
    st.dates(START.date(), END.date()),
)
def test_every_day_of_the_week_that_is_wanted_comes_once_and_no_other(zone, at, weekdays, first):
    table = Timetable(zone, at, weekdays)
    found = list(islice(table.after(expected(zone, first, at) - TICK), 20))
    wanted = (first + number * DAY for number in range(7 * 20))
    assert [one.day for one in found] == list(
        islice((day for day in wanted if day.weekday() in weekdays), 20)
    )
    assert [one.at for one in found] == [expected(zone, one.day, at) for one in found]


@given(st.sampled_from(STEADY), st.integers(0, 24 * 60 - 1).map(minutes), st.dates(START.date(), END.date()))
def test_a_clock_that_is_never_changed(zone, at, day):
    table = Timetable(zone, at)
    moment = table.moment(day)
    assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) == datetime.combine(day, at, UTC)
    assert table.today(moment) == day
    assert [table.last(moment).at, table.next(moment - TICK).at, table.next(moment).at - DAY] == [moment] * 3


# After a failure


def test_waiting_doubles_until_it_is_long_enough():
    waits = [wait_before(tries) for tries in range(1, 200)]
    assert waits[0] == FIRST_WAIT
    for one, following in pairwise(waits):
        assert following == min(2 * one, LONGEST_WAIT)
    assert waits[-1] == LONGEST_WAIT


@given(st.integers(1))
def test_no_number_of_failures_waits_longer(tries):
    assert FIRST_WAIT <= wait_before(tries) <= LONGEST_WAIT
