"""The small models of one question: trained on its example sentences, then plain weights per feature."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.question import Question
from bot.grading.background import Background
from bot.grading.features import Codes, Features, Range, features, protagonists
from bot.grading.lexicon import Vocabulary
from bot.grading.logistic import Floats, calibration, fit
from bot.grading.normalise import tokens
from bot.grading.sentences import flat, split
from bot.grading.spelling import Speller
from bot.grading.stems import FUNCTION_WORDS

STRENGTH = 3.0
# Fewer sentences than this teach nothing: such a point is never judged, such a misconception never found.
LEAST_COVERED = 4
LEAST_WRONG = 4
LEAST_CALIBRATED = 150
LEAST_WEIGHT = 0.02
LISTED = 10

Chosen = NDArray[np.bool_]


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
        places = np.minimum(np.searchsorted(self.codes, found.codes), len(self.codes) - 1)
        known = self.codes[places] == found.codes
        weights = self.weights[places[known]].astype(np.float32)
        values = found.amounts[:, known] @ weights + self.intercepts
        return Reading(values[:, : self.points], values[:, self.points], values[:, self.points + 1 :])


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One training sentence: what it is (covered, missed, wrong, asked or other) and of which point or misconception."""

    group: str
    owner: str
    tokens: tuple[str, ...]


def train(question: Question, vocabulary: Vocabulary, background: Background) -> QuestionModel:
    """Fit every model of a question; always the same weights for the same question, lexicon and background."""
    sentences = _sentences(question, background)
    about = protagonists(
        (sentence.tokens for sentence in sentences if sentence.group in {"covered", "wrong"}), vocabulary
    )
    # What only the background says tells the points apart from nothing.
    own = _features([one for one in sentences if one.group != "other"], vocabulary, about)
    other = _features([one for one in sentences if one.group == "other"], vocabulary, about)
    matrix = np.zeros((len(sentences), len(own.codes)))
    matrix[: len(own.amounts)] = own.amounts
    shared, ours, theirs = np.intersect1d(own.codes, other.codes, assume_unique=True, return_indices=True)
    if len(shared):
        matrix[len(own.amounts) :, ours] = other.amounts[:, theirs]
    gram = matrix @ matrix.T
    tasks = _tasks(question, sentences)
    intercepts = np.full(len(tasks), np.nan)
    duals = np.zeros((len(sentences), len(tasks)))
    recall: dict[str, float] = {}
    for column, (members, positive) in enumerate(tasks):
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
    weights = (matrix.T @ duals).astype(np.float16)
    told = np.abs(weights).max(axis=1) >= LEAST_WEIGHT  # what hardly tells anything is most of the memory
    speller = Speller(token for sentence in sentences for token in sentence.tokens)
    return QuestionModel(
        vocabulary, speller, about, own.codes[told], weights[told], intercepts, len(question.points), recall
    )


def _features(sentences: Sequence[_Sentence], vocabulary: Vocabulary, about: frozenset[str]) -> Features:
    plain, ranges = flat(sentence.tokens for sentence in sentences)
    return features(plain, ranges, vocabulary, about)


def _sentences(question: Question, background: Background) -> list[_Sentence]:
    found: list[_Sentence] = []

    def add(group: str, owner: str, texts: Sequence[str]) -> None:
        found.extend(_Sentence(group, owner, tuple(tokens(text))) for text in texts)

    for point in question.points:
        add("covered", point.id, (*point.covered, point.says))
        add("missed", point.id, point.missed)
    for item in question.misconceptions:
        add("wrong", item.id, item.wrong)
    # What the question itself says earns nothing, and neither do its hints.
    asked = [question.prompt, question.approach, *question.hints, *(point.probe for point in question.points)]
    for text in asked:
        found.extend(_Sentence("asked", "", sentence.tokens) for sentence in split(text))
    # Words side by side say nothing: a bare list of the question's commonest words covers no point.
    covered = [(one.owner, one.tokens) for one in found if one.group == "covered"]
    listed = _commonest(covered)
    found.extend(_Sentence("asked", "", tuple(words)) for words in (listed, listed[::-1], sorted(listed)))
    found.extend(
        _Sentence("other", "", tuple(plain))
        for plain in background.near(question, [plain for _, plain in covered])
    )
    return found


def _commonest(covered: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The commonest words of each point's sentences, given as (point, tokens)."""
    counts: dict[str, Counter[str]] = {}
    for owner, plain in covered:
        words = {token for token in plain if token.isalpha() and token not in FUNCTION_WORDS}
        counts.setdefault(owner, Counter()).update(words)
    ranked = (sorted(one, key=lambda word: (-one[word], word))[:LISTED] for one in counts.values())
    return list(dict.fromkeys(word for words in ranked for word in words))


def _tasks(question: Question, sentences: Sequence[_Sentence]) -> list[tuple[Chosen, Chosen]]:
    """Per model: which rows take part, and which of them are positive. Nobody takes part = no model."""
    group = np.array([sentence.group for sentence in sentences])
    owner = np.array([sentence.owner for sentence in sentences])
    nobody = np.zeros(len(sentences), dtype=np.bool_)
    covered, missed, wrong = (group == name for name in ("covered", "missed", "wrong"))
    tasks: list[tuple[Chosen, Chosen]] = []
    for point in question.points:
        mine = covered & (owner == point.id)
        # A sentence that states several points stands under each of them; none of its twins speaks against the others.
        stated = {
            sentence.tokens
            for sentence in sentences
            if sentence.owner == point.id and sentence.group == "covered"
        }
        twin = np.array([sentence.tokens in stated for sentence in sentences]) & ~mine
        members = (~missed | (owner == point.id)) & ~twin
        enough = len(point.covered) >= LEAST_COVERED and bool((members & ~mine).any())
        tasks.append((members if enough else nobody, mine))
    enough = int(wrong.sum()) >= LEAST_WRONG and int(covered.sum()) >= LEAST_COVERED
    tasks.append((covered | wrong | missed if enough else nobody, wrong))
    for item in question.misconceptions:
        mine = wrong & (owner == item.id)
        enough = len(item.wrong) >= LEAST_WRONG and int(covered.sum()) >= LEAST_COVERED
        tasks.append((np.ones(len(sentences), dtype=np.bool_) if enough else nobody, mine))
    return tasks
