"""Everyone presses everyone else's buttons, and several people press at the same moment: each acts for themselves."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress

import pytest

from bot.sandbox import Handle, Shown, WaitedTooLong
from bot.ui.custom_ids import Form, Verb
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.room import OVERLOOKED, PART, Room, answered, earned, forged, gone, score

SECRET = "Quokka 4711."
OTHERS = QUESTION.points[1].covered[0]  # what everybody else answers
THEIR_GRADE = "2.5 out of 10"  # of PART; OTHERS comes to less
TROUBLE = re.compile("went wrong|older version|incident")
FORM = re.compile(":(submit|reply|dispute)")
PANEL = re.compile("board|settings")  # belong to nobody's ask


def all_of(house: House, member: Handle) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database has of one member."""
    tables = {"ask": "asked_by"} | dict.fromkeys(
        ("answer", "ledger", "sitting", "standing", "streak", "seen", "typed", "review"), "member_id"
    )
    return {
        table: house.rows(f"SELECT * FROM {table} WHERE {column} = ?", member.id)  # noqa: S608 - our own names
        for table, column in tables.items()
    }


async def busy(room: Room, member: Handle) -> tuple[Shown, Shown, Sequence[str]]:
    """Somebody uses everything there is; the public card, the shared post, and the addresses of all buttons and forms."""
    card = await member.slash("ask", topic=TOPIC, channel=room.channel)
    forms = [await member.press(card, "Answer")]
    await member.press(card, "Hint")
    verdict = await answered(member, card, f"{PART}\n{SECRET}")
    assert THEIR_GRADE in verdict.text
    forms += [await member.press(verdict, label) for label in ("Follow-up", "I covered this", "Try again")]
    await member.submit(forms[2], {OVERLOOKED: [QUESTION.points[1].id], "Where?": SECRET})
    shared = await member.press(verdict, "Share")
    await answered(member, verdict, f"{PART}\n{SECRET} And more.", button="Try again")  # not shared
    private = await member.slash("ask", topic=TOPIC, private=True, channel=room.channel)
    await answered(member, private, f"{PART}\n{SECRET} Again.")
    await member.press(await member.press(private, "Reveal"), "Next")
    mine = await member.slash("ask", topic=TOPIC, channel="dm")
    await answered(member, mine, f"{PART}\n{SECRET} Once more.")
    await member.slash("ask", topic=TOPIC, channel="dm")  # stays open
    for command in ("leaderboard", "streak", "settings"):
        await member.slash(command, channel=room.channel)
    seen = [*member.history(room.channel), *member.history("dm")]
    addresses = [button.custom_id or "" for shown in seen for button in shown.buttons]
    addresses += [str((form.modal or {})["custom_id"]) for form in forms]
    addresses += [f"ask:{ask_id(private)}:submit", f"ask:{ask_id(mine)}:reply:2"]
    addresses += [f"ask:{ask_id(private)}:shared:0"]  # nothing of it was; what is shared is for everybody
    addresses += [f"ask:{ask_id(private)}:easier"]  # stands on a review that will not stick
    return card, shared, list(dict.fromkeys(addresses))


async def fills_in(member: Handle, form: Shown, address: str) -> Shown:
    """Submit a form under an address, with everything that any form of ours asks for."""
    fields = [
        {"type": 4, "custom_id": "answer", "value": OTHERS},
        {"type": 3, "custom_id": "points", "values": [QUESTION.points[3].id]},
        {"type": 4, "custom_id": "note", "value": "there"},
    ]
    components = [{"type": 18, "id": number, "component": field} for number, field in enumerate(fields, 1)]
    return await member.submit_raw(form, {"custom_id": address, "components": components}, wait="final")


def tells_nothing(result: Shown, address: str) -> None:
    """What somebody else is shown is an answer, and says nothing of the author's."""
    assert result.text or result.modal is not None, address
    assert not TROUBLE.search(result.text), (address, result.text)
    assert SECRET not in result.text + json.dumps(result.components), address
    assert THEIR_GRADE not in result.text, address


async def presses_all(member: Handle, shown: Shown) -> None:
    """Press every button of a message, and submit every form that comes of it."""
    for button in shown.buttons:
        address = button.custom_id or ""
        result = await member.press_raw(shown, address)
        tells_nothing(result, address)
        if result.modal is not None:
            tells_nothing(await fills_in(member, result, str(result.modal["custom_id"])), address)


async def test_everyone_presses_everything_of_somebody_else(house: House):
    room = Room(house, "ann", "ben", "olga")
    ann, ben, olga = room.members
    card, shared, addresses = await busy(room, ann)
    assert {address.split(":")[2] for address in addresses if address.startswith("ask:")} == {*Verb, *Form}
    buttons = [address for address in addresses if not FORM.search(address) and not PANEL.search(address)]
    before = all_of(house, ann)
    for member in (ben, olga):
        assert [shown.message_id for shown in member.history(room.channel)] == [
            card.message_id,
            shared.message_id,
        ]
    for member in (ben, olga):
        visible = [
            shown
            for shown in member.history(room.channel)
            if shown.message_id in (card.message_id, shared.message_id)
        ]
        for shown in visible:
            await presses_all(member, shown)
        for at in range(0, len(buttons), 25):
            await presses_all(member, forged(room, member, *buttons[at : at + 25]))
        form = await member.press(card_seen_by(member, room), "Answer")
        for address in filter(FORM.search, addresses):
            tells_nothing(await fills_in(member, form, address), address)
    after = all_of(house, ann)
    for table in before:
        assert after[table] == before[table], table
    assert not shared.deleted
    # What was asked in private is nobody else's to answer.
    assert not house.rows(
        "SELECT * FROM ledger JOIN ask ON ask.id = ledger.ask_id"
        " WHERE asked_by = ? AND (private OR dm) AND member_id <> asked_by",
        ann.id,
    )
    assert not house.rows(
        "SELECT * FROM ledger JOIN answer ON answer.id = ledger.answer_id"
        " WHERE answer.member_id = ? AND ledger.member_id <> answer.member_id",
        ann.id,
    )
    for member in (ben, olga):
        texts = house.rows("SELECT text FROM answer WHERE member_id = ?", member.id)
        assert {line for (text,) in texts for line in text.split("\n") if line} == {OTHERS}
        seen = [*member.history(room.channel), *member.history("dm")]
        assert [shown.message_id for shown in seen if SECRET in shown.text] == [shared.message_id]


def card_seen_by(member: Handle, room: Room) -> Shown:
    """The room's first message, as this member sees it."""
    return member.history(room.channel)[0]


async def test_a_moderator_removes_what_was_shared_and_nothing_else(house: House):
    room = Room(house, "ann", "olga")
    ann, olga = room.members
    room.allow(olga, "manage_messages")
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    address = (verdict.button("Share").custom_id or "").replace("share", "withdraw")
    await house.eventually("SELECT 1 FROM answer WHERE member_id = ? AND shown_at IS NOT NULL", ann.id)
    before = all_of(house, ann)
    await olga.press(forged(room, olga, address), "Forged")
    assert all_of(house, ann) == before  # it was never shared


async def test_an_author_and_a_moderator_remove_the_same_post_at_the_same_moment(house: House):
    room = Room(house, "ann", "olga")
    ann, olga = room.members
    room.allow(olga, "manage_messages")
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    shared = await ann.press(verdict, "Share")
    try:
        results = await asyncio.gather(ann.press(shared, "Remove"), olga.press(shared, "Remove"))
        await gone(shared)
        assert {result.text for result in results} <= {"", "It is gone already."}
        assert room.ledger(ann, "shared", "withdrawn") == ["shared", "withdrawn"]
    finally:  # only as long as this is expected to fail: other tests look for incidents, too
        with suppress(WaitedTooLong):
            await house.bot.printed("Traceback", timeout=1)
        for line in [line for line in house.bot.lines if "Traceback" in line]:
            house.bot.lines.remove(line)


@pytest.mark.parametrize("who", [(0, 0), (0, 1)], ids=["one twice", "two"])
async def test_hint_and_hint_at_the_same_moment(house: House, who: tuple[int, int]):
    room = Room(house, "ann", "ben")
    await room.members[0].slash("ask", topic=TOPIC, channel=room.channel)
    members = [room.members[number] for number in who]
    cards = [card_seen_by(member, room) for member in members]
    hints = await asyncio.gather(
        *(member.press(card, "Hint") for member, card in zip(members, cards, strict=True))
    )
    assert ["Hint 1 of" in hint.text for hint in hints] == [True, True]
    for member in {*members}:
        assert room.ledger(member, "hinted") == ["hinted"]


@pytest.mark.parametrize("acknowledged", [False, True])
async def test_answer_and_reveal_at_the_same_moment(house: House, acknowledged: bool):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    form = await ann.press(card, "Answer")
    sent = ann.start_submit(form, {"Your answer": strong()})
    if acknowledged:
        await ann.result(sent, "the form")  # it is being graded now
    assert "Model answer" in (await ann.press(card, "Reveal")).text
    verdict = await ann.result(sent, "the form", wait="final")
    ((revealed,),) = house.rows("SELECT revealed_at FROM sitting WHERE ask_id = ?", ask_id(card))
    ((received,),) = house.rows("SELECT received_at FROM answer WHERE ask_id = ?", ask_id(card))
    # What came first counts: the answer earns its points unless the model answer was shown before it arrived.
    assert earned(verdict) == (10 if received < revealed else 0)
    assert ("you could see this model answer" in verdict.text) == (revealed <= received)


async def test_share_and_share_at_the_same_moment(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    posts = await asyncio.gather(*(ann.press(verdict, "Share") for _ in range(2)))
    assert sorted(post.ephemeral for post in posts) == [False, True]
    assert len([shown for shown in ben.history(room.channel) if "answered, graded" in shown.text]) == 1


async def test_pass_and_next_at_the_same_moment(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic="area:optimization", channel=room.channel)
    reveal = await ann.press(card, "Reveal")
    cards = [card, *await asyncio.gather(ann.press(card, "Pass"), ann.press(reveal, "Next"))]
    assert len({ask_id(shown) for shown in cards}) == 3
    assert len({shown.text for shown in cards}) == 3
    assert sorted(room.ledger(ann)) == ["asked", "asked", "asked", "passed", "revealed"]


async def test_two_equal_submissions_at_the_same_moment(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    first = await answered(ann, card)
    form = await ann.press(first, "Follow-up")
    verdicts = await asyncio.gather(
        *(ann.submit(form, {"Your reply": OTHERS}, wait="final") for _ in range(2))
    )
    assert verdicts[0].text == verdicts[1].text
    assert score(verdicts[0]) > score(first)
    assert room.ledger(ann, "graded") == ["graded"] * 2
    assert house.rows("SELECT tries FROM sitting WHERE ask_id = ?", ask_id(card)) == [(2,)]
    await house.eventually(
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer WHERE ask_id = ? AND token IS NOT NULL)",
        ask_id(card),
    )


async def test_two_members_send_the_same_text_at_the_same_moment(house: House):
    room = Room(house, "ann", "ben")
    await room.members[0].slash("ask", topic=TOPIC, channel=room.channel)
    text = " ".join(strong().split()[:40])
    forms = [await member.press(card_seen_by(member, room), "Answer") for member in room.members]
    verdicts = await asyncio.gather(
        *(
            member.submit(form, {"Your answer": text}, wait="final")
            for member, form in zip(room.members, forms, strict=True)
        )
    )
    told = [verdict for verdict in verdicts if "nearly word for word" in verdict.text]
    assert len(told) == 1
    assert [earned(verdict) > 0 for verdict in verdicts] == [verdict not in told for verdict in verdicts]
    assert score(told[0]) == 0
    for verdict in verdicts:
        assert not re.search("Ann|Ben", verdict.text)
    points = house.rows(
        "SELECT points > 0, score > 0, streak_day FROM ledger WHERE kind = 'graded' AND member_id IN (?, ?)",
        *(member.id for member in room.members),
    )
    assert sorted(points) == [(0, 0, 0), (1, 1, 1)]


async def test_settings_and_settings_at_the_same_moment(house: House):
    room = Room(house, "ann", "ben")
    forms = [
        await member.press(await member.slash("settings", channel=room.channel), "Change")
        for member in room.members
    ]
    zones = ["Europe/Berlin", "Asia/Tokyo"]
    panels = await asyncio.gather(
        *(
            member.submit(form, {"Time zone": zone})
            for member, form, zone in zip(room.members, forms, zones, strict=True)
        )
    )
    assert [zone in panel.text for panel, zone in zip(panels, zones, strict=True)] == [True, True]
    assert [
        house.rows("SELECT next_zone FROM member WHERE id = ?", member.id) for member in room.members
    ] == [[(zone,)] for zone in zones]


async def test_two_people_type_in_their_dms_at_the_same_moment(house: House):
    room = Room(house, "ann", "ben")
    for member in room.members:
        await member.slash("ask", topic=TOPIC, channel="dm")
        member.catch_up("dm")
    await asyncio.gather(*(member.dm(part) for member in room.members for part in (PART, OTHERS)))
    for member in room.members:
        await house.eventually(
            "SELECT 1 FROM typed WHERE member_id = ? GROUP BY member_id HAVING count(*) = 2", member.id
        )
    house.world.clock.advance(9)
    verdicts = await asyncio.gather(
        *(member.next_message(channel="dm", timeout=30) for member in room.members)
    )
    assert len({verdict.text for verdict in verdicts}) == 1
    assert house.rows(
        "SELECT DISTINCT text FROM answer WHERE member_id IN (?, ?)", *(one.id for one in room.members)
    ) == [(f"{PART}\n{OTHERS}",)]
