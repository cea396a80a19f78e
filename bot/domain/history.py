"""What one member and one question have been through, read from the ledger: hints, tries, reveal, points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BOOKED_WINDOW = timedelta(days=90)
# For so long a question remembers what its member did on any card: hints, tries and the look at the model answer.
# Without that, asking for the same question again would wash hints and first tries off.
REMEMBERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the question's events. `hints` is the stage a hint reached, `value` that of all tries so far."""

    kind: str
    at: datetime
    points: int = 0
    value: float | None = None
    hints: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What counts for a try: hints taken, value so far (None: this is the first try), lock, points booked."""

    hints: int = 0
    value: float | None = None
    locked: bool = False
    booked: int = 0


def history(entries: Iterable[Entry], moment: datetime) -> History:
    """What a try that arrived at `moment` builds on.

    A hint, a try or a reveal after that moment takes nothing away from it, also if it is graded later. Only what was
    booked counts whenever it was: it must not be booked twice.
    """
    hints, value, locked, booked = 0, None, False, 0
    for entry in entries:
        if entry.at > moment - BOOKED_WINDOW:
            booked += entry.points
        if not moment - REMEMBERED < entry.at <= moment:
            continue
        if entry.kind == "graded" and entry.value is not None:
            # A try that was graded late may stand after better ones.
            value = entry.value if value is None else max(value, entry.value)
        elif entry.kind == "hinted":
            hints = max(hints, entry.hints)
        elif entry.kind == "revealed":
            locked = True
    return History(hints, value, locked, booked)
