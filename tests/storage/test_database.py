"""The open database: one writer, one lock, one process."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.errors import StartupError, StorageError
from bot.storage import boards, ledger, members
from bot.storage.database import open_database

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path):
    async with open_database(tmp_path / "x.db", NOW) as database:
        yield database


async def test_the_pragmas_that_keep_answers_safe(database):
    async with database.transaction() as connection:
        for pragma, wanted in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("busy_timeout", 5000),
        ):
            async with connection.execute(f"PRAGMA {pragma}") as cursor:
                assert (await cursor.fetchone())[0] == wanted


async def test_one_tasks_rollback_leaves_anothers_points_alone(database):
    async def fails():
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the block is the transaction
            async with database.transaction() as connection:
                await members.greet(connection, 1, "Ann", NOW)
                await asyncio.sleep(0)
                raise ZeroDivisionError

    async def succeeds():
        async with database.transaction() as connection:
            await members.greet(connection, 2, "Ben", NOW)
            await asyncio.sleep(0)
            await boards.add_points(connection, 2, None, 7)

    await asyncio.gather(*(task() for _ in range(10) for task in (fails, succeeds)))
    assert await boards.points(database.reader, 2) == 70
    assert await boards.points(database.reader, 1) == 0


async def test_a_cancelled_transaction_is_rolled_back(database):
    inside = asyncio.Event()

    async def hangs():
        async with database.transaction() as connection:
            await members.greet(connection, 1, "Ann", NOW)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hangs())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with (
        database.transaction() as connection,
        connection.execute("SELECT count(*) FROM member") as cursor,
    ):
        assert (await cursor.fetchone())[0] == 0


async def test_trouble_of_sqlite_is_a_storage_error(database):
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        async with database.transaction() as connection:
            await boards.add_points(connection, 99, None, 1)


async def test_the_ledger_cannot_be_changed(database):
    async with database.transaction() as connection:
        await members.greet(connection, 1, "Ann", NOW)
        await connection.execute("INSERT INTO question_version VALUES ('d', 'q', '{}', 0)")
        await connection.execute(
            "INSERT INTO ask (id, door, question_id, digest, asked_by, channel_id, private, dm, asked_at)"
            " VALUES (5, 'practice', 'q', 'd', 1, 1, 0, 0, 0)"
        )
        event = ledger.Event("k", "asked", NOW, 1, "UTC", "2026-03-02", None, 5, "q")
        assert await ledger.append(connection, event)
        assert not await ledger.append(connection, event)
    with pytest.raises(StorageError, match="append-only"):
        async with database.transaction() as connection:
            await connection.execute("UPDATE ledger SET points = 100")


async def test_the_reader_cannot_write(database):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.reader.execute("DELETE FROM member")


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
