"""How members stand: the boards, and one's own streak. Also notes that the bot is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.domain.scoring import EXACT_RANKS, Measure, Period, Place, places, top_percent
from bot.domain.zone import local_day
from bot.engine import streaks
from bot.storage import boards, members, progress, uptime
from bot.storage.database import Connection, Database
from bot.storage.progress import Day, How

SHOWN = 10
BEAT = timedelta(minutes=1)
UNBROKEN = 3 * BEAT
LOOKED_BACK = timedelta(days=27)  # four weeks with today


@dataclass(frozen=True, slots=True)
class Board:
    """A board's best and the asking member's own place (None without points).

    Far down the own place has no exact rank (0), but `percent`: "top n %". `hidden`: others do not see it.
    """

    period: Period
    everywhere: bool
    top: Sequence[Place]
    own: Place | None
    percent: int = 0
    hidden: bool = False
    measure: Measure = Measure.POINTS


@dataclass(frozen=True, slots=True)
class StreakView:
    """A member's streak: `today` as it stands now, `counted_today` if today's practice is in it.

    `frozen` freezes are being used up by the days since the last one that counted, `freezes` are left. `days` are
    those of the weeks before of which something is known, `waiting` says what will hold the streak over those
    since the last that counted, `day` is today.
    """

    today: int
    best: int
    counted_today: bool
    zone: str
    points: int
    freezes: int = 0
    frozen: int = 0
    zone_chosen: bool = False
    day: date = date.min
    days: Sequence[Day] = ()
    waiting: Mapping[date, How] = field(default_factory=dict[date, How])


class Progress:
    """What any door may ask about points and streaks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def board(
        self,
        guild_id: int | None,
        member_id: int,
        name: str,
        period: Period,
        measure: Measure = Measure.POINTS,
    ) -> Board:
        """The board of one server, or (None) the global one; of the week, the month or all time."""
        return await self._database.read(self._board, guild_id, member_id, name, period, measure)

    async def streak(self, member_id: int) -> StreakView:
        """The member's streak and points as they stand now."""
        return await self._database.read(streak_view, member_id, self._clock.now(), LOOKED_BACK)

    async def beat(self) -> None:
        """Note that the bot is there; called every minute while it is connected."""
        await self._database.write(uptime.beat, self._clock.now(), UNBROKEN)

    def _board(
        self,
        connection: Connection,
        guild_id: int | None,
        member_id: int,
        name: str,
        period: Period,
        measure: Measure,
    ) -> Board:
        place, key = guild_id or boards.EVERYWHERE, period.key(self._clock.now())
        top = places(boards.top(connection, place, key, measure, SHOWN))
        wishes = members.settings(connection, member_id).wishes
        hidden = not (wishes.on_boards if guild_id else wishes.on_global_board)
        points, gain = boards.earned(connection, member_id, place, key)
        mine = points if measure is Measure.POINTS else gain
        if not mine:
            return Board(period, guild_id is None, top, None, hidden=hidden, measure=measure)
        # The crowd is read first: to count a thousand one by one costs most of a look, and most have more before them.
        crowd = boards.crowd(connection, place, key, measure, mine)
        ahead = crowd.surely
        if ahead < EXACT_RANKS:
            ahead = boards.ahead(connection, place, key, measure, mine, EXACT_RANKS)
        if ahead < EXACT_RANKS:
            own = Place(ahead + 1, member_id, name, mine)
            return Board(period, guild_id is None, top, own, hidden=hidden, measure=measure)
        percent = top_percent(crowd.about, crowd.members)
        return Board(period, guild_id is None, top, Place(0, member_id, name, mine), percent, hidden, measure)


def streak_view(connection: Connection, member_id: int, now: datetime, back: timedelta) -> StreakView:
    """The member's streak as it stands, with the days of the time before."""
    choice = members.settings(connection, member_id).zone
    zone = choice.at(now)
    today = local_day(now, zone)
    kept, _ = progress.streak(connection, member_id)
    streak, waiting = streaks.waiting(connection, member_id, today, zone)
    return StreakView(
        streak.count,
        streak.best,
        streak.last == today,
        zone,
        boards.points(connection, member_id),
        streak.freezes,
        kept.freezes - streak.freezes,
        choice.chosen_at is not None,
        today,
        progress.days(connection, member_id, today - back),
        waiting,
    )
