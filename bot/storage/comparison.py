"""Compares the derived tables with what a rebuild makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.storage.database import Connection

DERIVED = ("sitting", "seen", "standing", "streak", "practice_day", "crowd", "review")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one table that only the kept tables have (`kept`), or only the rebuilt ones; one of each is shown."""

    table: str
    kept: int
    rebuilt: int
    kept_example: Row | None
    rebuilt_example: Row | None


def remember(connection: Connection) -> None:
    """Put the derived tables aside, until the connection closes."""
    for table in DERIVED:
        connection.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM main.{table}")  # noqa: S608 - our own names


def differences(connection: Connection) -> Sequence[Difference]:
    """Where the tables now differ from those that were put aside; nothing if they are equal."""
    found: list[Difference] = []
    for table in DERIVED:
        kept = _only(connection, f"temp.kept_{table}", f"main.{table}")
        rebuilt = _only(connection, f"main.{table}", f"temp.kept_{table}")
        if kept or rebuilt:
            examples = (next(iter(rows), None) for rows in (kept, rebuilt))
            found.append(Difference(table, len(kept), len(rebuilt), *examples))
    return found


def _only(connection: Connection, here: str, there: str) -> Sequence[Row]:
    rows = connection.execute(f"SELECT * FROM {here} EXCEPT SELECT * FROM {there}")  # noqa: S608 - our own names
    return rows.fetchall()
