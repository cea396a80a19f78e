"""/settings over the wire: the time zone, who is seen on boards, private asking, extra time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Handle, Shown
from bot.sandbox.wire import Value
from tests.wire.answers import TOPIC
from tests.wire.conftest import House, ask_id
from tests.wire.room import PART, Room, answered, earned

DAY_S = 86400
ZONE, LIKES, EXTRA, REMIND = "Time zone", "Who sees what", "Extra time in interviews", "Reminders by DM"
SERVER, GLOBAL, PRIVATE = (
    "Show me on server leaderboards",
    "Show me on the global leaderboard",
    "Ask me in private unless I say otherwise",
)


async def changes(room: Room, member: Handle, **values: Value) -> Shown:
    """The panel after the member filled in their form anew: zone, likes, extra."""
    panel = await member.slash("settings", channel=room.channel)
    form = await member.press(panel, "Change")
    names = {"zone": ZONE, "likes": LIKES, "extra": EXTRA}
    saved = await member.submit(form, {names[name]: value for name, value in values.items()})
    assert saved.message_id == panel.message_id  # in place
    assert saved.ephemeral
    return saved


def zone_of(house: House, member: Handle) -> tuple[object, ...]:
    """The member's zone and the next one, as they are stored."""
    return house.rows("SELECT zone, next_zone FROM member WHERE id = ?", member.id)[0]


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_the_panel_and_its_form_of_somebody_new(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    panel = await ann.slash("settings", channel=room.place(where))
    assert panel.ephemeral
    for line in (
        "**Time zone:** UTC",
        "Your days start at 04:00 there",
        "**Server leaderboards:** you are shown",
        "**Global leaderboard:** you are not on it",
        "everyone sees the card",
        "**Extra time in interviews:** none",
        "**Your `/stats`:** only you see them",
        "**Reminders:** off",
    ):
        assert line in panel.text
    form = await ann.press(panel, "Change")
    assert list(form.fields) == [ZONE, LIKES, EXTRA, REMIND]
    assert form.fields[LIKES].value == ["boards"]
    assert form.fields[EXTRA].value == "0"
    assert house.rows("SELECT 1 FROM member WHERE id = ?", ann.id) == []  # looking is no use of it


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        (" asia/tokyo ", "Asia/Tokyo"),
    ],
)
async def test_a_zone_is_found_by_city_and_by_name(house: House, typed: str, zone: str):
    room = Room(house, "ann")
    (ann,) = room.members
    panel = await changes(room, ann, zone=typed)
    assert f"Changes to {zone} at <t:" in panel.text
    assert "when your day ends" in panel.text
    assert "⚠️" not in panel.text
    assert zone_of(house, ann) == ("UTC", zone)


async def test_an_unknown_zone_names_likely_ones_and_the_rest_is_kept(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    panel = await changes(room, ann, zone="berlni", likes=[SERVER, PRIVATE], extra="50 % more")
    assert "I know no time zone `berlni`" in panel.text
    assert "`Europe/Berlin`" in panel.text
    assert "only you see the card" in panel.text
    assert "50 % more" in panel.text
    assert zone_of(house, ann)[1] is None
    assert house.rows(
        "SELECT on_boards, on_global_board, private, extra_time FROM member WHERE id = ?", ann.id
    ) == [(1, 0, 1, 50)]


async def test_a_zone_changes_at_the_end_of_the_day_and_once_in_seven_days(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    clock = house.world.clock
    now = clock.now()
    noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC) + timedelta(days=1)
    clock.advance((noon - now).total_seconds())
    await changes(room, ann, zone="Asia/Tokyo")
    panel = await changes(room, ann, zone="auckland")  # what is still to come may be corrected
    ends = noon.replace(hour=4) + timedelta(days=1)
    assert f"Changes to Pacific/Auckland at <t:{ends.timestamp():.0f}:f>" in panel.text

    async def dated() -> tuple[str, str]:
        card = await ann.slash("ask", topic=TOPIC, private=True, channel=room.channel)
        ((zone, date),) = house.rows("SELECT zone, local_date FROM ledger WHERE ask_id = ?", ask_id(card))
        return zone, date

    assert await dated() == ("UTC", noon.date().isoformat())
    clock.advance((ends - clock.now()).total_seconds() - 60)
    assert await dated() == ("UTC", noon.date().isoformat())
    clock.advance(61)
    assert await dated() == ("Pacific/Auckland", ends.date().isoformat())
    clock.advance(14 * 3600)  # 18:00 UTC, and the next morning there
    assert await dated() == ("Pacific/Auckland", (ends.date() + timedelta(days=1)).isoformat())
    panel = await ann.slash("settings", channel=room.channel)
    assert "**Time zone:** Pacific/Auckland" in panel.text

    refused = await changes(room, ann, zone="UTC", likes=[SERVER, GLOBAL])
    assert "stays Pacific/Auckland for now. You can change it again in 6 days" in refused.text
    assert "Global leaderboard:** you are shown" in refused.text
    assert zone_of(house, ann)[1] == "Pacific/Auckland"
    clock.advance(6 * DAY_S)
    assert "Changes to UTC at <t:" in (await changes(room, ann, zone="UTC")).text


async def test_saving_something_else_does_not_fix_the_zone(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await changes(room, ann, likes=[])  # the zone is left as the form has it
    panel = await changes(room, ann, zone="Europe/Berlin")
    assert "Changes to Europe/Berlin at <t:" in panel.text, panel.text


async def test_who_hides_is_missing_on_others_boards_and_sees_their_own_rank(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    points = earned(await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel)))
    assert "Ann" in (await ben.slash("leaderboard", channel=room.channel)).text
    assert "you are hidden" in (await changes(room, ann, likes=[])).text
    theirs = await ben.slash("leaderboard", channel=room.channel)
    assert "Ann" not in theirs.text
    own = await ann.slash("leaderboard", channel=room.channel)
    assert "Ann" not in own.text
    assert f"You would be number 1 with {points} points." in own.text
    assert "Others do not see you here" in own.text
    # What comes later stays hidden too, until they want to be seen again.
    await answered(ann, await ann.slash("ask", topic="area:vision", channel=room.channel), "A kernel slides.")
    assert "Ann" not in (await ben.slash("leaderboard", period="all", channel=room.channel)).text
    await changes(room, ann, likes=[SERVER])
    assert "Ann" in (await ben.slash("leaderboard", channel=room.channel)).text
    assert "You are number 1" in (await ann.slash("leaderboard", channel=room.channel)).text


async def test_the_global_board_shows_who_wants_to_be_there(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    name = "Ann of the world"
    house.world.user(ann.name).display = name
    await answered(ann, await ann.slash("ask", topic=TOPIC, channel="dm"))
    assert name[:15] not in (await ben.slash("leaderboard", channel="dm")).text
    assert "you are shown" in (await changes(room, ann, likes=[SERVER, GLOBAL])).text
    assert name[:15] in (await ben.slash("leaderboard", channel="dm")).text
    await changes(room, ann, likes=[SERVER])
    assert name[:15] not in (await ben.slash("leaderboard", channel="dm")).text


async def test_private_by_default_changes_ask_in_servers_only(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    assert not (await ann.slash("ask", topic=TOPIC, channel=room.channel)).ephemeral
    await changes(room, ann, likes=[SERVER, PRIVATE])
    private = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    assert private.ephemeral
    assert "Only you see this card" in private.text
    assert not (await ann.slash("ask", topic=TOPIC, private=False, channel=room.channel)).ephemeral
    in_dm = await ann.slash("ask", topic=TOPIC, channel="dm")
    assert not in_dm.ephemeral
    assert "Type your answer here" in in_dm.text
    assert house.rows("SELECT private, dm FROM ask WHERE asked_by = ? ORDER BY id", ann.id) == [
        (0, 0),
        (1, 0),
        (0, 0),
        (0, 1),
    ]
    assert not (await ben.slash("ask", topic=TOPIC, channel=room.channel)).ephemeral


async def test_extra_time_is_kept_and_forms_start_with_what_is_set(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await changes(room, ann, zone="Europe/Paris", likes=[GLOBAL], extra="100 % more")
    form = await ann.press(await ann.slash("settings", channel=room.channel), "Change")
    assert form.fields[ZONE].value == "Europe/Paris"
    assert form.fields[LIKES].value == ["global"]
    assert form.fields[EXTRA].value == "100"
    panel = await ann.submit(form)  # as it came: nothing changes
    assert "100 % more" in panel.text
    assert "Changes to Europe/Paris at" in panel.text
    assert "⚠️" not in panel.text
    assert house.rows(
        "SELECT on_boards, on_global_board, private, extra_time FROM member WHERE id = ?", ann.id
    ) == [(0, 1, 0, 100)]
    assert "none" in (await changes(room, ann, extra="None")).text
    assert house.rows("SELECT count(*) FROM ledger WHERE member_id = ?", ann.id) == [(1,)]  # the zone


@pytest.mark.restart
async def test_a_form_that_is_open_while_the_bot_is_killed(fresh: House):
    room = Room(fresh, "ann")
    (ann,) = room.members
    panels = [await ann.slash("settings", channel=room.place(where)) for where in ("channel", "dm")]
    forms = [await ann.press(panel, "Change") for panel in panels]
    await fresh.restart()
    saved = await ann.submit(forms[0], {ZONE: "Europe/Berlin", LIKES: [PRIVATE], EXTRA: "25 % more"})
    assert saved.message_id == panels[0].message_id
    assert "Changes to Europe/Berlin at <t:" in panels[0].text
    await fresh.restart()
    later = await ann.submit(forms[1], {ZONE: "Europe/Berlin", LIKES: [SERVER]})
    assert "everyone sees the card" in later.text
    assert "⚠️" not in later.text
    form = await ann.press(panels[0], "Change")
    assert form.fields[ZONE].value == "Europe/Berlin"
    assert form.fields[EXTRA].value == "0"
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel), PART)
    assert earned(verdict) > 0
