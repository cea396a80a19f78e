"""Trouble below the running bot: a full disk, a lock, a file it may not write or does not understand. Nothing is lost."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.engine.answering import NOT_STORED
from bot.sandbox import Sandbox
from bot.storage.migrate import migrate
from tests.storage import test_trouble
from tests.wire.test_trouble import CALLBACK
from tests.wire.test_windows import (
    OWED_S,
    QUIET_S,
    DoomedHouse,
    FollowUp,
    Form,
    Typing,
    acknowledged_means_stored,
    counts_once,
    doomed_house,
)

pytestmark = pytest.mark.restart

own_mounts = test_trouble.own_mounts
# Each is tried on a database that was made before; what the operator then reads says what to do.
READ_ONLY = "mount --bind hotseat.db hotseat.db; mount -o remount,bind,ro hotseat.db"
NEWER = "INSERT INTO migration SELECT max(number) + 1, 'later', 0 FROM migration"


@pytest.fixture
async def troubled(tmp_path: Path, recorded: Path) -> AsyncIterator[DoomedHouse]:
    """A world of the test's own. An incident leaves its traceback in the log, which is no complaint here."""
    async with doomed_house(tmp_path, recorded) as house:
        yield house
        assert "was never awaited" not in house.bot.output


class SmallDisk(DoomedHouse):
    """A house whose database lies on a small disk that only the bot's process has mounted."""

    def __init__(self, box: Sandbox, folder: Path, own_mounts: list[str]) -> None:
        super().__init__(box, folder)
        self._copies = folder / "copies"
        self._disk = folder / "small"
        for one in (self._copies, self._disk):
            one.mkdir()
        script = 'mount -t tmpfs -o size=8m none small; exec "$0" "$@"'
        self.bot.argv = [*own_mounts, script, *self.bot.argv]
        self.bot.env["HOTSEAT_DATABASE__URL"] = f"sqlite:///{self._disk}/hotseat.db"

    @property
    def disk(self) -> Path:
        """The mounted folder, seen from here."""
        return Path(f"/proc/{self.bot.pid}/root{self._disk}")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database. SQLite would follow the link above into our own folder, so read a copy."""
        self.file = self._copies / "hotseat.db"
        for ending in ("", "-wal"):
            shutil.copy(self.disk / f"hotseat.db{ending}", f"{self.file}{ending}")
        Path(f"{self.file}-shm").unlink(missing_ok=True)
        return super().rows(sql, *values)

    def fill(self) -> None:
        """Until no byte is left."""
        with suppress(OSError), (self.disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(4096)):
                pass

    def free(self) -> None:
        """The opposite."""
        (self.disk / "filler").unlink()


class Caught(Form):
    """An answer by form that was acknowledged when the trouble began."""

    name = "nova"

    async def beset(self, trouble: Callable[[], None]) -> None:
        """Answer, and let the trouble begin before Discord's receipt reaches the bot."""
        self.house.world.faults.on_receipt(CALLBACK, trouble, method="POST", after_effect=True)
        await self.send()
        await self.shown()
        await self.last()
        assert self.acknowledged


async def handed_back(journey: Form) -> None:
    """The text comes back instead of an acknowledgement, within Discord's 3 s, and is stored nowhere."""
    await journey.send()
    refused = await journey.shown()
    assert NOT_STORED in refused.text
    assert journey.text in refused.text
    assert refused.ephemeral


async def test_a_disk_that_is_full_for_a_while(tmp_path: Path, recorded: Path, own_mounts: list[str]):
    async with doomed_house(
        tmp_path, recorded, lambda box, folder: SmallDisk(box, folder, own_mounts)
    ) as house:
        await house.start()
        await full_for_a_while(house)


async def full_for_a_while(house: SmallDisk) -> None:
    """While no write succeeds, everybody hears so, and afterwards everything goes on."""
    form, follow_up, typing, caught = journeys = [Form(house), FollowUp(house), Typing(house), Caught(house)]
    for journey in journeys:
        await journey.begin()
    await caught.beset(house.fill)
    waiting = await (await caught.shown()).settled()
    assert "I have your answer" in waiting.text
    await handed_back(form)
    await handed_back(follow_up)
    typing.member.catch_up("dm")
    await typing.send()
    assert "could not store this message" in (await typing.member.next_message(channel="dm")).text
    refused = await form.member.slash("ask", channel="study")
    assert "cannot store anything" in refused.text
    assert [journey.rows("answer") + journey.rows("typed") for journey in journeys] == [0, 0, 0, 1]
    assert house.bot.running

    house.free()
    for journey in (form, follow_up, typing):
        await counts_once(journey)
    house.world.clock.advance(OWED_S)
    await caught.member.slash("streak", channel="study")
    await counts_once(caught, in_place=False)
    assert house.rows("PRAGMA integrity_check") == [("ok",)]


async def test_a_database_that_may_not_grow_for_a_while(troubled: DoomedHouse, tmp_path: Path):
    full = tmp_path / "full"
    troubled.arm(full=full)
    await troubled.start()
    form = Form(troubled)
    form.text += "\n" + "as I said before " * 200
    await form.begin()
    full.touch()
    await form.send()
    refused = await form.shown()
    assert NOT_STORED in refused.text
    assert refused.attachments[0]["size"] == len(form.text)
    assert form.rows("answer") == 0
    full.unlink()
    await counts_once(form)


async def test_a_database_that_another_program_holds_for_a_while(troubled: DoomedHouse):
    await troubled.start()
    form, follow_up, typing, caught = journeys = [
        Form(troubled),
        FollowUp(troubled),
        Typing(troubled),
        Caught(troubled),
    ]
    for journey in journeys:
        await journey.begin()
    with closing(sqlite3.connect(troubled.file, isolation_level=None)) as other:
        await caught.beset(lambda: void(other.execute("BEGIN EXCLUSIVE")))
        await handed_back(form)  # which takes two seconds
        await typing.send()
        other.execute("ROLLBACK")
    await troubled.bot.printed(f"Answer {form.interaction.id} did not land")
    assert form.rows("answer") == 0
    for journey in (typing, caught):
        if journey is typing:
            await typing.stored()
        await journey.last()
        acknowledged_means_stored(journey)
        assert journey.acknowledged
    for journey in (caught, typing, form, follow_up):
        await counts_once(journey)


def void(_: object) -> None:
    """For what a callback of the sandbox should not return."""


async def test_an_answer_that_was_typed_out_while_another_program_held_the_database(troubled: DoomedHouse):
    await troubled.start()
    journey = Typing(troubled)
    await journey.begin()
    await journey.send()
    await journey.stored()
    journey.member.catch_up("dm")
    with closing(sqlite3.connect(troubled.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        troubled.world.clock.advance(QUIET_S)
        assert "go on by myself" in (await journey.member.next_message(channel="dm")).text
        other.execute("ROLLBACK")
    await journey.last()
    troubled.world.clock.advance(60)  # whoever tries again by the clock does so now
    await troubled.eventually("SELECT 1 FROM answer", seconds=5)
    await counts_once(journey)


@pytest.mark.parametrize("trouble", ["read-only", "newer", "locked"])
async def test_a_start_that_is_impossible(
    troubled: DoomedHouse, request: pytest.FixtureRequest, trouble: str
):
    migrate(troubled.file, datetime.now(UTC))
    argv = troubled.bot.argv
    troubled.bot.argv = [
        argv[0],
        *argv[argv.index("-m") :],
    ]  # as an operator starts it, who hears nothing else
    if trouble == "newer":
        troubled.change(NEWER)
    elif trouble == "read-only":
        script = READ_ONLY + '; exec "$0" "$@"'
        troubled.bot.argv = [*request.getfixturevalue("own_mounts"), script, *troubled.bot.argv]
    before = troubled.file.read_bytes()
    with closing(sqlite3.connect(troubled.file, isolation_level=None)) as other:
        if trouble == "locked":
            other.execute("BEGIN EXCLUSIVE")
        await troubled.bot.start()
        assert await troubled.bot.wait(timeout=10) == 1
    (said,) = troubled.bot.lines
    expected = {
        "read-only": "Make the file and its folder writable",
        "newer": "Install the newer Hotseat again, or restore a backup",
        "locked": "Another program has it open; close that one",
    }
    assert expected[trouble] in said
    assert said.startswith(f"{troubled.file}: ")
    assert troubled.file.read_bytes() == before
