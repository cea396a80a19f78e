"""The card of a streak: how it stands, and the last weeks day by day."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.streak import FREEZE_EVERY, LEAST_SCORE, MOST_FREEZES
from bot.engine.progress import LOOKED_BACK, StreakView
from bot.engine.wording import plural
from bot.storage.progress import Day, How
from bot.ui.base import Card, texts
from bot.ui.boards import STREAK_RULES

COUNTED, HELD, NOTHING = "●", "◇", "·"
HELD_BY: dict[How, str] = {"frozen": "freeze used", "away": "I was away", "zone": "date skipped"}
COUNTED_BY: dict[How, str] = {
    "answer": "grade withheld",  # else its score is told
    "voice": "said aloud",
    "review": "reviews done",
}
_DAY = timedelta(days=1)


def streak_card(view: StreakView) -> Card:
    """The reader's own streak, their last weeks, and the rules in plain words."""
    if view.counted_today:
        today = "Today counts already. See you tomorrow."
    elif view.today:
        today = "Answer one question today (2 out of 10 is enough) to keep it."
    else:
        today = "Answer one question (2 out of 10 is enough) to start one."
    freezes = (
        f"Freezes in hand: {view.freezes} of {MOST_FREEZES}."
        if view.freezes
        else f"No freeze in hand (one comes with every {FREEZE_EVERY}th day)."
    )
    if view.today and view.frozen:
        freezes += f" {plural(view.frozen, 'missed day')} will be covered once you practise again."
    zone = f"-# Your time zone: {view.zone}."
    if not view.zone_chosen:
        zone += " Is that right? `/settings` changes it."
    lines = "\n".join(day_lines(view))
    return Card(
        *texts(
            f"### Streak: {plural(view.today, 'day')}",
            f"{today}\nBest so far: {plural(view.best, 'day')}. Points in all: {view.points}.\n{freezes}",
            f"**Your last weeks** ({COUNTED} counted, {HELD} held for you)\n```\n{lines}\n```"
            if lines
            else "",
            STREAK_RULES,
            zone,
        )
    )


def day_lines(view: StreakView) -> Sequence[str]:
    """The last four weeks, newest first, and why each day counted or not; days missed in a row share a line.

    Nothing is told of days before the first of which anything is known.
    """
    known = {one.day: one for one in view.days}
    if not known:
        return []
    first = max(min(known), view.day - LOOKED_BACK)
    lines: list[str] = []
    missed: list[date] = []
    for back in range((view.day - first).days + 1):
        day = view.day - back * _DAY
        told = _told(view, day, known.get(day))
        if told is None:
            missed.append(day)
            continue
        lines += [*_missed(missed), f"{_date(day)} {told}"]
        missed = []
    return lines + _missed(missed)


def _told(view: StreakView, day: date, one: Day | None) -> str | None:
    """A mark and why; None for a day without anything."""
    how = view.waiting.get(day) if one is None or one.how is None else one.how
    if how in HELD_BY:
        pending = "freeze waits" if how == "frozen" and (one is None or one.how is None) else HELD_BY[how]
        return f"{HELD} {pending}"
    if one is not None and how is not None:
        scored = how == "answer" and one.best is not None and one.best >= LEAST_SCORE
        return f"{COUNTED} {f'{one.best:g} out of 10' if scored else COUNTED_BY[how]}"
    if one is not None:
        return f"{NOTHING} no grade" if one.best is None else f"{NOTHING} under {LEAST_SCORE:g} of 10"
    return f"{NOTHING} still open" if day == view.day else None


def _missed(days: Sequence[date]) -> list[str]:
    if not days:
        return []
    return [f"{_date(days[-1])} {NOTHING} " + ("missed" if len(days) == 1 else f"{len(days)} days missed")]


def _date(day: date) -> str:
    return f"{day:%a} {day.day:>2} {day:%b}"
