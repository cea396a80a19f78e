"""What discord.py does that the bot relies on or avoids: an upgrade that changes one of these fails here by name."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from discord.ext import tasks

from bot.sandbox import Sandbox, Unanswered
from bot.sandbox.interaction import AUTOCOMPLETE
from tests.sandbox.small_bot import Interaction, Press, SmallBot, card, connect

Script = Callable[[Interaction], Awaitable[Any]]


def says(text: str) -> Script:
    async def script(interaction: Interaction) -> None:
        await interaction.response.send_message(text, ephemeral=True)

    return script


async def unanswered(box: Sandbox, interaction: Any) -> None:
    """Let its 3 s pass."""
    box.clock.advance(3.1)
    with pytest.raises(Unanswered):
        await box.world.member("ann").result(interaction, "it")


class Form(ui.Modal):
    """A form that tells which instance got the submission."""

    def __init__(self, name: str, custom_id: str) -> None:
        super().__init__(title=name, custom_id=custom_id)
        self.name = name
        self.add_item(ui.Label(text="Text", component=ui.TextInput(custom_id="text", required=False)))

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.send_message(f"{self.name} received it", ephemeral=True)


async def test_1_only_a_sharded_client_asks_for_the_number_of_shards(box: Sandbox, bot: SmallBot):
    assert "/gateway/bot" in [item.route for item in box.world.requests]
    before = len(box.world.requests)
    single = discord.Client(intents=discord.Intents.none())
    running = asyncio.create_task(single.start(box.token))
    identified = len(box.world.gateway.identifies) + 1
    await box.world.state.feed.until(
        lambda: True if len(box.world.gateway.identifies) == identified else None, 5, "the single client"
    )
    assert "/gateway/bot" not in [item.route for item in box.world.requests[before:]]
    assert all(
        item["compress"] for item in box.world.gateway.identifies
    )  # asked for, and plain text was fine
    await single.close()
    await running
    del bot


async def test_2_an_error_in_a_dynamic_item_reaches_nobody(
    box: Sandbox, bot: SmallBot, caplog: pytest.LogCaptureFixture
):
    async def broken(_: Interaction) -> None:
        raise RuntimeError("boom")

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("broken")))

    bot.on |= {"ask": ask, "broken": broken}
    ann = box.world.member("ann")
    shown = await ann.slash("ask")
    interaction = ann.start_component(ann.visible(shown), "go:broken", {"component_type": 2})
    await ann.dm("a message that arrives after it")
    await bot.messages.get()
    await unanswered(box, interaction)
    assert "boom" in caplog.text


async def test_3_a_form_from_before_a_restart_arrives_as_an_interaction_only(box: Sandbox):
    bot, running = await connect(box)

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Form("first", "form:1"))

    bot.on["ask"] = ask
    ann = box.world.member("ann")
    form = await ann.slash("ask")
    await bot.close()
    await running
    bot, running = await connect(box)
    arrived: list[Interaction] = []

    async def routed(interaction: Interaction) -> None:
        arrived.append(interaction)
        await says("routed by its id")(interaction)

    bot.on["form"] = routed
    assert (await ann.submit(form, {"Text": "x"})).text == "routed by its id"
    assert arrived[0].data is not None
    assert arrived[0].data.get("custom_id") == "form:1"
    await bot.close()
    await running


async def test_4_dynamic_items_work_in_containers_without_registering_messages(box: Sandbox):
    bot, running = await connect(box)

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("one")))

    bot.on["ask"] = ask
    shown = await box.world.member("ann").slash("ask")
    await bot.close()
    await running
    bot, running = await connect(box)
    bot.on["one"] = says("found after the restart")
    assert (await box.world.member("ann").press(shown, "one")).text == "found after the restart"
    await bot.close()
    await running


async def test_4_two_templates_that_match_are_both_dispatched(box: Sandbox, bot: SmallBot):
    called = asyncio.Event()

    class Twin(ui.DynamicItem[ui.Button[Any]], template=r"go:o.*"):
        @classmethod
        async def from_custom_id(cls, _: Any, item: ui.Item[Any], __: re.Match[str], /) -> "Twin":
            assert isinstance(item, ui.Button)
            return cls(item)

        async def callback(self, interaction: Interaction) -> None:
            del interaction
            called.set()

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("one")))

    bot.add_dynamic_items(Twin)
    bot.on |= {"ask": ask, "one": says("one")}
    await box.world.member("ann").press(await box.world.member("ann").slash("ask"), "one")
    await asyncio.wait_for(called.wait(), 5)


async def test_5_a_loop_stops_for_good_at_the_first_exception():
    rounds: list[int] = []

    @tasks.loop(seconds=0.001)
    async def loop() -> None:
        rounds.append(1)
        raise ValueError

    @loop.error
    async def quiet(*_: Any) -> None: ...

    del quiet
    with pytest.raises(ValueError):  # noqa: PT011 - ours
        await loop.start()
    assert rounds == [1]
    assert not loop.is_running()


async def test_9_a_late_answer_is_unknown(box: Sandbox, bot: SmallBot):
    refused: asyncio.Future[discord.NotFound] = asyncio.get_running_loop().create_future()

    async def ask(interaction: Interaction) -> None:
        box.clock.advance(3.1)
        try:
            await interaction.response.send_message("too late")
        except discord.NotFound as error:
            refused.set_result(error)

    bot.on["ask"] = ask
    with pytest.raises(Unanswered):
        await box.world.member("ann").slash("ask")
    assert (await asyncio.wait_for(refused, 5)).code == 10062


async def test_10_two_open_forms_with_one_custom_id_collide(box: Sandbox, bot: SmallBot):
    names = iter(["ann's", "ben's"])

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Form(next(names), "form"))

    bot.on["ask"] = ask
    ann, ben = box.world.member("ann"), box.world.member("ben")
    anns, bens = await ann.slash("ask"), await ben.slash("ask")
    assert (await ann.submit(anns)).text == "ben's received it"
    lost = ben.start_submit(bens, {})
    await ben.dm("a message that arrives after it")
    await bot.messages.get()
    await unanswered(box, lost)


async def test_12_interactions_arrive_before_ready(box: Sandbox, bot: SmallBot):
    bot.on["ask"] = says("early")
    assert (await box.world.member("ann").slash("ask")).text == "early"
    assert not bot.is_ready()


async def test_13_an_invalid_body_does_not_acknowledge(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        try:
            await interaction.response.send_message("x" * 2001)
        except discord.HTTPException as error:
            bot.errors.append(error)
        await interaction.response.send_message("second try")

    bot.on["ask"] = ask
    assert (await box.world.member("ann").slash("ask")).text == "second try"
    error = bot.errors[0]
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50035
    assert "data.content" in str(error)


async def test_14_direct_messages_have_no_server_and_no_recipient(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        assert isinstance(interaction.channel, discord.DMChannel)
        await interaction.response.send_message(f"{interaction.guild} {interaction.channel.recipient}")

    bot.on["ask"] = ask
    assert (await box.world.member("ann").slash("ask", channel="dm")).text == "None None"


async def test_14_errors_in_autocomplete_are_swallowed(box: Sandbox, bot: SmallBot):
    command = bot.tree.get_command("ask")
    assert isinstance(command, app_commands.Command)

    async def broken(_: Interaction, __: str) -> list[app_commands.Choice[str]]:
        raise RuntimeError("boom")

    command.autocomplete("topic")(broken)
    ann = box.world.member("ann")
    data = {
        "id": "1",
        "name": "ask",
        "type": 1,
        "options": [{"name": "topic", "type": 3, "value": "", "focused": True}],
    }
    data["id"] = box.world.commands.all(None)[0]["id"]
    place = box.world.channel("study")
    interaction = box.world.interactions.create(AUTOCOMPLETE, ann.id, place, data, {"0": str(place.guild_id)})
    await ann.dm("a message that arrives after it")
    await bot.messages.get()
    await unanswered(box, interaction)
    assert bot.errors == []


async def test_15_a_mixed_view_takes_the_pattern_of_its_dynamic_item_along(box: Sandbox, bot: SmallBot):
    views: list[ui.LayoutView] = []

    async def ask(interaction: Interaction) -> None:
        view = card(Press("one"), ui.Button[Any](label="ordinary", custom_id="ordinary"))
        views.append(view)
        await interaction.response.send_message(view=view)

    def patterns() -> set[str]:
        return {pattern.pattern for pattern in bot._connection._view_store._dynamic_items}

    bot.on["ask"] = ask
    before = patterns()
    await box.world.member("ann").slash("ask")
    # The view is registered once the library has read the answer to its callback.
    await box.world.member("ann").dm("a message that arrives after it")
    await bot.messages.get()
    assert patterns() == before
    views[0].stop()
    assert patterns() == before - {Press.__discord_ui_compiled_template__.pattern}


async def test_15_a_card_of_dynamic_items_only_leaves_the_patterns_alone(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(
            view=card(Press("one"), ui.Button[Any](label="l", url="https://a.b"))
        )
        await interaction.edit_original_response(view=card(text="edited"))

    bot.on["ask"] = ask
    before = set(bot._connection._view_store._dynamic_items)
    await (await box.world.member("ann").slash("ask")).changed()
    assert set(bot._connection._view_store._dynamic_items) == before


async def test_16_a_public_deferral_makes_the_next_follow_up_public(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send("meant to be private", ephemeral=True)

    bot.on["ask"] = ask
    shown = await box.world.member("ann").slash("ask", wait="final")
    assert shown.text == "meant to be private"
    assert not shown.ephemeral


async def test_17_on_sub_commands_default_permissions_vanish(box: Sandbox, bot: SmallBot):
    group = app_commands.Group(name="group", description="d")

    @group.command(name="inner", description="d")
    @app_commands.default_permissions(manage_guild=True)
    async def inner(interaction: Interaction) -> None:
        await interaction.response.send_message("anybody may")

    del inner
    bot.tree.add_command(group)
    await bot.tree.sync()
    assert (await box.world.member("ann").slash("group inner")).text == "anybody may"


async def test_17_a_foreign_server_is_not_none(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        known = bot.get_guild(interaction.guild_id or 0)
        facts = (interaction.guild is not None, interaction.is_guild_integration(), known is not None)
        await interaction.response.send_message(f"{facts} {interaction.is_user_integration()}")

    bot.on["ask"] = ask
    ann = box.world.member("ann")
    assert (await ann.slash("ask", channel="Elsewhere/general")).text == "(True, False, False) True"
    assert (await ann.slash("ask")).text == "(True, True, True) True"


async def test_19_a_nonce_is_enforced(box: Sandbox, bot: SmallBot):
    channel = bot.get_channel(box.world.channel("study").id)
    assert isinstance(channel, discord.TextChannel)
    first = await channel.send("x", nonce="17:2026-01-01")
    assert (await channel.send("y", nonce="17:2026-01-01")).id == first.id
    assert len(box.world.member("ann").history()) == 1


def test_20_escaping_leaves_mentions_timestamps_and_links_as_they_are():
    text = "<t:1> </cmd:1> <@&1> https://a.b"
    assert discord.utils.escape_markdown(text) == text
