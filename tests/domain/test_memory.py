"""What a first try says about the memory of a question, and which easier question stands beside a hard one."""

from datetime import date

import pytest

from bot.domain.draw import easier
from bot.domain.memory import LEECH_FROM, Memory, Recall, recalled
from bot.domain.question import Level, Question

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("score", "hints", "recall"),
    [
        (0, 0, Recall.AGAIN),
        (5.5, 0, Recall.AGAIN),
        (6, 0, Recall.HARD),
        (7.5, 2, Recall.HARD),
        (8, 0, Recall.GOOD),
        (9, 0, Recall.GOOD),
        (9.5, 0, Recall.EASY),
        (9.5, 1, Recall.GOOD),
        (10, 0, Recall.EASY),
        (10, 1, Recall.GOOD),
    ],
)
def test_what_a_first_try_says(score: float, hints: int, recall: Recall):
    assert recalled(score, hints) is recall


def test_a_leech_is_what_came_again_four_times_in_vain():
    assert not Memory(DAY, DAY, 1, 5, LEECH_FROM - 1).leech
    assert Memory(DAY, DAY, 1, 5, LEECH_FROM).leech


def question(name: str, level: Level, area: str = "area", **more: tuple[str, ...]) -> Question:
    return Question(name, area, name, level, "?", "!", (), **more)  # pyright: ignore[reportArgumentType]


def test_an_easier_question_is_of_the_same_area_one_level_below_and_related():
    hard = question("hard", Level.ADVANCED, tags=("a", "b"), siblings=("kin",))
    bank = {
        one.id: one
        for one in (
            hard,
            question("elsewhere", Level.INTERMEDIATE, "other", tags=("a", "b")),
            question("plain", Level.INTERMEDIATE),
            question("tagged", Level.INTERMEDIATE, tags=("b", "a")),
            question("kin", Level.INTERMEDIATE),
            question("easiest", Level.BASIC, tags=("a", "b")),
        )
    }
    order: list[str] = []
    while (found := easier(hard, bank)) is not None:
        order.append(found.id)
        del bank[found.id]
    assert order == ["kin", "tagged", "plain", "easiest"]
    assert easier(question("easy", Level.BASIC), bank) is None
