"""/stats over the wire: words at once, a picture a moment later, and whose numbers others may see."""

import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Handle, Shown
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House, opened
from tests.wire.room import PART, Room, answered

DAY_S = 86400


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[House]:
    """A bot of this file's own: the days fly past."""
    async with opened(tmp_path_factory.mktemp("stats"), recorded) as house:
        now = house.world.clock.now()
        noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC) + timedelta(days=1)
        house.world.clock.advance((noon - now).total_seconds())
        yield house


async def practises(room: Room, member: Handle, text: str, sure: str = "") -> None:
    """One question more."""
    card = await member.slash("ask", topic=TOPIC, private=True, channel=room.channel)
    form = await member.press(card, "Answer")
    (field,) = (label for label in form.fields if label.startswith("Your"))
    await member.submit(form, {field: text} | ({"How sure are you?": sure} if sure else {}), wait="final")


async def pictured(shown: Shown) -> bytes:
    """The picture of a card, once it is there."""
    while not shown.attachments:
        await shown.changed()
    (file,) = shown.attachments
    async with aiohttp.ClientSession() as session, session.get(str(file["url"])) as answer:
        return await answer.read()


async def test_words_at_once_and_a_picture_a_moment_later(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    new = await ann.slash("stats", channel=room.channel)
    assert new.ephemeral
    assert "Nothing was graded yet" in new.text
    assert "The three questions that would move you most" in new.text
    assert not new.buttons
    await practises(room, ann, PART, sure="Certain")
    house.world.clock.advance(DAY_S)
    await practises(room, ann, strong())
    shown = await ann.slash("stats", channel=room.channel)
    assert shown.ephemeral
    for words in (
        "Streak 2 days",
        "1 question** graded · 1 of them",
        QUESTION.area_title,
        "Certain       2.5    (1)",
    ):
        assert words in shown.text
    picture = await pictured(shown)
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height < 2 * width) == (1080, True)
    alt = str(shown.attachments[0]["description"])
    assert "Calendar: answers on 2 days of the last 12 weeks." in alt
    assert f"Readiness by area: {QUESTION.area_title} 20%" in alt
    assert "Certain 2.5" in alt
    assert "█" not in shown.text
    # The words again, and back: the picture is still at hand, so it comes at once.
    await ann.press(shown, "As text")
    assert "█" in shown.text
    assert not shown.attachments
    await ann.press(shown, "As a picture")
    assert shown.attachments
    again = await ann.slash("stats", channel=room.channel)
    assert again.attachments


async def test_what_others_may_see(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    await practises(room, ann, strong())
    for stranger in (ann, ben):
        other = ben if stranger is ann else ann
        refused = await stranger.slash("stats", member=other.name, channel=room.channel)
        assert refused.ephemeral
        assert "They keep their stats to themselves" in refused.text  # whether they practise or not
    house.change("UPDATE member SET stats_shown = 1 WHERE id = ?", ann.id)
    shown = await ben.slash("stats", member=ann.name, channel=room.channel)
    assert shown.ephemeral
    assert "Stats of `Ann`" in shown.text
    assert "Streak 1 day" in shown.text
    assert "move you" not in shown.text
    await pictured(shown)
    await ben.press(shown, "As text")
    assert "Stats of `Ann`" in shown.text
    house.change("UPDATE member SET stats_shown = 0 WHERE id = ?", ann.id)
    changed_their_mind = await ben.press(shown, "As a picture")
    assert "They keep their stats to themselves" in changed_their_mind.text


async def test_a_board_by_improvement(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    await practises(room, ann, PART)
    card = await ben.slash("ask", topic=TOPIC, private=True, channel=room.channel)
    verdict = await answered(ben, card, PART)
    await ben.press(verdict, "Model answer")
    house.world.clock.advance(DAY_S)
    for member in room.members:
        await practises(room, member, strong())
    shown = await ann.slash("leaderboard", by="improvement", channel=room.channel)
    assert "Improvement in this server, this week" in shown.text
    assert "  1. Ann                +7.5" in shown.text
    assert "Ben" not in shown.text  # who had looked it up
    assert "You are number 1 with +7.5." in shown.text
    await ann.press(shown, "All time")
    assert "Improvement in this server, all time" in shown.text
    await ann.press(shown, "Points")
    assert "Points in this server, all time" in shown.text
    points = await ben.slash("leaderboard", channel=room.channel)
    await ben.press(points, "Improved")
    assert "Improvement in this server, this week" in points.text
    assert "No improvement of yours here yet" in points.text


async def test_a_streak_tells_its_last_weeks(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    clock = house.world.clock
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    for day in range(7):
        await answered(ann, card, strong(variant=day))
        clock.advance(DAY_S)
    clock.advance(DAY_S)
    waiting = await ann.slash("streak", channel=room.channel)
    lines = [line for line in waiting.text.splitlines() if line[4:6].strip().isdecimal()]
    assert [line[11:] for line in lines] == ["· still open", "◇ freeze waits", *["● 10 out of 10"] * 7]
    await answered(ann, card, PART)
    clock.advance(4 * DAY_S)
    await answered(ann, card, "It helps the network.")
    shown = await ann.slash("streak", channel=room.channel)
    lines = [line for line in shown.text.splitlines() if line[4:6].strip().isdecimal()]
    told = ["· under 2 of 10", "· 3 days missed", "● 2.5 out of 10", "◇ freeze used", *["● 10 out of 10"] * 7]
    assert [line[11:] for line in lines] == told
    assert all(len(line) <= 28 for line in lines)
