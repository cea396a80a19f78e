"""What a member knows, how much they practise, and how well they judge themselves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import get_args

from bot.clock import Clock
from bot.domain.grade import Sure
from bot.domain.readiness import GOOD, Move, Ready, moves, readiness
from bot.domain.scoring import Period
from bot.engine.library import Library
from bot.engine.practice import Person
from bot.engine.progress import StreakView, streak_view
from bot.errors import UserError
from bot.storage import answers, boards, members, progress
from bot.storage.database import Connection, Database

WEEKS = 12
JUDGED_BY = 200  # of their last answers
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """First tries of which the member was so sure: their average score (0-10), and how many."""

    sure: Sure
    score: float
    tries: int


@dataclass(frozen=True, slots=True)
class StatsView:
    """A member's numbers. `streak.days` go back twelve weeks; `moves` is empty for another member than oneself."""

    member: Person
    own: bool
    shown: bool
    streak: StreakView
    counted: int
    week: int
    graded: int
    strong: int
    ready: Sequence[Ready]
    judged: Sequence[Judged]
    moves: Sequence[Move]


class Stats:
    """Reads a member's numbers, in a bounded number of indexed queries."""

    def __init__(self, database: Database, library: Library, clock: Clock) -> None:
        self._database = database
        self._questions = tuple(library.bank.questions.values())
        self._clock = clock

    async def view(self, of: int, by: Person) -> StatsView:
        """The numbers of a member as they stand now. Raises UserError where `by` may not see them."""
        return await self._database.read(self._view, of, by)

    def _view(self, connection: Connection, of: int, by: Person) -> StatsView:
        wishes = members.settings(connection, of).wishes
        own = of == by.id
        if not own and not wishes.stats_shown:
            # The same for those who have never been here: nobody learns who practises.
            raise UserError(
                "They keep their stats to themselves. Whoever wants to show theirs says so in `/settings`."
            )
        now = self._clock.now()
        streak, _ = progress.streak(connection, of)
        seen = progress.seen(connection, of)
        best = {question_id: one.best for question_id, one in seen.items() if one.best is not None}
        ready = readiness(self._questions, best)
        return StatsView(
            by if own else Person(of, members.name(connection, of)),
            own,
            wishes.stats_shown,
            streak_view(connection, of, now, timedelta(weeks=WEEKS)),
            streak.days,
            boards.points(connection, of, period=Period.WEEK.key(now)),
            len(best),
            sum(score >= GOOD for score in best.values()),
            ready,
            _judged(answers.sure(connection, of, JUDGED_BY)),
            moves(self._questions, best, SUGGESTED) if own else (),
        )


def _judged(tries: Sequence[tuple[Sure, float]]) -> Sequence[Judged]:
    scores: defaultdict[Sure, list[float]] = defaultdict(list)
    for sure, score in tries:
        scores[sure].append(score)
    return [Judged(one, fmean(scores[one]), len(scores[one])) for one in get_args(Sure) if scores[one]]
