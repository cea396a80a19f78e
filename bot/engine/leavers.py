"""Who has left a server and is not shown on its boards any more."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.storage import boards, presence
from bot.storage.database import Connection, Database

LOOKED_UP_EVERY = timedelta(days=1)
AT_ONCE = 100  # what Discord says about in one reply


class Leavers:
    """Says whom to look up, and keeps the result."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def to_look_up(self, guild_id: int, member_ids: Sequence[int]) -> Sequence[int]:
        """Of those a board shows, and of those who had left, whoever was not looked up for a day."""
        before = self._clock.now() - LOOKED_UP_EVERY
        return await self._database.read(presence.due, guild_id, member_ids, before, AT_ONCE)

    async def looked_up(self, guild_id: int, member_ids: Sequence[int], here: Collection[int]) -> None:
        """These were looked up; those who are `here` are in the server. Its boards follow."""
        now = self._clock.now()

        def keep(connection: Connection) -> None:
            for member_id in member_ids:
                if presence.note(connection, guild_id, member_id, now, here=member_id in here):
                    boards.list_member(connection, member_id)

        await self._database.write(keep)
