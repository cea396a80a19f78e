"""The yardstick: a discord.py bot that answers with constants, builds nothing, looks nothing up and stores nothing."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

Interaction = discord.Interaction["BareBot"]


class Constant(discord.ui.LayoutView):
    """Components as they go over the wire. Finished from the start, so that discord.py keeps nothing of it."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._constant = components
        self.stop()

    def has_components_v2(self) -> bool:
        """Cards of Hotseat are made of the second version's components only."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """The constant."""
        return self._constant


class BareBot(commands.AutoShardedBot):
    """/ask and /help answer directly; any button opens a form; any form is deferred, then edited."""

    def __init__(self, payloads: dict[str, Any]) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self._payloads = payloads

    async def setup_hook(self) -> None:
        """Register the two commands."""
        card, verdict, page = (Constant(self._payloads[name][1]) for name in ("ask", "verdict", "help"))
        self._verdict = verdict

        @self.tree.command(name="ask", description="Answers with a constant card")
        async def ask(interaction: Interaction, topic: str | None = None) -> None:  # noqa: ARG001 - Hotseat's option
            await interaction.response.send_message(view=card)

        @self.tree.command(name="help", description="Answers with a constant page")
        async def page_of_help(interaction: Interaction) -> None:
            await interaction.response.send_message(view=page, ephemeral=True)

        for command in (ask, page_of_help):
            command.allowed_contexts = app_commands.AppCommandContext(guild=True)
        await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        """No prefix commands."""

    async def on_interaction(self, interaction: Interaction) -> None:
        """Buttons and forms."""
        if interaction.type is discord.InteractionType.component:
            form = discord.ui.Modal(title="Answer", custom_id="form")
            form.add_item(discord.ui.Label(text="Your answer", component=discord.ui.TextInput()))
            form.stop()
            await interaction.response.send_modal(form)
        elif interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.edit_original_response(view=self._verdict)


async def main() -> None:
    """Connect to where the environment says and serve until killed."""
    Route.BASE = os.environ["BARE_API_BASE"]
    DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["BARE_GATEWAY_URL"])
    payloads = json.loads(Path(os.environ["BARE_PAYLOADS"]).read_text(encoding="utf-8"))  # noqa: ASYNC240 - nothing runs yet
    async with BareBot(payloads) as bot:
        await bot.start(os.environ["BARE_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
