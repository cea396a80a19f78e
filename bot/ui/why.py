"""The card of /why: the arithmetic behind a grade, in words."""

from collections.abc import Sequence
from datetime import datetime

from bot.clock import milliseconds
from bot.domain.grade import Mark
from bot.domain.history import BOOKED_WINDOW, REMEMBERED, SHOWS_ANSWER, Entry
from bot.domain.scoring import BEST_SCORE, HINT_SHARE, RETRY_SHARE
from bot.domain.streak import LEAST_SCORE
from bot.engine.why import Booked, Explained
from bot.engine.wording import NOTICES, SAYS_IT_ALL, plural
from bot.storage.answers import Graded
from bot.ui.base import Card, texts
from bot.ui.cards import MARKS, said_name
from bot.ui.text import clip, fitting, quote

CHOICE_LIMIT = 100
DIGEST_SHOWN = 8
QUOTE_LENGTHS = (100, 50, 0)
STEPS_SHOWN = 8
DOORS = {
    "practice": "`/ask`",
    "daily": "a daily question",
    "interview": "a mock interview",
    "review": "`/review`",
}
DIGESTS = "-# The letters are the beginning of a fingerprint (SHA-256) of the text: the same letters, the same text, word by word."


def choice_name(one: Graded) -> str:
    """An answer as the list shows it."""
    tail = f" · {_score(one.score)} · {one.local_date}"
    return clip(one.title, CHOICE_LIMIT - len(tail)) + tail


def why_card(found: Explained) -> Card:
    """Everything behind one grade."""

    def build(length: int) -> list[str]:
        return [
            _head(found),
            _grade(found, length),
            f"**Points**\n{_points(found)}",
            _path(found),
            f"**Versions**\n{_versions(found)}\n{DIGESTS}",
        ]

    return Card(*texts(*fitting(build, QUOTE_LENGTHS)))


def _head(found: Explained) -> str:
    answer, question = found.outcome.answer, found.outcome.asked.question
    return (
        f"## Why {_score(found.outcome.settled.grade.score)}?\n-# {question.title}, asked by {DOORS[found.asked.ask.door]}; "
        f"you answered {_when(answer.received_at)}"
    )


def _grade(found: Explained, length: int) -> str:
    """The verdict on each point with its weight, and how they make the score."""
    outcome = found.outcome
    question, grade = outcome.asked.question, outcome.settled.grade
    weights = {point.id: point.weight for point in question.points}
    total = sum(weights.values())
    unread = SAYS_IT_ALL.intersection(grade.flags)
    if unread:
        return "\n".join(NOTICES[flag] for flag in unread)
    lines: list[str] = []
    for verdict in grade.verdicts:
        quoted = f"\n-# {quote(verdict.evidence, length)}" if verdict.evidence and length else ""
        lines.append(
            f"{MARKS[verdict.mark]} **{verdict.mark}** · {said_name(outcome, verdict)} "
            f"(weight {weights[verdict.point]} of {total}){quoted}"
        )
    halves = {Mark.COVERED: 2, Mark.PARTLY: 1}
    earned = sum(halves.get(verdict.mark, 0) * weights[verdict.point] for verdict in grade.verdicts) / 2
    if grade.score is None:
        return "\n".join(
            [*lines, "-# I was not sure enough about more than half of this, so there is no number."]
        )
    share = f"-# Covered counts whole, partly half: {earned:g} of {total} is {BEST_SCORE * earned / total:.1f} of 10."
    if abs(BEST_SCORE * earned / total - grade.score) > 0.25 + 1e-9:
        share += f" What I read as wrong took it down to {grade.score:g}."
    else:
        share += f" Scores come in halves: {grade.score:g}."
    return "\n".join([*lines, share])


def _points(found: Explained) -> str:
    settled, first = found.outcome.settled, found.first.event
    if found.outcome.answer.late:
        lines = ["None: it came after its time was up."]
    elif settled.locked:
        lines = [f"None: {_lock(found.path)}"]
    elif first.score is None:
        lines = ["None: there was no number to reckon with."]
    elif first.value is None and not first.points:
        lines = ["None: words that say nothing to the question yet are no try. The next one is the first."]
    else:
        lines = _reckoned(found.first)
    if found.regrades:
        lines.insert(0, f"First graded {_score(first.score)}:")
    for one in found.regrades:
        lines.append(f"Graded again later {_score(one.event.score)}, booked on the day of your answer:")
        lines += _reckoned(one) if one.event.value is not None else ["No points more, and none less."]
    day = any(one.event.streak_day for one in [found.first, *found.regrades])
    lines.append(
        f"-# {'It made' if day else 'It did not make'} {first.local_date} (in {first.zone}) count for your streak"
        + ("." if day else f"; that takes {LEAST_SCORE:g} out of 10.")
    )
    return "\n".join(lines)


def _reckoned(booked: Booked) -> list[str]:
    """The arithmetic, step by step."""
    one = booked.reckoning
    if one is None:
        return [f"**{plural(booked.event.points, 'point')}** were booked, by the rules of that time."]
    factors = f"{one.worth} ({booked.level})"
    if one.hints:
        factors += f" × {HINT_SHARE:g}" * one.hints + f" ({plural(one.hints, 'hint')})"
    lines = [f"{factors} × {booked.event.score or 0:g} / {BEST_SCORE:g} = {one.reached:.1f}"]
    if one.before is not None:
        if one.reached > one.before:
            share = f"{100 * RETRY_SHARE:.0f} % of what this try reached beyond that: {one.value:.1f}"
        else:
            share = "this try did not reach beyond that"
        lines.append(f"Another try: the tries before it were worth {one.before:.1f}; {share}.")
    if one.booked:
        span = f"the {BOOKED_WINDOW.days} days before it" + (
            " and since" if booked.event.kind == "regraded" else ""
        )
        paid = plural(one.booked, "point")
        lines.append(f"Booked on this question in {span}: {paid}, which are not paid twice.")
    lines.append(f"Booked: **{plural(one.points, 'point')}**, rounded half up.")
    return lines


def _lock(path: Sequence[Entry]) -> str:
    seen = [one for one in path if one.kind in SHOWS_ANSWER]
    when = f", on {_when(seen[-1].at)}" if seen else ""
    return f"you could see the model answer before{when}. The question earns nothing for {REMEMBERED.days} days then."


def _path(found: Explained) -> str:
    """What the member did with this question before, shortly."""
    steps = [line for one in found.path if (line := _step(one))]
    if not steps:
        return ""
    kept = steps[-STEPS_SHOWN:]
    more = f"-# ({plural(len(steps) - len(kept), 'earlier step')})\n" if len(steps) > len(kept) else ""
    return f"**You and this question before that**\n{more}" + "\n".join(kept)


def _step(one: Entry) -> str:
    said = {
        "asked": "it was asked",
        "hinted": f"hint {one.hints}",
        "graded": f"a try: +{plural(one.points, 'point')}",
        "regraded": f"that try graded again: +{plural(one.points, 'point')}",
        "revealed": "you looked at the model answer",
        "closed": "it closed and showed its model answer",
        "passed": "you passed",
    }.get(one.kind)
    return f"-# {_when(one.at)}: {said}" if said else ""


def _versions(found: Explained) -> str:
    asked = found.asked
    now = {
        True: "It is the same today.",
        False: "It has changed since; answers are graded again when whoever runs me says so.",
        None: "It has left the bank since.",
    }[found.is_current]
    lines = [
        f"Question `{_short(asked.version.digest)}`: what you were asked."
        + ("" if found.regrades else f" {now}")
    ]
    for place, one in enumerate(found.regrades):
        after = f" {now}" if place == len(found.regrades) - 1 else ""
        on = datetime.fromisoformat(str(one.event.detail["on"]))
        before = one.event.detail["before"]
        lines.append(
            f"Question `{_short(one.event.digest)}`: improved since, so I graded you again on {_when(on)}: "
            f"{_score(before if isinstance(before, float | int) else None)} became {_score(one.event.score)}.{after}"
        )
    last = [found.first, *found.regrades][-1].event
    same = (
        "It is the same today."
        if found.same_grader
        else "It has changed since, and could say something else today."
    )
    lines.append(f"Grader `{_short(last.grader)}`: the rules and examples by which I read you. {same}")
    return "\n".join(lines)


def _score(score: float | None) -> str:
    return "no number" if score is None else f"{score:g} out of {BEST_SCORE:g}"


def _short(digest: str | None) -> str:
    return (digest or "?")[:DIGEST_SHOWN]


def _when(moment: datetime) -> str:
    return f"<t:{milliseconds(moment) // 1000}:f>"
