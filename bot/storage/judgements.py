"""What people make of a candidate's answer in the hot seat."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.storage.database import Connection, queries

_sql = queries("interviews")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One member's: 1 to 5 stars, and ids of the points that they heard. None: they have not said so far."""

    member_id: int
    stars: int | None = None
    ticks: frozenset[str] | None = None


def give_stars(connection: Connection, ask_id: int, member_id: int, stars: int) -> None:
    """From 1 to 5; the last word counts."""
    _sql.set_stars(connection, ask_id=ask_id, member_id=member_id, stars=stars)


def tick(connection: Connection, ask_id: int, member_id: int, points: Collection[str]) -> None:
    """The points they heard; the last word counts."""
    _sql.set_ticks(connection, ask_id=ask_id, member_id=member_id, ticks=json.dumps(sorted(points)))


def given(connection: Connection, ask_id: int) -> Sequence[Judgement]:
    """All judgements on the answer to this ask."""
    return [
        Judgement(
            row["member_id"],
            row["stars"],
            None if row["ticks"] is None else frozenset(json.loads(row["ticks"])),
        )
        for row in _sql.judgements(connection, ask_id=ask_id)
    ]
