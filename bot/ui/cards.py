"""Cards of the loop: pure functions from what the engine says to what Discord shows."""

import io
from collections.abc import Sequence

import discord

from bot.domain import scoring
from bot.domain.grade import Mark, Verdict
from bot.domain.history import REMEMBERED
from bot.engine.answering import Outcome
from bot.engine.practice import Asked, Hinted
from bot.engine.settlement import Settled
from bot.engine.sittings import Graded
from bot.engine.wording import LOW, NOTICES, SAYS_IT_ALL, plural
from bot.ui.base import Card, CardButton, ask_button, row, texts
from bot.ui.custom_ids import Verb
from bot.ui.forms import point_name
from bot.ui.text import clip, code_block, fitting, quote

MARKS = {
    Mark.COVERED: "✅",
    Mark.PARTLY: "🟡",
    Mark.MISSED: "⬜",
    Mark.WRONG: "❌",
    Mark.NOT_SURE: "❔",
}
WRONG = f"{MARKS[Mark.WRONG]} **{Mark.WRONG}**"
QUOTE_LENGTHS = (160, 90, 40, 0)
NAME_LIMIT = 60
SHARED_LIMIT = 3500
LATE_TEXT_LIMIT = 1200  # characters of an answer that is handed back below its verdict
RATING_LABELS = ("Missed it", "Partly", "Got it")
ALT_LIMIT = 1024


def question_card(
    asked: Asked, picture: bytes | None, *, head: str = "", beside: Sequence[CardButton] = ()
) -> Card:
    """The question with its buttons, and one `beside` them at most. `picture` shows its formula; `head` stands above it all."""
    question = asked.question
    worth = scoring.WORTH[question.level]
    foot = f"{plural(len(question.points), 'key point')} · about {plural(question.minutes, 'minute')}"
    how = (
        "Type your answer here, or press **Answer**."
        if asked.ask.dm
        else "Only you see this card and your grade."
        if asked.ask.private
        else "Everyone may answer; only you see your grade."
    )
    files, pictures = gallery(picture, question.prompt_formula, "question.png")
    return Card(
        *texts(
            head,
            f"-# {question.area_title} · {question.level} · up to {worth} points",
            f"### {question.title}\n{question.prompt}",
        ),
        *pictures,
        *texts(f"-# {foot}. {how} Reveal locks its points for {REMEMBERED.days} days."),
        row(
            ask_button(asked.ask.id, Verb.ANSWER, "Answer", primary=True),
            *([ask_button(asked.ask.id, Verb.HINT, "Hint", 1)] if question.hint_stages else []),
            ask_button(asked.ask.id, Verb.REVEAL, "Reveal"),
            ask_button(asked.ask.id, Verb.PASS, "Pass"),
            *beside,
        ),
        files=files,
    )


def verdict_card(outcome: Outcome) -> Card:
    """The grade, point by point, in the member's own words; gives nothing away before the reveal."""
    settled = outcome.settled

    def build(length: int) -> list[str]:
        head = f"## {_headline(settled)}\n-# {outcome.asked.question.title}"
        late = outcome.answer.late
        return [
            head,
            *(
                ["**No points:** it came too late for this question. You see its grade all the same."]
                if late
                else []
            ),
            *_notices(outcome),
            *_lines(outcome, length),
            *([] if outcome.asked.ask.door == "interview" else _how_to_go_on(settled)),
            _earned(settled, late=late),
            *([f"**Your text**\n{code_block(outcome.answer.text, LATE_TEXT_LIMIT)}"] if late else []),
        ]

    return Card(*texts(*fitting(build, QUOTE_LENGTHS)), *_ways_on(outcome))


def _ways_on(outcome: Outcome) -> list[discord.ui.ActionRow[Card]]:
    """The buttons below a verdict: those that make sense after this one."""
    settled, ask, answer_id = outcome.settled, outcome.asked.ask, outcome.answer.id
    perfect = settled.grade.score == scoring.BEST_SCORE
    is_open = any(verdict.mark is not Mark.COVERED for verdict in settled.grade.verdicts)
    # A reply would stand behind a text that was no answer.
    unread = SAYS_IT_ALL.intersection(settled.grade.flags)
    on: list[CardButton] = []
    if not perfect:
        on.append(ask_button(ask.id, Verb.ANSWER, "Try again", primary=True))
        if is_open and not settled.locked and not unread:
            on.append(ask_button(ask.id, Verb.FOLLOW_UP, "Follow-up"))
    if ask.door == "interview":
        on.clear()  # its model answer is out
    on.append(ask_button(ask.id, Verb.REVEAL, "Model answer"))
    if ask.door != "interview" or ask.asked_by is not None:  # a group's goes on for all at once
        on.append(ask_button(ask.id, Verb.NEXT, "Next", primary=perfect))
    about: list[CardButton] = []
    if is_open and settled.grade.score is not None and not unread:
        about.append(ask_button(ask.id, Verb.COVERED, "I covered this", answer_id))
    if ask.guild_id is not None and not ask.dm and settled.grade.score:
        about.append(ask_button(ask.id, Verb.SHARE, "Share", answer_id))
    return [row(*on), *([row(*about)] if about else [])]


def reveal_card(asked: Asked, picture: bytes | None) -> Card:
    """The model answer with formula, key points, why interviewers ask it, and sources."""
    question = asked.question
    points = "\n".join(f"- {point.says}" for point in question.points)
    why = f"**Why interviewers ask this**\n{question.why}" if question.why else ""
    sources = "\n".join(f"-# {source}" for source in question.sources)
    # What has closed shows the model answer to everybody already.
    shown = asked.ask.door in {"daily", "interview"} and asked.ask.closed_at is not None
    in_group = asked.ask.door == "interview" and asked.ask.asked_by is None  # it goes on for all at once
    files, pictures = gallery(None if shown else picture, question.formula, "formula.png")
    answer = f"### {question.title}" if shown else f"### Model answer: {question.title}\n{question.answer}"
    head, *rest = fitting(
        lambda _: [
            answer,
            f"**Key points**\n{points}",
            *([why] if why else []),
            *([f"**Sources**\n{sources}"] if sources else []),
        ],
        (0,),
    )
    rate = [ask_button(asked.ask.id, Verb.RATE, label, number) for number, label in enumerate(RATING_LABELS)]
    return Card(
        *texts(head),
        *pictures,
        *texts(*rest, "-# How did you do? This is for your reviews only; it costs and earns nothing."),
        row(*rate, *([] if in_group else [ask_button(asked.ask.id, Verb.NEXT, "Next", primary=True)])),
        files=files,
    )


def hint_card(hinted: Hinted) -> Card:
    """The hints taken so far, and what the next one costs."""
    question, ask_id = hinted.asked.question, hinted.asked.ask.id
    taken, stages = len(hinted.hints), len(question.hint_stages)
    share = round(100 * (1 - scoring.HINT_SHARE))
    if hinted.locked:
        worth = f"You could see the model answer, so hints cost nothing now; the question earns nothing for {REMEMBERED.days} days."
    else:
        worth = f"A perfect answer would now earn you {plural(hinted.left, 'point')}."
    buttons = [ask_button(ask_id, Verb.ANSWER, "Answer", primary=True)]
    if taken < stages:
        buttons.append(ask_button(ask_id, Verb.HINT, "Next hint", taken + 1))
        worth += f" The next hint takes {share} % of what is still to be won." if not hinted.locked else ""
    hints = [f"**{number}.** {hint}" for number, hint in enumerate(hinted.hints, start=1)]
    head = f"### Hint {taken} of {stages}\n-# {question.title}"
    return Card(*texts(*fitting(lambda _: [head, *hints, f"-# {worth}"], (0,))), row(*buttons))


def shared_card(graded: Graded, author: str) -> Card:
    """A member's answer as they show it to their channel; hidden behind a spoiler for those who still want to try."""
    question, ask, score = graded.asked.question, graded.asked.ask, graded.settled.grade.score
    head = f"### {question.title}\n{quote(author, NAME_LIMIT)} answered, graded {score:g} out of 10:"
    return Card(
        *texts(head, f"||{code_block(graded.answer.text, SHARED_LIMIT)}||"),
        row(
            *([] if ask.private else [ask_button(ask.id, Verb.ANSWER, "Answer")]),
            ask_button(ask.id, Verb.WITHDRAW, "Remove", graded.answer.id),
        ),
    )


def gallery(
    picture: bytes | None, formula: str, name: str
) -> tuple[list[discord.File], list[discord.ui.MediaGallery[Card]]]:
    """A formula's picture as a file and as what shows it, both empty where there is none."""
    if picture is None:
        return [], []
    alt = clip(f"Formula in LaTeX: {formula.strip()}", ALT_LIMIT)
    item = discord.MediaGalleryItem(f"attachment://{name}", description=alt)
    return [discord.File(io.BytesIO(picture), name, description=alt)], [discord.ui.MediaGallery(item)]


def _headline(settled: Settled) -> str:
    score = settled.grade.score
    return "No number this time" if score is None else f"{score:g} out of 10"


def _notices(outcome: Outcome) -> list[str]:
    notices = [NOTICES[flag] for flag in outcome.settled.grade.flags]
    if outcome.asked.version.retired:
        notices.append("This question has left the bank since it was asked. Your answer still counts.")
    return notices


def _lines(outcome: Outcome, length: int) -> list[str]:
    """One text per key point, then corrections that belong to no point."""
    question, settled = outcome.asked.question, outcome.settled
    quoted: set[str] = set()
    corrected: set[str] = set()

    def quoted_once(evidence: str | None) -> str:
        # A sentence that earned two points is shown at the first; shown again it reads like a mistake of ours.
        if not evidence or not length or evidence in quoted:
            return ""
        quoted.add(evidence)
        return f"\n-# You wrote: {quote(evidence, length)}"

    def correction(misconception: str, evidence: str | None) -> str:
        corrected.add(misconception)
        # Their words come first: a correction right behind the mark would look like the mistake itself.
        words = quoted_once(evidence)
        return f"{WRONG}{words}\n-# In fact: {question.misconception(misconception).says}"

    def line(verdict: Verdict) -> str:
        if verdict.mark is Mark.WRONG and verdict.misconception and verdict.misconception not in corrected:
            return correction(verdict.misconception, verdict.evidence)
        name = said_name(outcome, verdict)
        return f"{MARKS[verdict.mark]} **{verdict.mark}** · {name}{quoted_once(verdict.evidence)}"

    lines = [line(verdict) for verdict in settled.grade.verdicts]
    return lines + [
        correction(claim.misconception, claim.evidence)
        for claim in settled.grade.claims
        if claim.misconception not in corrected
    ]


def said_name(outcome: Outcome, verdict: Verdict) -> str:
    """A point as its member may read it: before the reveal what is missing is named by its probe, so that a second try is
    worth something.
    """
    question = outcome.asked.question
    point = question.point(verdict.point)
    told = verdict.mark is Mark.COVERED or outcome.settled.locked or outcome.asked.ask.door == "interview"
    return point.says if told else point_name(question, point)


def _how_to_go_on(settled: Settled) -> list[str]:
    is_open = {Mark.MISSED, Mark.PARTLY, Mark.NOT_SURE} & {verdict.mark for verdict in settled.grade.verdicts}
    if settled.locked or not is_open or settled.grade.score == scoring.BEST_SCORE:
        return []
    if SAYS_IT_ALL.intersection(settled.grade.flags):
        return []
    if (settled.grade.score or 0.0) < LOW:
        return ["-# Not there yet, and that is fine. Press **Follow-up** and I ask you one of these points."]
    return ["-# Press **Follow-up** and I ask you one of the open points, or **Try again** with all of it."]


def _earned(settled: Settled, *, late: bool) -> str:
    totals = f"{plural(settled.total, 'point')} in all · streak {plural(settled.streak, 'day')}"
    if settled.unchosen_zone:
        totals += f"\n-# Your days run from 04:00 to 04:00 in {settled.unchosen_zone}. Is that your time zone? `/settings` changes it."
    if settled.again_in is not None:
        when = "tomorrow" if settled.again_in == 1 else f"in {settled.again_in} days"
        totals += f"\n-# You will be asked this again {when}."
    if settled.new_freeze:
        totals += "\n-# You earned a freeze: it will hold your streak on a day you miss."
    if late:
        return totals
    if settled.locked:
        return f"No points: you could see this model answer in the last {REMEMBERED.days} days. {totals}"
    hints = f" after {plural(settled.hints, 'hint')}" if settled.hints else ""
    if not settled.points:
        return f"No new points{hints} · {totals}"
    return f"**+{plural(settled.points, 'point')}**{hints} · {totals}"
