"""What was measured, and what follows from it: medians, ratios and whether the goals are met."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

MOST_TIMES = 1.3
MOST_GROWTH_MIB = 2.0
HANDED_BACK = "answers handed back because storing them took too long"
GROWTH = "memory: growth after warm-up, MiB"
# What is compared with the sum of what.
COMPARED = {
    "`/ask` to its card, over a bare answer and its database work": ("Hotseat ask", ("bare ask", "ask")),
    "answer to verdict, over a bare defer and edit, a grade and two transactions": (
        "Hotseat answer",
        ("bare answer", "grade", "receive", "settle"),
    ),
}


@dataclass(slots=True)
class Cost:
    """Over `count`: seconds that went by, and of processor time for the bot (or the part) and the driver's process."""

    wall: float = 0.0
    bot: float = 0.0
    driver: float = 0.0
    count: int = 0

    @property
    def each(self) -> float:
        """Seconds of the bot's processor time for one."""
        return self.bot / self.count


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one bot, in MiB: just connected, then after the speed rounds and along the light interactions."""

    idle: float
    along: Sequence[tuple[int, float]]

    @property
    def growth(self) -> float:
        """Over the second half of the light interactions, when nothing is warming up any more."""
        return self.along[-1][1] - self.along[len(self.along) // 2][1]


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise: a measured number beside the most it may be.

    `rounds` are the extremes among single rounds, `processor` is the same ratio in processor time.
    """

    says: str
    in_flight: int | None
    measured: float
    most: float
    rounds: tuple[float, float] | None = None
    processor: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is kept."""
        return self.measured <= self.most


@dataclass
class Figures:
    """Everything one run has measured; seconds by part and number in flight."""

    samples: defaultdict[tuple[str, int], list[list[float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    costs: defaultdict[tuple[str, int], Cost] = field(default_factory=lambda: defaultdict(Cost))
    handed_back: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    memory: dict[str, Memory] = field(default_factory=dict)

    def add(self, part: str, tasks: int, seconds: Sequence[float]) -> None:
        """Keep one round of a part."""
        self.samples[part, tasks].append(list(seconds))

    @property
    def in_flight(self) -> Sequence[int]:
        """The numbers in flight that were measured."""
        return sorted({tasks for _, tasks in self.samples})

    def median(self, part: str, tasks: int) -> float:
        """Over all rounds, in seconds."""
        return median(self._all(part, tasks))

    def p95(self, part: str, tasks: int) -> float:
        """What 19 of 20 stay below, in seconds."""
        found = self._all(part, tasks)
        return quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]

    def ratios(self, part: str, over: Sequence[str], tasks: int) -> Sequence[float]:
        """Round by round, a part's median over the sum of the medians of others.

        What else the machine does comes and goes; within one round it hits both sides.
        """
        rounds = zip(*(self.samples[name, tasks] for name in (part, *over)), strict=True)
        return [median(own) / sum(map(median, others)) for own, *others in rounds]

    def processor(self, part: str, over: Sequence[str], tasks: int) -> float:
        """The ratio in the bot's processor time, which other load on the machine hardly touches."""
        return self.costs[part, tasks].each / sum(self.costs[name, tasks].each for name in over)

    def _all(self, part: str, tasks: int) -> list[float]:
        return [value for one in self.samples[part, tasks] for value in one]


def goals(figures: Figures) -> Sequence[Goal]:
    """The promises, with what this run found."""
    found: list[Goal] = []
    for says, (part, over) in COMPARED.items():
        for tasks in figures.in_flight:
            ratios = figures.ratios(part, over, tasks)
            extremes, processor = (min(ratios), max(ratios)), figures.processor(part, over, tasks)
            found.append(Goal(says, tasks, median(ratios), MOST_TIMES, extremes, processor))
    found += [Goal(HANDED_BACK, tasks, figures.handed_back[tasks], 0) for tasks in figures.in_flight]
    return [*found, Goal(GROWTH, None, figures.memory["Hotseat"].growth, MOST_GROWTH_MIB)]
