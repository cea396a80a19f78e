"""What `/daily setup` refuses, with what to do about it: mistakes, missing permissions, hostile text."""

import re
from collections.abc import Iterator

import pytest

from bot.domain.schedule import EVERY_DAY
from bot.sandbox import NotPossible, Shown
from bot.sandbox.interaction import COMMAND
from bot.sandbox.model import Channel
from bot.sandbox.options import Resolver, command_data
from bot.sandbox.wire import Value
from tests.wire.answers import QUESTION, TOPIC
from tests.wire.conftest import House
from tests.wire.study import TROUBLE, Study, confirmed, end_all

ON_ONE = ("pause", "resume", "skip", "now", "remove")


@pytest.fixture(autouse=True)
def _no_schedules_left(house: House) -> Iterator[None]:
    yield
    end_all(house)


REFUSED = {
    "zone": ({"timezone": "berlni"}, ("I know no time zone `berlni`", "`Europe/Berlin`")),
    "zone in two places": ({"timezone": "Etc/Nowhere"}, ("I know no time zone `Etc/Nowhere`",)),
    "time": ({"time": "25:00"}, ("the time `25:00`", "`09:00`")),
    "no time": ({"time": "soon"}, ("the time `soon`",)),
    "days": ({"days": "mon someday"}, ("the days `mon someday`", "`mon-fri`")),
    "topic": (
        {"topics": "area:vision, xyzzyqq"},
        ("I know no topic called `xyzzyqq`. Type a letter or two and pick from the list.",),
    ),
    "topic of another name": (
        {"topics": "vision, computer vision"},
        ("I know no topic called `computer vision`. Did you mean Vision?",),
    ),
    "beginning of a topic": (
        {"topics": "probab"},
        ("I know no topic called `probab`. Did you mean Probability and statistics",),
    ),
    "level": (
        {"topics": "area:linear-algebra", "level": "advanced"},
        ("no advanced question", "it has basic and intermediate"),
    ),
    "many topics": (
        {"topics": ",".join(["area:vision", "area:linear-algebra", "tag:attention"] * 3)},
        ("8 topics",),
    ),
    "everyone": ({"ping_role": "@everyone"}, ("I never ping @everyone",)),
}


@pytest.mark.parametrize(("options", "told"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_is_refused_with_what_to_do(
    house: House, options: dict[str, Value], told: tuple[str, ...]
):
    room = Study(house)
    shown = await room.set_up(**options)
    for part in told:
        assert part in shown.text
    assert not TROUBLE.search(shown.text)
    assert shown.followups == []
    assert room.rows("id") == []


async def test_all_mistakes_are_told_at_once(house: House):
    room = Study(house)
    house.world.set_permission(room.channel, "send_messages", allowed=False)
    wrong = {"time": "25:00", "timezone": "berlni", "days": "someday", "topics": "computer vision"}
    refused = await room.set_up(**wrong)
    lines = refused.text.splitlines()
    assert all(line.startswith("- ") for line in lines)
    for part in (
        *(f"`{typed}`" for typed in wrong.values()),
        "`Europe/Berlin`",
        "Did you mean Vision?",
        f"**Send Messages** in <#{room.channel.id}>",
    ):
        assert len([line for line in lines if part in line]) == 1, part
    assert len(lines) == 5
    two = await room.set_up(time="25:00", days="someday", ping_role="@everyone")
    assert len(two.text.splitlines()) == 3
    assert room.rows("id") == []
    house.world.set_permission(room.channel, "send_messages", allowed=None)
    await room.set_up()
    before = room.rows("*")
    assert len((await room.set_up(days="someday", topics="xyzzyqq")).text.splitlines()) == 2
    assert room.rows("*") == before  # what is in force stays


async def test_a_role_must_be_one_that_the_bot_may_ping(house: House):
    room = Study(house)
    world = house.world
    world.add_role("learners", guild=room.name)
    refused = await room.set_up(ping_role="learners")
    assert re.findall(r"\*\*(.+?)\*\*", refused.text) == ["learners"]
    assert "Switch on *Allow anyone to @mention this role* (Server Settings, Roles)" in refused.text
    assert "or grant me Mention @everyone, @here, and All Roles." in refused.text
    assert room.rows("id") == []
    world.set_permission(room.channel, "mention_everyone", allowed=True)
    assert "It pings <@&" in confirmed(await room.set_up(ping_role="learners"))
    world.set_permission(room.channel, "mention_everyone", allowed=None)
    guests = world.add_role("guests", guild=room.name, mentionable=True)
    shown = await room.set_up(ping_role="guests")
    assert f"It pings <@&{guests.id}>" in confirmed(shown)
    assert room.rows("role_id") == [(guests.id,)]


@pytest.mark.parametrize(
    ("permission", "name", "thread"),
    [
        ("view_channel", "View Channel", False),
        ("send_messages", "Send Messages", False),
        ("attach_files", "Attach Files", False),
        ("read_message_history", "Read Message History", False),
        ("create_public_threads", "Create Public Threads", True),
        ("send_messages_in_threads", "Send Messages in Threads", True),
    ],
)
async def test_the_missing_permission_is_named_exactly(
    house: House, permission: str, name: str, thread: bool
):
    room = Study(house)
    target = house.world.add_channel(f"target-{room.guild_id}", guild=room.name)
    house.world.set_permission(target, permission, allowed=False)
    refused = await room.set_up(channel=str(target.id), thread=thread)
    assert re.findall(r"\*\*(.+?)\*\*", refused.text) == [name]
    assert f"<#{target.id}>" in refused.text
    assert "Grant it to my role: Edit Channel, Permissions. Then use the command again." in refused.text
    assert room.rows("id") == []
    if thread:  # of no importance without threads
        assert "### All set" in confirmed(await room.set_up(channel=str(target.id)))
    house.world.set_permission(target, permission, allowed=True)
    assert room.rows("thread") == ([(0,)] if thread else [])
    done = "Changed" if thread else "All set"
    assert f"### {done}:" in confirmed(await room.set_up(channel=str(target.id), thread=thread))


@pytest.mark.parametrize(
    ("permissions", "names"),
    [
        (("view_channel", "send_messages", "attach_files"), ["View Channel"]),
        (("send_messages", "attach_files"), ["Send Messages"]),
        (("send_messages", "read_message_history"), ["Send Messages", "Read Message History"]),
        (("attach_files", "read_message_history"), ["Attach Files", "Read Message History"]),
        (
            ("attach_files", "create_public_threads", "send_messages_in_threads"),
            ["Attach Files", "Create Public Threads", "Send Messages in Threads"],
        ),
    ],
    ids="+".join,
)
async def test_of_several_missing_permissions_those_that_matter_are_named(
    house: House, permissions: tuple[str, ...], names: list[str]
):
    room = Study(house)
    for permission in permissions:
        house.world.set_permission(room.channel, permission, allowed=False)
    refused = await room.set_up(thread=True)
    assert re.findall(r"\*\*(.+?)\*\*", refused.text) == names
    assert f"Grant {'them' if len(names) > 1 else 'it'} to my role" in refused.text
    assert room.rows("id") == []


@pytest.mark.parametrize("kind", ["voice", "forum", "category", "elsewhere"])
async def test_a_channel_that_takes_no_posts_is_refused(house: House, kind: str):
    room, other = Study(house), Study(house)
    if kind == "elsewhere":
        target = other.channel
    else:
        target = house.world.add_channel(f"{kind}-{room.guild_id}", kind=kind, guild=room.name)
        with pytest.raises(NotPossible):
            await room.set_up(channel=str(target.id))
    shown = await set_up_raw(room, target)
    assert shown.ephemeral
    assert "A channel must be a text or announcement channel" in shown.text
    assert not TROUBLE.search(shown.text)
    assert room.rows("id") == other.rows("id") == []


async def set_up_raw(room: Study, target: Channel) -> Shown:
    """`/daily setup` for any channel, as a hostile client could send it."""
    world, owner = room.house.world, room.owner
    (group,) = [one for one in world.commands.all(None) if one["name"] == "daily"]
    resolver = Resolver(world, owner.id, room.guild_id)
    given = {"channel": str(room.channel.id), "time": "9", "timezone": "UTC"}
    data = command_data(group, ["daily", "setup"], given, resolver)
    resolver.resolved.clear()
    data["options"][0]["options"][0]["value"] = resolver.channel(str(target.id))
    data["resolved"] = resolver.resolved
    owners = world.commands.owners(group, owner.id, room.channel)
    sent = world.interactions.create(COMMAND, owner.id, room.channel, data, owners)
    return await owner.result(sent, "a forged /daily setup")


async def test_an_announcement_channel_will_do(house: House):
    room = Study(house, "ann")
    news = house.world.add_channel(f"news-{room.guild_id}", kind="announcement", guild=room.name)
    await room.set_up(channel=str(news.id), topics=TOPIC, thread=True)
    await room.daily("now")
    assert QUESTION.prompt in (await room.posted(news)).text


HOSTILE = {
    "backticks": "``` ` ```py\n`",
    "mentions": "@everyone @here <@1> <@&2> </ask:3>",
    "4,000 characters": "x" * 4000,
    "6,000 digits": "9" * 6000,
    "emoji": "🔥🔥🔥 👍",
    "right-to-left": "\u202eberlin\u202c \u0628\u0631\u0644\u064a\u0646",
    "control": "mon\x00day\x1b[31m\u200b",
    "spaces": " \t\n ",
    "commas": ",,, ,",
    "numbers": "٩:٠٠",
    "lone surrogate": "vision \ud83d",
    "sql": "'; DROP TABLE schedule; --",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_gets_a_sentence(house: House, text: str):
    room = Study(house)
    wrong = [await room.set_up(**{option: text}) for option in ("time", "timezone", "days", "topics")]
    wrong.append(await room.set_up(time=text, timezone=text, days=text, topics=text))
    shown = [await room.daily("setup", channel=str(room.channel.id), time="9", timezone="UTC"), *wrong]
    wrong += [await room.daily(command, schedule=text) for command in ON_ONE]
    for one in [*shown, *wrong]:
        assert not TROUBLE.search(one.text), one.text
        told = confirmed(one) or one.text
        assert told
        assert len(told) < 1000
        assert told.count("`") % 2 == 0
        for quoted in re.findall("`([^`]*)`", told):
            assert quoted.strip() == quoted != "", told
            assert quoted.isprintable(), told
    # Nothing, or nothing but commas, says all days and all topics; one lone mark is a slip of the finger.
    everything = [one for one in wrong if confirmed(one)]
    assert bool(everything) == (text.strip(" \t\n,") == "" or "vision" in text)
    topics = '["area:vision"]' if "vision" in text else "[]"
    assert room.rows("topics, days") == [(topics, sum(1 << day for day in EVERY_DAY))]
