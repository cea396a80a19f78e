"""What the author of a question should know before anybody is graded by it: measured facts, no messages."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.grade import Grade, Mark
from bot.domain.question import Example, Question
from bot.grading.grader import Grader
from bot.grading.stems import FUNCTION_WORDS

KEYWORDS_PER_POINT = 8
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}")


@dataclass(frozen=True, slots=True)
class ExampleAudit:
    """How one whole example fared; `credited` and `claimed` are what the grader found, as ids."""

    example: Example
    score: float | None
    credited: tuple[str, ...]
    claimed: tuple[str, ...]

    @property
    def disputed_points(self) -> tuple[str, ...]:
        """Points that example and grader disagree on, sorted."""
        return tuple(sorted(set(self.example.covered) ^ set(self.credited)))


@dataclass(frozen=True, slots=True)
class Audit:
    """All facts about one question. Scores are 0-10, None where withheld.

    `recall` by point: share of its `covered` sentences found again when left out of training (no entry: too few
    sentences). `flagged_corrections`: misconceptions whose own correction is taken for a wrong claim.
    `uncovered` and `flagged_in_answer`: points the model answer misses, misconceptions found in it.
    """

    model_answer: float | None
    uncovered: tuple[str, ...]
    flagged_in_answer: tuple[str, ...]
    prompt: float | None
    keywords: float | None
    hints: tuple[float | None, ...]
    recall: Mapping[str, float]
    flagged_corrections: tuple[str, ...]
    examples: tuple[ExampleAudit, ...]


def audit(grader: Grader, question: Question) -> Audit:
    """Try everything on a question that must not surprise its author."""
    own = grader.grade_text(question, question.answer)
    return Audit(
        model_answer=own.score,
        uncovered=tuple(verdict.point for verdict in own.verdicts if verdict.mark is not Mark.COVERED),
        flagged_in_answer=tuple(claim.misconception for claim in own.claims),
        prompt=grader.grade(question, question.prompt).score,
        keywords=grader.grade(question, keywords(question)).score,
        hints=tuple(
            grader.grade(question, text).score for text in (question.approach, *question.hints) if text
        ),
        recall=leave_one_out(grader, question),
        flagged_corrections=tuple(
            item.id
            for item in question.misconceptions
            if item.id in _claimed(grader.grade_text(question, item.says))
        ),
        examples=tuple(_example(grader, question, example) for example in question.examples),
    )


def leave_one_out(grader: Grader, question: Question) -> Mapping[str, float]:
    """Recall per point: the share of its sentences that its model finds again without having seen them."""
    return grader.train(question).recall


def foreign_score(grader: Grader, question: Question, other: Question) -> float | None:
    """What another question's model answer earns here; little, unless the two share points."""
    return grader.grade_text(question, other.answer).score


def keywords(question: Question) -> str:
    """The commonest words of every point's sentences, as the bare list that a lazy cheat would paste."""
    chosen: list[str] = []
    for point in question.points:
        counts = Counter(
            word
            for text in (*point.covered, point.says)
            for word in _WORD.findall(text.lower())
            if word not in FUNCTION_WORDS
        )
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        chosen += ranked[:KEYWORDS_PER_POINT]
    return ", ".join(dict.fromkeys(chosen))


def _example(grader: Grader, question: Question, example: Example) -> ExampleAudit:
    grade = grader.grade(question, example.answer)
    credited = tuple(
        verdict.point for verdict in grade.verdicts if verdict.mark in {Mark.COVERED, Mark.PARTLY}
    )
    return ExampleAudit(example, grade.score, credited, _claimed(grade))


def _claimed(grade: Grade) -> tuple[str, ...]:
    return tuple(claim.misconception for claim in grade.claims)
