"""/mock over the wire: timed in the DM, from press to press where DMs are closed."""

from typing import Any

import pytest

from bot.sandbox import Handle, Shown
from tests.wire.conftest import House, ask_id
from tests.wire.panel import BANK
from tests.wire.room import Room, answered, forged, says, score

MINUTE = 60


class Alone:
    """A member's own interview."""

    def __init__(self, house: House, member: Handle) -> None:
        self.house, self.member = house, member

    async def card(self, number: int) -> Shown:
        """The card of a round, in the DM."""
        (message_id,) = await self.house.eventually(
            "SELECT message_id FROM interview_round JOIN interview ON id = interview_id"
            " WHERE host_id = ? AND format = 'solo' AND number = ? AND message_id IS NOT NULL AND phase <> 'ended'",
            self.member.id,
            number,
        )
        return next(shown for shown in self.member.history("dm") if shown.message_id == message_id)

    async def revealed(self, card: Shown) -> Shown:
        """The same card after its reveal."""
        await self.house.eventually(
            "SELECT 1 FROM interview_round WHERE ask_id = ? AND shown LIKE 'revealed%'", ask_id(card)
        )
        return card

    async def report(self) -> Shown:
        """The report, in the DM."""
        (report_id,) = await self.house.eventually(
            "SELECT report_id FROM interview WHERE host_id = ? AND format = 'solo' AND report_id IS NOT NULL",
            self.member.id,
        )
        return next(shown for shown in self.member.history("dm") if shown.message_id == report_id)

    def all_points(self, card: Shown) -> str:
        """What covers every point of a card's question."""
        ((question_id,),) = self.house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
        return "\n".join(point.covered[0] for point in BANK[question_id].points)

    def state(self) -> tuple[str, int]:
        """Phase and round."""
        ((phase, number),) = self.house.rows(
            "SELECT phase, round FROM interview WHERE host_id = ? AND format = 'solo' ORDER BY id DESC LIMIT 1",
            self.member.id,
        )
        return phase, number


def interview_of(alone: Alone) -> int:
    """The id of their newest interview."""
    ((found,),) = alone.house.rows(
        "SELECT id FROM interview WHERE host_id = ? AND format = 'solo' ORDER BY id DESC LIMIT 1",
        alone.member.id,
    )
    return found


async def illustrated(report: Shown) -> None:
    """Wait until the picture stands beside the words and the transcript."""
    while len(report.attachments) < 2:
        await report.changed()
    told = {str(one["filename"]): str(one.get("description")) for one in report.attachments}
    assert sorted(told) == ["interview.md", "strength.png"]
    assert told["strength.png"].startswith("Strength by area: ")
    assert "Readiness by area" in report.text


async def begun(house: House, **options: Any) -> tuple[Alone, Room, Shown]:
    room = Room(house, "ann")
    alone = Alone(house, room.members[0])
    first = await alone.member.slash("mock", channel=room.channel, questions=2, minutes=2, **options)
    return alone, room, first


async def test_timed_in_the_dm_by_form_and_by_typing(house: House):
    alone, room, first = await begun(house)
    assert first.ephemeral
    assert "in our DM" in first.text
    card = await alone.card(1)
    verdict = await answered(alone.member, card, alone.all_points(card))
    await says(verdict, "out of 10")
    assert score(verdict) == 10
    shown = await alone.revealed(card)
    assert "**Your grade:** 10 out of 10" in shown.text
    assert "Model answer" in shown.text
    await alone.member.press(verdict, "Next")
    card = await alone.card(2)
    await alone.member.dm(alone.all_points(card))
    await house.eventually("SELECT 1 FROM typed WHERE member_id = ?", alone.member.id)
    house.world.clock.advance(9)
    report = await alone.report()
    assert "You are ready" in report.text
    assert "Readiness by area" in report.text
    await illustrated(report)
    rows = house.rows(
        "SELECT guild_id, points > 0 FROM ledger WHERE kind = 'graded' AND member_id = ?", alone.member.id
    )
    assert rows == [(room.guild_id, 1)] * 2
    assert house.rows(
        "SELECT count(*) FROM answer WHERE member_id = ? AND state = 'settled'", alone.member.id
    ) == [(2,)]


async def test_time_alone_goes_on_to_the_report(house: House):
    alone, _, _ = await begun(house)
    card = await alone.card(1)
    house.world.clock.advance(2 * MINUTE + 1)
    await alone.revealed(card)
    house.world.clock.advance(5 * MINUTE + 1)
    await alone.card(2)
    house.world.clock.advance(2 * MINUTE + 1)
    assert "There is work to do" in (await alone.report()).text


async def test_what_is_begun_in_time_counts_and_what_comes_between_questions_is_told(house: House):
    alone, _, _ = await begun(house)
    card = await alone.card(1)
    first, *rest = alone.all_points(card).splitlines()
    house.world.clock.advance(2 * MINUTE - 5)
    await alone.member.dm(first)
    await house.eventually("SELECT 1 FROM typed WHERE member_id = ?", alone.member.id)
    house.world.clock.advance(6)  # time is up, but they go on typing
    await alone.member.dm("\n".join(rest))
    await house.eventually(
        "SELECT 1 FROM typed WHERE member_id = ? GROUP BY member_id HAVING count(*) = 2", alone.member.id
    )
    house.world.clock.advance(9)
    assert "10 out of 10" in (await alone.revealed(card)).text
    await house.eventually(
        "SELECT 1 FROM ledger WHERE kind = 'graded' AND points > 0 AND member_id = ?", alone.member.id
    )
    await house.eventually(
        "SELECT 1 FROM answer WHERE shown_at IS NOT NULL AND member_id = ?", alone.member.id
    )
    alone.member.catch_up("dm")
    await alone.member.dm("And one more thing.")
    assert "No question of your interview is open" in (await alone.member.next_message(channel="dm")).text
    await alone.member.press(card, "End")
    await alone.report()


async def test_begun_in_the_dm_it_counts_for_no_server(house: House):
    room = Room(house, "ann")
    alone = Alone(house, room.members[0])
    opening = await alone.member.slash("mock", channel="dm", questions=1)
    assert "1 question" in opening.text
    card = await alone.card(1)
    await alone.member.press(card, "Pass")
    await alone.report()
    assert house.rows("SELECT guild_id FROM interview WHERE host_id = ?", alone.member.id) == [(None,)]
    assert house.rows("SELECT guild_id FROM ask WHERE id = ?", ask_id(card)) == [(None,)]


async def test_with_dms_closed_it_goes_on_here_without_a_clock(house: House):
    room = Room(house, "ann")
    alone = Alone(house, room.members[0])
    ann = alone.member
    ann.close_dms()
    card = await ann.slash("mock", channel=room.channel, questions=2, minutes=2)
    await house.eventually("SELECT 1 FROM interview WHERE host_id = ? AND timed = 0", ann.id)
    await says(card, "Question 1 of 2")
    assert "Question 1 of 2" in card.text
    house.world.clock.advance(MINUTE)
    verdict = await answered(ann, card, alone.all_points(card))
    await says(verdict, "out of 10")
    assert score(verdict) == 10
    following = await ann.press(verdict, "Next")
    assert "Question 2 of 2" in following.text
    assert following.ephemeral
    house.world.clock.advance(25 * MINUTE)
    assert alone.state() == ("answering", 2)  # nothing happens by itself
    late = await answered(ann, following, alone.all_points(following))
    await says(late, "out of 10")
    assert "it came too late for this question" in late.text
    report = await ann.press(late, "Next")
    assert "Readiness by area" in report.text
    await illustrated(report)
    assert alone.state() == ("ended", 2)


async def test_a_second_one_goes_on_with_the_first(house: House):
    alone, room, _ = await begun(house)
    await alone.card(1)
    again = await alone.member.slash("mock", channel=room.channel)
    assert "in a mock interview already" in again.text
    await alone.member.press(again, "End")
    assert "You ended this" in again.text
    await alone.report()
    assert "in our DM" in (await alone.member.slash("mock", channel=room.channel, questions=1)).text
    await alone.member.press(await alone.card(1), "End")


@pytest.mark.parametrize("turn", ["leave", "start", "cancel"])
async def test_the_buttons_of_a_lobby_do_nothing_to_it(house: House, turn: str):
    alone, room, _ = await begun(house)
    await alone.card(1)
    address = f"interview:{interview_of(alone)}:{turn}"
    shown = await alone.member.press(forged(room, alone.member, address), "Forged")
    assert "somebody's own" in shown.text or "yours alone" in shown.text
    assert alone.state() == ("answering", 1)
    await alone.member.press(await alone.card(1), "End")
    await alone.report()


async def test_it_takes_no_room_in_the_channel_and_ask_does_not_disturb_it(house: House):
    alone, room, _ = await begun(house)
    card = await alone.card(1)
    lobby = await alone.member.slash("interview start", channel=room.channel)
    assert "about to begin" in lobby.text
    await alone.member.press(lobby, "Cancel")
    await alone.member.slash("ask", channel="dm")
    await answered(alone.member, card, alone.all_points(card))
    assert "10 out of 10" in (await alone.revealed(card)).text
    await alone.member.press(await alone.card(1), "End")
    await alone.report()


@pytest.mark.restart
async def test_a_restart_gives_the_time_back(fresh: House):
    alone, _, _ = await begun(fresh)
    card = await alone.card(1)
    await fresh.bot.stop()
    fresh.world.clock.advance(10 * MINUTE)
    await fresh.start()
    await fresh.eventually(
        "SELECT 1 FROM interview WHERE deadline > ? AND round = 1", int(fresh.world.clock.time() * 1000)
    )
    await answered(alone.member, card, alone.all_points(card))
    assert "10 out of 10" in (await alone.revealed(card)).text
