"""Cards of the hot seat: what each role sees, and all scores side by side."""

from collections.abc import Sequence

import discord

from bot.domain.grade import Mark
from bot.domain.interview import JUDGING
from bot.domain.question import KeyPoint
from bot.domain.roles import Role
from bot.domain.scoring import BEST_SCORE
from bot.engine.interviews import Part
from bot.engine.judging import ticked_score
from bot.engine.rounds import Scores
from bot.engine.sessions import RoundView
from bot.engine.wording import plural
from bot.ui.base import Card, CardSelect, ask_button, row, texts
from bot.ui.cards import MARKS
from bot.ui.custom_ids import NO_POINT, Choice, Turn, Verb, choice_address
from bot.ui.dailies import stamp
from bot.ui.interviews import round_head, turn_button
from bot.ui.text import clip, code_block, fitting

OPTION_LIMIT = 100
TYPED_LIMITS = (1500, 700, 200)
STARS = {1: "1 · far from it", 2: "2 · weak", 3: "3 · fair", 4: "4 · good", 5: "5 · excellent"}
PART = {
    Role.INTERVIEWER: "You ask in this one",
    Role.OBSERVER: "You observe this one",
}
HOW = {
    Role.INTERVIEWER: (
        "Read the question out, listen, and ask about what is missing. Tick what you heard; you can change it until the reveal."
    ),
    Role.OBSERVER: "Listen, give 1 to 5 stars, and tick the points you heard if you like. You can change both until the reveal.",
}


def part_card(part: Part) -> Card:
    """A member's own card in the open round, seen by nobody else."""
    return _candidate_card(part) if part.role is Role.CANDIDATE else _judge_card(part)


def scores_outcome(round_: RoundView, scores: Scores) -> Sequence[str]:
    """What machine, interviewer and observers say of the candidate's answer, side by side."""
    roles = round_.stored.roles
    if roles is None:
        return []
    people, question = scores.people, round_.asked.question
    asking = "" if roles.interviewer is None else f" <@{roles.interviewer}>"
    lines = [f"**<@{roles.candidate}> in the hot seat**"]
    if not scores.shown:
        return [*lines, "- answered; keeps the grades private"]
    lines += [
        f"- Hotseat: {_machine(scores)}",
        f"- Interviewer{asking}: {_out_of_ten(people.interviewer, 'did not tick')}",
        f"- Observers: {_stars(people.stars, people.observers)}",
    ]
    said = [line for point in question.points if (line := _point(point, scores))]
    return ["\n".join(lines), "\n".join(["**Point by point**", *said]) if said else ""]


def _candidate_card(part: Part) -> Card:
    ask, question, round_ = part.asked.ask, part.asked.question, part.view.round
    head = round_head(part.view, round_) if round_ is not None else ""
    typed = "\n-# Your typed answer is in; **Answer** changes it." if part.text else ""
    return Card(
        *texts(
            f"{head}\n-# Only you see this card",
            f"### You answer this one: {question.title}\n{question.prompt}",
            f"Answer aloud, or type it: a typed answer is graded by me as well.{typed}\n{_clock(part)}",
        ),
        row(
            ask_button(ask.id, Verb.ANSWER, "Answer", primary=True),
            turn_button(part.view, Turn.ALOUD, "I answered aloud"),
            ask_button(ask.id, Verb.PASS, "Pass"),
        ),
    )


def _judge_card(part: Part) -> Card:
    question, round_ = part.asked.question, part.view.round
    head = round_head(part.view, round_) if round_ is not None else ""
    asks = part.role is Role.INTERVIEWER
    points = "\n".join(
        f"**{place}.** {point.says}" + (f"\n-# You could ask: {point.probe}" if asks and point.probe else "")
        for place, point in enumerate(question.points, start=1)
    )

    def build(length: int) -> Sequence[str]:
        return [
            f"{head}\n-# Only you see this card",
            f"### {PART[part.role]}\n{HOW[part.role]}",
            f"**The question**\n{clip(question.prompt, length)}",
            f"**Points to listen for**\n{points}",
            _typed(part, length),
        ]

    about, how, asked, *rest = fitting(build, TYPED_LIMITS)
    stars = [row(_stars_menu(part))] if part.role is Role.OBSERVER else []
    return Card(
        *texts(about, how, asked),
        *stars,
        row(_points_menu(part)),
        *texts(f"{_so_far(part)}\n{_clock(part)}".strip(), *rest),
        row(turn_button(part.view, Turn.MINE, "Look again")),
    )


def _typed(part: Part, length: int) -> str:
    if part.private:
        return "-# The candidate has typed an answer that only I may read. Judge what you hear."
    if not part.text:
        done = (
            part.view.session.roles is not None
            and part.view.session.roles.candidate in part.view.session.done
        )
        return (
            "-# The candidate is done, and typed nothing."
            if done
            else "-# The candidate has typed nothing so far."
        )
    return f"**The candidate typed**\n{code_block(part.text, length)}"


def _so_far(part: Part) -> str:
    judgement, question = part.judgement, part.asked.question
    if judgement.ticks is None and judgement.stars is None:
        return ""
    said = [] if judgement.stars is None else [f"{judgement.stars} of 5 stars"]
    if judgement.ticks is not None:
        ticked = f"{len(judgement.ticks)} of {plural(len(question.points), 'point')}"
        if part.role is Role.INTERVIEWER:
            ticked += f", by weight {_out_of_ten(ticked_score(question, judgement.ticks))}"
        said.append(ticked)
    return f"**You gave:** {' · '.join(said)}. Thank you."


def _clock(part: Part) -> str:
    session = part.view.session
    if session.deadline is None or session.paused_at is not None:
        return ""
    until = session.deadline
    if part.role is not Role.CANDIDATE and len(session.done) < len(session.answering):
        until += JUDGING
    return f"-# Time until {stamp(until, 'T')} ({stamp(until, 'R')}), or until everybody is done."


def _stars_menu(part: Part) -> CardSelect:
    options = [
        discord.SelectOption(label=label, value=str(number), default=part.judgement.stars == number)
        for number, label in STARS.items()
    ]
    address = choice_address(part.view.interview.id, Choice.STARS, part.view.session.round)
    return CardSelect(address, "How good was the answer?", options)


def _points_menu(part: Part) -> CardSelect:
    ticks, points = part.judgement.ticks, part.asked.question.points
    options = [
        discord.SelectOption(
            label=clip(f"{place}. {point.says}", OPTION_LIMIT),
            value=point.id,
            default=ticks is not None and point.id in ticks,
        )
        for place, point in enumerate(points, start=1)
    ]
    none = discord.SelectOption(label="None of them", value=NO_POINT, default=ticks == frozenset())
    address = choice_address(part.view.interview.id, Choice.TICKS, part.view.session.round)
    return CardSelect(address, "Which points did you hear?", [*options, none], most=len(options))


def _machine(scores: Scores) -> str:
    return "nothing typed" if scores.machine is None else _out_of_ten(scores.machine.score)


def _out_of_ten(score: float | None, without: str = "no number") -> str:
    return without if score is None else f"{score:g} out of {BEST_SCORE:g}"


def _stars(mean: float | None, number: int) -> str:
    return "no stars" if mean is None else f"{round(mean, 1):g} of 5 stars ({plural(number, 'observer')})"


def _point(point: KeyPoint, scores: Scores) -> str:
    """One key point, with who heard it; empty if nobody judged at all."""
    people, heard = scores.people, list[str]()
    if scores.machine is not None:
        mark = next((one.mark for one in scores.machine.verdicts if one.point == point.id), Mark.NOT_SURE)
        heard.append(f"{MARKS[mark]} {mark}")
    if people.interviewer is not None:
        heard.append(f"interviewer: {'heard it' if point.id in people.ticked else 'not heard'}")
    if people.listeners:
        heard.append(f"observers: {people.heard[point.id]} of {people.listeners}")
    return f"- {point.says}\n-# {' · '.join(heard)}" if heard else ""
