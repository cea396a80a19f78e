"""The answers: whole ones, written from the prompt alone, scored 0-10 by two readers who saw neither kind nor rubric."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.domain.question import ExampleKind, Question

HERE = Path(__file__).parent


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: ExampleKind
    scores: tuple[int, int] = Field(description="0-10, by each reader")
    covered: list[str] = Field(description="key points it states, by a third reader who saw them")
    partly: list[str] = Field(description="key points it half states")
    text: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    answer: list[_Answer]


class _Halves(BaseModel):
    model_config = ConfigDict(extra="forbid")
    development: list[str]
    final: list[str]


@dataclass(frozen=True, slots=True)
class Rated:
    """One answer to one question; `scores` are both readers', 0-10; `covered` and `partly` hold ids of key points."""

    question: Question
    kind: ExampleKind
    text: str
    scores: tuple[int, int]
    covered: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()

    @property
    def score(self) -> float:
        """The mean of both readers."""
        return sum(self.scores) / 2


def half(name: str) -> Sequence[Rated]:
    """The answers of the half called "development" or "final", by question, in the order of kinds."""
    halves = _Halves.model_validate(tomllib.loads((HERE / "halves.toml").read_text(encoding="utf-8")))
    bank = loader.load(bundled())
    return [rated for one in getattr(halves, name) for rated in _rated(bank.questions[one])]


def _rated(question: Question) -> list[Rated]:
    text = (HERE / "answers" / f"{question.id}.toml").read_text(encoding="utf-8")
    found = _File.model_validate(tomllib.loads(text))
    return [
        Rated(question, one.kind, one.text, one.scores, frozenset(one.covered), frozenset(one.partly))
        for one in found.answer
    ]
