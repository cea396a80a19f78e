"""/privacy: a member's own data, to take along or to delete."""

import asyncio
import re
from datetime import timedelta

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, incident_code, log
from bot.errors import UserError
from bot.ui.base import CardButton, replace_card, reply
from bot.ui.privacy import delete_card, deleted_card, deleting_card, export_card, nothing_card
from bot.ui.withdrawals import remove_cards, remove_shared

TRY_AGAIN = timedelta(minutes=1)


class PrivacyCog(commands.Cog):
    """Everything here is shown to the asking member only."""

    privacy = app_commands.Group(
        name="privacy",
        description="Your data: take it along, or delete it",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._cleaning: asyncio.Task[None] | None = None
        self._exporting: set[int] = set()  # members

    async def cog_load(self) -> None:
        """Register what a press leads to, and finish what an earlier run began."""
        CardButton.routes["privacy"] = self.delete_now
        self._clean_later()

    async def cog_unload(self) -> None:
        """The inverse."""
        CardButton.routes.pop("privacy", None)
        if self._cleaning is not None:
            self._cleaning.cancel()

    @privacy.command(name="export", description="Get all I have stored about you, as files")
    async def export(self, interaction: Interaction) -> None:
        """May take a moment for somebody who has answered a lot."""
        member_id = interaction.user.id
        if member_id in self._exporting:
            raise UserError("Your files are being made already. They come with your last command.")
        self._exporting.add(member_id)
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            found = await self.bot.privacy.export(member_id, interaction.filesize_limit)
            card = nothing_card() if found is None else export_card(found)
            await interaction.followup.send(view=card, files=card.files, ephemeral=True)
        finally:
            self._exporting.discard(member_id)

    @privacy.command(name="delete", description="Delete everything about you; I ask first")
    async def delete(self, interaction: Interaction) -> None:
        """Say what would go, and ask."""
        member_id = interaction.user.id
        holdings = await self.bot.privacy.holdings(member_id)
        if holdings is None:
            await reply(interaction, nothing_card(), private=True)
            return
        shared = await self.bot.privacy.shared(member_id)
        await reply(interaction, delete_card(holdings, len(shared)), private=True)

    async def delete_now(self, interaction: Interaction, _: re.Match[str]) -> None:
        """First what stands in channels: should we die in between, the member can press again."""
        member_id = interaction.user.id
        shared = await self.bot.privacy.shared(member_id)
        await replace_card(interaction, deleting_card())
        left = await remove_shared(self.bot, shared)
        deleted = await self.bot.privacy.delete(member_id)
        if deleted is None:
            await interaction.edit_original_response(view=nothing_card())
            return
        if not deleted.clean:
            self._clean_later()
        await interaction.edit_original_response(view=deleted_card(deleted.holdings, left))
        self.bot.dispatch("interview_change")
        await remove_cards(self.bot, deleted.cards)

    def _clean_later(self) -> None:
        if self._cleaning is None or self._cleaning.done():
            self._cleaning = asyncio.create_task(self._clean())

    async def _clean(self) -> None:
        while True:
            try:
                await self.bot.privacy.clean()
            except Exception:  # noqa: BLE001 - there is another try
                log.exception(
                    "Incident %s: what was deleted is still in the database's files", incident_code()
                )
                await self.bot.clock.sleep_until(self.bot.clock.now() + TRY_AGAIN)
            else:
                return


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(PrivacyCog(bot))
