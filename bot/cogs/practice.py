"""/ask, its buttons and its form."""

import re
from typing import Literal, cast, get_args

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, log, submitted_values, unexpected
from bot.domain.grade import Sure
from bot.domain.question import Level
from bot.engine.answering import Submission
from bot.engine.practice import Place
from bot.errors import HandBack, HotseatError, UserError
from bot.ui import custom_ids
from bot.ui.base import AskButton, person, reply
from bot.ui.cards import question_card, reveal_card
from bot.ui.custom_ids import Verb
from bot.ui.forms import answer_form
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED, show_verdict

CHOICE_LIMIT = 100


class PracticeCog(commands.Cog):
    """The loop, one member at a time."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register what presses and forms lead to."""
        self.bot.add_items(AskButton)
        self.bot.add_modal_route(custom_ids.FORM_PATTERN, self.submitted)
        AskButton.routes.update({Verb.ANSWER: self.answer, Verb.REVEAL: self.reveal})

    async def cog_unload(self) -> None:
        """The inverse."""
        self.bot.remove_items(AskButton)
        self.bot.remove_modal_route(custom_ids.FORM_PATTERN)
        AskButton.routes.clear()

    @app_commands.command(description="Get an interview question")
    @app_commands.describe(
        topic="An area, a tag or a question; type a letter or two",
        level="How demanding (any, if you leave it out)",
        private="Only you see the card",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def ask(
        self,
        interaction: Interaction,
        topic: str | None = None,
        level: Literal["any", "basic", "intermediate", "advanced"] = "any",
        private: bool = False,  # noqa: FBT001, FBT002 - a slash-command option
    ) -> None:
        """Put the question that is best for this member."""
        if not private:
            _require_permissions(interaction)
        practice = self.bot.practice
        asked = await practice.ask(
            interaction.id,
            person(interaction.user),
            _place(interaction),
            topic,
            None if level == "any" else Level(level),
            private=private,
        )
        card = question_card(asked, practice.picture(asked.question.prompt_formula))
        await reply(interaction, card, private=private)
        self.bot.answering.prepare(asked.question)

    @ask.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Areas, tags and titles that fit what was typed so far."""
        return [
            app_commands.Choice(name=clip(topic.label, CHOICE_LIMIT), value=topic.value)
            for topic in self.bot.practice.topics.complete(typed)
        ]

    async def answer(self, interaction: Interaction, ask_id: int) -> None:
        """Open the form. It shows the question again: a phone hides the card behind it."""
        practice, who = self.bot.practice, person(interaction.user)
        asked = await practice.open_asked(ask_id, who)
        await interaction.response.send_modal(answer_form(asked, await practice.last_try(asked, who)))
        self.bot.answering.prepare(asked.question)

    async def reveal(self, interaction: Interaction, ask_id: int) -> None:
        """Show the model answer to whoever pressed, and to nobody else."""
        practice = self.bot.practice
        asked = await practice.reveal(ask_id, person(interaction.user))
        await reply(interaction, reveal_card(asked, practice.picture(asked.question.formula)), private=True)

    async def submitted(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Store, then acknowledge, then grade: in this order nothing that was acknowledged can be lost."""
        values = submitted_values(interaction)
        sure = values.get(custom_ids.ANSWER_SURE)
        submission = Submission(
            id=interaction.id,
            text=values.get(custom_ids.ANSWER_TEXT, ""),
            source="form",
            channel_id=interaction.channel_id or 0,
            token=interaction.token,
            sure=cast("Sure", sure) if sure in get_args(Sure) else None,
        )
        try:
            answer = await self.bot.answering.receive(int(match["id"]), person(interaction.user), submission)
        except HotseatError:
            raise
        except Exception as error:
            raise HandBack(unexpected(error), submission.text) from error
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
        except NOT_DELIVERED as error:
            # The answer stands. Its verdict is shown in place if the token lives, else at the next interaction.
            log.warning("Answer %s could not be acknowledged: %s", answer.id, error)
        await show_verdict(self.bot, answer.id, token=interaction.token)


def _place(interaction: Interaction) -> Place:
    """An ask counts for the server where Hotseat is installed and the command was given."""
    here = interaction.guild_id if interaction.is_guild_integration() else None
    return Place(interaction.channel_id or 0, here, dm=interaction.context.dm_channel)


def _require_permissions(interaction: Interaction) -> None:
    """A public card is a post of the bot: where its server's people keep it from posting, it does not."""
    if not interaction.is_guild_integration():
        return
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = {
        "View Channel": may.view_channel,
        "Send Messages in Threads" if in_thread else "Send Messages": (
            may.send_messages_in_threads if in_thread else may.send_messages
        ),
    }
    missing = [name for name, given in needed.items() if not given]
    if missing:
        raise UserError(
            f"I may not post here: I am missing **{' and '.join(missing)}** in this channel. "
            "Ask someone who manages the server to grant it, or use `/ask` with `private` set to True."
        )


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(PracticeCog(bot))
