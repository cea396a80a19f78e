"""What one member and one question have been through, read from the ledger: hints, tries, reveal, points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BOOKED_WINDOW = timedelta(days=90)
# For so long a question remembers what its member did on any card: hints, tries and the look at the model answer.
# Without that, asking for the same question again would wash hints and first tries off.
REMEMBERED = timedelta(days=30)
# The member looked at the model answer, or took part in a daily that has closed, which shows it to everybody.
SHOWS_ANSWER = {"revealed", "closed"}
GIVES_VALUE = {"graded", "regraded"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the question's events. `hints` is the stage a hint reached, `value` that of all tries so far.

    `answer_id` is the answer that was graded.
    """

    kind: str
    at: datetime
    points: int = 0
    value: float | None = None
    hints: int = 0
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What counts for a try: hints to pay for, value so far (None: this is the first try), lock, points booked.

    `stage` is that of the last hint taken, whether it costs anything or not.
    """

    hints: int = 0
    value: float | None = None
    locked: bool = False
    booked: int = 0
    stage: int = 0


def history(entries: Iterable[Entry], moment: datetime, again: int | None = None) -> History:
    """What a try that arrived at `moment` builds on; `again` is the answer that is graded once more, if it is one.

    A hint, a try or a reveal after that moment takes nothing away from it, also if it is graded later. Only what was
    booked counts whenever it was: it must not be booked twice.
    """
    all_entries = list(entries)
    booked = sum(entry.points for entry in all_entries if entry.at > moment - BOOKED_WINDOW)
    before = [entry for entry in all_entries if entry.at <= moment]
    reveals = [entry.at for entry in before if entry.kind in SHOWS_ANSWER]
    lately = [entry for entry in before if entry.at > moment - REMEMBERED]
    hinted = [entry for entry in lately if entry.kind == "hinted"]
    # Whoever has seen the model answer learns nothing from a hint, and pays nothing for it either.
    paid = [entry for entry in hinted if not any(at <= entry.at < at + REMEMBERED for at in reveals)]
    # A try that was graded late may stand after better ones.
    tries = [
        entry for entry in lately if entry.kind in GIVES_VALUE and (again is None or entry.answer_id != again)
    ]
    values = [entry.value for entry in tries if entry.value is not None]
    return History(
        max((entry.hints for entry in paid), default=0),
        max(values, default=None),
        any(at > moment - REMEMBERED for at in reveals),
        booked,
        max((entry.hints for entry in hinted), default=0),
    )
