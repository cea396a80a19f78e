"""Database files as files: a new one gets its name only when it is whole and on the disk."""

import os
import secrets
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

SIDECARS = ("-wal", "-shm", "-journal")

_BUSY = "Another program has it open; close that one and try again."
_NO_WRITING = "Make the file and its folder writable for this user."
_DAMAGED = "It is damaged, or no database of Hotseat. Restore a backup, or change database.url."
_MENDS = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: "Free some space on the disk and try again.",
    sqlite3.SQLITE_IOERR: "The disk is full or failing; free some space or check it.",
    sqlite3.SQLITE_READONLY: _NO_WRITING,
    sqlite3.SQLITE_PERM: _NO_WRITING,
    sqlite3.SQLITE_CANTOPEN: _NO_WRITING,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def beside(file: Path, ending: str) -> Path:
    """The file next to `file` whose name goes on with `ending`."""
    return file.with_name(file.name + ending)


def code(error: sqlite3.Error) -> int:
    """SQLite's primary result code of an error; SQLITE_ERROR for one that Python's module raised itself."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def trouble(error: sqlite3.Error) -> str:
    """What SQLite says, in brackets, and what an operator can do about it."""
    mend = _MENDS.get(code(error), "Check that it is a database of Hotseat.")
    return f"({error}). {mend}"


def read_only(file: Path, *, live: bool) -> sqlite3.Connection:
    """A connection that never writes to `file`; say `live` if another process may write meanwhile.

    Without `live`, and with no log or journal that would have to be read too, no file appears beside it
    either, and it may lie where nobody can write.
    """
    alone = not live and not any(beside(file.resolve(), ending).exists() for ending in ("-wal", "-journal"))
    address = f"{file.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    return sqlite3.Connection(address, uri=True, isolation_level=None)


@contextmanager
def arriving(target: Path, model: Path) -> Generator[Path, None, None]:
    """An empty file to fill. It becomes `target` when the body ends, and vanishes if the body raises.

    It may be read and written by those who may do so with `model`.
    """
    part = beside(target, f".part-{secrets.token_hex(4)}")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
        _allow_like(model, part)
        with part.open("r+b") as whole:
            os.fsync(whole.fileno())
        part.replace(target)
    except BaseException:
        for ending in ("", *SIDECARS):
            beside(part, ending).unlink(missing_ok=True)
        raise
    flush_folder(target)


@contextmanager
def copying(
    source: sqlite3.Connection, target: Path, model: Path
) -> Generator[sqlite3.Connection, None, None]:
    """All that `source` sees now, copied; the body may look at the copy before it becomes the file `target`."""
    with arriving(target, model) as part, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        # In a read transaction the one snapshot is copied, and nobody's lock can come between.
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy)
        finally:
            source.execute("ROLLBACK")
        # One file that says all, also from a medium that cannot be written.
        copy.execute("PRAGMA journal_mode = DELETE")
        yield copy


def flush_folder(file: Path) -> None:
    """Put the names in the file's folder on the disk. Windows does so by itself."""
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _allow_like(model: Path, file: Path) -> None:
    status = model.stat()
    if os.name == "posix":
        with suppress(PermissionError):  # only root may give files away
            os.chown(file, status.st_uid, status.st_gid)
    with suppress(PermissionError):  # some file systems know no permissions
        file.chmod(status.st_mode & 0o777)
