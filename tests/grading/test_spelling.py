"""Slips in long words are forgiven, other words are left alone."""

import pytest

from bot.domain.question import Question
from bot.grading.grader import Grader
from bot.grading.spelling import Speller

SPELLER = Speller(["probability", "deterministic", "normalised", "symmetric", "sample", "expectation"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("probabilty", "probability"),
        ("probabiltiy", "probability"),
        ("determinstic", "deterministic"),
        ("normallised", "normalized"),
        ("expectaton", "expectation"),
    ],
)
def test_one_letter_is_forgiven(typed: str, read: str):
    assert SPELLER.spelled(typed) == read


@pytest.mark.parametrize(
    "word", ["asymmetric", "simple", "sampel", "probability", "normalized", "probbility2", "probabl"]
)
def test_other_words_stay(word: str):
    assert SPELLER.spelled(word) == word


def test_slips_cost_nothing_where_the_words_are_the_questions(grader: Grader, question: Question):
    right = "At inference the output is deterministic, every neuron participates and nothing is dropped."
    typed = "At infernece the output is determinstic, every neuron particpates and nothing is dropped."
    assert grader.grade(question, typed).score == grader.grade(question, right).score
