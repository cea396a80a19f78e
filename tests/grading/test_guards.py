"""What is looked at before any model: lists of names and echoes are told from terse notes."""

import pytest

from bot.bank.bundled import bundled
from bot.bank.loader import load
from bot.domain.grade import Flag
from bot.domain.question import ExampleKind, Question
from bot.grading import guards
from bot.grading.grader import Grader
from bot.grading.normalise import tokens
from bot.grading.sentences import split

NAMES = (
    "dropout, mask, Bernoulli, probability p, keep probability, scaling, inverted dropout, expectation, eval mode, train "
    "mode, ensemble, subnetworks, co-adaptation, noise, regularisation"
)


@pytest.mark.parametrize(
    "text",
    [
        NAMES,
        f"Keywords: {NAMES}",
        (
            "dropout mask Bernoulli scaling expectation inference ensemble noise overfitting layer neurons training weights "
            "probability generalisation robustness"
        ),
    ],
)
def test_a_bare_list_of_names_is_one(text: str):
    assert guards.is_list(tokens(text))


@pytest.mark.parametrize(
    "text",
    [
        "L1: +λΣ|w|, grad λ·sgn(w), const pull → exact 0s, sparse, feature selection, diamond corners, Laplace prior",
        "train: mask per step, survivors × 1/(1-p), mean kept; test: off, all units on",
        "Remedies: more data, augmentation, weight decay, dropout, early stopping, a smaller network",
        "x W_Q, x W_K, x W_V",
    ],
)
def test_terse_notes_are_no_list(text: str):
    assert not guards.is_list(tokens(text))


def test_a_list_is_left_out_and_says_so_while_the_rest_counts(grader: Grader, question: Question):
    rest = "At inference nothing is dropped, the full network is used."
    assert grader.grade(question, NAMES).flags == (Flag.LIST,)
    alone, listed = grader.grade(question, rest), grader.grade(question, f"{rest}\n\n{NAMES}")
    assert Flag.LIST in listed.flags
    assert listed.score == alone.score
    assert alone.score


def test_a_sentence_that_turns_the_question_over_says_nothing(grader: Grader, question: Question):
    rest = "At inference nothing is dropped, the full network is used."
    echo = f"My answer says everything about this: {question.prompt}"
    assert guards.is_echoed(tokens(question.prompt), question.prompt)
    assert grader.grade(question, f"{echo}\n\n{rest}").score == grader.grade(question, rest).score


def test_no_honest_example_of_the_bank_loses_a_sentence():
    for question in load(bundled()).questions.values():
        for example in question.examples:
            if example.kind is not ExampleKind.HOSTILE:
                for sentence in split(example.answer):
                    assert not guards.is_list(sentence.tokens), example.answer
                    assert not guards.is_echoed(sentence.tokens, question.prompt), example.answer
