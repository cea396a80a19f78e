"""/ask, and what its card leads to: the form, the verdict, the model answer."""

import re
from typing import Literal, cast, get_args

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, first_value, log, submitted_values, unexpected
from bot.domain.grade import Sure
from bot.domain.interview import Format
from bot.domain.question import Level
from bot.engine.answering import Submission
from bot.errors import HandBack, HotseatError, StorageError, UserError
from bot.storage.answers import Answer
from bot.ui import custom_ids
from bot.ui.base import CardButton, barred_from_posting, person, place, reply
from bot.ui.cards import reveal_card
from bot.ui.custom_ids import Form, Verb, ask_and_argument, form_pattern
from bot.ui.dailies import give_up_card
from bot.ui.forms import answer_form
from bot.ui.interviews import kept_card as interview_kept_card
from bot.ui.questions import show_question
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED, show_verdict

CHOICE_LIMIT = 100
HELD_UP = (
    "I have your answer but cannot book its grade just now. You will see it after whatever you do next; "
    "you need not send it again."
)


class PracticeCog(commands.Cog):
    """The loop, one member at a time."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register what presses and forms lead to."""
        self.bot.add_items(CardButton)
        for form in (Form.SUBMIT, Form.REPLY):
            self.bot.add_modal_route(form_pattern(form), self.submitted)
        CardButton.routes.update({Verb.ANSWER: self.answer, Verb.REVEAL: self.reveal})

    async def cog_unload(self) -> None:
        """The inverse."""
        self.bot.remove_items(CardButton)
        for form in (Form.SUBMIT, Form.REPLY):
            self.bot.remove_modal_route(form_pattern(form))
        for verb in (Verb.ANSWER, Verb.REVEAL):
            CardButton.routes.pop(verb, None)

    @app_commands.command(description="Get an interview question")
    @app_commands.describe(
        topic="An area, a tag or a question; type a letter or two",
        level="How demanding (any, if you leave it out)",
        private="Only you see the card (if you leave it out: as your /settings say)",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def ask(
        self,
        interaction: Interaction,
        topic: str | None = None,
        level: Literal["any", "basic", "intermediate", "advanced"] = "any",
        private: bool | None = None,  # noqa: FBT001 - a slash-command option
    ) -> None:
        """Put the question that is best for this member."""
        practice, who, here = self.bot.practice, person(interaction.user), place(interaction)
        barred = barred_from_posting(interaction, instead=", or use `/ask` with `private` set to True")
        wished = None if level == "any" else Level(level)
        asked = await practice.ask(interaction.id, who, here, topic, wished, private=private, barred=barred)
        await show_question(interaction, asked)

    @ask.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Areas, tags and titles that fit what was typed so far."""
        return [
            app_commands.Choice(name=clip(topic.label, CHOICE_LIMIT), value=topic.value)
            for topic in self.bot.practice.topics.complete(typed)
        ]

    async def answer(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Open the form. It shows the question again: a phone hides the card behind it."""
        ask_id, _ = ask_and_argument(match)
        practice, who = self.bot.practice, person(interaction.user)
        asked, last_try = await practice.to_answer(ask_id, who)
        await interaction.response.send_modal(answer_form(asked, last_try))
        self.bot.answering.prepare(asked.question)

    async def reveal(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Show the model answer to whoever pressed, and to nobody else."""
        ask_id, giving_up = ask_and_argument(match)
        practice = self.bot.practice
        asked, shown = await practice.reveal(ask_id, person(interaction.user), giving_up=bool(giving_up))
        card = reveal_card(asked, practice.picture(asked.question.formula)) if shown else give_up_card(asked)
        await reply(interaction, card, private=True)

    async def submitted(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Store, then acknowledge, then grade: in this order nothing that was acknowledged can be lost."""
        ask_id, place_of_point = ask_and_argument(match)
        values, who = submitted_values(interaction), person(interaction.user)
        sure = first_value(values, custom_ids.ANSWER_SURE)
        submission = Submission(
            id=interaction.id,
            text=first_value(values, custom_ids.ANSWER_TEXT),
            source="form",
            channel_id=interaction.channel_id or 0,
            token=interaction.token,
            sure=cast("Sure", sure) if sure in get_args(Sure) else None,
            probe=place_of_point if match["form"] == Form.REPLY else None,
        )
        try:
            answer = await self.bot.answering.receive(ask_id, who, submission)
        except HotseatError:
            raise
        except Exception as error:
            raise HandBack(unexpected(error), submission.text) from error
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
        except NOT_DELIVERED as error:
            # The answer stands. Its verdict is shown in place if the token lives, else at the next interaction.
            log.warning("Answer %s could not be acknowledged: %s", answer.id, error)
        if answer.held:
            await self._kept(interaction, answer)
            return
        try:
            await show_verdict(self.bot, answer.id, token=interaction.token)
        except StorageError as error:
            log.warning("Answer %s could not be settled: %s", answer.id, error)
            raise UserError(HELD_UP) from error

    async def _kept(self, interaction: Interaction, answer: Answer) -> None:
        """The answer waits for its round's reveal; whoever is alone has it at once."""
        view = await self.bot.interviews.of_ask(answer.ask_id)
        self.bot.dispatch("interview_change")
        if view is None or view.session.format is Format.SOLO:
            return
        card = interview_kept_card(answer.ask_id, late=answer.late)
        try:
            await interaction.edit_original_response(view=card)
        except NOT_DELIVERED as error:
            log.warning("Nobody was told that answer %s is in: %s", answer.id, error)
        if await self.bot.answering.is_settled(
            answer.id
        ):  # the reveal came meanwhile: its verdict stands last
            await show_verdict(self.bot, answer.id, token=interaction.token)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(PracticeCog(bot))
