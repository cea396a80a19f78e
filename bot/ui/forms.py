"""The forms of the loop: an answer, a reply to a probe, "I covered this"."""

from typing import Any

import discord

from bot.domain.question import KeyPoint, Question
from bot.engine.practice import Asked
from bot.engine.sittings import Graded
from bot.engine.wording import SURE
from bot.ui import custom_ids
from bot.ui.custom_ids import Form
from bot.ui.text import clip

TITLE_LIMIT = 45
ANSWER_LIMIT = 4000
NOTE_LIMIT = 500
OPTION_LIMIT = 100


def answer_form(asked: Asked, last_try: str) -> discord.ui.Modal:
    """The form for one ask. It starts with the last try, so that nobody types twice."""
    sure = discord.ui.RadioGroup(custom_id=custom_ids.ANSWER_SURE, required=False)
    for value, label in SURE.items():
        sure.add_option(label=label, value=value)
    return finished_form(
        asked.question.title,
        custom_ids.form_address(asked.ask.id, Form.SUBMIT),
        discord.ui.TextDisplay(asked.question.prompt),
        discord.ui.Label(
            text="Your answer",
            component=_paragraph(
                custom_ids.ANSWER_TEXT, "In your own words. Notes and formulas are fine.", last_try
            ),
        ),
        discord.ui.Label(text="How sure are you?", description="Not part of your grade", component=sure),
    )


def reply_form(asked: Asked, point: KeyPoint) -> discord.ui.Modal:
    """The interviewer asks on; what is typed is added to the answer before it."""
    question = asked.question
    return finished_form(
        question.title,
        custom_ids.form_address(asked.ask.id, Form.REPLY, question.points.index(point)),
        discord.ui.TextDisplay(f"**{point.probe}**"),
        discord.ui.Label(
            text="Your reply",
            description="It is added to your answer, and can still earn this point",
            component=_paragraph(custom_ids.ANSWER_TEXT, "One or two sentences are enough."),
        ),
    )


def join_form(interview_id: int, *, hot_seat: bool, agreed: bool) -> discord.ui.Modal:
    """Whether others may read one's texts; `agreed` is what was said before."""
    consent = discord.ui.RadioGroup[Any](custom_id=custom_ids.CONSENT, required=True)
    consent.add_option(label="No, only my grades", value="no", default=not agreed)
    consent.add_option(label="Yes, with my name", value="yes", default=agreed)
    return finished_form(
        "Join the interview",
        custom_ids.join_form_address(interview_id),
        discord.ui.Label(
            text="May the others read what you type?",
            description="Right away (if not, your interviewer cannot read it either), and in the report"
            if hot_seat
            else "In the report at the end",
            component=consent,
        ),
    )


def dispute_form(graded: Graded) -> discord.ui.Modal:
    """Which points the member holds to be covered, and where."""
    question = graded.asked.question
    options = [
        discord.SelectOption(
            label=clip(point_name(question, question.point(verdict.point)), OPTION_LIMIT), value=verdict.point
        )
        for verdict in graded.open_points
    ]
    points = discord.ui.Select[Any](
        custom_id=custom_ids.DISPUTED_POINTS,
        options=options,
        min_values=1,
        max_values=len(options),
        required=True,
    )
    note = discord.ui.TextInput[Any](
        custom_id=custom_ids.DISPUTE_NOTE,
        style=discord.TextStyle.paragraph,
        max_length=NOTE_LIMIT,
        required=False,
    )
    return finished_form(
        "I covered this",
        custom_ids.form_address(graded.asked.ask.id, Form.DISPUTE, graded.answer.id),
        discord.ui.Label(text="Which point did you cover?", component=points),
        discord.ui.Label(
            text="Where?", description="The words of yours that say it, if you like", component=note
        ),
    )


def point_name(question: Question, point: KeyPoint) -> str:
    """A point named so that nothing is given away: by its probe, else by its number."""
    return point.probe or f"Point {question.points.index(point) + 1}"


def finished_form(title: str, address: str, *children: discord.ui.Item[Any]) -> discord.ui.Modal:
    """A form that is routed by its address, before and after a restart alike.

    One that is finished before it is sent is not kept in memory by discord.py, which would hold it for ever.
    """
    form = discord.ui.Modal(title=clip(title, TITLE_LIMIT), custom_id=address)
    for child in children:
        form.add_item(child)
    form.stop()
    return form


def _paragraph(custom_id: str, placeholder: str, default: str = "") -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        max_length=ANSWER_LIMIT,
        default=default[:ANSWER_LIMIT] or None,
        placeholder=placeholder,
    )
