"""What SQLite leaves behind in its pages is blanked, also while others write, and nothing else changes."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from bot.errors import StorageError
from bot.storage import database as module
from bot.storage.database import Database, open_database

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SCHEMA = (
    "CREATE TABLE kept (id INTEGER PRIMARY KEY, who INTEGER, text TEXT, more TEXT) STRICT",
    "CREATE INDEX kept_text ON kept (who, text)",
    "CREATE TABLE keyed (word TEXT, who INTEGER, text TEXT, PRIMARY KEY (word, who)) STRICT, WITHOUT ROWID",
)
PEOPLE = range(8)


def name(who: int) -> str:
    return f"SECRET{who:02}"


def live(connection: sqlite3.Connection, dice: Random, steps: int, people: range = PEOPLE) -> None:
    """Rows come in any order, grow and go, which moves others about."""
    for step in range(steps):
        who, some = dice.choice(people), dice.randrange(1 << 50)
        text = f"{name(who)} {'x' * dice.choice((10, 90, 600, 3000))}{step}"
        connection.execute(
            "INSERT INTO kept (id, who, text) VALUES (?, ?, ?)", (dice.randrange(1 << 50), who, text)
        )
        connection.execute("INSERT INTO keyed VALUES (?, ?, ?)", (f"{text[:40]}{some}", who, text[:300]))
        found = "(SELECT min(id) FROM kept WHERE id >= ?)"
        connection.execute(f"UPDATE kept SET more = ? WHERE id = {found}", ("y" * dice.randrange(900), some))  # noqa: S608
        if step % 5 == 0:
            connection.execute(f"DELETE FROM kept WHERE id = {found}", (some,))  # noqa: S608


def forget(connection: sqlite3.Connection, who: int) -> None:
    connection.execute("DELETE FROM kept WHERE who = ?", (who,))
    connection.execute("DELETE FROM keyed WHERE who = ?", (who,))


def found(database: Database, who: int) -> dict[str, int]:
    files = database.file.parent.glob(f"{database.file.name}*")
    return {one.name: one.read_bytes().count(name(who).encode()) for one in files if one.is_file()}


async def rows(database: Database) -> list[Any]:
    return await database.read(
        lambda one: (
            one.execute("SELECT * FROM kept ORDER BY id").fetchall()
            + one.execute("SELECT * FROM keyed ORDER BY word").fetchall()
        )
    )


@pytest.fixture
async def lived(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAGES_AT_ONCE", 64)
    async with open_database(tmp_path / "x.db", NOW) as database:
        for statement in SCHEMA:
            await database.write(lambda one, statement=statement: one.execute(statement) and None)
        for seed in range(20):
            await database.write(live, Random(seed), 200)
        yield database
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_nothing_is_left_in_any_byte(lived: Database):
    await lived.write(forget, 0)
    before = await rows(lived)
    await lived.leave_no_trace()
    assert set(found(lived, 0).values()) == {0}, found(lived, 0)
    assert await rows(lived) == before
    assert sum(found(lived, 1).values()) > 500


async def test_secure_delete_alone_is_not_enough(lived: Database):
    # If this is red, SQLite has learned to do it alone, and all of it can go.
    await lived.write(forget, 0)
    await lived.write(forget, 1)
    await lived._writer.run(lambda one: one.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    assert sum(found(lived, who)["x.db"] for who in (0, 1)) > 0


async def test_others_write_meanwhile_and_bring_nothing_back(lived: Database):
    others = range(1, 8)
    await lived.write(forget, 0)
    cleaning = asyncio.create_task(lived.leave_no_trace())
    steps = 0
    while not cleaning.done():
        await lived.write(live, Random(100 + steps), 20, others)
        steps += 1
    await cleaning
    assert steps > 3
    for seed in range(5):
        await lived.write(live, Random(1000 + seed), 100, others)
    await lived._writer.run(lambda one: one.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    assert set(found(lived, 0).values()) == {0}, found(lived, 0)


async def test_pages_in_the_cache_bring_nothing_back(lived: Database):
    await lived._writer.run(lambda one: one.execute("PRAGMA cache_size = -100000").fetchall())
    await lived.write(forget, 0)
    await lived.write(
        lambda one: one.execute("SELECT sum(length(text)), sum(length(more)) FROM kept").fetchall()
    )
    await lived.leave_no_trace()
    # Every page is written anew, as the cache has it.
    await lived.write(lambda one: one.execute("UPDATE kept SET who = who + 100") and None)
    await lived._writer.run(lambda one: one.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    assert set(found(lived, 0).values()) == {0}, found(lived, 0)


async def test_a_reader_that_holds_on_is_waited_for(lived: Database):
    await lived.write(forget, 0)
    await lived._writer.run(lambda one: one.execute("PRAGMA busy_timeout = 50").fetchall())
    with closing(sqlite3.connect(lived.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchall()
        await lived.write(live, Random(77), 10, range(1, 8))
        with pytest.raises(StorageError, match="holds on to the log"):
            await lived.leave_no_trace()
    await lived.leave_no_trace()
    assert set(found(lived, 0).values()) == {0}
