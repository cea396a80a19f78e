"""The transcript of an interview, as Markdown: questions, model answers, grades, and texts of those who agreed."""

from collections.abc import Mapping, Sequence

from bot.domain.interview import Format
from bot.domain.scoring import BEST_SCORE
from bot.engine.rounds import Given, Scores, told
from bot.engine.sessions import RoundView, View

TITLES = {
    Format.PANEL: "Mock interview, panel",
    Format.HOT_SEAT: "Mock interview, hot seat",
    Format.SOLO: "Mock interview",
}


def transcript(view: View, answers: Sequence[Given], scores: Mapping[int, Scores]) -> str:
    """The whole interview; `scores` by the number of the round."""
    names = ", ".join(view.names[seat.member_id] for seat in view.session.seats)
    when = f"{view.rounds[0].asked.ask.asked_at:%Y-%m-%d}, " if view.rounds else ""
    parts = [f"# {TITLES[view.session.format]}", f"{when}{names}"]
    for round_ in view.rounds:
        question = round_.asked.question
        parts += [
            f"## {round_.stored.number}. {question.title}",
            question.prompt,
            f"### Model answer\n\n{question.answer}",
        ]
        found = scores.get(round_.stored.number)
        if found is not None:
            parts.append(_hot_seat(view, round_, found))
        parts += [_answer(view, one, scores) for one in answers if one.round is round_]
    return "\n\n".join(parts) + "\n"


def _answer(view: View, given: Given, scores: Mapping[int, Scores]) -> str:
    found = scores.get(given.round.stored.number)
    agreed = {seat.member_id for seat in view.session.seats if seat.consent}
    shown = found is None or found.shown
    head = f"### {view.names[given.answer.member_id]} ({told(given.grade, shows=shown)})"
    if given.answer.member_id not in agreed:
        return f"{head}\n\n(The text is not shared.)"
    quoted = "\n".join(f"> {line}" for line in given.answer.text.splitlines())
    return f"{head}\n\n{quoted}"


def _hot_seat(view: View, round_: RoundView, found: Scores) -> str:
    roles = round_.stored.roles
    if roles is None:
        return ""
    line = f"In the hot seat: {view.names[roles.candidate]}"
    if not found.shown:
        return line
    if roles.interviewer is not None and found.people.interviewer is not None:
        name = view.names[roles.interviewer]
        line += f"; interviewer {name}: {found.people.interviewer:g} out of {BEST_SCORE:g}"
    if found.people.stars is not None:
        line += f"; observers: {found.people.stars:.1f} of 5 stars"
    return line
