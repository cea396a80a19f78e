"""The panel over the wire: lobby, rounds, reveals, report; who may do what; restarts."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Shown
from tests.wire.conftest import House, ask_id
from tests.wire.panel import Panel, opened, quiet
from tests.wire.room import Room, answered, forged, says, score

MINUTE = 60


@pytest.fixture
async def panel(house: House) -> AsyncIterator[Panel]:
    """Three members have joined, and it has begun."""
    found = await opened(house, "olga", "ann", "ben")
    for member in found.room.members:
        await found.join(member, consent=member is found.others[0])
    await found.start()
    yield found
    await found.end()


async def test_a_panel_from_lobby_to_report(house: House):
    panel = await opened(house, "olga", "ann", "ben")
    olga, (ann, ben) = panel.host, panel.others
    assert "Nobody yet" in panel.lobby.text
    for member in (olga, ann, ben):
        await panel.join(member, consent=member is ann)
    assert "3 in" in panel.lobby.text
    await panel.start()
    verdicts: list[Shown] = []
    for number in (1, 2):
        card = await panel.card(number)
        assert "0 of 3 are done" in card.text
        kept = await answered(
            ann, await panel.card(number, ann), f"{panel.points_of(card, 9)}\nBy ann, {number}."
        )
        assert "Your answer is in" in kept.text
        assert "out of 10" not in kept.text
        verdicts.append(kept)
        first = await answered(ben, await panel.card(number, ben), f"I do not know much, {number}.")
        await answered(ben, first, f"{panel.points_of(card, 2)}\nSaid by ben, {number}.", button="Change it")
        assert house.rows("SELECT count(*) FROM answer WHERE ask_id = ? AND held", ask_id(card)) == [(3,)]
        assert "You pass" in (await olga.press(card, "Pass")).text
        house.world.clock.advance(31)  # everybody is in
        card = await panel.revealed(number)
        assert "Model answer" in card.text
        assert "`Olga`: passed" in card.text
        assert "`Ann`: 10 out of 10" in card.text
        if number == 1:
            await olga.press(card, "Next question")
    report = await panel.report()
    assert " 1. Ann" in report.text
    assert "20.0  2/2" in report.text
    assert "What to study next" in report.text
    for shown in verdicts:
        await says(shown, "out of 10")
        assert score(shown) == 10
    rows = house.rows(
        "SELECT member_id, count(*), sum(points > 0) FROM ledger WHERE kind = 'graded'"
        " AND ask_id IN (SELECT ask_id FROM interview_round WHERE interview_id = ?) GROUP BY member_id",
        panel.id,
    )
    assert {member: (count, paid) for member, count, paid in rows}[ann.id] == (2, 2)
    assert {member: count for member, count, _ in rows} == {ann.id: 2, ben.id: 2}
    closed = house.rows("SELECT member_id FROM ledger WHERE kind = 'closed' AND ask_id = ?", ask_id(card))
    assert {member for (member,) in closed} == {olga.id, ann.id, ben.id}
    assert "is over" in panel.lobby.text
    assert panel.lobby.buttons == []


async def test_the_transcript_holds_texts_of_those_who_agreed_only(panel: Panel):
    ann, ben = panel.others
    card = await panel.card(1)
    await answered(ann, await panel.card(1, ann), f"{panel.points_of(card, 3)}\nThe mark of ann.")
    await answered(ben, await panel.card(1, ben), f"{panel.points_of(card, 1)}\nThe mark of ben.")
    await panel.end()
    report = await panel.report()
    attachment = report.attachments[0]  # the picture may be there, too
    text = panel.house.world.state.attachments[int(attachment["id"])].data.decode()
    assert "The mark of ann." in text
    assert "The mark of ben." not in text


async def test_time_alone_reveals_goes_on_and_ends(house: House):
    panel = await opened(house, "olga", questions=2, minutes=1)
    await panel.join(panel.host)
    await panel.start()
    await panel.card(1)
    house.world.clock.advance(MINUTE + 1)
    await panel.revealed(1)
    house.world.clock.advance(2 * MINUTE + 1)  # the break
    await panel.card(2)
    house.world.clock.advance(MINUTE + 1)
    report = await panel.report()
    assert "Nobody answered this time" in report.text


async def test_a_session_that_everybody_has_left_alone_ends_with_a_note(house: House):
    panel = await opened(house, "olga", questions=2, minutes=15)
    await panel.join(panel.host)
    await panel.start()
    card = await panel.card(1)
    await panel.host.press(card, "Pause")
    await house.eventually("SELECT 1 FROM interview WHERE id = ? AND paused_at IS NOT NULL", panel.id)
    house.world.clock.advance(30 * MINUTE + 1)
    assert "nobody had done anything for half an hour" in (await panel.report()).text


async def test_who_does_not_take_part_is_told_so(panel: Panel):
    world, name = panel.house.world, f"nova-{panel.id}"
    world.add_user(name)
    world.join(name, panel.room.name)
    nova = world.member(name)
    card = await panel.card(1, nova)
    for button in ("Answer", "Pass"):
        assert "not in this interview" in (await nova.press(card, button)).text
    for button in ("Reveal now", "Pause", "End"):
        assert "Only the host" in (await nova.press(card, button)).text
    for verb in ("reveal:1", "hint:1"):
        shown = await nova.press(forged(panel.room, nova, f"ask:{ask_id(card)}:{verb}"), "Forged")
        assert "Model answer" not in shown.text
    form = await panel.join(nova)
    assert "running" in form.text
    assert "in from the next one on" in (await nova.press(card, "Answer")).text


async def test_nobody_sees_the_model_answer_before_the_reveal(panel: Panel):
    ann, _ = panel.others
    card = await panel.card(1, ann)
    shown = await ann.press(forged(panel.room, ann, f"ask:{ask_id(card)}:reveal:1"), "Forged")
    assert "comes with the reveal" in shown.text
    assert (
        "no hints" in (await ann.press(forged(panel.room, ann, f"ask:{ask_id(card)}:hint:1"), "Forged")).text
    )


async def test_a_text_that_is_too_late_is_graded_without_points(panel: Panel):
    ann, _ = panel.others
    card = await panel.card(1, ann)
    form = await ann.press(card, "Answer")
    await panel.host.press(card, "Reveal now")
    await panel.revealed(1)
    late = await ann.submit(form, {"Your answer": panel.points_of(card, 9)}, wait="final")
    assert score(late) == 10
    assert "No points" in late.text
    assert "`Ann`: no answer" in (await panel.card(1)).text


async def test_a_text_that_comes_too_late_while_others_have_more_time_waits_for_the_reveal(house: House):
    panel = await opened(house, "olga", "ann", minutes=2)
    ann = panel.others[0]
    settings = await panel.host.press(
        await panel.host.slash("settings", channel=panel.room.channel), "Change"
    )
    await panel.host.submit(settings, {"Extra time in interviews": "50"})
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    card = await panel.card(1, ann)
    house.world.clock.advance(2 * MINUTE + 1)
    late = await answered(ann, card, f"{panel.points_of(card, 9)}\nToo late.")
    assert "Time was up before your answer came" in late.text
    assert "Time is up" in (await answered(ann, card, "And once more, with other words.")).text
    house.world.clock.advance(MINUTE)
    await panel.revealed(1)
    await says(late, "out of 10")
    assert score(late) == 10
    assert "it came too late for this question" in late.text
    assert "Too late." in late.text
    assert "`Ann`: too late" in (await panel.card(1)).text
    paid = house.rows("SELECT points FROM ledger WHERE kind = 'graded' AND ask_id = ?", ask_id(card))
    assert paid == [(0,)]
    await panel.end()


async def test_no_question_comes_twice(house: House):
    panel = await opened(house, "olga", topic="question:dropout-training-vs-use", questions=3)
    assert "1 question," in panel.lobby.text
    await panel.host.press(panel.lobby, "Cancel")


async def test_who_joins_again_finds_what_they_said_before(house: House):
    panel = await opened(house, "olga", "ann", format="hot seat")
    await panel.join(panel.host, consent=True)
    form = await panel.host.press(panel.lobby, "Join")
    await panel.host.submit(form, {})
    consents = house.rows("SELECT consent FROM interview_seat WHERE interview_id = ?", panel.id)
    assert consents == [(1,)]
    await panel.host.press(panel.lobby, "Cancel")


async def test_hints_where_the_host_allows_them(house: House):
    panel = await opened(house, "olga", "ann", hints=True)
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    card = await panel.card(1, panel.others[0])
    hint = await panel.others[0].press(card, "Hint")
    assert "Hint 1 of" in hint.text
    await panel.end()


async def test_a_pause_stops_the_clock_and_answers_go_on(panel: Panel):
    ann, _ = panel.others
    card = await panel.card(1)
    await panel.host.press(card, "Pause")
    await says(card, "Paused")
    panel.house.world.clock.advance(5 * MINUTE)
    await answered(ann, await panel.card(1, ann), f"{panel.points_of(card, 2)}\nIn the pause.")
    assert panel.house.rows("SELECT phase FROM interview WHERE id = ?", panel.id) == [("answering",)]
    await panel.host.press(card, "Go on")
    await panel.house.eventually("SELECT 1 FROM interview WHERE id = ? AND paused_at IS NULL", panel.id)
    ((deadline,),) = panel.house.rows("SELECT deadline FROM interview WHERE id = ?", panel.id)
    assert deadline / 1000 > panel.house.world.clock.time()


async def test_one_interview_in_a_channel(panel: Panel):
    ann, _ = panel.others
    second = await ann.slash("interview start", channel=panel.room.channel)
    assert "goes on here already" in second.text
    assert str(panel.lobby.message_id) in second.text
    assert second.ephemeral


async def test_counting_who_is_in_leaves_room_for_the_reveal(house: House):
    names = ("olga", "ann", "ben", "cem", "dan", "eva", "fay")
    panel = await opened(house, *names, questions=1)
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    card = await panel.card(1)
    path = f"/channels/{card.channel_id}/messages/{card.message_id}"
    began = house.world.clock.time()
    for member in panel.others:
        await member.press(await panel.card(1, member), "Pass")
    edits = [one for one in house.world.requests if (one.method, one.path) == ("PATCH", path)]
    assert len(edits) <= 1 + (house.world.clock.time() - began) / 2.5
    await quiet(house)
    house.world.clock.advance(3)
    await says(card, "6 of 7 are done")
    await panel.end()


async def test_ending_for_everybody_takes_a_second_press(panel: Panel):
    asked = await panel.host.press(await panel.card(1), "End")
    assert asked.ephemeral
    assert "for everybody?" in asked.text
    assert panel.house.rows("SELECT phase FROM interview WHERE id = ?", panel.id) == [("answering",)]
    refused = await panel.others[0].press(
        forged(panel.room, panel.others[0], f"interview:{panel.id}:stop"), "Forged"
    )
    assert "Only the host" in refused.text
    await panel.host.press(asked, "End it")
    assert "You ended the interview" in asked.text
    await panel.report()


async def test_a_lobby_that_has_begun_is_not_called_off(panel: Panel):
    late = forged(panel.room, panel.host, f"interview:{panel.id}:cancel")
    assert "has begun already" in (await panel.host.press(late, "Forged")).text
    assert panel.house.rows("SELECT phase FROM interview WHERE id = ?", panel.id) == [("answering",)]


async def test_a_host_who_leaves_hands_over(panel: Panel):
    ann, _ = panel.others
    await panel.host.press(panel.lobby, "Leave")
    card = await panel.card(1, ann)
    assert "Only the host" in (await panel.host.press(card, "Pause")).text
    await ann.press(card, "Reveal now")
    await panel.revealed(1)
    panel.host = ann  # who ends it


async def test_where_threads_are_forbidden_it_runs_in_place(house: House):
    room = Room(house, "olga")
    house.world.set_permission(room.channel, "create_public_threads", allowed=False)
    lobby = await room.members[0].slash("interview start", questions=1, channel=room.channel)
    panel = Panel(room, lobby)
    await panel.join(panel.host)
    await panel.start()
    await panel.card(1)
    assert house.rows("SELECT place_id FROM interview WHERE id = ?", panel.id) == [(room.channel.id,)]
    await panel.end()


async def test_a_lobby_can_be_called_off(house: House):
    panel = await opened(house, "olga", "ann")
    assert "Only the host" in (await panel.others[0].press(panel.lobby, "Start")).text
    await panel.host.press(panel.lobby, "Cancel")
    assert "called off" in panel.lobby.text
    again = await panel.others[0].slash("interview start", channel=panel.room.channel)
    assert "about to begin" in again.text
    await panel.others[0].press(again, "Cancel")


async def test_where_the_thread_is_deleted_it_goes_on_in_the_channel(panel: Panel):
    world = panel.house.world
    card = await panel.card(1)
    world.delete_channel(world.channel(card.channel_id))
    ((ask,),) = panel.house.rows("SELECT ask_id FROM interview_round WHERE interview_id = ?", panel.id)
    world.clock.advance(2 * MINUTE + 1)
    await panel.house.eventually("SELECT 1 FROM interview WHERE id = ? AND place_id = channel_id", panel.id)
    moved = await panel.revealed(1)
    assert moved.channel_id == panel.room.channel.id
    assert panel.house.rows("SELECT closed_at IS NULL FROM ask WHERE id = ?", ask) == [(0,)]


async def test_a_lobby_that_did_not_arrive_blocks_nothing(house: House):
    room = Room(house, "olga")
    (olga,) = room.members
    unknown = {"message": "Unknown interaction", "code": 10062}
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    house.world.faults.answer("POST", callback, 404, body=unknown)
    first = olga.start_slash("interview start", {}, channel=room.channel)
    await house.eventually("SELECT 1 FROM interview WHERE id = ? AND phase = 'cancelled'", first.id)
    again = await olga.slash("interview start", channel=room.channel)
    assert "about to begin" in again.text
    await olga.press(again, "Cancel")


@pytest.mark.restart
async def test_a_restart_resumes_with_the_time_that_was_left(fresh: House):
    panel = await opened(fresh, "olga", "ann", minutes=2)
    for member in panel.room.members:
        await panel.join(member)
    await panel.start()
    card = await panel.card(1)
    await answered(
        panel.others[0], await panel.card(1, panel.others[0]), f"{panel.points_of(card, 2)}\nBefore."
    )
    fresh.world.clock.advance(30)
    await fresh.bot.stop()
    fresh.world.clock.advance(10 * MINUTE)
    await fresh.start()
    await fresh.eventually(
        "SELECT 1 FROM interview WHERE deadline > ?", int(fresh.world.clock.time() * 1000) + 60_000
    )
    assert fresh.rows("SELECT phase, round FROM interview") == [("answering", 1)]
    await panel.host.press(await panel.card(1), "Reveal now")
    await panel.revealed(1)
    await fresh.eventually("SELECT 1 FROM ledger WHERE kind = 'graded'")
    assert fresh.rows("SELECT count(*), count(DISTINCT number) FROM interview_round") == [(1, 1)]
    await panel.end()
    posted = [one for one in fresh.world.requests if one.method == "POST" and one.route.endswith("/messages")]
    assert len([one for one in posted if "Question 1 of" in json.dumps(one.body)]) == 1


async def test_a_reveal_is_announced_below_what_was_said_since(panel: Panel):
    card = await panel.card(1)
    await panel.host.press(card, "Reveal now")
    await panel.revealed(1)
    place = panel.house.world.channel(card.channel_id)
    async with asyncio.timeout(20):
        while "Question 1 is revealed" not in (told := panel.others[0].history(place)[-1]).text:
            await asyncio.sleep(0.01)
    assert str(card.message_id) in told.text
