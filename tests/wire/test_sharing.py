"""A member's answer in the channel: shared with consent, without harm, removed again; and the server's switch for it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.sandbox import NotPossible, Unanswered
from tests.wire.answers import QUESTION, TOPIC
from tests.wire.conftest import House
from tests.wire.room import PART, Room, answered, gone, score
from tests.wire.test_trouble import CALLBACK


@asynccontextmanager
async def incident(house: House) -> AsyncIterator[None]:
    """What happens in the block is logged as an incident, as it should be; other tests may still find any."""
    before = list(house.bot.lines)
    house.bot.lines.clear()
    yield
    await house.bot.printed("Traceback")
    after = [line for line in house.bot.lines if "Traceback" not in line]
    house.bot.lines.clear()
    house.bot.lines.extend([*before, *after])


HARMFUL = "@everyone <@1> ||spoiler|| ```py\n[a link](https://example.org)\n``` # big"


async def test_share_shows_an_answer_to_the_channel(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    verdict = await answered(ann, card, f"{PART}\n{HARMFUL}")
    shared = await ann.press(verdict, "Share")
    assert not shared.ephemeral
    assert shared.pings == []
    seen = ben.history(room.channel)[-1]
    assert seen.message_id == shared.message_id
    assert QUESTION.title in seen.text
    assert f"`Ann` answered, graded {score(verdict):g} out of 10" in seen.text
    block = re.search(r"\|\|```\n(.*)\n```\|\|$", seen.text, re.DOTALL)
    assert block is not None, seen.text
    assert PART in block[1]
    assert "`" not in block[1]
    assert "||" not in block[1]
    twice = await ann.press(verdict, "Share")
    assert twice.ephemeral
    assert "shared this answer already" in twice.text
    # What is shown is noted after it was shown, perhaps after the second press, too.
    await house.eventually("SELECT seq FROM ledger WHERE member_id = ? AND kind = 'shared'", ann.id)
    assert room.ledger(ann, "shared", "withdrawn") == ["shared"]
    # The card goes on from there, each for themselves.
    assert (await ben.press(seen, "Answer")).fields["Your answer"].value == ""


@pytest.mark.parametrize("who", ["author", "moderator"])
async def test_a_shared_answer_is_removed_and_shared_again(house: House, who: str):
    room = Room(house, "ann", "ben", "olga")
    ann, ben, olga = room.members
    room.allow(olga, "manage_messages")
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    for number in (1, 2):
        shared = await ann.press(verdict, "Share")
        assert not shared.ephemeral
        refused = await ben.press(ben.history(room.channel)[-1], "Remove")
        assert refused.ephemeral
        assert "Only the author or a moderator" in refused.text
        remover = {"author": ann, "moderator": olga}[who]
        await remover.press(shared, "Remove")
        if not shared.deleted:
            await shared.changed()
        assert shared.deleted
        assert room.ledger(ann, "shared", "withdrawn") == ["shared", "withdrawn"] * number
        assert house.rows(
            "SELECT DISTINCT json_extract(detail, '$.by') FROM ledger WHERE member_id = ? AND kind = 'withdrawn'",
            ann.id,
        ) == [(remover.id,)]
    assert not any(PART in shown.text for shown in ben.history(room.channel))


async def test_share_needs_permissions_on_both_sides(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    world = house.world
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    before = len(ann.history(room.channel))
    for who, expected in ((ann.name, "You cannot write in this channel"), ("bot", "**Send Messages**")):
        world.set_permission(room.channel, "send_messages", allowed=False, who=who)
        refused = await ann.press(verdict, "Share")
        assert refused.ephemeral
        assert expected in refused.text
        world.set_permission(room.channel, "send_messages", allowed=None, who=who)
    assert room.ledger(ann, "shared") == []
    assert not (await ann.press(verdict, "Share")).ephemeral
    assert len(ann.history(room.channel)) == before + 3


async def test_a_private_question_is_shared_without_its_card(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    card = await ann.slash("ask", topic=TOPIC, private=True, channel=room.channel)
    await ann.press(await answered(ann, card), "Share")
    (seen,) = ben.history(room.channel)
    assert [button.label for button in seen.buttons] == ["Remove"]


async def test_there_is_no_share_in_a_dm(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel="dm"))
    assert "Share" not in [button.label for button in verdict.buttons]


async def test_sharing_is_a_switch_of_the_server_and_setup_is_for_its_managers(house: House):
    room = Room(house, "ann", "olga")
    ann, olga = room.members
    room.allow(olga, "manage_guild")
    assert "setup" not in [one["name"] for one in house.world.commands_view(ann.name, room.channel.id)]
    with pytest.raises(NotPossible):
        await ann.slash("setup", sharing=True, channel=room.channel)
    with pytest.raises(NotPossible):
        await olga.slash("setup", channel="dm")
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    assert "Members may share" in (await olga.slash("setup", channel=room.channel)).text
    off = await olga.slash("setup", sharing=False, channel=room.channel)
    assert off.ephemeral
    assert "Members may not share" in off.text
    refused = await ann.press(verdict, "Share")
    assert refused.ephemeral
    assert "switched off in this server" in refused.text
    assert house.rows("SELECT id, sharing FROM guild WHERE id = ?", room.guild_id) == [(room.guild_id, 0)]
    await olga.slash("setup", sharing=True, channel=room.channel)
    assert not (await ann.press(verdict, "Share")).ephemeral


async def test_a_post_that_discord_refuses_is_not_shared(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    async with incident(house):
        house.world.faults.answer("POST", CALLBACK, 400, body={"message": "Invalid Form Body", "code": 50035})
        assert "Something went wrong" in (await ann.press(verdict, "Share")).text
    assert not (await ann.press(verdict, "Share")).ephemeral


@pytest.mark.restart
@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_kill_while_sharing_leaves_one_post_or_none_and_another_try(fresh: House, after_effect: bool):
    room = Room(fresh, "ann", "ben")
    ann, ben = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    fresh.world.faults.on_receipt(CALLBACK, fresh.bot.kill, after_effect=after_effect)
    if after_effect:
        await ann.press(verdict, "Share")
    else:
        fresh.world.faults.drop("POST", CALLBACK)
        with pytest.raises(Unanswered):
            await ann.press(verdict, "Share")
    await fresh.bot.wait()
    await fresh.restart()
    again = await ann.press(verdict, "Share")
    posts = [shown for shown in ben.history(room.channel) if "answered, graded" in shown.text]
    # A second post can be removed; an answer that can never be shared cannot be helped.
    assert len(posts) in ([1, 2] if after_effect else [1]), again.text
    for post in posts:
        await ann.press(post, "Remove")
        await gone(post)


async def test_a_share_that_got_lost_on_the_way_can_be_tried_again(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    async with incident(house):
        house.world.faults.drop("POST", CALLBACK)
        assert "Something went wrong" in (await ann.press(verdict, "Share")).text
    again = await ann.press(verdict, "Share")
    assert any("answered, graded" in shown.text for shown in ben.history(room.channel)), again.text
