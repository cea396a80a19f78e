"""What an operator keeps: a copy of the database while the bot runs, and the way back from one."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import milliseconds
from bot.errors import StartupError, StorageError
from bot.storage.files import SIDECARS, arriving, beside, code, copying, read_only, trouble
from bot.storage.migrate import (
    Migration,
    applied,
    finish_restore,
    fitting,
    known_migrations,
    migrate,
    ready_copy,
)

_UNREADABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: where, its size in bytes, and how many answers it holds."""

    path: Path
    size: int
    answers: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that was done. `kept` is the database that stood there before, None if there was none."""

    answers: int
    kept: Path | None
    migrations: Sequence[str]


def backup(file: Path, target: Path, now: datetime) -> Backup:
    """Copy the database to `target`, a new file or a folder that gets a dated one; the bot may run meanwhile.

    Nothing has the final name before it is whole, checked and on the disk. Raises StartupError if the question
    is wrong (no database, `target` is taken), StorageError if copying fails.
    """
    if not file.is_file():
        raise StartupError(
            f"{file}: there is no database to back up. Run this where the bot runs, or see database.url."
        )
    if ready_copy(file).exists():
        raise StartupError(
            f"{file}: a restore was interrupted. Finish it first: start the bot, or python -m bot migrate"
        )
    target = _free_name(target, now)
    try:
        before = file.stat()
        with closing(read_only(file, live=True)) as source:
            if not applied(source, file):
                raise StartupError(f"{file}: this database is still empty, so there is nothing to back up.")
            with copying(source, target, file) as copy:
                answers = _checked(copy, file)
                if not os.path.samestat(before, file.stat()):
                    raise StorageError(f"{file}: it was replaced during the backup. Start the backup again.")
    except sqlite3.Error as error:
        raise StorageError(f"{file}: cannot be copied to {target} {trouble(error)}") from error
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be written ({error.strerror}). Name a place where this user may write and there is room."
        ) from error
    return Backup(target, target.stat().st_size, answers)


def restore(
    file: Path, source: Path, now: datetime, migrations: Sequence[Migration] | None = None
) -> Restored:
    """Put a copy of `source` in the place of the database `file`, then migrate it. Hold the process lock.

    The present database is kept beside it. Whenever the process dies, the next start finds either the old
    database or the restored one, whole. Raises StartupError or StorageError, and then the old one stays, unless
    the error says that only the migration is left to do.
    """
    wanted = known_migrations() if migrations is None else migrations
    if not source.is_file():
        raise StartupError(f"{source}: there is no such file. Name a backup.")
    if file.exists() and source.samefile(file):
        raise StartupError(f"{source}: this is the database itself. Name a backup.")
    finish_restore(file)
    real = file.resolve()
    try:
        with closing(read_only(source, live=False)) as old:
            if not fitting(old, source, wanted):
                raise StartupError(f"{source}: this is not a database of Hotseat: it is empty.")
            # When the copy gets its name the restore is decided; before, it can simply be forgotten.
            with copying(old, ready_copy(file), file if file.exists() else source) as copy:
                answers = _checked(copy, source)
                _set_down(file)
                kept = _keep(real, now)
    except sqlite3.Error as error:
        raise StartupError(f"{source}: cannot be restored {trouble(error)}") from error
    except OSError as error:
        raise StartupError(
            f"{source}: cannot be copied to {real.parent} ({error.strerror}). "
            "See that this user may write there and that there is room for two more copies."
        ) from error
    try:
        finish_restore(file)
    except StartupError:
        ready_copy(file).unlink(missing_ok=True)
        raise
    try:
        return Restored(answers, kept, migrate(file, now, wanted))
    except StartupError as error:
        raise StartupError(
            f"{file}: restored from {source}, but not brought up to date yet (before it: {kept}). {error}"
        ) from error


def _free_name(target: Path, now: datetime) -> Path:
    if target.is_dir():
        target /= f"hotseat-{now.astimezone(UTC):%Y%m%d-%H%M%S}.db"
    if target.exists() or target.is_symlink():
        raise StartupError(f"{target}: this file exists already. Name a new one, or a folder.")
    if not target.parent.is_dir():
        raise StartupError(f"{target}: the folder {target.parent} does not exist. Make it first.")
    return target


def _checked(copy: sqlite3.Connection, file: Path) -> int:
    """The number of answers in the copy. Raises StorageError if anything in it is damaged."""
    wrong = [row[0] for row in copy.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
    wrong += [f"{row[0]} refers to a missing {row[2]}" for row in copy.execute("PRAGMA foreign_key_check")]
    if wrong:
        raise StorageError(
            f"{file}: this database is damaged ({wrong[0]}), so the copy was thrown away. Use an earlier backup."
        )
    tables = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {
        name: int(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 - our own tables
        for name in tables
    }
    return rows.get("answer", 0)


def _set_down(file: Path) -> None:
    """See that nobody else has the present database open, and fold its log into it.

    One that cannot be read any more stays as it is: it is the reason for the restore.
    """
    if not file.exists():
        return
    if not os.access(file, os.W_OK):
        raise StartupError(
            f"{file}: the present database is read-only. Make the file and its folder writable."
        )
    try:
        with closing(read_only(file, live=False)) as connection:
            applied(connection, file)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if code(error) not in _UNREADABLE:
            raise StartupError(
                f"{file}: the present database cannot be set aside {trouble(error)}"
            ) from error


def _keep(file: Path, now: datetime) -> Path | None:
    """Copy the present database, byte by byte, with the logs that one nobody can read still has."""
    kept = beside(file, f".before-restore-{milliseconds(now)}")
    found = [ending for ending in ("", *SIDECARS) if ending != "-shm" and beside(file, ending).exists()]
    for ending in found:
        with arriving(beside(kept, ending), beside(file, ending)) as part:
            shutil.copyfile(beside(file, ending), part)
    return kept if "" in found else None
