"""Answers to the daily question that members share: kept back until it closes, read and taken back afterwards."""

from collections.abc import Iterator

import pytest

from tests.wire.answers import QUESTION
from tests.wire.conftest import House, ask_id
from tests.wire.room import PART, Room, answered, forged
from tests.wire.study import Study, end_all

SECOND, THIRD, FOURTH = (QUESTION.points[place].covered[9] for place in (1, 2, 3))
ONLY_AUTHOR = "Only the author or a moderator can remove this"


@pytest.fixture(autouse=True)
def _no_schedules_left(house: House) -> Iterator[None]:
    yield
    end_all(house)


async def test_shared_answers_are_shown_after_the_close_and_not_before(house: House):
    room, elsewhere = Study(house, "ann", "ben", "cem"), Room(house, "olga")
    ann, ben, cem = room.members
    (stranger,) = elsewhere.members
    post = await room.post()
    answer = f"ask:{ask_id(post)}:shared"
    for member, text in ((ann, PART), (ben, f"{PART} {THIRD}")):
        verdict = await answered(member, post, text)
        for _ in range(2):  # the second time it is shown again, that is all
            kept = await member.press(verdict, "Share")
            assert kept.ephemeral
            assert "I keep your answer until this question closes" in kept.text
        assert room.ledger(member, "shared") == ["shared"]
    assert len(room.seen()) == 1
    early = forged(room, cem, f"{answer}:0", f"{answer}:1")
    for button in early.buttons:
        refused = await cem.press_raw(early, button.custom_id or "")
        assert "shown when this question closes" in refused.text
    await room.closed(post)
    assert "Shared answers (2)" in [one.label for one in post.buttons]
    first = await cem.press(post, "Shared answers (2)")
    assert first.ephemeral
    assert "### Shared answer 1 of 2\n`Ann`: 2.5 out of 10" in first.text
    assert f"```\n{PART}\n```" in first.text
    second = await cem.press(first, "Next answer")
    assert "### Shared answer 2 of 2\n`Ben`: " in second.text
    assert THIRD in second.text
    assert "Shared answer 1 of 2" in (await cem.press(second, "Next answer")).text
    for place, member in ((elsewhere.channel, stranger), ("dm", cem)):
        await member.slash("streak", channel=place)  # so that there is a message to press on
        world = house.world
        row = {
            "type": 1,
            "components": [{"type": 2, "style": 2, "label": "Forged", "custom_id": f"{answer}:0"}],
        }
        where = world.channel(place, member.id)
        world.messages.create(where, world.state.bot_id, {"content": "Forged", "components": [row]}, {})
        assert (
            "in the server where they were shared"
            in (await member.press(member.history(place)[-1], "Forged")).text
        )


async def test_a_shared_answer_is_taken_back_before_and_after_the_close(house: House):
    room = Study(house, "ann", "ben", "cem", "dora", "olga")
    ann, ben, cem, dora, olga = room.members
    room.allow(olga, "manage_messages")
    post = await room.post()
    texts = {ann: PART, ben: THIRD, cem: SECOND, dora: FOURTH}
    kept = {}
    for member, text in texts.items():
        kept[member] = await member.press(await answered(member, post, f"{text} And {member.name}."), "Share")
    remove = {member: shown.buttons[0].custom_id or "" for member, shown in kept.items()}
    refused = await ben.press_raw(forged(room, ben, remove[ann]), remove[ann])
    assert ONLY_AUTHOR in refused.text
    await ann.press(kept[ann], "Remove")
    assert room.ledger(ann, "shared", "withdrawn") == ["shared", "withdrawn"]
    await room.closed(post)
    shown = await dora.press(post, "Shared answers (3)")
    assert "Shared answer 1 of 3\n`Ben`" in shown.text
    assert [one.label for one in shown.buttons] == ["Next answer"]
    refused = await dora.press_raw(forged(room, dora, remove[ben]), remove[ben])
    assert ONLY_AUTHOR in refused.text
    await olga.press(await olga.press(post, "Shared answers (3)"), "Remove")
    assert room.ledger(ben, "shared", "withdrawn") == ["shared", "withdrawn"]
    own = await cem.press(post, "Shared answers (3)")
    assert "Shared answer 1 of 2\n`Cem`" in own.text
    await cem.press(own, "Remove")
    last = await ann.press(post, "Shared answers (3)")
    assert "Shared answer 1 of 1\n`Dora`" in last.text
    assert last.buttons == []
    await dora.press(await dora.press(post, "Shared answers (3)"), "Remove")
    assert (
        "Nobody shares an answer to this question any more"
        in (await ann.press(post, "Shared answers (3)")).text
    )


async def test_what_was_shared_stays_hidden_where_sharing_was_switched_off_meanwhile(house: House):
    room = Study(house, "ann", "ben")
    ann, ben = room.members
    post = await room.post()
    await ann.press(await answered(ann, post), "Share")
    await room.owner.slash("setup", sharing=False, channel=room.channel)
    await room.closed(post)
    refused = await ben.press(forged(room, ben, f"ask:{ask_id(post)}:shared:0"), "Forged")
    assert PART not in refused.text
    assert "switched off in this server" in refused.text


async def test_a_moderator_of_another_server_removes_nothing_here(house: House):
    room, elsewhere = Study(house, "ann"), Room(house, "olga")
    (ann,), (olga,) = room.members, elsewhere.members
    elsewhere.allow(olga, "manage_messages")
    post = await room.post()
    kept = await ann.press(await answered(ann, post), "Share")
    address = kept.buttons[0].custom_id or ""
    refused = await olga.press(forged(elsewhere, olga, address), "Forged")
    assert room.ledger(ann, "shared", "withdrawn") == ["shared"]
    assert ONLY_AUTHOR in refused.text
