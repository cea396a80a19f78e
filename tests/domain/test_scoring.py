"""What grades are worth, as a table of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.question import Level
from bot.domain.scoring import places, points_to_book, value_of_try


@pytest.mark.parametrize(
    ("level", "score", "before", "value"),
    [
        (Level.BASIC, 10, None, 10),
        (Level.INTERMEDIATE, 7, None, 10.5),
        (Level.ADVANCED, 5, None, 10),
        (Level.BASIC, 10, 5, 8),  # 60 % of the gap of 5
        (Level.BASIC, 3, 5, 5),  # a worse try takes nothing away
        (Level.BASIC, 0, None, 0),
    ],
)
def test_value_of_a_try(level, score, before, value):
    assert value_of_try(level, score, before) == pytest.approx(value)


@pytest.mark.parametrize(
    ("value", "booked", "points"),
    [(10.5, 0, 11), (10.4999, 0, 10), (8.0, 5, 3), (8.0, 8, 0), (3.0, 10, 0), (0.5, 0, 1), (2.5, 0, 3)],
)
def test_points_round_half_up_and_never_go_below_zero(value, booked, points):
    assert points_to_book(value, booked) == points


@given(st.lists(st.floats(0, 10), min_size=1, max_size=20), st.sampled_from(list(Level)))
def test_no_series_of_tries_is_worth_more_than_one_perfect_try(scores, level):
    value, booked = None, 0
    for score in scores:
        value = value_of_try(level, score, value)
        booked += points_to_book(value, booked)
    assert booked <= points_to_book(value_of_try(level, 10, None), 0)


def test_ties_share_a_rank():
    board = places([(1, "a", 5), (2, "b", 9), (3, "c", 5), (4, "d", 1)])
    assert [(place.rank, place.name) for place in board] == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]
