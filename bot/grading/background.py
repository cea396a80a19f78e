"""Sentences of the field that state other things: what a question's points are told apart from."""

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from bot.domain.question import Question
from bot.grading.normalise import tokens
from bot.grading.stems import bare, stems

MOST = 80
# A group of sentences this close to the question's (cosine of weighted stem counts) is about the same topic and may
# state its points; measured: same topic from 0.36 up, kin topics 0.3, others below 0.22.
SAME_TOPIC = 0.27
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
        counts = {name: Counter[str]() for name in self.pool}
        for sentence in self._sentences:
            counts[sentence.question].update(sentence.stems)
        self._spread = Counter(name for group in counts.values() for name in group)
        self._topics = {name: self._topic(group) for name, group in counts.items()}

    def near(self, question: Question, sentences: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """The sentences most like those that cover the question's points, but of other topics and no paraphrase.

        All sentences are lists of tokens.
        """
        covered = [_stems(plain) for plain in sentences]
        topic = self._topic(Counter(name for sentence in covered for name in sentence))
        own = {name for name, other in self._topics.items() if _product(topic, other) >= SAME_TOPIC}
        own |= {question.id, *question.siblings}
        known = frozenset[str]().union(*covered)
        others = [one for one in self._sentences if one.question not in own and one.stems]
        ranked = sorted(others, key=lambda one: -len(one.stems & known) / len(one.stems) ** 0.5)
        return [
            one.tokens
            for one in ranked[:MOST]
            if all(_cosine(one.stems, other) < TOO_CLOSE for other in covered)
        ]

    def _topic(self, counts: Mapping[str, int]) -> Mapping[str, float]:
        """Weights of stems: common here and rare elsewhere weighs most; length 1."""
        weights = {
            name: (1 + math.log(count)) * math.log((len(self.pool) + 1) / (self._spread[name] + 0.5))
            for name, count in counts.items()
            if name[-1].isalpha()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {name: weight / length for name, weight in weights.items()}


def bundled() -> Mapping[str, Sequence[str]]:
    """The sentences that come with the grader (background.toml beside this file)."""
    return tomllib.loads(files("bot.grading").joinpath("background.toml").read_text("utf-8"))


def _stems(plain: Sequence[str]) -> frozenset[str]:
    return frozenset(map(bare, stems(plain)))


def _product(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return sum(weight * two.get(name, 0.0) for name, weight in one.items())


def _cosine(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / (len(one) * len(two)) ** 0.5 if one and two else 0.0
