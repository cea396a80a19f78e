"""Bringing a database file up to date."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.storage.migrate import Migration, known_migrations, migrate

NOW = datetime(2026, 3, 2, tzinfo=UTC)
# A released migration never changes: append, never edit.
RELEASED = {
    "0001_the_loop": "2271cc23842fc820cac9fa640043beba3b5072d6ad36c99b40186379a12c353b",
    "0002_the_core": "9d8b86e1b8254122bced397e5d079200959a28a2f0ffb29cba85adbff795f51a",
    "0003_daily": "0797bea0043c28caae391019e41cec2d487a9cc6a1ca70be6c97f6cdd64848f4",
    "0004_interviews": "d045946e117cc749dc645b623c0043c43cff3d7e3000748d858bd9b11865d5f8",
    "0005_hot_seat_and_solo": "9d735fb0f951866af6f99846e38a5eb05a07fe6cfbd88d3b8273f0c8ef77faaf",
}
FIRST = Migration(1, "0001_first", "CREATE TABLE a (x INTEGER) STRICT;")
SECOND = Migration(2, "0002_second", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (1);")
BROKEN = Migration(2, "0002_broken", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);")


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {row[0] for row in rows}


def test_all_scripts_run_once(tmp_path):
    file = tmp_path / "x.db"
    assert migrate(file, NOW) == [one.name for one in known_migrations()]
    assert migrate(file, NOW) == []
    assert {"member", "ask", "answer", "ledger", "migration"} <= tables(file)


def test_a_broken_script_leaves_nothing_behind(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST])
    with pytest.raises(StartupError, match="nowhere"):
        migrate(file, NOW, [FIRST, BROKEN])
    assert "b" not in tables(file)
    assert migrate(file, NOW, [FIRST, SECOND]) == ["0002_second"]


def test_the_file_is_copied_aside_and_copies_are_pruned(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST])
    migrate(file, NOW, [FIRST, SECOND])
    (copy,) = tmp_path.glob("x.db.before-0002-*")
    assert "b" not in tables(copy)
    migrate(file, NOW + timedelta(days=6), [FIRST, SECOND])
    assert copy.exists()
    migrate(file, NOW + timedelta(days=8), [FIRST, SECOND])
    assert not copy.exists()


def test_a_newer_database_is_refused(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST, SECOND])
    with pytest.raises(StartupError, match="newer"):
        migrate(file, NOW, [FIRST])


def test_a_gap_is_refused(tmp_path):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST, SECOND])
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM migration WHERE number = 1")
    connection.close()
    with pytest.raises(StartupError, match="missing in the middle"):
        migrate(file, NOW, [FIRST, SECOND])


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "x.db"
    file.write_text("this is a letter, not a database" * 50)
    with pytest.raises(StartupError, match=r"x\.db: the database cannot be used"):
        migrate(file, NOW)


def test_script_numbers_have_no_gaps(tmp_path):
    (tmp_path / "0002_x.sql").write_text("")
    with pytest.raises(StartupError, match="without gaps"):
        known_migrations(tmp_path)


def test_released_migrations_are_unchanged():
    digests = {one.name: one.digest for one in known_migrations()}
    assert {name: digests.get(name) for name in RELEASED} == RELEASED


def test_a_read_only_database_is_refused_even_if_it_is_up_to_date(tmp_path, monkeypatch):
    file = tmp_path / "x.db"
    migrate(file, NOW, [FIRST])
    connect = sqlite3.connect
    # What SQLite does with a file that may not be written; permissions alone would not stop root.
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **options: connect(f"file:{path}?mode=ro", uri=True, **options)
    )
    with pytest.raises(StartupError, match=r"x\.db: the database cannot be used \(.*readonly"):
        migrate(file, NOW, [FIRST])


def test_a_start_leaves_the_database_as_it_was(tmp_path):
    file = tmp_path / "x.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 7")
    migrate(file, NOW, [FIRST])
    migrate(file, NOW, [FIRST])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (7,)
    assert tables(file) == {"a", "migration"}


@pytest.mark.parametrize("name", ["x.db.before-0002-" + "9" * 200, "x.db.before-0002-99999999999999999"])
def test_a_copy_with_an_odd_name_is_left_alone(tmp_path, caplog, name):
    odd = tmp_path / name
    odd.touch()
    migrate(tmp_path / "x.db", NOW, [FIRST])
    assert odd.exists()
    assert name in caplog.text


def test_a_copy_that_cannot_be_removed_does_not_stop_the_start(tmp_path, caplog):
    stuck, old = tmp_path / "x.db.before-0002-1", tmp_path / "x.db.before-0003-2"
    stuck.mkdir()
    old.touch()
    migrate(tmp_path / "x.db", NOW, [FIRST])
    assert stuck.exists()
    assert stuck.name in caplog.text
    assert not old.exists()
