"""The whole loop over the wire: command, card, button, form, deferral, edit; direct messages; autocomplete; menus."""

from typing import Any

import discord
import pytest
from discord import ui

from bot.sandbox import NotPossible, Sandbox
from tests.sandbox.small_bot import Interaction, Pick, Press, SmallBot, card


class Form(ui.Modal, title="Your answer"):
    """A form with one of everything that fits."""

    def __init__(self) -> None:
        super().__init__(custom_id="form:1")
        self.add_item(ui.TextDisplay("What is dropout?"))
        self.add_item(
            ui.Label(
                text="Answer",
                component=ui.TextInput(
                    custom_id="answer", style=discord.TextStyle.paragraph, default="so far"
                ),
            )
        )
        radio = ui.RadioGroup(custom_id="sure", required=False)
        radio.add_option(label="Very", value="3")
        radio.add_option(label="Hardly", value="1")
        self.add_item(ui.Label(text="How sure?", component=radio))
        boxes = ui.CheckboxGroup(custom_id="boxes", required=False)
        boxes.add_option(label="One", value="1")
        boxes.add_option(label="Two", value="2")
        self.add_item(ui.Label(text="Boxes", component=boxes))
        menu: ui.Select[Any] = ui.Select(custom_id="menu", required=False, min_values=0)
        menu.add_option(label="Red", value="r")
        self.add_item(ui.Label(text="Menu", component=menu))


async def test_from_the_command_to_the_verdict(box: Sandbox, bot: SmallBot):
    seen: dict[str, Any] = {}

    async def ask(interaction: Interaction) -> None:
        seen["topic"] = interaction.namespace.topic
        seen["channel"] = interaction.channel
        await interaction.response.send_message(view=card(Press("answer", "Answer"), text="What is dropout?"))

    async def answer(interaction: Interaction) -> None:
        await interaction.response.send_modal(Form())

    async def form(interaction: Interaction) -> None:
        seen["data"] = interaction.data
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(view=card(Press("again", "Try again"), text="8 of 10"))

    bot.on |= {"ask": ask, "answer": answer, "form": form}
    ann = box.world.member("ann")
    shown = await ann.slash("ask", topic="dropout")
    assert (shown.text, shown.ephemeral, [b.label for b in shown.buttons]) == (
        "What is dropout?",
        False,
        ["Answer"],
    )
    assert seen["topic"] == "dropout"
    assert isinstance(seen["channel"], discord.TextChannel)
    modal = await ann.press(shown, "Answer")
    assert modal.title == "Your answer"
    assert modal.text == "What is dropout?"
    assert modal.fields["Answer"].value == "so far"
    with pytest.raises(NotPossible, match="filled in"):
        await ann.submit(modal, {"Answer": ""})
    values = {"Answer": "It drops units.", "How sure?": "Very", "Boxes": ["One", "2"], "Menu": "Red"}
    verdict = await ann.submit(modal, values, wait="final")
    assert (verdict.text, verdict.ephemeral, verdict.thinking) == ("8 of 10", True, False)
    parts = {item["component"]["custom_id"]: item["component"] for item in seen["data"]["components"][1:]}
    assert parts["answer"]["value"] == "It drops units."
    assert parts["sure"]["value"] == "3"
    assert parts["boxes"]["values"] == ["1", "2"]
    assert parts["menu"]["values"] == ["r"]
    assert [item.text for item in ann.history()] == ["What is dropout?", "8 of 10"]
    assert [item.text for item in box.world.member("ben").history()] == ["What is dropout?"]
    assert bot.errors == []


async def test_direct_messages_go_both_ways(box: Sandbox, bot: SmallBot):
    ann = box.world.member("ann")
    await ann.dm("hello")
    message = await bot.messages.get()
    assert message.content == "hello"
    assert isinstance(message.channel, discord.DMChannel)
    await message.reply("hi")
    shown = await ann.next_message(channel="dm")
    assert shown.text == "hi"
    assert shown.message["referenced_message"]["content"] == "hello"


async def test_autocomplete_and_menus(box: Sandbox, bot: SmallBot):
    ann = box.world.member("ann")
    assert await ann.autocomplete("ask", "topic", "drop") == [{"name": "Dropout", "value": "dropout"}]
    chosen: list[str] = []

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Pick("level", ["basic", "hard"])))

    async def level(interaction: Interaction) -> None:
        assert interaction.data is not None
        chosen.extend(interaction.data.get("values", []))
        await interaction.response.edit_message(view=card(text="Chosen"))

    bot.on |= {"ask": ask, "level": level}
    shown = await ann.slash("ask")
    again = await ann.select(shown, "level", ["Hard"])
    assert (chosen, shown.text, again.message_id) == (["hard"], "Chosen", shown.message_id)
    with pytest.raises(NotPossible, match="no menu"):
        await ann.select(shown, "level", ["Hard"])
