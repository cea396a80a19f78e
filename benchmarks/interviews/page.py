"""One run as a Markdown page, with the promises and whether they are kept."""

from collections.abc import Sequence
from statistics import median, quantiles

from benchmarks.daily.figures import Goal
from benchmarks.daily.page import table, told
from benchmarks.interviews.run import Figures
from benchmarks.interviews.size import Size

MOST_RESPONSE_S = 1.0
MOST_REVEAL_S = 2.0
SAYS = {
    "start": "`/interview start` to the lobby",
    "join": "**Join**, form and seat",
    "begin": "**Start**",
    "form": "**Answer** to its form",
    "answer": "submitted answer, acknowledged",
}
INTRODUCTION = """\
# A hundred mock interviews at once

Written on {date} by `python -m benchmarks.interviews` ({machine}; load average before it began {load:.2f}).

{sessions} panels of {members} members, each in a server of its own, begin within {spread:.0f} seconds and put {questions}
questions of {minutes} minute each, so that their deadlines are spread over a minute. All but one member of each answer at a moment of
their own, so every reveal waits for its deadline. Times run from the interaction's dispatch until the sandbox has taken the first
response, and from the deadline until the card shows the reveal (answers graded). The sandbox and the members share
one process, the bot has its own; its models were made before, as they are after a bot's first days.
"""


def goals(figures: Figures) -> Sequence[Goal]:
    """The promises, with what this run found."""
    responses = [seconds for found in figures.seconds.values() for seconds in found]
    return [
        Goal("the slowest first response, in seconds", max(responses), most=MOST_RESPONSE_S),
        Goal("the latest reveal, in seconds after its deadline", max(figures.reveals), most=MOST_REVEAL_S),
        Goal("answers that were not graded exactly once", figures.lost, most=0),
        Goal("requests that Discord would have refused (429)", figures.refused, most=0),
    ]


def page(figures: Figures, size: Size, machine: str, date: str, load: float) -> str:
    """The whole run."""
    times = [
        *((SAYS[what], found) for what, found in figures.seconds.items()),
        ("deadline to reveal", figures.reveals),
    ]
    return "\n".join(
        [
            INTRODUCTION.format(
                date=date,
                machine=machine,
                load=load,
                sessions=figures.sessions,
                members=size.members,
                spread=size.spread_s,
                questions=size.questions,
                minutes=size.minutes,
            ),
            "## Goals\n",
            *table(["", "measured", "at least", "at most", ""], told(goals(figures))),
            "\n## Seconds\n",
            *table(["", "number", "median", "95 %", "slowest"], [_line(*one) for one in times]),
            _cost(figures),
            "",
        ]
    )


def _cost(figures: Figures) -> str:
    before, after = figures.memory
    return (
        f"\n{figures.answers} answers in {figures.wall:.0f} s; the bot took {figures.processor / figures.wall:.0%} of a core. "
        f"Memory (RSS): {before:.0f} MiB before, {after:.0f} after."
    )


def _line(says: str, seconds: Sequence[float]) -> Sequence[str]:
    p95 = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return says, str(len(seconds)), f"{median(seconds):.3f}", f"{p95:.3f}", f"{max(seconds):.3f}"
