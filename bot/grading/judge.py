"""From what the models read to verdicts and a score: the rules a member could check by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.grade import Claim, Flag, Grade, Mark, Verdict
from bot.domain.question import Question
from bot.grading.logistic import Floats, sigmoid
from bot.grading.model import Reading
from bot.grading.sentences import Sentence, Window

COVERED, PARTLY, UNSURE = 0.65, 0.4, 0.25
# What the surest of all windows seems to state is stated less often than that one window's odds say. Fitted to 2,100
# verdicts on whole answers whose points a reader had marked.
CALIBRATED_SLOPE, CALIBRATED_SHIFT = 0.87, -0.93
CREDIT = {Mark.COVERED: 1.0, Mark.PARTLY: 0.5}
# A sentence is reported as a wrong claim when it looks wrong rather than right, and like one known misconception.
CLAIM_WRONG, CLAIM_WHICH = 0.7, 0.7
# The share of what was said that is wrong: below the first nothing is taken off, above the second nothing is left.
FORGIVEN, FATAL = 0.3, 0.5
OFF_TOPIC_WEIGHT = 0.1
# A sentence that clearly states a point is less likely wrong, one that resembles a known misconception more so.
STATED_RIGHT, KNOWN_WRONG = 0.5, 0.25
# What is believed of an answer before its first sentence, and how much of it: short answers are not to be damned
# for one doubtful sentence.
PRIOR_SHARE, PRIOR_WEIGHT = 0.15, 0.3
# Log-odds taken off everything where fewer of the sentences than this share are about the question at all: among
# twenty sentences on something else one or two will resemble a point. Measured: honest answers 0.42 to 1, model answers
# of other questions 0.03 to 0.26.
ON_TOPIC, STRAY_DOUBT = 0.4, 3.0


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    sentences: Sequence[Sentence]
    windows: Sequence[Window]

    def quote(self, window: Window) -> str:
        """The member's own words."""
        return self.text[self.sentences[window.first].start : self.sentences[window.last].end]


def judge(
    question: Question, text: str, sentences: Sequence[Sentence], windows: Sequence[Window], reading: Reading
) -> Grade:
    """Weigh a reading of all windows of an answer."""
    answer = _Answer(text, sentences, windows)
    covered = sigmoid(reading.covered - STRAY_DOUBT * _stray(sentences, windows, reading))
    claims = _claims(question, answer, covered, reading)
    voided = {
        point: (claim, window)
        for claim, window in reversed(claims)
        for point in question.misconception(claim.misconception).voids
    }
    claiming = {window.first for _, window in claims}
    apart = np.array([not claiming & {window.first, window.last} for window in windows])
    verdicts: list[Verdict] = []
    for column, point in enumerate(question.points):
        verdict = _verdict(point.id, answer, covered[:, column])
        if verdict.mark is Mark.PARTLY:
            # A sentence that is told to be wrong is no evidence for half of something else.
            verdict = _verdict(point.id, answer, np.where(apart, covered[:, column], 0.0))
        if point.id in voided and verdict.mark is not Mark.NOT_SURE:
            verdict = _spoiled(verdict, answer, covered[:, column], *voided[point.id])
        verdicts.append(verdict)
    weight = {point.id: point.weight for point in question.points}
    total = sum(weight.values())
    unsure = sum(weight[verdict.point] for verdict in verdicts if verdict.mark is Mark.NOT_SURE)
    found = tuple(claim for claim, _ in claims)
    if unsure > total / 2 and not found:
        return Grade(None, tuple(verdicts), flags=(Flag.WITHHELD,))
    earned = sum(weight[verdict.point] * CREDIT.get(verdict.mark, 0.0) for verdict in verdicts)
    score = 10 * earned / total * _rightness(len(sentences), reading)
    return Grade(round(2 * score) / 2, tuple(verdicts), found)


def _stray(sentences: Sequence[Sentence], windows: Sequence[Window], reading: Reading) -> float:
    """0 for an answer that keeps to the subject, up to 1 for one none of whose sentences is about it."""
    spoken = sigmoid(np.maximum(_strongest(reading.covered), _strongest(reading.claimed)))
    first, last = np.array([(window.first, window.last) for window in windows]).T
    about = np.zeros(len(sentences))
    np.maximum.at(about, first[first == last], spoken[first == last])
    return max(0.0, 1 - float(about.mean()) / ON_TOPIC)


def _verdict(point: str, answer: _Answer, covered: Floats) -> Verdict:
    if np.isnan(covered).any():
        return Verdict(point, Mark.NOT_SURE, 0.5)
    best = int(covered.argmax())  # a single sentence wins a tie: they come first
    top = float(covered[best])
    sure = _calibrated(top)
    if top >= PARTLY:
        mark = Mark.COVERED if top >= COVERED else Mark.PARTLY
        return Verdict(point, mark, sure, answer.quote(answer.windows[best]))
    return Verdict(point, Mark.NOT_SURE if top >= UNSURE else Mark.MISSED, sure)


def _calibrated(top: float) -> float:
    """How often a point is really stated whose surest window has this probability."""
    odds = math.log(max(top, 1e-12) / max(1 - top, 1e-12))
    return 1 / (1 + math.exp(-(CALIBRATED_SLOPE * odds + CALIBRATED_SHIFT)))


def _claims(
    question: Question, answer: _Answer, covered: Floats, reading: Reading
) -> list[tuple[Claim, Window]]:
    """The surest sentence for each misconception that the answer asserts; surest first.

    A sentence that states a point more surely than it denies it is no claim against that point.
    """
    singles = len(answer.sentences)
    wrong = sigmoid(reading.wrong[:singles])
    claimed = sigmoid(reading.claimed[:singles])
    found: list[tuple[Claim, Window]] = []
    for column, item in enumerate(question.misconceptions):
        voided = [place for place, point in enumerate(question.points) if point.id in item.voids]
        stated = np.fmax.reduce(covered[:singles, voided], axis=1, initial=0.0)
        sure = np.where((wrong >= CLAIM_WRONG) & (claimed[:, column] > stated), claimed[:, column], 0.0)
        best = int(sure.argmax())
        if sure[best] >= CLAIM_WHICH:
            window = answer.windows[best]
            found.append((Claim(item.id, answer.quote(window), float(sure[best])), window))
    return sorted(found, key=lambda pair: -pair[0].probability)


def _spoiled(verdict: Verdict, answer: _Answer, covered: Floats, claim: Claim, window: Window) -> Verdict:
    """The verdict on a point that a claim denies, unless another sentence states it more surely."""
    elsewhere = [not other.first <= window.first <= other.last for other in answer.windows]
    if float(covered[elsewhere].max(initial=0.0)) >= max(COVERED, claim.probability):
        return verdict
    return Verdict(verdict.point, Mark.WRONG, verdict.probability, claim.evidence, claim.misconception)


def _rightness(singles: int, reading: Reading) -> float:
    """1 where what was said is right, 0 where it is mostly wrong; sentences off the subject hardly count."""
    if np.isnan(reading.wrong).any():
        return 1.0
    stated = _strongest(reading.covered[:singles])
    claimed = _strongest(reading.claimed[:singles])
    doubt = STATED_RIGHT * np.maximum(stated, 0) - KNOWN_WRONG * np.maximum(claimed, 0)
    wrong = sigmoid(reading.wrong[:singles] - doubt)
    weights = sigmoid(np.maximum(stated, claimed)) + OFF_TOPIC_WEIGHT
    share = (float((weights * wrong).sum()) + PRIOR_WEIGHT * PRIOR_SHARE) / (
        float(weights.sum()) + PRIOR_WEIGHT
    )
    return min(1.0, max(0.0, (FATAL - share) / (FATAL - FORGIVEN)))


def _strongest(odds: Floats) -> Floats:
    """The largest log-odds of each row; very small where there is no model."""
    return np.fmax.reduce(odds, axis=1, initial=-35.0)
