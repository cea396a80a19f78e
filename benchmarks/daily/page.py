"""One run as a Markdown page."""

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.daily.figures import (
    QUIET,
    STAGES,
    WINDOW_S,
    Figures,
    Goal,
    Load,
    goals,
    most_within,
    rate,
    windows,
)

INTRODUCTION = """\
# Ten thousand daily questions in one minute

Written on {date} by `python -m benchmarks.daily` ({machine}; load average before it began {load:.2f}).

{schedules:,} schedules in {servers:,} servers fall due in the same minute; the bot runs against the sandbox on loopback, which
keeps Discord's limits (50 requests a second in all, 5 messages per 5 s and channel). Before, meanwhile and after, members
use `/ask` in a few of the servers, in turns: so many in flight, each one after another without a pause, or nobody for a
while. Times run from the interaction's dispatch until the sandbox has taken the response. The sandbox and the members share
one process (the driver), the bot has its own. "Without" is before and after taken together.
"""


def page(figures: Figures, machine: str, date: str, load: float) -> str:
    """The whole run."""
    schedules = len(figures.posts)
    return "\n".join(
        [
            INTRODUCTION.format(
                date=date, machine=machine, load=load, schedules=schedules, servers=figures.servers
            ),
            "## Goals\n",
            *table(["", "measured", "at least", "at most", ""], told(goals(figures))),
            "\n## Pace\n",
            *table(
                ["", "requests", "seconds", "a second", "slowest 10 s", "most within 1 s"], _pace(figures)
            ),
            "\n## First response to `/ask`, in milliseconds: median (95th percentile)\n",
            *table(["in flight", *STAGES, "times without: median", "95th percentile"], _asks(figures)),
            "\n## Work per second: asks, posts; processor in shares of one core: bot / driver / everybody else\n",
            *table(["in flight", *STAGES], _work(figures)),
            f"\nOne post costs the bot {_each_post(figures):.1f} ms of processor time (measured while nobody asks).",
            "\n## Start, with all servers, in seconds since the start of the process\n",
            *table([*figures.start], [[f"{seconds:.1f}" for seconds in figures.start.values()]]),
            "\nDiscord takes one shard per five seconds, and the bot waits two more for the servers of each.",
            "\n## Memory (RSS), in MiB\n",
            *table(["", ""], ([when, f"{mebibytes:.1f}"] for when, mebibytes in figures.memory)),
            "",
        ]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def told(found: Sequence[Goal]) -> Iterable[Sequence[str]]:
    """The rows of a table of goals."""
    for goal in found:
        yield (
            goal.says,
            f"{goal.measured:.2f}",
            "" if goal.least is None else f"{goal.least:g}",
            "" if goal.most is None else f"{goal.most:g}",
            "pass" if goal.met else "**FAIL**",
        )


def _pace(figures: Figures) -> Iterable[Sequence[str]]:
    stages = {
        f"{len(figures.posts):,} posts": figures.posts,
        f"the next day: {figures.again:,} posts, then as many closes": figures.closing,
    }
    for says, moments in stages.items():
        slowest = min(windows(moments, WINDOW_S), default=rate(moments))
        yield (
            says,
            f"{len(moments):,}",
            f"{moments[-1] - moments[0]:.1f}",
            f"{rate(moments):.2f}",
            f"{slowest:.1f}",
            str(most_within(moments, 1.0)),
        )


def _asks(figures: Figures) -> Iterable[Sequence[str]]:
    for tasks in figures.in_flight:
        p95, middle = figures.times(tasks)
        stages = (figures.loads[stage, tasks] for stage in STAGES)
        yield str(tasks), *(_time(load) for load in stages), f"{middle:.2f}", f"{p95:.2f}"


def _time(load: Load) -> str:
    return f"{median(load.seconds) * 1000:.1f} ({load.p95 * 1000:.1f})"


def _work(figures: Figures) -> Iterable[Sequence[str]]:
    for tasks in (QUIET, *figures.in_flight):
        yield str(tasks), *(_shares(figures.loads[stage, tasks]) for stage in STAGES)


def _shares(load: Load) -> str:
    return (
        f"{len(load.seconds) / load.wall:.0f}, {load.posts / load.wall:.1f}; "
        f"{load.bot / load.wall:.0%} / {load.driver / load.wall:.0%} / "
        f"{max(0.0, load.busy - load.bot - load.driver) / load.wall:.0%}"
    )


def _each_post(figures: Figures) -> float:
    """Milliseconds of the bot's processor time, without what it does anyway."""
    calm, posting = figures.loads["before", QUIET], figures.loads["posting", QUIET]
    return (posting.bot - calm.bot / calm.wall * posting.wall) / posting.posts * 1000
