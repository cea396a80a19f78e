"""Cards of a mock interview of a group: lobby, round, reveal, report."""

import io
from collections.abc import Sequence

import discord

from bot.domain.interview import JUDGING, Format, Phase, Session
from bot.domain.question import Level
from bot.engine.reports import Report, Standing
from bot.engine.results import Results
from bot.engine.rounds import Said
from bot.engine.sessions import RoundView, View
from bot.engine.wording import plural
from bot.ui.base import Card, CardButton, ask_button, row, texts
from bot.ui.cards import NAME_LIMIT, gallery
from bot.ui.charts import bars, in_words, picture_in
from bot.ui.custom_ids import Turn, Verb, interview_address
from bot.ui.dailies import most_missed, stamp
from bot.ui.text import clip, fitting, quote, visible

HARD = "-# This one is hard on purpose. Half of it is a good answer."
FORM_ONLY = "-# Press **Answer** to answer. What you write here in the chat is read by all, and not graded."
EASY_TO_HARD = "The questions go from easy to hard, and nobody is expected to know more than about half of the hard ones."
OPENING = {
    Format.PANEL: (
        "Answer in your own words, by form. Nobody sees what you write, and the report has it only if you say so when you "
        f"join. You can change your answer until the reveal. {EASY_TO_HARD}"
    ),
    Format.HOT_SEAT: (
        "One of you answers, by voice or by form; one asks follow-ups and ticks the points they hear; the others listen and give "
        "stars. You change places with each question, and **My card** shows your part. To speak, meet in any voice channel. "
        f"{EASY_TO_HARD}"
    ),
}
NAMES = {Format.PANEL: "panel", Format.HOT_SEAT: "hot seat"}
SEATS_SHOWN = 12
TRANSCRIPT = "interview.md"
STANDINGS_HEAD = f"{'':<11}{'grade':>5}{'intv.':>6}{'stars':>6}"


def lobby_card(view: View) -> Card:
    """Who is in, and what will come; once it runs, the way in for those who come late."""
    interview, session = view.interview, view.session
    name = NAMES[session.format]
    kind = name.replace(" ", "-")
    about = f"-# Mock interview · {name} · {plural(session.rounds, 'question')}, {minutes(session)} each"
    hints = "hints allowed" if interview.hints else ""
    wished = " · ".join(part for part in (interview.level or "", _topic(interview.topic), hints) if part)
    head = f"{about}{f' · {wished}' if wished else ''}"
    who = _seats(view) or "Nobody yet. Be the first."
    match session.phase:
        case Phase.LOBBY:
            title = f"A {kind} interview is about to begin"
            foot = f"{OPENING[session.format]}\n-# <@{session.host}> starts it."
            buttons = [
                turn_button(view, Turn.JOIN, "Join", primary=True),
                turn_button(view, Turn.LEAVE, "Leave"),
                turn_button(view, Turn.START, "Start"),
                turn_button(view, Turn.CANCEL, "Cancel"),
            ]
        case Phase.ANSWERING | Phase.REVEALED:
            where = (
                f" in <#{interview.place_id}>"
                if interview.place_id not in (None, interview.channel_id)
                else ""
            )
            title, foot = (
                f"A {kind} interview is running{where}",
                "-# Who joins now is in from the next question on.",
            )
            buttons = [turn_button(view, Turn.JOIN, "Join"), turn_button(view, Turn.LEAVE, "Leave")]
        case _:
            title = (
                "This interview was called off"
                if session.phase is Phase.CANCELLED
                else "This interview is over"
            )
            foot, buttons = "-# `/interview start` begins a new one.", []
    return Card(*texts(head, f"### {title}", who, foot), *([row(*buttons)] if buttons else []))


def round_state(view: View, round_: RoundView) -> str:
    """In short, all that the card of a round depends on: a card is drawn anew when this has changed."""
    session = view.session
    ends = "" if session.deadline is None else f"{session.deadline:%H%M%S}"
    if round_.stored.number < session.round or session.over:
        return "revealed"  # for good: without the host's buttons
    if session.phase is not Phase.ANSWERING:
        return f"revealed:{ends}:{session.paused_at is not None}:{session.host}"
    roles = session.roles and (session.roles.candidate, session.roles.interviewer)
    inside = f"{len(session.done)}/{len(session.answering)}"
    return f"open:{inside}:{ends}:{session.paused_at is not None}:{session.host}:{roles}"


def only_counts(shown: str, state: str) -> bool:
    """Whether how many are in is all that distinguishes two states of a card."""
    old, new = shown.split(":"), state.split(":")
    return old != new and old[0] == new[0] == "open" and old[2:] == new[2:]


def round_card(view: View, round_: RoundView, picture: bytes | None) -> Card:
    """A question to the group, with its deadline."""
    session, question, ask = view.session, round_.asked.question, round_.asked.ask
    files, pictures = gallery(picture, question.prompt_formula, "question.png")
    inside, all_of = len(session.done), len(session.answering)
    opening = f"{FORM_ONLY}\n" if round_.stored.number == 1 and not session.roles else ""
    if question.level is Level.ADVANCED:
        opening += f"{HARD}\n"
    hint = [ask_button(ask.id, Verb.HINT, "Hint", 1)] if view.interview.hints and question.hint_stages else []
    mine = [turn_button(view, Turn.MINE, "My card", primary=True)] if session.roles else []
    return Card(
        *texts(
            round_head(view, round_),
            f"{opening}### {question.title}\n{question.prompt}",
        ),
        *pictures,
        *texts(
            _who(view),
            f"{_clock(session)}\n-# {inside} of {all_of} are done. {plural(len(question.points), 'key point')}. Host: <@{session.host}>.",
        ),
        row(
            *mine,
            ask_button(ask.id, Verb.ANSWER, "Answer", primary=not mine),
            *hint,
            ask_button(ask.id, Verb.PASS, "Pass"),
        ),
        row(*_host_buttons(view, "Reveal now")),
        files=files,
    )


def round_head(view: View, round_: RoundView) -> str:
    """Where in the interview we are, and what the question is about."""
    question = round_.asked.question
    return f"-# Question {round_.stored.number} of {view.session.rounds} · {question.area_title} · {question.level}"


def _who(view: View) -> str:
    roles = view.session.roles
    if roles is None:
        return ""
    asking = "nobody" if roles.interviewer is None else f"<@{roles.interviewer}>"
    seat = view.session.seat(roles.candidate)
    gone = " (has left)" if seat is None or seat.left else ""
    return f"**Candidate:** <@{roles.candidate}>{gone} · **Interviewer:** {asking}\n-# Everybody else observes. **My card** shows your part."


def _clock(session: Session) -> str:
    if session.paused_at is not None:
        return "**Paused.** The clock stands still; you can go on with your part."
    if session.deadline is None:
        return ""
    if len(session.done) == len(session.answering):
        return f"Everybody is done. The reveal comes {stamp(session.deadline, 'R')}."
    judged = (
        f" Then {int(JUDGING.total_seconds())} seconds are left to judge the answer." if session.roles else ""
    )
    return f"Answer until {stamp(session.deadline, 'T')} ({stamp(session.deadline, 'R')}).{judged}"


def panel_outcome(view: View, round_: RoundView, found: Results, said: Sequence[Said]) -> Sequence[str]:
    """Everybody's grade, and what the group missed."""
    return [
        f"**Grades**\n{_grades(view, said)}",
        most_missed(round_.asked.question, found.missed, found.graded),
    ]


def reveal_card(view: View, round_: RoundView, outcome: Sequence[str], picture: bytes | None) -> Card:
    """The same card after the reveal: what came of the answers, model answer."""
    session, question = view.session, round_.asked.question
    files, pictures = gallery(picture, question.formula, "formula.png")

    def build(length: int) -> Sequence[str]:
        return [
            round_head(view, round_),
            f"### {question.title}\n{clip(question.prompt, length)}",
            *outcome,
            f"### Model answer\n{question.answer}",
        ]

    shown = fitting(build, (1200, 500, 150))
    current = round_.stored.number == session.round and session.phase is Phase.REVEALED
    clock = ""
    if current and not round_.last and session.deadline is not None and session.paused_at is None:
        clock = f"The next question comes {stamp(session.deadline, 'R')}."
    elif current and session.paused_at is not None:
        clock = "**Paused.** The host goes on with it."
    buttons = [row(ask_button(round_.asked.ask.id, Verb.REVEAL, "Key points and sources", 1))]
    if current and not round_.last:
        buttons.append(row(*_host_buttons(view, "Next question")))
    return Card(*texts(*shown), *pictures, *texts(clock), *buttons, files=files)


def end_card(view: View) -> Card:
    """Does the host mean it?"""
    return Card(
        *texts(
            "### End the interview for everybody?\nThe question that is open is revealed, and the report comes at once."
        ),
        row(turn_button(view, Turn.STOP, "End it", primary=True)),
    )


def ended_card() -> Card:
    """It is over; the report comes by itself."""
    return Card(*texts("You ended the interview. The report is on its way."))


def kept_card(ask_id: int, *, late: bool) -> Card:
    """An answer is in, and nobody sees it before the reveal."""
    if late:
        return Card(
            *texts(
                "**Time was up before your answer came,** so it earns no points. Your grade comes with the reveal all the same."
            )
        )
    return Card(
        *texts(
            "**Your answer is in.** You can change it until the reveal; your last one counts. Your grade comes with it."
        ),
        row(ask_button(ask_id, Verb.ANSWER, "Change it")),
    )


def transcript_file(report: Report) -> discord.File:
    """The transcript, as a file beside the report."""
    return discord.File(io.BytesIO(report.transcript.encode()), TRANSCRIPT)


def strength_picture(
    report: Report, picture: bytes | None
) -> tuple[list[discord.File], list[discord.ui.MediaGallery[Card]]]:
    """The picture of the strength by area, for those who see it and for those who do not."""
    return picture_in(picture, f"Strength by area: {in_words(report.strength)}.", "strength.png")


def report_card(report: Report, note: str, picture: bytes | None = None) -> Card:
    """How it went: scoreboard, strength by area, what to study next; and a note on how it ended, if there is one."""
    board = "\n".join(
        f"{place.rank:>2}. {visible(place.name).replace('`', 'ˋ')[:11]:<11} {place.points / 2:>5.1f}"
        f" {report.answered[place.member_id]:>2}/{report.offered[place.member_id]}"
        for place in report.places
    )
    strength = bars(report.strength)
    if report.standings:
        board = "\n".join([STANDINGS_HEAD, *map(_standing, report.standings)])
    study = "\n".join(f"- {line}" for line in report.study)
    sums = (
        "averages over turns: my grade and the interviewer's out of 10, the observers' stars out of 5"
        if report.standings
        else f"sums of grades out of {report.rounds * 10}, and how many each answered"
    )
    parts = fitting(
        lambda _: [
            f"### How the interview went\n-# {plural(report.rounds, 'question')}, {sums}",
            note,
            f"```\n{board}\n```" if board else "Nobody answered this time.",
            f"**The group's strength by area**\n```\n{strength}\n```" if strength else "",
            f"**What to study next**\n{study}" if study else "",
            "-# The transcript holds the questions and model answers, and the texts of those who agreed to it.",
        ],
        (0,),
    )
    files, pictures = strength_picture(report, picture)
    return Card(
        *texts(*parts),
        *pictures,
        discord.ui.File(f"attachment://{TRANSCRIPT}"),
        files=[transcript_file(report), *files],
    )


def _standing(standing: Standing) -> str:
    numbers = (
        "-" if one is None else f"{one:.1f}"
        for one in (standing.machine, standing.interviewer, standing.stars)
    )
    name = visible(standing.name).replace("`", "ˋ")[:11]
    return f"{name:<11}" + "".join(
        f"{number:>{width}}" for number, width in zip(numbers, (5, 6, 6), strict=True)
    )


def _grades(view: View, said: Sequence[Said]) -> str:
    lines = [f"- {quote(view.names[one.member_id], NAME_LIMIT)}: {one.grade}" for one in said]
    return "\n".join(lines) or "- Nobody took part in this one."


def _seats(view: View) -> str:
    present = view.session.present
    names = [
        f"{quote(view.names[seat.member_id], NAME_LIMIT)}{' (host)' if seat.member_id == view.session.host else ''}"
        for seat in present[:SEATS_SHOWN]
    ]
    more = f" and {len(present) - SEATS_SHOWN} more" if len(present) > SEATS_SHOWN else ""
    return f"**{len(present)} in:** {', '.join(names)}{more}" if names else ""


def _host_buttons(view: View, on: str) -> list[CardButton]:
    pause = "Go on" if view.session.paused_at is not None else "Pause"
    return [
        turn_button(view, Turn.ON, on),
        turn_button(view, Turn.PAUSE, pause),
        turn_button(view, Turn.END, "End"),
    ]


def turn_button(view: View, turn: Turn, label: str, *, primary: bool = False) -> CardButton:
    """A button that does something with an interview."""
    step = view.session.step if turn is Turn.ON else None
    return CardButton(label, interview_address(view.interview.id, turn, step), primary=primary)


def minutes(session: Session) -> str:
    """How long a question may take."""
    return plural(round(session.pace.total_seconds() / 60), "minute")


def _topic(value: str | None) -> str:
    return "" if value is None else value.partition(":")[2].replace("-", " ") or value
