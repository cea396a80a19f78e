"""Taking one's data along, and deleting it: all of it, nothing of anybody else's, and no trace in the files."""

import csv
import io
import json
import zipfile
from datetime import time, timedelta
from random import Random
from typing import Any

import pytest

from bot.domain.interview import Format, Session
from bot.domain.schedule import Timetable
from bot.engine.practice import Person, Place
from bot.errors import UserError
from bot.storage import privacy
from bot.storage.database import Connection
from bot.storage.interviews import Interview
from bot.storage.members import Wishes
from bot.storage.schedules import Plan
from tests.engine.conftest import GUILD, House, opened
from tests.engine.test_rebuild import PEOPLE, Life

EVA = Person(7_777_777_777_777, "Evangelina")
BEN = Person(2_222_222_222_222, "Ben")
CARA = Person(3_333_333_333_333, "Cara")
SECRET = "xylophone"
LIMIT = 10_000_000


async def interview(core: House, host: Person, *others: Person, format: Format = Format.PANEL) -> int:  # noqa: A002 - its name
    """An interview that has begun, with these people in it."""
    rooms, number = core.interviewer.interviews, core.new_id()
    alone = format is Format.SOLO
    session = Session(host.id, 2, timedelta(minutes=4), core.clock.now(), format=format)
    here = Interview(number, GUILD, number, session)
    await rooms.open(here, host)
    if alone:
        await rooms.begin_alone(number, host, 55)
    else:
        for member in (host, *others):
            await rooms.join(number, member, consent=True)
        await rooms.start(number, host)
    await core.interviewer.moderator.advance(number)
    return number


async def open_ask(core: House, number: int) -> int:
    """The ask of an interview's current round."""
    return (
        await core.rows(
            "SELECT ask_id FROM interview_round WHERE interview_id = ? ORDER BY number DESC", number
        )
    )[0][0]


async def lived(core: House) -> None:
    """Everything that leaves a row with Eva's id somewhere, and something of Ben's beside each."""
    asked = await core.ask("basic", EVA)
    for person in (EVA, BEN):
        outcome = await core.answer(asked, f"{SECRET} of {person.name}, score 5", person)
        graded = await core.sittings.to_share(asked, outcome.answer.id, person, GUILD)
        await core.sittings.shared(graded, person)
        await core.sittings.dispute(graded, person, ["second"], f"{SECRET} it was")
        await core.practice.reveal(asked, person)
        await core.sittings.rate(asked, core.new_id(), person, "partly")
        await core.preferences.save(person, Wishes(), "Asia/Tokyo")
        await core.receive(
            await core.ask("filler", BEN), f"{SECRET} in flight of {person.name}, score 3", person
        )
        typed = await core.ask("advanced", person, Place(person.id + 1, None, dm=True))
        await core.type(typed, f"{SECRET} half a sent", person)
    # A moderator takes back what is somebody else's.
    ben_shares = await core.ask("intermediate", BEN)
    outcome = await core.answer(ben_shares, "mine, score 5", BEN)
    await core.sittings.shared(await core.sittings.to_share(ben_shares, outcome.answer.id, BEN, GUILD), BEN)
    await core.sittings.withdraw(outcome.answer.id, EVA, GUILD)
    own = await core.ask("basic", EVA, private=True)
    await core.answer(own, f"{SECRET} alone, score 9", EVA)
    # Interviews: hers, one of others, one where she judges Ben, one that is hers alone, one that is over.
    panel = await interview(core, EVA, BEN, CARA)
    await core.receive(await open_ask(core, panel), f"{SECRET} held, score 4", EVA)
    drawn = await core.interviewer.interviews.view(panel)
    await core.interviewer.moderator.drawn(drawn, 1, 5, f"open:1/3:120000:False:{EVA.id}:None")
    await interview(core, BEN, EVA)
    seat = await interview(core, BEN, EVA, CARA, format=Format.HOT_SEAT)
    rooms = core.interviewer.interviews
    await rooms.judge(seat, 1, EVA, stars=4, ticks=["first"])
    await rooms.judge(seat, 1, CARA, stars=2)
    await rooms.next(seat, BEN)
    await core.interviewer.moderator.advance(seat)
    await rooms.next(seat, BEN)
    await core.interviewer.moderator.advance(seat)  # now Eva is the candidate
    await rooms.judge(seat, 2, BEN, stars=3)
    await interview(core, BEN, EVA, format=Format.HOT_SEAT)  # in which she asks
    await interview(core, EVA, format=Format.SOLO)
    over = await interview(core, EVA, BEN)
    await rooms.end(over, EVA, None)
    await core.interviewer.moderator.advance(over)
    for owner in (EVA, BEN):
        channel = 900 + (owner is EVA)
        await core.schedules.set_up(Plan(GUILD, channel, Timetable("UTC", time(9))), owner)

    def more(connection: Connection) -> None:
        for person in (EVA, BEN):
            connection.execute(
                "INSERT INTO news (member_id, kind, at) VALUES (?, 'regraded', 1)", (person.id,)
            )
            connection.execute("INSERT INTO presence VALUES (?, ?, 1, 1)", (GUILD, person.id))

    await core.database.write(more)


async def columns(core: House) -> dict[tuple[str, str], int]:
    """Every column that holds ids of members, with the number of Eva's rows."""
    found = {}
    for table, names in (await core.database.read(privacy.tables)).items():
        for name in names:
            rows = await core.rows(f'SELECT count(*) FROM "{table}" WHERE "{name}" = ?', EVA.id)  # noqa: S608
            found[table, name] = rows[0][0]
    return found


async def everything(core: House) -> dict[str, list[tuple[Any, ...]]]:
    """All tables."""
    tables = await core.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {table: await core.rows(f'SELECT * FROM "{table}"') for (table,) in tables}  # noqa: S608


async def same_after_rebuild(core: House) -> bool:
    before = await core.derived()
    await core.rebuild()
    return before == await core.derived()


async def test_nothing_is_left_in_any_table(core: House):
    await lived(core)
    # A new table or column of members is red here until this test fills it, and below until it is emptied.
    assert {key: number for key, number in (await columns(core)).items() if not number} == {}
    before = await everything(core)
    deleted = await core.interviewer.privacy.delete(EVA.id)
    assert deleted is not None
    assert deleted.clean
    assert {key: number for key, number in (await columns(core)).items() if number} == {}
    for table, rows in (await everything(core)).items():
        for row in rows:
            assert not any(str(EVA.id) in str(cell) or EVA.name in str(cell) for cell in row), (table, row)
    # What others did is theirs.
    after = await everything(core)
    for table in (
        "answer",
        "sitting",
        "standing",
        "streak",
        "seen",
        "practice_day",
        "review",
        "news",
        "presence",
        "typed",
    ):
        names = [row[1] for row in await core.rows("SELECT * FROM pragma_table_info(?)", table)]
        place = names.index("member_id")
        assert [row for row in before[table] if row[place] != EVA.id] == after[table], table
    others = [row for row in before["ledger"] if row[4] != EVA.id]
    assert [row[:-1] for row in others] == [row[:-1] for row in after["ledger"]]
    changed = [(old[2], old[-1]) for old, new in zip(others, after["ledger"], strict=True) if old != new]
    assert sorted(kind for kind, _ in changed) == ["judged", "withdrawn"]
    assert await same_after_rebuild(core)


async def test_the_files_hold_nothing_of_it(tmp_path):
    file = tmp_path / "x.db"
    async with opened(file) as core:
        dice = Random(3)
        people = [EVA, *(Person(number, f"M{number}") for number in range(1, 6))]
        asked = [await core.ask("basic", person) for person in people]
        for number in range(400):
            person = dice.choice(people)
            words = " ".join(
                f"{person.name}-{dice.randrange(10**9)}" for _ in range(dice.choice((1, 5, 40, 150)))
            )
            await core.answer(dice.choice(asked), f"{words} {number}, score {dice.randrange(11)}", person)
            core.clock.time += timedelta(minutes=10)
        name = EVA.name.encode()
        assert sum(part.read_bytes().count(name) for part in tmp_path.glob("x.db*") if part.is_file()) > 100
        deleted = await core.interviewer.privacy.delete(EVA.id)
        assert deleted is not None
        assert deleted.clean
        found = {
            part.name: part.read_bytes().count(name) for part in tmp_path.glob("x.db*") if part.is_file()
        }
        assert {"x.db", "x.db-wal", "x.db-shm"} <= set(found)
        assert set(found.values()) == {0}, found
        assert await core.rows("PRAGMA integrity_check") == [("ok",)]
        assert await same_after_rebuild(core)
        assert len(await core.rows("SELECT 1 FROM answer")) > 200


async def test_a_rebuild_equals_after_any_life(core: House):
    life = Life(core, Random(5))
    for _ in range(800):
        await life.step()
    gone, *_ = PEOPLE
    before = await everything(core)
    assert any(row[1] == gone.id for row in before["sitting"])
    await core.interviewer.privacy.delete(gone.id)
    after = await everything(core)
    for table, place in (("sitting", 1), ("standing", 2), ("streak", 0), ("review", 0), ("practice_day", 0)):
        assert [row for row in before[table] if row[place] != gone.id] == after[table], table
        assert len(after[table]) < len(before[table]), table
    assert await same_after_rebuild(core)


async def test_what_a_kill_left_is_cleaned_later(core: House, tmp_path):
    await lived(core)
    # As if the process had died after some steps.
    await core.database.write(core.interviewer.privacy._begin, EVA.id)
    await core.database.write(privacy.forget_some, EVA.id, 5)
    assert await core.rows("SELECT member_id FROM standing WHERE member_id = ?", EVA.id) == []
    wal = tmp_path / "hotseat.db-wal"
    assert SECRET.encode() in wal.read_bytes()
    await core.rebuild()  # as after a migration; then she is back on the boards for a moment
    await core.interviewer.privacy.clean()
    assert {key: number for key, number in (await columns(core)).items() if number} == {}
    assert EVA.name.encode() not in wal.read_bytes()
    assert await same_after_rebuild(core)
    assert await core.rows("SELECT value FROM note WHERE key = 'traces'") == [("done",)]
    assert EVA.name.encode() not in (tmp_path / "hotseat.db").read_bytes()


async def test_twice_is_once_and_then_there_is_nothing(core: House):
    await lived(core)
    assert await core.interviewer.privacy.export(EVA.id, LIMIT) is not None
    assert await core.interviewer.privacy.delete(EVA.id) is not None
    assert await core.interviewer.privacy.delete(EVA.id) is None
    assert await core.interviewer.privacy.holdings(EVA.id) is None
    assert await core.interviewer.privacy.export(EVA.id, LIMIT) is None


async def test_interviews_go_on_without_her(core: House):
    panel = await interview(core, EVA, BEN, CARA)
    asked = await open_ask(core, panel)
    await core.receive(asked, "held, score 4", EVA)
    kept = await core.receive(asked, "held too, score 6", BEN)
    alone = await interview(core, EVA, format=Format.SOLO)
    await core.interviewer.privacy.delete(EVA.id)
    core.clock.time += timedelta(seconds=10)
    view = await core.interviewer.interviews.view(panel)
    assert view.session.host == BEN.id
    assert [seat.member_id for seat in view.session.seats] == [BEN.id, CARA.id]
    with pytest.raises(UserError):
        await core.interviewer.interviews.view(alone)
    await core.interviewer.interviews.next(panel, BEN)
    assert (await core.interviewer.moderator.advance(panel)).freed == [kept.id]
    await core.answering.settle(kept.id)
    await core.interviewer.interviews.end(panel, BEN, None)
    report = await core.interviewer.reports.report((await core.interviewer.moderator.advance(panel)).view)
    assert [place.name for place in report.places] == ["Ben"]
    assert EVA.name not in report.transcript


async def test_the_candidates_question_is_revealed_and_blocks_nothing(core: House):
    seat = await interview(core, EVA, BEN, CARA, format=Format.HOT_SEAT)
    await core.interviewer.interviews.judge(seat, 1, BEN, ticks=["first"])
    await core.interviewer.privacy.delete(EVA.id)
    view = (await core.interviewer.moderator.advance(seat)).view
    assert view.session.phase == "revealed"
    assert view.round is not None
    assert await core.interviewer.reports.said(view, view.round) == []
    assert await core.interviewer.reports.scores(view.round) is None
    assert await core.rows("SELECT 1 FROM interview_judgement") == []
    await core.interviewer.interviews.next(seat, BEN)
    view = (await core.interviewer.moderator.advance(seat)).view
    assert view.session.roles is not None
    assert view.session.roles.candidate == BEN.id


async def test_an_interview_that_nobody_else_was_in_leaves_its_question_free(core: House):
    number = await interview(core, EVA)
    await core.preferences.save(BEN, Wishes(), "")
    # Somebody's look at its card is theirs to keep.
    await core.database.write(
        lambda connection: connection.execute(
            "INSERT INTO sitting (ask_id, member_id) SELECT ask_id, ? FROM interview_round WHERE interview_id = ?",
            (BEN.id, number),
        )
    )
    await core.interviewer.privacy.delete(EVA.id)
    assert await core.rows("SELECT 1 FROM interview") == []
    assert await core.rows("SELECT 1 FROM ask WHERE closed_at IS NULL") == []


async def test_an_answer_that_is_being_graded_is_gone(core: House):
    received = await core.receive(await core.ask("basic", BEN), "in flight, score 5", EVA)
    await core.interviewer.privacy.delete(EVA.id)
    with pytest.raises(UserError, match="deleted"):
        await core.answering.settle(received.id)
    assert await core.rows("SELECT asked_by FROM ask") == [(BEN.id,)]


async def test_an_answer_that_was_deleted_while_it_was_graded(core: House):
    received = await core.receive(await core.ask("basic", BEN), "in flight, score 5", EVA)
    answer, asked = await core.database.read(core.answering._find, received.id)
    await core.interviewer.privacy.delete(EVA.id)
    with pytest.raises(UserError, match="deleted"):
        await core.answering._grade(answer, asked)
    assert await core.rows("SELECT 1 FROM ledger WHERE kind = 'graded'") == []


async def test_copies_go_after_a_week_also_while_the_bot_runs(core: House, tmp_path):
    made = round(core.clock.now().timestamp() * 1000)
    copies = [tmp_path / f"hotseat.db.before-{why}-{made}" for why in ("0006", "restore")]
    others = [tmp_path / "hotseat.db.before-mine", tmp_path / "hotseat-20260302-102030.db"]
    for path in (*copies, *others):
        path.touch()
    core.clock.time += timedelta(days=7)
    await core.interviewer.privacy.prune_copies()
    assert all(path.exists() for path in copies)
    core.clock.time += timedelta(minutes=1)
    await core.interviewer.privacy.prune_copies()
    assert not any(path.exists() for path in copies)
    assert all(path.exists() for path in others)


async def test_an_ask_that_others_answered_stays_without_a_name(core: House):
    shared, alone = await core.ask("basic", EVA), await core.ask("filler", EVA)
    await core.answer(shared, "mine, score 5", BEN)
    await core.interviewer.privacy.delete(EVA.id)
    assert await core.rows("SELECT id, asked_by FROM ask") == [(shared, None)]
    await core.answer(shared, "better, score 9", BEN)
    with pytest.raises(UserError):
        await core.practice.asked(alone, BEN)


async def test_a_schedule_runs_on_without_an_owner(core: House):
    await core.schedules.set_up(Plan(GUILD, 900, Timetable("UTC", time(9))), EVA)
    found = await core.interviewer.privacy.holdings(EVA.id)
    assert found is not None
    assert found.schedules == 1
    await core.interviewer.privacy.delete(EVA.id)
    core.clock.time += timedelta(days=1)
    (job,) = await core.dailies.jobs(10)
    post = await core.dailies.take(job)
    assert post is not None
    assert post.schedule.owner_id is None


def unpacked(files) -> dict[str, bytes]:
    (name, content), *more = files
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {one: archive.read(one) for one in archive.namelist()}
    return {name: content, **dict(more)}


async def test_an_export_says_all_and_names_nobody_else(core: House):
    await lived(core)
    found = await core.interviewer.privacy.export(EVA.id, LIMIT)
    assert found is not None
    assert found.left_out == 0
    files = unpacked(found.files)
    data = json.loads(files["hotseat-data.json"])
    assert set(data) - {"exported_at", "left_out"} == set(await core.database.read(privacy.tables))
    text = files["hotseat-data.json"].decode()
    assert str(EVA.id) in text
    for other in (BEN, CARA):
        assert str(other.id) not in text
        assert f"of {other.name}" not in text
    assert "another member" in text
    assert '"token"' not in text
    assert len(data["answer"]) == 4
    assert data["answer"][0]["received_at"].startswith("2026-03-02T12:00:00")
    assert data["answer"][0]["outcome"]["grade"]["score"] == 5.0
    rows = list(csv.DictReader(io.StringIO(files["answers.csv"].decode("utf-8-sig"))))
    assert [(row["question"], row["score"]) for row in rows] == [("basic", "5"), ("basic", "9")]
    assert SECRET in rows[0]["text"]


async def test_a_table_takes_no_formula_from_a_text(core: House):
    await core.answer(await core.ask("basic", EVA), '=HYPERLINK("https://example.org"), score 5', EVA)
    found = await core.interviewer.privacy.export(EVA.id, LIMIT)
    assert found is not None
    assert "'=HYPERLINK" in unpacked(found.files)["answers.csv"].decode()


async def cards(core: House) -> list[list[str]]:
    found = await core.interviewer.privacy.export(EVA.id, LIMIT)
    assert found is not None
    text = unpacked(found.files).get("anki-cards.txt", b"").decode()
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert not text or heads[:2] == ["#separator:tab", "#html:true"]
    rows = list(csv.reader(io.StringIO("\n".join(text.splitlines()[len(heads) :])), delimiter="\t"))
    assert len(rows) == found.cards
    return rows


async def test_anki_cards_of_what_was_missed_keep_answers_that_were_not_looked_at(core: House):
    await core.answer(await core.ask("filler", EVA), "all of it, score 10", EVA)
    assert await cards(core) == []
    asked = await core.ask("basic", EVA)
    await core.answer(asked, "half, score 5", EVA)
    ((guid, front, back, tags),) = await cards(core)
    assert guid == "hotseat-basic"
    assert front == "<b>Basic</b><br>What is basic?"
    assert "Point 2" in back
    assert "The second point." not in back
    assert "the model answer says" not in back
    assert tags == "hotseat::area hotseat::basic"
    await core.practice.reveal(asked, EVA)
    ((_, _, back, _),) = await cards(core)
    assert "<li>The second point.</li>" in back
    assert "<b>Model answer</b><br>the model answer says" in back
    await core.answer(asked, "now all, score 10", EVA)
    assert await cards(core) == []


async def test_a_large_export_is_packed_and_cut(core: House):
    dice = Random(1)
    asked = await core.ask("basic", EVA)
    for number in range(120):
        noise = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz ", k=3000))
        await core.answer(asked, f"{number} {noise}, score 5", EVA)
        core.clock.time += timedelta(hours=1)
    packed = await core.interviewer.privacy.export(EVA.id, 1_000_000)
    assert packed is not None
    assert [name for name, _ in packed.files] == ["hotseat-data.zip"]
    assert packed.left_out == 0
    assert len(csv_rows(packed)) == 120
    cut = await core.interviewer.privacy.export(EVA.id, 250_000)
    assert cut is not None
    assert sum(len(content) for _, content in cut.files) <= 150_000
    assert cut.left_out == 120 - cut.answers > 0
    rows = csv_rows(cut)
    assert len(rows) == cut.answers
    assert rows[-1]["text"].startswith("119 ")
    assert json.loads(unpacked(cut.files)["hotseat-data.json"])["left_out"]["answer"] == cut.left_out


def csv_rows(found) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unpacked(found.files)["answers.csv"].decode("utf-8-sig"))))
