"""Interviews in trouble: presses that come twice, cards and channels that go, strangers, kills at awkward moments."""

import asyncio

import pytest

from tests.wire.panel import Panel, opened, quiet, wrong_in
from tests.wire.room import Room, answered, forged
from tests.wire.test_mock import begun

TOPIC = "tag:gradients"
MINUTE = 60


async def running(house, *names, **options):
    panel = await opened(house, *(names or ("olga", "ann", "ben")), topic=TOPIC, **options)
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    await panel.card(1)
    return panel


def stored(panel, columns="phase, round"):
    sql = f"SELECT {columns} FROM interview WHERE id = ?"  # noqa: S608 - our own words
    return panel.house.rows(sql, panel.id)[0]


def press(member, shown, label):
    return member.start_component(member.visible(shown), shown.button(label).custom_id, {"component_type": 2})


async def test_who_changes_back_to_their_first_answer_gets_that_graded(house):
    panel = await running(house)
    ann = panel.others[0]
    card = await panel.card(1, ann)
    good, bad = panel.points_of(card, 9), "I know nothing about this at all."
    kept = await answered(ann, card, good)
    kept = await answered(ann, kept, bad, button="Change it")
    await answered(ann, kept, good, button="Change it")
    await panel.host.press(card, "Reveal now")
    shown = await panel.revealed(1)
    await panel.end()
    assert "`Ann`: 10 out of 10" in shown.text


async def test_reveal_now_pressed_twice_reveals_once(house):
    panel = await running(house)
    card = await panel.card(1)
    press(panel.host, card, "Reveal now")
    press(panel.host, card, "Reveal now")
    await panel.revealed(1)
    await quiet(house)
    state = stored(panel)
    await panel.end()
    assert state == ("revealed", 1)


async def test_next_at_the_end_of_the_break_does_not_reveal_the_next_question(house):
    panel = await running(house)
    card = await panel.card(1)
    await panel.host.press(card, "Reveal now")
    await panel.revealed(1)
    (deadline,) = stored(panel, "deadline")
    house.world.clock.advance(
        deadline / 1000 - house.world.clock.time() + 0.1
    )  # the break is over; the loop and the press come together
    press(panel.host, card, "Next question")
    await panel.card(2)
    await quiet(house)
    state = stored(panel)
    await panel.end()
    assert state == ("answering", 2)


async def test_reveal_now_at_the_deadline_does_not_skip_the_break(house):
    panel = await running(house, minutes=2)
    card = await panel.card(1)
    house.world.clock.advance(2 * MINUTE + 1)
    press(panel.host, card, "Reveal now")
    await panel.revealed(1)
    await quiet(house)
    state = stored(panel)
    await panel.end()
    assert state == ("revealed", 1)


async def test_the_thread_is_deleted_in_the_break(house):
    panel = await running(house, questions=3)
    ann = panel.others[0]
    card = await panel.card(1, ann)
    await answered(ann, card, panel.points_of(card, 2))
    await panel.host.press(card, "Reveal now")
    card = await panel.revealed(1)
    house.world.delete_channel(house.world.channel(card.channel_id))
    (deadline,) = stored(panel, "deadline")
    house.world.clock.advance(deadline / 1000 - house.world.clock.time() + 0.5)
    await house.eventually("SELECT 1 FROM interview WHERE id = ? AND round = 2", panel.id)
    await quiet(house)
    state = stored(panel, "phase, round, place_id = channel_id")
    assert state == ("answering", 2, 1)
    await panel.end()


@pytest.mark.parametrize("where", ["thread", "channel"])
async def test_one_card_is_deleted_by_a_moderator(house, where):
    room = Room(house, "olga", "ann")
    if where == "channel":
        house.world.set_permission(room.channel, "create_public_threads", allowed=False)
    lobby = await room.members[0].slash(
        "interview start", topic=TOPIC, questions=2, minutes=2, channel=room.channel
    )
    panel = Panel(room, lobby)
    for member in room.members:
        await panel.join(member)
    await panel.start()
    ann = panel.others[0]
    card = await panel.card(1, ann)
    place = card.channel_id
    await answered(ann, card, panel.points_of(card, 2))
    house.world.messages.delete(card.found)
    house.world.clock.advance(2 * MINUTE + 1)
    await house.eventually(
        "SELECT 1 FROM ask JOIN interview_round ON ask.id = ask_id WHERE interview_id = ? AND closed_at",
        panel.id,
    )
    await quiet(house)
    assert stored(panel, "phase, place_id") == ("revealed", place)
    assert not house.rows("SELECT 1 FROM answer WHERE held")


async def test_the_bot_may_no_longer_see_the_channel_while_answers_are_held(house):
    panel = await running(house)
    ann, ben = panel.others
    card = await panel.card(1, ann)
    await answered(ann, card, panel.points_of(card, 2))
    form = await ben.press(await panel.card(1, ben), "Answer")
    await quiet(house)
    house.world.set_permission(panel.room.channel, "view_channel", allowed=False)
    await ben.submit(form, {"Your answer": panel.points_of(card, 1)}, wait="final")
    await house.eventually("SELECT 1 FROM interview WHERE id = ? AND phase = 'ended'", panel.id)
    await quiet(house)
    left = house.rows("SELECT member_id FROM answer WHERE held")
    house.change("UPDATE answer SET held = 0, state='refused' WHERE held")
    assert left == []


async def test_someone_else_stops_the_clock_of_an_interview_with_go_on_here(house):
    panel = await running(house)
    nova = Room(house, "nova")
    shown = forged(nova, nova.members[0], f"interview:{panel.id}:here")
    result = await nova.members[0].press(shown, "Forged")
    timed = stored(panel, "timed")
    house.change("UPDATE interview SET timed = 1")
    await panel.end()
    assert timed == (1,)
    assert "Question" not in result.text


async def test_someone_else_joins_ones_own_interview(house):
    alone, _, _ = await begun(house)
    await alone.card(1)
    nova = Room(house, "nova")
    (interview,) = house.rows("SELECT id FROM interview WHERE host_id = ?", alone.member.id)[0]
    form = await nova.members[0].press(forged(nova, nova.members[0], f"interview:{interview}:join"), "Forged")
    if form.modal is not None:
        await nova.members[0].submit(form, {next(iter(form.fields)): "no"})
    seats = house.rows("SELECT count(*) FROM interview_seat WHERE interview_id = ?", interview)
    await alone.member.press(await alone.card(1), "End")
    await alone.report()
    assert seats == [(1,)]


async def test_who_manages_another_server_ends_nothing(house):
    panel = await running(house)
    nova = Room(house, "nova")
    nova.allow(nova.members[0], "manage_guild")
    await nova.members[0].press(forged(nova, nova.members[0], f"interview:{panel.id}:end"), "Forged")
    state = stored(panel)
    await panel.end()
    assert state == ("answering", 1)


@pytest.mark.restart
async def test_a_press_right_at_the_start_takes_nobodys_time(fresh):
    panel = await running(fresh, minutes=2)
    ann = panel.others[0]
    card = await panel.card(1, ann)
    form = await ann.press(card, "Answer")
    await fresh.bot.stop()
    fresh.world.clock.advance(10 * MINUTE)
    await fresh.start()
    sent = ann.start_submit(form, {"Your answer": panel.points_of(card, 2)})
    kept = await ann.result(sent, "the form", wait="final")
    assert "Your answer is in" in kept.text


@pytest.mark.restart
async def test_a_kill_before_the_lobby_stands_blocks_no_channel(fresh):
    room = Room(fresh, "olga")
    (olga,) = room.members
    sent = olga.start_slash("interview start", {}, channel=room.channel)
    path = f"/interactions/{sent.id}/*/callback"
    fresh.world.faults.on_receipt(path, fresh.bot.kill, method="POST")
    fresh.world.faults.drop("POST", path)
    assert await fresh.bot.wait() == -9
    fresh.world.clock.advance(MINUTE)
    await fresh.start()
    again = await olga.slash("interview start", channel=room.channel)
    assert "None" not in again.text, again.text
    assert "about to begin" in again.text


@pytest.mark.restart
async def test_one_report_after_a_long_outage(fresh):
    panel = await running(fresh, questions=1)
    card = await panel.card(1)
    arrived, released = asyncio.Event(), asyncio.Event()

    async def hold():
        arrived.set()
        await released.wait()

    fresh.world.faults.on_receipt(
        f"/channels/{card.channel_id}/messages", hold, method="POST", after_effect=True
    )
    await panel.host.press(card, "Reveal now")
    await arrived.wait()
    fresh.bot.kill()
    released.set()
    assert await fresh.bot.wait() == -9
    fresh.world.clock.advance(5 * MINUTE)
    await fresh.start()
    await panel.report()
    await quiet(fresh)
    assert not wrong_in(fresh, panel.id)
