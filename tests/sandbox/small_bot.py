"""A small bot of our own, in this process, against the sandbox: real discord.py on both ends of the wire."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox import Sandbox

Interaction = discord.Interaction[Any]
Script = Callable[[Interaction], Awaitable[Any]]


class Press(ui.DynamicItem[ui.Button[Any]], template=r"go:(?P<what>[\w-]+)"):
    """A button whose effect the test decides."""

    def __init__(self, what: str, label: str | None = None, *, disabled: bool = False) -> None:
        super().__init__(
            ui.Button(
                label=label or what,
                custom_id=f"go:{what}",
                disabled=disabled,
                style=discord.ButtonStyle.primary,
            )
        )
        self.what = what

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> "Press":
        return cls(match["what"])

    async def callback(self, interaction: Interaction) -> None:
        await interaction.client.play(self.what, interaction)


class Pick(ui.DynamicItem[ui.Select[Any]], template=r"pick:(?P<what>[\w-]+)"):
    """A menu whose effect the test decides."""

    def __init__(self, what: str, options: list[str]) -> None:
        choices = [
            discord.SelectOption(label=option.capitalize(), value=option) for option in options or ["-"]
        ]
        super().__init__(ui.Select(placeholder=what, custom_id=f"pick:{what}", options=choices))
        self.what = what

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> "Pick":
        picked = cls(match["what"], [])
        assert isinstance(item, ui.Select)
        picked.item = item  # the values chosen arrive in it
        return picked

    async def callback(self, interaction: Interaction) -> None:
        await interaction.client.play(self.what, interaction)


class SmallBot(discord.AutoShardedClient):
    """Does what the test scripts: `bot.on["ask"] = async function of the interaction`."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.tree = app_commands.CommandTree(self)
        self.on: dict[str, Script] = {}
        self.errors: list[BaseException] = []
        self.messages: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.resumed = asyncio.Event()
        self.submitted: Interaction | None = None

    async def play(self, what: str, interaction: Interaction) -> None:
        try:
            await self.on[what](interaction)
        except discord.DiscordException as error:
            self.errors.append(error)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No wait of 5 s between identifies: that rule of Discord's is not what is tested here."""

    async def setup_hook(self) -> None:
        add_commands(self)
        self.add_dynamic_items(Press, Pick)
        await self.tree.sync()

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit and "form" in self.on:
            await self.play("form", interaction)

    async def on_message(self, message: discord.Message) -> None:
        self.messages.put_nowait(message)

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_shard_resumed(self, _: int) -> None:
        self.resumed.set()


def add_commands(bot: SmallBot) -> None:
    """/ask (everywhere), /daily setup and /daily status (server only, Manage Server)."""
    contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    installs = app_commands.AppInstallationType(guild=True, user=True)

    @app_commands.command(name="ask", description="Asks a question")
    async def ask(interaction: Interaction, topic: str | None = None) -> None:
        del topic
        await bot.play("ask", interaction)

    async def complete(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
        names = ["Dropout", "Attention"]
        return [
            app_commands.Choice(name=name, value=name.lower()) for name in names if current in name.lower()
        ]

    ask.autocomplete("topic")(complete)
    ask.allowed_contexts, ask.allowed_installs = contexts, installs
    bot.tree.add_command(ask)
    daily = app_commands.Group(
        name="daily",
        description="The daily question",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )

    @daily.command(name="setup", description="Sets the daily question up")
    async def setup(
        interaction: Interaction,
        channel: discord.TextChannel,
        ping: discord.Role | None = None,
        days: int = 7,
    ) -> None:
        text = f"{channel.mention} {ping} {days}"
        await interaction.response.send_message(text)

    @daily.command(name="status", description="Shows the schedules")
    async def status(interaction: Interaction) -> None:
        await bot.play("status", interaction)

    del setup, status
    bot.tree.add_command(daily)


def card(*items: ui.Item[Any], text: str = "Question") -> ui.LayoutView:
    """A Components V2 card with a row of these items."""
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container()
    box.add_item(ui.TextDisplay(text))
    if items:
        box.add_item(ui.ActionRow(*items))
    view.add_item(box)
    return view


async def connect(
    box: Sandbox, intents: discord.Intents | None = None
) -> tuple[SmallBot, asyncio.Task[None]]:
    """Log a small bot in; point the library at this sandbox first."""
    Route.BASE = box.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(box.gateway_url)
    bot = SmallBot(intents or discord.Intents(guilds=True, dm_messages=True))
    running = asyncio.create_task(bot.start(box.token, reconnect=True))
    online = asyncio.create_task(box.bot_ready())
    await asyncio.wait([running, online], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        online.cancel()
        await running
    await online
    return bot, running
