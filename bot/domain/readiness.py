"""How ready somebody is for an interview, by area, and which questions would move that most."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the graded questions of an area of so many come to: their worth, what of it was reached, their number."""

    questions: int
    worth: float = 0.0
    reached: float = 0.0
    graded: int = 0

    def plus(self, question: Question, score: float, instead: float | None = None) -> "_Tally":
        """With this score, which takes the place of another one if the question was graded before."""
        worth = WORTH[question.level]
        if instead is not None:
            return replace(self, reached=self.reached + worth * (score - instead) / BEST_SCORE)
        reached = self.reached + worth * score / BEST_SCORE
        return _Tally(self.questions, self.worth + worth, reached, self.graded + 1)

    @property
    def share(self) -> float:
        """Readiness, 0 to 1."""
        if not self.graded:
            return 0.0
        return self.reached / self.worth * min(1.0, self.graded / min(ENOUGH, self.questions))


def readiness(questions: Iterable[Question], best: Mapping[str, float]) -> Sequence[Ready]:
    """The areas in which something was graded, the readiest first; `best` are scores (0-10) by question id.

    Harder questions weigh more, by what they are worth.
    """
    found = [
        Ready(area, own[0].area_title, tally.share, tally.graded, len(own))
        for area, own in _by_area(questions).items()
        if (tally := _tally(own, best)).graded
    ]
    return sorted(found, key=lambda one: (-one.share, one.title))


def moves(questions: Iterable[Question], best: Mapping[str, float], most: int) -> Sequence[Move]:
    """The questions to which a good answer would move readiness most, one after the other, in areas that were begun.

    Without any, all areas are open. Of equal ones the easier comes first, and another area before the same again.
    """
    areas = _by_area(questions)
    tallies = {area: _tally(own, best) for area, own in areas.items()}
    begun = [area for area, tally in tallies.items() if tally.graded] or list(areas)
    left = [one for area in begun for one in areas[area] if best.get(one.id, 0.0) < GOOD]
    found: list[Move] = []
    while left and len(found) < most:
        chosen = [one.question.area for one in found]
        options = [
            Move(one, tallies[one.area].share, tallies[one.area].plus(one, GOOD, best.get(one.id)).share)
            for one in left
        ]
        move = max(
            options,
            key=lambda one: (
                round(one.after - one.before, 6),
                -chosen.count(one.question.area),
                -HARDNESS.index(one.question.level),
            ),
        )
        question = move.question
        tallies[question.area] = tallies[question.area].plus(question, GOOD, best.get(question.id))
        left = [one for one in left if one is not question]
        found.append(move)
    return found


def _by_area(questions: Iterable[Question]) -> Mapping[str, Sequence[Question]]:
    areas: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        areas[question.area].append(question)
    return areas


def _tally(questions: Sequence[Question], best: Mapping[str, float]) -> _Tally:
    tally = _Tally(len(questions))
    for one in questions:
        if one.id in best:
            tally = tally.plus(one, best[one.id])
    return tally
