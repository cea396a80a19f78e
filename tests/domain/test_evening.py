"""When a member's evening begins, across zones, changes of zone and days on which clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evening import BEGINS, is_evening, next_evening
from bot.domain.zone import ZoneChoice

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "begins"),
    [
        ("2026-03-02T12:00", "UTC", "2026-03-02T18:00"),
        ("2026-03-02T18:00", "UTC", "2026-03-03T18:00"),  # strictly after
        ("2026-03-02T12:00", "Asia/Kathmandu", "2026-03-02T12:15"),
        ("2026-03-02T12:15", "Asia/Kathmandu", "2026-03-03T12:15"),
        ("2026-03-28T17:30", "Europe/Berlin", "2026-03-29T16:00"),  # the night in which clocks go forward
        ("2026-10-24T16:30", "Europe/Berlin", "2026-10-25T17:00"),  # and back
    ],
)
def test_an_evening_begins_at_six_by_the_members_clock(now: str, zone: str, begins: str):
    assert next_evening(utc(now), ZoneChoice(zone)) == utc(begins)


@pytest.mark.parametrize(
    ("time", "evening"),
    [("17:59", False), ("18:00", True), ("22:59", True), ("23:00", False), ("02:00", False)],
)
def test_an_evening_ends_at_eleven(time: str, evening: bool):
    assert is_evening(utc(f"2026-03-02T{time}"), "UTC") == evening


def test_an_evening_is_that_of_the_zone_which_will_be_in_force():
    choice = ZoneChoice("UTC", "Asia/Tokyo", utc("2026-03-03T04:00"), utc("2026-03-02T19:00"))
    assert next_evening(utc("2026-03-02T19:00"), choice) == utc("2026-03-03T09:00")
    assert next_evening(utc("2026-03-02T17:00"), choice) == utc("2026-03-02T18:00")  # still in the old one


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: utc("2026-01-01T00:00") + timedelta(minutes=minutes)
    ),
    st.sampled_from(ZONES),
    st.sampled_from([None, *ZONES]),
    st.integers(0, 50),
)
def test_there_is_always_a_next_evening_soon(now: datetime, zone: str, following: str | None, hours: int):
    choice = ZoneChoice(zone)
    if following is not None and following != zone:
        choice = choice.changed(following, now - timedelta(hours=hours))
    found = next_evening(now, choice)
    assert now < found <= now + timedelta(days=3)
    assert is_evening(found, choice.at(found))
    assert (found.minute, found.second) == ((15, 0) if choice.at(found) == "Asia/Kathmandu" else (0, 0))
    assert BEGINS.hour == 18
