"""What counts as having become better."""

import pytest

from bot.domain.improvement import gain


@pytest.mark.parametrize(
    ("score", "best", "earlier", "shown", "expected"),
    [
        (8.0, 5.0, True, False, 3.0),
        (8.0, None, True, False, 0.0),  # the first answer
        (4.0, 5.0, True, False, 0.0),
        (8.0, 5.0, False, False, 0.0),  # mended on the same day
        (8.0, 5.0, True, True, 0.0),  # read up
        (8.0, 0.0, True, False, 6.0),  # thrown away first: worth no more than a poor try
        (8.0, 2.0, True, False, 6.0),
        (1.5, 0.0, True, False, 0.0),
    ],
)
def test_gain(score: float, best: float | None, earlier: bool, shown: bool, expected: float):
    assert gain(score, best, earlier=earlier, shown=shown) == expected
