"""/why: what is behind a grade."""

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot
from bot.ui.base import person, reply
from bot.ui.why import choice_name, why_card


class WhyCog(commands.Cog):
    """Explains a member's own grades to them."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    @app_commands.command(description="What is behind a grade: points, hints, locks, versions")
    @app_commands.describe(answer="One of your last 25 graded answers (if you leave it out: the last one)")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def why(self, interaction: Interaction, answer: str | None = None) -> None:
        """Everything the ledger holds about one grade, to its member only."""
        found = await self.bot.why.explained(person(interaction.user), answer)
        await reply(interaction, why_card(found), private=True)

    @why.autocomplete("answer")
    async def complete_answer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The member's last graded answers."""
        found = await self.bot.why.choices(person(interaction.user), typed)
        return [app_commands.Choice(name=choice_name(one), value=str(one.id)) for one in found]


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(WhyCog(bot))
