"""Opens the database file: one connection that writes, one that reads, one process at a time."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

import aiosql
import aiosqlite
from filelock import FileLock, Timeout

from bot.errors import StartupError, StorageError
from bot.storage.gaps import Pages
from bot.storage.migrate import migrate

QUERIES = Path(__file__).parent / "queries"
BUSY_MS = 5000
LONGEST_SHARE_S = 0.02  # the first of those who share a commit waits for the last
PAGES_AT_ONCE = 512  # 2 MB: whoever writes meanwhile waits some milliseconds

Connection = sqlite3.Connection
P = ParamSpec("P")
T = TypeVar("T")


def queries(noun: str) -> Any:  # noqa: ANN401 - aiosql makes the functions from the file at run time
    """The named queries of one file. Loaded one by one: a folder would be one flat namespace."""
    return aiosql.from_path(  # pyright: ignore[reportUnknownMemberType] - aiosql is typed in part
        QUERIES / f"{noun}.sql", "sqlite3", mandatory_parameters=False
    )


class Threaded(aiosqlite.Connection):
    """A connection in a thread of its own that runs whole functions there, not only single statements.

    A trip to the thread and back costs up to 5 ms while another thread computes a grade, so one per step and not
    one per statement is what keeps first responses quick.
    """

    async def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work(connection, ...)`. It runs to its end also if the caller is cancelled meanwhile."""
        step: Callable[[], T] = lambda: work(self._conn, *args, **kwargs)  # noqa: E731 - typed, which a partial is not
        return await self._execute(step)  # pyright: ignore[reportUnknownMemberType] - untyped there


class Database:
    """The open database. Get one from `open_database`."""

    def __init__(self, file: Path, writer: Threaded, reader: Threaded) -> None:
        self.file = file
        self._writer = writer
        self._reader = reader
        self._waiting: deque[_Step[Any]] = deque()
        self._trips: asyncio.Task[None] | None = None
        self._pages: Pages | None = None

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)`, which only reads and sees one moment. Raises StorageError where SQLite fails."""
        with self._storage_errors():
            return await self._reader.run(_look, lambda one: work(one, *args, **kwargs))

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)` as a step of its own: all of it is stored when this returns, or nothing of it.

        Steps run one after the other in the thread that writes, in the order they came, and those that wait at the
        same time share one COMMIT: what a commit costs (a sync to the disk) is most of what a step costs. Whoever
        waits may be cancelled without leaving half a step. Raises StorageError where SQLite fails.
        """
        step = _Step[T](lambda one: work(one, *args, **kwargs))
        self._waiting.append(step)
        if self._trips is None or self._trips.done():
            self._trips = asyncio.create_task(self._commit_all())
        await step.taken.wait()
        with self._storage_errors():
            return step.outcome()

    async def leave_no_trace(self) -> None:
        """See that what was deleted is nowhere in the database's files any more. Others write in between."""
        first = 0
        with self._storage_errors():
            while await self._writer.run(self._blank, first):
                first += PAGES_AT_ONCE

    def close_pages(self) -> None:
        """Once the connections are closed."""
        if self._pages is not None:
            self._pages.close()

    def _blank(self, connection: Connection, first: int) -> bool:
        """In the thread that writes, so that nobody else does: no transaction is open."""
        # The log holds older versions of pages, and the cache some that would be written back as they were.
        row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if row["busy"]:
            raise sqlite3.OperationalError("somebody else holds on to the log")
        connection.execute("PRAGMA shrink_memory")
        if self._pages is None:
            self._pages = Pages(self.file)
        if self._pages.blank(first, PAGES_AT_ONCE):
            return True
        self._pages.flush()
        return False

    async def _commit_all(self) -> None:
        """Trip after trip to the thread that writes, until nothing waits any more."""
        while self._waiting:
            try:
                taken = await self._writer.run(self._commit_waiting)
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait
                taken = list(self._waiting)
                self._waiting.clear()
                for step in taken:
                    step.error = error
            for step in taken:
                step.taken.set()

    def _commit_waiting(self, connection: Connection) -> "Sequence[_Step[Any]]":
        """Take what waits into one transaction; returns that."""
        taken = [self._waiting.popleft()]
        try:
            with _transaction(connection, "BEGIN IMMEDIATE"):
                began = time.monotonic()
                if not self._waiting:
                    taken[0].run(connection)
                    return taken
                taken[0].run_apart(connection)
                while self._waiting and time.monotonic() - began < LONGEST_SHARE_S:
                    taken.append(self._waiting.popleft())
                    taken[-1].run_apart(connection)
        except BaseException as error:  # noqa: BLE001 - it belongs to those who wait, not to whose trip this is
            for step in taken:
                step.error = step.error or error
        return taken

    @contextmanager
    def _storage_errors(self) -> Generator[None, None, None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(f"{self.file}: {error}") from error


@contextmanager
def _transaction(connection: Connection, begin: str) -> Generator[None, None, None]:
    try:
        connection.execute(begin)
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # what went wrong first is what matters
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def _look(connection: Connection, work: Callable[[Connection], T]) -> T:
    with _transaction(connection, "BEGIN"):
        return work(connection)


class _Step(Generic[T]):
    """One call of `write`: what it runs, and what came of it."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self._work = work
        self._result: T | None = None
        self.taken = asyncio.Event()
        self.error: BaseException | None = None

    def run(self, connection: Connection) -> None:
        """Run it as all there is in its transaction."""
        self._result = self._work(connection)

    def run_apart(self, connection: Connection) -> None:
        """Run it among others: if it raises, what they did stands."""
        connection.execute("SAVEPOINT step")
        try:
            self.run(connection)
        except Exception as error:
            if not connection.in_transaction:  # SQLite has undone everything (the disk is full, say)
                raise
            connection.execute("ROLLBACK TO step")
            self.error = error
        connection.execute("RELEASE step")

    def outcome(self) -> T:
        """The result. Raises what the step raised, or what kept it from being stored."""
        if self.error is not None:
            raise self.error
        return cast("T", self._result)


@asynccontextmanager
async def open_database(file: Path, now: datetime) -> AsyncGenerator[Database, None]:
    """Lock, migrate and open `file`. Raises StartupError with the fix if any of it is impossible."""
    with process_lock(file):
        await asyncio.to_thread(migrate, file, now)
        database: Database | None = None
        try:
            async with _connected(file) as writer, _connected(file) as reader:
                await reader.execute("PRAGMA query_only = ON")
                database = Database(file, writer, reader)
                yield database
        finally:
            if database is not None:
                database.close_pages()


@asynccontextmanager
async def _connected(file: Path) -> AsyncGenerator[Threaded, None]:
    connection = Threaded(lambda: sqlite3.connect(file, isolation_level=None), iter_chunk_size=1)
    async with connection:
        connection.row_factory = _row  # pyright: ignore[reportAttributeAccessIssue] - typed too narrowly there
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "foreign_keys = ON",
            "synchronous = FULL",
            "secure_delete = ON",
        ):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> dict[str, Any]:
    """A row by column names; aiosql takes no sqlite3.Row where it is asked for one value."""
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


@contextmanager
def process_lock(file: Path) -> Generator[None, None, None]:
    """The operating-system lock on this database, held. One file has one lock, whatever name it is opened by.

    Raises StartupError if another process holds it, or if it cannot be made.
    """
    if not file.parent.is_dir():
        raise StartupError(
            f"{file}: the folder {file.parent} does not exist. Make it, or change database.url."
        )
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
    try:
        yield
    finally:
        lock.release()
