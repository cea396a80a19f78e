"""/mock and its buttons: an interview for one, timed in the DM, else from press to press."""

import re
from contextlib import suppress
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, PressHandler, log
from bot.domain.interview import Format, Phase, Session
from bot.engine.sessions import View
from bot.storage.interviews import Interview
from bot.ui.base import CardButton, person, place, replace_card, reply
from bot.ui.custom_ids import Turn
from bot.ui.sessions import card_here
from bot.ui.solo import on_its_way_card, opening_card, under_way_card
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED

CHOICE_LIMIT = 100
QUESTIONS, MINUTES = 5, 4  # unless the member says otherwise


class MockCog(commands.Cog):
    """One person's interview. What time brings in it is the work of `sessions`."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._routes: dict[str, PressHandler] = {Turn.HERE: self.here}

    async def cog_load(self) -> None:
        """Register what presses lead to."""
        CardButton.routes.update(self._routes)

    async def cog_unload(self) -> None:
        """The inverse."""
        for turn in self._routes:
            CardButton.routes.pop(turn, None)

    @app_commands.command(description="A mock interview for you alone, in our DM")
    @app_commands.describe(
        topic="An area, a tag or a question; type a letter or two",
        questions=f"How many ({QUESTIONS}, if you leave it out)",
        minutes=f"Minutes for each question ({MINUTES}, if you leave it out)",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def mock(
        self,
        interaction: Interaction,
        topic: str | None = None,
        questions: app_commands.Range[int, 1, 20] = QUESTIONS,
        minutes: app_commands.Range[int, 1, 15] = MINUTES,
    ) -> None:
        """Begin, or go on with the one that is under way."""
        here, who = place(interaction), person(interaction.user)
        wished = None if topic is None else self.bot.practice.topics.find(topic).value
        session = Session(
            who.id, questions, timedelta(minutes=minutes), self.bot.clock.now(), format=Format.SOLO
        )
        begun = Interview(interaction.id, here.guild_id, here.channel_id, session, wished)
        view, fresh = await self.bot.interviews.open(begun, who)
        if not fresh and view.session.phase is not Phase.LOBBY:
            at = view.interview.place_id if view.session.timed else None
            await reply(interaction, under_way_card(view, _address(at) if at else ""), private=True)
            return
        if here.dm:
            await reply(interaction, opening_card(view), private=False)
            await self._begin(view, interaction, here.channel_id)
            return
        await reply(interaction, on_its_way_card(view), private=True)
        await self._begin_in_dm(view, interaction)

    @mock.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Areas, tags and titles that fit what was typed so far."""
        return [
            app_commands.Choice(name=clip(topic.label, CHOICE_LIMIT), value=topic.value)
            for topic in self.bot.practice.topics.complete(typed)
        ]

    async def here(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Go on right here, without a clock."""
        view = await self.bot.interviews.begin_alone(int(match["interview"]), person(interaction.user), None)
        await replace_card(interaction, await card_here(self.bot, view))

    async def _begin_in_dm(self, view: View, interaction: Interaction) -> None:
        """Send the opening to the member's DM; where that is closed, ask right here."""
        try:
            dm = await self.bot.create_dm(interaction.user)
            await dm.send(view=opening_card(view), nonce=f"m{view.interview.id}")
        except discord.Forbidden:
            log.info("Interview %s goes on without a clock: its member's DMs are closed.", view.interview.id)
            who = person(interaction.user)
            here = await self.bot.interviews.begin_alone(view.interview.id, who, None)
            card = await card_here(self.bot, here)
            await interaction.edit_original_response(view=card, attachments=card.files)
        except NOT_DELIVERED as error:  # the card that they have lets them go on
            log.warning("Interview %s waits for its member's next press: %s", view.interview.id, error)
        else:
            await self._begin(view, interaction, dm.id)
            with suppress(*NOT_DELIVERED):  # it only adds the way there
                await interaction.edit_original_response(view=on_its_way_card(view, _address(dm.id)))

    async def _begin(self, view: View, interaction: Interaction, place_id: int) -> None:
        await self.bot.interviews.begin_alone(view.interview.id, person(interaction.user), place_id)
        self.bot.dispatch("interview_change")


def _address(channel_id: int) -> str:
    return f"https://discord.com/channels/@me/{channel_id}"


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(MockCog(bot))
