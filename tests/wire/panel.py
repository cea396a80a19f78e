"""An interview in a room of its own, as its members go through it; what must be true when interviews are over."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.sandbox import Handle, Shown
from bot.sandbox.component_tree import text_of
from tests.wire.aftermath import check_ledger
from tests.wire.conftest import House, ask_id
from tests.wire.room import Room

BANK = loader.load(bundled()).questions
REPORT = ("How the interview went", "in this mock interview")


class Panel:
    """An interview in a room of its own."""

    def __init__(self, room: Room, lobby: Shown) -> None:
        self.room, self.house, self.lobby = room, room.house, lobby
        self.host, *self.others = room.members
        self.id = int((lobby.buttons[0].custom_id or "").split(":")[1])

    async def join(self, member: Handle, *, consent: bool = False) -> Shown:
        form = await member.press(self.lobby, "Join")
        return await member.submit(form, {next(iter(form.fields)): "yes" if consent else "no"})

    async def start(self) -> None:
        await self.host.press(self.lobby, "Start")

    async def card(self, number: int, member: Handle | None = None) -> Shown:
        """The card of a round, once it stands there."""
        message_id, place = await self.house.eventually(
            "SELECT message_id, place_id FROM interview_round JOIN interview ON id = interview_id"
            " WHERE interview_id = ? AND number = ? AND message_id IS NOT NULL",
            self.id,
            number,
        )
        seen = (member or self.host).history(self.house.world.channel(place))
        return next(shown for shown in seen if shown.message_id == message_id)

    async def revealed(self, number: int) -> Shown:
        """The same card after its reveal."""
        await self.house.eventually(
            "SELECT 1 FROM interview_round WHERE interview_id = ? AND number = ? AND shown LIKE 'revealed%'",
            self.id,
            number,
        )
        return await self.card(number)

    async def report(self) -> Shown:
        """The report at the end."""
        report_id, place = await self.house.eventually(
            "SELECT report_id, place_id FROM interview WHERE id = ? AND report_id IS NOT NULL", self.id
        )
        seen = self.host.history(self.house.world.channel(place))
        return next(shown for shown in seen if shown.message_id == report_id)

    async def end(self) -> None:
        """Wait for the report; its host ends what goes on."""
        ((phase, number),) = self.house.rows("SELECT phase, round FROM interview WHERE id = ?", self.id)
        if phase != "ended":
            asked = await self.host.press(await self.card(number), "End")
            await self.host.press(asked, "End it")
        await self.report()

    def points_of(self, card: Shown, number: int) -> str:
        """What covers so many points of a card's question."""
        return points_of(self.house, card, number)


def points_of(house: House, card: Shown, number: int) -> str:
    """What covers so many points of a card's question."""
    ((question_id,),) = house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
    return "\n".join(point.covered[0] for point in BANK[question_id].points[:number])


async def opened(house: House, *names: str, questions: int = 2, minutes: int = 2, **options: Any) -> Panel:
    """A lobby; the first of the names is its host."""
    room = Room(house, *names)
    lobby = await room.members[0].slash(
        "interview start", questions=questions, minutes=minutes, channel=room.channel, **options
    )
    return Panel(room, lobby)


async def quiet(house: House, seconds: float = 20) -> None:
    """Wait until no interview has anything to do now. (Whatever is done sets a new moment, which may be now again.)"""
    sql = "SELECT 1 FROM interview WHERE again_at <= ?"
    async with asyncio.timeout(seconds):
        while house.rows(sql, int(house.world.clock.time() * 1000)):
            await asyncio.sleep(0.01)


async def owed_is_paid(house: House) -> None:
    """Whoever is owed a verdict does something else, and sees it."""
    house.world.clock.advance(31)  # a verdict is owed after 30 s
    unseen = "FROM answer WHERE state = 'settled' AND shown_at IS NULL"
    for (number,) in house.rows(f"SELECT DISTINCT member_id {unseen}"):
        member = house.world.member(house.world.state.users[number].name)
        left = f"SELECT count(*) {unseen} AND member_id = {number}"
        while (before := house.rows(left)) != [(0,)]:
            await member.slash("streak", channel="dm")
            await house.eventually(f"SELECT 1 WHERE ({left}) < ?", *before[0])


def standing(house: House, channel_id: int) -> dict[int, str]:
    """What everybody reads of the bot in a place: the text of each message, with the addresses of its buttons."""
    state = house.world.state
    return {
        one.id: "\n".join([*text_of(one.components), str(one.components)])
        for one in state.messages.get(channel_id, {}).values()
        if one.author_id == state.bot_id and one.only_for is None
    }


def wrong_in(house: House, *ids: int) -> Sequence[str]:
    """All that is wrong with interviews that are over, and with the ledger."""
    wrong = check_ledger(house)
    for interview_id in ids:
        ((phase, place, report_id, timed),) = house.rows(
            "SELECT phase, place_id, report_id, timed FROM interview WHERE id = ?", interview_id
        )
        rounds = house.rows(
            "SELECT number, ask_id, message_id, shown, rounds FROM interview_round JOIN interview ON id = interview_id"
            " WHERE interview_id = ? ORDER BY number",
            interview_id,
        )
        if phase != "ended":
            wrong.append(f"{interview_id}: {phase}, not over")
        if not timed:  # what it shows is seen by nobody but its member
            continue
        seen = standing(house, place)
        for number, ask, message_id, shown, most in rounds:
            cards = [
                one
                for one, text in seen.items()
                if f"Question {number} of {most}" in text and f"'ask:{ask}:" in text
            ]
            if cards != [message_id] or shown != "revealed":
                wrong.append(f"{interview_id}: round {number}: cards {cards}, noted {message_id}, {shown!r}")
        reports = [one for one, text in seen.items() if any(words in text for words in REPORT)]
        if reports != [report_id]:
            wrong.append(f"{interview_id}: reports {reports}, noted {report_id}")
    held = house.rows("SELECT ask_id, member_id FROM answer WHERE held")
    twice = house.rows(
        "SELECT ask_id, member_id, count(*) FROM ledger WHERE kind = 'graded' AND ask_id IN"
        " (SELECT ask_id FROM interview_round) GROUP BY ask_id, member_id HAVING sum(points > 0) > 1"
    )
    wrong += [f"held for ever: {one}" for one in held] + [f"paid twice: {one}" for one in twice]
    return wrong
