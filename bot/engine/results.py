"""What came of a daily question: answers, the spread of grades, the points most missed, answers that were shared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.grade import Grade, Mark
from bot.engine.practice import Asked
from bot.engine.settlement import SETTLED
from bot.storage import answers
from bot.storage.database import Database

AT_ONCE = 200
# Lower bounds of the bars that grades are counted in, and their labels.
BARS = ((8.0, "8 to 10"), (6.0, "6 to 7.5"), (4.0, "4 to 5.5"), (2.0, "2 to 3.5"), (0.0, "0 to 1.5"))


@dataclass(frozen=True, slots=True)
class Missed:
    """A key point's place in the question, and how many did not state it."""

    place: int
    members: int


@dataclass(frozen=True, slots=True)
class Results:
    """`members` answered; `graded` of them have a number, spread over `bars` (label, members), each by their best answer.

    `missed` are the points that were missed at all, the most missed first; `shared` counts answers to be read.
    """

    members: int
    graded: int
    bars: Sequence[tuple[str, int]]
    missed: Sequence[Missed]
    shared: int


async def results(database: Database, asked: Asked) -> Results:
    """The results of an ask as they stand now."""
    best: dict[int, Grade] = {}
    members, after = set[int](), 0
    while rows := await database.read(answers.outcomes, asked.ask.id, after, AT_ONCE):
        for answer_id, member_id, outcome in rows:
            after = answer_id
            members.add(member_id)
            if outcome is not None:
                _keep_better(best, member_id, SETTLED.validate_json(outcome).grade)
    shared = await database.read(answers.shared, asked.ask.id)
    return Results(len(members), len(best), _bars(best), _missed(asked, best), len(shared))


def _keep_better(best: dict[int, Grade], member_id: int, grade: Grade) -> None:
    if grade.score is None:
        return
    known = best.get(member_id)
    if known is None or grade.score > (known.score or 0.0):
        best[member_id] = grade


def _bars(best: Mapping[int, Grade]) -> Sequence[tuple[str, int]]:
    counts = Counter(
        next(label for least, label in BARS if (grade.score or 0.0) >= least) for grade in best.values()
    )
    return [(label, counts[label]) for _, label in BARS]


def _missed(asked: Asked, best: Mapping[int, Grade]) -> Sequence[Missed]:
    places = {point.id: place for place, point in enumerate(asked.question.points)}
    counts = Counter(
        verdict.point
        for grade in best.values()
        for verdict in grade.verdicts
        # What was graded again by a later version may speak of other points.
        if verdict.mark in {Mark.MISSED, Mark.WRONG, Mark.NOT_SURE} and verdict.point in places
    )
    return [Missed(places[point], number) for point, number in counts.most_common()]
