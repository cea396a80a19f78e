"""The answer form."""

import discord

from bot.domain.grade import Sure
from bot.engine.practice import Asked
from bot.ui import custom_ids
from bot.ui.text import clip

TITLE_LIMIT = 45
ANSWER_LIMIT = 4000
SURE_LABELS: dict[Sure, str] = {"guess": "Guessing", "fairly": "Fairly sure", "certain": "Certain"}


def answer_form(asked: Asked, last_try: str) -> discord.ui.Modal:
    """The form for one ask. It starts with the last try, so that nobody types twice."""
    form = discord.ui.Modal(
        title=clip(asked.question.title, TITLE_LIMIT), custom_id=custom_ids.form_address(asked.ask.id)
    )
    form.add_item(discord.ui.TextDisplay(asked.question.prompt))
    field = discord.ui.TextInput(
        custom_id=custom_ids.ANSWER_TEXT,
        style=discord.TextStyle.paragraph,
        max_length=ANSWER_LIMIT,
        default=last_try[:ANSWER_LIMIT] or None,
        placeholder="In your own words. Notes and formulas are fine.",
    )
    form.add_item(discord.ui.Label(text="Your answer", component=field))
    sure = discord.ui.RadioGroup(custom_id=custom_ids.ANSWER_SURE, required=False)
    for value, label in SURE_LABELS.items():
        sure.add_option(label=label, value=value)
    form.add_item(
        discord.ui.Label(text="How sure are you?", description="Not part of your grade", component=sure)
    )
    # Forms are routed by their address, before and after a restart alike. One that is finished before it
    # is sent is not kept in memory by discord.py, which would hold it for ever.
    form.stop()
    return form
