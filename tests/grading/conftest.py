"""One small question of its own, so that these tests do not hang on the bank's wording."""

import tomllib
from pathlib import Path

import pytest

from bot.bank.bundled import bundled
from bot.bank.loader import load
from bot.domain.question import KeyPoint, Level, Misconception, Question
from bot.grading.grader import Grader

LEXICON = load(bundled()).lexicon


@pytest.fixture(scope="session")
def question() -> Question:
    plain = tomllib.loads((Path(__file__).parent / "dropout.toml").read_text("utf-8"))
    return Question(
        id=plain["id"],
        area="regularization",
        title=plain["title"],
        level=Level.BASIC,
        prompt=plain["prompt"],
        answer=plain["answer"],
        hints=tuple(plain["hints"]),
        points=tuple(
            KeyPoint(**{**point, "covered": tuple(point["covered"]), "missed": tuple(point["missed"])})
            for point in plain["points"]
        ),
        misconceptions=tuple(
            Misconception(**{**item, "voids": tuple(item["voids"]), "wrong": tuple(item["wrong"])})
            for item in plain["misconceptions"]
        ),
    )


@pytest.fixture(scope="session")
def grader(question: Question) -> Grader:
    grader = Grader(LEXICON)
    grader.train(question)
    return grader
