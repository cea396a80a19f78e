# ruff: noqa: ARG003 - discord.py dictates the signature of from_custom_id
"""What every card and button is built on."""

import re
from collections.abc import Sequence
from typing import Any, Self

import discord

from bot.client import Interaction, PressHandler, report
from bot.engine.practice import Person, Place
from bot.errors import UserError
from bot.ui.custom_ids import BUTTON_PATTERN, CHOICE_PATTERN, Verb, ask_address

ACCENT = discord.Colour.from_rgb(88, 101, 242)


class Card(discord.ui.LayoutView):
    """A message of ours. Holds dynamic items and link buttons only, and is built anew for every send.

    An ordinary button beside them would, at its time-out, take the patterns of the dynamic ones away from
    the whole bot. A card is finished before it is sent: it listens to nothing, since presses are routed by their
    address, and discord.py would keep it in memory otherwise (ephemeral ones for 15 minutes).
    """

    def __init__(self, *children: discord.ui.Item[Any], files: list[discord.File] | None = None) -> None:
        super().__init__(timeout=None)
        self.files = files or []
        self.add_item(discord.ui.Container(*children, accent_colour=ACCENT))
        self.stop()


class CardButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=BUTTON_PATTERN):
    """A label and an address, nothing else.

    What pressing does is looked up in `routes` by the word that names it, so that cards need not know what their
    buttons lead to (which is other cards). Cogs fill the table when they are loaded and empty it when they go.
    """

    routes: dict[str, PressHandler] = {}  # noqa: RUF012 - one table for all messages ever sent

    def __init__(self, label: str, address: str, *, primary: bool = False, disabled: bool = False) -> None:
        style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=address, disabled=disabled))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button behind a press, in whatever message it stands."""
        return cls("-", match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """The second of the four doors: items."""
        match = re.fullmatch(BUTTON_PATTERN, self.custom_id)
        await _handled(interaction, self.routes, match, "verb", "turn", "round", "panel")


class CardSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=CHOICE_PATTERN):
    """A menu of choices with an address; what picking leads to is looked up like that of a button."""

    routes: dict[str, PressHandler] = {}  # noqa: RUF012 - one table for all messages ever sent

    def __init__(
        self, address: str, placeholder: str = "", options: Sequence[discord.SelectOption] = (), most: int = 1
    ) -> None:
        menu = discord.ui.Select[Any](
            custom_id=address, placeholder=placeholder or None, options=list(options), max_values=most
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu behind a choice, in whatever message it stands."""
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """As for buttons."""
        await _handled(interaction, self.routes, re.fullmatch(CHOICE_PATTERN, self.custom_id), "choice")


def chosen(interaction: Interaction) -> list[str]:
    """What was picked in a menu."""
    return [str(one) for one in (interaction.data or {}).get("values", [])]


async def _handled(
    interaction: Interaction, routes: dict[str, PressHandler], match: re.Match[str] | None, *names: str
) -> None:
    """The second of the four doors: items. discord.py would log an error here and tell nobody."""
    interaction.client.track()
    try:
        if match is not None:
            await routes[next(match[name] for name in names if match[name])](interaction, match)
    except Exception as error:  # noqa: BLE001 - a member waits; `report` logs what it does not know
        await report(interaction, error)
    else:
        interaction.client.dispatch("handled", interaction)


def ask_button(
    ask_id: int, verb: Verb, label: str, argument: int | None = None, *, primary: bool = False
) -> CardButton:
    """A button that does something with one ask."""
    return CardButton(label, ask_address(ask_id, verb, argument), primary=primary)


def link(label: str, url: str) -> discord.ui.Button[Any]:
    """A button that opens an address; it does not reach the bot."""
    return discord.ui.Button(label=label, url=url)


def texts(*parts: str) -> list[discord.ui.TextDisplay[Any]]:
    """One text display per non-empty part."""
    return [discord.ui.TextDisplay(part) for part in parts if part]


def row(*buttons: discord.ui.Item[Any]) -> discord.ui.ActionRow[Any]:
    """Buttons side by side; at most five."""
    return discord.ui.ActionRow(*buttons)


def person(user: discord.abc.User) -> Person:
    """Who acts, as the engine knows them. A nickname belongs to one server; other boards show the name of all."""
    return Person(user.id, getattr(user, "global_name", None) or user.name)


def place(interaction: Interaction) -> Place:
    """An ask counts for the server where Hotseat is installed and the command was given."""
    here = interaction.guild_id if interaction.is_guild_integration() else None
    return Place(interaction.channel_id or 0, here, dm=interaction.context.dm_channel)


def barred_from_posting(interaction: Interaction, instead: str = "") -> UserError | None:
    """What keeps the bot from posting here, for the member to read, if anything does. `instead`: what else they can do.

    A public card is a post of the bot: where its server's people keep it from posting, it does not.
    """
    if not interaction.is_guild_integration():
        return None
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = {
        "View Channel": may.view_channel,
        "Send Messages in Threads" if in_thread else "Send Messages": (
            may.send_messages_in_threads if in_thread else may.send_messages
        ),
    }
    missing = [name for name, given in needed.items() if not given]
    if not missing:
        return None
    return UserError(
        f"I may not post here: I am missing **{' and '.join(missing)}** in this channel. "
        f"Ask someone who manages the server to grant it{instead}."
    )


async def reply(interaction: Interaction, card: Card, *, private: bool) -> None:
    """Answer an interaction with a card as the first response."""
    await interaction.response.send_message(view=card, files=card.files, ephemeral=private)


async def replace_card(interaction: Interaction, card: Card) -> None:
    """Put a card into the place of the one that was pressed, as the first response."""
    await interaction.response.edit_message(view=card, attachments=card.files)
