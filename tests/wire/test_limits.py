"""How fast members may answer: one answer in 5 seconds, 60 in an hour, each member for themselves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Handle, Shown
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House, opened
from tests.wire.panel import opened as started
from tests.wire.room import PART, answered

REST = QUESTION.points[2].covered[0]
TOO_FAST = "I need a moment between two answers"
TOO_MANY = "You sent 60 answers in an hour"


@pytest.fixture(scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[House]:
    """A bot with the limits that it has out of the box."""
    async with opened(tmp_path_factory.mktemp("limits"), recorded, settings={}) as house:
        yield house


async def asked(house: House, name: str) -> tuple[Handle, Shown]:
    """Somebody with a card before them, who has answered nothing for more than an hour."""
    member = house.world.member(name)
    house.world.clock.advance(3700)
    return member, await member.slash("ask", topic=TOPIC, channel="study")


def answers(house: House, member: Handle) -> int:
    """How many answers of the last hour the database has of a member."""
    since = (house.world.clock.time() - 3600) * 1000
    ((count,),) = house.rows(
        "SELECT count(*) FROM answer WHERE member_id = ? AND received_at > ?", member.id, since
    )
    return count


def many_before(house: House, member: Handle, number: int) -> None:
    """The member's only answer stands there `number` more times, a minute before it and further back."""
    house.change(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)"
        " INSERT INTO answer (id, ask_id, member_id, source, text, text_digest, state, channel_id, received_at, zone,"
        " local_date, settled_at, in_place, shown_at, outcome)"
        " SELECT id - n, ask_id, member_id, source, text, text_digest || n, state, channel_id,"
        " received_at - 60000 - n * 1000, zone, local_date, settled_at, 0, shown_at, outcome"
        " FROM n, (SELECT * FROM answer WHERE member_id = ? ORDER BY id DESC LIMIT 1)",
        number,
        member.id,
    )


async def test_an_answer_that_comes_too_fast_is_handed_back_and_taken_later(hasty: House):
    ann, card = await asked(hasty, "ann")
    forms = [await ann.press(card, "Answer") for _ in range(2)]
    first, refused = await asyncio.gather(
        ann.submit(forms[0], {"Your answer": PART}, wait="final"),
        ann.submit(forms[1], {"Your answer": strong()}),
    )
    assert "out of 10" in first.text
    assert refused.ephemeral
    assert TOO_FAST in refused.text
    assert "Please send it again in 5 seconds." in refused.text
    assert strong() in refused.text  # handed back, whole
    assert answers(hasty, ann) == 1
    hasty.world.clock.advance(6)
    assert "10 out of 10" in (await ann.submit(forms[1], {"Your answer": strong()}, wait="final")).text
    assert answers(hasty, ann) == 2


async def test_a_long_answer_that_comes_too_fast_is_handed_back_as_a_file(hasty: House):
    ann, card = await asked(hasty, "ann")
    forms = [await ann.press(card, "Answer") for _ in range(2)]
    text = "dropout masks units " * 200
    _, refused = await asyncio.gather(
        ann.submit(forms[0], {"Your answer": PART}, wait="final"),
        ann.submit(forms[1], {"Your answer": text}),
    )
    assert TOO_FAST in refused.text
    (attached,) = refused.attachments
    assert attached["size"] == len(text)


async def test_the_same_text_at_once_is_the_same_answer(hasty: House):
    ben, card = await asked(hasty, "ben")
    forms = [await ben.press(card, "Answer") for _ in range(2)]
    verdicts = await asyncio.gather(
        *(ben.submit(form, {"Your answer": PART}, wait="final") for form in forms)
    )
    assert "out of 10" in verdicts[0].text
    assert verdicts[0].text == verdicts[1].text
    assert answers(hasty, ben) == 1


async def test_one_member_s_haste_is_nobody_else_s(hasty: House):
    ann, card = await asked(hasty, "ann")
    olga = hasty.world.member("olga")
    forms = [await ann.press(card, "Answer"), await olga.press(olga.history("study")[-1], "Answer")]
    verdicts = await asyncio.gather(
        ann.submit(forms[0], {"Your answer": PART}, wait="final"),
        olga.submit(forms[1], {"Your answer": REST}, wait="final"),
    )
    assert ["out of 10" in verdict.text for verdict in verdicts] == [True, True]


async def test_sixty_answers_in_an_hour_are_enough(hasty: House):
    ann, card = await asked(hasty, "ann")
    await answered(ann, card)
    many_before(hasty, ann, 58)
    hasty.world.clock.advance(6)
    assert "out of 10" in (await answered(ann, card, REST)).text  # the 60th
    hasty.world.clock.advance(6)
    refused = await ann.submit(await ann.press(card, "Answer"), {"Your answer": strong()})
    assert refused.ephemeral
    assert TOO_MANY in refused.text
    assert strong() in refused.text
    assert answers(hasty, ann) == 60
    # The same text as before is no further answer, and others have an hour of their own.
    assert "out of 10" in (await answered(ann, card, REST)).text
    nova = hasty.world.member("nova")
    assert "out of 10" in (await answered(nova, nova.history("study")[-1])).text
    # It says when the first of the sixty is an hour old: 58 seconds and a minute before the 59th.
    assert "Send this one again in 58 min." in refused.text
    hasty.world.clock.advance(58 * 60)
    assert "10 out of 10" in (await answered(ann, card, strong())).text


async def test_typing_in_a_dm_is_never_too_fast_but_may_be_too_much(hasty: House):
    ben, _ = await asked(hasty, "ben")
    card = await ben.slash("ask", topic=TOPIC, channel="dm")
    ben.catch_up("dm")
    await ben.dm(PART)
    await ben.dm(REST)  # at once: the same answer goes on
    await hasty.eventually("SELECT 1 FROM typed GROUP BY member_id HAVING count(*) = 2")
    hasty.world.clock.advance(9)
    verdict = await ben.next_message(channel="dm", timeout=30)
    assert "out of 10" in verdict.text
    assert hasty.rows("SELECT text FROM answer WHERE member_id = ? ORDER BY id DESC LIMIT 1", ben.id) == [
        (f"{PART}\n{REST}",)
    ]
    await ben.dm("The scale is kept by dividing the rest by 1 - p.", reply_to=card)
    await hasty.typed(ben)
    assert "out of 10" in (await ben.next_message(channel="dm", timeout=30)).text
    many_before(hasty, ben, 58)
    await ben.dm(strong(), reply_to=card)
    await hasty.typed(ben)
    refused = await ben.next_message(channel="dm", timeout=30)
    assert TOO_MANY in refused.text
    assert hasty.rows("SELECT count(*) FROM typed") == [(0,)]
    assert answers(hasty, ben) == 60


async def test_an_answer_in_an_interview_may_be_changed_at_once(hasty: House):
    panel = await started(hasty, "olga", "ann", questions=1)
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    ann = panel.others[0]
    card = await panel.card(1, ann)
    forms = [await ann.press(card, "Answer") for _ in range(2)]
    texts = "I have only a rough idea of this one.", "Now I know it: this is what I mean by it."
    kept = await asyncio.gather(
        *(
            ann.submit(form, {"Your answer": text}, wait="final")
            for form, text in zip(forms, texts, strict=True)
        )
    )
    assert all("Your answer is in" in shown.text for shown in kept)
    await panel.end()
