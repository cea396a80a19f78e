"""SIGKILL between any two steps, and at the moments in between: nothing acknowledged is lost, nothing counts twice."""

import asyncio
from collections import Counter

import pytest

from bot.sandbox import Handle, Shown, Unanswered
from tests.wire.answers import TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.test_trouble import CALLBACK, EDIT, MESSAGES

pytestmark = pytest.mark.restart


def verdicts(member: Handle, channel: str) -> list[Shown]:
    """What the member sees of verdicts in a channel."""
    return [shown for shown in member.history(channel) if "out of 10" in shown.text]


def graded(house: House) -> Counter[int]:
    """How often each answer stands in the ledger."""
    return Counter(row[0] for row in house.rows("SELECT answer_id FROM ledger WHERE kind = 'graded'"))


@pytest.mark.parametrize("place", ["study", "dm"])
async def test_a_kill_between_any_two_steps(fresh: House, place: str):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel=place)
    await fresh.restart()
    form = await ann.press(card, "Answer")
    await fresh.restart()  # while the form is open
    verdict = await ann.submit(form, {"Your answer": strong()}, wait="final")
    assert "**covered**" in verdict.text
    await fresh.restart()
    reveal = await ann.press(verdict, "Model answer")
    assert "Model answer" in reveal.text
    await fresh.restart()
    again = await ann.press(card, "Answer")
    assert again.fields["Your answer"].value == strong()
    assert "Streak: 1 day" in (await ann.slash("streak", channel=place)).text
    assert set(graded(fresh).values()) == {1}


async def test_two_members_on_one_card_with_a_kill_while_both_forms_are_open(fresh: House):
    ann, ben = fresh.world.member("ann"), fresh.world.member("ben")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    forms = [await ann.press(card, "Answer"), await ben.press(ben.history("study")[-1], "Answer")]
    await fresh.restart()
    texts = [strong(variant=0), "It switches random units off while training."]
    shown = await asyncio.gather(
        *(
            member.submit(form, {"Your answer": text}, wait="final")
            for member, form, text in zip((ann, ben), forms, texts, strict=True)
        )
    )
    assert all("out of 10" in one.text for one in shown)
    assert fresh.rows("SELECT member_id, text FROM answer ORDER BY member_id") == sorted(
        [(ann.id, texts[0]), (ben.id, texts[1])]
    )


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_kill_on_receipt_of_the_acknowledgement(fresh: House, after_effect: bool):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    form = await ann.press(card, "Answer")
    fresh.world.faults.on_receipt(CALLBACK, fresh.bot.kill, after_effect=after_effect)
    waiting = await ann.submit(form, {"Your answer": strong()})
    assert waiting.thinking  # Discord took the deferral: the answer is acknowledged
    await fresh.bot.wait()
    assert fresh.rows("SELECT state FROM answer") == [("received",)]
    await fresh.restart()
    await waiting.settled()
    assert "**covered**" in waiting.text
    await fresh.eventually("SELECT 1 FROM answer WHERE shown_at IS NOT NULL AND token IS NULL")
    assert graded(fresh) == {fresh.rows("SELECT id FROM answer")[0][0]: 1}


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_kill_on_receipt_of_the_verdict(fresh: House, after_effect: bool):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    form = await ann.press(card, "Answer")
    fresh.world.faults.on_receipt(EDIT, fresh.bot.kill, method="PATCH", after_effect=after_effect)
    verdict = await ann.submit(form, {"Your answer": strong()}, wait="final")
    await fresh.bot.wait()
    await fresh.restart()
    await fresh.eventually("SELECT 1 FROM answer WHERE shown_at IS NOT NULL")
    assert len(verdicts(ann, "study")) == 1
    assert "**covered**" in verdict.text
    assert set(graded(fresh).values()) == {1}
    points = fresh.rows("SELECT points FROM standing WHERE guild_id = 0 AND period = 'all'")
    assert points == fresh.rows("SELECT sum(points) FROM ledger")


async def test_an_answer_that_was_stored_but_not_acknowledged_counts_once(fresh: House):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    form = await ann.press(card, "Answer")
    # The connection breaks and the process dies before Discord has the deferral.
    fresh.world.faults.drop("POST", CALLBACK)
    fresh.world.faults.on_receipt(CALLBACK, fresh.bot.kill)
    with pytest.raises(Unanswered):
        await ann.submit(form, {"Your answer": strong()})
    await fresh.bot.wait()
    await fresh.restart()
    await fresh.eventually("SELECT 1 FROM answer WHERE state = 'settled' AND in_place = 0")
    # The member sends the same text again, as anybody would.
    verdict = await ann.submit(await ann.press(card, "Answer"), wait="final")
    assert "**covered**" in verdict.text
    assert set(graded(fresh).values()) == {1}
    assert len(fresh.rows("SELECT 1 FROM answer")) == 1


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_kill_on_receipt_of_a_dm_verdict_shows_it_once(fresh: House, after_effect: bool):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="dm")
    fresh.world.faults.on_receipt(MESSAGES, fresh.bot.kill, method="POST", after_effect=after_effect)
    await ann.dm(strong())
    await fresh.typed(ann)
    await fresh.bot.wait()
    await fresh.restart()
    await fresh.eventually("SELECT 1 FROM answer WHERE shown_at IS NOT NULL")
    assert len(verdicts(ann, "dm")) == 1
    assert graded(fresh) == {fresh.rows("SELECT id FROM answer")[0][0]: 1}
    assert fresh.rows("SELECT closed_at IS NOT NULL FROM ask WHERE id = ?", ask_id(card)) == [(1,)]


async def test_a_token_that_died_while_the_bot_was_down(fresh: House):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    form = await ann.press(card, "Answer")
    fresh.world.faults.on_receipt(CALLBACK, fresh.bot.kill)
    await ann.submit(form, {"Your answer": strong()})
    await fresh.bot.wait()
    fresh.world.clock.advance(16 * 60)
    await fresh.restart()
    await fresh.eventually("SELECT 1 FROM answer WHERE state = 'settled' AND in_place = 0 AND token IS NULL")
    ann.catch_up("study")
    fresh.change("UPDATE answer SET received_at = received_at - 60000")
    await ann.slash("help", channel="study")
    owed = await ann.next_message(channel="study")
    assert "**covered**" in owed.text
    assert owed.ephemeral
    assert set(graded(fresh).values()) == {1}


async def test_a_polite_stop_finishes_what_is_in_flight(fresh: House):
    ann = fresh.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    form = await ann.press(card, "Answer")
    fresh.world.faults.slow(EDIT, 0.5, method="PATCH")
    waiting = await ann.submit(form, {"Your answer": strong()})
    fresh.bot.terminate()
    await waiting.settled()
    assert "**covered**" in waiting.text
    assert await fresh.bot.wait() == 0
    assert fresh.rows("SELECT shown_at IS NOT NULL FROM answer") == [(1,)]


async def test_a_polite_stop_while_the_gateway_is_out_of_reach(fresh: House):
    await fresh.bot.stop()
    fresh.bot.lines.clear()
    fresh.world.gateway.url = "ws://127.0.0.1:9/gateway"
    await fresh.bot.start()
    await fresh.bot.printed("Install it for yourself")
    fresh.bot.terminate()
    assert await fresh.bot.wait() == 0
    fresh.bot.lines.clear()  # discord.py prints a traceback for each attempt to connect


async def test_commands_are_synced_once_and_a_second_bot_is_refused(fresh: House):
    await fresh.restart()
    syncs = [one for one in fresh.world.requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(syncs) == 1
    second = House(fresh.box, fresh.file.parent)
    await second.bot.start()
    assert await second.bot.wait() == 1
    assert "another Hotseat is running on this database" in second.bot.output
    assert "Traceback" not in second.bot.output


async def test_a_kill_between_a_dm_question_and_its_typed_answer(fresh: House):
    ann = fresh.world.member("ann")
    await ann.slash("ask", topic=TOPIC, channel="dm")
    ann.catch_up("dm")
    await fresh.restart()
    await ann.dm(strong())
    await fresh.typed(ann)
    assert "**covered**" in (await ann.next_message(channel="dm")).text
    assert set(graded(fresh).values()) == {1}
