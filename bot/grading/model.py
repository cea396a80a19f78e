"""The small models of one question: trained on its example sentences, then plain weights per feature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.question import Question
from bot.grading.background import Background
from bot.grading.features import Codes, Features, features, protagonists
from bot.grading.lessons import Lesson, lessons, tasks
from bot.grading.lexicon import Vocabulary
from bot.grading.logistic import Floats, calibration, fit
from bot.grading.sentences import Range, flat
from bot.grading.spelling import Speller

STRENGTH = 3.0
LEAST_CALIBRATED = 150
LEAST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What the models say of several windows, a row per window, as log-odds; NaN where there is no model."""

    covered: Floats  # a column per key point: the window states it
    wrong: Floats  # the window says something wrong rather than something right
    claimed: Floats  # a column per misconception: the window asserts it


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """Weights by feature, columns as in `Reading`; `recall` by point: share of its sentences found when left out."""

    vocabulary: Vocabulary
    speller: Speller
    about: frozenset[str]
    codes: Codes
    weights: NDArray[np.float16]
    intercepts: Floats
    points: int
    recall: Mapping[str, float]

    def read(self, plain: Sequence[str], windows: Sequence[Range]) -> Reading:
        """Judge windows, each given as a range of the tokens."""
        spelled = [self.speller.spelled(token) for token in plain]
        found = features(spelled, windows, self.vocabulary, self.about)
        places = np.searchsorted(self.codes, found.codes)
        known = places < len(self.codes)
        known[known] = self.codes[places[known]] == found.codes[known]
        weights = self.weights[places[known]].astype(np.float32)
        values = found.amounts[:, known] @ weights + self.intercepts
        return Reading(values[:, : self.points], values[:, self.points], values[:, self.points + 1 :])


@dataclass(frozen=True, slots=True)
class Learned:
    """All that training finds out: a row per lesson, a column per model (as in `Reading`).

    A model's log-odds of a text are its intercept and the sum, over all lessons, of its `dual` times how much of the
    lesson's features the text shares: so every verdict can be traced to sentences.
    """

    lessons: Sequence[Lesson]
    about: frozenset[str]
    codes: Codes
    matrix: Floats
    duals: Floats
    intercepts: Floats
    recall: Mapping[str, float]


def learn(question: Question, vocabulary: Vocabulary, background: Background) -> Learned:
    """Fit every model of a question; always the same for the same question, lexicon and background."""
    taught = lessons(question, background)
    about = protagonists((one.tokens for one in taught if one.group in {"covered", "wrong"}), vocabulary)
    # What only the background says tells the points apart from nothing.
    own = _features([one for one in taught if one.group != "other"], vocabulary, about)
    other = _features([one for one in taught if one.group == "other"], vocabulary, about)
    matrix = np.zeros((len(taught), len(own.codes)))
    matrix[: len(own.amounts)] = own.amounts
    shared, ours, theirs = np.intersect1d(own.codes, other.codes, assume_unique=True, return_indices=True)
    if len(shared):
        matrix[len(own.amounts) :, ours] = other.amounts[:, theirs]
    gram = matrix @ matrix.T
    wanted = tasks(question, taught)
    intercepts = np.full(len(wanted), np.nan)
    duals = np.zeros((len(taught), len(wanted)))
    recall: dict[str, float] = {}
    for column, (members, positive) in enumerate(wanted):
        chosen = np.flatnonzero(members)
        if not len(chosen):
            continue
        fitted = fit(gram[np.ix_(chosen, chosen)], positive[chosen], STRENGTH)
        left_out = fitted.left_out()
        # Right or wrong is asked of every sentence, so its log-odds must mean what they say; of the others the surest
        # sentence is looked for. (Left out of a few, a sentence whose mirror image stays looks like the opposite.)
        right_or_wrong = column == len(question.points) and len(chosen) >= LEAST_CALIBRATED
        slope, shift = calibration(left_out, positive[chosen]) if right_or_wrong else (1.0, 0.0)
        intercepts[column] = slope * fitted.intercept + shift
        duals[chosen, column] = slope * fitted.dual
        if column < len(question.points):
            recall[question.points[column].id] = float((left_out[positive[chosen]] > 0).mean())
    return Learned(taught, about, own.codes, matrix, duals, intercepts, recall)


def train(question: Question, vocabulary: Vocabulary, background: Background) -> QuestionModel:
    """What is kept of all that for grading."""
    found = learn(question, vocabulary, background)
    weights = (found.matrix.T @ found.duals).astype(np.float16)
    told = np.abs(weights).max(axis=1) >= LEAST_WEIGHT  # what hardly tells anything is most of the memory
    return QuestionModel(
        vocabulary,
        Speller(token for lesson in found.lessons for token in lesson.tokens),
        found.about,
        found.codes[told],
        weights[told],
        found.intercepts,
        len(question.points),
        found.recall,
    )


def _features(taught: Sequence[Lesson], vocabulary: Vocabulary, about: frozenset[str]) -> Features:
    plain, ranges = flat(one.tokens for one in taught)
    return features(plain, ranges, vocabulary, about)
