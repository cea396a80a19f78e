"""Six people in interviews: two at once, all that comes in between, everybody's buttons, several presses at one moment."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Handle, Shown
from bot.sandbox.interaction import DEFER, MODAL, Interaction
from bot.ui.custom_ids import Choice, Form, Turn, Verb
from tests.wire import conftest
from tests.wire.aftermath import check_ledger, rebuilt
from tests.wire.conftest import House, ask_id
from tests.wire.panel import BANK, Panel, opened, owed_is_paid, quiet, wrong_in
from tests.wire.room import Room, answered, forged, says
from tests.wire.test_hot_seat import POINTS, STARS, HotSeat
from tests.wire.test_mock import Alone

SIX = ("olga", "ann", "ben", "cem", "dan", "eva")
MINUTE = 60
SECRET = "Quokka 4711."
TROUBLE = re.compile("went wrong|older version|incident")
BUTTON, MENU = 2, 3
AT_ONCE = 10
# Presses with which a member changes an interview that they are in, or goes through it alone.
ABOUT_ANSWERS = (Verb.COVERED, Verb.SHARE, Verb.WITHDRAW)
OWN = {Turn.LEAVE, Turn.START, Turn.CANCEL, Turn.ON, Turn.PAUSE, Turn.END, Turn.STOP, Turn.HERE}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[House]:
    """One bot for this file; in the end all that its interviews left behind is looked at."""
    async with conftest.opened(tmp_path_factory.mktemp("group"), recorded) as house:
        house.world.limits.enabled = False  # here the six type within a second, not within minutes
        yield house
        await owed_is_paid(house)
        assert check_ledger(house) == []
        assert not house.rows("SELECT * FROM answer WHERE held")
        assert await rebuilt(house) == ""


def stored(panel: Panel, columns: str = "phase, round") -> tuple[object, ...]:
    """What is stored of an interview."""
    (found,) = panel.house.rows(f"SELECT {columns} FROM interview WHERE id = ?", panel.id)  # noqa: S608 - our own names
    return found


async def begun(panel: Panel, members: Iterable[Handle], consenting: Sequence[Handle] = ()) -> Panel:
    """These join, and it starts."""
    for member in members:
        await panel.join(member, consent=member in consenting)
    await panel.start()
    await panel.card(1)
    return panel


async def beside(panel: Panel, **options: str | int) -> Panel:
    """A lobby of the same people in another channel of their server."""
    room, world = panel.room, panel.house.world
    channel = world.add_channel(f"beside-{panel.id}", guild=room.name)
    return Panel(room, await panel.host.slash("interview start", options, channel=channel))


def transcript(report: Shown) -> str:
    """What stands in the file beside a report."""
    attachment = report.attachments[0]  # the picture may be there, too
    return report.world.state.attachments[int(attachment["id"])].data.decode()


def clock_to(panel: Panel, seconds_left: float) -> None:
    """Go on to so long before the deadline of the round."""
    clock = panel.house.world.clock
    (deadline,) = stored(panel, "deadline")
    assert isinstance(deadline, int)
    clock.advance(deadline / 1000 - clock.time() - seconds_left)


async def test_six_go_through_a_hot_seat_and_a_panel_at_once(house: House):
    seat_panel = await opened(house, *SIX, questions=6, format="hot seat")
    members = seat_panel.room.members
    panel = await beside(seat_panel, topic="area:optimization", questions=6, minutes=2, hints=True)
    seat = HotSeat(await begun(seat_panel, members, members))
    await begun(panel, members, members)
    _, ann, ben, *_ = members
    turns: list[tuple[int, int]] = []
    for number in range(1, 7):
        candidate, asking, watching = await seat.roles(number)
        turns.append((candidate.id, asking.id))
        assert len(watching) == 4
        if number == 1:
            card = await seat_panel.card(1, candidate)
            await answered(candidate, card, f"{seat_panel.points_of(card, 3)}\nIn the hot seat.")
        else:
            await candidate.press(await seat.mine(candidate, number), "I answered aloud")
        mine = await seat.mine(asking, number)
        await asking.select(mine, POINTS, seat.point_ids(await seat_panel.card(number))[:2])
        for one in watching:
            await one.select(await seat.mine(one, number), STARS, ["3"])
        for one in members:
            card = await panel.card(number, one)
            if one is ann and number in (1, 6):
                await answered(ann, card, f"{panel.points_of(card, 9)}\nOn the panel, {number}.")
                continue
            if one is ben and number == 1:
                assert "Hint 1 of" in (await ben.press(card, "Hint")).text
                await answered(ben, card, f"{panel.points_of(card, 1)}\nBy ben.")
            await one.press(card, "Pass")
        for one in (seat_panel, panel):  # everybody is in
            clock_to(one, -0.5)
        shown = await panel.revealed(number)
        assert ("`Ann`: 10 out of 10" in shown.text) == (number in (1, 6))
        assert "3 of 5 stars (4 observers)" in (await seat_panel.revealed(number)).text
        for one in (seat_panel, panel) if number < 6 else ():
            clock_to(one, -0.5)
    reports = await seat_panel.report(), await panel.report()
    assert [len(set(column)) for column in zip(*turns, strict=True)] == [6, 6]
    assert all(candidate != asking for candidate, asking in turns)
    texts = [transcript(report) for report in reports]
    assert ["In the hot seat." in text for text in texts] == [True, False]
    assert ["On the panel, 6." in text for text in texts] == [False, True]
    await quiet(house)
    judged = "SELECT member_id FROM ledger JOIN interview_round USING (ask_id) WHERE interview_id = ? AND kind = 'judged'"
    assert {one for (one,) in house.rows(judged, seat_panel.id)} == {member.id for member in members}
    paid = "SELECT member_id, count(*) FROM ledger JOIN interview_round USING (ask_id) WHERE interview_id = ? AND kind = 'graded' GROUP BY member_id"
    assert dict(house.rows(paid, panel.id)) == {ann.id: 2, ben.id: 1}
    await owed_is_paid(house)
    assert not wrong_in(house, seat_panel.id, panel.id)


async def test_a_panel_with_all_that_comes_in_between(house: House):
    panel = await opened(house, *SIX, questions=3, topic="tag:gradients")
    olga, ann, ben, cem, dan, eva = panel.room.members
    settings = await ben.press(await ben.slash("settings", channel=panel.room.channel), "Change")
    await ben.submit(settings, {"Extra time in interviews": "50"})
    await begun(panel, (olga, ann, ben, cem, dan))
    card = await panel.card(1)
    assert "from the next question on" in (await panel.join(eva)).text
    assert "from the next one on" in (await eva.press(await panel.card(1, eva), "Answer")).text
    hint = forged(panel.room, ann, f"ask:{ask_id(card)}:hint:1")
    assert "no hints" in (await ann.press(hint, "Forged")).text
    first = await answered(ann, await panel.card(1, ann), f"{panel.points_of(card, 1)}\nThe first of ann.")
    await answered(dan, await panel.card(1, dan), f"{panel.points_of(card, 2)}\nBy dan.")
    form_of_cem = await cem.press(await panel.card(1, cem), "Answer")
    form_of_ann = await ann.press(first, "Change it")
    dan.leave(panel.room.name)
    clock_to(panel, 3)  # the last seconds
    await ann.submit(
        form_of_ann, {"Your answer": f"{panel.points_of(card, 9)}\nThe last of ann."}, wait="final"
    )
    clock_to(panel, -0.1)
    late = await cem.submit(form_of_cem, {"Your answer": panel.points_of(card, 9)}, wait="final")
    assert "Time was up" in late.text
    assert "Time is up" in (await answered(ann, first, "Now something else.", button="Change it")).text
    assert stored(panel) == ("answering", 1)  # ben has time
    kept = await answered(ben, await panel.card(1, ben), f"{panel.points_of(card, 3)}\nBy ben.")
    assert "Your answer is in" in kept.text
    shown = await panel.revealed(1)
    grades = dict(re.findall(r"`(\w+)`: (.*)", shown.text))
    assert grades["Ann"] == "10 out of 10"
    assert grades["Cem"] == "too late"
    assert grades["Olga"] == "no answer"
    assert "out of 10" in grades["Dan"]
    assert "Eva" not in grades
    await says(late, "it came too late for this question")
    await olga.press(card, "Next question")
    card = await panel.card(2)
    await quiet(house)
    # Round 2: the thread goes, and the host.
    await answered(ann, await panel.card(2, ann), f"{panel.points_of(card, 1)}\nAnn, again.")
    house.world.delete_channel(house.world.channel(card.channel_id))
    olga.leave(panel.room.name)
    panel.host = ann  # who reads the cards from now on; what they may not do is to lead it
    clock_to(panel, -MINUTE - 1)  # ben has half as much again
    card = await panel.revealed(2)
    assert card.channel_id == panel.room.channel.id
    assert "Only the host" in (await ann.press(card, "Next question")).text
    clock_to(panel, -0.5)
    card = await panel.card(3, eva)
    assert "0 of 6 are done" in card.text
    await answered(eva, card, f"{panel.points_of(card, 9)}\nBy eva.")
    clock_to(panel, -MINUTE - 1)
    report = await panel.report()
    assert report.channel_id == panel.room.channel.id
    assert re.search(r"Eva +10\b", report.text)


# --- everybody's buttons -----------------------------------------------------------------------------------


class Crowd:
    """A panel, a hot seat and somebody's own interview in one server, and people who press everything in them.

    ann has answered in all three and lets nobody read it; leo was in both and left, nova never was in them.
    """

    def __init__(self, house: House, panel: Panel, seat: Panel) -> None:
        self.house, self.panel, self.seat = house, panel, seat
        self.ann, self.ben, self.leo, self.nova, self.olga = panel.room.members
        self.alone = Alone(house, self.ann)

    @property
    def sessions(self) -> Sequence[int]:
        """The ids of all three."""
        ((mine,),) = self.house.rows(
            "SELECT id FROM interview WHERE host_id = ? AND format = 'solo'", self.ann.id
        )
        return [self.panel.id, self.seat.id, mine]

    def addresses(self, member: Handle, but: Iterable[Turn] = ()) -> list[str]:
        """Every button that any card of the three could have; of those with an answer, other members' only."""
        found: list[str] = []
        for interview in self.sessions:
            found += [f"interview:{interview}:{turn}" for turn in Turn if turn not in but]
        for ask in self.asks():
            found += [f"ask:{ask}:{verb}" for verb in Verb if verb not in ABOUT_ANSWERS]
            found += [f"ask:{ask}:{verb}:1" for verb in (Verb.HINT, Verb.REVEAL, Verb.SHARED)]
            given = self.house.rows(
                "SELECT id FROM answer WHERE ask_id = ? AND member_id <> ?", ask, member.id
            )
            found += [f"ask:{ask}:{verb}:{one}" for (one,) in given for verb in ABOUT_ANSWERS]
        return found

    def of_all(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query with a place for their ids finds."""
        return self.house.rows(sql.format(",".join(map(str, self.sessions))))

    def asks(self) -> Sequence[int]:
        """The ask of every round so far."""
        return [
            one for (one,) in self.of_all("SELECT ask_id FROM interview_round WHERE interview_id IN ({})")
        ]

    def state(self) -> list[tuple[object, ...]]:
        """All that presses of others must not change."""
        found = self.of_all(
            "SELECT phase, round, host_id, timed, paused_at IS NULL, candidate_id, interviewer_id FROM interview"
            " WHERE id IN ({}) ORDER BY id"
        )
        seats = "SELECT interview_id, member_id, left FROM interview_seat WHERE interview_id IN ({}) ORDER BY 1, 2"
        return [*found, *self.of_all(seats)]

    def secrets(self) -> list[str]:
        """What nobody may read before a reveal: model answers, key points."""
        ids = self.of_all(
            "SELECT question_id FROM ask JOIN interview_round ON ask.id = ask_id WHERE closed_at IS NULL"
            " AND interview_id IN ({})"
        )
        questions = [BANK[one] for (one,) in ids]
        return [text for one in questions for text in (one.answer, *(point.says for point in one.points))]

    async def press_all(self, member: Handle, addresses: Sequence[str], may_read: str = "") -> None:
        """Press all of these, and submit forms to all rounds; nothing of it tells what is not to be told."""
        secrets = [one for one in self.secrets() if one not in may_read]
        sent: list[tuple[str, Interaction]] = []
        for at in range(0, len(addresses), 25):
            some = addresses[at : at + 25]
            shown = forged(self.panel.room, member, *some)
            for one in some:
                data = {"component_type": BUTTON}
                sent.append((one, member.start_component(member.visible(shown), one, data)))
                if len(sent) % AT_ONCE == 0:
                    await self.tell_nothing(member, sent[-AT_ONCE:], secrets)
        await self.tell_nothing(member, sent, secrets)

    async def pick_all(self, member: Handle) -> None:
        """Pick stars and points in all menus of both rounds."""
        sent: list[tuple[str, Interaction]] = []
        for interview in self.sessions:
            for choice, value in ((Choice.STARS, "5"), (Choice.TICKS, "-")):
                for number in (1, 2, 9):
                    address = f"interview:{interview}:{choice}:{number}"
                    menu = {
                        "type": MENU,
                        "custom_id": address,
                        "options": [{"label": "One", "value": value}],
                    }
                    body = {"content": "Forged", "components": [{"type": 1, "components": [menu]}]}
                    world, channel = self.house.world, self.panel.room.channel
                    made = world.messages.create(channel, world.state.bot_id, body, {})
                    data = {"component_type": MENU, "values": [value]}
                    sent.append((address, member.start_component(made, address, data)))
        await self.tell_nothing(member, sent, self.secrets())

    async def fill_in_all(self, member: Handle) -> None:
        """Submit answers, replies and disputes to all rounds."""
        join = forged(self.panel.room, member, f"interview:{self.panel.id}:join")
        form = await member.press(join, "Forged")
        texts: list[str] = []  # which they may have back
        own = {"custom_id": f"interview:{self.sessions[2]}:joined", "components": []}
        sent = [(str(own["custom_id"]), member.start_submit_raw(form, own))]
        for ask, question_id in self.of_all(
            "SELECT ask_id, question_id FROM interview_round JOIN ask ON id = ask_id WHERE interview_id IN ({})"
        ):
            text = "\n".join(point.covered[0] for point in BANK[question_id].points)
            texts.append(text)
            for kind in (Form.SUBMIT, f"{Form.REPLY}:0", f"{Form.DISPUTE}:1"):
                field = {"type": 4, "custom_id": "answer", "value": f"{text}\n{member.name}, {len(sent)}."}
                data = {
                    "custom_id": f"ask:{ask}:{kind}",
                    "components": [{"type": 18, "id": 1, "component": field}],
                }
                sent.append((str(data["custom_id"]), member.start_submit_raw(form, data)))
        await self.tell_nothing(member, sent, [one for one in self.secrets() if one not in "\n".join(texts)])

    async def tell_nothing(
        self, member: Handle, sent: Iterable[tuple[str, Interaction]], secrets: Iterable[str]
    ) -> None:
        """Each is answered; not by an incident, nor with anything that is secret."""
        for address, interaction in sent:
            shown = await member.result(
                interaction, address, wait="final" if interaction.kind == MODAL else "first"
            )
            assert shown.text or shown.modal is not None, address
            assert not TROUBLE.search(shown.text), (address, shown.text)
            told = shown.text + json.dumps(shown.components)
            assert SECRET not in told, address
            assert not [one for one in secrets if one in shown.text], (address, shown.text)

    def gains(self, *members: Handle) -> Mapping[int, tuple[object, ...]]:
        """Points, grades and judgements of each of these."""
        return {
            one.id: self.house.rows(
                "SELECT (SELECT count(*) FROM ledger WHERE member_id = ?1 AND points <> 0),"
                " (SELECT count(*) FROM ledger WHERE member_id = ?1 AND kind IN ('graded', 'judged')),"
                " (SELECT count(*) FROM interview_judgement WHERE member_id = ?1)",
                one.id,
            )[0]
            for one in members
        }


async def says_all(crowd: Crowd) -> None:
    """ann answers wherever a question is open."""
    ann = crowd.ann
    for panel in (crowd.panel, crowd.seat):
        card = await panel.card(1, ann)
        await answered(ann, card, f"{panel.points_of(card, 2)}\n{SECRET}")
    card = await crowd.alone.card(1)
    await answered(ann, card, f"{crowd.alone.all_points(card)}\n{SECRET}")


async def unchanged(
    crowd: Crowd, outside: Sequence[Handle], inside: Sequence[Handle], but: Sequence[Turn]
) -> None:
    """All press what is there, and the three stay as they are. (To those inside, the hot seat shows its points.)"""
    before, points = crowd.state(), "\n".join(crowd.secrets())
    for member in outside:
        await crowd.press_all(member, crowd.addresses(member, but))
        await crowd.pick_all(member)
        if Turn.LEAVE not in but:
            await crowd.fill_in_all(member)
    for member in inside:
        await crowd.press_all(member, crowd.addresses(member, OWN), points)
    assert crowd.state() == before


async def test_everybody_presses_everything_in_every_phase(house: House):
    panel = await opened(house, "ann", "ben", "leo", "nova", "olga", topic="tag:gradients")
    seat = await beside(panel, format="hot seat", topic="tag:cross-entropy", questions=2)
    crowd = Crowd(house, panel, seat)
    ann, ben, leo, nova, olga = panel.room.members
    panel.host = seat.host = ann  # until olga leads
    await ann.slash("mock", channel=panel.room.channel, topic="tag:attention", questions=2)
    await crowd.alone.card(1)
    for one in (panel, seat):
        for member in (ann, ben, leo, olga):
            await one.join(member)
    await unchanged(crowd, [leo, nova], inside=[ben], but=[Turn.LEAVE])  # the lobbies
    for one in (panel, seat):
        await one.start()
        await one.card(1)
        await leo.press(one.lobby, "Leave")
    await says_all(crowd)
    await quiet(house)
    for turn in ("", "Pause", "Reveal now", "End"):
        for one in (panel, seat) if turn else ():
            if turn == "End":
                await one.end()
            else:
                await ann.press(await one.card(1), turn)
        await quiet(house)
        outside = [nova] if turn == "Pause" else [leo, nova]
        await unchanged(crowd, outside, inside=[ben] if turn else [ben, olga], but=[])
    assert set(crowd.gains(leo, nova).values()) == {(0, 0, 0)}
    await ann.press(await crowd.alone.card(1), "End")
    await house.eventually("SELECT 1 FROM interview WHERE id = ? AND report_id", crowd.sessions[2])


# --- at the same moment ------------------------------------------------------------------------------------


def start_press(member: Handle, shown: Shown, label: str) -> Interaction:
    """Press without waiting."""
    address = shown.button(label).custom_id or ""
    return member.start_component(member.visible(shown), address, {"component_type": BUTTON})


async def test_six_answers_and_two_starts_at_the_same_moment(house: House):
    panel = await opened(house, *SIX, questions=1, topic="tag:gradients")
    for member in panel.room.members:
        await panel.join(member)
    starts = [start_press(panel.host, panel.lobby, "Start") for _ in range(2)]
    results = [await panel.host.result(one, "Start") for one in starts]
    assert ["begun already" in one.text for one in results].count(True) == 1
    card = await panel.card(1)
    forms = [await one.press(await panel.card(1, one), "Answer") for one in panel.room.members]
    sent = [
        one.start_submit(form, {"Your answer": f"{panel.points_of(card, 2)}\nBy {one.name}."})
        for one, form in zip(panel.room.members, forms, strict=True)
    ]
    kept = [
        await one.result(each, "the form", wait="final")
        for one, each in zip(panel.room.members, sent, strict=True)
    ]
    assert all("Your answer is in" in one.text for one in kept)
    await says(card, "Everybody is done")
    clock_to(panel, -0.5)
    shown = await panel.report()
    for one in kept:
        await says(one, "out of 10")
    assert house.rows(
        "SELECT count(*), count(DISTINCT member_id) FROM ledger WHERE kind = 'graded' AND ask_id = ?",
        ask_id(card),
    ) == [(6, 6)]
    assert len(re.findall(r"^ *\d+\. ", shown.text, re.MULTILINE)) == 6
    assert (
        len([one for one in house.world.state.channels.values() if one.parent_id == panel.room.channel.id])
        == 1
    )


@pytest.mark.parametrize("first", ["answer", "leave"])
async def test_a_candidate_leaves_at_the_moment_of_their_answer(house: House, first: str):
    panel = await opened(house, "olga", "ann", "ben", format="hot seat", topic="tag:gradients")
    seat = HotSeat(await begun(panel, panel.room.members))
    candidate, asking, _ = await seat.roles(1)
    card = await panel.card(1, candidate)
    form = await candidate.press(card, "Answer")
    text = {"Your answer": f"{panel.points_of(card, 2)}\nAnd I go."}
    if first == "answer":
        sent, left = candidate.start_submit(form, text), start_press(candidate, panel.lobby, "Leave")
    else:
        left, sent = start_press(candidate, panel.lobby, "Leave"), candidate.start_submit(form, text)
    shown = await candidate.result(sent, "the form", wait="final")
    await candidate.result(left, "Leave")
    (host,) = stored(panel, "host_id")
    panel.host = next(one for one in panel.room.members if one.id == host)
    assert panel.host is not candidate
    await panel.host.press(await panel.card(1), "Reveal now")
    await panel.revealed(1)
    await quiet(house)
    counted = house.rows("SELECT state FROM answer WHERE id = ?", sent.id)
    assert counted == ([("settled",)] if sent.answer == DEFER else [])
    assert sent.answer == DEFER or "And I go." in shown.text  # it is handed back
    await panel.host.press(await panel.card(1), "Next question")
    following, _, _ = await seat.roles(2)
    assert following is asking
    await panel.end()


async def test_next_below_ones_own_verdict_pressed_twice_goes_on_once(house: House):
    room = Room(house, "ann")
    alone = Alone(house, room.members[0])
    await alone.member.slash("mock", channel=room.channel, topic="tag:gradients", questions=2)
    card = await alone.card(1)
    verdict = await says(await answered(alone.member, card, alone.all_points(card)), "out of 10")
    await alone.revealed(card)
    address = f"ask:{ask_id(card)}:next"
    for _ in range(2):
        start_press(alone.member, verdict, address)
    await house.eventually("SELECT 1 FROM interview WHERE host_id = ? AND round = 2", alone.member.id)
    await quiet(house)
    assert alone.state() == ("answering", 2)
    await alone.member.press(await alone.card(2), "End")
    await alone.report()
