"""Every button of a sitting over the wire: hints, pass, next, tries, follow-ups, "I covered this", rating."""

import json
import re

import pytest

from bot.sandbox import Shown
from tests.wire.answers import BANK, QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.room import OVERLOOKED, PART, Room, answered, earned, forged, gone, score

STAGES = QUESTION.hint_stages
WORTH = 10  # of a basic question


def whole(points: float) -> int:
    """Rounded half up."""
    return int(points + 0.5)


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_hints_come_in_stages_and_cost_a_fifth_each(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.place(where))
    hint = await ann.press(card, "Hint")
    for stage, text in enumerate(STAGES, start=1):
        assert hint.ephemeral
        assert f"Hint {stage} of {len(STAGES)}" in hint.text
        assert f"**{stage}.** {text}" in hint.text
        assert all(later not in hint.text for later in STAGES[stage:])
        assert f"would now earn you {round(WORTH * 0.8**stage)} points" in hint.text
        assert (await ann.press(card, "Hint")).text == hint.text  # a second press costs nothing, shows all
        if stage < len(STAGES):
            once = await ann.press(hint, "Next hint")
            hint = await ann.press(hint, "Next hint")
            assert hint.text == once.text
    assert [button.label for button in hint.buttons] == ["Answer"]
    assert room.house.rows(
        "SELECT hints FROM ledger WHERE member_id = ? AND kind = 'hinted' ORDER BY seq", ann.id
    ) == [(stage,) for stage in range(1, len(STAGES) + 1)]
    verdict = await answered(ann, hint, strong())
    assert f"after {len(STAGES)} hints" in verdict.text
    assert earned(verdict) == whole(WORTH * 0.8 ** len(STAGES) * score(verdict) / 10)
    assert house.rows("SELECT hints, tries FROM sitting WHERE ask_id = ?", ask_id(card)) == [(len(STAGES), 1)]


async def test_hints_are_one_member_s_own(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    await ann.press(await ann.press(card, "Hint"), "Next hint")
    theirs = ben.history(room.channel)
    assert [shown.text for shown in theirs] == [card.text]
    assert "Hint 1 of" in (await ben.press(theirs[0], "Hint")).text
    assert earned(await answered(ann, card, strong())) == whole(WORTH * 0.64)
    assert earned(await answered(ben, card, strong(variant=1))) == whole(WORTH * 0.8)


async def test_after_the_model_answer_hints_cost_nothing(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    await ann.press(card, "Reveal")
    assert "hints cost nothing" in (await ann.press(card, "Hint")).text
    verdict = await answered(ann, card, strong())
    assert "No points: you could see this model answer" in verdict.text
    assert room.house.rows("SELECT sum(points) FROM ledger WHERE member_id = ?", ann.id) == [(0,)]


async def test_the_model_answer_closes_a_dm_for_plain_text(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel="dm")
    await ann.press(card, "Reveal")
    ann.catch_up("dm")
    await ann.dm("Oh, so that is what it does!")
    assert "no open question" in (await ann.next_message(channel="dm", timeout=30)).text
    assert "No points" in (await answered(ann, card, strong())).text  # by its button it still is answered


async def test_pass_in_a_channel_moves_on_for_one(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    following = await ben.press(card, "Pass")
    assert following.ephemeral
    assert QUESTION.area_title in following.text  # after one single question: its area
    assert QUESTION.prompt not in following.text
    assert len(ann.history(room.channel)) == 1
    assert house.rows("SELECT asked_by, private, guild_id, dm FROM ask WHERE id = ?", ask_id(following)) == [
        (ben.id, 1, room.guild_id, 0)
    ]
    assert house.rows(
        "SELECT member_id, passed_at IS NOT NULL FROM sitting WHERE ask_id = ?", ask_id(card)
    ) == [(ben.id, 1)]
    assert room.ledger(ben) == ["passed", "asked"]
    # The card stays open for everybody, also for who passed.
    assert score(await answered(ann, card, strong())) == 10
    assert score(await answered(ben, card, PART)) == 2.5


async def test_pass_in_a_dm_closes_the_question_and_puts_the_next(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel="dm")
    following = await ann.press(card, "Pass")
    assert not following.ephemeral
    assert "Type your answer here" in following.text
    assert dict(house.rows("SELECT id, closed_at IS NOT NULL FROM ask WHERE asked_by = ?", ann.id)) == {
        ask_id(card): 1,
        ask_id(following): 0,
    }
    ann.catch_up("dm")
    await ann.dm("Whatever it is, this is what I answer to the question that followed.")
    await house.typed(ann)
    verdict = await ann.next_message(channel="dm", timeout=30)
    (put,) = house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(following))
    assert BANK.questions[put[0]].title in verdict.text
    assert house.rows("SELECT ask_id FROM answer WHERE member_id = ?", ann.id) == [(ask_id(following),)]


@pytest.mark.parametrize(
    ("where", "topic", "level"), [("channel", "area:optimization", None), ("dm", None, "advanced")]
)
async def test_next_stays_with_topic_and_level(
    house: House, where: str, topic: str | None, level: str | None
):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=topic, level=level, channel=room.place(where))
    cards = [card, await ann.press(card, "Pass")]
    cards.append(await ann.press(await ann.press(cards[1], "Reveal"), "Next"))
    asked = [BANK.questions[_question(house, shown)] for shown in cards]
    assert len({question.id for question in asked}) == 3
    assert len({question.area if topic else question.level for question in asked}) == 1
    assert [shown.ephemeral for shown in cards[1:]] == [where == "channel"] * 2
    stored = house.rows("SELECT topic, level FROM ask WHERE asked_by = ?", ann.id)
    assert stored == [(topic, level)] * 3


async def test_next_after_one_single_question_stays_in_its_area(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.channel)
    following = await ann.press(await ann.press(card, "Reveal"), "Next")
    assert following.text.startswith(f"-# {QUESTION.area_title} · ")
    assert _question(house, following) != QUESTION.id
    assert house.rows("SELECT topic FROM ask WHERE id = ?", ask_id(following)) == [(f"area:{QUESTION.area}",)]


def _question(house: House, card: Shown) -> str:
    ((found,),) = house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
    return found


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_another_try_closes_part_of_the_gap_and_never_costs(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.place(where))
    first = await answered(ann, card)
    assert earned(first) == whole(WORTH * score(first) / 10) > 0
    form = await ann.press(first, "Try again")
    assert form.fields["Your answer"].value == PART
    worse = await ann.submit(form, {"Your answer": "It makes the network better."}, wait="final")
    assert score(worse) < score(first)
    assert "No new points" in worse.text
    best = await answered(ann, worse, strong(), button="Try again")
    value = WORTH * score(first) / 10
    assert earned(best) == whole(value + 0.6 * (WORTH - value)) - earned(first)
    # A perfect answer needs no further one, and shows no point that is open.
    assert [button.label for button in best.buttons if button.label != "Share"] == ["Model answer", "Next"]
    assert house.rows("SELECT tries FROM sitting WHERE ask_id = ?", ask_id(card)) == [(3,)]
    assert f"{earned(first) + earned(best)} points in all" in best.text


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_a_follow_up_asks_for_the_heaviest_open_point(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.place(where))
    first = await answered(ann, card)
    form = await ann.press(first, "Follow-up")
    heaviest = max(QUESTION.points[1:], key=lambda point: point.weight)
    assert form.title == QUESTION.title
    assert heaviest.probe in form.text
    assert list(form.fields) == ["Your reply"]
    assert form.fields["Your reply"].value == ""
    second = await ann.submit(form, {"Your reply": heaviest.covered[0]}, wait="final")
    assert f"✅ **covered** · {heaviest.says}" in second.text
    assert f"✅ **covered** · {QUESTION.points[0].says}" in second.text
    assert score(second) > score(first)
    value = WORTH * score(first) / 10
    value += 0.6 * (WORTH * score(second) / 10 - value)
    assert earned(second) == whole(value) - earned(first)
    assert house.rows(
        "SELECT text, probe FROM answer WHERE ask_id = ? ORDER BY id DESC LIMIT 1", ask_id(card)
    ) == [(f"{PART}\n\n{heaviest.covered[0]}", QUESTION.points.index(heaviest))]
    # The same reply again is the same answer again.
    again = await ann.submit(form, {"Your reply": heaviest.covered[0]}, wait="final")
    assert again.text == second.text
    assert len(house.rows("SELECT 1 FROM answer WHERE ask_id = ?", ask_id(card))) == 2
    # Now another point is the heaviest open one; in the end there is none.
    assert heaviest.probe not in (await ann.press(second, "Follow-up")).text
    await answered(ann, second, strong(), button="Try again")
    nothing = await ann.press(second, "Follow-up")
    assert nothing.ephemeral
    assert "covers every point" in nothing.text


async def test_a_follow_up_without_an_answer_gets_a_sentence(house: House):
    room = Room(house, "ann", "ben")
    ann, ben = room.members
    first = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    address = first.button("Follow-up").custom_id or ""
    refused = await ben.press(forged(room, ben, address), "Forged")
    assert refused.ephemeral
    assert "no graded answer here yet" in refused.text


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_i_covered_this_is_kept_with_the_answer(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.place(where))
    verdict = await answered(ann, card)
    form = await ann.press(verdict, "I covered this")
    options = form.fields[OVERLOOKED].component["options"]
    assert sorted(option["value"] for option in options) == sorted(one.id for one in QUESTION.points[1:])
    assert all(point.says not in json.dumps(options) for point in QUESTION.points)  # nothing is given away
    chosen = [QUESTION.points[1].id, QUESTION.points[2].id]
    thanks = await ann.submit(form, {OVERLOOKED: chosen, "Where?": "In my first sentence, @everyone."})
    assert thanks.ephemeral
    assert "I noted 2 points" in thanks.text
    again = await ann.submit(await ann.press(verdict, "I covered this"), {OVERLOOKED: chosen[:1]})
    assert "told me that already" in again.text
    more = [chosen[1], QUESTION.points[3].id]
    assert (
        "I noted 1 point "
        in (await ann.submit(await ann.press(verdict, "I covered this"), {OVERLOOKED: more})).text
    )
    rows = house.rows(
        "SELECT detail, answer_id = (SELECT id FROM answer WHERE member_id = ledger.member_id), points"
        " FROM ledger WHERE member_id = ? AND kind = 'disputed' ORDER BY seq",
        ann.id,
    )
    assert [(json.loads(detail)["point"], *rest) for detail, *rest in rows] == [
        (point.id, 1, 0) for point in QUESTION.points[1:4]
    ]
    assert json.loads(rows[0][0])["note"] == "In my first sentence, @everyone."


async def test_a_note_that_cannot_be_kept_is_handed_back(house: House):
    room = Room(house, "ann")
    (ann,) = room.members
    verdict = await answered(ann, await ann.slash("ask", topic=TOPIC, channel=room.channel))
    form = await ann.press(verdict, "I covered this")
    fields = [
        {"type": 3, "custom_id": "points", "values": [QUESTION.points[1].id]},
        {"type": 4, "custom_id": "note", "value": "precious words"},
    ]
    data = {
        "custom_id": re.sub(r"[0-9]+$", "12345", (form.modal or {})["custom_id"]),  # no answer of theirs
        "components": [{"type": 18, "id": 2 * n, "component": field} for n, field in enumerate(fields, 1)],
    }
    refused = await ann.submit_raw(form, data)
    assert "somebody else's answer" in refused.text
    assert "precious words" in refused.text
    assert room.ledger(ann, "disputed") == []


@pytest.mark.parametrize("where", ["channel", "dm"])
async def test_after_the_model_answer_members_rate_themselves(house: House, where: str):
    room = Room(house, "ann")
    (ann,) = room.members
    card = await ann.slash("ask", topic=TOPIC, channel=room.place(where))
    verdict = await answered(ann, card)
    reveal = await ann.press(verdict, "Model answer")
    assert reveal.ephemeral
    for label, rating in (("Got it", "got it"), ("Missed it", "missed"), ("Partly", "partly")):
        noted = await ann.press(reveal, label)
        assert noted.ephemeral
        assert rating in noted.text
        assert house.rows("SELECT rating FROM sitting WHERE ask_id = ?", ask_id(card)) == [(rating,)]
    rows = house.rows(
        "SELECT json_extract(detail, '$.rating'), points FROM ledger WHERE member_id = ? AND kind = 'rated'"
        " ORDER BY seq",
        ann.id,
    )
    assert rows == [("got it", 0), ("missed", 0), ("partly", 0)]


@pytest.mark.restart
async def test_every_button_of_old_messages_works_after_a_kill(fresh: House):
    room = Room(fresh, "ann", "ben")
    pressed: set[str] = set()
    for where, ann in zip(("channel", "dm"), room.members, strict=True):
        place = room.place(where)
        card = await ann.slash("ask", topic=TOPIC, channel=place)
        hint = await ann.press(card, "Hint")
        verdict = await answered(ann, card)
        shown = [card, hint, verdict, await ann.slash("leaderboard", channel=place)]
        shown.append(await ann.slash("settings", channel=place))
        forms = [await ann.press(verdict, label) for label in ("Follow-up", "I covered this", "Try again")]
        if where == "channel":
            shown.append(await ann.press(verdict, "Share"))
        await fresh.restart()

        replied = await ann.submit(forms[0], {"Your reply": QUESTION.points[2].covered[0]}, wait="final")
        assert f"**covered** · {QUESTION.points[2].says}" in replied.text
        assert (
            "I noted 1 point"
            in (await ann.submit(forms[1], {OVERLOOKED: [QUESTION.points[1].id], "Where?": "there"})).text
        )
        assert score(await ann.submit(forms[2], {"Your answer": strong()}, wait="final")) == 10
        shown.append(await ann.press(verdict, "Model answer"))
        # What changes its own message comes last.
        for one in sorted(shown, key=lambda one: "Leaderboard" in one.text):
            done: set[str | None] = set()  # a board has other buttons after each press
            while not one.deleted and (
                todo := [each for each in one.buttons if not each.disabled and each.custom_id not in done]
            ):
                button = todo[0]
                done.add(button.custom_id)
                result = await ann.press_raw(one, button.custom_id or "")
                if button.label == "Remove":
                    await gone(one)
                assert one.deleted or result.modal is not None or result.text
                assert not re.search("went wrong|older version|do not know", result.text), button.label
                pressed.add(re.sub("[0-9]+", "#", button.custom_id or ""))
        await fresh.restart()
    verbs = {"answer", "hint:#", "reveal", "pass", "next", "follow-up", "covered:#", "share:#", "rate:#"}
    assert pressed == {f"ask:#:{verb}" for verb in (*verbs, "withdraw:#")} | {
        "settings:change",
        *(
            f"board:{where}:{period}{by}"
            for where in ("server", "global")
            for period in ("week", "month", "all")
            for by in ("", ":gain")
        ),
    }
    assert fresh.rows("SELECT count(*), count(DISTINCT answer_id) FROM ledger WHERE kind = 'graded'") == [
        (6, 6)
    ]
