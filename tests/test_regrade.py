"""`python -m bot regrade` as an operator uses it: it may be killed again and again."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.engine.answering import Submission
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.practice import Person, Place
from bot.storage.database import open_database, process_lock
from tests.engine.conftest import NamedGrader, SetClock
from tests.wire.answers import BANK, QUESTION, strong

ROOT = Path(__file__).parent.parent
OLDER = replace(BANK, questions={**BANK.questions, QUESTION.id: replace(QUESTION, title="An older title")})
ANSWERS = 240
DONE = re.compile(r"^At their next use it will be told to (\d+) members?\.$", re.MULTILINE)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database in which four members have answered an older version of one question."""
    found, clock = tmp_path / "hotseat.db", SetClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    async with open_database(found, clock.now()) as database:
        limits = Limits(0, 1_000_000)
        interviewer = Interviewer(database, OLDER, NamedGrader(), clock, Random(1), limits)
        for number in range(ANSWERS):
            who, at = Person(number % 4 + 1, f"Member {number % 4}"), 1 << 40 | number << 1
            await interviewer.practice.ask(at, who, Place(9, 10, dm=False), f"question:{QUESTION.id}")
            text = f"score {number % 5}\n{strong(variant=number % 3)}\n{number}"
            answer = await interviewer.answering.receive(at, who, Submission(at + 1, text, "form", 9))
            await interviewer.answering.settle(answer.id)
            clock.time += timedelta(hours=7)
        await interviewer.close()
    return found


def started(file: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOTSEAT_DATABASE__URL": f"sqlite:///{file}"}
    argv = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        cwd=file.parent,
    )


def said(file: Path, *arguments: str) -> tuple[int, str]:
    with started(file, *arguments) as process:
        told, _ = process.communicate(timeout=120)
        return process.returncode, told


def rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.restart
async def test_killed_again_and_again_it_comes_to_the_same(file: Path):
    copy = file.with_name("copy.db")
    assert said(file, "backup", str(copy))[0] == 0
    assert said(copy, "regrade")[0] == 0  # in one go
    kills = 0
    while True:
        with started(file, "regrade") as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            if "graded again: 0," not in line:
                process.kill()
                kills += 1
            rest = process.stdout.read()
        if DONE.search(line + rest):  # it was faster than the kill
            break
        assert kills < 20, line + rest
    assert kills > 2
    for table in ("seen", "sitting", "standing", "streak"):
        assert rows(file, f"SELECT * FROM {table} ORDER BY 1, 2") == rows(  # noqa: S608 - our own names
            copy,
            f"SELECT * FROM {table} ORDER BY 1, 2",  # noqa: S608
        )
    kept = "SELECT key, points, score, value, streak_day FROM ledger ORDER BY key"
    assert rows(file, kept) == rows(copy, kept)
    [(number,)] = rows(file, "SELECT count(*) FROM ledger WHERE kind = 'regraded'")
    assert number == ANSWERS
    assert rows(file, "SELECT count(*) FROM news") == rows(copy, "SELECT count(*) FROM news")
    assert said(file, "rebuild", "--compare") == (0, "A rebuild would change nothing.\n")


@pytest.mark.restart
async def test_a_dry_run_goes_beside_a_running_bot_and_changes_nothing(file: Path):
    before = rows(file, "SELECT * FROM ledger ORDER BY seq")
    with process_lock(file):
        status, told = said(file, "regrade", "--dry-run")
        assert status == 0
        assert f"{QUESTION.id}: {ANSWERS} graded again" in told
        assert "it would tell 4 members" in told
        status, refused = said(file, "regrade")
        assert status == 1
        assert "another Hotseat is running" in refused
    assert rows(file, "SELECT * FROM ledger ORDER BY seq") == before
    status, told = said(file, "regrade")
    assert DONE.search(told)
    assert (status, said(file, "regrade")[1].splitlines()[0]) == (
        0,
        f"Answers looked at: {ANSWERS}; graded again: 0, of these higher: 0, lower: 0; points added: 0.",
    )


def test_without_a_database_it_says_so(tmp_path: Path):
    status, told = said(tmp_path / "hotseat.db", "regrade")
    assert status == 1
    assert "there is no database" in told
