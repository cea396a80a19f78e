"""Simple graders to stand beside: how long an answer is, how many of the facts' words it holds, how alike it looks.

Each gives a raw number; what it is worth in points (a line, cut off at 0 and 10) is fitted to the readers' scores of
the development half, so that none of them loses for its scale.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.grading.answers import Rated
from bot.domain.question import Question
from bot.grading.stems import content

Raw = Callable[[Question, str], float]


def _length(_: Question, text: str) -> float:
    return float(len(text.split()))


def _overlap(question: Question, text: str) -> float:
    facts = {stem for point in question.points for stem in content(point.says)}
    return len(facts & set(content(text))) / len(facts)


def _alike(question: Question, text: str) -> float:
    return fuzz.token_set_ratio(question.answer, text)


def _cosine(question: Question, text: str) -> float:
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform([question.answer, text])
    return float((vectors[0] @ vectors[1].T).toarray()[0, 0])


BASELINES: Mapping[str, Raw] = {
    "length in words": _length,
    "share of the facts' stems": _overlap,
    "rapidfuzz with the model answer": _alike,
    "TF-IDF cosine with the model answer": _cosine,
}


def scores(raw: Raw, fitted_on: Sequence[Rated], answers: Sequence[Rated]) -> list[float]:
    """A baseline's scores of `answers`, 0-10."""
    known = [raw(one.question, one.text) for one in fitted_on]
    slope, base = np.polyfit(known, [one.score for one in fitted_on], 1)
    return [float(np.clip(slope * raw(one.question, one.text) + base, 0, 10)) for one in answers]
