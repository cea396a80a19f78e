"""Pictures are drawn in a child process, once, and their lack is never an error."""

import asyncio
import json
import os
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.drawing.paint import LETTERS, PANEL, SHADES, STRENGTH, SURE, TEXT, TRACK, paint
from bot.drawing.sheet import Bar, Sheet, Square, from_json
from bot.drawing.studio import EASEL, Studio, _environment

FULL = Sheet(
    days=tuple(Square(number % 13, "F" if number % 13 == 0 else "") for number in range(80)),
    months=((0, "Sep"), (4, "Oct")),
    strength=tuple(Bar(f"Area $number_{number} %", number / 13, f"{number} %") for number in range(14)),
    sure=(Bar("Guessing", 0.0, "0.0 (1)"), Bar("Certain", 1.0, "10.0 (3)")),
)
SMALL = Sheet(strength=(Bar("Vision", 0.5, "50 %"),))


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    studio = Studio()
    yield studio
    await studio.close()


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


async def test_a_picture_is_drawn_once(studio: Studio):
    assert studio.kept(FULL) is None
    picture = await studio.picture(FULL)
    assert picture
    assert studio.kept(FULL) is picture
    assert await studio.picture(from_json(FULL.to_json().encode())) is picture
    width, height = size(picture)
    assert width == 1080
    assert height < 1.6 * width  # more would be shrunk on a phone
    assert len(picture) < 200_000


async def test_who_waits_for_the_same_picture_gets_the_same(studio: Studio):
    pictures = await asyncio.gather(*(studio.picture(SMALL) for _ in range(5)))
    assert pictures[0]
    assert {id(one) for one in pictures} == {id(pictures[0])}


async def test_after_a_kill_there_is_another_process(studio: Studio):
    assert await studio.picture(SMALL)
    assert studio._process
    studio._process.kill()
    await studio._process.wait()
    assert await studio.picture(FULL)


async def test_a_process_that_dies_is_no_error(tmp_path: Path):
    studio = Studio((sys.executable, "-c", "import sys; sys.stdin.readline(); print('x')"))
    assert await studio.picture(SMALL) is None
    await studio.close()
    nowhere = Studio((str(tmp_path / "nothing"),))
    assert await nowhere.picture(SMALL) is None
    await nowhere.close()


async def test_a_process_that_hangs_is_ended():
    studio = Studio((sys.executable, "-c", "import sys; sys.stdin.read()"), patience_s=0.5)
    assert await studio.picture(SMALL) is None
    assert studio._process is None
    assert studio.kept(SMALL) is None
    await studio.close()


async def test_whoever_gives_up_waiting_leaves_no_half_picture(studio: Studio):
    waiting = asyncio.create_task(studio.picture(FULL))
    while studio._process is None:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert size(await studio.picture(SMALL) or b"") < size(paint(FULL))


async def test_closing_ends_the_process():
    studio = Studio()
    await studio.picture(SMALL)
    process = studio._process
    assert process
    await studio.close()
    assert process.returncode is not None


def run(*lines: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        EASEL, input="".join(f"{line}\n" for line in lines).encode(), capture_output=True, check=True
    )


def test_the_easel_ends_with_its_input_and_survives_nonsense():
    broken = json.dumps({"days": []})
    out = run(broken, SMALL.to_json()).stdout
    assert out[:4] == bytes(4)  # nothing came of the first
    length = int.from_bytes(out[4:8], "big")
    assert size(out[8:]) == size(paint(SMALL))
    assert len(out) == 8 + length


def test_the_process_that_draws_knows_no_secrets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOTSEAT_TOKEN", "secret")
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    assert "secret" not in _environment(os.environ).values()


def test_the_bot_itself_does_not_carry_matplotlib():
    code = "import sys, bot.app, bot.cogs.stats; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG has it: what is left of a colour for whoever sees none."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_everything_differs_in_lightness():
    shades = [colour for _, colour, _ in SHADES]
    for lighter, darker in zip(shades, [*shades[1:], TRACK], strict=True):
        assert contrast(lighter, darker) > 1.4, (lighter, darker)
    for _, colour, ink in SHADES:
        assert contrast(colour, ink) > 3, (colour, ink)  # large figures
    assert contrast(PANEL, TEXT) > 7
    assert min(contrast(STRENGTH, TRACK), contrast(SURE, TRACK)) > 3


def test_each_letter_is_explained():
    assert set(LETTERS) == {"F", "A", "Z"}
