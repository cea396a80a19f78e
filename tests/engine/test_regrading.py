"""Questions that changed: stored answers are graded again, nobody loses points, and everything derived follows."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bot.bank.loader import Bank
from bot.domain.grade import Grade
from bot.domain.question import KeyPoint, Level, Question
from bot.engine import regrading
from bot.engine.interviewer import Interviewer
from bot.engine.regrading import Sums, regrade
from bot.engine.results import results
from bot.ui.cards import verdict_card
from bot.ui.forms import dispute_form
from bot.ui.news import SHOWN, news_card
from tests.engine.conftest import ANN, BANK, BEN, GUILD, MODEL_ANSWER, QUESTIONS, House, NamedGrader
from tests.engine.test_rebuild import Life

DAY = timedelta(days=1)


class LaterGrader(NamedGrader):
    """Gives the score that an answer names behind "later" (as in "score 4, later 8"), if it does."""

    def grade_text(self, question: Question, answer: str) -> Grade:
        later = re.search(r"later (\S+)", answer)
        return super().grade_text(question, answer if later is None else f"{later[1]} score {later[1]}")


def changed(*names: str, **fields: Any) -> Bank:
    """A bank in which these questions have a new set of key points."""
    points = (KeyPoint("first", "The first point.", weight=2), KeyPoint("third", "A new point.", "Third?"))
    again = {name: replace(QUESTIONS[name], points=points, **fields) for name in names}
    return replace(BANK, questions={**QUESTIONS, **again})


async def run(house: House, bank: Bank | None = None) -> Sums:
    """Regrade everything; nobody is told how far it is."""
    grader, now = LaterGrader(), house.clock.now()
    return await regrade(house.database, bank or changed("basic"), grader, now, lambda _: None)


async def require_equal_to_a_rebuild(house: House) -> None:
    kept = await house.derived()
    await house.rebuild()
    assert await house.derived() == kept


async def points(house: House, period: str = "all", guild: int = GUILD) -> int:
    rows = await house.rows(
        "SELECT points FROM standing WHERE member_id = 1 AND period = ? AND guild_id = ?", period, guild
    )
    return rows[0][0] if rows else 0


async def test_the_difference_is_booked_when_the_answer_was_given(core: House):
    await core.answer(await core.ask(), "score 4, later 8")
    answered_at = core.clock.now()
    core.clock.time += 14 * DAY
    sums = await run(core)
    assert (sums.again, sums.higher, sums.points, sums.told) == (
        {"basic": 1},
        {"basic": 1},
        {"basic": 4},
        {ANN.id},
    )
    assert await points(core) == 8
    assert await points(core, "2026-03-02") == 8  # the week of the answer
    assert await points(core, "2026-03-16") == 0
    [(kind, at, score, more, day, key, detail)] = await core.rows(
        "SELECT kind, at, score, points, streak_day, key, detail FROM ledger ORDER BY seq DESC LIMIT 1"
    )
    assert (kind, at, score, more, day) == ("regraded", answered_at.timestamp() * 1000, 8, 4, 0)
    assert re.fullmatch(r"regraded:\d+:[0-9a-f]{64}", key)
    assert json.loads(detail)["before"] == 4
    assert json.loads(detail)["on"] == core.clock.now().isoformat()
    await require_equal_to_a_rebuild(core)
    # Once more changes nothing.
    before = await core.rows("SELECT * FROM ledger")
    assert (await run(core)).again.total() == 0
    assert await core.rows("SELECT * FROM ledger") == before


async def test_nobody_loses_anything(core: House):
    await core.answer(await core.ask(), "score 8, later 1")
    sums = await run(core)
    assert (sums.lower, sums.points.total()) == ({"basic": 1}, 0)
    assert await points(core) == 8
    assert (await core.progress.streak(ANN.id)).today == 1
    assert await core.rows("SELECT best, value FROM seen, sitting") == [(8, 8)]
    await require_equal_to_a_rebuild(core)


async def test_a_day_that_counts_only_now_joins_the_streak(core: House):
    for text in ("score 5", "score 1, later 6", "score 5 again"):
        name = "basic" if "later" in text else "filler"
        await core.answer(await core.ask(name), text)
        core.clock.time += DAY
        await core.be_up()
    assert (await core.progress.streak(ANN.id)).today == 1
    await run(core)
    assert (await core.progress.streak(ANN.id)).today == 3
    assert await core.rows("SELECT days, streak_day FROM streak, ledger WHERE kind = 'regraded'") == [(3, 1)]
    await require_equal_to_a_rebuild(core)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # The second try brought what the first would have brought by itself: only the rest is booked.
        (["score 4, later 10", "score 10 !"], 10),
        (["score 4, later 8", "score 8 !"], 8),
        (["score 4", "score 6, later 10"], 8),  # 4 + 60 % of 6, rounded
        (["score 8, later 0", "score 4, later 10"], 9),  # 8 and 60 % of 2
        (["withheld, later 6", "score 6 !"], 6),
        (["score 6, later withheld"], 6),
        (["foreign, later 6"], 6),
    ],
)
async def test_tries_add_up(core: House, texts: list[str], expected: int):
    ask_id = await core.ask()
    for text in texts:
        await core.answer(ask_id, text)
        core.clock.time += timedelta(minutes=1)
    await run(core)
    assert await points(core) == expected
    await require_equal_to_a_rebuild(core)


async def test_hints_and_the_level_of_the_new_version_count(core: House):
    ask_id = await core.ask()
    await core.practice.hint(ask_id, ANN, 1)
    await core.answer(ask_id, "score 5, later 10")
    await core.practice.hint(ask_id, ANN, 2)  # a hint after the try takes nothing from it
    await run(core, changed("basic", level=Level.ADVANCED))
    assert await points(core) == 16


async def test_what_was_locked_stays_locked(core: House):
    ask_id = await core.ask()
    await core.practice.reveal(ask_id, ANN)
    await core.answer(ask_id, "score 1, later 10")
    sums = await run(core)
    assert sums.higher.total() == 1
    assert await points(core) == 0
    assert (await core.progress.streak(ANN.id)).today == 1
    await require_equal_to_a_rebuild(core)


async def test_what_came_after_a_daily_closed_earns_nothing_later_either(core: House):
    ask_id = await core.ask()
    closed_at = round(core.clock.now().timestamp() * 1000)
    await core.database.write(
        lambda one: one.execute("UPDATE ask SET door = 'daily', asked_by = NULL, closed_at = ?", (closed_at,))
    )
    core.clock.time += timedelta(minutes=1)
    await core.answer(ask_id, "score 4, later 10")
    assert (await run(core)).higher.total() == 1
    assert await points(core) == 0


async def test_the_next_try_builds_on_the_new_grade(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4, later 8")
    await run(core)
    core.clock.time += timedelta(minutes=1)
    outcome = await core.answer(ask_id, "score 10")
    assert outcome.settled.points == 1  # 8 and 60 % of 2, of which 8 are booked
    await require_equal_to_a_rebuild(core)


async def test_a_look_at_the_model_answer_afterwards_takes_nothing(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 2, later 10")
    core.clock.time += timedelta(minutes=1)
    await core.practice.reveal(ask_id, ANN)
    await run(core)
    assert await points(core) == 10


async def test_copies_other_questions_and_retired_ones_stay_as_they_are(core: House):
    await core.answer(await core.ask(), MODEL_ANSWER)
    await core.answer(await core.ask("filler"), "score 2, later 9")
    await core.answer(await core.ask("advanced"), "score 2, later 9")
    bank = changed("basic")
    left = replace(bank, questions={name: one for name, one in bank.questions.items() if name != "advanced"})
    assert (await run(core, left)).again.total() == 0


async def test_back_to_an_earlier_version(core: House):
    await core.answer(await core.ask(), "score 4, later 8")
    for bank, again in ((changed("basic"), 1), (BANK, 1), (changed("basic"), 1), (BANK, 1), (BANK, 0)):
        assert (await run(core, bank)).again.total() == again
    assert await points(core) == 8
    assert await core.rows("SELECT count(*) FROM ledger WHERE kind = 'regraded'") == [(2,)]
    await require_equal_to_a_rebuild(core)


async def test_killed_between_two_steps_it_goes_on_where_it_was(core: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(regrading, "BOOKED_AT_ONCE", 1)
    for number in range(4):
        await core.answer(await core.ask(), f"score {number}, later {number + 3}")
        core.clock.time += timedelta(minutes=1)

    class Killed(Exception):
        pass

    def dies(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        await regrade(core.database, changed("basic"), LaterGrader(), core.clock.now(), dies)
    assert await core.rows("SELECT count(*) FROM ledger WHERE kind = 'regraded'") == [(1,)]
    assert (await run(core)).again.total() == 3
    assert await core.rows(
        "SELECT count(*), count(DISTINCT answer_id) FROM ledger WHERE kind = 'regraded'"
    ) == [(4, 4)]
    assert await core.rows("SELECT count(*) FROM news") == [(4,)]
    await require_equal_to_a_rebuild(core)


async def test_after_any_life_a_rebuild_equals(core: House):
    life = Life(core, Random(3))
    for _ in range(800):
        await life.step()
    before = await points(core)
    sums = await run(core, changed("basic", "advanced", level=Level.INTERMEDIATE))
    assert sums.again.total() > 50
    assert sums.points.total() > 0
    assert await points(core) >= before
    await require_equal_to_a_rebuild(core)
    for _ in range(300):
        await life.step()
    await require_equal_to_a_rebuild(core)


async def test_what_speaks_of_new_points_can_be_read_everywhere(core: House):
    ask_id = await core.ask()
    first = await core.answer(ask_id, "score 4, later 5")
    await core.answer(ask_id, "score 1", BEN)
    bank = changed("basic")
    await run(core, bank)
    later = Interviewer(core.database, bank, NamedGrader(), core.clock, Random(7), core.limits)
    for interviewer in (core.interviewer, later):  # also for a bot that has only the old bank
        outcome = await interviewer.answering.settle(first.answer.id)
        assert [verdict.point for verdict in outcome.settled.grade.verdicts] == ["first", "third"]
        assert outcome.settled.points == 5
        assert "Third?" in str(verdict_card(outcome).to_components())
        graded = await interviewer.sittings.graded(ask_id, first.answer.id, ANN)
        assert graded.probe is not None
        assert graded.probe.id == "third"
        assert "Third?" in str(dispute_form(graded).to_dict())
        assert await interviewer.sittings.dispute(graded, ANN, ["third"], "") == (
            interviewer is core.interviewer
        )
        found = await results(core.database, await interviewer.practice.asked(ask_id, ANN))
        assert found.members == 2
        assert all(one.place < 2 for one in found.missed)
    await later.close()


# News


async def test_members_are_told_once_in_one_card(core: House):
    for number in range(SHOWN + 3):
        await core.answer(await core.ask(), f"score 1, later {number / 2:g}")
        core.clock.time += timedelta(minutes=1)
    await core.answer(await core.ask(), "score 3", BEN)
    await run(core)
    news = core.interviewer.news
    assert await news.owed(ANN) is None  # nobody told the running bot
    await news.load()
    assert await news.owed(BEN) is None
    told = await news.owed(ANN)
    assert told is not None
    assert len(told.regraded) == SHOWN + 2  # one came out as it was
    text = str(news_card(told).to_components())
    assert "Basic: **1** → **6**" in text
    assert "and 2 more answers" in text
    assert await news.owed(ANN) == told  # until it was told
    await news.told(ANN, told)
    assert await news.owed(ANN) is None
    await news.load()
    assert await news.owed(ANN) is None
