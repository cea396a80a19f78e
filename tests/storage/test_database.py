"""The open database: one writer, one lock, one process."""

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from bot.errors import StartupError, StorageError
from bot.storage import boards, ledger, members, progress
from bot.storage.database import Connection, open_database

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path):
    async with open_database(tmp_path / "x.db", NOW) as database:
        yield database


async def test_the_pragmas_that_keep_answers_safe(database):
    def pragma(connection: Connection, name: str) -> object:
        (value,) = connection.execute(f"PRAGMA {name}").fetchone().values()
        return value

    for name, wanted in (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
    ):
        assert await database.write(pragma, name) == wanted
    assert await database.read(pragma, "query_only") == 1


async def test_one_steps_rollback_leaves_anothers_points_alone(database):
    def fails(connection: Connection) -> None:
        members.greet(connection, 1, "Ann", NOW)
        boards.add_points(connection, 1, None, 7, NOW)
        raise ZeroDivisionError

    def succeeds(connection: Connection) -> None:
        members.greet(connection, 2, "Ben", NOW)
        boards.add_points(connection, 2, None, 7, NOW)

    done = await asyncio.gather(
        *(database.write(step) for _ in range(10) for step in (fails, succeeds)), return_exceptions=True
    )
    assert [type(one) for one in done] == [ZeroDivisionError, type(None)] * 10
    assert await database.read(boards.points, 2) == 70
    assert await database.read(boards.points, 1) == 0


async def test_steps_that_wait_together_share_a_commit(database):
    commits: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first(connection: Connection) -> None:
        connection.set_trace_callback(lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None)
        inside.set()
        go_on.wait()

    others = [database.write(members.greet, number, "Ann", NOW) for number in range(1, 6)]
    waiting = [asyncio.create_task(database.write(first))]
    await asyncio.to_thread(inside.wait)
    waiting += [asyncio.create_task(other) for other in others]
    await asyncio.sleep(0)  # each of them has taken its place
    go_on.set()
    await asyncio.gather(*waiting)
    assert len(commits) <= 2
    assert [await database.read(boards.points, number) for number in range(1, 6)] == [0] * 5


async def test_a_full_disk_fails_all_who_share_a_commit_and_stores_nothing_of_them(database):
    def fill(connection: Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # it goes no lower than the present size
        members.greet(connection, 1, "Ann" * 5000, NOW)

    def fills_later(connection: Connection, number: int) -> None:
        members.greet(connection, number, "Ben" * 5000, NOW)

    done = await asyncio.gather(
        database.write(fill),
        *(database.write(fills_later, number) for number in range(2, 6)),
        return_exceptions=True,
    )
    assert {type(one) for one in done} == {StorageError}
    assert all("full" in str(one) for one in done)  # the reason, not what followed from it
    assert (
        await database.read(lambda one: one.execute("SELECT count(*) AS n FROM member").fetchone()["n"]) == 0
    )


async def test_whoever_waits_may_be_cancelled_but_a_step_is_done_whole(database):
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        members.greet(connection, 1, "Ann", NOW)
        inside.set()
        go_on.wait()
        boards.add_points(connection, 1, None, 7, NOW)

    task = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(inside.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await database.write(members.greet, 2, "Ben", NOW)
    assert await database.read(boards.points, 1) == 7


async def test_whoever_comes_after_the_end_is_told_and_does_not_wait_for_ever(tmp_path):
    async with open_database(tmp_path / "hotseat.db", NOW) as database:
        pass
    with pytest.raises(ValueError, match=r"no active connection|closed"):
        await asyncio.wait_for(database.write(lambda one: one.execute("SELECT 1")), 10)


async def test_a_read_sees_one_moment(database):
    """What is written between two looks of one read is not seen by the second."""
    looked, written = threading.Event(), threading.Event()

    def twice(connection: Connection) -> tuple[int, int]:
        before = boards.points(connection, 1)
        looked.set()
        written.wait()
        return before, boards.points(connection, 1)

    await database.write(members.greet, 1, "Ann", NOW)
    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(looked.wait)
    await database.write(boards.add_points, 1, None, 7, NOW)
    written.set()
    assert await reading == (0, 0)
    assert await database.read(boards.points, 1) == 7


async def test_trouble_of_sqlite_is_a_storage_error(database):
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        await database.write(progress.see, 99, "q", NOW, None, "2026-03-02")
    await database.write(members.greet, 1, "Ann", NOW)  # and the next step is a fresh one


async def test_the_ledger_cannot_be_changed(database):
    event = ledger.Event("k", "asked", NOW, 1, "UTC", "2026-03-02", None, 5, "q")

    def write(connection: Connection) -> tuple[bool, bool]:
        members.greet(connection, 1, "Ann", NOW)
        connection.execute("INSERT INTO question_version VALUES ('d', 'q', '{}', 0)")
        connection.execute(
            "INSERT INTO ask (id, door, question_id, digest, asked_by, channel_id, private, dm, asked_at)"
            " VALUES (5, 'practice', 'q', 'd', 1, 1, 0, 0, 0)"
        )
        return ledger.append(connection, event), ledger.append(connection, event)

    def change(connection: Connection) -> None:
        connection.execute("UPDATE ledger SET points = 100")

    assert await database.write(write) == (True, False)
    with pytest.raises(StorageError, match="append-only"):
        await database.write(change)


async def test_the_reader_cannot_write(database):
    with pytest.raises(StorageError, match="readonly"):
        await database.read(members.greet, 1, "Ann", NOW)


async def test_a_second_process_is_refused_and_a_killed_one_leaves_no_lock(tmp_path):
    file = tmp_path / "x.db"
    holder = (
        "import asyncio, sys, pathlib, datetime\n"
        "from bot.storage.database import open_database\n"
        "async def hold():\n"
        "    async with open_database(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC)):\n"
        "        print('held', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(hold())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", holder, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "held\n"
    with pytest.raises(StartupError, match="another Hotseat is running"):
        async with open_database(file, NOW):
            pass
    process.kill()
    await asyncio.to_thread(process.wait)
    process.stdout.close()
    async with open_database(file, NOW):
        pass


async def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StartupError, match="does not exist"):
        async with open_database(tmp_path / "nowhere" / "x.db", NOW):
            pass
