"""The buttons and menus of the hot seat: one's own card, what one makes of an answer."""

import re

from discord.ext import commands

from bot.client import Interaction, InterviewBot, PressHandler
from bot.engine.interviews import Part
from bot.errors import UserError
from bot.ui.base import CardButton, CardSelect, chosen, person, replace_card, reply
from bot.ui.custom_ids import NO_POINT, Choice, Turn
from bot.ui.hot_seat import part_card


class HotSeatCog(commands.Cog):
    """Candidate, interviewer, observers."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._turns: dict[str, PressHandler] = {Turn.MINE: self.mine, Turn.ALOUD: self.aloud}
        self._choices: dict[str, PressHandler] = {Choice.STARS: self.stars, Choice.TICKS: self.ticks}

    async def cog_load(self) -> None:
        """Register what presses and choices lead to."""
        self.bot.add_items(CardSelect)
        CardButton.routes.update(self._turns)
        CardSelect.routes.update(self._choices)

    async def cog_unload(self) -> None:
        """The inverse."""
        self.bot.remove_items(CardSelect)
        for turn in self._turns:
            CardButton.routes.pop(turn, None)
        for choice in self._choices:
            CardSelect.routes.pop(choice, None)

    async def mine(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Show whoever presses their own part; once more, in the same place, if they look again."""
        part = await self.bot.interviews.part(int(match["interview"]), person(interaction.user))
        if interaction.message is not None and interaction.message.flags.ephemeral:
            await replace_card(interaction, part_card(part))
        else:
            await reply(interaction, part_card(part), private=True)

    async def aloud(self, interaction: Interaction, match: re.Match[str]) -> None:
        """The candidate has answered by voice."""
        who = person(interaction.user)
        part = await self.bot.interviews.part(int(match["interview"]), who)
        await self.bot.interviews.pass_on(part.asked.ask.id, who, aloud=True)
        await interaction.response.send_message(
            "Noted: you answered aloud. What the others made of it comes with the reveal.", ephemeral=True
        )
        self.bot.dispatch("interview_change")

    async def stars(self, interaction: Interaction, match: re.Match[str]) -> None:
        """An observer says how good it was."""
        picked = next((int(one) for one in chosen(interaction) if one in {"1", "2", "3", "4", "5"}), None)
        if picked is None:
            raise UserError("Pick 1 to 5 stars.")
        part = await self.bot.interviews.judge(
            int(match["interview"]), int(match["round"]), person(interaction.user), stars=picked
        )
        await self._judged(interaction, part)

    async def ticks(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Interviewer or observer says which points they heard."""
        picked = {one for one in chosen(interaction) if one != NO_POINT}
        part = await self.bot.interviews.judge(
            int(match["interview"]), int(match["round"]), person(interaction.user), ticks=picked
        )
        await self._judged(interaction, part)

    async def _judged(self, interaction: Interaction, part: Part) -> None:
        await replace_card(interaction, part_card(part))
        self.bot.dispatch("interview_change")


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(HotSeatCog(bot))
