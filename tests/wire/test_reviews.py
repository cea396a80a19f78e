"""/review over the wire: what is due comes again, one question at a time, privately in a server and plainly in the DM."""

import re

import pytest

from bot.sandbox import Shown
from tests.wire.answers import BANK, QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.room import PART, Room, answered, forged, score

DAY_S = 86400
OTHER = next(one for one in BANK.questions.values() if one.area != QUESTION.area)
NOTHING = "### Nothing due"


def days(house: House, number: int) -> None:
    """Let days go by."""
    house.world.clock.advance(number * DAY_S)


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_due_questions_come_one_after_the_other(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    place = room.place(where)
    first = await ann.slash("review", channel=place)
    assert "### Nothing to review yet" in first.text
    assert first.ephemeral == (where == "channel")
    for topic in (TOPIC, f"question:{OTHER.id}"):
        await answered(ann, await ann.slash("ask", topic=topic, private=True, channel=place), PART)
    rest = await ann.slash("review", channel=place)
    assert re.search(rf"{NOTHING}\nNothing is due until <t:\d+:D> \(<t:\d+:R>\)", rest.text)

    days(house, 1)
    card = await ann.slash("review", channel=place)
    assert f"Review · 2 due, about {QUESTION.minutes + OTHER.minutes} minutes" in card.text
    assert card.ephemeral == (where == "channel")
    assert [button.label for button in card.buttons] == ["Answer", "Hint", "Reveal", "Pass"]
    verdict = await answered(ann, card, PART)
    again = re.search(r"You will be asked this again (tomorrow|in \d+ days)\.", verdict.text)
    assert again, verdict.text
    second = await ann.press(verdict, "Next")
    assert "Review · 1 due, about" in second.text
    assert ask_id(second) != ask_id(card)
    end = await ann.press(second, "Pass")
    assert "You reviewed 1 question today." in end.text
    assert "Nothing is due until" in end.text
    fresh = await ann.press(end, "Ask me something new")
    assert "Review ·" not in fresh.text
    assert fresh.ephemeral == (where == "channel")
    doors = house.rows("SELECT door FROM ask WHERE asked_by = ? ORDER BY id", ann.id)
    assert doors == [("practice",)] * 2 + [("review",)] * 2 + [("practice",)]


async def test_a_due_question_can_be_typed_in_the_dm(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    await answered(ann, await ann.slash("ask", topic=TOPIC, channel="dm"), PART)
    days(house, 1)
    await ann.slash("review", channel="dm")
    await ann.dm(strong())
    await house.typed(ann)
    await house.eventually(
        "SELECT 1 FROM ledger JOIN ask ON ask.id = ask_id WHERE kind = 'graded' AND door = 'review'"
        " AND member_id = ?",
        ann.id,
    )
    ((due,),) = house.rows(
        "SELECT julianday(due) - julianday(reviewed_on) FROM review WHERE member_id = ?", ann.id
    )
    assert due > 1


async def test_what_will_not_stick_is_pointed_out_and_rating_oneself_counts(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    hard = next(
        one
        for one in BANK.questions.values()
        if one.level == "advanced"
        and any(q.area == one.area and q.level != "advanced" for q in BANK.questions.values())
    )
    card = await ann.slash("ask", topic=f"question:{hard.id}", private=True, channel=room.channel)
    for _ in range(5):
        model = await ann.press(card, "Reveal")
        await ann.press(model, "Missed it")
        days(house, 10)
        card = await ann.slash("review", channel=room.channel)
    assert "This one did not stick: 4 times by now" in card.text
    assert [button.label for button in card.buttons][-1] == "Easier one"
    easier = await ann.press(card, "Easier one")
    assert easier.ephemeral
    ((area, level),) = [
        (BANK.questions[question].area, BANK.questions[question].level)
        for (question,) in house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(easier))
    ]
    assert (area, level != "advanced") == (hard.area, True)
    back = await ann.press(await answered(ann, easier, "I do not know."), "Next")
    assert hard.title in back.text


async def test_one_member_s_review_is_nobody_else_s(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    await answered(ann, await ann.slash("ask", topic=TOPIC, private=True, channel=room.channel), PART)
    days(house, 1)
    card = await ann.slash("review", channel=room.channel)
    address = f"ask:{ask_id(card)}"
    shown = forged(room, ben, f"{address}:answer", f"{address}:easier", "review:due")
    for button in shown.buttons[:2]:
        refused = await ben.press(shown, button.custom_id or "")
        assert "This question was asked privately" in refused.text
    assert "Nothing to review yet" in (await ben.press(shown, "review:due")).text
    # Nor does it keep the question from others.
    assert QUESTION.title in (await ben.slash("ask", topic=TOPIC, channel=room.channel)).text


@pytest.mark.restart
async def test_a_review_goes_on_after_a_restart(fresh: House):
    room = Room(fresh, "ann")
    (ann,) = room.members
    for topic in (TOPIC, f"question:{OTHER.id}"):
        await answered(ann, await ann.slash("ask", topic=topic, private=True, channel=room.channel), PART)
    days(fresh, 1)
    card = await ann.slash("review", channel=room.channel)
    await fresh.restart()
    verdict: Shown = await answered(ann, card, strong())
    assert score(verdict) >= 0
    await fresh.restart()
    following = await ann.press(verdict, "Next")
    assert "Review · 1 due" in following.text
