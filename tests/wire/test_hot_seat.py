"""The hot seat over the wire: who sees and does what, by voice and by form, and what comes of it."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Handle, Shown
from tests.wire.conftest import House, ask_id
from tests.wire.panel import BANK, Panel, opened
from tests.wire.room import answered, forged, says, score

STARS, POINTS = "How good was the answer?", "Which points did you hear?"


class HotSeat:
    """A session of the hot seat in which everybody has joined, and which has begun."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.house = panel, panel.house
        self.everybody = panel.room.members

    async def roles(self, number: int) -> tuple[Handle, Handle, list[Handle]]:
        """Candidate, interviewer and observers of a round that has its card."""
        await self.panel.card(number)
        ((candidate, interviewer),) = self.house.rows(
            "SELECT candidate_id, interviewer_id FROM interview_round WHERE interview_id = ? AND number = ?",
            self.panel.id,
            number,
        )
        by_id = {member.id: member for member in self.everybody}
        others = [member for member in self.everybody if member.id not in (candidate, interviewer)]
        return by_id[candidate], by_id[interviewer], others

    async def mine(self, member: Handle, number: int = 1) -> Shown:
        """A member's own card."""
        return await member.press(await self.panel.card(number, member), "My card")

    def point_ids(self, card: Shown) -> list[str]:
        """The points of a card's question."""
        ((question_id,),) = self.house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
        return [point.id for point in BANK[question_id].points]

    def events(self, card: Shown, kind: str) -> dict[int, tuple[float | None, int, int]]:
        """(score, points, streak day) of each member's events of a kind on a card's question."""
        rows = self.house.rows(
            "SELECT member_id, score, points, streak_day FROM ledger WHERE kind = ? AND ask_id = ?",
            kind,
            ask_id(card),
        )
        return {member: (grade, points, counts) for member, grade, points, counts in rows}


@pytest.fixture
async def seat(house: House) -> AsyncIterator[HotSeat]:
    """Four members; ann lets the others read what she types."""
    panel = await opened(house, "olga", "ann", "ben", "cem", format="hot seat")
    for member in panel.room.members:
        await panel.join(member, consent=member is panel.others[0])
    await panel.start()
    yield HotSeat(panel)
    await panel.end()


async def test_by_voice_people_judge_for_the_streak_and_not_for_points(seat: HotSeat):
    panel, house = seat.panel, seat.house
    card = await panel.card(1)
    candidate, asking, (first, second) = await seat.roles(1)
    assert candidate.id in [member.id for member in seat.everybody]
    assert "answered aloud" in (await candidate.press(await seat.mine(candidate), "I answered aloud")).text
    points = seat.point_ids(card)
    ticked = await asking.select(await seat.mine(asking), POINTS, points)
    assert "10 out of 10" in ticked.text
    for member, stars in ((first, "3"), (second, "4")):
        given = await member.select(await seat.mine(member), STARS, [stars])
        assert f"{stars} of 5 stars" in given.text
    await first.select(await seat.mine(first), POINTS, points[:1])
    house.world.clock.advance(31)
    card = await panel.revealed(1)
    assert "Hotseat: nothing typed" in card.text
    assert "10 out of 10" in card.text
    assert "3.5 of 5 stars (2 observers)" in card.text
    assert "interviewer: heard it · observers: 1 of 1" in card.text
    assert seat.events(card, "judged") == {candidate.id: (10.0, 0, 1)}
    assert seat.events(card, "graded") == {}
    assert set(seat.events(card, "closed")) == {member.id for member in seat.everybody}
    streak = await candidate.slash("streak", channel=panel.room.channel)
    assert "1 day" in streak.text


async def test_by_form_machine_and_people_stand_side_by_side(seat: HotSeat):
    panel, house = seat.panel, seat.house
    await panel.host.press(await panel.card(1), "Reveal now")
    await panel.revealed(1)
    await panel.host.press(await panel.card(1), "Next question")
    candidate, asking, _ = await seat.roles(2)  # ann, who lets the others read
    card = await panel.card(2, candidate)
    kept = await answered(candidate, card, f"{panel.points_of(card, 9)}\nAs ann says.")
    read = await seat.mine(asking, 2)
    assert "As ann says." in read.text
    # What one does stands between the question and the long list of points, not below it.
    places = [read.text.index(words) for words in ("**The question**", "Time until", "Points to listen for")]
    assert places == sorted(places)
    await asking.select(read, POINTS, ["-"])
    again = await asking.press(read, "Look again")
    assert "0 of" in again.text
    assert again.message_id == read.message_id
    await panel.host.press(await panel.card(2), "Reveal now")
    shown = await panel.revealed(2)
    assert "Hotseat: 10 out of 10" in shown.text
    assert f"Interviewer <@{asking.id}>: 0 out of 10" in shown.text
    assert "covered · interviewer: not heard" in shown.text
    report = await panel.report()
    assert "grade intv. stars" in report.text
    assert "10.0   0.0" in report.text
    await says(kept, "out of 10")
    assert score(kept) == 10
    assert seat.events(card, "graded")[candidate.id][1] > 0
    assert seat.events(card, "judged") == {candidate.id: (0.0, 0, 0)}
    house.world.clock.advance(1)


async def test_what_a_candidate_types_is_theirs_unless_they_agreed(seat: HotSeat):
    candidate, asking, (watching, _) = await seat.roles(1)  # olga, who did not agree
    await answered(candidate, await seat.panel.card(1, candidate), "My own words, for nobody else.")
    for member in (asking, watching):
        card = await seat.mine(member)
        assert "only I may read" in card.text
        assert "My own words" not in card.text


async def test_nobody_does_what_is_not_their_part(seat: HotSeat):
    panel = seat.panel
    candidate, asking, (watching, _) = await seat.roles(1)
    card = await panel.card(1)
    for member in (asking, watching):
        for button in ("Answer", "Pass"):
            assert "answers this one" in (await member.press(await panel.card(1, member), button)).text
    mine = await seat.mine(candidate)
    assert mine.selects == []
    assert "Points to listen for" not in mine.text
    theirs = await seat.mine(watching)
    address = next(one.custom_id for one in theirs.selects if one.placeholder == STARS)
    aloud = forged(panel.room, asking, f"interview:{panel.id}:aloud")
    assert "answers this one" in (await asking.press(aloud, "Forged")).text
    assert address == f"interview:{panel.id}:stars:1"
    assert seat.house.rows("SELECT count(*) FROM interview_judgement WHERE ask_id = ?", ask_id(card)) == [
        (0,)
    ]


async def test_who_has_seen_the_points_earns_nothing_for_them(seat: HotSeat):
    _, asking, (watching, other) = await seat.roles(1)
    card = await seat.panel.card(1)
    for member in (asking, watching):
        await seat.mine(member)
        await seat.mine(member)
    assert set(seat.events(card, "revealed")) == {asking.id, watching.id}
    assert other.id not in seat.events(card, "revealed")


async def test_a_menu_of_a_round_that_is_closed_says_so(seat: HotSeat):
    panel = seat.panel
    _, asking, _ = await seat.roles(1)
    old = await seat.mine(asking)
    await panel.host.press(await panel.card(1), "Reveal now")
    await panel.revealed(1)
    points = seat.point_ids(await panel.card(1))
    assert "closed" in (await asking.select(old, POINTS, points[:1])).text
    await panel.host.press(await panel.card(1), "Next question")
    await panel.card(2)
    assert "closed" in (await asking.select(old, POINTS, points[:1])).text
    rounds = {
        ask
        for (ask,) in seat.house.rows("SELECT ask_id FROM interview_round WHERE interview_id = ?", panel.id)
    }
    assert not rounds & {ask for (ask,) in seat.house.rows("SELECT ask_id FROM interview_judgement")}
