"""Cards of a mock interview: lobby, round, reveal, report."""

import io
from collections.abc import Sequence
from datetime import datetime

import discord

from bot.domain.interview import Phase, Session
from bot.engine.interviews import RoundView, View
from bot.engine.reports import Report, Said
from bot.engine.results import Results
from bot.engine.wording import plural
from bot.ui.base import Card, CardButton, ask_button, row, texts
from bot.ui.cards import NAME_LIMIT, gallery
from bot.ui.custom_ids import Turn, Verb, interview_address
from bot.ui.dailies import most_missed, stamp
from bot.ui.text import clip, fitting, quote, visible

OPENING = (
    "Answer in your own words, by form; nobody sees what you write. You can change your answer until the reveal. "
    "The questions go from easy to hard, and nobody is expected to know more than about half of the hard ones."
)
SEATS_SHOWN = 12
BAR_LENGTH = 10


def lobby_card(view: View) -> Card:
    """Who is in, and what will come; once it runs, the way in for those who come late."""
    interview, session = view.interview, view.session
    about = f"-# Mock interview · panel · {plural(session.rounds, 'question')}, {_minutes(session)} each"
    wished = " · ".join(part for part in (interview.level or "", _topic(interview.topic)) if part)
    head = f"{about}{f' · {wished}' if wished else ''}"
    who = _seats(view) or "Nobody yet. Be the first."
    match session.phase:
        case Phase.LOBBY:
            title, foot = "A panel interview is about to begin", f"{OPENING}\n-# <@{session.host}> starts it."
            buttons = [
                _turn(view, Turn.JOIN, "Join", primary=True),
                _turn(view, Turn.LEAVE, "Leave"),
                _turn(view, Turn.START, "Start"),
                _turn(view, Turn.CANCEL, "Cancel"),
            ]
        case Phase.ANSWERING | Phase.REVEALED:
            where = (
                f" in <#{interview.place_id}>"
                if interview.place_id not in (None, interview.channel_id)
                else ""
            )
            title, foot = (
                f"A panel interview is running{where}",
                "-# Who joins now is in from the next question on.",
            )
            buttons = [_turn(view, Turn.JOIN, "Join"), _turn(view, Turn.LEAVE, "Leave")]
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
    return f"open:{len(session.done)}/{len(session.answering)}:{ends}:{session.paused_at is not None}:{session.host}"


def round_card(view: View, round_: RoundView, picture: bytes | None) -> Card:
    """A question to the panel, with its deadline."""
    session, question = view.session, round_.asked.question
    files, pictures = gallery(picture, question.prompt_formula, "question.png")
    inside, all_of = len(session.done), len(session.answering)
    if session.paused_at is not None:
        clock = "**Paused.** The clock stands still; you can go on writing."
    elif session.deadline is not None and inside == all_of:
        clock = f"Everybody is in. The reveal comes {stamp(session.deadline, 'R')}."
    elif session.deadline is not None:
        clock = f"Answer until {stamp(session.deadline, 'T')} ({stamp(session.deadline, 'R')})."
    else:
        clock = ""
    opening = f"{OPENING}\n" if round_.stored.number == 1 else ""
    return Card(
        *texts(
            f"-# Question {round_.stored.number} of {session.rounds} · {question.area_title} · {question.level}",
            f"{opening}### {question.title}\n{question.prompt}",
        ),
        *pictures,
        *texts(f"{clock}\n-# {inside} of {all_of} are in. {plural(len(question.points), 'key point')}."),
        row(
            ask_button(round_.asked.ask.id, Verb.ANSWER, "Answer", primary=True),
            ask_button(round_.asked.ask.id, Verb.PASS, "Pass"),
        ),
        row(*_host_buttons(view, "Reveal now")),
        files=files,
    )


def reveal_card(
    view: View, round_: RoundView, found: Results, said: Sequence[Said], picture: bytes | None
) -> Card:
    """The same card after the reveal: grades, what the group missed, model answer."""
    session, question = view.session, round_.asked.question
    files, pictures = gallery(picture, question.formula, "formula.png")

    def build(length: int) -> Sequence[str]:
        return [
            f"-# Question {round_.stored.number} of {session.rounds} · {question.area_title} · {question.level}",
            f"### {question.title}\n{clip(question.prompt, length)}",
            f"**Grades**\n{_grades(view, said)}",
            most_missed(question, found.missed, found.graded),
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


def kept_card(ask_id: int, deadline: datetime | None) -> Card:
    """An answer is in, and nobody sees it before the reveal."""
    until = f" until {stamp(deadline, 'T')} ({stamp(deadline, 'R')})" if deadline is not None else ""
    return Card(
        *texts(
            f"**Your answer is in.** You can change it{until}; your last one counts. Your grade comes with the reveal."
        ),
        row(ask_button(ask_id, Verb.ANSWER, "Change it")),
    )


def report_card(report: Report) -> Card:
    """How it went: scoreboard, strength by area, what to study next."""
    board = "\n".join(
        f"{place.rank:>2}. {visible(place.name).replace('`', 'ˋ')[:15]:<15} {place.points / 2:>5g}"
        for place in report.places
    )
    strength = "\n".join(
        f"{visible(title)[:14]:<14} {'█' * round(BAR_LENGTH * share):<{BAR_LENGTH}} {share:>4.0%}"
        for title, share in report.strength
    )
    study = "\n".join(f"- {line}" for line in report.study)
    parts = fitting(
        lambda _: [
            f"### How the interview went\n-# {plural(report.rounds, 'question')}, sums of grades out of {report.rounds * 10}",
            f"```\n{board}\n```" if board else "Nobody answered this time.",
            f"**Strength by area**\n```\n{strength}\n```" if strength else "",
            f"**What to study next**\n{study}" if study else "",
            "-# The transcript holds the questions and model answers, and the texts of those who agreed to it.",
        ],
        (0,),
    )
    transcript = discord.File(io.BytesIO(report.transcript.encode()), "interview.md")
    return Card(*texts(*parts), discord.ui.File("attachment://interview.md"), files=[transcript])


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
    return [_turn(view, Turn.ON, on), _turn(view, Turn.PAUSE, pause), _turn(view, Turn.END, "End")]


def _turn(view: View, turn: Turn, label: str, *, primary: bool = False) -> CardButton:
    return CardButton(label, interview_address(view.interview.id, turn), primary=primary)


def _minutes(session: Session) -> str:
    return plural(round(session.pace.total_seconds() / 60), "minute")


def _topic(value: str | None) -> str:
    return "" if value is None else value.partition(":")[2].replace("-", " ") or value
