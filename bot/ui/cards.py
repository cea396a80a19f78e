"""Cards of the loop: pure functions from what the engine says to what Discord shows."""

import io
from dataclasses import replace

import discord

from bot.domain import scoring
from bot.domain.grade import Claim, Flag, Mark, Verdict
from bot.domain.question import Question
from bot.engine.answering import Outcome, Settled
from bot.engine.practice import Asked
from bot.ui.base import AskButton, Card, row, texts
from bot.ui.custom_ids import Verb
from bot.ui.text import clip, fitting, plural, quote

MARKS = {
    Mark.COVERED: "✅",
    Mark.PARTLY: "🟡",
    Mark.MISSED: "⬜",
    Mark.WRONG: "❌",
    Mark.NOT_SURE: "❔",
}
NOTICES = {
    Flag.COPY: "This is nearly word for word the model answer or somebody else's answer, so it earns nothing. "
    "Say it in your own words and it counts.",
    Flag.WITHHELD: "I am not sure enough about this answer to put a number on it. "
    "Compare it with the points below and judge for yourself; your day counts all the same.",
    Flag.CUT: "Your answer is longer than I can read; I graded the beginning.",
    Flag.EMPTY: "I found no words in this answer. Type what you know; even half a sentence can earn a point.",
    Flag.LANGUAGE: "I can only grade answers in English so far. Please try it in English; simple words will do.",
    Flag.ECHO: "Your answer repeats the question, so there was nothing to grade yet. Tell me what you know.",
}
QUOTE_LENGTHS = (160, 90, 40, 0)
ALT_LIMIT = 1024


def question_card(asked: Asked, picture: bytes | None) -> Card:
    """The question with its buttons. `picture` shows its formula, if it has one."""
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
    files, gallery = _gallery(picture, question.prompt_formula, "question.png")
    return Card(
        *texts(
            f"-# {question.area_title} · {question.level} · up to {worth} points",
            f"### {question.title}\n{question.prompt}",
        ),
        *gallery,
        *texts(f"-# {foot}. {how}"),
        row(
            AskButton(asked.ask.id, Verb.ANSWER, "Answer", primary=True),
            AskButton(asked.ask.id, Verb.REVEAL, "Reveal"),
        ),
        files=files,
    )


def verdict_card(outcome: Outcome) -> Card:
    """The grade, point by point, in the member's own words; gives nothing away before the reveal."""
    settled, question = outcome.settled, outcome.asked.question

    def build(length: int) -> list[str]:
        verdicts = _quoted_once(settled.grade.verdicts)
        lines = [_verdict_line(question, verdict, length) for verdict in verdicts]
        explained = {verdict.misconception for verdict in settled.grade.verdicts}
        lines += [
            _correction(question, claim.misconception, claim.evidence, length)
            for claim in _once(settled.grade.claims)
            if claim.misconception not in explained
        ]
        return [
            _headline(settled),
            *_notices(outcome),
            "\n".join(lines),
            *_how_to_go_on(settled),
            _earned(settled),
        ]

    return Card(
        *texts(*fitting(build, QUOTE_LENGTHS)),
        row(
            AskButton(outcome.asked.ask.id, Verb.ANSWER, "Try again", primary=True),
            AskButton(outcome.asked.ask.id, Verb.REVEAL, "Model answer"),
        ),
    )


def reveal_card(asked: Asked, picture: bytes | None) -> Card:
    """The model answer with formula, key points, why interviewers ask it, and sources."""
    question = asked.question
    points = "\n".join(f"- {point.says}" for point in question.points)
    why = f"**Why interviewers ask this**\n{question.why}" if question.why else ""
    sources = "\n".join(f"-# {source}" for source in question.sources)
    files, gallery = _gallery(picture, question.formula, "formula.png")
    head, *rest = fitting(
        lambda _: [
            f"### Model answer: {question.title}\n{question.answer}",
            f"**Key points**\n{points}",
            *([why] if why else []),
            *([sources] if sources else []),
        ],
        (0,),
    )
    return Card(*texts(head), *gallery, *texts(*rest), files=files)


def _gallery(
    picture: bytes | None, formula: str, name: str
) -> tuple[list[discord.File], list[discord.ui.MediaGallery[Card]]]:
    if picture is None:
        return [], []
    alt = clip(f"Formula in LaTeX: {formula.strip()}", ALT_LIMIT)
    item = discord.MediaGalleryItem(f"attachment://{name}", description=alt)
    return [discord.File(io.BytesIO(picture), name, description=alt)], [discord.ui.MediaGallery(item)]


def _headline(settled: Settled) -> str:
    score = settled.grade.score
    return "## No number this time" if score is None else f"## {score:g} out of 10"


def _notices(outcome: Outcome) -> list[str]:
    notices = [NOTICES[flag] for flag in outcome.settled.grade.flags]
    if outcome.asked.version.retired:
        notices.append("This question has left the bank since it was asked. Your answer still counts.")
    return notices


def _how_to_go_on(settled: Settled) -> list[str]:
    asked = {Mark.MISSED, Mark.PARTLY, Mark.NOT_SURE} & {verdict.mark for verdict in settled.grade.verdicts}
    return ["-# What is not there yet stands here as a question. Answer it and try again."] if asked else []


def _verdict_line(question: Question, verdict: Verdict, length: int) -> str:
    point = question.point(verdict.point)
    mark = f"{MARKS[verdict.mark]} **{verdict.mark}**"
    if verdict.mark is Mark.WRONG and verdict.misconception:
        return _correction(question, verdict.misconception, verdict.evidence or "", length)
    if verdict.mark is Mark.COVERED:
        return f"{mark} · {point.says}{_quoted(verdict.evidence, length)}"
    # Before the reveal, what is missing is named by its probe, so that a second try is worth something.
    name = point.probe or f"Point {question.points.index(point) + 1}"
    return f"{mark} · {name}{_quoted(verdict.evidence, length)}"


def _correction(question: Question, misconception: str, evidence: str, length: int) -> str:
    says = question.misconception(misconception).says
    return f"{MARKS[Mark.WRONG]} **{Mark.WRONG}** · {says}{_quoted(evidence, length)}"


def _quoted(evidence: str | None, length: int) -> str:
    return f"\n-# You wrote: {quote(evidence, length)}" if evidence and length else ""


def _quoted_once(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """A sentence that earned several points is quoted at the first; quoted again it would read like a mistake."""
    met: set[str | None] = set()
    shown: list[Verdict] = []
    for verdict in verdicts:
        shown.append(replace(verdict, evidence=None) if verdict.evidence in met else verdict)
        met.add(verdict.evidence)
    return shown


def _once(claims: tuple[Claim, ...]) -> list[Claim]:
    return list({claim.misconception: claim for claim in claims}.values())


def _earned(settled: Settled) -> str:
    streak = f"streak {plural(settled.streak, 'day')}"
    if settled.locked:
        return (
            f"No points: you saw this model answer in the last {scoring.LOCK_AFTER_REVEAL.days} days. "
            f"{settled.total} in all · {streak}"
        )
    return f"**+{plural(settled.points, 'point')}** · {settled.total} in all · {streak}"
