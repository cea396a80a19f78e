"""What was measured, and whether the promises are kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bot.ui.posts import REQUESTS_PER_SECOND

QUIET = 0  # a turn in which nobody asks
LEAST_OF_PACE = 0.95
MOST_TIMES = 1.3
MOST_GROWTH_MIB = 2.0
WINDOW_S = 10.0
STAGES = ("before", "posting", "after")


@dataclass(slots=True)
class Load:
    """Turns of one number in flight in one stage: first responses in seconds, and what the turns cost.

    `wall` seconds went by, in which `posts` left; `bot`, `driver` and `busy` (everybody on this machine) are seconds of processor time.
    """

    seconds: list[float] = field(default_factory=list[float])
    wall: float = 0.0
    posts: int = 0
    bot: float = 0.0
    driver: float = 0.0
    busy: float = 0.0

    @property
    def p95(self) -> float:
        """What 19 of 20 stay below."""
        return quantiles(self.seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise: a measured number, and the least or the most it may be."""

    says: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is kept."""
        return (self.least is None or self.measured >= self.least) and (
            self.most is None or self.measured <= self.most
        )


@dataclass
class Figures:
    """Everything one run has measured. Moments are those of `time.perf_counter`, memory is in MiB.

    `start` has the seconds from the start of the process to each step, `memory` what it took after so many posts,
    `posts` and `closing` when requests left; `wrong` counts schedules without exactly one post, `unclosed` posts of the
    day before without exactly one close.
    """

    servers: int = 0
    start: dict[str, float] = field(default_factory=dict[str, float])
    loads: defaultdict[tuple[str, int], Load] = field(default_factory=lambda: defaultdict(Load))
    memory: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    posts: list[float] = field(default_factory=list[float])
    closing: list[float] = field(default_factory=list[float])
    growth: float = 0.0
    refused: int = 0
    wrong: int = 0
    again: int = 0
    unclosed: int = 0

    @property
    def in_flight(self) -> Sequence[int]:
        """The numbers in flight that were measured."""
        return sorted({tasks for _, tasks in self.loads if tasks != QUIET})

    def calm(self, tasks: int) -> Load:
        """Before and after the posting, taken together."""
        one, other = self.loads["before", tasks], self.loads["after", tasks]
        return Load([*one.seconds, *other.seconds])

    def times(self, tasks: int) -> tuple[float, float]:
        """How many times as long a first response takes while the bot posts: 95th percentile, median."""
        calm, posting = self.calm(tasks), self.loads["posting", tasks]
        return posting.p95 / calm.p95, median(posting.seconds) / median(calm.seconds)


def rate(moments: Sequence[float]) -> float:
    """Requests a second over the whole time."""
    return (len(moments) - 1) / (moments[-1] - moments[0])


def windows(moments: Sequence[float], seconds: float) -> Sequence[float]:
    """Requests a second in each whole window of so many seconds."""
    counts = [0] * int((moments[-1] - moments[0]) / seconds)
    for moment in moments:
        if (place := int((moment - moments[0]) / seconds)) < len(counts):
            counts[place] += 1
    return [count / seconds for count in counts]


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The most requests within any so many seconds."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def goals(figures: Figures) -> Sequence[Goal]:
    """The promises, with what this run found."""
    least = LEAST_OF_PACE * REQUESTS_PER_SECOND
    ratios = [
        Goal(
            f"`/ask` with {tasks} in flight: 95th percentile while posting, over that without",
            figures.times(tasks)[0],
            most=MOST_TIMES,
        )
        for tasks in figures.in_flight
    ]
    return [
        Goal("posts a second, over the whole time", rate(figures.posts), least=least),
        Goal("requests that Discord would have refused (429)", figures.refused, most=0),
        Goal("schedules without exactly one post", figures.wrong, most=0),
        *ratios,
        Goal("memory: growth over the second half of the posting, MiB", figures.growth, most=MOST_GROWTH_MIB),
        Goal("the next day: posts and closes a second", rate(figures.closing), least=least),
        Goal("posts of the day before without exactly one close", figures.unclosed, most=0),
    ]
