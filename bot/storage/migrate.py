"""Brings a database file up to date: numbered scripts, each in one transaction with the record that it ran."""

import hashlib
import logging
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import milliseconds, moment
from bot.errors import StartupError

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "migrations"
KEEP_COPIES = timedelta(days=7)
RECORDS = """
CREATE TABLE IF NOT EXISTS migration (
    number     INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered script."""

    number: int
    name: str
    script: str

    @property
    def digest(self) -> str:
        """SHA-256 of the script; a released migration never changes."""
        return hashlib.sha256(self.script.encode()).hexdigest()


def known_migrations(folder: Path = FOLDER) -> Sequence[Migration]:
    """All scripts in order. Raises StartupError if their numbers are not 1, 2, 3, …"""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_(\w+)", path.stem)
        if match is None or int(match[1]) != len(found) + 1:
            raise StartupError(f"{path.name}: migrations are numbered 0001, 0002, … without gaps.")
        found.append(Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8")))
    return found


def migrate(file: Path, now: datetime, migrations: Sequence[Migration] | None = None) -> Sequence[str]:
    """Apply what is missing in `file` (made if it is not there); return the names that ran.

    An existing database is copied aside first; copies older than a week are removed. Raises StartupError
    for a database that is newer than this code, has gaps, cannot be written, or is no database.
    """
    wanted = known_migrations() if migrations is None else migrations
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            applied = _applied(connection, file, wanted)
            _try_writing(connection)
            missing = wanted[len(applied) :]
            if missing and applied:
                _copy_aside(connection, file, applied[-1], now)
            for migration in missing:
                _apply(connection, migration, now)
    except sqlite3.Error as error:
        raise StartupError(
            f"{file}: the database cannot be used ({error}). "
            "Check that it is a database of Hotseat, that the file and its folder are writable and that the disk is not full."
        ) from error
    _prune_copies(file, now)
    return [migration.name for migration in missing]


def _applied(connection: sqlite3.Connection, file: Path, wanted: Sequence[Migration]) -> list[int]:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(RECORDS)
    applied = [int(row[0]) for row in connection.execute("SELECT number FROM migration ORDER BY number")]
    if len(applied) > len(wanted):
        raise StartupError(
            f"{file}: this database is newer (migration {applied[-1]}) than this Hotseat, which knows "
            f"{len(wanted)}. Install the newer Hotseat again, or restore a backup."
        )
    if applied != list(range(1, len(applied) + 1)):
        raise StartupError(f"{file}: migrations are missing in the middle ({applied}). Restore a backup.")
    return applied


def _try_writing(connection: sqlite3.Connection) -> None:
    # SQLite opens a read-only file without a word, and even BEGIN IMMEDIATE goes through; only a write tells.
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")


def _apply(connection: sqlite3.Connection, migration: Migration, now: datetime) -> None:
    # executescript is atomic only because the script itself begins and commits.
    record = f"({migration.number}, '{migration.name}', {milliseconds(now)})"
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{migration.script}\nINSERT INTO migration VALUES {record};\nCOMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _copy_aside(connection: sqlite3.Connection, file: Path, reached: int, now: datetime) -> None:
    copy = file.with_name(f"{file.name}.before-{reached + 1:04}-{milliseconds(now)}")
    with closing(sqlite3.connect(copy)) as target:
        connection.backup(target)


def _prune_copies(file: Path, now: datetime) -> None:
    pattern = re.compile(re.escape(file.name) + r"\.before-\d{4}-(\d+)")
    for path in file.parent.glob(f"{file.name}.before-*"):
        match = pattern.fullmatch(path.name)
        try:
            if match and now - moment(int(match[1])) > KEEP_COPIES:
                path.unlink()
        except (OSError, OverflowError, ValueError) as error:
            # The name holds no moment, or the copy cannot be removed: no reason not to start.
            log.warning("%s: this old copy stays (%s). Remove it by hand.", path, error)
