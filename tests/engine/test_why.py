"""What is behind a grade, told to its member: the arithmetic is that of the booking, in any life."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.engine.why import LAST
from bot.errors import UserError
from bot.ui.why import CHOICE_LIMIT, choice_name, why_card
from tests.engine.conftest import ANN, BEN, House
from tests.engine.test_rebuild import PEOPLE, Life
from tests.engine.test_regrading import changed, run

MINUTE = timedelta(minutes=1)


async def told(house: House, chosen: str | None = None) -> str:
    """The text of the card."""
    card = why_card(await house.interviewer.why.explained(ANN, chosen))
    found = re.findall(
        r"'content': (?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")", str(card.to_components())
    )
    return "\n".join(one or other for one, other in found).replace("\\n", "\n").replace("\\'", "'")


async def test_the_first_try(core: House):
    await core.answer(await core.ask("intermediate"), "score 5")
    text = await told(core)
    assert "Why 5 out of 10?" in text
    assert "Intermediate, asked by `/ask`" in text
    assert "(weight 1 of 4)" in text
    assert "15 (intermediate) × 5 / 10 = 7.5" in text
    assert "Booked: **8 points**" in text
    assert "It made 2026-03-02 (in UTC) count" in text
    assert text.count("It is the same today.") == 2


async def test_hints_another_try_and_what_was_booked(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4")
    core.clock.time += MINUTE
    await core.practice.hint(ask_id, ANN, 1)
    core.clock.time += MINUTE
    await core.answer(ask_id, "score 10")
    text = await told(core)
    assert "10 (basic) × 0.8 (1 hint) × 10 / 10 = 8.0" in text
    assert "the tries before it were worth 4.0; 60 % of what this try reached beyond that: 6.4." in text
    assert "90 days before it: 4 points" in text
    assert "Booked: **2 points**" in text
    assert [word in text for word in ("it was asked", "a try: +4 points", "hint 1")] == [True] * 3
    core.clock.time += MINUTE
    await core.answer(ask_id, "score 1")
    text = await told(core)
    assert "this try did not reach beyond that" in text
    assert "It did not make 2026-03-02 (in UTC) count for your streak; that takes 2 out of 10." in text


async def test_a_lock(core: House):
    ask_id = await core.ask()
    await core.practice.reveal(ask_id, ANN)
    seen_at = int(core.clock.now().timestamp())
    core.clock.time += MINUTE
    await core.answer(ask_id, "score 10")
    text = await told(core)
    assert f"None: you could see the model answer before, on <t:{seen_at}:f>." in text
    assert "you looked at the model answer" in text


async def test_no_number_and_no_try(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "withheld")
    assert "Why no number?" in await told(core)
    assert "there was no number to reckon with" in await told(core)
    core.clock.time += MINUTE
    await core.answer(ask_id, "foreign")
    assert "I can only grade answers in English" in await told(core)


async def test_before_the_reveal_no_point_is_told(core: House):
    await core.answer(await core.ask(), "score 5")
    text = await told(core)
    assert "The first point." in text
    assert "The second point." not in text


async def test_a_regrade(core: House):
    await core.answer(await core.ask(), "score 4, later 8")
    assert "same today" in await told(core)
    bank = changed("basic")
    await run(core, bank)
    text = await told(core)
    assert "Why 8 out of 10?" in text
    assert "First graded 4 out of 10:" in text
    assert "10 (basic) × 4 / 10 = 4.0" in text
    assert "Graded again later 8 out of 10" in text
    assert "10 (basic) × 8 / 10 = 8.0" in text
    assert text.count("Booked: **4 points**") == 2
    on = int(core.clock.now().timestamp())
    assert f"improved since, so I graded you again on <t:{on}:f>: 4 out of 10 became 8 out of 10." in text
    assert "It has changed since; answers are graded again" in text  # this bot's bank is the older one


async def test_one_s_own_answers_only(core: House):
    with pytest.raises(UserError, match="no graded answer yet"):
        await core.interviewer.why.explained(ANN, None)
    theirs = (await core.answer(await core.ask(), "score 9", BEN)).answer.id
    mine = (await core.answer(await core.ask("advanced"), "score 5")).answer.id
    waiting = await core.receive(await core.ask("filler"), "score 7")
    why = core.interviewer.why
    assert (await why.explained(ANN, str(mine))).outcome.answer.id == mine
    assert (await why.explained(ANN, "advan")).outcome.answer.id == mine
    for foreign in (str(theirs), "99999999999999999999999", "-1", "basic"):
        with pytest.raises(UserError, match="None of your last 25 answers"):
            await why.explained(ANN, foreign)
    with pytest.raises(UserError, match="no grade yet"):
        await why.explained(ANN, str(waiting.id))
    assert [one.id for one in await why.choices(ANN, "")] == [mine]


async def test_the_last_ones_are_offered(core: House):
    for number in range(LAST + 5):
        await core.answer(await core.ask(("basic", "filler")[number % 2]), f"score {number % 10}")
        core.clock.time += MINUTE
    why = core.interviewer.why
    offered = await why.choices(ANN, "")
    assert len(offered) == LAST
    assert choice_name(offered[0]) == "Filler · 9 out of 10 · 2026-03-02"
    assert {one.title for one in await why.choices(ANN, "BAS 03-02")} == {"Basic"}
    assert await why.choices(ANN, "nothing like it") == []
    assert len(choice_name(replace(offered[0], title="long " * 50))) <= CHOICE_LIMIT


async def test_what_is_told_is_what_was_booked(core: House):
    life = Life(core, Random(5))
    for _ in range(700):
        await life.step()
    await run(core)
    for _ in range(200):
        await life.step()
    looked_at, reckoned = 0, Counter[str]()
    rows = await core.rows("SELECT id, member_id FROM answer WHERE state = 'settled'")
    for answer_id, member_id in rows:
        found = await core.interviewer.why.explained(PEOPLE[member_id - 1], str(answer_id))
        looked_at += 1
        why_card(found)
        for one in (found.first, *found.regrades):
            if one.event.value is None:
                assert one.event.points == 0
                continue
            assert one.reckoning is not None
            assert one.reckoning.points == one.event.points
            assert one.reckoning.value == pytest.approx(one.event.value)
            reckoned[one.event.kind] += 1
    assert looked_at > 100
    assert min(reckoned["graded"], reckoned["regraded"]) > 20
