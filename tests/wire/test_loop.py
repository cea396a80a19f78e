"""The loop over the wire: a slash command, a form, a verdict, a reveal, and the rows they leave."""

import asyncio
import json

import pytest

from bot.sandbox import NotPossible
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id


async def test_ask_answer_verdict_reveal_in_a_channel(house: House):
    ann = house.world.member("ann")
    card = await ann.slash("ask", topic=TOPIC, channel="study")
    assert not card.ephemeral
    assert QUESTION.prompt in card.text
    assert [button.label for button in card.buttons] == ["Answer", "Hint", "Reveal", "Pass"]
    form = await ann.press(card, "Answer")
    assert QUESTION.prompt in form.text
    verdict = await ann.submit(
        form, {"Your answer": strong(variant=1), "How sure are you?": "Certain"}, wait="final"
    )
    assert verdict.ephemeral
    assert "out of 10" in verdict.text
    assert "**covered**" in verdict.text
    assert "You wrote:" in verdict.text
    sure, outcome = await house.eventually(
        "SELECT sure, outcome FROM answer WHERE ask_id = ? AND state = 'settled'"
        " AND token IS NULL AND shown_at IS NOT NULL",
        ask_id(card),
    )
    assert sure == "certain"
    assert json.loads(outcome)["grade"]["score"] >= 8
    reveal = await ann.press(verdict, "Model answer")
    assert reveal.ephemeral
    assert QUESTION.answer.splitlines()[0] in reveal.text
    if QUESTION.formula:
        (picture,) = reveal.attachments
        assert picture["description"].startswith("Formula in LaTeX")
    kinds = [row[0] for row in house.rows("SELECT kind FROM ledger WHERE member_id = ? ORDER BY seq", ann.id)]
    assert kinds[-3:] == ["asked", "graded", "revealed"]


async def test_two_members_answer_one_card_each_in_private(house: House):
    ann, ben = house.world.member("ann"), house.world.member("ben")
    card = await ann.slash("ask", topic="area:vision", channel="study")
    theirs = ben.history("study")[-1]
    forms = await asyncio.gather(ann.press(card, "Answer"), ben.press(theirs, "Answer"))
    verdicts = await asyncio.gather(
        ann.submit(forms[0], {"Your answer": "Padding adds zeros around the border."}, wait="final"),
        ben.submit(forms[1], {"Your answer": "Stride is the step of the kernel."}, wait="final"),
    )
    assert all(verdict.ephemeral for verdict in verdicts)
    assert verdicts[0].message_id not in [shown.message_id for shown in ben.history("study")]
    assert len(house.rows("SELECT 1 FROM ledger WHERE ask_id = ? AND kind = 'graded'", ask_id(card))) == 2


async def test_in_a_dm_by_button(house: House):
    nova = house.world.member("nova")
    card = await nova.slash("ask", topic=TOPIC, channel="dm")
    assert "Type your answer here" in card.text
    verdict = await nova.submit(await nova.press(card, "Answer"), {"Your answer": strong()}, wait="final")
    assert "out of 10" in verdict.text
    ((guild,),) = house.rows(
        "SELECT DISTINCT guild_id FROM ledger WHERE member_id = ? AND kind = 'graded'", nova.id
    )
    assert guild is None


async def test_in_a_dm_by_plain_text(house: House):
    ben = house.world.member("ben")
    card = await ben.slash("ask", topic=TOPIC, channel="dm")
    ben.catch_up("dm")
    said = await ben.dm(strong(variant=2))
    await house.typed(ben)
    verdict = await ben.next_message(channel="dm")
    assert "out of 10" in verdict.text
    assert int(verdict.message["message_reference"]["message_id"]) == said.message_id
    # The ask closed with its verdict: what comes now is no answer, unless it replies to the card.
    await ben.dm("thanks a lot, bot!")
    assert "no open question" in (await ben.next_message(channel="dm")).text
    await ben.dm("and thanks again for that!")
    await ben.dm("A second thought: dropout is switched off when the model is used.", reply_to=card)
    await house.typed(ben)
    again = await ben.next_message(channel="dm")
    assert "out of 10" in again.text  # and no second hint in between
    # A reply to the verdict counts as well, also with the same words.
    for _ in range(2):
        await ben.dm("Each unit is dropped at random in training.", reply_to=verdict)
        await house.typed(ben)
        assert "out of 10" in (await ben.next_message(channel="dm")).text
    await ben.dm("ok then", reply_to=card)
    await house.typed(ben)
    assert "very short" in (await ben.next_message(channel="dm")).text


async def test_a_private_card_is_seen_by_one(house: House):
    ann, ben = house.world.member("ann"), house.world.member("ben")
    card = await ann.slash("ask", topic=TOPIC, private=True, channel="study")
    assert card.ephemeral
    with pytest.raises(NotPossible):
        await ben.press(card, "Answer")


async def test_as_a_user_install_in_a_server_without_the_bot(house: House):
    ann = house.world.member("ann")
    ann.install_app()
    card = await ann.slash("ask", topic=TOPIC, channel="Elsewhere/general")
    verdict = await ann.submit(
        await ann.press(card, "Answer"), {"Your answer": strong(variant=3)}, wait="final"
    )
    assert "out of 10" in verdict.text
    refused = await ann.slash("leaderboard", board="server", channel="Elsewhere/general")
    assert "not one" in refused.text
    assert refused.ephemeral
    ann.install_app(installed=False)


async def test_the_form_starts_with_the_last_try_and_the_same_text_counts_once(house: House):
    olga = house.world.member("olga")
    card = await olga.slash("ask", topic="area:generative", channel="daily")
    text = "Two networks play a minimax game."
    first = await olga.submit(await olga.press(card, "Answer"), {"Your answer": text}, wait="final")
    form = await olga.press(first, "Try again")
    assert form.fields["Your answer"].value == text
    again = await olga.submit(form, wait="final")
    assert again.text == first.text
    assert len(house.rows("SELECT 1 FROM answer WHERE ask_id = ?", ask_id(card))) == 1


async def test_two_presses_in_the_same_moment_book_once(house: House):
    olga = house.world.member("olga")
    card = await olga.slash("ask", topic=TOPIC, channel="daily")
    forms = await asyncio.gather(*(olga.press(card, "Answer") for _ in range(2)))
    verdicts = await asyncio.gather(
        *(olga.submit(form, {"Your answer": strong(variant=4)}, wait="final") for form in forms)
    )
    assert "out of 10" in verdicts[0].text
    assert len(house.rows("SELECT 1 FROM ledger WHERE ask_id = ? AND kind = 'graded'", ask_id(card))) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "area:vision"),
        ("drop", "tag:dropout"),
        ("vison", "area:vision"),
        ("bagging vs", "question:bagging-vs-boosting"),
    ],
)
async def test_topics_are_found_while_typing(house: House, typed: str, expected: str):
    choices = await house.world.member("ann").autocomplete("ask", "topic", typed)
    assert 1 <= len(choices) <= 25
    assert expected in [choice["value"] for choice in choices]


async def test_topics_and_levels_are_kept_and_misses_explained(house: House):
    ann = house.world.member("ann")
    card = await ann.slash("ask", topic="reinforse", level="advanced", private=True, channel="study")
    assert "Probability and statistics · advanced" in card.text
    nothing = await ann.slash("ask", topic="area:linear-algebra", level="advanced", channel="study")
    assert nothing.ephemeral
    assert "Pick another level" in nothing.text
    unknown = await ann.slash("ask", topic="zzzzqqqq", channel="study")
    assert "no topic like" in unknown.text


async def test_board_streak_and_help(house: House):
    ann = house.world.member("ann")
    board = await ann.slash("leaderboard", channel="study")
    assert board.ephemeral
    assert "Ann" in board.text
    assert "You are number" in board.text
    streak = await ann.slash("streak", channel="dm")
    assert "Streak: 1 day" in streak.text
    assert "reveal" in (await ann.slash("help", channel="study")).text.lower()
    assert "Points everywhere" in (await ann.slash("leaderboard", channel="dm")).text


async def test_a_question_does_not_come_twice_while_others_are_left(house: House):
    ann = house.world.member("ann")
    cards = [await ann.slash("ask", private=True, channel="mock-interviews") for _ in range(8)]
    titles = [card.text.split("### ")[1].splitlines()[0] for card in cards]
    assert len(set(titles)) == len(titles)
