# ruff: noqa: ARG003 - discord.py dictates the signature of from_custom_id
"""What every card and button is built on."""

import re
from typing import Any, Self, cast

import discord

from bot.client import Interaction, PressHandler, report
from bot.engine.practice import Person
from bot.ui.custom_ids import ASK_PATTERN, Verb, ask_address

ACCENT = discord.Colour.from_rgb(88, 101, 242)


class Card(discord.ui.LayoutView):
    """A message of ours. Holds dynamic items and link buttons only, is built anew for every send, never stopped.

    An ordinary button beside them would, at its time-out, take the patterns of the dynamic ones away from
    the whole bot.
    """

    def __init__(self, *children: discord.ui.Item[Any], files: list[discord.File] | None = None) -> None:
        super().__init__(timeout=None)
        self.files = files or []
        self.add_item(discord.ui.Container(*children, accent_colour=ACCENT))


class AskButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=ASK_PATTERN):
    """A button that does something with one ask: an address and a label, nothing else.

    What pressing does is looked up in `routes`, so that cards need not know what their buttons lead to
    (which is other cards). A cog fills the table when it is loaded and empties it when it is unloaded.
    """

    routes: dict[Verb, PressHandler] = {}  # noqa: RUF012 - one table for all messages ever sent

    def __init__(self, ask_id: int, verb: Verb, label: str = "", *, primary: bool = False) -> None:
        self.ask_id = ask_id
        self.verb = verb
        style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(label=label or verb, style=style, custom_id=ask_address(ask_id, verb))
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button behind a press, in whatever message it stands."""
        return cls(int(match["id"]), Verb(match["verb"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """The second of the four doors: items. discord.py would log an error here and tell nobody."""
        interaction.client.track()
        try:
            await self.routes[self.verb](interaction, self.ask_id)
        except Exception as error:  # noqa: BLE001 - a member waits; `report` logs what it does not know
            await report(interaction, error)
        else:
            interaction.client.dispatch("handled", interaction)


def texts(*parts: str) -> list[discord.ui.TextDisplay[Any]]:
    """One text display per non-empty part."""
    return [discord.ui.TextDisplay(part) for part in parts if part]


def row(*buttons: AskButton) -> discord.ui.ActionRow[Any]:
    """Buttons side by side; at most five."""
    return discord.ui.ActionRow(*cast("tuple[discord.ui.Item[Any], ...]", buttons))


def person(user: discord.abc.User) -> Person:
    """Who acts, as the engine knows them. A nickname belongs to one server; other boards show the name of all."""
    return Person(user.id, getattr(user, "global_name", None) or user.name)


async def reply(interaction: Interaction, card: Card, *, private: bool) -> None:
    """Answer an interaction with a card as the first response."""
    await interaction.response.send_message(view=card, files=card.files, ephemeral=private)
