"""The benchmark of the daily question runs, and its sums are right. How fast anything is, no test asks."""

import pytest

from benchmarks.daily.figures import QUIET, STAGES, Figures, Load, goals, most_within, rate, windows
from benchmarks.daily.page import page
from benchmarks.daily.run import measured
from benchmarks.daily.size import TINY


def evenly(number: int, a_second: float) -> list[float]:
    """So many moments, one after the other."""
    return [100.0 + one / a_second for one in range(number)]


def figures() -> Figures:
    """A run in which all goals are met."""
    found = Figures(servers=30, again=50, posts=evenly(100, 45), closing=evenly(100, 44), growth=1.0)
    for stage in STAGES:
        for tasks in (QUIET, 5):
            found.loads[stage, tasks] = Load([1.0] * 20, wall=2.0, posts=90, bot=1.0, driver=0.5, busy=2.0)
    found.loads["posting", 5].seconds = [1.0] * 10 + [1.2] * 10
    return found


def test_a_pace_counts_what_lies_between_the_first_and_the_last():
    assert rate(evenly(91, 45)) == pytest.approx(45)
    moments = [0.0, 0.1, 0.2, 10.1, 19.9, 20.0]
    assert windows(moments, 10.0) == [0.3, 0.2]
    assert most_within(moments, 1.0) == 3
    assert most_within([0.0, 1.0], 1.0) == 1


def test_the_stages_before_and_after_are_what_posting_is_compared_with():
    found = figures()
    found.loads["before", 5].seconds, found.loads["after", 5].seconds = [1.0] * 20, [3.0] * 20
    found.loads["posting", 5].seconds = [6.0] * 20
    assert found.times(5) == (2.0, 3.0)  # 95th percentile 6 over 3, median 6 over 2


def test_goals_are_met_from_their_own_side():
    assert [goal.met for goal in goals(figures())] == [True] * 7
    bad = figures()
    bad.posts, bad.closing = evenly(100, 42), evenly(100, 42)
    bad.refused, bad.wrong, bad.unclosed, bad.growth = 1, 1, 1, 3.0
    bad.loads["posting", 5].seconds = [2.0] * 20
    assert [goal.met for goal in goals(bad)] == [False] * 7
    assert page(bad, "a machine", "today", 0.0).count("**FAIL**") == 7
    assert "**FAIL**" not in page(figures(), "a machine", "today", 0.0)


@pytest.mark.soak
async def test_everything_is_measured_end_to_end():
    found = await measured(TINY)
    assert len(found.posts) == TINY.schedules
    assert len(found.closing) == 2 * TINY.again
    assert (found.wrong, found.unclosed, found.refused) == (0, 0, 0)
    for stage in STAGES:
        for tasks in TINY.in_flight:
            assert found.loads[stage, tasks].seconds
    assert list(found.start.values()) == sorted(found.start.values())
    assert "posting begins" in page(found, "a machine", "today", 0.0)
