"""Mistakes that only show when questions are seen together: ids that point nowhere, ids used twice."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.bank.mistakes import Mistake
from bot.domain.question import Question


def reference_mistakes(questions: Mapping[str, Question], homes: Mapping[str, str]) -> list[Mistake]:
    """Everything that points to something that does not exist. `homes` names each question's file."""
    return [
        Mistake(homes[question.id], question.id, field, sentence)
        for question in questions.values()
        for field, sentence in (*_between(question, questions), *_within(question))
    ]


def _between(question: Question, questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    for field, ids in (("next", question.next), ("siblings", question.siblings)):
        for unknown in sorted(set(ids) - set(questions)):
            yield field, f'there is no question "{unknown}".'
        if question.id in ids:
            yield field, "a question cannot name itself here."


def _within(question: Question) -> Iterator[tuple[str, str]]:
    points = [point.id for point in question.points]
    misconceptions = [misconception.id for misconception in question.misconceptions]
    for field, ids in (("points", points), ("misconceptions", misconceptions)):
        for twice in sorted(one for one, count in Counter(ids).items() if count > 1):
            yield field, f'the id "{twice}" is used twice in this question.'
    named = [
        *(
            (f"misconceptions.{one.id}.voids", one.voids, points, "key point")
            for one in question.misconceptions
        ),
        *(
            (f"examples.{n}.covered", one.covered, points, "key point")
            for n, one in enumerate(question.examples, 1)
        ),
        *(
            (f"examples.{n}.misconceptions", one.misconceptions, misconceptions, "misconception")
            for n, one in enumerate(question.examples, 1)
        ),
    ]
    for field, ids, known, noun in named:
        for unknown in sorted(set(ids) - set(known)):
            yield field, f'this question has no {noun} "{unknown}".'
