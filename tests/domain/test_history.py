"""What a try builds on: hints, tries, reveals and points, each for as long as it is remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import Entry, History, history

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ago(kind: str, /, *, seconds: float = 0, days: float = 0, **more: float | None) -> Entry:
    return Entry(kind, NOW - timedelta(seconds=seconds, days=days), **more)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], History()),
        ([ago("asked"), ago("passed"), ago("rated")], History()),
        ([ago("hinted", hints=1), ago("hinted", hints=2)], History(stage=2, hints=2)),
        ([ago("hinted", hints=3), ago("hinted", days=1, hints=1)], History(stage=3, hints=3)),
        (
            [ago("graded", hints=4, value=3.0, points=3)],
            History(value=3, booked=3),
        ),  # its hints are told elsewhere
        ([ago("graded", value=None)], History()),  # withheld, or locked
        (
            [ago("graded", days=2, value=5.0, points=5), ago("graded", value=8.0, points=3)],
            History(value=8, booked=8),
        ),
        ([ago("graded", days=2, value=5.0, points=5), ago("graded", value=None)], History(value=5, booked=5)),
        ([ago("graded", value=0.0)], History(value=0)),
        ([ago("revealed")], History(locked=True)),
        # What came later takes nothing away …
        ([ago("hinted", seconds=-1, hints=1), ago("revealed", seconds=-1)], History()),
        # … and does not make this the second try; but nothing is paid twice.
        ([ago("graded", seconds=-1, value=5.0, points=5)], History(booked=5)),
        # A try that was graded late stands after the better ones that came before or after it.
        (
            [ago("graded", seconds=1, value=8.0, points=8), ago("graded", seconds=2, value=5.0)],
            History(value=8, booked=8),
        ),
    ],
)
def test_a_table_of_pasts(entries, expected):
    assert history(entries, NOW) == expected


@pytest.mark.parametrize("kind", ["hinted", "graded", "revealed"])
def test_thirty_days_are_remembered(kind):
    def past(moment: datetime) -> History:
        return history([Entry(kind, NOW, value=5.0 if kind == "graded" else None, hints=1)], moment)

    assert past(NOW) != History()
    assert past(NOW + timedelta(days=30) - SECOND) == past(NOW)
    assert past(NOW + timedelta(days=30)) == History()


def test_points_count_for_ninety_days():
    entries = [Entry("graded", NOW, points=7, value=7.0)]
    assert history(entries, NOW + timedelta(days=90) - SECOND) == History(booked=7)
    assert history(entries, NOW + timedelta(days=90)) == History()


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["asked", "hinted", "graded", "revealed"]),
        st.integers(-100, 100).map(lambda days: NOW + timedelta(days=days)),
        st.integers(0, 20),
        st.none() | st.floats(0, 20),
        st.integers(0, 4),
    ),
    max_size=12,
)


@given(ENTRIES, st.randoms())
def test_the_order_of_settlement_is_no_matter(entries, dice):
    shuffled = list(entries)
    dice.shuffle(shuffled)
    assert history(shuffled, NOW) == history(entries, NOW)


@given(ENTRIES)
def test_what_is_still_to_come_changes_only_what_was_booked(entries):
    so_far = [entry for entry in entries if entry.at <= NOW]
    assert (known := history(entries, NOW)).booked >= (before := history(so_far, NOW)).booked
    assert (known.hints, known.value, known.locked) == (before.hints, before.value, before.locked)
