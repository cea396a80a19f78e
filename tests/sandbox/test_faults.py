"""Faults on demand, as the library meets them: rate limits, server errors, dropped sockets, callbacks."""

import aiohttp
import discord
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.small_bot import Interaction, SmallBot

SEND = "/channels/{channel_id}/messages"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


def study(box: Sandbox, bot: SmallBot) -> discord.TextChannel:
    channel = bot.get_channel(box.world.channel("study").id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_rate_limit_is_waited_out(box: Sandbox, bot: SmallBot):
    box.world.faults.answer("POST", SEND, 429, retry_after=0.02)
    await study(box, bot).send("x")
    assert [item.status for item in box.world.requests if item.route == SEND] == [429, 200]


async def test_bad_gateway_is_retried(box: Sandbox, bot: SmallBot):
    box.world.faults.answer("POST", SEND, 502)
    await study(box, bot).send("x")  # after the library's own second of patience
    assert [item.status for item in box.world.requests if item.route == SEND] == [502, 200]


async def test_unavailable_and_forbidden_are_raised_at_once(box: Sandbox, bot: SmallBot):
    box.world.faults.answer("POST", SEND, 503)
    with pytest.raises(discord.DiscordServerError):
        await study(box, bot).send("x")
    box.world.faults.answer(
        "POST", "/channels/*/messages", 403, body={"message": "Missing Access", "code": 50001}
    )
    with pytest.raises(discord.Forbidden):
        await study(box, bot).send("x")
    await study(box, bot).send("x")


async def test_a_dropped_socket_is_not_retried(box: Sandbox, bot: SmallBot):
    ann = box.world.member("ann")
    box.world.faults.drop("POST", SEND)
    with pytest.raises(aiohttp.ClientError):
        await study(box, bot).send("lost")
    assert ann.history() == []
    box.world.faults.drop("POST", SEND, after_effect=True)
    with pytest.raises(aiohttp.ClientError):
        await study(box, bot).send("arrived")
    assert [item.text for item in ann.history()] == ["arrived"]
    assert [item.status for item in box.world.requests if item.route == SEND] == [0, 0]


async def test_callbacks_run_on_receipt_or_after_the_effect(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message("x")

    bot.on["ask"] = ask
    ann = box.world.member("ann")
    seen: list[int] = []
    box.world.faults.on_receipt(CALLBACK, lambda: seen.append(len(ann.history())))
    box.world.faults.on_receipt(CALLBACK, lambda: seen.append(len(ann.history())), after_effect=True)
    await ann.slash("ask")
    assert seen == [0, 1]


async def test_a_slow_answer_is_still_an_answer(box: Sandbox, bot: SmallBot):
    box.world.faults.slow(SEND, 0.05)
    assert (await study(box, bot).send("x")).content == "x"
    box.world.faults.answer("POST", SEND, 500, times=3)
    box.world.faults.clear()
    await study(box, bot).send("y")
