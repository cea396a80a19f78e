"""Trouble under the database: nothing is lost, and whoever runs the bot is told what to do."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StartupError, StorageError
from bot.storage import notes
from bot.storage.database import Connection, open_database
from bot.storage.migrate import APPLICATION_ID, Migration, known_migrations, migrate

pytestmark = pytest.mark.restart  # real disks, real locks, real kills

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIRST = Migration(1, "0001_first", "CREATE TABLE a (x TEXT) STRICT;")
SECOND = Migration(
    2,
    "0002_second",
    "CREATE TABLE b (x INTEGER) STRICT; UPDATE a SET x = 'changed';"
    "INSERT INTO b WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n;",
)
# Migrates, and is killed when SQLite has run so many thousand of its instructions.
KILLED = """
import os, pathlib, signal, sqlite3, sys
from tests.storage.test_trouble import FIRST, NOW, SECOND
from bot.storage.migrate import migrate
thousands, connect = int(sys.argv[2]), sqlite3.connect
def opened(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_progress_handler(lambda: os.kill(os.getpid(), signal.SIGKILL), thousands * 1000)
    return connection
sqlite3.connect = opened
migrate(pathlib.Path(sys.argv[1]), NOW, [FIRST, SECOND])
"""
# Fills a small disk to the last byte while the database is open, then makes room again.
DISK_FULL = """
import asyncio, datetime, pathlib, sqlite3
from bot.errors import StorageError
from bot.storage import notes
from bot.storage.database import Connection, open_database
small = pathlib.Path("small")
async def main():
    async with open_database(small / "x.db", datetime.datetime.now(datetime.UTC)) as database:
        async def write(key):
            await database.write(notes.put, key, key * 300_000)
        await write("1")
        filler = small.joinpath("filler").open("wb", buffering=0)
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            filler.close()
        for _ in range(3):
            try:
                await write("2")
            except StorageError as error:
                print(error)
        small.joinpath("filler").unlink()
        await write("3")
        print([key for key in "123" if await database.read(notes.get, key)])
asyncio.run(main())
"""
LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def made(file: Path) -> Path:
    """A database that has everything but, if there is more than one, the last migration."""
    migrate(file, NOW, known_migrations()[:-1] or None)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO note VALUES ('kept', 'yes')")
    return file


def kept(file: Path) -> bool:
    """Whether the database is whole and can be brought up to date with what it held."""
    migrate(file, NOW)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT value FROM note WHERE key = 'kept'").fetchall() == [("yes",)]


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOTSEAT_TOKEN": "x"}


@pytest.fixture(scope="session")
def own_mounts() -> list[str]:
    """What runs a command where mounts are its own and end with it."""
    if not shutil.which("unshare"):
        pytest.skip("there is no unshare here, so no file system can be made full or read-only")
    inside = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-euc"]
    probe = subprocess.run(
        [*inside, "mount -t tmpfs none /mnt && mount --bind /mnt /mnt && mount -o remount,bind,ro /mnt"],
        capture_output=True,
        check=False,
    )
    if probe.returncode:
        pytest.skip(f"this user may not mount here: {probe.stderr.decode().strip()}")
    return inside


def told(own_mounts: list[str], folder: Path, script: str, *commands: str) -> dict[str, str]:
    """What each command line says on a mount that `script` made; all exit with 1 and one line, unless they begin with +."""
    said: dict[str, str] = {}
    for command in commands:
        line = f"{script}\nexec {sys.executable} -m bot {command.removeprefix('+')}"
        done = subprocess.run(
            [*own_mounts, line],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
            check=False,
        )
        assert "Traceback" not in done.stderr
        if command.startswith("+"):
            assert done.returncode == 0, done.stderr
            said[command] = done.stdout
        else:
            assert done.returncode == 1, done.stdout + done.stderr
            assert len(done.stderr.splitlines()) == 1, done.stderr
            said[command] = done.stderr
    return said


def test_a_read_only_file(tmp_path, own_mounts):
    file = made(tmp_path / "hotseat.db")
    shutil.copy(file, tmp_path / "source.db")
    script = "mount --bind hotseat.db hotseat.db; mount -o remount,bind,ro hotseat.db"
    said = told(own_mounts, tmp_path, script, "run", "migrate", "restore source.db", "+backup copy.db")
    for command in ("run", "migrate", "restore source.db"):
        assert "readonly" in said[command] or "is read-only" in said[command]
        assert "Make the file and its folder writable" in said[command]
    assert kept(tmp_path / "copy.db")
    assert kept(file)


def test_a_read_only_folder(tmp_path, own_mounts):
    here = tmp_path / "here"
    here.mkdir()
    file = made(here / "hotseat.db")
    shutil.copy(file, tmp_path / "source.db")
    script = 'here=$PWD; mount --bind "$here" "$here"; mount -o remount,bind,ro "$here"; cd "$here"'
    said = told(own_mounts, here, script, "run", "migrate", "restore ../source.db", "backup ../copy.db")
    for command in ("run", "migrate", "restore ../source.db"):
        assert "hotseat.db.lock: cannot be written (Read-only file system)" in said[command]
    assert "hotseat.db: cannot be copied" in said["backup ../copy.db"]
    assert "Make the file and its folder writable" in said["backup ../copy.db"]
    assert not (tmp_path / "copy.db").exists()
    assert kept(file)


def test_a_target_that_cannot_be_written(tmp_path, own_mounts):
    file = made(tmp_path / "hotseat.db")
    (tmp_path / "target").mkdir()
    script = "mount --bind target target; mount -o remount,bind,ro target"
    said = told(own_mounts, tmp_path, script, "backup target", "backup target/copy.db")
    assert all("cannot be written (Read-only file system)" in one for one in said.values())
    assert kept(file)


def test_a_file_that_is_a_mount_of_its_own_is_not_replaced(tmp_path, own_mounts):
    file = made(tmp_path / "hotseat.db")
    shutil.copy(file, tmp_path / "source.db")
    (said,) = told(own_mounts, tmp_path, "mount --bind hotseat.db hotseat.db", "restore source.db").values()
    assert "cannot be replaced" in said
    assert not (tmp_path / "hotseat.db.restored").exists()
    assert kept(file)


def test_a_full_disk(tmp_path, own_mounts):
    made(tmp_path / "hotseat.db")
    with closing(sqlite3.connect(tmp_path / "hotseat.db")) as connection, connection:
        connection.execute("INSERT INTO note VALUES ('big', ?)", ["x" * 500_000])
    script = (
        "mkdir -p small; mount -t tmpfs -o size=4m none small; cp hotseat.db small; "
        "export HOTSEAT_DATABASE__URL=sqlite:///small/hotseat.db; "
        "dd if=/dev/zero of=small/filler bs=1k 2>/dev/null || true\n"
        "trap 'rm small/filler; cp small/hotseat.db after.db; ls small >left' EXIT; set +e;"
        "hotseat() { " + sys.executable + ' -m bot "$@"; exit $?; }; hotseat '
    )
    for command in ("run", "migrate", "restore hotseat.db", "backup small/copy.db"):
        done = subprocess.run(
            [*own_mounts, script + command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        assert "full" in done.stderr
        left = {name for name in (tmp_path / "left").read_text().split() if "-wal" not in name}
        assert left <= {"hotseat.db", "hotseat.db.lock", "hotseat.db-shm"}
        assert kept(tmp_path / "after.db")


def test_a_disk_that_becomes_full_while_the_bot_runs(tmp_path, own_mounts):
    (tmp_path / "small").mkdir()
    done = subprocess.run(
        [*own_mounts, 'mount -t tmpfs -o size=4m none small; exec "$0" -c "$1"', sys.executable, DISK_FULL],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *errors, held = done.stdout.splitlines()
    assert held == "['1', '3']"
    assert len(errors) == 3
    assert all("full" in error for error in errors)


async def test_a_database_that_may_not_grow_works_again_once_it_may(tmp_path):
    async with open_database(tmp_path / "x.db", NOW) as database:

        async def write(key: str, size: int) -> None:
            await database.write(notes.put, key, "x" * size)

        def allow(connection: Connection, pages: int) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        await database.write(allow, 1)  # it goes no lower than the present size
        for _ in range(3):
            with pytest.raises(StorageError, match="full"):
                await write("big", 1_000_000)
        await database.write(allow, 1_000_000)
        await write("later", 1_000_000)
        assert await database.read(notes.get, "big") is None
        assert await database.read(notes.get, "later")


def test_a_database_that_another_program_holds(tmp_path):
    file = made(tmp_path / "hotseat.db")
    shutil.copy(file, tmp_path / "source.db")
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == b"held\n"
        done = subprocess.run(
            [sys.executable, "-m", "bot", "migrate"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
            check=False,
        )
        locker.communicate()
    assert done.returncode == 1
    assert "database is locked" in done.stderr
    assert "Another program has it open; close that one" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert kept(file)


async def test_a_start_refuses_what_is_not_ours_and_leaves_it_alone(tmp_path):
    def changed(name: str, *statements: str) -> Path:
        file = tmp_path / name
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return file

    newer, gap = made(tmp_path / "newer.db"), made(tmp_path / "gap.db")
    migrate(newer, NOW)
    changed("newer.db", "INSERT INTO migration SELECT max(number) + 1, 'later', 0 FROM migration")
    changed(
        "gap.db",
        "UPDATE migration SET number = number + 1 WHERE number = (SELECT max(number) FROM migration)",
    )
    letter = tmp_path / "letter.db"
    letter.write_text("this is a letter, not a database" * 50)
    ours = "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT, applied_at INTEGER)"
    for file, said in (
        (newer, "newer"),
        (gap, "missing in the middle"),
        (letter, "not a database"),
        (changed("foreign.db", "CREATE TABLE recipe (text TEXT)"), "not a database of Hotseat"),
        (changed("other.db", "CREATE TABLE migration (version TEXT)"), "not a database of Hotseat"),
        (changed("stamped.db", "PRAGMA application_id = 77"), "not a database of Hotseat"),
        (changed("both.db", ours, "PRAGMA application_id = 77"), "not a database of Hotseat"),
    ):
        before, beside = file.read_bytes(), set(tmp_path.iterdir())
        with pytest.raises(StartupError, match=rf"{file.name}: .*{said}"):
            async with open_database(file, NOW):
                pass
        assert file.read_bytes() == before
        assert set(tmp_path.iterdir()) - beside <= {tmp_path / f"{file.name}.lock"}


def test_a_foreign_database_in_use_is_left_as_it_is(tmp_path):
    # Its log is not folded in behind its back: an application that was killed may want to do so itself.
    live, file = tmp_path / "live.db", tmp_path / "x.db"
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE recipe (text TEXT)")
        connection.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{live}{ending}", f"{file}{ending}")
    before = [Path(f"{file}{ending}").read_bytes() for ending in ("", "-wal")]
    with pytest.raises(StartupError, match="not a database of Hotseat"):
        migrate(file, NOW, [FIRST])
    assert [Path(f"{file}{ending}").read_bytes() for ending in ("", "-wal")] == before


def test_an_older_database_of_ours_gets_the_stamp(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA application_id = 0")
    assert migrate(file, NOW, [FIRST]) == []
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.parametrize("thousands", [2, 5, 10, 15])
def test_a_migration_that_is_killed_leaves_the_old_version(tmp_path, thousands):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO a VALUES ('old')")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(thousands)],
        cwd=ROOT,
        timeout=60,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert migrate(file, NOW, [FIRST]) == []
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT x FROM a").fetchall() == [("old",)]
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'b'").fetchall() == []
    assert migrate(file, NOW, [FIRST, SECOND]) == ["0002_second"]
