"""Leaderboards and streaks over the wire, through weeks, days that were missed, and Monday mornings."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Handle, NotPossible, Shown
from tests.wire.answers import TOPIC, strong
from tests.wire.conftest import House, opened
from tests.wire.room import PART, Room, answered, earned

DAY_S = 86400
BOARDS = {"server": "in this server", "global": "everywhere"}
PERIODS = {"week": "this week", "month": "this month", "all": "all time"}
LABELS = {"week": "Week", "month": "Month", "all": "All time"}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[House]:
    """A bot of this file's own: the days fly past."""
    async with opened(tmp_path_factory.mktemp("boards"), recorded) as house:
        to_noon(house)
        yield house


def to_noon(house: House) -> None:
    """Go on to the noon (UTC) of a Monday in the middle of a month that does not end its year."""
    now = house.world.clock.now()
    noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC) + timedelta(days=1)
    while noon.weekday() != 0 or not 8 <= noon.day <= 20 or noon.month == 12:
        noon += timedelta(days=1)
    to(house, noon)


def to(house: House, moment: datetime) -> None:
    """Go on to a moment."""
    house.world.clock.advance((moment - house.world.clock.now()).total_seconds())


def table(board: Shown) -> list[tuple[int, str, int]]:
    """(rank, name, points) of a board's lines."""
    lines = re.findall(r"^ *(\d+)\. (.+?) +(\d+)$", board.text, re.MULTILINE)
    assert all(len(line) <= 28 for line in board.text.splitlines() if re.match(r" *\d+\. ", line))
    return [(int(rank), name, int(points)) for rank, name, points in lines]


async def practises(room: Room, member: Handle, text: str = PART, where: str = "channel") -> int:
    """One question more; the points that it brought."""
    card = await member.slash("ask", topic=TOPIC, private=where == "channel", channel=room.place(where))
    return earned(await answered(member, card, text))


async def test_boards_by_option_and_by_button(house: House):
    room = Room(house, "ann", "ben", "nova")
    ann, ben, nova = room.members
    points = [await practises(room, one, text) for one, text in ((ann, PART), (ben, strong()), (nova, PART))]
    assert (
        await practises(room, ann, strong(variant=1), where="dm") > 0
    )  # counts everywhere but on this board
    for board, where in BOARDS.items():
        for period, when in PERIODS.items():
            shown = await ann.slash("leaderboard", board=board, period=period, channel=room.channel)
            assert shown.ephemeral
            assert f"Points {where}, {when}" in shown.text
            enabled = [button.label for button in shown.buttons if not button.disabled]
            assert enabled == [*(label for one, label in LABELS.items() if one != period), "Improved"]
            if board == "server":
                # Equal points share a rank.
                assert table(shown) == [(1, "Ben", points[1]), (2, "Ann", points[0]), (2, "Nova", points[2])]
                assert "You are number 2" in shown.text
    shown = await ben.slash("leaderboard", channel=room.channel)
    for period in ("all", "month", "week"):
        pressed = await ben.press(shown, LABELS[period])
        assert pressed.message_id == shown.message_id  # in place
        assert f"Points in this server, {PERIODS[period]}" in shown.text
        assert "You are number 1" in shown.text


async def test_boards_elsewhere(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    world = house.world
    await practises(room, ann)
    world.join(ann.name, "Elsewhere")
    ann.install_app()
    for place in ("dm", "Elsewhere/general"):
        shown = await ann.slash("leaderboard", channel=place)
        assert "Points everywhere, this week" in shown.text
        assert "You would be number" in shown.text  # nobody is on the global board unless they want to
        await ann.press(shown, "All time")
        assert "Points everywhere, all time" in shown.text
        refused = await ann.slash("leaderboard", board="server", channel=place)
        assert refused.ephemeral
        assert "this is not one" in refused.text
    with pytest.raises(NotPossible):
        await ann.press(await ann.slash("leaderboard", channel=room.channel), "Week")  # it is that one


async def test_a_week_ends_on_monday_at_midnight_and_a_month_on_the_first(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    points = await practises(room, ann)
    monday = datetime.combine(house.world.clock.now().date(), datetime.min.time(), UTC) + timedelta(days=7)
    to(house, monday - timedelta(seconds=30))
    assert table(await ann.slash("leaderboard", channel=room.channel)) == [(1, "Ann", points)]
    to(house, monday)
    week = await ann.slash("leaderboard", channel=room.channel)
    assert table(week) == []
    assert "Nobody is shown on this board yet" in week.text
    month = await ann.press(week, "Month")
    assert table(month) == [(1, "Ann", points)]
    more = await practises(room, ann, strong(variant=2))
    assert table(await ann.slash("leaderboard", channel=room.channel)) == [(1, "Ann", more)]
    first = (monday.replace(day=1) + timedelta(days=32)).replace(day=1)
    to(house, first - timedelta(seconds=30))
    assert table(await ann.slash("leaderboard", period="month", channel=room.channel)) == [
        (1, "Ann", points + more)
    ]
    to(house, first)
    shown = await ann.slash("leaderboard", period="month", channel=room.channel)
    assert table(shown) == []
    await ann.press(shown, "All time")
    assert table(shown) == [(1, "Ann", points + more)]
    to_noon(house)


async def streak(room: Room, member: Handle) -> str:
    """What /streak says."""
    shown = await member.slash("streak", channel=room.channel)
    assert shown.ephemeral
    return shown.text


async def test_a_streak_with_its_freezes(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    clock = house.world.clock
    new = await streak(room, ann)
    assert "Streak: 0 days" in new
    assert "to start one" in new
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    for day in range(1, 8):
        verdict = await answered(ann, card, strong(variant=day))
        assert f"streak {day} day" in verdict.text
        assert ("You earned a freeze" in verdict.text) == (day == 7)
        counted = await streak(room, ann)
        assert f"Streak: {day} day" in counted
        assert "Today counts already" in counted
        clock.advance(DAY_S)
        assert "Answer one question today" in await streak(room, ann)
    assert "Freezes in hand: 1 of 2." in await streak(room, ann)
    # Two days are missed, which one freeze does not cover: it is not spent in vain.
    clock.advance(2 * DAY_S)
    lost = await streak(room, ann)
    assert "Streak: 0 days" in lost
    assert "Best so far: 7 days" in lost
    assert "Freezes in hand: 1 of 2." in lost
    again = await answered(ann, card, strong(variant=8))
    assert "streak 1 day" in again.text
    assert "streak 1 days" not in again.text
    # One day is missed, and covered.
    clock.advance(2 * DAY_S)
    missed = await streak(room, ann)
    assert "Streak: 1 day" in missed
    assert (
        "No freeze in hand (one comes with every 7th day). 1 missed day will be covered once you practise again."
        in missed
    )
    assert "streak 2 days" in (await answered(ann, card, strong(variant=9))).text
    assert house.rows("SELECT count, best, days, freezes FROM streak WHERE member_id = ?", ann.id) == [
        (2, 7, 9, 0)
    ]


async def test_a_poor_answer_makes_no_day_and_the_rules_stand_below(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await practises(room, ann, "It helps the network.")
    shown = await streak(room, ann)
    assert "Streak: 0 days" in shown
    for rule in ("at least 2 out of 10", "from 04:00 to 04:00", "Every 7th day", "Days on which I was away"):
        assert rule in shown
        assert rule in (await ann.slash("help", channel="dm")).text
    assert "time zone: UTC" in shown
    assert "`/settings`" in shown


async def test_a_day_ends_at_four_in_the_morning(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await practises(room, ann)
    four = house.world.clock.now().replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=1)
    to(house, four - timedelta(seconds=30))
    assert "Today counts already" in await streak(room, ann)
    to(house, four)
    assert "Answer one question today" in await streak(room, ann)
    to_noon(house)
