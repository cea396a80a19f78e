"""Why an answer was graded as it was: the training sentences that spoke for and against each point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.grade import Verdict
from bot.domain.question import Question
from bot.grading import guards, sentences
from bot.grading.features import features
from bot.grading.grader import Grader
from bot.grading.lessons import Lesson
from bot.grading.logistic import Floats, sigmoid
from bot.grading.model import Learned, learn
from bot.grading.sentences import Sentence, Window

SPEAKERS = 3


@dataclass(frozen=True, slots=True)
class Speaker:
    """A training sentence with the log-odds it adds to (or, below 0, takes from) a point."""

    lesson: Lesson
    odds: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a point fared as it did: what was read of the answer, and who spoke loudest for and against."""

    verdict: Verdict
    read: str
    speakers: Sequence[Speaker]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`wrong` holds each sentence's probability of being a wrong claim; `left_out` what was not read at all."""

    reasons: Sequence[Reason]
    wrong: Sequence[tuple[str, float]]
    left_out: Sequence[str]


def explain(grader: Grader, question: Question, answer: str) -> Explanation:
    """Trace the grade of an answer to sentences. Takes about as long as training does."""
    vocabulary = grader.vocabulary
    learned = learn(question, vocabulary, grader.background)
    speller = grader.train(question).speller
    text = answer[: sentences.LONGEST]
    found = sentences.split(text)[: sentences.MOST]
    said = [one for one in found if not _left_out(one, question)]
    verdicts = grader.grade_text(question, answer).verdicts
    if not said:
        return Explanation(
            [Reason(verdict, "", ()) for verdict in verdicts], (), [_own(text, one) for one in found]
        )
    plain, windows = sentences.windows(said)
    spelled = [speller.spelled(token) for token in plain]
    seen = features(spelled, [(one.start, one.end) for one in windows], vocabulary, learned.about)
    alike = _alike(learned, seen.codes, seen.amounts)
    odds = alike @ learned.duals + learned.intercepts
    reasons = [
        _reason(verdict, column, learned, alike, odds[:, column], [_read(plain, one) for one in windows])
        for column, verdict in enumerate(verdicts)
    ]
    wrong = sigmoid(odds[: len(said), len(question.points)])
    return Explanation(
        reasons,
        [(_own(text, one), float(probability)) for one, probability in zip(said, wrong, strict=True)],
        [_own(text, one) for one in found if _left_out(one, question)],
    )


def _left_out(sentence: Sentence, question: Question) -> bool:
    return guards.is_list(sentence.tokens) or guards.is_echoed(sentence.tokens, question.prompt)


def _own(text: str, sentence: Sentence) -> str:
    return text[sentence.start : sentence.end]


def _read(plain: Sequence[str], window: Window) -> str:
    return " ".join(plain[window.start : window.end])


def _alike(learned: Learned, codes: np.ndarray, amounts: Floats) -> Floats:
    """How much of each lesson's features each window shares: a row per window, a column per lesson."""
    _, ours, theirs = np.intersect1d(learned.codes, codes, assume_unique=True, return_indices=True)
    return amounts[:, theirs] @ learned.matrix[:, ours].T


def _reason(
    verdict: Verdict, column: int, learned: Learned, alike: Floats, odds: Floats, read: Sequence[str]
) -> Reason:
    if np.isnan(odds).any():
        return Reason(verdict, "", ())
    best = int(odds.argmax())
    spoken = alike[best] * learned.duals[:, column]
    order = [int(place) for place in np.argsort(-spoken)]
    loudest = [*order[:SPEAKERS], *order[-SPEAKERS:]]
    speakers = [Speaker(learned.lessons[place], float(spoken[place])) for place in loudest if spoken[place]]
    return Reason(verdict, read[best], speakers)
