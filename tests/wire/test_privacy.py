"""/privacy over the wire: files of one's own, and deletion that nothing brings back, whatever is under way."""

import asyncio
import csv
import io
import json
from typing import Any

import pytest

from bot.sandbox import Handle, Shown
from tests.wire.answers import TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.panel import opened as interview
from tests.wire.panel import quiet
from tests.wire.room import PART, Room, answered, gone, says
from tests.wire.test_trouble import CALLBACK, EDIT, MESSAGES

WORD = "quokkaspeak"


def files(house: House, shown: Shown) -> dict[str, bytes]:
    """The files of a message."""
    return {one["filename"]: house.world.state.attachments[int(one["id"])].data for one in shown.attachments}


def columns(house: House) -> list[tuple[str, str]]:
    """Every column that holds ids of members."""
    keys = house.rows(
        'SELECT one.name, key."from" FROM sqlite_master AS one, pragma_foreign_key_list(one.name) AS key'
        " WHERE one.type = 'table' AND key.\"table\" = 'member'"
    )
    return [("member", "id"), *keys]


def traces(house: House, member: Handle, *words: str) -> list[str]:
    """Where anything of a member is left: in a table, or in a byte of the files."""
    found = [
        f"{table}.{column}"
        for table, column in columns(house)
        if house.rows(f'SELECT 1 FROM "{table}" WHERE "{column}" = ? LIMIT 1', member.id)  # noqa: S608
    ]
    for part in house.file.parent.glob(f"{house.file.name}*"):
        if part.is_file():
            content = part.read_bytes()
            found += [f"{word} in {part.name}" for word in words if word.encode() in content]
    return found


async def deletes(member: Handle, channel: Any) -> Shown:
    """/privacy delete, confirmed; the card in the end."""
    asked = await member.slash("privacy delete", channel=channel)
    assert asked.ephemeral
    assert "Delete everything about you?" in asked.text
    await member.press(asked, "Delete everything")
    return await says(asked, "is deleted")


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_export_delete_export(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    place = room.place(where)
    for command in ("privacy export", "privacy delete"):
        nothing = await ann.slash(command, channel=place, wait="final")
        assert nothing.ephemeral
        assert nothing.text == "I have nothing stored about you."
        assert nothing.attachments == []
        assert nothing.buttons == []
    word = f"{WORD}{ann.id}"
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=place), f"{PART} {word}.")
    assert "out of 10" in verdict.text
    mine = await ann.slash("privacy export", channel=place, wait="final")
    assert mine.ephemeral
    exported = files(house, mine)
    assert sorted(exported) == ["anki-cards.txt", "answers.csv", "hotseat-data.json"]
    data = json.loads(exported["hotseat-data.json"])
    assert word in data["answer"][0]["text"]
    assert data["member"][0]["name"] == "Ann"
    assert {event["kind"] for event in data["ledger"]} == {"asked", "graded"}
    (row,) = csv.DictReader(io.StringIO(exported["answers.csv"].decode("utf-8-sig")))
    assert word in row["text"]
    assert exported["anki-cards.txt"].startswith(b"#separator:tab\n#html:true\n")
    asked = await ann.slash("privacy delete", channel=place)
    assert "1 answer, with all grades" in asked.text
    assert "7 days" in asked.text
    assert traces(house, ann, word)
    done = await ann.press(asked, "Delete everything")
    await says(asked, "is deleted")
    assert "7 days at the latest" in asked.text
    assert asked.buttons == []
    assert done.ephemeral
    assert traces(house, ann, word, f"ann-{room.name.split()[1]}") == []
    again = await ann.slash("privacy export", channel=place, wait="final")
    assert again.text == "I have nothing stored about you."
    assert again.attachments == []
    # Whoever comes back starts anew.
    fresh = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=place))
    assert "streak 1 day" in fresh.text
    assert "in all" in fresh.text


async def test_two_presses_at_once(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    asked = [await ann.slash("privacy delete", channel=room.channel) for _ in range(2)]
    await asyncio.gather(*(ann.press(one, "Delete everything") for one in asked))
    async with asyncio.timeout(20):
        while {"### Deleting everything" in one.text for one in asked} != {False}:
            await asyncio.sleep(0.01)
    texts = sorted(one.text for one in asked)
    assert texts[0].startswith("### Everything about you is deleted")
    assert texts[1] == "I have nothing stored about you."
    assert traces(house, ann) == []


async def test_what_is_shared_goes_from_its_channel(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    word = f"{WORD}{ann.id}"
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    shared = await ann.press(await answered(ann, card, f"{PART} {word}"), "Share")
    own = await ben.press(await answered(ben, ben.history(room.channel)[0], strong(variant=3)), "Share")
    await house.eventually("SELECT 1 FROM ledger WHERE kind = 'shared' AND member_id = ?", ben.id)
    asked = await ann.slash("privacy delete", channel=room.channel)
    assert "1 answer that you share in channels" in asked.text
    await ann.press(asked, "Delete everything")
    await gone(shared)
    await says(asked, "is deleted")
    assert not own.deleted
    assert not any(word in one.text for one in ben.history(room.channel))
    # The card was Ann's; Ben goes on with it.
    assert house.rows("SELECT asked_by FROM ask WHERE id = ?", ask_id(card)) == [(None,)]
    assert "out of 10" in (await answered(ben, ben.history(room.channel)[0], strong(variant=4))).text
    assert traces(house, ann, word) == []


async def test_what_cannot_be_removed_is_said(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    shared = await ann.press(await answered(ann, card), "Share")
    await house.eventually("SELECT 1 FROM ledger WHERE kind = 'shared' AND member_id = ?", ann.id)
    house.world.set_permission(room.channel, "read_message_history", allowed=False)
    house.world.faults.answer("GET", MESSAGES, 403, body={"message": "Missing Access", "code": 50001})
    done = await deletes(ann, room.channel)
    assert f"could not remove 1 shared answer of yours from <#{shared.channel_id}>" in done.text
    assert traces(house, ann) == []
    # Its button finds nothing behind it.
    refused = await ben.press(ben.history(room.channel)[-1], "Remove")
    assert refused.ephemeral
    assert "Only the author or a moderator" in refused.text


async def test_an_interview_goes_on_without_its_host(house: House):
    panel = await interview(house, "ann", "ben", "cara")
    ann, ben, cara = panel.room.members
    for member in (ann, ben, cara):
        await panel.join(member, consent=True)
    await panel.start()
    card = await panel.card(1, ann)
    word = f"{WORD}{ann.id}"
    await answered(ann, card, f"{panel.points_of(card, 1)} {word}")
    await answered(ben, await panel.card(1, ben), panel.points_of(card, 1))
    asked = await ann.slash("privacy delete", channel=panel.room.channel)
    assert "1 mock interview under way: you leave" in asked.text
    await deletes(ann, panel.room.channel)
    shown = await says(await panel.card(1, ben), f"Host: <@{ben.id}>")
    assert "1 of 2 are done" in shown.text
    await ben.press(shown, "Reveal now")
    revealed = await panel.revealed(1)
    assert "Ben" in revealed.text
    assert "Ann" not in revealed.text
    panel.host = ben
    await panel.end()
    report = await panel.report()
    assert word not in files(house, report)["interview.md"].decode()
    await quiet(house)
    assert traces(house, ann, word) == []


async def test_an_interview_with_nobody_else_in_it_goes_with_its_cards(house: House):
    panel = await interview(house, "ann")
    (ann,) = panel.room.members
    await panel.join(ann)
    await panel.start()
    card = await panel.card(1)
    await deletes(ann, panel.room.channel)
    await gone(card)
    await gone(panel.lobby)
    assert house.rows("SELECT 1 FROM interview WHERE id = ?", panel.id) == []
    again = await ann.slash("interview start", channel=panel.room.channel)
    assert "is about to begin" in again.text
    await quiet(house)


async def test_ones_own_interview_ends(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await ann.slash("mock", questions=2, channel="dm")
    await house.eventually(
        "SELECT 1 FROM interview_round JOIN interview ON id = interview_id WHERE host_id = ? AND message_id IS NOT NULL",
        ann.id,
    )
    await deletes(ann, "dm")
    assert house.rows("SELECT 1 FROM interview WHERE host_id = ?", ann.id) == []
    await quiet(house)
    assert traces(house, ann) == []
    await ann.dm("hello there, is anybody in?")
    assert traces(house, ann) == []


async def test_what_is_being_typed_goes_too(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    word = f"{WORD}{ann.id}"
    await ann.slash("ask", topic=TOPIC, channel="dm")
    await ann.dm(f"half a sentence about {word}")
    await house.eventually("SELECT 1 FROM typed WHERE member_id = ?", ann.id)
    await deletes(ann, "dm")
    house.world.clock.advance(70)
    assert traces(house, ann, word) == []


async def test_a_form_that_was_open_comes_back_with_its_text(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    own = await ann.press(await ann.slash("ask", topic=TOPIC, channel=room.channel, private=True), "Answer")
    await ben.slash("ask", topic=TOPIC, channel=room.channel)
    bens = await ann.press(ann.history(room.channel)[-1], "Answer")
    await deletes(ann, room.channel)
    back = await ann.submit(own, {"Your answer": f"{WORD} to an ask that is gone"})
    assert f"{WORD} to an ask that is gone" in back.text
    assert traces(house, ann, WORD) == []
    verdict = await ann.submit(bens, {"Your answer": strong(variant=6)}, wait="final")
    assert "out of 10" in verdict.text  # a new beginning


@pytest.mark.restart
async def test_what_was_begun_is_finished_at_the_next_start(fresh: House):
    ann, ben = fresh.world.member("ann"), fresh.world.member("ben")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    await answered(ann, card, f"{strong()} {WORD}")
    await answered(ben, ben.history("study")[-1], strong(variant=2))
    await fresh.bot.stop()
    # The first step of a deletion.
    fresh.change("UPDATE member SET leaving = 1 WHERE id = ?", ann.id)
    fresh.change("INSERT INTO note VALUES ('traces', 'due')")
    await fresh.start()
    await fresh.eventually("SELECT 1 FROM note WHERE key = 'traces' AND value = 'done'")
    assert traces(fresh, ann, WORD) == []
    assert "Streak: 1 day" in (await ben.slash("streak", channel="study")).text


@pytest.mark.restart
@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("request_", ["first response", "end"])
async def test_a_kill_while_it_is_deleted(fresh: House, request_: str, after_effect: bool):
    ann = fresh.world.member("ann")
    for number in range(3):
        card = await ann.slash("ask", topic=TOPIC, channel="study")
        await answered(ann, card, f"{strong(variant=number)} {WORD}")
    asked = await ann.slash("privacy delete", channel="study")
    method = {"first response": ("POST", CALLBACK), "end": ("PATCH", EDIT)}[request_]
    fresh.world.faults.on_receipt(method[1], fresh.bot.kill, after_effect=after_effect)
    pressing = asyncio.create_task(ann.press(asked, "Delete everything"))
    await fresh.bot.wait()
    pressing.cancel()
    await asyncio.gather(pressing, return_exceptions=True)
    await fresh.restart()
    left = fresh.rows("SELECT count(*) FROM answer")
    assert left in ([(0,)], [(3,)])  # all or nothing
    if request_ == "end":
        assert left == [(0,)]
    done = await ann.slash("privacy delete", channel="study")
    if done.buttons:
        await ann.press(done, "Delete everything")
        await says(done, "is deleted")
    await fresh.eventually("SELECT 1 FROM note WHERE key = 'traces' AND value = 'done'")
    assert traces(fresh, ann, WORD) == []
    assert (await ann.slash("privacy export", channel="study", wait="final")).attachments == []
