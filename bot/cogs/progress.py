"""/leaderboard, /streak and /help."""

import re
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot
from bot.domain.scoring import Measure, Period
from bot.engine.progress import Board
from bot.errors import UserError
from bot.ui.base import CardButton, person, place, replace_card, reply
from bot.ui.boards import board_card, help_card
from bot.ui.custom_ids import shown_board
from bot.ui.streaks import streak_card


class ProgressCog(commands.Cog):
    """How members stand. Everything here is shown to the asking member only."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register what the buttons below a board lead to."""
        CardButton.routes["board"] = self.other_board

    async def cog_unload(self) -> None:
        """The inverse."""
        CardButton.routes.pop("board", None)

    @app_commands.command(description="See who practises most")
    @app_commands.describe(
        board="This server's, or that of all servers together",
        period="How far it looks back",
        by="Points, or how much better than on earlier days",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def leaderboard(
        self,
        interaction: Interaction,
        board: Literal["server", "global"] | None = None,
        period: Literal["week", "month", "all"] = "week",
        by: Literal["points", "improvement"] = "points",
    ) -> None:
        """A board; where there is no server with Hotseat, the global one."""
        here = place(interaction).guild_id
        if board == "server" and here is None:
            raise UserError(
                "A server board belongs to a server that has Hotseat; this is not one. Leave `board` out for the global one."
            )
        everywhere = board == "global" or here is None
        measure = Measure.POINTS if by == "points" else Measure.GAIN
        shown = await self._board(interaction, Period(period), measure, everywhere=everywhere)
        await reply(interaction, board_card(shown), private=True)
        self._look_after(interaction, shown)

    async def other_board(self, interaction: Interaction, match: re.Match[str]) -> None:
        """The board of another period, in the place of this one."""
        everywhere, period, measure = shown_board(match["shown"])
        shown = await self._board(interaction, period, measure, everywhere=everywhere)
        await replace_card(interaction, board_card(shown))
        self._look_after(interaction, shown)

    async def _board(
        self, interaction: Interaction, period: Period, measure: Measure, *, everywhere: bool
    ) -> Board:
        here = None if everywhere else place(interaction).guild_id
        who = person(interaction.user)
        return await self.bot.progress.board(here, who.id, who.name, period, measure)

    def _look_after(self, interaction: Interaction, shown: Board) -> None:
        """Who of a server's board has left it? The answer is for the next look."""
        if not shown.everywhere:
            self.bot.dispatch("board_shown", interaction.guild_id, [one.member_id for one in shown.top])

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
