"""Every grade can be traced to training sentences."""

import pytest

from bot.domain.grade import Mark
from bot.domain.question import Question
from bot.grading.explain import explain
from bot.grading.grader import Grader
from tests.grading.test_grader import STRONG, SWAPPED
from tests.grading.test_guards import NAMES


def test_a_covered_point_is_traced_to_its_own_sentences(grader: Grader, question: Question):
    for reason in explain(grader, question, STRONG).reasons:
        assert reason.verdict.mark is Mark.COVERED
        loudest, quietest = reason.speakers[0], reason.speakers[-1]
        assert (loudest.lesson.group, loudest.lesson.owner) == ("covered", reason.verdict.point)
        assert loudest.odds > 0 > quietest.odds
        assert quietest.lesson.owner != reason.verdict.point


def test_sentences_are_told_right_from_wrong(grader: Grader, question: Question):
    right, wrong = (explain(grader, question, answer).wrong for answer in (STRONG, SWAPPED))
    assert max(probability for _, probability in right) < 0.5 < max(probability for _, probability in wrong)
    assert all(sentence in STRONG for sentence, _ in right)


@pytest.mark.parametrize("answer", [NAMES, ""])
def test_what_was_left_out_is_named(grader: Grader, question: Question, answer: str):
    found = explain(grader, question, answer)
    assert list(found.left_out) == ([answer] if answer else [])
    assert [reason.verdict.mark for reason in found.reasons] == [Mark.MISSED] * len(question.points)
