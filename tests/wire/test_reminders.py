"""Reminders over the wire: one DM in the evening, with the way to do something about it; closed DMs end them."""

from datetime import timedelta

import pytest

from bot.sandbox import Handle, Shown
from tests.wire.answers import TOPIC
from tests.wire.conftest import House
from tests.wire.room import PART, Room, answered
from tests.wire.test_settings import REMIND

REMIND_ME = "Remind me in the evening"
AT_RISK = "### Before the day ends"
DMS = "/channels/{channel_id}/messages"


def until(house: House, hour: int, days: int = 0) -> None:
    """Let it become this hour (UTC), so many days from now."""
    now = house.world.clock.now()
    moment = now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    house.world.clock.advance((moment - now).total_seconds())


async def practised(house: House, room: Room, member: Handle, days: int = 2) -> None:
    """The member answered on so many days and wants reminders; it is noon of the day after."""
    for _ in range(days):
        until(house, 12, days=1)
        card = await member.slash("ask", topic=TOPIC, private=True, channel=room.channel)
        await answered(member, card, PART)
    await wants(room, member)
    until(house, 12, days=1)
    # What it does in the last evening has an end before the next one begins.
    await house.eventually("SELECT 1 FROM member WHERE id = ? AND remind_at > ?", member.id, noon(house))


def noon(house: House) -> int:
    """Now, as it is stored."""
    return round(house.world.clock.now().timestamp() * 1000)


async def wants(room: Room, member: Handle) -> None:
    """Tick the box."""
    panel = await member.slash("settings", channel=room.channel)
    form = await member.press(panel, "Change")
    saved = await member.submit(form, {REMIND: [REMIND_ME]})
    assert "**Reminders:** on" in saved.text


def reminders(member: Handle) -> list[Shown]:
    """What was written to the member in the DM."""
    return [shown for shown in member.history("dm") if "At most one message a day" in shown.text]


async def test_a_streak_and_reviews_in_one_message_once_a_day(fresh: House):
    room = Room(fresh, "ann", "ben")
    ann, ben = room.members
    await practised(fresh, room, ann)
    assert reminders(ann) == []
    until(fresh, 18)
    reminder = await ann.next_message(channel="dm")
    assert AT_RISK in reminder.text
    assert "Your streak of **2 days** waits for today" in reminder.text
    assert "**1 review** is due, about" in reminder.text
    card = await ann.press(reminder, "Review")
    assert "Review · 1 due" in card.text
    assert not card.ephemeral
    await answered(ann, card, PART)
    until(fresh, 20)
    until(fresh, 22)
    until(fresh, 18, days=1)  # practised, but reviews are due
    following = await ann.next_message(channel="dm")
    while "At most one message a day" not in following.text:
        following = await ann.next_message(channel="dm")
    assert "### Before the day ends" in following.text
    assert len(reminders(ann)) == 2
    assert reminders(ben) == []
    # The way to end it stands below it.
    form = await ann.press(following, "Settings")
    await ann.submit(form, {REMIND: []})
    assert fresh.rows("SELECT reminders, remind_at FROM member WHERE id = ?", ann.id) == [(0, None)]


async def test_closed_dms_end_reminders_and_the_member_hears_of_it_once(fresh: House):
    room = Room(fresh, "ann")
    (ann,) = room.members
    await practised(fresh, room, ann)
    ann.close_dms()
    until(fresh, 18)
    await fresh.eventually(
        "SELECT 1 FROM member WHERE id = ? AND reminders = 0 AND remind_at IS NULL", ann.id
    )
    panel = await ann.slash("streak", channel=room.channel)
    assert panel.ephemeral
    told = await ann.next_message(channel=room.channel)
    while "### Reminders are off" not in told.text:
        told = await ann.next_message(channel=room.channel)
    await fresh.eventually("SELECT 1 FROM news WHERE member_id = ? AND told_at IS NOT NULL", ann.id)
    assert "**Reminders:** off" in (await ann.slash("settings", channel=room.channel)).text
    ann.open_dms()
    until(fresh, 18, days=1)
    await ann.slash("help", channel=room.channel)
    assert reminders(ann) == []


async def test_another_refusal_ends_nothing_and_is_tried_again(fresh: House):
    room = Room(fresh, "ann")
    (ann,) = room.members
    await practised(fresh, room, ann)
    fresh.world.faults.answer("POST", DMS, 403, body={"message": "Quarantined", "code": 20026})
    until(fresh, 18)
    await fresh.eventually(
        "SELECT 1 FROM member WHERE id = ? AND reminded_on IS NULL AND remind_at > ?", ann.id, noon(fresh)
    )
    assert reminders(ann) == []
    fresh.world.clock.advance(15 * 60)
    assert AT_RISK in (await ann.next_message(channel="dm")).text


@pytest.mark.restart
@pytest.mark.parametrize("arrived", [True, False])
async def test_killed_over_a_reminder_it_sends_no_second_one(fresh: House, arrived: bool):
    room = Room(fresh, "ann")
    (ann,) = room.members
    await practised(fresh, room, ann)
    fresh.world.faults.on_receipt(DMS, fresh.bot.kill, method="POST", after_effect=arrived)
    if not arrived:
        fresh.world.faults.answer("POST", DMS, 500)
    until(fresh, 18)
    day = fresh.world.clock.now().date().isoformat()
    await fresh.bot.wait()
    assert fresh.rows("SELECT reminded_on FROM member WHERE id = ?", ann.id) == [(day,)]
    await fresh.start()
    until(fresh, 19)
    until(fresh, 22)
    await ann.slash("help", channel=room.channel)
    assert len(reminders(ann)) == int(arrived)
    until(fresh, 18, days=1)
    await fresh.eventually("SELECT 1 FROM member WHERE id = ? AND reminded_on > ?", ann.id, day)
    while len(reminders(ann)) == int(arrived):
        await ann.next_message(channel="dm")
    assert len(reminders(ann)) == int(arrived) + 1


@pytest.mark.restart
async def test_an_evening_that_began_while_the_bot_was_down(fresh: House):
    room = Room(fresh, "ann")
    (ann,) = room.members
    await practised(fresh, room, ann)
    await fresh.bot.stop()
    until(fresh, 20)
    await fresh.start()
    assert AT_RISK in (await ann.next_message(channel="dm")).text
