"""Cards of an interview that somebody goes through alone."""

from collections.abc import Sequence

import discord

from bot.domain.interview import Phase
from bot.domain.scoring import BEST_SCORE
from bot.engine.bursts import QUIET_IN_INTERVIEW
from bot.engine.reports import Report
from bot.engine.rounds import Said
from bot.engine.sessions import RoundView, View
from bot.engine.wording import plural
from bot.ui.base import Card, CardButton, ask_button, link, row, texts
from bot.ui.cards import gallery
from bot.ui.charts import bars
from bot.ui.custom_ids import Turn, Verb
from bot.ui.dailies import stamp
from bot.ui.interviews import (
    EASY_TO_HARD,
    TRANSCRIPT,
    minutes,
    round_head,
    strength_picture,
    transcript_file,
    turn_button,
)
from bot.ui.text import clip, fitting

READY = ((0.75, "You are ready"), (0.5, "You are nearly there"), (0.0, "There is work to do"))


def opening_card(view: View) -> Card:
    """How the interview goes, as its first message."""
    session = view.session
    return Card(
        *texts(
            f"### Your mock interview\n{plural(session.rounds, 'question')}, {minutes(session)} each. Type your answers here, or "
            f"use the form. After each one you see your grade and the model answer. {EASY_TO_HARD}"
        ),
    )


def on_its_way_card(view: View, place: str = "") -> Card:
    """The answer to /mock in a server: the interview takes place in the DM (whose address is `place`, once there is one), or
    here if that is closed."""
    where = [link("Go there", place)] if place else []
    return Card(
        *texts(
            "### Your mock interview begins in our DM\nNo message from me there? Then your DMs are closed to me: "
            "**Go on here** asks you right here instead, without a clock."
        ),
        row(*where, turn_button(view, Turn.HERE, "Go on here"), turn_button(view, Turn.STOP, "End")),
    )


def under_way_card(view: View, place: str) -> Card:
    """The answer to /mock while one goes on; `place` is the address of its DM, if it runs there."""
    session = view.session
    where = [link("Go there", place)] if place else []
    return Card(
        *texts(
            f"### You are in a mock interview already\nQuestion {max(session.round, 1)} of {session.rounds}. Go on with it, or end it "
            "and begin a new one."
        ),
        row(*where, turn_button(view, Turn.HERE, "Go on here"), turn_button(view, Turn.STOP, "End")),
    )


def ended_alone_card(view: View) -> Card:
    """What a card of /mock in a server says once the interview was ended there."""
    report = "" if view.session.phase is Phase.CANCELLED else " The report is in our DM."
    return Card(*texts(f"You ended this mock interview.{report}\n-# `/mock` begins another one."))


def solo_round_card(view: View, round_: RoundView, picture: bytes | None) -> Card:
    """A question to one person."""
    session, question, ask = view.session, round_.asked.question, round_.asked.ask
    files, pictures = gallery(picture, question.prompt_formula, "question.png")
    clock = ""
    if session.paused_at is not None:
        clock = "**Paused.** The clock stands still."
    elif session.deadline is not None and not session.timed:
        clock = (
            f"I ask you here, and only you see it. Nothing moves on until you press; after {stamp(session.deadline, 'T')} "
            "an answer earns no points."
        )
    elif session.deadline is not None:
        clock = f"Answer until {stamp(session.deadline, 'T')} ({stamp(session.deadline, 'R')})."
    quiet = int(QUIET_IN_INTERVIEW.total_seconds())
    typing = f"Type your answer here: I take it once you have been silent for {quiet} seconds. Or press **Answer**."
    how = typing if ask.dm else "Press **Answer**."
    return Card(
        *texts(round_head(view, round_), f"### {question.title}\n{question.prompt}"),
        *pictures,
        *texts(f"{clock}\n-# {how} {plural(len(question.points), 'key point')}."),
        row(
            ask_button(ask.id, Verb.ANSWER, "Answer", primary=True),
            ask_button(ask.id, Verb.PASS, "Pass"),
            *_controls(view),
        ),
        files=files,
    )


def solo_reveal_card(view: View, round_: RoundView, said: Sequence[Said], picture: bytes | None) -> Card:
    """The same card after the answer: grade, model answer, the way on."""
    session, question = view.session, round_.asked.question
    files, pictures = gallery(picture, question.formula, "formula.png")
    grade = next((one.grade for one in said), "no answer")

    def build(length: int) -> Sequence[str]:
        return [
            round_head(view, round_),
            f"### {question.title}\n{clip(question.prompt, length)}",
            f"**Your grade:** {grade}",
            f"### Model answer\n{question.answer}",
        ]

    current = round_.stored.number == session.round and session.phase is Phase.REVEALED
    buttons = [ask_button(round_.asked.ask.id, Verb.REVEAL, "Key points and sources", 1)]
    clock = ""
    if current:
        on = "See the report" if round_.last else "Next question"
        buttons += [turn_button(view, Turn.ON, on, primary=True), *_controls(view)]
        if session.paused_at is not None:
            clock = "**Paused.** Go on whenever you like."
        elif session.timed and session.deadline is not None and not round_.last:
            clock = f"The next question comes {stamp(session.deadline, 'R')}."
    return Card(
        *texts(*fitting(build, (1200, 500, 150))), *pictures, *texts(clock), row(*buttons), files=files
    )


def readiness_card(report: Report, note: str, picture: bytes | None = None) -> Card:
    """How ready they are, by area, and what to study next; and a note on how it ended, if there is one."""
    strength = bars(report.strength)
    shares = [share for _, share in report.strength]
    mean = sum(shares) / len(shares) if shares else 0.0
    head = (
        next(words for least, words in READY if mean >= least) if shares else "Nothing was graded this time"
    )
    study = "\n".join(f"- {line}" for line in report.study)
    files, pictures = strength_picture(report, picture)
    return Card(
        *texts(
            *fitting(
                lambda _: [
                    f"### {head}\n-# {plural(report.rounds, 'question')} in this mock interview{_average(report)}",
                    note,
                    f"**Readiness by area**\n```\n{strength}\n```" if strength else "",
                    f"**What to study next**\n{study}" if study else "",
                    "-# `/mock` begins another one. The transcript has your answers beside the model answers.",
                ],
                (0,),
            )
        ),
        *pictures,
        discord.ui.File(f"attachment://{TRANSCRIPT}"),
        files=[transcript_file(report), *files],
    )


def _average(report: Report) -> str:
    if not report.places:
        return ""
    mean = report.places[0].points / 2 / report.rounds  # they are doubled
    return f" · on average {round(mean, 1):g} out of {BEST_SCORE:g}"


def _controls(view: View) -> list[CardButton]:
    if not view.session.timed:
        return [turn_button(view, Turn.STOP, "End")]
    pause = "Go on" if view.session.paused_at is not None else "Pause"
    return [turn_button(view, Turn.PAUSE, pause), turn_button(view, Turn.STOP, "End")]
