"""/leaderboard, /streak and /help."""

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot
from bot.errors import UserError
from bot.ui.base import person, reply
from bot.ui.boards import board_card, help_card, streak_card


class ProgressCog(commands.Cog):
    """How members stand. Everything here is shown to the asking member only."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    @app_commands.command(description="See this server's points")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def leaderboard(self, interaction: Interaction) -> None:
        """The server's board."""
        if interaction.guild_id is None or not interaction.is_guild_integration():
            raise UserError(
                "A leaderboard belongs to a server that has Hotseat; this is not one. `/streak` shows your own points."
            )
        who = person(interaction.user)
        board = await self.bot.progress.board(interaction.guild_id, who.id, who.name)
        await reply(interaction, board_card(board), private=True)

    @app_commands.command(description="See your days in a row and your points")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def streak(self, interaction: Interaction) -> None:
        """The member's own streak."""
        view = await self.bot.progress.streak(interaction.user.id)
        await reply(interaction, streak_card(view), private=True)

    @app_commands.command(description="How Hotseat works")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: Interaction) -> None:
        """How everything works, in one card."""
        await reply(interaction, help_card(), private=True)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(ProgressCog(bot))
