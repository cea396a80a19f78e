"""The sums of the benchmark of mock interviews. How fast anything is, no test asks."""

from benchmarks.interviews.page import goals, page
from benchmarks.interviews.run import Figures
from benchmarks.interviews.size import TINY


def figures(slowest: float = 0.5, latest: float = 1.0, lost: int = 0, refused: int = 0) -> Figures:
    """A run with these worst cases."""
    return Figures(
        sessions=2,
        seconds={"start": [0.1, 0.2], "answer": [0.1, slowest]},
        reveals=[0.2, latest],
        answers=2,
        lost=lost,
        refused=refused,
        wall=60.0,
        processor=6.0,
        memory=(90.0, 95.0),
    )


def test_goals_look_at_the_worst_case():
    assert [goal.met for goal in goals(figures())] == [True] * 4
    assert [goal.met for goal in goals(figures(1.1, 2.1, 1, 1))] == [False] * 4


def test_the_page_says_what_was_measured():
    text = page(figures(latest=2.5), TINY, "a machine", "today", 0.0)
    assert text.count("**FAIL**") == 1
    assert "2 answers in 60 s; the bot took 10% of a core" in text
