"""Backup and restore: whole copies, taken while somebody writes, and put back whatever happens meanwhile."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import milliseconds
from bot.errors import StartupError, StorageError
from bot.storage import notes
from bot.storage.backup import backup, restore
from bot.storage.database import open_database
from bot.storage.files import read_only
from bot.storage.migrate import APPLICATION_ID, Migration, known_migrations, migrate

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
FIRST = Migration(1, "0001_first", "CREATE TABLE answer (text TEXT NOT NULL) STRICT;")
SECOND = Migration(2, "0002_second", "CREATE TABLE b (x INTEGER) STRICT;")
# Writes numbered notes for ever and says each number when it is on the disk.
WRITER = """
import asyncio, datetime, itertools, pathlib, sys
from bot.storage import notes
from bot.storage.database import open_database
async def write():
    async with open_database(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC)) as database:
        for number in itertools.count():
            await database.write(notes.put, f"written {number:09}", "x" * 2000)
            print(number, flush=True)
asyncio.run(write())
"""
# Restores (or backs up) in one folder after the other, killed before the first, the second, … thing it does to a file.
KILLED = """
import itertools, os, pathlib, shutil, signal, sys
from tests.storage.test_backup import FIRST, NOW, SECOND
from bot.storage.backup import backup, restore
TOUCHES = {"open", "os.rename", "os.remove", "os.chmod", "os.chown", "sqlite3.connect"}
folder = pathlib.Path(sys.argv[1])
for step in itertools.count():
    here = folder / f"{step:03}"
    shutil.copytree(folder / "start", here)
    child = os.fork()
    if child == 0:
        steps = itertools.count()
        def hook(event, arguments):
            if event in TOUCHES and any(str(here) in str(one) for one in arguments) and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        if sys.argv[2] == "restore":
            restore(here / "x.db", here / "backup.db", NOW, [FIRST, SECOND])
        else:
            backup(here / "x.db", here / "copy.db", NOW)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != -signal.SIGKILL:
        sys.exit(status)
"""

# Backs up a database that is replaced by another one just when its copy is begun.
REPLACED = """
import os, pathlib, sys
from tests.storage.test_backup import NOW
from bot.errors import StorageError
from bot.storage.backup import backup
folder = pathlib.Path(sys.argv[1])
def hook(event, arguments):
    if event == "sqlite3.connect" and ".part-" in str(arguments[0]):
        os.replace(folder / "other.db", folder / "x.db")
sys.addaudithook(hook)
try:
    backup(folder / "x.db", folder / "copy.db", NOW)
except StorageError as error:
    print(error)
"""


def made(file: Path, *texts: str) -> Path:
    """A small database of Hotseat."""
    migrate(file, NOW, [FIRST])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany("INSERT INTO answer VALUES (?)", [(text,) for text in texts])
    return file


def texts(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [row[0] for row in connection.execute("SELECT text FROM answer")]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_is_one_file_with_everything(tmp_path):
    file = made(tmp_path / "x.db", "one")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO answer VALUES ('two')")
        connection.commit()  # it stands in the log, and the connection stays open
        done = backup(file, tmp_path / "copy.db", NOW)
        assert not [name for name in names(tmp_path) if name.startswith("copy.db") and name != "copy.db"]
        assert texts(done.path) == ["one", "two"]
    assert (done.path, done.answers) == (tmp_path / "copy.db", 2)
    assert done.size == done.path.stat().st_size
    # Bytes 18 and 19 of the header are 2 where a log belongs to the file.
    assert done.path.read_bytes()[18:20] == b"\x01\x01"


def test_a_backup_reads_one_moment_even_if_the_bot_starts_meanwhile(tmp_path):
    file = made(tmp_path / "x.db", "before")
    with closing(read_only(file, live=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(file)) as writer, writer:
            writer.execute("UPDATE answer SET text = 'after'")
        assert reader.execute("SELECT text FROM answer").fetchall() == [("before",)]
    assert texts(file) == ["after"]


def test_a_folder_gets_a_file_named_by_date(tmp_path):
    file = made(tmp_path / "x.db", "one")
    (tmp_path / "kept").mkdir()
    elsewhere = NOW.astimezone(tz=None)
    assert backup(file, tmp_path / "kept", elsewhere).path.name == "hotseat-20260302-102030.db"
    with pytest.raises(StartupError, match=r"hotseat-20260302-102030\.db: this file exists already"):
        backup(file, tmp_path / "kept", NOW)


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_backup_is_as_private_as_the_database(tmp_path):
    file = made(tmp_path / "x.db")
    file.chmod(0o640)
    assert backup(file, tmp_path / "copy.db", NOW).path.stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_backed_up(tmp_path):
    file, taken = made(tmp_path / "x.db", "one"), tmp_path / "taken"
    taken.write_text("mine")
    empty = tmp_path / "empty.db"
    migrate(empty, NOW, [])
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("DROP TABLE migration")
    for source, target, said in (
        (file, taken, "exists already"),
        (file, tmp_path / "nowhere" / "copy.db", "the folder .*nowhere does not exist"),
        (tmp_path / "y.db", tmp_path / "copy.db", "there is no database"),
        (empty, tmp_path / "copy.db", "still empty"),
    ):
        before = names(tmp_path)
        with pytest.raises(StartupError, match=said):
            backup(source, target, NOW)
        assert names(tmp_path) - {"empty.db-wal", "empty.db-shm"} == before
    assert taken.read_text() == "mine"


def test_a_damaged_database_gives_no_backup(tmp_path):
    file = made(tmp_path / "x.db", *(str(number) * 2000 for number in range(50)))
    with file.open("r+b") as raw:
        raw.seek(3 * 4096)
        raw.write(b"\xff" * 4096)
    with pytest.raises(StorageError, match="damaged"):
        backup(file, tmp_path / "copy.db", NOW)
    assert not [name for name in names(tmp_path) if name.startswith("copy.db")]


def test_a_missing_parent_row_is_damage(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [Migration(1, "0001_x", "CREATE TABLE answer (a INTEGER REFERENCES answer (rowid));")])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE child (a INTEGER REFERENCES migration (number)) STRICT")
        connection.execute("INSERT INTO child VALUES (99)")
        connection.execute("DROP TABLE answer")
    with pytest.raises(StorageError, match="child refers to a missing migration"):
        backup(file, tmp_path / "copy.db", NOW)


def test_a_restore_keeps_what_was_there_for_a_week(tmp_path):
    file, source = made(tmp_path / "x.db", "new", "newer"), made(tmp_path / "backup.db", "old")
    before = source.read_bytes()
    done = restore(file, source, NOW, [FIRST, SECOND])
    assert (done.answers, done.migrations) == (1, ["0002_second"])
    assert texts(file) == ["old"]
    assert source.read_bytes() == before
    assert done.kept is not None
    assert texts(done.kept) == ["new", "newer"]
    migrate(file, NOW + timedelta(days=6), [FIRST, SECOND])
    assert done.kept.exists()
    migrate(file, NOW + timedelta(days=8), [FIRST, SECOND])
    assert names(tmp_path) == {"x.db", "backup.db"}


def test_a_restore_where_nothing_is(tmp_path):
    source = made(tmp_path / "backup.db", "old")
    (tmp_path / "x.db-wal").write_bytes(b"left over")
    assert restore(tmp_path / "x.db", source, NOW, [FIRST]).kept is None
    assert texts(tmp_path / "x.db") == ["old"]


def test_a_restore_through_a_link_replaces_what_it_leads_to(tmp_path):
    (tmp_path / "disk").mkdir()
    file, source = made(tmp_path / "disk" / "x.db", "new"), made(tmp_path / "backup.db", "old")
    (tmp_path / "link.db").symlink_to(file)
    done = restore(tmp_path / "link.db", source, NOW, [FIRST])
    assert (tmp_path / "link.db").is_symlink()
    assert texts(file) == ["old"]
    assert done.kept is not None
    assert done.kept.parent == file.parent


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give files away")
def test_a_restore_by_root_leaves_the_file_to_its_owner(tmp_path):
    file, source = made(tmp_path / "x.db", "new"), made(tmp_path / "backup.db", "old")
    os.chown(file, 1234, 2345)
    file.chmod(0o600)
    kept = restore(file, source, NOW, [FIRST]).kept
    assert kept is not None
    for path in (file, kept):
        status = path.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (1234, 2345, 0o600)


def test_what_cannot_be_restored_changes_nothing(tmp_path):
    file, source = made(tmp_path / "x.db", "present"), tmp_path / "sources"
    source.mkdir()
    (source / "letter.db").write_text("this is a letter, not a database" * 50)
    (source / "empty.db").touch()
    migrate(source / "newer.db", NOW, [FIRST, SECOND])
    migrate(source / "gap.db", NOW, [FIRST, SECOND])
    damaged = made(source / "damaged.db", *(str(number) * 2000 for number in range(50)))
    with damaged.open("r+b") as raw:
        raw.seek(3 * 4096)
        raw.write(b"\xff" * 4096)
    with closing(sqlite3.connect(source / "gap.db")) as connection, connection:
        connection.execute("UPDATE migration SET number = 3 WHERE number = 2")
    with closing(sqlite3.connect(source / "foreign.db")) as connection:
        connection.execute("CREATE TABLE recipe (text TEXT)")
    contents = {path: path.read_bytes() for path in [file, *source.iterdir()]}
    for name, wanted, said in (
        ("letter.db", [FIRST], "not a database"),
        ("empty.db", [FIRST], "not a database of Hotseat"),
        ("newer.db", [FIRST], "newer"),
        ("gap.db", [FIRST, SECOND], "missing in the middle"),
        ("damaged.db", [FIRST], "damaged"),
        ("foreign.db", [FIRST], "not a database of Hotseat"),
        ("nothing.db", [FIRST], "there is no such file"),
        ("../x.db", [FIRST], "this is the database itself"),
    ):
        with pytest.raises((StartupError, StorageError), match=said):
            restore(file, source / name, NOW, wanted)
    assert {path: path.read_bytes() for path in [file, *source.iterdir()]} == contents
    assert names(tmp_path) == {"x.db", "sources"}


def test_a_database_that_is_open_elsewhere_is_not_replaced(tmp_path):
    file, source = made(tmp_path / "x.db", "present"), made(tmp_path / "backup.db", "old")
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("SELECT * FROM answer").fetchall()
        with pytest.raises(StartupError, match=r"x\.db: .*locked.*Another program has it open"):
            restore(file, source, NOW, [FIRST])
    assert texts(file) == ["present"]
    assert names(tmp_path) == {"x.db", "backup.db"}


def test_somebody_elses_database_is_not_replaced(tmp_path):
    file, source = tmp_path / "x.db", made(tmp_path / "backup.db", "old")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE recipe (text TEXT)")
    before = file.read_bytes()
    with pytest.raises(StartupError, match=r"x\.db: this is not a database of Hotseat"):
        restore(file, source, NOW, [FIRST])
    assert file.read_bytes() == before


def test_a_backup_waits_for_a_restore_to_be_finished(tmp_path):
    file, decided = made(tmp_path / "x.db", "present"), made(tmp_path / "x.db.restored", "old")
    with pytest.raises(StartupError, match="a restore was interrupted"):
        backup(file, tmp_path / "copy.db", NOW)
    migrate(file, NOW, [FIRST])
    assert not decided.exists()
    assert texts(backup(file, tmp_path / "copy.db", NOW).path) == ["old"]


def test_a_decided_restore_that_cannot_be_done_names_the_way_out(tmp_path):
    # A folder cannot be replaced by a file, as little as a file that is a mount of its own.
    made(tmp_path / "x.db.restored", "old")
    (tmp_path / "x.db").mkdir()
    with pytest.raises(
        StartupError, match=r"cannot be replaced by x\.db\.restored .* remove x\.db\.restored"
    ):
        migrate(tmp_path / "x.db", NOW, [FIRST])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills copies of one process")
@pytest.mark.restart
@pytest.mark.parametrize("state", ["whole", "damaged", "missing"])
def test_a_restore_killed_anywhere_leaves_the_old_or_the_new(tmp_path, state):
    start, making = tmp_path / "start", tmp_path / "making"
    for folder in (start, making):
        folder.mkdir()
    made(start / "backup.db", "restored")
    file = made(making / "x.db", "old")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO answer VALUES ('old, in the log')")
        connection.commit()
        for path in making.iterdir():  # as a killed bot leaves it
            shutil.copy(path, start)
    if state == "damaged":
        with (start / "x.db").open("r+b") as raw:
            raw.write(b"\0" * 100)
    if state == "missing":
        (start / "x.db").unlink()
    left = {name: (start / name).read_bytes() for name in names(start) & {"x.db", "x.db-wal"}}

    subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), "restore"], cwd=ROOT, check=True, timeout=120
    )
    outcomes: list[str] = []
    folders = sorted(tmp_path.glob("[0-9]*"))
    for folder in folders:
        file = folder / "x.db"
        if state != "whole" and left == {
            name: (folder / name).read_bytes() for name in names(folder) & set(left)
        }:
            outcomes.append("old")  # SQLite itself would change it, so it is compared as it lies there
        else:
            migrate(file, NOW, [FIRST, SECOND])
            outcomes.append({("restored",): "new", ("old", "old, in the log"): "old"}[tuple(texts(file))])
        if state == "damaged" and outcomes[-1] == "new":
            assert {
                (folder / f"x.db.before-restore-{milliseconds(NOW)}{name.removeprefix('x.db')}").read_bytes()
                for name in left
            } == set(left.values())
        # Once more, not killed: what an operator does next.
        done = restore(file, folder / "backup.db", NOW + timedelta(seconds=1), [FIRST, SECOND])
        assert texts(file) == ["restored"]
        assert not list(folder.glob("*.part-*"))
        if done.kept and (outcomes[-1] == "new" or state == "whole"):
            assert texts(done.kept) == (["restored"] if outcomes[-1] == "new" else ["old", "old, in the log"])
    assert outcomes == sorted(outcomes, reverse=True)  # old until it is decided, new from then on
    assert set(outcomes) == {"old", "new"}
    assert len(folders) > 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills copies of one process")
@pytest.mark.restart
def test_a_backup_killed_anywhere_leaves_no_half_file(tmp_path):
    (tmp_path / "start").mkdir()
    made(tmp_path / "start" / "x.db", *(str(number) * 1000 for number in range(50)))
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "backup"], cwd=ROOT, check=True, timeout=120)
    folders = sorted(tmp_path.glob("[0-9]*"))
    written = [len(texts(folder / "copy.db")) for folder in folders if (folder / "copy.db").exists()]
    assert written
    assert set(written) == {50}
    assert len(folders) - len(written) >= 5


def test_a_database_replaced_meanwhile_gives_no_backup(tmp_path):
    made(tmp_path / "x.db", "one")
    made(tmp_path / "other.db", "two")
    said = subprocess.check_output([sys.executable, "-c", REPLACED, str(tmp_path)], cwd=ROOT, text=True)
    assert "x.db: it was replaced during the backup" in said
    assert not [name for name in names(tmp_path) if name.startswith("copy.db")]


async def test_the_drill(tmp_path):
    """Backups while somebody writes, the database destroyed, everything the backup held is back."""
    file = tmp_path / "x.db"
    copy, held = tmp_path / "none yet", list[str]()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        try:
            for number in range(5):
                written = [int(writer.stdout.readline()) for _ in range(40)][-1]
                copy = backup(file, tmp_path / f"copy-{number}.db", NOW).path
                with closing(sqlite3.connect(copy)) as connection:
                    held = [
                        row[0]
                        for row in connection.execute(
                            "SELECT key FROM note WHERE key LIKE 'written %' ORDER BY key"
                        )
                    ]
                assert held == [f"written {number:09}" for number in range(len(held))]
                assert len(held) > written
            assert writer.poll() is None
        finally:
            writer.kill()
    file.write_bytes(b"\0" * 5000)
    restore(file, copy, NOW)
    async with open_database(file, NOW) as database:
        assert [await database.read(notes.get, key) for key in held] == ["x" * 2000] * len(held)
        await database.write(notes.put, "after", "wards")


def test_a_backup_of_the_first_version_is_brought_up_to_date(tmp_path):
    file, old = tmp_path / "x.db", tmp_path / "old.db"
    migrate(file, NOW)
    migrate(old, NOW, known_migrations()[:1])
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("INSERT INTO note VALUES ('from', 'long ago')")
        connection.execute("PRAGMA application_id = 0")  # it was made before there was a stamp
    later = [one.name for one in known_migrations()[1:]]
    assert restore(file, backup(old, tmp_path / "copy.db", NOW).path, NOW).migrations == later
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT value FROM note WHERE key = 'from'").fetchall() == [("long ago",)]
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert len(connection.execute("SELECT * FROM migration").fetchall()) == len(known_migrations())
