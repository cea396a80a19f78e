"""The command line as its users type it."""

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.__main__ import main
from bot.clock import Clock
from bot.engine import grading_desk, quality
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.practice import Person, Place
from bot.grading.grader import Grader
from bot.storage.database import open_database, process_lock
from bot.storage.migrate import known_migrations, migrate
from tests.wire.answers import BANK, QUESTION, strong

ROOT = Path(__file__).parent.parent


def run(
    folder: Path, *arguments: str, text: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environment},
        timeout=60,
        check=False,
    )


def test_grade_for_people(tmp_path):
    done = run(tmp_path, "grade", QUESTION.id, text=strong())
    assert done.returncode == 0, done.stderr
    assert f"{QUESTION.title}: " in done.stdout
    assert "covered" in done.stdout
    assert f"> {QUESTION.points[0].covered[0]}" in done.stdout


def test_grade_as_json(tmp_path):
    done = run(tmp_path, "grade", QUESTION.id, "--json", text="I do not know.")
    grade = json.loads(done.stdout)
    assert grade["score"] == 0
    assert set(grade["points"]) == {point.id for point in QUESTION.points}
    assert set(grade["points"].values()) <= {"covered", "partly", "missed", "wrong", "not sure"}


def test_grade_an_unknown_question_lists_the_known_ones(tmp_path):
    done = run(tmp_path, "grade", "nought", text="x")
    assert done.returncode == 1
    assert QUESTION.id in done.stderr
    assert "Traceback" not in done.stderr


def test_grade_line_by_line_in_order_with_errors_in_place(tmp_path):
    lines = [
        json.dumps({"id": 1, "question": QUESTION.id, "answer": strong()}),
        "this is no JSON",
        json.dumps({"id": "b", "question": "nought", "answer": "x"}),
        json.dumps({"id": "c", "question": QUESTION.id}),
        json.dumps(["a", "list"]),
        json.dumps({"id": "d", "question": ["x"], "answer": "x"}),
        json.dumps({"id": 2, "question": QUESTION.id, "answer": QUESTION.answer}),
        json.dumps({"id": 3, "question": QUESTION.id, "answer": "half a pair \ud83d"}),
    ]
    done = run(tmp_path, "grade", "--jsonl", text="\n".join(lines))
    assert done.returncode == 1
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in out] == [1, None, "b", "c", None, "d", 2, 3]
    assert out[0]["score"] >= 8
    assert all("error" in out[index] for index in (1, 2, 3, 4, 5))
    assert out[6]["flags"] == ["copy"]
    assert "Traceback" not in done.stderr


def test_all_good_lines_exit_with_0(tmp_path):
    done = run(
        tmp_path, "grade", "--jsonl", text=json.dumps({"id": 1, "question": QUESTION.id, "answer": ""})
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["score"] == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "There is no token"),
        ({"HOTSEAT_TOKN": "x"}, "Did you mean HOTSEAT_TOKEN"),
        ({"HOTSEAT_TOKEN": "x", "HOTSEAT_DATABASE__URL": "sqlite:///nowhere/x.db"}, "does not exist"),
        (
            {"HOTSEAT_TOKEN": "x", "HOTSEAT_DISCORD__API_BASE": "http://127.0.0.1:9/api/v10"},
            "does not serve us",
        ),
    ],
)
def test_run_refuses_to_start_in_one_sentence(tmp_path, environment, said):
    done = run(tmp_path, "run", **environment)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_bytes_that_are_no_text(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "grade", QUESTION.id],
        input=b"dropout \xff\xfe masks units",
        capture_output=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_version_and_help(tmp_path):
    assert run(tmp_path, "--version").stdout.startswith("hotseat ")
    assert "sandbox" in run(tmp_path, "--help").stdout


@pytest.mark.parametrize(
    "line",
    [
        '{"id": ' + "1" * 5000 + "}",
        "[" * 100_000,
        '{"id": ' + "[" * 100_000,
    ],
    ids=["long number", "deep list", "deep id"],
)
def test_a_line_that_json_gives_up_on_is_an_error_line(line):
    target = io.StringIO()
    good = json.dumps({"id": 2, "question": QUESTION.id, "answer": ""})
    assert grading_desk.grade_lines(BANK, [line, good], target) == 1
    first, second = (json.loads(one) for one in target.getvalue().splitlines())
    assert first["id"] is None
    assert first["error"].startswith("this line ")
    assert second == {"id": 2, **{key: second[key] for key in ("score", "points", "flags")}}


def test_an_id_of_any_depth_gives_a_line():
    lines = ['{"id": ' + "[" * depth + "]" * depth + ', "question": []}' for depth in range(800, 1000)]
    target = io.StringIO()
    assert grading_desk.grade_lines(BANK, lines, target) == 1
    said = target.getvalue()
    assert said.count('"error"') == len(lines)
    assert "there is no question" in said
    assert "too many brackets" in said


def test_check_tells_config_and_bank_mistakes_in_one_go(tmp_path):
    (tmp_path / "my.toml").write_text('tokn = "x"\n[log]\nlevel = "LOUD"\n', encoding="utf-8")
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "vision.toml").write_text('area = "vision"\n', encoding="utf-8")
    done = run(tmp_path, "check", "--config", "my.toml", "--questions", "bank")
    assert done.returncode == 1
    assert "tokn is not a key" in done.stderr
    assert "log.level is wrong" in done.stderr
    assert "vision.toml: question: this field is missing." in done.stderr
    assert "3 to mend." in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("environment", "status"), [({}, 0), ({"HOTSEAT_LOG": "DEBUG"}, 1)])
def test_check_fails_for_the_config_alone(tmp_path, monkeypatch, capsys, environment, status):
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(quality, "check_bank", lambda *_, **__: quality.Report((), ()))
    assert main(["check"]) == status
    said = capsys.readouterr()
    assert ("HOTSEAT_LOG is a whole section" in said.err) == bool(status)
    assert ("in order" in said.out) == (not status)


def test_play_names_the_areas_to_whoever_asks_for_another(capsys):
    assert main(["play", "underwater", "basket", "weaving"]) == 1
    said = capsys.readouterr()
    assert "I know no topic like underwater basket weaving." in said.err
    assert "The areas are:\n- " in said.err
    assert f"- {QUESTION.area_title} (" in said.err
    assert said.out == ""


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Type a command in an empty folder: its exit status, and what it printed to both outputs."""
    monkeypatch.chdir(tmp_path)

    def typed(*arguments: str) -> tuple[int, str]:
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return typed


def test_backup_restore_and_migrate(say, tmp_path):
    names = [one.name for one in known_migrations()]
    assert say("migrate") == (0, "".join(f"Migrated: {name}\n" for name in names))
    assert say("migrate") == (0, "hotseat.db is up to date; nothing was to do.\n")
    status, said = say("backup", "copy.db")
    size = (tmp_path / "copy.db").stat().st_size
    assert (status, said) == (0, f"Wrote copy.db: {size} bytes, answers: 0.\n")
    with closing(sqlite3.connect("hotseat.db")) as connection, connection:
        connection.execute("INSERT INTO note VALUES ('new', '1')")
    status, said = say("restore", "copy.db")
    (kept,) = tmp_path.glob("hotseat.db.before-restore-*")
    assert status == 0
    assert said.splitlines() == [
        "Restored hotseat.db from copy.db; answers: 0.",
        f"The database that was there before lies at {kept}; it is removed after a week.",
    ]
    for file, found in (("hotseat.db", 0), (kept, 1)):
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute("SELECT * FROM note WHERE key = 'new'").fetchall()
        assert len(rows) == found


def test_the_config_says_which_database(say, tmp_path):
    (tmp_path / "my.toml").write_text('[database]\nurl = "sqlite:///other.db"\n', encoding="utf-8")
    assert say("migrate", "--config", "my.toml")[0] == 0
    assert say("backup", "copy.db", "--config", "my.toml")[0] == 0
    assert say("restore", "copy.db", "--config", "my.toml")[0] == 0
    assert not (tmp_path / "hotseat.db").exists()


def test_restore_says_what_it_migrated(say, tmp_path):
    migrate(tmp_path / "old.db", datetime(2026, 3, 2, tzinfo=UTC), known_migrations()[:1])
    later = [f"Migrated: {one.name}" for one in known_migrations()[1:]]
    status, said = say("restore", "old.db")
    assert (status, said.splitlines()) == (0, ["Restored hotseat.db from old.db; answers: 0.", *later])


def test_a_running_bot_refuses_restore_and_migrate_but_not_backup(say, tmp_path):
    say("migrate")
    say("backup", "first.db")
    with process_lock(tmp_path / "hotseat.db"):
        for command in (["restore", "first.db"], ["migrate"]):
            status, said = say(*command)
            assert status == 1
            assert said.startswith("hotseat.db: another Hotseat is running on this database.")
        assert say("backup", "second.db")[0] == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["backup", "copy.db"], "hotseat.db: there is no database to back up"),
        (["restore", "copy.db"], "copy.db: there is no such file"),
        (["restore", "."], ".: there is no such file"),
        (["rebuild"], "hotseat.db: there is no database"),
        (["rebuild", "--compare"], "hotseat.db: there is no database"),
        (["migrate", "--config", "nowhere.toml"], "nowhere.toml: there is no such file"),
    ],
)
def test_what_is_missing_is_named(say, tmp_path, command, said):
    status, told = say(*command)
    assert status == 1
    assert told.startswith(said)
    assert not (tmp_path / "hotseat.db").exists()


def test_rebuild_finds_and_mends_what_differs_from_the_ledger(say, tmp_path):
    file, now = tmp_path / "hotseat.db", datetime(2026, 3, 2, 12, tzinfo=UTC)

    async def practise() -> None:
        async with open_database(file, now) as database:
            interviewer = Interviewer(database, BANK, Grader(BANK.lexicon), Clock(), Random(1), Limits())
            await interviewer.practice.ask(5, Person(1, "Ann"), Place(2, 3, dm=False))
            await interviewer.practice.reveal(5, Person(1, "Ann"))
            await interviewer.close()

    asyncio.run(practise())
    assert say("rebuild", "--compare") == (0, "A rebuild would change nothing.\n")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE seen SET at = 0")
        connection.execute("DELETE FROM sitting")
    status, said = say("rebuild", "--compare")
    assert status == 1
    assert "seen: 1 rows differ from the 1 that a rebuild makes of them." in said
    assert "sitting: 0 rows differ from the 1 that a rebuild makes of them." in said
    assert say("rebuild") == (0, "Rebuilt from 2 events of the ledger.\n")
    assert say("rebuild", "--compare")[0] == 0
    with process_lock(file):
        assert say("rebuild", "--compare")[0] == 0
        assert "another Hotseat is running" in say("rebuild")[1]
