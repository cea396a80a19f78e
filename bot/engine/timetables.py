"""What a server owner types about when: times of day and days of the week."""

import re
from datetime import time

from bot.domain.schedule import EVERY_DAY
from bot.engine.wording import repeated
from bot.errors import UserError

SHORTEST_NAME = 2  # "mo": two letters are enough to tell any two days apart
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKDAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WORKDAYS

# "9", "9:30", "9.30", "21h30", "0930": two digits of minutes need no mark between them and two digits of hours.
_CLOCK = re.compile(r"(\d\d?)(?:(?: ?[:.h] ?|(?<=\d\d))(\d\d))? ?(am|pm)?", re.ASCII)
_NAMED_TIMES = {"noon": time(12), "midnight": time(0)}
_NAMED_DAYS = {
    **dict.fromkeys(("", "every day", "everyday", "daily", "all"), EVERY_DAY),
    **dict.fromkeys(("weekdays", "workdays"), WORKDAYS),
    **dict.fromkeys(("weekend", "weekends"), WEEKEND),
}
_RANGE = re.compile(r" ?(?:[-–]|\bto\b) ?")
_BETWEEN = re.compile(r"[,/& ]+")


def parse_time(text: str) -> time:
    """The time of day that `text` says, to the minute. Raises UserError for anything else."""
    typed = _plain(text).replace(".m.", "m")  # "9 a.m."
    if typed in _NAMED_TIMES:
        return _NAMED_TIMES[typed]
    if said := _CLOCK.fullmatch(typed):
        hour, minute, half = int(said[1]), int(said[2] or 0), said[3]
        possible = range(1, 13) if half else range(24)
        if hour in possible and minute < 60:
            if half:
                hour = hour % 12 + (12 if half == "pm" else 0)  # 12 is the first hour of either half
            return time(hour, minute)
    raise _not_understood("time", text, "Write it like `09:00` or `9:30 pm`.")


def parse_days(text: str | None) -> frozenset[int]:
    """The days of the week (0 Monday to 6 Sunday, at least one) that `text` says; nothing says all of them.

    Raises UserError for anything else.
    """
    typed = _plain(text or "")
    if typed in _NAMED_DAYS:
        return _NAMED_DAYS[typed]
    items = [item for item in _BETWEEN.split(_RANGE.sub("-", typed)) if item not in ("", "and")]
    found = [_one_or_range(item) for item in items]
    if found and all(found):
        return frozenset[int]().union(*found)
    raise _not_understood(
        "days", text or "", "Write them in English, like `mon-fri` or `Monday and Thursday`."
    )


def say_time(at: time) -> str:
    """A time of day as `parse_time` reads it: "09:00"."""
    return f"{at:%H:%M}"


def say_days(days: frozenset[int]) -> str:
    """At least one day of the week for the end of a sentence; `parse_days` reads it, but for the "on"."""
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKEND:
        return "on weekends"
    starts = [day for day in days if (day - 1) % 7 not in days]
    if len(starts) == 1 and len(days) > 2:
        return f"{DAYS[starts[0]]} to {DAYS[(starts[0] + len(days) - 1) % 7]}"
    *others, last = (f"{DAYS[day]}s" for day in sorted(days))
    return f"on {', '.join(others)} and {last}" if others else f"on {last}"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _one_or_range(item: str) -> set[int]:
    """The days of "mon" or "fri-mon"; none if it is something else."""
    match [_day(name) for name in item.split("-")]:
        case [int(day)]:
            return {day}
        case [int(first), int(last)]:
            # From Friday to Monday the days go on into the next week.
            return {(first + more) % 7 for more in range((last - first) % 7 + 1)}
        case _:
            return set()


def _day(name: str) -> int | None:
    """The day whose name begins like this."""
    if len(name) < SHORTEST_NAME:
        return None
    return next((day for day, full in enumerate(DAYS) if f"{full}s".casefold().startswith(name)), None)


def _not_understood(what: str, text: str, example: str) -> UserError:
    return UserError(f"I do not understand the {what}{repeated(text)}. {example}")
