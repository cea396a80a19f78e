"""Sessions: refusals, intents, resume with replay, sessions that are gone, several shards."""

import asyncio

import discord
import pytest
from discord import ui

from bot.sandbox import Sandbox, Unanswered
from tests.sandbox.small_bot import Interaction, SmallBot, card, connect


async def hello(interaction: Interaction) -> None:
    await interaction.response.send_message("hello")


async def test_a_wrong_token_is_a_login_failure(box: Sandbox):
    await (await connected_and_closed(box)).close()
    bot = SmallBot(discord.Intents.none())
    async with bot:
        with pytest.raises(discord.LoginFailure):
            await bot.start("wrong")


async def connected_and_closed(box: Sandbox) -> SmallBot:
    bot, running = await connect(box)
    await bot.close()
    await running
    return bot


async def test_privileged_intents_are_refused(box: Sandbox):
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await connect(box, discord.Intents(guilds=True, message_content=True))


async def test_what_the_intents_let_through(box: Sandbox):
    bot, running = await connect(box, discord.Intents(guilds=True, guild_messages=True))
    ann = box.world.member("ann")
    await ann.dm("not for you: no intent for direct messages")
    await ann.say("hello there")
    await ann.say(f"hello <@{box.world.state.bot_id}>")
    first, second = await bot.messages.get(), await bot.messages.get()
    assert (first.content, second.content) == ("", f"hello <@{box.world.state.bot_id}>")
    assert isinstance(first.author, discord.Member)
    await bot.close()
    await running


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(box: Sandbox, bot: SmallBot):
    session = next(iter(box.world.gateway.sessions.values()))
    box.world.faults.drop_gateway()
    await box.bot_gone()
    await box.world.member("ann").dm("while you were away")
    message = await bot.messages.get()
    assert message.content == "while you were away"
    await box.bot_ready()
    assert list(box.world.gateway.sessions.values()) == [session]
    assert len(box.world.gateway.identifies) == 1


async def test_an_invalidated_session_identifies_again(box: Sandbox, bot: SmallBot):
    box.world.faults.invalidate_session()
    await box.world.state.feed.until(
        lambda: True if len(box.world.gateway.identifies) == 2 else None, 10, "a second IDENTIFY"
    )
    await box.bot_ready()
    bot.on["ask"] = hello
    assert (await box.world.member("ann").slash("ask")).text == "hello"


async def test_a_bot_that_is_away_leaves_the_member_waiting(box: Sandbox):
    await connected_and_closed(box)
    ann = box.world.member("ann")
    waiting = asyncio.create_task(ann.slash("ask"))
    await box.world.state.feed.until(
        lambda: True if box.world.interactions.all else None, 5, "the interaction"
    )
    box.clock.advance(3)
    with pytest.raises(Unanswered):
        await waiting


async def test_events_go_to_their_shard(box: Sandbox):
    box.world.gateway.shards = 2
    bot, running = await connect(box)
    bot.on["ask"] = hello
    assert bot.shard_count == 2
    guild = bot.guilds[0]
    assert (await box.world.member("ann").slash("ask")).text == "hello"
    await box.world.member("ann").dm("hi")
    assert (await bot.messages.get()).content == "hi"
    assert {item["shard"][0] for item in box.world.gateway.identifies} == {0, 1}
    assert guild.shard_id == (guild.id >> 22) % 2
    await bot.close()
    await running


async def test_the_cache_is_what_the_world_is(box: Sandbox, bot: SmallBot):
    guild = bot.get_guild(box.world.guild().id)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == [
        "study",
        "daily",
        "mock-interviews",
        "no-entry-for-bot",
    ]
    assert guild.owner_id == box.world.member("olga").id
    refused = discord.utils.get(guild.text_channels, name="no-entry-for-bot")
    assert refused is not None
    assert not refused.permissions_for(guild.me).send_messages
    study = guild.text_channels[0]
    assert study.permissions_for(guild.me).send_messages
    changed = asyncio.ensure_future(bot.wait_for("guild_channel_update"))
    await asyncio.sleep(0)
    box.world.set_permission("study", "send_messages", allowed=False)
    await changed
    assert not study.permissions_for(guild.me).send_messages
    removed = asyncio.ensure_future(bot.wait_for("guild_remove"))
    await asyncio.sleep(0)
    box.world.remove_bot()
    assert (await removed).id == guild.id


async def test_members_by_id_need_no_intent(box: Sandbox, bot: SmallBot):
    guild = bot.get_guild(box.world.guild().id)
    assert guild is not None
    ids = [box.world.member("ann").id, 1]
    assert [member.name for member in await guild.query_members(user_ids=ids)] == ["ann"]


async def test_thread_events(box: Sandbox, bot: SmallBot):
    guild = bot.get_guild(box.world.guild().id)
    assert guild is not None
    message = await guild.text_channels[0].send("x")
    thread = await message.create_thread(name="round")
    sent = await thread.send(view=card(ui.Button(url="https://a.b", label="link")))
    assert sent.flags.components_v2
    assert [item.text for item in box.world.member("ann").history("round")] == ["Question"]
    await thread.edit(archived=True)
    assert box.world.channel("round").archived
