"""Keeps the derived tables (sittings, questions seen, boards, days, streaks) in step with the ledger, or fills them anew."""

import logging
from collections.abc import Sequence
from datetime import date

from bot.domain.history import REMEMBERED, history
from bot.domain.improvement import gain
from bot.engine import memory, streaks
from bot.storage import boards, comparison, ledger, notes, progress, reviews
from bot.storage.comparison import Difference
from bot.storage.database import Connection, Database

log = logging.getLogger(__name__)

DUE = ("rebuild", "due")  # the note with which a migration asks for a rebuild
AT_ONCE = 1000


def record(connection: Connection, event: ledger.Event) -> bool:
    """Write an event and all that follows from it; False if it happened before."""
    if not ledger.append(connection, event):
        return False
    _follow(connection, event)
    if event.streak_day:
        day = date.fromisoformat(event.local_date)
        streaks.count(connection, event.member_id, event.at, day, event.zone, event.kind)
    return True


def rebuild(connection: Connection) -> int:
    """Empty the derived tables and fill them from the ledger, in the caller's transaction; the number of events."""
    progress.forget(connection)
    reviews.forget(connection)
    practised: set[int] = set()
    number, (events, seq) = 0, ledger.after(connection, 0, AT_ONCE)
    while events:
        for event in events:
            _follow(connection, event)
            if event.streak_day:
                practised.add(event.member_id)
        number += len(events)
        events, seq = ledger.after(connection, seq, AT_ONCE)
    # Streaks go by the time of what happened, the ledger by when it was written.
    for member in practised:
        streaks.retell(connection, member)
    return number


def compare(connection: Connection) -> Sequence[Difference]:
    """Rebuild, and say where that differs from what was kept. For a copy of the database: nothing is put back."""
    comparison.remember(connection)
    rebuild(connection)
    return comparison.differences(connection)


async def rebuild_if_due(database: Database) -> None:
    """Do what a migration left to the first start after it."""
    number = await database.write(_rebuild_if_due)
    if number is not None:
        log.info("The derived tables were rebuilt from %s events of the ledger.", number)


def _rebuild_if_due(connection: Connection) -> int | None:
    key, due = DUE
    if notes.get(connection, key) != due:
        return None
    number = rebuild(connection)
    notes.put(connection, key, "done")
    return number


def _follow(connection: Connection, event: ledger.Event) -> None:
    """Everything but the streak."""
    member, ask, at = event.member_id, event.ask_id, event.at
    if ask is None or event.question_id is None:
        return
    improved = 0.0
    if event.kind == "regraded":
        progress.see(connection, member, event.question_id, at, event.score, event.local_date)
    if event.kind in {"asked", "hinted", "graded", "revealed", "passed", "closed", "judged"}:
        score = event.score if event.kind == "graded" else None  # what people tick is no grade
        improved = 0.0 if score is None else _gain(connection, event, score)
        progress.see(connection, member, event.question_id, at, score, event.local_date)
    match event.kind:
        case "hinted":
            progress.hinted(connection, ask, member, event.hints)
        case "graded":
            progress.tried(connection, ask, member, event.value)
            progress.practised(connection, member, event.local_date, event.score)
        case "regraded":
            progress.practised(connection, member, event.local_date, event.score, answers=0)
            progress.regraded(connection, ask, member, event.value)
        case "revealed":
            progress.revealed(connection, ask, member, at)
        case "passed":
            progress.passed(connection, ask, member, at)
        case "rated":
            progress.rated(connection, ask, member, str(event.detail["rating"]))
        case _:
            pass
    memory.follow(connection, event)
    if event.points or improved:
        boards.add_points(connection, member, event.guild_id, event.points, at, improved)


def _gain(connection: Connection, event: ledger.Event, score: float) -> float:
    """How much better the member has become with this grade, which `seen` does not know yet."""
    best = progress.best(connection, event.member_id, event.question_id or "")
    if best is None or score <= best[0] or best[1] >= event.local_date:
        return 0.0
    # Only what the ledger held by then: a rebuild must come to the same.
    past = history(ledger.before(connection, event, event.at - REMEMBERED), event.at)
    return gain(score, best[0], earlier=best[1] < event.local_date, shown=past.locked)
