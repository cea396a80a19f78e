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
from bot.storage.files import SIDECARS, beside, copying, flush_folder, read_only, trouble

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "migrations"
KEEP_COPIES = timedelta(days=7)
APPLICATION_ID = 0x486F7473  # "Hots", in the header of every database of ours
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

    Hold the process lock. A restore that was decided is finished first. An existing database is copied aside;
    copies older than a week are removed. Raises StartupError for a database that is newer than this code, has
    gaps, cannot be written, or is not Hotseat's; such a file is not touched.
    """
    wanted = known_migrations() if migrations is None else migrations
    finish_restore(file)
    try:
        reached = _reached(file, wanted)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            _stamp(connection)
            connection.execute(RECORDS)
            missing = wanted[reached:]
            if missing and reached:
                _copy_aside(connection, file.resolve(), reached, now)
            for migration in missing:
                _apply(connection, migration, now)
    except sqlite3.Error as error:
        raise StartupError(f"{file}: the database cannot be used {trouble(error)}") from error
    except OSError as error:
        raise StartupError(
            f"{file}: cannot be copied aside before the migration ({error.strerror}). "
            "Free some space on the disk, and see that the folder is writable."
        ) from error
    prune_copies(file.resolve(), now)
    _remove_halves(file.resolve())
    return [migration.name for migration in missing]


def applied(connection: sqlite3.Connection, file: Path) -> list[int]:
    """Numbers of the migrations that ran; none for an empty database. Raises StartupError if it is not Hotseat's."""
    (stamp,) = connection.execute("PRAGMA application_id").fetchone()
    (entries,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    columns = [row[1] for row in connection.execute("PRAGMA table_info(migration)")]
    # Databases from before the stamp carry 0.
    if stamp not in {0, APPLICATION_ID} or (entries and columns != ["number", "name", "applied_at"]):
        raise StartupError(
            f"{file}: this is not a database of Hotseat, so it was left as it is. Name another file "
            "(the bot's own is database.url)."
        )
    if not entries:
        return []
    return [int(row[0]) for row in connection.execute("SELECT number FROM migration ORDER BY number")]


def fitting(connection: sqlite3.Connection, file: Path, wanted: Sequence[Migration]) -> int:
    """How many of the wanted migrations ran. Raises StartupError if it is not Hotseat's, is newer or has gaps."""
    numbers = applied(connection, file)
    if len(numbers) > len(wanted):
        raise StartupError(
            f"{file}: this database is newer (migration {numbers[-1]}) than this Hotseat, which knows "
            f"{len(wanted)}. Install the newer Hotseat again, or restore a backup."
        )
    if numbers != list(range(1, len(numbers) + 1)):
        raise StartupError(f"{file}: migrations are missing in the middle ({numbers}). Restore a backup.")
    return len(numbers)


def ready_copy(file: Path) -> Path:
    """Where a copy lies from the moment that it is decided to replace `file`."""
    return beside(file.resolve(), ".restored")


def finish_restore(file: Path) -> None:
    """Put a decided copy in the place of `file`, now or, if the process died over it, at the next start.

    The old log has to go before the new file comes: SQLite would play it into the new one.
    """
    ready = ready_copy(file)
    if not ready.exists():
        return
    try:
        for ending in SIDECARS:
            beside(file.resolve(), ending).unlink(missing_ok=True)
        flush_folder(ready)
        ready.replace(file.resolve())
        flush_folder(ready)
    except OSError as error:
        raise StartupError(
            f"{file}: cannot be replaced by {ready.name} ({error.strerror}). "
            "Its folder has to be writable, and the file no mount of its own. "
            f"To keep the old database, remove {ready.name} if it is still there."
        ) from error


def _reached(file: Path, wanted: Sequence[Migration]) -> int:
    # Looked at without writing, so that somebody else's file stays as it is to the last byte.
    if not file.exists():
        return 0
    with closing(read_only(file, live=False)) as connection:
        return fitting(connection, file, wanted)


def _stamp(connection: sqlite3.Connection) -> None:
    # SQLite opens a read-only file without a word, and even BEGIN IMMEDIATE goes through; only a write tells.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
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
    with copying(connection, beside(file, f".before-{reached + 1:04}-{milliseconds(now)}"), file):
        pass  # it is only kept


def prune_copies(file: Path, now: datetime) -> None:
    """Remove the copies beside `file` that are older than a week."""
    pattern = re.compile(re.escape(file.name) + r"\.before-(?:\d{4}|restore)-(\d+)(?:-wal|-shm|-journal)?")
    for path in file.parent.glob(f"{file.name}.before-*"):
        match = pattern.fullmatch(path.name)
        try:
            if match and now - moment(int(match[1])) > KEEP_COPIES:
                path.unlink()
        except (OSError, OverflowError, ValueError) as error:
            # The name holds no moment, or the copy cannot be removed: no reason not to start.
            log.warning("%s: this old copy stays (%s). Remove it by hand.", path, error)


def _remove_halves(file: Path) -> None:
    """Half a copy is left by a process that was killed; nobody else writes one while we hold the lock."""
    half = re.compile(re.escape(file.name) + r"\.(?:before-[\w-]+|restored)\.part-[\w-]+")
    for path in (*file.parent.glob(f"{file.name}.before-*"), *file.parent.glob(f"{file.name}.restored.*")):
        if half.fullmatch(path.name):
            try:
                path.unlink()
            except OSError as error:
                log.warning("%s: this half of a copy stays (%s). Remove it by hand.", path, error)
