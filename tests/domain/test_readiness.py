"""Readiness by area, and the questions that would move it most."""

from bot.domain.question import KeyPoint, Level, Question
from bot.domain.readiness import ENOUGH, GOOD, moves, readiness


def question(name: str, area: str = "vision", level: Level = Level.BASIC) -> Question:
    return Question(name, area, name.title(), level, "?", "!", (KeyPoint("a", "A."),), area.title())


VISION = [question(f"v{number}") for number in range(8)]
MATHS = [question(f"m{number}", "maths") for number in range(3)]


def shares(best: dict[str, float]) -> dict[str, float]:
    return {one.title: round(one.share, 3) for one in readiness([*VISION, *MATHS], best)}


def test_an_area_counts_in_full_from_some_questions_on():
    assert shares({}) == {}
    for number in range(1, 9):
        best = {f"v{place}": 10.0 for place in range(number)}
        assert shares(best) == {"Vision": min(1.0, number / ENOUGH)}
    assert shares({f"m{place}": 5.0 for place in range(3)}) == {"Maths": 0.5}  # it has no more


def test_the_readiest_come_first_and_harder_questions_weigh_more():
    found = readiness([*VISION, *MATHS], {"v0": 10.0, "m0": 10.0, "m1": 10.0})
    assert [(one.title, one.graded, one.questions) for one in found] == [("Maths", 2, 3), ("Vision", 1, 8)]
    mixed = [question("easy"), question("hard", level=Level.ADVANCED)]
    (one,) = readiness(mixed, {"easy": 10.0, "hard": 0.0})
    assert round(one.share, 3) == round(10 / 30, 3)


def test_what_has_left_the_bank_counts_nowhere():
    assert shares({"gone": 10.0}) == {}


def test_the_best_moves_are_in_areas_that_were_begun():
    found = moves([*VISION, *MATHS], {"v0": 1.0}, 3)
    assert [one.question.area for one in found] == ["vision"] * 3
    assert found[0].before < found[0].after == found[1].before < found[1].after
    # With all of an area tried, the weakest is worth most.
    best = {f"m{place}": score for place, score in enumerate((7.0, 2.0, 9.0))}
    assert [one.question.id for one in moves(MATHS, best, 3)] == ["m1", "m0"]
    assert moves(MATHS, dict.fromkeys(("m0", "m1", "m2"), GOOD), 3) == []


def test_who_has_not_begun_is_shown_easy_questions_of_several_areas():
    hard = [question(f"x{number}", "x", Level.ADVANCED) for number in range(4)]
    found = moves([*hard, question("y", "x"), *VISION], {}, 2)
    assert [one.question.level for one in found] == [Level.BASIC] * 2
    assert len({one.question.area for one in found}) == 2
