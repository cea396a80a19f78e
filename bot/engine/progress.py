"""How members stand: the server's board and one's own streak."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.scoring import Place, places
from bot.domain.streak import Streak, local_day
from bot.storage import boards, members
from bot.storage.database import Database

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Board:
    """A server's best and the asking member's own place (None without points)."""

    top: Sequence[Place]
    own: Place | None


@dataclass(frozen=True, slots=True)
class StreakView:
    """A member's streak: `today` as it stands now, `counted_today` if today's practice is in it."""

    today: int
    best: int
    counted_today: bool
    zone: str
    points: int


class Progress:
    """What any door may ask about points and streaks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def board(self, guild_id: int, member_id: int, name: str) -> Board:
        """The board of one server, all time."""
        reader = self._database.reader
        top = places(await boards.top(reader, guild_id, SHOWN))
        points = await boards.points(reader, member_id, guild_id)
        if not points:
            return Board(top, None)
        rank = await boards.ahead(reader, guild_id, points) + 1
        return Board(top, Place(rank, member_id, name, points))

    async def streak(self, member_id: int) -> StreakView:
        """The member's streak and points as they stand now."""
        reader = self._database.reader
        streak: Streak = await members.streak(reader, member_id)
        zone = await members.zone(reader, member_id)
        today = local_day(self._clock.now(), zone)
        points = await boards.points(reader, member_id)
        return StreakView(streak.alive_on(today), streak.best, streak.last == today, zone, points)
