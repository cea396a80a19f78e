"""/review and its buttons: what a member is about to forget, one question at a time."""

import re

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, PressHandler
from bot.ui.base import CardButton, person, place
from bot.ui.custom_ids import Round, Verb, ask_and_argument
from bot.ui.questions import show_question
from bot.ui.reviews import show_review


class ReviewsCog(commands.Cog):
    """Privately in a server, plainly in the DM. The rest of a review is the loop."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._routes: dict[str, PressHandler] = {
            Round.DUE: self.due,
            Round.BEYOND: self.beyond,
            Round.FRESH: self.fresh,
            Verb.EASIER: self.easier,
        }

    async def cog_load(self) -> None:
        """Register what presses lead to."""
        CardButton.routes.update(self._routes)

    async def cog_unload(self) -> None:
        """The inverse."""
        for name in self._routes:
            CardButton.routes.pop(name, None)

    @app_commands.command(description="Questions you are about to forget, the most overdue first")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def review(self, interaction: Interaction) -> None:
        """Put the question that is most overdue, or say when one will be due."""
        await self._next(interaction, beyond=False)

    async def due(self, interaction: Interaction, _: re.Match[str]) -> None:
        """The same, from a reminder."""
        await self._next(interaction, beyond=False)

    async def beyond(self, interaction: Interaction, _: re.Match[str]) -> None:
        """Go on although the day's load is done."""
        await self._next(interaction, beyond=True)

    async def fresh(self, interaction: Interaction, _: re.Match[str]) -> None:
        """Put a question as `/ask` would, to this member alone."""
        who, here = person(interaction.user), place(interaction)
        asked = await self.bot.practice.ask(interaction.id, who, here, private=not here.dm)
        await show_question(interaction, asked)

    async def easier(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Put an easier question instead of one that does not stick."""
        ask_id, _ = ask_and_argument(match)
        who, here = person(interaction.user), place(interaction)
        asked = await self.bot.reviews.easier(interaction.id, who, here, ask_id)
        await show_question(interaction, asked)

    async def _next(self, interaction: Interaction, *, beyond: bool) -> None:
        who, here = person(interaction.user), place(interaction)
        await show_review(interaction, await self.bot.reviews.next(interaction.id, who, here, beyond=beyond))


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(ReviewsCog(bot))
