"""Sentences of the field that state other things: what a question's points are told apart from."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from bot.domain.question import Question
from bot.grading.normalise import tokens
from bot.grading.stems import bare, stems

MOST = 100
# A sentence this close (cosine of the sets of stems) to one that covers a point may well cover it too.
TOO_CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class _Sentence:
    question: str
    tokens: Sequence[str]
    stems: frozenset[str]


class Background:
    """A pool of sentences. Made of question id -> sentences that answer that question."""

    def __init__(self, pool: Mapping[str, Sequence[str]]) -> None:
        self.pool = {name: tuple(texts) for name, texts in sorted(pool.items())}
        self._sentences = [
            _Sentence(name, plain, _stems(plain))
            for name, texts in self.pool.items()
            for plain in map(tokens, texts)
        ]

    def near(self, question: Question) -> list[Sequence[str]]:
        """The sentences (as tokens) most like the question's, but of other questions and no paraphrase."""
        own = {question.id, *question.siblings}
        covered = [_stems(tokens(text)) for point in question.points for text in (*point.covered, point.says)]
        known = frozenset[str]().union(*covered)
        others = [one for one in self._sentences if one.question not in own and one.stems]
        ranked = sorted(others, key=lambda one: -len(one.stems & known) / len(one.stems) ** 0.5)
        return [
            one.tokens
            for one in ranked[:MOST]
            if all(_cosine(one.stems, other) < TOO_CLOSE for other in covered)
        ]


def bundled() -> Mapping[str, Sequence[str]]:
    """The sentences that come with the grader (background.toml beside this file)."""
    return tomllib.loads(files("bot.grading").joinpath("background.toml").read_text("utf-8"))


def _stems(plain: Sequence[str]) -> frozenset[str]:
    return frozenset(map(bare, stems(plain)))


def _cosine(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / (len(one) * len(two)) ** 0.5 if one and two else 0.0
