"""The daily question as those who run a server look at it, stop it and change it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from bot.domain.schedule import LATEST, Timetable
from bot.sandbox import Handle, NotPossible
from bot.sandbox.model import Channel
from tests.wire.answers import QUESTION, TOPIC
from tests.wire.conftest import House
from tests.wire.room import answered, earned
from tests.wire.study import OTHER, Study, coming, end_all, stamps

SUBCOMMANDS = ("setup", "status", "pause", "resume", "skip", "now", "remove")
ON_ONE = ("pause", "resume", "skip", "now", "remove")


@pytest.fixture(autouse=True)
def _no_schedules_left(house: House) -> Iterator[None]:
    yield
    end_all(house)


def weekday(day: date) -> str:
    """As a card names a day that is left out."""
    return f"{day:%A}, {day.day} {day:%B}"


# --- who may ------------------------------------------------------------------------------------------------


async def test_daily_is_offered_to_those_who_manage_the_server_and_nowhere_else(house: House):
    room = Study(house, "ann", "olga")
    ann, olga = room.members
    room.allow(olga, "manage_guild")
    world = house.world
    (group,) = [command for command in world.commands.all(None) if command["name"] == "daily"]
    assert group["default_member_permissions"] == str(1 << 5)  # Manage Server
    assert group["contexts"] == [0]  # servers
    assert group["integration_types"] == [0]  # as the server's app
    away = world.add_guild(f"Away {room.name}", world.user(room.owner.name), [], bot_present=False)
    far = world.add_channel("far", guild=away.name)
    dm = world.channel("dm", room.owner.id)

    def offered(member: Handle, channel: Channel) -> list[str]:
        names = [str(one["name"]) for one in world.commands_view(member.name, channel.id)]
        return [name for name in names if name.startswith("daily")]

    assert sorted(offered(room.owner, room.channel)) == sorted(f"daily {name}" for name in SUBCOMMANDS)
    assert offered(olga, room.channel) == offered(room.owner, room.channel)
    for member, channel in ((ann, room.channel), (room.owner, far), (room.owner, dm)):
        assert offered(member, channel) == []
        with pytest.raises(NotPossible):
            await member.slash("daily status", channel=channel)
    assert "No daily question yet" in (await olga.slash("daily status", channel=room.channel)).text


# --- afterwards ---------------------------------------------------------------------------------------------


async def test_status_of_none_one_and_several(house: House):
    room = Study(house, "ann")
    room.morning()
    assert "### No daily question yet" in (await room.daily("status")).text
    await room.set_up(topics=TOPIC)
    one = await room.daily("status")
    assert one.text.count("### The daily question in") == 1
    assert f"From 1 question ({QUESTION.title}). After 1 post they repeat" in one.text
    assert "Last:" not in one.text
    assert coming(one) == stamps(Timetable("UTC", time(9)), house.world.clock.now())
    await room.set_up(time="15:00", topics="area:vision, tag:attention", level="intermediate", thread=True)
    first, second = (str(number) for (number,) in room.rows("id"))
    await room.daily("now", schedule=first)
    post = await room.posted()
    await room.daily("skip", schedule=second)
    both = await room.daily("status")
    assert both.text.count("### The daily question in") == 2
    link = f"https://discord.com/channels/{room.guild_id}/{room.channel.id}/{post.message_id}"
    assert f"({link}), open" in both.text
    assert f"Left out: {weekday(house.world.clock.now())}." in both.text
    assert "(Vision, attention, intermediate)" in both.text
    assert "Each gets a thread" in both.text
    now = house.world.clock.now() + timedelta(days=1)  # today is done and left out
    assert coming(both) == [*stamps(Timetable("UTC", time(9)), now), *stamps(Timetable("UTC", time(15)), now)]
    await room.daily("pause", schedule=first)
    paused = await room.daily("status")
    assert paused.text.count("**Paused.** `/daily resume` starts it again.") == 1
    assert len(coming(paused)) == 5


async def test_status_names_the_day_that_waits_and_until_when(house: House):
    room = Study(house, "ann")
    due = room.morning()
    await room.set_up(topics=TOPIC)
    house.world.set_permission(room.channel, "attach_files", allowed=False)
    assert "has not gone out yet" not in (await room.daily("status")).text
    room.to(due + timedelta(seconds=1))
    waiting = (
        "SELECT tries FROM daily JOIN schedule ON id = schedule_id WHERE guild_id = ? AND reason IS NOT NULL"
    )
    await house.eventually(waiting, room.guild_id)
    status = await room.daily("status")
    until = int((due + LATEST).timestamp())
    assert (
        f"The question of {due.day} {due:%B %Y} has not gone out yet. I go on trying until <t:{until}:t>."
        in (status.text)
    )
    assert f"I am missing **Attach Files** in <#{room.channel.id}>." in status.text
    assert "The question then comes by itself, up to 12 hours late." in status.text
    assert coming(status) == stamps(Timetable("UTC", time(9)), due)
    assert room.days() == [(f"{due:%F}", "claimed")]
    house.world.set_permission(room.channel, "attach_files", allowed=None)
    room.to(due + LATEST - timedelta(minutes=1))
    post = await room.posted()
    assert f"It is late: it was due at <t:{int(due.timestamp())}:t>." in post.text
    status = await room.daily("status")
    assert "⚠️" not in status.text
    assert f"[{due.day} {due:%B %Y}]" in status.text


async def test_each_command_with_no_several_foreign_and_unreadable_schedules(house: House):
    room, other = Study(house), Study(house)
    await other.set_up(topics=TOPIC)
    ((theirs,),) = other.rows("id")
    before = other.rows("*")
    for command in ON_ONE:
        for given in ({}, {"schedule": str(theirs)}):
            assert (
                "no daily question yet. `/daily setup` makes one" in (await room.daily(command, **given)).text
            )
    for at in ("9:00", "10:00"):
        await room.set_up(time=at, topics=TOPIC)
    own = room.rows("*")
    told = {
        None: "Say which one with `schedule`",
        str(theirs): "There is no such daily question here",
        "0": "There is no such daily question here",
        "9" * 15: "There is no such daily question here",
    } | dict.fromkeys(
        ("9" * 30, "9" * 5000, "abc", "-1", "1.0", "٣", "²", "1 or 1=1", f"#{room.channel.name}"),
        "Pick the daily question from the list",
    )
    for command in ON_ONE:
        for schedule, sentence in told.items():
            given = {} if schedule is None else {"schedule": schedule}
            assert sentence in (await room.daily(command, **given)).text, (command, schedule)
    assert other.rows("*") == before
    assert room.rows("*") == own
    assert other.days() == room.days() == []


async def test_skip_leaves_out_one_and_resume_takes_it_back(house: House):
    room = Study(house, "ann")
    due = room.morning()
    timetable, day = Timetable("UTC", time(9)), timedelta(days=1)
    await room.set_up(topics=TOPIC)
    for _ in range(2):
        skipped = await room.daily("skip")
        assert skipped.text.startswith(f"Left out: {weekday(due)}. `/daily resume` takes that back.")
        assert coming(skipped) == stamps(timetable, due)
        assert "left out already" in (await room.daily("skip")).text
        resumed = await room.daily("resume")
        assert "It goes on" in resumed.text
        assert "Left out" not in resumed.text
        assert coming(resumed) == stamps(timetable, due - day)
        assert "neither paused nor skipped" in (await room.daily("resume")).text
    await room.daily("skip")
    await room.handled(due)
    assert room.days() == [(f"{due:%F}", "skipped")]
    assert "neither paused nor skipped" in (await room.daily("resume")).text  # it is past
    await room.handled(due + day)
    await room.posted()
    assert room.days() == [(f"{due:%F}", "skipped"), (f"{due + day:%F}", "posted")]
    assert len(room.seen()) == 1


async def test_nothing_comes_while_it_is_paused_and_nothing_is_caught_up(house: House):
    room = Study(house, "ann")
    due = room.morning()
    await room.set_up(topics=TOPIC)
    post = await room.post()
    for command, sentence in {
        "pause": "A question that is open stays open",
        "skip": "nothing to skip",
    }.items():
        assert sentence in (await room.daily(command)).text
    assert "paused already" in (await room.daily("pause")).text
    fence = house.world.add_channel(f"fence-{room.guild_id}", guild=room.name)
    await room.set_up(channel=str(fence.id), time="09:01", topics=OTHER)
    ((paused,), _) = room.rows("id")
    await room.handled(due + timedelta(days=1, minutes=1))
    await room.posted(fence)
    assert len(room.seen()) == 1
    (ann,) = room.members
    verdict = await answered(ann, post)
    assert earned(verdict) > 0
    resumed = await room.daily("resume", schedule=str(paused))
    expected = stamps(Timetable("UTC", time(9)), due + timedelta(days=1))
    assert coming(resumed) == expected
    assert room.rows("next_at")[0] == (expected[0] * 1000,)
    await room.handled(due + timedelta(days=2))
    await room.posted()
    assert len(room.seen()) == 2


async def test_now_posts_today_s_at_once_and_only_once(house: House):
    room = Study(house, "ann")
    due = room.morning()
    await room.set_up(topics=TOPIC)
    await room.daily("skip")  # is taken back by it
    sent = (await room.daily("now")).text
    assert sent == f"Today's question is on its way to <#{room.channel.id}>."
    post = await room.posted()
    assert QUESTION.prompt in post.text
    assert "late" not in post.text
    assert "posted already" in (await room.daily("now")).text
    await room.handled(due)
    assert room.days() == [(f"{due:%F}", "posted")]
    await room.handled(due + timedelta(days=1))
    following = await room.posted()
    assert following.message_id != post.message_id
    assert [one.label for one in following.buttons] == ["Answer", "Hint", "Reveal", "Last results"]
    link = f"https://discord.com/channels/{room.guild_id}/{room.channel.id}/{post.message_id}"
    assert following.buttons[-1].url == link
    assert len(room.seen()) == 2


async def test_now_while_it_is_paused_and_on_a_day_that_is_none_of_its_own(house: House):
    room = Study(house, "ann")
    due = room.morning()
    tomorrow = f"{due + timedelta(days=1):%A}"
    await room.set_up(topics=TOPIC, days=tomorrow)
    await room.daily("pause")
    sent = (await room.daily("now")).text
    assert sent == f"Today's question is on its way to <#{room.channel.id}>. The schedule stays paused."
    await room.posted()
    assert room.rows("paused, next_at") == [(1, None)]
    assert "**Paused.**" in (await room.daily("status")).text
    resumed = await room.daily("resume")
    assert coming(resumed)[0] == int((due + timedelta(days=1)).timestamp())


async def test_now_names_what_is_in_its_way(house: House):
    room = Study(house, "ann")
    await room.set_up(topics=TOPIC)
    house.world.set_permission(room.channel, "attach_files", allowed=False)
    assert "**Attach Files**" in (await room.daily("now")).text
    assert room.days() == []
    house.world.set_permission(room.channel, "attach_files", allowed=None)
    await room.daily("now")
    await room.posted()


async def test_two_people_press_now_at_the_same_moment(house: House):
    room = Study(house, "ann", "olga")
    olga = room.members[1]
    room.allow(olga, "manage_guild")
    await room.set_up(topics=TOPIC)
    shown = await asyncio.gather(
        *(one.slash("daily now", channel=room.channel) for one in (room.owner, olga, room.owner))
    )
    assert {bool(re.search("on its way|posted already", one.text)) for one in shown} == {True}
    await room.posted()
    assert "posted already" in (await room.daily("now")).text
    assert len(room.days()) == 1
    assert len(room.seen()) == 1
    asks = house.rows("SELECT count(*) FROM ask WHERE guild_id = ? AND door = 'daily'", room.guild_id)
    assert asks == [(1,)]


async def test_remove_ends_it_and_closes_what_is_open(house: House):
    room = Study(house, "ann")
    due = room.morning()
    post = await room.post()
    fence = house.world.add_channel(f"fence-{room.guild_id}", guild=room.name)
    await room.set_up(channel=str(fence.id), time="09:01", topics=OTHER)
    ((removed,), _) = room.rows("id")
    told = (await room.daily("remove", schedule=str(removed))).text
    assert told.startswith(f"Removed: the daily question in <#{room.channel.id}> at 09:00.")
    assert "it closes now, with its results" in told
    await post.changed(timeout=20)
    assert "Model answer" in post.text
    assert "Nobody answered this one" in post.text
    await house.eventually("SELECT 1 FROM daily WHERE schedule_id = ? AND state = 'closed'", removed)
    status = await room.daily("status")
    assert status.text.count("### The daily question in") == 1
    assert "There is no such daily question here" in (await room.daily("remove", schedule=str(removed))).text
    await room.handled(due + timedelta(days=1, minutes=1))
    await room.posted(fence)
    assert len(room.seen()) == 1
