"""An interview in a room of its own, as its members go through it."""

from typing import Any

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.sandbox import Handle, Shown
from tests.wire.conftest import House, ask_id
from tests.wire.room import Room

BANK = loader.load(bundled()).questions


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
            await self.host.press(await self.card(number), "End")
        await self.report()

    def points_of(self, card: Shown, number: int) -> str:
        """What covers so many points of a card's question."""
        ((question_id,),) = self.house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
        return "\n".join(point.covered[0] for point in BANK[question_id].points[:number])


async def opened(house: House, *names: str, questions: int = 2, minutes: int = 2, **options: Any) -> Panel:
    """A lobby; the first of the names is its host."""
    room = Room(house, *names)
    lobby = await room.members[0].slash(
        "interview start", questions=questions, minutes=minutes, channel=room.channel, **options
    )
    return Panel(room, lobby)
