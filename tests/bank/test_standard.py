"""What the standard says about sentences that stand twice."""

from dataclasses import replace

from bot.bank.bundled import bundled
from bot.bank.loader import Bank, load
from bot.bank.standard import standard_mistakes
from bot.domain.question import Question

BANK = load(bundled())
QUESTION = BANK.questions["dropout-training-vs-use"]
FIRST = QUESTION.points[0].covered[0]


def said(question: Question) -> list[str]:
    bank = Bank({question.id: question}, BANK.folder, BANK.lexicon, BANK.pictures)
    return [mistake.field for mistake in standard_mistakes(bank) if "stands twice" in mistake.sentence]


def with_covered(place: int) -> Question:
    points = list(QUESTION.points)
    points[place] = replace(points[place], covered=(*points[place].covered, FIRST))
    return replace(QUESTION, points=tuple(points))


def test_a_sentence_may_stand_under_several_points():
    assert said(QUESTION) == []
    assert said(with_covered(1)) == []


def test_a_sentence_may_not_stand_twice_under_one_point():
    assert said(with_covered(0)) == [f"points.{QUESTION.points[0].id}.covered"] * 2


def test_a_sentence_may_not_be_right_and_wrong():
    item = QUESTION.misconceptions[0]
    question = replace(
        QUESTION, misconceptions=(replace(item, wrong=(*item.wrong, FIRST)), *QUESTION.misconceptions[1:])
    )
    assert said(question) == [f"points.{QUESTION.points[0].id}.covered", f"misconceptions.{item.id}.wrong"]


def test_double_bars_would_hide_text_unless_they_stand_in_code():
    def complains(answer: str) -> bool:
        question = replace(QUESTION, answer=answer)
        bank = Bank({question.id: question}, BANK.folder, BANK.lexicon, BANK.pictures)
        return any("hides text" in mistake.sentence for mistake in standard_mistakes(bank))

    assert complains("The norm ||g||^2.")
    assert not complains("The norm `||g||^2`, or ‖g‖².")
