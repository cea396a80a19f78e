"""What the schema must be like so that a member can be found everywhere and forgotten without a look through whole tables."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.storage import privacy
from bot.storage.database import QUERIES, _row
from bot.storage.migrate import migrate

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = re.compile(r"member|host|owner|asked_by|candidate|interviewer|author|person|user")
# Counts and settings, no ids.
NOT_PEOPLE = {"crowd.members"}
DELETED_WITH_MEMBERS = ("member", "ask", "answer")


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    file = tmp_path_factory.mktemp("schema") / "x.db"
    migrate(file, NOW)
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = _row
        yield connection


def keys(connection: sqlite3.Connection, *parents: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        'SELECT one.name AS name, key."from" AS "from", key."table" AS parent FROM sqlite_master AS one,'
        " pragma_foreign_key_list(one.name) AS key WHERE one.type = 'table'"
    )
    return [(row["name"], row["from"]) for row in rows if row["parent"] in parents]


def test_every_column_that_names_people_refers_to_members(connection):
    columns = connection.execute(
        'SELECT one.name AS name, info.name AS "column" FROM sqlite_master AS one, pragma_table_info(one.name) AS info'
        " WHERE one.type = 'table'"
    )
    named = {
        (row["name"], row["column"])
        for row in columns
        if PEOPLE.search(row["column"]) and f"{row['name']}.{row['column']}" not in NOT_PEOPLE
    }
    found = {(table, column) for table, names in privacy.tables(connection).items() for column in names}
    assert named <= found
    assert len(found) > 15


def test_whatever_refers_to_a_row_that_goes_is_found_by_an_index(connection):
    for table, column in keys(connection, *DELETED_WITH_MEMBERS):
        sql = f'EXPLAIN QUERY PLAN SELECT 1 FROM "{table}" WHERE "{column}" = :x'  # noqa: S608 - the schema's names
        plan = connection.execute(sql, {"x": 1})
        lines = [row["detail"] for row in plan]
        assert all(line.startswith("SEARCH") for line in lines), (table, column, lines)


def test_a_row_that_loses_a_name_keeps_all_its_columns(connection):
    sql = (QUERIES / "privacy.sql").read_text(encoding="utf-8")
    listed = re.search(r"INSERT OR REPLACE INTO ledger \((.*?)\)", sql, re.DOTALL)
    assert listed is not None
    columns = [row["name"] for row in connection.execute("SELECT name FROM pragma_table_info('ledger')")]
    assert re.split(r",\s+", listed[1]) == columns
