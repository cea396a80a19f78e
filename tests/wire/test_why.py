"""/why over the wire, and a regrade between two runs of the bot, told at the next use."""

import asyncio
import re
from dataclasses import replace

from bot.__main__ import main
from bot.bank import loader
from bot.sandbox import Handle
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.room import PART, Room, answered, earned, score

OLDER = loader.to_json(replace(QUESTION, title="An older title"))


async def test_why_says_what_the_verdict_said(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    none = await ann.slash("why", channel=room.channel)
    assert none.ephemeral
    assert "no graded answer yet" in none.text
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    await ann.press(card, "Hint")
    first = await answered(ann, card, PART)
    second = await answered(ann, card, strong())
    for place in (room.channel, "dm"):
        why = await ann.slash("why", channel=place)
        assert why.ephemeral
        assert f"Why {score(second):g} out of 10?" in why.text
        assert "× 0.8 (1 hint) ×" in why.text
        assert "Another try" in why.text
        assert f"Booked: **{earned(second)} point" in why.text
        assert f"90 days before it: {earned(first)} point" in why.text
        assert "It is the same today." in why.text
    offered = await ann.autocomplete("why", "answer", "", channel=room.channel)
    assert [choice["name"].split(" · ")[:2] for choice in offered] == [
        [QUESTION.title, f"{score(one):g} out of 10"] for one in (second, first)
    ]
    chosen = await ann.slash("why", answer=str(offered[1]["value"]), channel=room.channel)
    assert f"Why {score(first):g} out of 10?" in chosen.text
    # Nobody else learns anything from an id.
    refused = await ben.slash("why", answer=str(offered[1]["value"]), channel=room.channel)
    assert "no graded answer yet" in refused.text


def told(member: Handle, room: Room) -> list[str]:
    """What the member sees in the room that speaks of a new grade."""
    return [one.text for one in member.history(room.channel) if "### I graded you again" in one.text]


async def test_a_regrade_is_told_once(fresh: House, monkeypatch):
    room = Room(fresh, "ann", "ben")
    ann, ben = room.members
    cards = [await ann.slash("ask", topic=TOPIC, channel=room.channel)]
    low = await answered(ann, cards[0], PART)
    await answered(ben, ben.history(room.channel)[-1], "It drops units while training.")
    await fresh.bot.stop()
    # What Ann wrote earns more by the version of today than by the one that she was asked.
    older = loader.digest(OLDER)
    fresh.change(
        "INSERT INTO question_version (digest, question_id, content, first_used) VALUES (?, ?, ?, 0)",
        older,
        QUESTION.id,
        OLDER,
    )
    fresh.change("UPDATE ask SET digest = ? WHERE id = ?", older, ask_id(cards[0]))
    fresh.change("UPDATE answer SET text = ? WHERE member_id = ?", strong(), ann.id)
    monkeypatch.setenv("HOTSEAT_DATABASE__URL", f"sqlite:///{fresh.file}")
    before = fresh.rows("SELECT * FROM ledger")
    assert await asyncio.to_thread(main, ["regrade", "--dry-run"]) == 0
    assert fresh.rows("SELECT * FROM ledger") == before
    assert await asyncio.to_thread(main, ["regrade"]) == 0
    await fresh.start()
    board = await ben.slash("leaderboard", channel=room.channel)
    assert not told(ben, room)  # Ben's came out as it was
    [(more,)] = fresh.rows("SELECT points FROM ledger WHERE kind = 'regraded' AND member_id = ?", ann.id)
    assert more > 0
    assert re.search(rf"1\. Ann +{earned(low) + more}\b", board.text)
    ann.catch_up(room.channel)
    await ann.slash("streak", channel=room.channel)
    news = await ann.next_message(channel=room.channel)
    assert news.ephemeral
    assert f"{QUESTION.title}: **{score(low):g}** → **" in news.text
    assert f"+{more} point" in news.text
    await ann.slash("streak", channel=room.channel)
    why = await ann.slash("why", channel=room.channel)
    assert f"Booked: **{more} point" in why.text
    assert "improved since, so I graded you again on" in why.text
    await fresh.restart()
    await ann.slash("streak", channel=room.channel)
    await ann.slash("streak", channel=room.channel)
    assert len(told(ann, room)) == 1
    assert not told(ben, room)
    assert await asyncio.to_thread(main, ["rebuild", "--compare"]) == 0
