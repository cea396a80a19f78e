"""How ready somebody is for an interview, by area, and which questions would move that most."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.draw import HARDNESS
from bot.domain.question import Question
from bot.domain.scoring import BEST_SCORE, WORTH

# From so many graded questions on an area's mean stands for itself; before, it counts in proportion.
ENOUGH = 5
GOOD = 8.0  # what a good answer scores


@dataclass(frozen=True, slots=True)
class Ready:
    """An area: `share` (0-1) of readiness, how many of its `questions` were graded."""

    area: str
    title: str
    share: float
    graded: int
    questions: int


@dataclass(frozen=True, slots=True)
class Move:
    """A question that a good answer to would move its area's readiness from `before` to `after`."""

    question: Question
    before: float
    after: float


def readiness(questions: Iterable[Question], best: Mapping[str, float]) -> Sequence[Ready]:
    """The areas in which something was graded, the readiest first; `best` are scores (0-10) by question id.

    Harder questions weigh more, by what they are worth.
    """
    found = [
        Ready(area, own[0].area_title, _share(own, best), sum(one.id in best for one in own), len(own))
        for area, own in _by_area(questions).items()
        if any(one.id in best for one in own)
    ]
    return sorted(found, key=lambda one: (-one.share, one.title))


def moves(questions: Sequence[Question], best: Mapping[str, float], most: int) -> Sequence[Move]:
    """The questions to which a good answer would move readiness most, one after the other, in areas that were begun.

    Without any, all areas are open. Of equal ones the easier comes first, and another area before the same again.
    """
    areas = _by_area(questions)
    open_to = {area: own for area, own in areas.items() if any(one.id in best for one in own)} or areas
    reached, found = dict(best), list[Move]()
    while len(found) < most:
        chosen = [one.question.area for one in found]
        options = [
            Move(question, _share(own, reached), _share(own, {**reached, question.id: GOOD}))
            for own in open_to.values()
            for question in own
            if reached.get(question.id, 0.0) < GOOD
        ]
        if not options:
            break
        move = max(
            options,
            key=lambda one: (
                round(one.after - one.before, 6),
                -chosen.count(one.question.area),
                -HARDNESS.index(one.question.level),
            ),
        )
        reached[move.question.id] = GOOD
        found.append(move)
    return found


def _by_area(questions: Iterable[Question]) -> Mapping[str, Sequence[Question]]:
    areas: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        areas[question.area].append(question)
    return areas


def _share(questions: Sequence[Question], best: Mapping[str, float]) -> float:
    graded = [one for one in questions if one.id in best]
    if not graded:
        return 0.0
    worth = sum(WORTH[one.level] for one in graded)
    mean = sum(WORTH[one.level] * best[one.id] for one in graded) / (BEST_SCORE * worth)
    return mean * min(1.0, len(graded) / min(ENOUGH, len(questions)))
