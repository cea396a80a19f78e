"""Opens the database file: one connection that writes, one that reads, one process at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosql
import aiosqlite
from filelock import FileLock, Timeout

from bot.errors import StartupError, StorageError
from bot.storage.migrate import migrate

QUERIES = Path(__file__).parent / "queries"
BUSY_MS = 5000

Connection = aiosqlite.Connection


def queries(noun: str) -> Any:  # noqa: ANN401 - aiosql makes the functions from the file at run time
    """The named queries of one file. Loaded one by one: a folder would be one flat namespace."""
    return aiosql.from_path(  # pyright: ignore[reportUnknownMemberType] - aiosql is typed in part
        QUERIES / f"{noun}.sql", "aiosqlite", mandatory_parameters=False
    )


class Database:
    """The open database. Get one from `open_database`."""

    def __init__(self, file: Path, writer: Connection, reader: Connection) -> None:
        self.file = file
        self.reader = reader
        self._writer = writer
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection, None]:
        """BEGIN IMMEDIATE … COMMIT on the one connection that writes; rolled back if the body raises.

        The lock is what keeps tasks apart: they share the connection, and without it one task's rollback
        would undo another's points. Never hold it while grading or talking to Discord. Raises StorageError
        where SQLite fails.
        """
        async with self._lock:
            try:
                await self._to_the_end("BEGIN IMMEDIATE")
                yield self._writer
                await self._to_the_end("COMMIT")
            except BaseException as error:
                if self._writer.in_transaction:
                    await self._to_the_end("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise StorageError(f"{self.file}: {error}") from error
                raise

    async def _to_the_end(self, statement: str) -> None:
        """Run a statement that a cancelled task must not leave behind half done for the next one."""
        running = asyncio.ensure_future(self._writer.execute(statement))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait({running})
            raise


@asynccontextmanager
async def open_database(file: Path, now: datetime) -> AsyncGenerator[Database, None]:
    """Lock, migrate and open `file`. Raises StartupError with the fix if any of it is impossible."""
    if not file.parent.is_dir():
        raise StartupError(
            f"{file}: the folder {file.parent} does not exist. Make it, or change database.url."
        )
    lock = _locked(file)
    try:
        await asyncio.to_thread(migrate, file, now)
        async with _connect(file) as writer, _connect(file) as reader:
            await reader.execute("PRAGMA query_only = ON")
            yield Database(file, writer, reader)
    finally:
        lock.release()


@asynccontextmanager
async def _connect(file: Path) -> AsyncGenerator[Connection, None]:
    async with aiosqlite.connect(file, isolation_level=None) as connection:
        connection.row_factory = aiosqlite.Row
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "foreign_keys = ON",
            "synchronous = FULL",
            "secure_delete = ON",
        ):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


def _locked(file: Path) -> FileLock:
    """The operating-system lock on this database, taken. One file has one lock, whatever name it is opened by."""
    lock = FileLock(f"{file.resolve()}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StartupError(
            f"{file}: another Hotseat is running on this database. "
            "Stop it first, or give this one its own database.url."
        ) from None
    except OSError as error:
        raise StartupError(
            f"{file}.lock: cannot be written ({error.strerror}). Hotseat needs a writable folder for its database."
        ) from error
    return lock
