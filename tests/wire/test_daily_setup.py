"""`/daily setup`: what it understands, offers, shows and keeps."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import Timetable
from bot.sandbox import NotPossible
from tests.wire.answers import BANK, QUESTION, TOPIC
from tests.wire.conftest import House
from tests.wire.study import OTHER, Study, coming, confirmed, end_all, stamps

ON_ONE = ("pause", "resume", "skip", "now", "remove")


@pytest.fixture(autouse=True)
def _no_schedules_left(house: House) -> Iterator[None]:
    yield
    end_all(house)


# --- set-up -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "days", "timetable"),
    [
        ("berlin", "9:30 pm", None, Timetable("Europe/Berlin", time(21, 30))),
        ("UTC", "noon", "weekdays", Timetable("UTC", time(12), frozenset(range(5)))),
        ("Asia/Kolkata", "0930", "mon wed FRI", Timetable("Asia/Kolkata", time(9, 30), frozenset({0, 2, 4}))),
        ("new york", "21h30", "sat-sun", Timetable("America/New_York", time(21, 30), frozenset({5, 6}))),
        ("Pacific/Apia", "midnight", "Tuesday", Timetable("Pacific/Apia", time(0), frozenset({1}))),
    ],
    ids=["berlin", "utc", "kolkata", "new york", "apia"],
)
async def test_set_up_shows_the_next_five_times_and_a_preview(
    house: House, zone: str, at: str, days: str | None, timetable: Timetable
):
    room = Study(house, "ann")
    room.morning()
    expected = stamps(timetable, house.world.clock.now())
    shown = await room.set_up(timezone=zone, time=at, topics=TOPIC, **({"days": days} if days else {}))
    told = confirmed(shown)
    assert told.startswith(f"### All set: the daily question in <#{room.channel.id}>, ")
    assert f"at {timetable.at:%H:%M} ({timetable.zone})" in told
    assert f"From 1 question ({QUESTION.title}). After 1 post they repeat" in told
    assert "**Next** (on your own clock)" in told
    assert coming(shown) == expected
    assert room.rows("channel_id, zone, minute, days, owner_id, next_at, paused") == [
        (
            room.channel.id,
            timetable.zone,
            timetable.at.hour * 60 + timetable.at.minute,
            sum(1 << day for day in timetable.days),
            room.owner.id,
            expected[0] * 1000,
            0,
        )
    ]
    preview = shown.text.removesuffix(told)
    assert "only you see" in preview
    assert QUESTION.prompt in preview
    assert "It closes when the next one comes" in preview
    assert [(one.label, one.disabled) for one in shown.buttons] == [
        ("Answer", True),
        ("Hint", True),
        ("Reveal", True),
    ]
    with pytest.raises(NotPossible):
        await room.owner.press(shown, "Answer")
    for button in shown.buttons:  # as nobody's own client would let them
        assert "do not know this card" in (await room.owner.press_raw(shown, button.custom_id or "")).text
    assert room.members[0].history(room.channel) == []
    assert coming(await room.daily("status")) == expected
    assert shown.followups == []  # one card says it all


async def test_completion_of_zones(house: House):
    room = Study(house)

    async def offered(typed: str) -> list[str]:
        before = house.world.clock.now()
        choices = await room.owner.autocomplete("daily setup", "timezone", typed, channel=room.channel)
        for choice in choices:
            moments = (before, house.world.clock.now())
            names = {f"{choice['value']} (now {_there(now, choice['value'])})" for now in moments}
            assert choice["name"] in names
        return [choice["value"] for choice in choices]

    assert (await offered("berl"))[0] == "Europe/Berlin"
    assert (await offered("utc"))[0] == "UTC"
    assert "America/New_York" in await offered("america/new")
    nothing = await offered("")
    assert nothing[0] == "UTC"
    assert "Asia/Tokyo" in nothing
    for typed in ("🔥", "`@everyone`", "x" * 3000, " "):
        await offered(typed)


def _there(now: datetime, zone: str) -> str:
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


async def test_completion_of_several_topics_completes_the_last(house: House):
    room = Study(house)

    async def offered(typed: str) -> list[str]:
        choices = await room.owner.autocomplete("daily setup", "topics", typed, channel=room.channel)
        return [choice["value"] for choice in choices]

    assert (await offered("vis"))[0] == "area:vision"
    assert "area:vision" in await offered("")
    both = (await offered("area:vision,linear"))[0]
    assert [one.strip() for one in both.split(",")] == ["area:vision", "area:linear-algebra"]
    assert all(one.startswith("area:vision, ") for one in await offered("area:vision, "))
    assert await offered("area:vision," * 20) == []  # no choice may have more than 100 characters
    shown = await room.set_up(topics=both)
    assert "(Vision, Linear algebra)" in confirmed(shown)
    assert room.rows("topics") == [('["area:vision", "area:linear-algebra"]',)]


async def test_completion_of_schedules_offers_the_server_s_own(house: House):
    room, other = Study(house), Study(house)
    await other.set_up()
    await room.set_up(timezone="Berlin", days="weekdays")
    await room.set_up(time="21:30")
    for command in ON_ONE:
        choices = await room.owner.autocomplete(f"daily {command}", "schedule", "x", channel=room.channel)
        assert [(choice["name"], choice["value"]) for choice in choices] == [
            (name, str(number))
            for name, (number,) in zip(
                (
                    f"#{room.channel.name}, Monday to Friday at 09:00 (Europe/Berlin)",
                    f"#{room.channel.name}, every day at 21:30 (UTC)",
                ),
                room.rows("id"),
                strict=True,
            )
        ]


async def test_ten_schedules_are_enough_and_each_may_still_change(house: House):
    room = Study(house)
    titles = sorted(BANK.questions.values(), key=lambda question: -len(question.title))[:8]
    topics = ",".join(f"question:{question.id}" for question in titles)
    made = await asyncio.gather(*(room.set_up(time=f"{hour}:00", topics=topics) for hour in range(10)))
    assert [one.text for one in made if not confirmed(one)] == []
    refused = await room.set_up(time="10:00")
    assert "10 daily questions already" in refused.text
    assert "`/daily remove` makes room" in refused.text
    assert "### Changed" in confirmed(await room.set_up(time="3:00", topics=OTHER))
    assert len(room.rows("id")) == 10
    status = await room.daily("status")
    assert status.text.count("### The daily question in") == 10
    (first, *_) = room.rows("id")
    await room.daily("remove", schedule=str(first[0]))
    assert "### All set" in confirmed(await room.set_up(time="10:00"))


async def test_the_same_channel_and_time_is_the_same_schedule(house: House):
    room = Study(house)
    await room.set_up(topics=TOPIC, thread=True)
    (before,) = room.rows("id")
    await room.daily("pause")
    shown = await room.set_up(time="9 am", timezone="gmt", topics=OTHER, days="weekend", thread=False)
    assert "### Changed" in confirmed(shown)
    assert room.rows("id, topics, days, thread, paused") == [(*before, f'["{OTHER}"]', 0b1100000, 0, 0)]
    assert coming(shown) == stamps(Timetable("UTC", time(9), frozenset({5, 6})), house.world.clock.now())
    elsewhere = house.world.add_channel(f"elsewhere-{room.guild_id}", guild=room.name)
    for another in ({"time": "09:01"}, {"timezone": "Africa/Abidjan"}, {"channel": str(elsewhere.id)}):
        assert "### All set" in confirmed(await room.set_up(**another))
    assert len(room.rows("id")) == 4


async def test_set_up_again_keeps_what_is_left_out_and_changes_what_is_given(house: House):
    room = Study(house)
    learners, guests = (
        house.world.add_role(name, guild=room.name, mentionable=True) for name in ("learners", "guests")
    )
    first = {"topics": "vision, attention", "level": "intermediate", "days": "weekend", "thread": True}
    await room.set_up(ping_role="learners", **first)
    columns = ("topics", "level", "role_id", "thread", "days")
    stored = dict(
        zip(
            columns,
            ('["area:vision", "tag:attention"]', "intermediate", learners.id, 1, 0b1100000),
            strict=True,
        )
    )
    (number,) = room.rows("id")
    changes = (
        ({}, {}),
        ({"days": "mon"}, {"days": 0b1}),
        ({"thread": False}, {"thread": 0}),
        ({"level": "any"}, {"level": None}),
        ({"ping_role": "guests"}, {"role_id": guests.id}),
        ({"topics": OTHER}, {"topics": f'["{OTHER}"]'}),
        ({"topics": "all"}, {"topics": "[]"}),
        ({"days": "every day", "level": "basic"}, {"days": 0b1111111, "level": "basic"}),
    )
    told = ""
    for given, change in changes:
        shown = await room.set_up(**given)
        stored |= change
        told = confirmed(shown)
        assert "### Changed" in told
        assert room.rows(f"id, {', '.join(columns)}") == [(*number, *stored.values())], given
        assert f"It pings <@&{stored['role_id']}>" in told
        assert ("Each gets a thread" in told) == bool(stored["thread"])
    assert "(all topics, basic)" in told


async def test_what_is_kept_is_checked_like_what_is_given(house: House):
    room = Study(house)
    house.world.add_role("learners", guild=room.name, mentionable=True)
    await room.set_up(topics="area:linear-algebra", thread=True, ping_role="learners")
    before = room.rows("*")
    assert "no advanced question" in (await room.set_up(level="advanced")).text
    house.world.set_permission(room.channel, "create_public_threads", allowed=False)
    assert "**Create Public Threads**" in (await room.set_up()).text
    assert room.rows("*") == before
    assert "### Changed" in confirmed(await room.set_up(thread=False))


TYPED = {
    "all": [],
    "All Topics": [],
    " any ": [],
    "area:vision; attention": ["area:vision", "tag:attention"],
    "vision and linear algebra": ["area:vision", "area:linear-algebra"],
    "Vision, vison;vision": ["area:vision"],
    "optimisaton": ["area:optimization"],
}


@pytest.mark.parametrize(("typed", "topics"), TYPED.items(), ids=TYPED.keys())
async def test_topics_as_people_type_them(house: House, typed: str, topics: list[str]):
    room = Study(house)
    told = confirmed(await room.set_up(topics=typed))
    assert "### All set" in told
    assert [json.loads(str(stored)) for (stored,) in room.rows("topics")] == [topics]
    if not topics:
        assert f"From {len(BANK.questions)} questions (all topics). None comes twice before all" in told


@pytest.mark.parametrize(
    "typed",
    [
        "question:pca-and-eigenvectors",
        "Probability and statistics",
        "Robustness and calibration",
        "Bagging and boosting",
        "LSTM: one step of the cell, and why it remembers",
    ],
)
async def test_a_topic_whose_name_has_an_and_or_a_comma_is_found_by_it(house: House, typed: str):
    room = Study(house)
    choices = await room.owner.autocomplete("daily setup", "topics", typed, channel=room.channel)
    title = typed if not typed.startswith("question:") else BANK.questions[typed.partition(":")[2]].title
    told = confirmed(await room.set_up(topics=typed))
    assert f"({title})" in told, choices
    assert len(room.rows("id")) == 1


async def test_every_topic_that_is_offered_is_taken(house: House):
    room = Study(house)
    offered = {
        choice["value"]
        for typed in (
            "",
            "and",
            "type i",
            "gan",
            "unet",
            "lstm",
            "pca",
            "adam",
            "robust",
            "missing",
            "a",
            "t",
        )
        for choice in await room.owner.autocomplete("daily setup", "topics", typed, channel=room.channel)
    }
    assert len(offered) > 40
    refused = {one for one in offered if not confirmed(await room.set_up(topics=one))}
    assert refused == set()


async def test_other_daily_questions_of_the_channel_are_mentioned(house: House):
    room, stranger = Study(house), Study(house)
    await stranger.set_up(time="5:00")
    elsewhere = house.world.add_channel(f"elsewhere-{room.guild_id}", guild=room.name)
    await room.set_up(channel=str(elsewhere.id), time="6:00")
    assert "This channel also has" not in confirmed(await room.set_up())
    second = confirmed(await room.set_up(time="21:30", timezone="Berlin", days="mon"))
    assert "This channel also has one every day at 09:00 (UTC); `/daily remove` ends it." in second
    third = confirmed(await room.set_up(time="15:00"))
    also = (
        "one every day at 09:00 (UTC) and one on Mondays at 21:30 (Europe/Berlin); `/daily remove` ends it."
    )
    assert f"This channel also has {also}" in third
    again = confirmed(await room.set_up())
    assert "### Changed" in again
    assert "one on Mondays at 21:30 (Europe/Berlin) and one every day at 15:00 (UTC);" in again
