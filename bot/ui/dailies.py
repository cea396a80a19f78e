"""Cards of the daily question: the post, what it becomes when it closes, and what its owner is told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import discord

from bot.domain import scoring
from bot.domain.history import REMEMBERED
from bot.domain.question import Question
from bot.domain.schedule import LATEST
from bot.engine.dailies import Closing, Post
from bot.engine.practice import Asked
from bot.engine.results import Missed, Results
from bot.engine.schedules import Overview
from bot.engine.sittings import Graded, Shared
from bot.engine.timetables import say_days, say_time
from bot.engine.topics import Topics
from bot.engine.wording import plural
from bot.storage.schedules import TOLD, Notice, Plan, Schedule
from bot.ui.base import Card, CardButton, ask_button, link, row, texts
from bot.ui.cards import NAME_LIMIT, SHARED_LIMIT, gallery
from bot.ui.custom_ids import Verb, ask_address
from bot.ui.text import clip, code_block, fitting, quote

CLOSES = "It closes when the next one comes, with the model answer."
FEW = 10  # questions of a pool that soon repeats
MOST_MISSED = 3
BAR_LENGTH = 12
PREVIEWED = 0  # an ask that never is; the buttons of a preview are disabled anyway


def daily_card(post: Post, picture: bytes | None, *, ping: bool) -> Card:
    """The question as it is posted. `ping`: the role is still there; whether its mention pings is for the sender to allow."""
    question, plan = post.asked.question, post.schedule.plan
    lines = [CLOSES]
    if post.late is not None:
        lines.append(f"It is late: it was due at {stamp(post.late, 't')}.")
    buttons: list[discord.ui.Item[Any]] = [
        ask_button(post.asked.ask.id, Verb.ANSWER, "Answer", primary=True),
        *([ask_button(post.asked.ask.id, Verb.HINT, "Hint", 1)] if question.hint_stages else []),
        ask_button(post.asked.ask.id, Verb.REVEAL, "Reveal"),
    ]
    if post.before is not None:
        url = message_url(plan.guild_id, post.before.channel_id, post.before.message_id)
        buttons.append(link("Last results", url))
    mention = f"<@&{plan.role_id}>" if ping else ""
    shown, files = _question(question, picture, mention, lines, buttons)
    return Card(*shown, files=files)


def _question(
    question: Question,
    picture: bytes | None,
    head: str,
    lines: Sequence[str],
    buttons: Sequence[discord.ui.Item[Any]],
) -> tuple[list[discord.ui.Item[Any]], list[discord.File]]:
    worth = scoring.WORTH[question.level]
    foot = f"{plural(len(question.points), 'key point')} · about {plural(question.minutes, 'minute')}"
    files, pictures = gallery(picture, question.prompt_formula, "question.png")
    small = (f"{foot}. Everyone may answer; only you see your grade.", *lines)
    shown: list[discord.ui.Item[Any]] = [
        *texts(
            head,
            f"-# Daily question · {question.area_title} · {question.level} · up to {worth} points",
            f"### {question.title}\n{question.prompt}",
        ),
        *pictures,
        *texts("\n".join(f"-# {line}" for line in small)),
        row(*buttons),
    ]
    return shown, files


def closed_card(closing: Closing, picture: bytes | None) -> Card:
    """What the post becomes: model answer, how the server did, a way to the answers that were shared."""
    asked, found = closing.asked, closing.results
    question = asked.question
    files, pictures = gallery(picture, question.formula, "formula.png")
    head = (
        f"-# Daily question of {_date(closing.daily.day)} · {question.area_title} · {question.level} · closed"
    )

    def build(length: int) -> Sequence[str]:
        return [
            f"{head}\n### {question.title}\n{clip(question.prompt, length)}",
            _spread(found),
            most_missed(question, found.missed, found.graded),
            f"### Model answer\n{question.answer}",
        ]

    shown = fitting(build, (1500, 600, 200))
    buttons = [ask_button(asked.ask.id, Verb.REVEAL, "Key points and sources", 1)]
    if found.shared:
        buttons.append(ask_button(asked.ask.id, Verb.SHARED, f"Shared answers ({found.shared})", 0))
    buttons.append(ask_button(asked.ask.id, Verb.NEXT, "Ask me another"))
    return Card(*texts(*shown), *pictures, row(*buttons), files=files)


def _spread(found: Results) -> str:
    if not found.members:
        return "**Nobody answered this one.**"
    head = f"**{plural(found.members, 'member')} answered.** Grades out of 10:"
    if not found.graded:
        return f"**{plural(found.members, 'member')} answered.**"
    most = max(number for _, number in found.bars)
    bars = "\n".join(
        f"{label:<8} {'█' * round(BAR_LENGTH * number / most):<{BAR_LENGTH}} {number:>4}".rstrip()
        for label, number in found.bars
    )
    return f"{head}\n```\n{bars}\n```"


def most_missed(question: Question, missed: Sequence[Missed], of: int) -> str:
    """The points that most members missed; empty if none did."""
    if not missed:
        return ""
    lines = [
        f"- {question.points[one.place].says} (missed by {one.members} of {of})"
        for one in missed[:MOST_MISSED]
    ]
    return "\n".join(["**Missed most often**", *lines])


def give_up_card(asked: Asked) -> Card:
    """Whoever looks at an open daily's model answer gives up its points."""
    return Card(
        *texts(
            f"### {asked.question.title}\nThe model answer comes when this question closes. If you look at it now, the "
            f"question earns you nothing more for {REMEMBERED.days} days. What it has earned you stays yours."
        ),
        row(
            ask_button(asked.ask.id, Verb.ANSWER, "Answer", primary=True),
            ask_button(asked.ask.id, Verb.REVEAL, "Reveal anyway", 1),
        ),
    )


def kept_card(graded: Graded) -> Card:
    """An answer is shared, but not before its question has closed."""
    return Card(
        *texts(
            "I keep your answer until this question closes. Then everybody here can read it below the results, "
            "with your name and your grade. **Remove** takes it back."
        ),
        row(ask_button(graded.asked.ask.id, Verb.WITHDRAW, "Remove", graded.answer.id)),
    )


def shared_answer_card(shared: Shared, *, removable: bool) -> Card:
    """One of the answers that members share, and the way to the others; `removable` by the one who reads it."""
    graded, ask_id = shared.graded, shared.graded.asked.ask.id
    score = graded.settled.grade.score
    told = "no number" if score is None else f"{score:g} out of 10"
    buttons: list[CardButton] = []
    if shared.number > 1:
        following = (shared.place + 1) % shared.number
        buttons.append(ask_button(ask_id, Verb.SHARED, "Next answer", following, primary=True))
    if removable:
        buttons.append(ask_button(ask_id, Verb.WITHDRAW, "Remove", graded.answer.id))
    return Card(
        *texts(
            f"### Shared answer {shared.place + 1} of {shared.number}\n{quote(shared.author, NAME_LIMIT)}: {told}",
            code_block(graded.answer.text, SHARED_LIMIT),
        ),
        *([row(*buttons)] if buttons else []),
    )


def set_up_card(
    overview: Overview, topics: Topics, question: Question, picture: bytes | None, *, changed: bool
) -> Card:
    """A schedule was set up or changed: what a question will look like, and below it when it comes."""
    buttons = [
        CardButton(label, ask_address(PREVIEWED, verb), primary=verb is Verb.ANSWER, disabled=True)
        for verb, label in ((Verb.ANSWER, "Answer"), (Verb.HINT, "Hint"), (Verb.REVEAL, "Reveal"))
    ]
    head = "-# A preview that only you see, with an example question"
    shown, files = _question(question, picture, head, [CLOSES], buttons)
    done = "Changed" if changed else "All set"
    others = [f"{say_days(one.days)} at {say_time(one.at)} ({one.zone})" for one in overview.others]
    also = f"This channel also has one {' and one '.join(others)}; `/daily remove` ends it." if others else ""
    return Card(
        *shown,
        discord.ui.Separator(),
        *texts(
            f"### {done}: the daily question {_when(overview.schedule.plan)}",
            _about(overview, topics),
            also,
            _coming(overview),
            "-# `/daily status` shows this again, `/daily now` posts today's at once. To change it, run `/daily setup` with the "
            "same channel, time and zone; what you leave out stays.",
        ),
        files=files,
    )


def changed_card(overview: Overview, sentence: str) -> Card:
    """What an owner has just changed about a schedule."""
    return Card(
        *texts(f"{sentence}\n-# The daily question {_when(overview.schedule.plan)}", _coming(overview))
    )


def skipped_sentence(overview: Overview) -> str:
    """Which day is left out."""
    days = " and ".join(_weekday(day) for day in overview.skipped)
    return f"Left out: {days}. `/daily resume` takes that back."


def status_card(overviews: Sequence[Overview], topics: Topics) -> Card:
    """All schedules of a server."""
    if not overviews:
        return Card(
            *texts(
                "### No daily question yet",
                "`/daily setup` takes a channel, a time and a time zone, and shows you when the next five come.",
            )
        )

    def build(shown: int) -> Sequence[str]:
        return [
            "\n".join(
                part
                for part in (
                    f"### The daily question {_when(one.schedule.plan)}",
                    _about(one, topics),
                    _coming(one, shown),
                    _last(one),
                    _waiting(one),
                    *(
                        f"⚠️ {notice.text}"
                        for notice in one.notices
                        if notice.kind == "trouble" or notice.told != TOLD
                    ),
                )
                if part
            )
            for one in overviews
        ]

    return Card(*texts(*fitting(build, (5, 3, 1))))


def notice_text(guild: str, notice: Notice) -> str:
    """What an owner is told by DM."""
    place = f"<#{notice.channel_id}> of **{discord.utils.escape_markdown(guild)}**"
    return f"About the daily question in {place}:\n{notice.text}"


def schedule_label(schedule: Schedule, channel: str) -> str:
    """A schedule in a list to choose from."""
    timetable = schedule.plan.timetable
    return clip(f"#{channel}, {say_days(timetable.days)} at {say_time(timetable.at)} ({timetable.zone})", 100)


def message_url(guild_id: int, channel_id: int, message_id: int | None) -> str:
    """A link to a message in a server."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def stamp(moment: datetime, style: str) -> str:
    """A moment that every reader sees in their own time."""
    return discord.utils.format_dt(moment, style)  # pyright: ignore[reportArgumentType] - one of its letters


def _when(plan: Plan) -> str:
    timetable = plan.timetable
    return (
        f"in <#{plan.channel_id}>, {say_days(timetable.days)} at {say_time(timetable.at)} ({timetable.zone})"
    )


def _about(overview: Overview, topics: Topics) -> str:
    plan = overview.schedule.plan
    of = ", ".join(topics.label(topic) for topic in plan.topics) or "all topics"
    level = f", {plan.level}" if plan.level else ""
    ping = f" It pings <@&{plan.role_id}>." if plan.role_id else ""
    thread = " Each gets a thread." if plan.thread else ""
    pool = plural(overview.pool, "question")
    if overview.pool <= FEW:
        repeats = f"After {plural(overview.pool, 'post')} they repeat; more topics or any level give it more."
    elif overview.left < overview.pool:
        repeats = f"{overview.left} of them have not come yet."
    else:
        repeats = "None comes twice before all have come."
    return f"From {pool} ({of}{level}). {repeats}{ping}{thread}"


def _coming(overview: Overview, shown: int = 5) -> str:
    if overview.schedule.paused:
        return "**Paused.** `/daily resume` starts it again."
    skipped = "".join(f"\nLeft out: {_weekday(day)}." for day in overview.skipped)
    times = "\n".join(f"- {stamp(at, 'F')} ({stamp(at, 'R')})" for at in overview.coming[:shown])
    return f"**Next** (on your own clock)\n{times}{skipped}"


def _last(overview: Overview) -> str:
    last = overview.last
    if last is None:
        return ""
    url = message_url(overview.schedule.plan.guild_id, last.channel_id, last.message_id)
    state = "closed" if last.state == "closed" else "open"
    return f"-# Last: [{_date(last.day)}]({url}), {state}."


def _waiting(overview: Overview) -> str:
    waiting = overview.waiting
    if waiting is None:
        return ""
    return f"⚠️ The question of {_date(waiting.day)} has not gone out yet. I go on trying until {stamp(waiting.due_at + LATEST, 't')}."


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _weekday(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"
