"""Grades a half of the answers and says how it went."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.grading.answers import Rated
from bot.domain.grade import Flag, Grade
from bot.domain.question import ExampleKind, Question
from bot.grading.grader import Grader

HONEST = frozenset(ExampleKind) - {ExampleKind.HOSTILE}
ROUNDS = 5  # of timing


@dataclass(frozen=True, slots=True)
class Graded:
    """Every answer's grade; a withheld one counts as 0. Milliseconds of each, with trained models."""

    grades: Sequence[Grade]
    milliseconds: Sequence[float]

    @property
    def scores(self) -> list[float]:
        """0-10."""
        return [grade.score or 0.0 for grade in self.grades]

    def withheld(self, answers: Sequence[Rated]) -> float:
        """The share of honest answers without a number."""
        honest = [grade for one, grade in zip(answers, self.grades, strict=True) if one.kind in HONEST]
        return sum(Flag.WITHHELD in grade.flags for grade in honest) / len(honest)


def graded(grader: Grader, answers: Sequence[Rated]) -> Graded:
    """Grade all, and time each in a text that the grader has not met (it remembers how it cut the last ones)."""
    grades: list[Grade] = []
    milliseconds: list[float] = []
    for one in answers:
        grader.train(one.question)
        grades.append(grader.grade(one.question, one.text))
        for number in range(ROUNDS):
            text = f"{one.text} {number}"
            start = time.perf_counter()
            grader.grade(one.question, text)
            milliseconds.append(1000 * (time.perf_counter() - start))
    return Graded(grades, milliseconds)


def taught_less(answers: Sequence[Rated], most: int) -> Sequence[Rated]:
    """The same answers, to questions with at most so many sentences per point and misconception."""
    thin: dict[str, Question] = {}
    for one in answers:
        if one.question.id not in thin:
            thin[one.question.id] = _thinned(one.question, most)
    return [replace(one, question=thin[one.question.id]) for one in answers]


def _thinned(question: Question, most: int) -> Question:
    return replace(
        question,
        points=tuple(
            replace(point, covered=_spread(point.covered, most), missed=_spread(point.missed, most))
            for point in question.points
        ),
        misconceptions=tuple(
            replace(item, wrong=_spread(item.wrong, most)) for item in question.misconceptions
        ),
    )


def _spread(sentences: Sequence[str], most: int) -> tuple[str, ...]:
    """So many of the sentences, evenly from all over the list."""
    count = min(most, len(sentences))
    return tuple(sentences[place * len(sentences) // count] for place in range(count))
