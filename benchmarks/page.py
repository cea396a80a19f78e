"""One run as a Markdown page."""

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.figures import Figures, Memory, goals

ROWS = {
    "bare ask": "bare bot: constant answer",
    "bare answer": "bare bot: defer, then edit",
    "reads": "`/ask`: its reads alone (wishes, what the member and the channel had)",
    "ask": "`/ask`: all its database work (reads, draw, one transaction)",
    "receive": "answer: transaction 1, received",
    "settle": "answer: transaction 2, settled (graded before)",
    "grade": "answer: one grade",
    "Hotseat ask": "**Hotseat: `/ask` to its card**",
    "Hotseat acknowledged": "Hotseat: submitted answer to its acknowledgement",
    "Hotseat answer": "**Hotseat: submitted answer to its verdict**",
}
COSTS = {
    "bare ask": "bare bot: constant answer",
    "ask": "`/ask`: all its database work",
    "Hotseat ask": "Hotseat: `/ask`",
    "bare answer": "bare bot: defer, then edit",
    "receive": "answer: transaction 1",
    "settle": "answer: transaction 2",
    "grade": "answer: one grade",
    "Hotseat answer": "Hotseat: submitted answer",
}
INTRODUCTION = """\
# Speed

Written on {date} by `make bench` ({machine}; load average before it began {load:.2f}).

Both bots run against the sandbox on loopback, driven by the same code, in turns; the bare one is a discord.py bot that
answers with the constants that Hotseat sent. "In flight" is the number of members who each do one thing after another
without a pause. Times run from the interaction's dispatch until the sandbox has taken the response. The parts of the
loop are timed in a process of their own, at the same number in flight. What counts are the ratios (of medians, in each
round; then the median of the rounds): the times are those of this machine and of what else it was doing.
"""


def page(figures: Figures, machine: str, date: str, load: float) -> str:
    """The whole run."""
    levels = figures.in_flight
    head = [f"{tasks} in flight" for tasks in levels]
    return "\n".join(
        [
            INTRODUCTION.format(date=date, machine=machine, load=load),
            "## Goals\n",
            *_table(
                ["", "in flight", "measured", "at most", "single rounds", "in processor time", ""],
                _goals(figures),
            ),
            "",
            _strictly(figures),
            "\n## Milliseconds: median (95th percentile)\n",
            *_table(
                ["", *head],
                ([says, *(_time(figures, part, n) for n in levels)] for part, says in ROWS.items()),
            ),
            "\n## Processor time per interaction, in milliseconds: bot / driver and sandbox (share of one core)\n",
            *_table(
                ["", *head],
                ([says, *(_cost(figures, part, n) for n in levels)] for part, says in COSTS.items()),
            ),
            "\n## Memory (RSS), in MiB\n",
            *_table(*_memory(figures.memory)),
            "",
        ]
    )


def _strictly(figures: Figures) -> str:
    over = ("bare ask", "reads")
    ratios = (f"{median(figures.ratios('Hotseat ask', over, n)):.2f} ({n})" for n in figures.in_flight)
    return (
        "`/ask` stores the card before it shows it; that transaction is part of its database work. "
        f"Over a bare answer and the reads alone the ratio is, by number in flight, {', '.join(ratios)}."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _goals(figures: Figures) -> Iterable[Sequence[str]]:
    for goal in goals(figures):
        rounds = "" if goal.rounds is None else f"{goal.rounds[0]:.2f} to {goal.rounds[1]:.2f}"
        place = "" if goal.in_flight is None else str(goal.in_flight)
        yield (
            goal.says,
            place,
            f"{goal.measured:.2f}",
            f"{goal.most:g}",
            rounds,
            "" if goal.processor is None else f"{goal.processor:.2f}",
            "pass" if goal.met else "**FAIL**",
        )


def _time(figures: Figures, part: str, tasks: int) -> str:
    return f"{figures.median(part, tasks) * 1000:.1f} ({figures.p95(part, tasks) * 1000:.1f})"


def _cost(figures: Figures, part: str, tasks: int) -> str:
    cost = figures.costs[part, tasks]
    if not cost.wall:  # a part has no driver
        return f"{cost.each * 1000:.2f}"
    driver = cost.driver / cost.count
    shares = f"{cost.bot / cost.wall:.0%} / {cost.driver / cost.wall:.0%}"
    return f"{cost.each * 1000:.2f} / {driver * 1000:.2f} ({shares})"


def _memory(memory: dict[str, Memory]) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    marks = [count for count, _ in next(iter(memory.values())).along]
    head = ["", "connected", *(f"{count:,} more" if count else "after the above" for count in marks)]
    rows = [
        [name, f"{one.idle:.1f}", *(f"{mebibytes:.1f}" for _, mebibytes in one.along)]
        for name, one in memory.items()
    ]
    return head, rows
