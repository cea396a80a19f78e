"""What a picture shows, and how it travels to the process that draws it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the calendar: how many answers, and a letter for what else is to be said of it (or nothing)."""

    answers: int
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled share (0-1), and what is written at its end."""

    label: str
    share: float
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything one picture shows. A part that is empty is left out.

    `days` begin on a Monday and end today; `months` names the weeks (by their place) in which a month begins.
    """

    days: tuple[Square, ...] = ()
    months: tuple[tuple[int, str], ...] = ()
    strength: tuple[Bar, ...] = ()
    strength_title: str = "Strength by area"
    sure: tuple[Bar, ...] = ()

    @property
    def shows_something(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.days or self.strength or self.sure)

    def to_json(self) -> str:
        """One line; equal for what looks equal."""
        return json.dumps(asdict(self), sort_keys=True)


def from_json(line: bytes) -> Sheet:
    """The inverse of `to_json`."""
    plain: dict[str, Any] = json.loads(line)
    return Sheet(
        days=tuple(Square(**one) for one in plain["days"]),
        months=tuple((place, name) for place, name in plain["months"]),
        strength=tuple(Bar(**one) for one in plain["strength"]),
        strength_title=plain["strength_title"],
        sure=tuple(Bar(**one) for one in plain["sure"]),
    )
