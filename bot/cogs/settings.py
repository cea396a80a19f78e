"""/settings for members, /setup for those who run a server."""

import re

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, first_value, submitted_values
from bot.errors import UserError
from bot.ui import custom_ids
from bot.ui.base import CardButton, person, replace_card, reply
from bot.ui.panels import settings_card, settings_form, sharing_card, wishes_from


class SettingsCog(commands.Cog):
    """One panel for members, one switch for servers."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register what presses and forms lead to."""
        self.bot.add_modal_route(custom_ids.SETTINGS_FORM_PATTERN, self.save)
        CardButton.routes["settings"] = self.change

    async def cog_unload(self) -> None:
        """The inverse."""
        self.bot.remove_modal_route(custom_ids.SETTINGS_FORM_PATTERN)
        CardButton.routes.pop("settings", None)

    @app_commands.command(
        description="Your time zone, leaderboards, stats, private asking, extra time, reminders"
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def settings(self, interaction: Interaction) -> None:
        """The member's settings as they stand."""
        panel = await self.bot.preferences.panel(person(interaction.user))
        await reply(interaction, settings_card(panel), private=True)

    async def change(self, interaction: Interaction, _: re.Match[str]) -> None:
        """Open the form."""
        panel = await self.bot.preferences.panel(person(interaction.user))
        await interaction.response.send_modal(settings_form(panel))

    async def save(self, interaction: Interaction, _: re.Match[str]) -> None:
        """Keep what was filled in, and show it in place of the panel."""
        who, values = person(interaction.user), submitted_values(interaction)
        before = (await self.bot.preferences.panel(who)).wishes
        ticked = [one for group in (custom_ids.WISHES, custom_ids.REMINDERS) for one in values.get(group, [])]
        wishes = wishes_from(ticked, first_value(values, custom_ids.EXTRA_TIME), before)
        panel = await self.bot.preferences.save(who, wishes, first_value(values, custom_ids.ZONE))
        await replace_card(interaction, settings_card(panel))

    @app_commands.command(description="What members of this server may do")
    @app_commands.describe(sharing="Whether members may share their own graded answers in channels")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def setup(
        self,
        interaction: Interaction,
        sharing: bool | None = None,  # noqa: FBT001 - a slash-command option
    ) -> None:
        """Show the server's switches, or set one."""
        if interaction.guild_id is None:
            raise UserError("`/setup` belongs to a server.")
        if sharing is not None:
            await self.bot.sittings.set_sharing(interaction.guild_id, allowed=sharing)
        allowed = await self.bot.sittings.may_share(interaction.guild_id)
        await reply(interaction, sharing_card(allowed=allowed), private=True)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(SettingsCog(bot))
