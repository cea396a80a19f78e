"""/stats: what somebody knows, at once in words, a moment later as a picture."""

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, log
from bot.engine.pictures import stats_sheet
from bot.engine.stats import StatsView
from bot.ui.base import CardButton, person, replace_card, reply
from bot.ui.custom_ids import shown_stats
from bot.ui.stats import stats_card
from bot.ui.verdicts import NOT_DELIVERED


class StatsCog(commands.Cog):
    """Shown to whoever asked only."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register what the buttons lead to."""
        CardButton.routes["stats"] = self.other_form

    async def cog_unload(self) -> None:
        """The inverse."""
        CardButton.routes.pop("stats", None)

    @app_commands.command(description="See what you know, by area, and how you practise")
    @app_commands.describe(member="Somebody who shows theirs (you, if you leave it out)")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def stats(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """One's own numbers, or those of somebody who shows them."""
        view = await self.bot.stats.view((member or interaction.user).id, person(interaction.user))
        picture = self.bot.pictures.kept(stats_sheet(view))
        await reply(interaction, stats_card(view, picture), private=True)
        if picture is None:
            await self._add_picture(interaction, view)

    async def other_form(self, interaction: Interaction, match: re.Match[str]) -> None:
        """The same as text, or as a picture."""
        as_text, member_id = shown_stats(match["shown"])
        view = await self.bot.stats.view(member_id, person(interaction.user))
        if as_text:
            await replace_card(interaction, stats_card(view, None))
            return
        picture = self.bot.pictures.kept(stats_sheet(view))
        if picture is not None:
            await replace_card(interaction, stats_card(view, picture))
            return
        await interaction.response.defer()
        await self._add_picture(interaction, view)

    async def _add_picture(self, interaction: Interaction, view: StatsView) -> None:
        """Put the picture into the card; without one it stays as it is."""
        sheet = stats_sheet(view)
        picture = await self.bot.pictures.draw(sheet) if sheet.shows_something else None
        if picture is None:
            return
        card = stats_card(view, picture)
        try:
            await interaction.edit_original_response(view=card, attachments=card.files)
        except NOT_DELIVERED as error:  # they have the words
            log.warning("The picture of somebody's stats could not be shown: %s", error)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(StatsCog(bot))
