"""The clock: asked, waited for while it jumps, and moved by lines on a real pipe."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import clock as module
from bot.clock import Clock, following

ROOT = Path(__file__).parent.parent
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def ahead(clock: Clock) -> timedelta:
    """How far the clock is ahead of the machine, to the nearest second."""
    return SECOND * round((clock.now() - datetime.now(UTC)) / SECOND)


async def asleep(clock: Clock, moment: datetime) -> asyncio.Task[None]:
    """Somebody who sleeps already."""
    task = asyncio.create_task(clock.sleep_until(moment))
    await turns()
    assert not task.done()
    return task


async def turns(most: int = 10) -> None:
    """Let everything run that can run now."""
    for _ in range(most):
        await asyncio.sleep(0)


class Parent:
    """The end of the pipe that the sandbox holds."""

    def __init__(self, writing: int) -> None:
        self.end = os.fdopen(writing, "wb", buffering=0)

    def write(self, data: bytes) -> None:
        self.end.write(data)


@asynccontextmanager
async def led(clock: Clock, first: bytes = b"0.000\n") -> AsyncIterator[Parent]:
    """A clock that follows a pipe, in which `first` stands from the beginning."""
    reading, writing = os.pipe()
    parent = Parent(writing)
    parent.write(first)
    with parent.end:
        async with following(clock, os.fdopen(reading, "rb")):
            yield parent


async def reached(clock: Clock, offset: timedelta) -> None:
    """Wait until the clock has heard of the offset."""
    async with asyncio.timeout(10):
        await clock.sleep_until(datetime.now(UTC) + offset - 10 * SECOND)
    assert ahead(clock) == offset


async def test_the_past_needs_no_sleep():
    clock = Clock()
    await clock.sleep_until(clock.now())
    await clock.sleep_until(clock.now() - DAY)
    assert clock.now().tzinfo is UTC
    with pytest.raises(TypeError):
        await clock.sleep_until(datetime(2026, 1, 1))  # noqa: DTZ001 - a naive moment is what is refused


async def test_nobody_wakes_early():
    clock = Clock()
    for milliseconds in (1, 20):
        moment = clock.now() + timedelta(milliseconds=milliseconds)
        await clock.sleep_until(moment)
        assert clock.now() >= moment


async def test_a_jump_wakes_everybody_whose_time_has_come():
    clock = Clock()
    start = clock.now()
    sleepers = [await asleep(clock, start + days * DAY) for days in range(1, 11)]
    clock.jump(5 * DAY)
    await turns()
    assert [task.done() for task in sleepers] == [True] * 5 + [False] * 5
    clock.jump(10 * DAY)
    async with asyncio.timeout(10):
        await asyncio.gather(*sleepers)


async def test_after_a_jump_that_is_too_small_the_rest_is_slept():
    clock = Clock()
    moment = clock.now() + DAY
    task = await asleep(clock, moment)
    clock.jump(DAY / 2)
    await turns()
    assert not task.done()
    clock.jump(moment - datetime.now(UTC) - timedelta(milliseconds=30))
    await turns()
    assert not task.done()
    async with asyncio.timeout(10):
        await task
    assert clock.now() >= moment


async def test_a_jump_back_is_slept_through():
    clock = Clock()
    clock.jump(2 * DAY)
    task = await asleep(clock, clock.now() + DAY)
    clock.jump(DAY)
    clock.jump(3 * DAY - SECOND)
    await turns()
    assert not task.done()
    clock.jump(3 * DAY)
    async with asyncio.timeout(10):
        await task


async def test_a_cancelled_sleeper_leaves_the_others_alone():
    clock = Clock()
    moment = clock.now() + DAY
    first, second, third = [await asleep(clock, moment) for _ in range(3)]
    first.cancel()
    # In the same turn as a jump that is too small: the cancellation must not be taken for being woken.
    clock.jump(SECOND)
    second.cancel()
    await turns()
    assert first.cancelled()
    assert second.cancelled()
    assert not third.done()
    clock.jump(DAY)
    async with asyncio.timeout(10):
        await third


async def test_sleepers_look_again_after_a_while(monkeypatch: pytest.MonkeyPatch):
    """What a machine that was asleep itself looks like: the time is there, and nothing jumped."""
    monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.01)

    class Suspended(Clock):
        behind = DAY

        def now(self) -> datetime:
            return super().now() - self.behind

    clock = Suspended()
    task = await asleep(clock, clock.now() + DAY)
    clock.behind = timedelta()
    async with asyncio.timeout(10):
        await task


async def test_the_first_line_is_applied_before_anything_else():
    clock = Clock()
    async with led(clock, b"86400.000\n"):
        assert ahead(clock) == DAY


async def test_lines_in_pieces_and_in_heaps():
    clock = Clock()
    async with led(clock) as parent:
        parent.write(b"864")
        await turns()
        parent.write(b"00.0\n172800.")
        await reached(clock, DAY)
        parent.write(b"000\n1\n259200\n")
        await reached(clock, 3 * DAY)


async def test_a_line_that_is_no_number_is_logged_and_ignored(caplog: pytest.LogCaptureFixture):
    clock = Clock()
    lines = [b"soon", b"", b"nan", b"inf", b"1e300", b"1e12", b"\xff", b"12 days"]
    async with led(clock, b"3600\n") as parent:
        parent.write(b"\n".join(lines) + b"\n86400\n")
        await reached(clock, DAY)
    assert [record.args for record in caplog.records] == [(line,) for line in lines]
    assert "is no offset" in caplog.text


@pytest.mark.parametrize("left", [b"", b"8640"], ids=["nothing left", "half a number left"])
async def test_the_end_of_the_pipe_is_quiet(left: bytes, caplog: pytest.LogCaptureFixture):
    clock = Clock()
    async with led(clock, b"3600\n" + left) as parent:
        parent.end.close()
        task = await asleep(clock, clock.now() + DAY)
        await turns()
        assert ahead(clock) == timedelta(hours=1)
        task.cancel()
    assert caplog.records == []


async def test_an_end_before_the_first_line_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "FIRST_LINE_S", 1000.0)
    reading, writing = os.pipe()
    os.close(writing)
    async with asyncio.timeout(10), following(Clock(), os.fdopen(reading, "rb")):
        pass


async def test_a_parent_that_says_nothing_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(module, "FIRST_LINE_S", 0.01)
    clock = Clock()
    async with led(clock, b"") as parent:
        assert "No time came" in caplog.text
        parent.write(b"86400\n")
        await reached(clock, DAY)


async def test_a_jump_applies_before_what_was_sent_after_it():
    """One turn of the event loop brings both: the line on the pipe and a message on a socket."""
    clock, seen = Clock(), asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        seen.set_result(ahead(clock))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with server, led(clock) as parent:
        await turns(50)  # until the server listens to the connection
        parent.write(b"86400\n")
        writer.write(b"an interaction\n")
        assert await asyncio.wait_for(seen, 10) == DAY
        writer.close()
        await writer.wait_closed()


async def test_whoever_follows_hears_that_the_pipe_ended():
    ended = asyncio.Event()
    reading, writing = os.pipe()
    os.write(writing, b"3600\n")
    clock = Clock()
    async with asyncio.timeout(10), following(clock, os.fdopen(reading, "rb"), ended.set):
        await turns()
        assert not ended.is_set()
        os.write(writing, b"86400\n")
        os.close(writing)
        await ended.wait()
        assert ahead(clock) == DAY  # the last line counts


def started(folder: Path, file: int) -> subprocess.CompletedProcess[str]:
    """`run --follow-clock` where there is no token to go on with."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "run", "--follow-clock"],
        stdin=file,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        timeout=60,
        check=False,
    )


@pytest.mark.restart
def test_the_command_line_follows_a_pipe_only(tmp_path: Path):
    reading, writing = os.pipe()
    os.write(writing, b"3600\n")
    assert "There is no token" in started(tmp_path, reading).stderr
    os.close(writing)
    os.close(reading)
    (tmp_path / "offsets").write_text("3600\n", encoding="utf-8")
    with (tmp_path / "offsets").open("rb") as file:
        for number in (file.fileno(), subprocess.DEVNULL):
            refused = started(tmp_path, number)
            assert refused.returncode == 1
            assert refused.stderr.startswith("--follow-clock reads from a pipe")
            assert "Traceback" not in refused.stderr
