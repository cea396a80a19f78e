"""A server of a test's own in a shared world, and what its members read in the cards."""

import re

from bot.sandbox import Handle, Shown
from tests.wire.answers import QUESTION
from tests.wire.conftest import House

PART = QUESTION.points[0].covered[0]  # earns one point of five
OVERLOOKED = "Which point did you cover?"


class Room:
    """A server of the test's own in a shared world, with people whom nobody has met."""

    def __init__(self, house: House, *names: str) -> None:
        self.house = house
        world = house.world
        number = len(world.state.guilds)
        self.name = f"Room {number}"
        people = [world.add_user(f"{name}-{number}", name.capitalize()) for name in names]
        world.add_guild(self.name, world.add_user(f"owner-{number}"), people)
        self.channel = world.add_channel(f"room-{number}", guild=self.name)
        self.members = [world.member(person.name) for person in people]

    @property
    def guild_id(self) -> int:
        """The server's id."""
        return self.house.world.guild(self.name).id

    def allow(self, member: Handle, permission: str) -> None:
        """Let one member do something everywhere in this server."""
        role = self.house.world.add_role(f"{permission} {member.name}", permission, guild=self.name)
        self.house.world.give_role(member.name, role.name, self.name)

    def place(self, where: str):
        """The channel, or the DM."""
        return "dm" if where == "dm" else self.channel

    def ledger(self, member: Handle, *kinds: str) -> list[str]:
        """The kinds of what the member did, oldest first; only some of them if any are named."""
        rows = self.house.rows("SELECT kind FROM ledger WHERE member_id = ? ORDER BY seq", member.id)
        return [kind for (kind,) in rows if not kinds or kind in kinds]


def score(verdict: Shown) -> float:
    """The score that a verdict shows."""
    found = re.search(r"([\d.]+) out of 10", verdict.text)
    assert found is not None, verdict.text
    return float(found[1])


def earned(verdict: Shown) -> int:
    """The points that a verdict says were booked."""
    found = re.search(r"\*\*\+(\d+) points?\*\*", verdict.text)
    return int(found[1]) if found else 0


async def says(shown: Shown, words: str) -> Shown:
    """The message, once it says these words."""
    while words not in shown.text:
        await shown.changed()
    return shown


async def gone(shown: Shown) -> None:
    """Wait until a message is deleted."""
    if not shown.deleted:
        await shown.changed()
    assert shown.deleted


async def answered(member: Handle, card: Shown, text: str = PART, button: str = "Answer") -> Shown:
    """The verdict on an answer by form."""
    form = await member.press(card, button)
    (field,) = (label for label in form.fields if label.startswith("Your"))
    return await member.submit(form, {field: text}, wait="final")


def forged(room: Room, member: Handle, *addresses: str) -> Shown:
    """A message of the bot in the room with buttons that lead to any addresses; one has the label Forged."""
    world = room.house.world
    rows = [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 2, "label": "Forged", "custom_id": one} for one in addresses[at : at + 5]
            ],
        }
        for at in range(0, len(addresses), 5)
    ]
    world.messages.create(room.channel, world.state.bot_id, {"content": "Forged", "components": rows}, {})
    return member.history(room.channel)[-1]
