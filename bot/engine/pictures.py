"""Which picture goes with which numbers."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.scoring import BEST_SCORE
from bot.drawing.sheet import DAYS_A_WEEK, Bar, Sheet, Square
from bot.drawing.studio import Studio
from bot.engine.progress import StreakView
from bot.engine.stats import WEEKS, StatsView
from bot.engine.wording import SURE
from bot.storage.progress import How

LETTERS: dict[How | None, str] = {"frozen": "F", "away": "A", "zone": "Z"}
_DAY = timedelta(days=1)


class Pictures:
    """Has pictures drawn. None stands for one that cannot be had; the numbers are told in words as well."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def kept(self, sheet: Sheet) -> bytes | None:
        """The picture of a sheet that was drawn lately, at once."""
        return self._studio.kept(sheet)

    async def draw(self, sheet: Sheet) -> bytes | None:
        """The picture of a sheet; this takes a moment."""
        return await self._studio.picture(sheet)

    async def close(self) -> None:
        """Let the process that draws go."""
        await self._studio.close()


def stats_sheet(view: StatsView) -> Sheet:
    """Calendar, readiness by area, and how sure against how right; nothing for somebody who has not begun."""
    days, months = _calendar(view.streak) if view.streak.days else ((), ())
    return Sheet(
        days,
        months,
        tuple(Bar(one.title, one.share, f"{one.share:.0%}") for one in view.ready),
        "Readiness by area",
        tuple(
            Bar(SURE[one.sure], one.score / BEST_SCORE, f"{one.score:.1f} ({one.tries})")
            for one in view.judged
        ),
    )


def strength_sheet(title: str, strength: Sequence[tuple[str, float]]) -> Sheet:
    """A bar for each area."""
    return Sheet(
        strength=tuple(Bar(area, share, f"{share:.0%}") for area, share in strength), strength_title=title
    )


def _calendar(streak: StreakView) -> tuple[tuple[Square, ...], tuple[tuple[int, str], ...]]:
    """Twelve weeks from a Monday to today, and the months that begin in them."""
    first = streak.day - timedelta(weeks=WEEKS - 1, days=streak.day.weekday())
    known = {one.day: one for one in streak.days}
    squares: list[Square] = []
    months: list[tuple[int, str]] = []
    for number in range((streak.day - first).days + 1):
        day = first + number * _DAY
        one = known.get(day)
        how = streak.waiting.get(day) if one is None else one.how
        squares.append(Square(0 if one is None else one.answers, LETTERS.get(how, "")))
        if day.day == 1 or (number == 0 and _room_for_a_month(day)):
            months.append((number // DAYS_A_WEEK, f"{day:%b}"))
    return tuple(squares), tuple(months)


def _room_for_a_month(day: date) -> bool:
    """Whether the next month does not begin within two weeks."""
    return (day + 2 * DAYS_A_WEEK * _DAY).month == day.month
