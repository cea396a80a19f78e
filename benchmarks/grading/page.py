"""The page that says how good the grades are."""

from collections.abc import Sequence

import numpy as np

from benchmarks.grading.answers import Rated
from benchmarks.grading.baselines import BASELINES, scores
from benchmarks.grading.measures import Measured, calibration, kappa, measured
from benchmarks.grading.run import graded, taught_less
from bot.domain.lexicon import Lexicon
from bot.domain.question import ExampleKind as Kind
from bot.grading.grader import Grader

TAUGHT = (4, 8, 12, 16, 24)
KINDS = (Kind.STRONG, Kind.TERSE, Kind.PARTIAL, Kind.VAGUE, Kind.WRONG, Kind.HOSTILE)
HEAD = (
    f"| grader | QWK | Pearson | RMSE | order right | {' | '.join(KINDS)} |\n|{' --- |' * (5 + len(KINDS))}\n"
)


def page(
    grader: Grader,
    name: str,
    answers: Sequence[Rated],
    fitted_on: Sequence[Rated],
    today: str,
    *,
    listed: bool,
) -> str:
    """Markdown. `listed`: with every answer's scores."""
    found = graded(grader, answers)
    readers = [[one.scores[place] for one in answers] for place in (0, 1)]
    rows = [
        _row(label, measured(answers, scores(raw, fitted_on, answers))) for label, raw in BASELINES.items()
    ]
    plain = Grader(Lexicon())
    without = [plain.grade(one.question, one.text).score or 0.0 for one in answers]
    rows.append(_row("Hotseat without its lexicon", measured(answers, without)))
    rows.append(_row("**Hotseat**", measured(answers, found.scores)))
    rows.append(_row("the readers", measured(answers, [one.score for one in answers])))
    curve = [_row(f"{most} sentences", _taught(grader, answers, most)) for most in TAUGHT]
    questions = len({one.question.id for one in answers})
    error, marks = calibration(answers, found.grades)
    said = ", ".join(f"*{mark}* {count} ({stated:.0%})" for mark, (count, stated) in marks.items())
    p50, p99 = np.percentile(found.milliseconds, (50, 99))
    text = f"""# Grades beside two readers

Written on {today} by `make bench-grading`: the {name} half, {questions} questions, {len(answers)} answers, grader \
`{grader.digest[:12]}`. The readers agree with QWK {kappa(*readers):.2f}.

{HEAD}{"".join(rows)}
By kind: mean score (worst). A withheld grade counts as 0: {found.withheld(answers):.1%} of the honest answers are withheld. \
One grade takes {p50:.1f} ms (median), {p99:.1f} ms (99th percentile).

How sure a verdict is errs by {error:.3f} on average (expected calibration error, {sum(count for count, _ in marks.values())} \
verdicts, beside a third reader who saw the key points). Verdicts by mark, and how often the reader found the point stated: {said}.

## With fewer sentences per point

{HEAD}{"".join(curve)}"""
    if listed:
        text += "\n## Every answer\n\n" + "".join(_listed(answers, found.scores))
    return text


def _taught(grader: Grader, answers: Sequence[Rated], most: int) -> Measured:
    less = taught_less(answers, most)
    return measured(less, [grader.grade(one.question, one.text).score or 0.0 for one in less])


def _row(label: str, found: Measured) -> str:
    kinds = " | ".join(f"{mean:.1f} ({worst:.1f})" for mean, worst in (found.kinds[kind] for kind in KINDS))
    return f"| {label} | {found.qwk:.2f} | {found.pearson:.2f} | {found.rmse:.2f} | {found.order:.1%} | {kinds} |\n"


def _listed(answers: Sequence[Rated], found: Sequence[float]) -> list[str]:
    return [
        f"- {one.question.id} {one.kind}: {score:g}, readers {one.scores[0]} and {one.scores[1]}\n"
        for one, score in zip(answers, found, strict=True)
    ]
