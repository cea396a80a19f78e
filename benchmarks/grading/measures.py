"""What is measured of a grader's scores: agreement with the readers, order, and how each kind of answer fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import mean

import numpy as np
from sklearn.metrics import cohen_kappa_score

from benchmarks.grading.answers import Rated
from bot.domain.grade import Grade, Mark
from bot.domain.question import ExampleKind as Kind

# Of every question, the first of each pair is to score more than the second.
ORDER = (
    (Kind.STRONG, Kind.PARTIAL),
    (Kind.STRONG, Kind.VAGUE),
    (Kind.STRONG, Kind.WRONG),
    (Kind.PARTIAL, Kind.VAGUE),
    (Kind.PARTIAL, Kind.WRONG),
    (Kind.TERSE, Kind.VAGUE),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one grader on one half. `order` is a share; `kinds` holds mean and worst score (the worst strong answer is the
    lowest, the worst wrong one the highest)."""

    qwk: float
    pearson: float
    rmse: float
    order: float
    kinds: dict[Kind, tuple[float, float]]


def measured(answers: Sequence[Rated], scores: Sequence[float]) -> Measured:
    """Compare scores (0-10, in the order of the answers) with the mean of both readers."""
    read = [one.score for one in answers]
    by_kind = {kind: [s for one, s in zip(answers, scores, strict=True) if one.kind is kind] for kind in Kind}
    return Measured(
        qwk=kappa(read, scores),
        pearson=float(np.corrcoef(read, scores)[0, 1]),
        rmse=float(np.sqrt(np.mean(np.subtract(read, scores) ** 2))),
        order=mean(_ordered(answers, scores)),
        kinds={kind: (mean(found), _worst(kind, found)) for kind, found in by_kind.items() if found},
    )


def kappa(one: Sequence[float], two: Sequence[float]) -> float:
    """Cohen's kappa with quadratic weights on whole scores; halves are rounded up."""
    whole = [[int(value + 0.5) for value in values] for values in (one, two)]
    return float(cohen_kappa_score(*whole, weights="quadratic", labels=range(11)))


def calibration(
    answers: Sequence[Rated], grades: Sequence[Grade]
) -> tuple[float, dict[Mark, tuple[int, float]]]:
    """Expected calibration error of the verdicts' probabilities (ten bins), and per mark: how many, and how often right.

    Beside a third reader's marks: a point that an answer half states counts as half covered.
    """
    verdicts = [
        (verdict, _stated(one, verdict.point))
        for one, grade in zip(answers, grades, strict=True)
        for verdict in grade.verdicts
    ]
    sure = np.array([verdict.probability for verdict, _ in verdicts])
    stated = np.array([value for _, value in verdicts])
    bins = np.minimum((10 * sure).astype(int), 9)
    error = sum(
        abs(sure[bins == one].mean() - stated[bins == one].mean()) * (bins == one).mean() for one in set(bins)
    )
    marks = {mark: [value for verdict, value in verdicts if verdict.mark is mark] for mark in Mark}
    return float(error), {mark: (len(found), mean(found)) for mark, found in marks.items() if found}


def _stated(answer: Rated, point: str) -> float:
    return 1.0 if point in answer.covered else 0.5 * (point in answer.partly)


def _ordered(answers: Sequence[Rated], scores: Sequence[float]) -> list[bool]:
    found: list[bool] = []
    rated = zip(answers, scores, strict=True)
    for _, group in groupby(rated, key=lambda pair: pair[0].question.id):
        score = {one.kind: value for one, value in group}
        found += [score[more] > score[less] for more, less in ORDER]
    return found


def _worst(kind: Kind, scores: Sequence[float]) -> float:
    return min(scores) if kind in {Kind.STRONG, Kind.PARTIAL, Kind.TERSE} else max(scores)
