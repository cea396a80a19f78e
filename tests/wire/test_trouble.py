"""Discord failing: nothing is lost, and the verdict comes as soon as it can."""

import pytest

from bot.sandbox import Unanswered
from tests.wire.answers import TOPIC, strong
from tests.wire.conftest import House, ask_id

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
EDIT = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
MESSAGES = "/channels/{channel_id}/messages"


async def answered(house: House, name: str, *, wait: str, variant: int):
    """A card, a form, an answer."""
    member = house.world.member(name)
    card = await member.slash("ask", topic=TOPIC, channel="study")
    form = await member.press(card, "Answer")
    return await member.submit(form, {"Your answer": strong(variant=variant)}, wait=wait)


async def test_a_rate_limit_on_the_edit_is_waited_for(house: House):
    house.world.faults.answer("PATCH", EDIT, 429, retry_after=0.2)
    assert "out of 10" in (await answered(house, "ann", wait="final", variant=6)).text


async def test_a_server_error_on_the_edit_is_tried_again(house: House):
    house.world.faults.answer("PATCH", EDIT, 503, times=2)
    assert "out of 10" in (await answered(house, "ann", wait="final", variant=7)).text


async def test_a_dropped_connection_on_the_edit_is_tried_again(house: House):
    house.world.faults.drop("PATCH", EDIT)
    assert "out of 10" in (await answered(house, "ann", wait="final", variant=8)).text


async def test_a_verdict_that_cannot_be_shown_comes_with_the_next_interaction(house: House):
    house.world.faults.answer("PATCH", EDIT, 404, body={"message": "Unknown Webhook", "code": 10015})
    olga = house.world.member("olga")
    waiting = await answered(house, "olga", wait="first", variant=9)
    await house.eventually("SELECT 1 FROM answer WHERE member_id = ? AND in_place = 0", olga.id)
    assert waiting.thinking
    olga.catch_up("study")
    house.change("UPDATE answer SET received_at = received_at - 60000 WHERE member_id = ?", olga.id)
    await olga.slash("streak", channel="study")
    owed = await olga.next_message(channel="study")
    assert "out of 10" in owed.text
    assert owed.ephemeral


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_lost_connection_on_the_acknowledgement_loses_nothing(house: House, after_effect: bool):
    ben = house.world.member("ben")
    card = await ben.slash("ask", topic=TOPIC, channel="study")
    form = await ben.press(card, "Answer")
    house.world.faults.drop("POST", CALLBACK, after_effect=after_effect)
    text = strong(variant=2) + f"\n{after_effect}"
    if after_effect:
        assert "**covered**" in (await ben.submit(form, {"Your answer": text}, wait="final")).text
    else:
        with pytest.raises(Unanswered):
            await ben.submit(form, {"Your answer": text})
    await house.eventually("SELECT 1 FROM answer WHERE ask_id = ? AND state = 'settled'", ask_id(card))


async def test_a_closed_dm_does_not_disturb_anybody(house: House):
    nova = house.world.member("nova")
    await nova.slash("ask", topic=TOPIC, channel="dm")
    nova.close_dms()
    await nova.dm(strong(variant=10))
    await house.typed(nova)
    await house.eventually("SELECT 1 FROM answer WHERE member_id = ? AND in_place = 0", nova.id)
    nova.open_dms()
    nova.catch_up("dm")
    house.change("UPDATE answer SET received_at = received_at - 60000 WHERE member_id = ?", nova.id)
    await nova.slash("streak", channel="dm")
    assert "out of 10" in (await nova.next_message(channel="dm")).text


async def test_a_lost_gateway_comes_back(house: House):
    house.world.faults.drop_gateway()
    await house.box.bot_ready()
    assert "out of 10" in (await answered(house, "ann", wait="final", variant=11)).text
