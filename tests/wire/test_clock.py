"""The bot lives in the sandbox's time: it jumps when the world jumps, and starts in the world's present."""

from datetime import timedelta

import pytest

from bot.engine.practice import ASK_OPEN
from tests.wire.answers import TOPIC
from tests.wire.conftest import House

AHEAD = ASK_OPEN + timedelta(days=1)


async def test_a_card_closes_when_the_world_jumps(fresh: House):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    assert (await ann.press(card, "Answer")).modal is not None
    fresh.world.clock.advance(AHEAD.total_seconds())
    refused = await ann.press(card, "Answer")
    assert f"more than {ASK_OPEN.days} days old and has closed" in refused.text
    assert refused.ephemeral
    assert (await ann.press(await ann.slash("ask", topic=TOPIC, channel="study"), "Answer")).modal is not None


@pytest.mark.restart
async def test_a_bot_that_was_restarted_does_not_live_in_the_past(fresh: House):
    fresh.world.clock.advance(AHEAD.total_seconds())
    present = fresh.world.clock.time()
    await fresh.restart()
    card = await fresh.world.member("ann").slash("ask", topic=TOPIC, channel="study")
    ((asked_at,),) = fresh.rows("SELECT asked_at FROM ask")
    assert present <= asked_at / 1000 <= fresh.world.clock.time()
    fresh.world.clock.advance(AHEAD.total_seconds())
    assert "has closed" in (await fresh.world.member("ann").press(card, "Answer")).text
