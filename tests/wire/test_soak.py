"""Mixed load with SIGKILLs and faults: every acknowledged answer stands in the ledger exactly once."""

import asyncio
import time
from random import Random

import pytest

from bot.sandbox import Handle, NotPossible, Unanswered, WaitedTooLong
from tests.wire.answers import BANK, strong
from tests.wire.conftest import House
from tests.wire.test_trouble import CALLBACK, EDIT

pytestmark = pytest.mark.soak

SECONDS = 60
BETWEEN_KILLS_S = (5.0, 9.0)  # a start takes about three
QUESTIONS = list(BANK.questions.values())[:6]


async def practises(member: Handle, dice: Random, until: float, acknowledged: set[tuple[int, str]]) -> None:
    """One member asks and answers until the time is up, and remembers what Discord acknowledged."""
    number = 0
    while time.monotonic() < until:
        number += 1
        place = dice.choice(["study", "daily", "mock-interviews", "dm"])
        question = dice.choice(QUESTIONS)
        text = f"{strong(question, dice.randrange(12))}\nRemark {number}."
        try:
            card = await member.slash("ask", topic=f"question:{question.id}", channel=place)
            form = await member.press(card, "Answer")
            shown = await member.submit(form, {"Your answer": text})
        except (Unanswered, NotPossible, WaitedTooLong, LookupError):
            continue  # the bot was down: nothing was acknowledged
        if shown.thinking or "out of 10" in shown.text:
            acknowledged.add((member.id, text))


async def shakes(house: House, dice: Random, until: float) -> int:
    """Kill the bot again and again, and let Discord fail in between."""
    kills = 0
    while time.monotonic() < until:
        house.world.faults.answer("PATCH", EDIT, dice.choice([429, 500, 503]), retry_after=0.1)
        house.world.faults.drop("PATCH", EDIT, after_effect=dice.random() < 0.5)
        if dice.random() < 0.5:
            house.world.faults.on_receipt(CALLBACK, house.bot.kill, after_effect=dice.random() < 0.5)
        await asyncio.sleep(dice.uniform(*BETWEEN_KILLS_S))
        await house.restart()
        kills += 1
    return kills


async def test_mixed_load_with_kills(fresh: House):
    dice = Random(20260302)
    acknowledged: set[tuple[int, str]] = set()
    until = time.monotonic() + SECONDS
    members = [fresh.world.member(name) for name in ("nova", "ann", "ben", "olga")]
    # A person only waits for one thing at a time, but may use Discord in several windows.
    work = [practises(member, Random(seed), until, acknowledged) for seed, member in enumerate(members * 2)]
    shaking = asyncio.create_task(shakes(fresh, dice, until))
    await asyncio.gather(*work)
    kills = await shaking
    fresh.world.faults.clear()
    await fresh.restart()
    await fresh.eventually(
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer WHERE state = 'received')", seconds=90
    )
    stored = set(fresh.rows("SELECT member_id, text FROM answer WHERE state = 'settled'"))
    assert acknowledged - stored == set()
    graded = fresh.rows("SELECT answer_id, count(*) FROM ledger WHERE kind = 'graded' GROUP BY answer_id")
    assert {count for _, count in graded} == {1}
    assert {answer for answer, _ in graded} == {
        row[0] for row in fresh.rows("SELECT id FROM answer WHERE state = 'settled'")
    }
    assert fresh.rows("PRAGMA integrity_check") == [("ok",)]
    # The incremental board equals what the ledger says.
    assert fresh.rows(
        "SELECT member_id, points FROM standing WHERE guild_id = 0 ORDER BY member_id"
    ) == fresh.rows(
        "SELECT member_id, sum(points) FROM ledger GROUP BY member_id HAVING sum(points) > 0 ORDER BY member_id"
    )
    print(f"\n{len(acknowledged)} acknowledged answers, {len(stored)} stored, {kills} kills")  # noqa: T201 - to report
    assert len(acknowledged) >= 10
    assert kills >= 4
