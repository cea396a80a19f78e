"""Every query finds its rows by an index: its plan holds no scan of a table that grows."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.storage.database import QUERIES
from bot.storage.migrate import migrate

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NAMED = re.compile(r"-- name: (\w+)[!^$*]*\n(.*?)(?=\n-- name:|\Z)", re.DOTALL)
QUERIES_BY_NAME = {
    f"{path.stem}.{name}": sql.strip()
    for path in sorted(QUERIES.glob("*.sql"))
    for name, sql in NAMED.findall(path.read_text(encoding="utf-8"))
}
# What may be read from end to end, and why.
WHOLE = {
    "progress.forget_standings": "a rebuild: the crowd follows row by row",
    "typed.unfinished": "at the start only; holds what is being typed at this moment",
}
# What walks an index of few rows from end to end.
IN_ORDER = {
    "answers.unsettled": "an index of what is in flight",
    "answers.to_show_in_place": "an index of what nobody has seen yet",
    "answers.waiting_members": "the same",
    "news.waiting_members": "an index of what members are still to be told",
    "privacy.leaving": "an index of those who are just being forgotten",
    "schedules.fresh_notices": "an index of what owners are still to be told",
}
# Not tables: values that came with the question, and results of inner queries.
SMALL = re.compile(
    r"SCAN (?:board|period|likely|participant|json_each|CONSTANT ROW|\(subquery-\d+\)|SUBQUERY \d+)"
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    file = tmp_path_factory.mktemp("plans") / "x.db"
    migrate(file, NOW)
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    names = dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql), "1")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", names)]


@pytest.mark.parametrize("name", QUERIES_BY_NAME)
def test_no_query_scans_a_table(connection, name):
    scans = [
        line for line in plan(connection, QUERIES_BY_NAME[name]) if "SCAN" in line and not SMALL.match(line)
    ]
    scans = [line for line in scans if not ("USING" in line and "INDEX" in line and name in IN_ORDER)]
    assert bool(scans) == (name in WHOLE), plan(connection, QUERIES_BY_NAME[name])


@pytest.mark.parametrize("name", ["unshown", "waiting_members", "to_show_in_place"])
def test_unseen_verdicts_are_found_among_the_unseen(connection, name):
    # Left to itself, SQLite prefers the index of all answers of a member.
    assert all(
        "answer_unshown" in line
        for line in plan(connection, QUERIES_BY_NAME[f"answers.{name}"])
        if "answer" in line
    )


def test_the_check_can_fail(connection):
    assert any(
        line.startswith("SCAN answer") for line in plan(connection, "SELECT * FROM answer WHERE text = :x")
    )
