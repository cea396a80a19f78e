"""What must hold of any answer, tried on many: what is added, moved, retyped or mistyped."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.grade import Mark
from bot.domain.question import Question
from bot.grading.grader import Grader

COVERING = (
    "At inference nothing is dropped, the full network is used.",
    "Each unit is zeroed with probability p by a new random mask.",
    "Survivors are divided by 1 - p, so the mean stays the same.",
)
PARAGRAPHS = (
    *COVERING,
    "Dropout is a popular regulariser.",
    "I am not sure about the rest of it.",
    "During training the complete network is used and nothing is dropped.",
    "It helps against overfitting in large networks.",
    "The survivors are multiplied by one over the keep probability, so the expectation stays the same.",
    "During evaluation everything is deterministic because the complete network takes part.",
    "My favourite soup has carrots and a little salt.",
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
answers = st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=6).map("\n\n".join)


@SLOW
@given(answer=answers, more=st.sampled_from(COVERING))
def test_one_more_covering_paragraph_never_lowers_a_grade(
    grader: Grader, question: Question, answer: str, more: str
):
    alone = grader.grade_text(question, more)
    assert Mark.COVERED in {verdict.mark for verdict in alone.verdicts}
    assert not alone.claims
    before, after = (
        grader.grade_text(question, text).score or 0.0 for text in (answer, f"{answer}\n\n{more}")
    )
    assert after >= before


@SLOW
@given(paragraphs=st.lists(st.sampled_from(PARAGRAPHS), min_size=2, max_size=6), seed=st.integers(0, 10))
def test_the_order_of_paragraphs_does_not_matter(
    grader: Grader, question: Question, paragraphs: list[str], seed: int
):
    moved = random.Random(seed).sample(paragraphs, len(paragraphs))
    one, other = (grader.grade_text(question, "\n\n".join(text)) for text in (paragraphs, moved))
    assert (one.score, [verdict.mark for verdict in one.verdicts]) == (
        other.score,
        [verdict.mark for verdict in other.verdicts],
    )


@SLOW
@given(
    answer=answers,
    dress=st.sampled_from(
        (
            str.upper,
            str.title,
            lambda text: text.replace(" ", "   "),
            lambda text: "\n\n".join(f"**{part}**" for part in text.split("\n\n")),
            lambda text: "\n\n".join(f"> {part}" for part in text.split("\n\n")),
            lambda text: "\n\n".join(f"- {part}" for part in text.split("\n\n")),
            lambda text: text.replace("\n\n", "\n \n\n"),
            lambda text: text.replace("e", "e\u200b"),
        )
    ),
)
def test_case_space_and_markdown_change_nothing(grader: Grader, question: Question, answer: str, dress):
    assert grader.grade_text(question, dress(answer)).score == grader.grade_text(question, answer).score


@SLOW
@given(answer=answers, seed=st.integers(0, 1000))
def test_a_slip_in_every_long_word_costs_at_most_a_point(
    grader: Grader, question: Question, answer: str, seed: int
):
    dice = random.Random(seed)

    def slipped(word: str) -> str:
        if len(word) < 9 or not word.isalpha():
            return word
        place = dice.randrange(2, len(word) - 2)
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return dice.choice((swapped, word[:place] + word[place + 1 :]))

    typed = " ".join(slipped(word) for word in answer.split(" "))
    one, other = (grader.grade_text(question, text).score or 0.0 for text in (answer, typed))
    assert abs(one - other) <= 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400))
def test_any_text_is_graded_the_same_way_twice(grader: Grader, question: Question, text: str):
    once = grader.grade(question, text)
    assert once == grader.grade(question, text)
    assert once.score is None or 0 <= once.score <= 10
    for verdict in once.verdicts:
        assert verdict.evidence is None or verdict.evidence in text
