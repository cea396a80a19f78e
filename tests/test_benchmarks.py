"""The benchmark runs, and its sums are right. How fast anything is, no test asks."""

import asyncio

import pytest

from benchmarks.figures import Cost, Figures, Memory, goals
from benchmarks.load import TINY, Level, in_flight
from benchmarks.page import COSTS, ROWS, page
from benchmarks.run import measured


def figures() -> Figures:
    """Three rounds at one level, in which everything takes 1 s but Hotseat's /ask."""
    found = Figures()
    for part in ROWS:
        for _ in range(3):
            found.add(part, 10, [1.0, 1.0])
    found.samples["Hotseat ask", 10] = [[2.0, 2.0], [2.5, 2.5], [9.0, 9.0]]
    for part in COSTS:
        found.costs[part, 10] = Cost(wall=2.0, bot=1.0, driver=0.5, count=4)
    found.memory["Hotseat"] = Memory(50.0, [(0, 60.0), (100, 70.0), (200, 71.0)])
    return found


def test_a_goal_takes_the_middle_of_its_rounds():
    ask, answer, handed_back, memory = goals(figures())
    assert (ask.measured, ask.rounds, ask.met) == (1.25, (1.0, 4.5), True)  # over a bare answer and its work
    assert (answer.measured, answer.met) == (0.25, True)
    assert (handed_back.measured, handed_back.met) == (0, True)
    assert (memory.measured, memory.met) == (1.0, True)


def test_a_missed_goal_says_so():
    slow = figures()
    slow.samples["Hotseat ask", 10] = [[3.0, 3.0]] * 3
    slow.handed_back[10] = 1
    assert [goal.met for goal in goals(slow)] == [False, True, False, True]
    assert page(slow, "a machine", "today", 0.0).count("**FAIL**") == 2


async def test_as_many_are_in_flight_as_were_asked_for():
    running, most = 0, 0
    numbers: list[int] = []

    async def once(number: int) -> float:
        nonlocal running, most
        running += 1
        most = max(most, running)
        numbers.append(number)
        while len(numbers) < 3:  # the first turn of all three tasks
            await asyncio.sleep(0)
        running -= 1
        return float(number)

    async with asyncio.timeout(10):
        assert sorted(await in_flight(Level(3, 2), once)) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert (most, sorted(numbers)) == (3, [0, 1, 2, 3, 4, 5])


@pytest.mark.soak
async def test_everything_is_measured_end_to_end():
    found = await measured(TINY)
    for level in TINY.levels:
        for part in ROWS:
            assert len(found.samples[part, level.tasks]) == TINY.rounds
            assert len(found.samples[part, level.tasks][0]) == level.tasks * level.each
        for part in COSTS:
            assert found.costs[part, level.tasks].count == level.tasks * level.each
    assert found.memory["Hotseat"].idle > found.memory["bare"].idle > 0
    assert "Hotseat: `/ask` to its card" in page(found, "a machine", "today", 0.0)
