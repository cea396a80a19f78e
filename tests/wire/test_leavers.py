"""Boards drop who has left the server: looked up after a board was shown, at most once a day each."""

from bot.sandbox import Handle, Shown
from tests.wire.answers import strong
from tests.wire.conftest import House
from tests.wire.room import Room
from tests.wire.test_boards import practises, table

DAY_S = 86_400


async def board(room: Room, member: Handle) -> Shown:
    """The server's board of all time, and what was looked up after it is kept."""
    return await member.slash("leaderboard", period="all", channel=room.channel)


def names(shown: Shown) -> list[str]:
    return [name for _, name, _ in table(shown)]


async def looked_up(room: Room, number: int) -> None:
    """So many members of the room were looked up by now."""
    await room.house.eventually(
        "SELECT 1 WHERE (SELECT count(*) FROM presence WHERE guild_id = ? AND checked_at >= ?) = ?",
        room.guild_id,
        int(room.house.world.clock.time() * 1000) - 60_000,
        number,
    )


async def test_who_left_is_missing_at_the_next_look(fresh: House):
    room = Room(fresh, "ann", "ben", "cara")
    ann, ben, cara = room.members
    for number, member in enumerate(room.members):
        await practises(room, member, strong(variant=number))
    ben.leave(room.name)
    assert sorted(names(await board(room, ann))) == ["Ann", "Ben", "Cara"]
    await looked_up(room, 3)
    shown = await board(room, ann)
    assert sorted(names(shown)) == ["Ann", "Cara"]
    # Places close up, also for one's own.
    assert [rank for rank, _, _ in table(shown)] in ([1, 2], [1, 1])
    # Elsewhere Ben is as he was.
    assert "Points everywhere" in (await ben.slash("leaderboard", channel="dm")).text
    # Cara goes on the same day: nobody asks Discord again before a day has passed.
    cara.leave(room.name)
    assert sorted(names(await board(room, ann))) == ["Ann", "Cara"]
    fresh.world.clock.advance(DAY_S - 120)
    assert sorted(names(await board(room, ann))) == ["Ann", "Cara"]
    fresh.world.clock.advance(240)
    assert sorted(names(await board(room, ann))) == ["Ann", "Cara"]
    await looked_up(room, 3)
    assert names(await board(room, ann)) == ["Ann"]
    # Who comes back is shown again, a day later at the latest.
    ben.join(room.name)
    fresh.world.clock.advance(DAY_S + 60)
    assert names(await board(room, ann)) == ["Ann"]
    await looked_up(room, 3)
    assert sorted(names(await board(room, ann))) == ["Ann", "Ben"]
