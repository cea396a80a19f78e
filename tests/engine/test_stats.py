"""Days, improvement, calibration and readiness as they follow from what members do."""

from datetime import date, timedelta

import pytest

from bot.domain.scoring import Measure, Period
from bot.engine.answering import Submission
from bot.engine.derived import record
from bot.engine.pictures import stats_sheet
from bot.engine.practice import event
from bot.engine.stats import WEEKS, StatsView
from bot.errors import UserError
from bot.storage.members import Wishes
from tests.engine.conftest import ANN, BEN, GUILD, House

DAY = timedelta(days=1)


async def view(core: House) -> StatsView:
    return await core.interviewer.stats.view(ANN.id, ANN)


async def gains(core: House, period: Period = Period.ALL) -> list[tuple[str, float]]:
    board = await core.progress.board(GUILD, ANN.id, "Ann", period, Measure.GAIN)
    return [(place.name, place.points) for place in board.top]


async def hows(core: House) -> dict[str, str | None]:
    return dict(await core.rows("SELECT day, how FROM practice_day ORDER BY day"))


async def test_only_a_better_answer_on_a_later_day_is_improvement(core: House):
    await core.answer(await core.ask(), "score 4")
    await core.answer(await core.ask(), "score 6, the same day")
    assert await gains(core) == []
    core.clock.time += DAY
    await core.answer(await core.ask(), "score 5, worse")
    await core.answer(await core.ask(), "score 8, better")
    assert await gains(core) == [("Ann", 2.0)]
    await core.answer(await core.ask(), "score 10, the same day again")
    assert await gains(core) == [("Ann", 2.0)]
    core.clock.time += 7 * DAY
    assert await gains(core, Period.WEEK) == []


async def test_what_was_looked_up_is_no_improvement_for_thirty_days(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4")
    await core.practice.reveal(ask_id, ANN)
    core.clock.time += 29 * DAY
    await core.answer(await core.ask(), "score 6, looked up")
    assert await gains(core) == []
    core.clock.time += 2 * DAY
    await core.answer(await core.ask(), "score 9, remembered")
    assert await gains(core) == [("Ann", 3.0)]


async def test_a_reveal_after_the_answer_takes_no_improvement_away(core: House):
    await core.answer(await core.ask(), "score 4")
    core.clock.time += DAY
    ask_id = await core.ask()
    stored = await core.receive(ask_id, "score 8")
    core.clock.time += timedelta(seconds=5)
    await core.practice.reveal(ask_id, ANN)
    await core.answering.settle(stored.id)
    assert await gains(core) == [("Ann", 4.0)]
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


async def test_a_closing_that_is_noted_late_changes_no_improvement_of_before(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4")
    core.clock.time += DAY
    await core.answer(await core.ask(), "score 8")
    before = core.clock.now() - timedelta(hours=1)
    ask = (await core.practice.asked(ask_id, ANN)).ask
    late = event(f"closed:{ask_id}:{ANN.id}", "closed", ask, ANN.id, "UTC", before)
    assert await core.database.write(record, late)
    assert await gains(core) == [("Ann", 4.0)]
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


async def test_the_board_by_improvement_keeps_to_the_boards_rules(core: House):
    for who, first, then in ((ANN, 4, 8), (BEN, 2, 10)):
        await core.answer(await core.ask(person=who), f"score {first}, at first", who)
        core.clock.time += DAY
        await core.answer(await core.ask(person=who), f"score {then}, at last", who)
    assert await gains(core) == [("Ben", 8.0), ("Ann", 4.0)]
    await core.preferences.save(BEN, Wishes(on_boards=False), "")
    board = await core.progress.board(GUILD, ANN.id, "Ann", Period.ALL, Measure.GAIN)
    assert [(one.rank, one.name) for one in board.top] == [(1, "Ann")]
    assert board.own
    assert (board.own.rank, board.own.points) == (1, 4.0)


async def test_days_tell_how_they_held_the_streak(core: House):
    for day in range(7):
        await core.answer(await core.ask("filler"), f"score 7 on day {day}")
        core.clock.time += DAY
        await core.be_up()
    core.clock.time += DAY
    await core.be_up()
    pending = (await core.progress.streak(ANN.id)).waiting
    assert pending == {date(2026, 3, 9): "frozen"}
    await core.answer(await core.ask("filler"), "score 1 does not count")
    assert (await hows(core))["2026-03-10"] is None
    await core.answer(await core.ask("filler"), "withheld, which counts")
    told = await hows(core)
    assert told["2026-03-09"] == "frozen"
    assert told["2026-03-10"] == "answer"
    # Away for a day, with an honest week before.
    core.clock.time += 2 * DAY
    await core.be_back()
    await core.answer(await core.ask("filler"), "score 3 after the outage")
    told = await hows(core)
    assert told["2026-03-11"] == "away"
    # Too long: nothing holds it.
    core.clock.time += 5 * DAY
    await core.be_up()
    await core.answer(await core.ask("filler"), "score 3 after the holidays")
    assert [day for day in await hows(core) if day > "2026-03-12"] == ["2026-03-17"]
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


async def test_an_answer_that_is_settled_late_changes_what_held_a_day(core: House):
    for day in range(7):
        await core.answer(await core.ask("filler"), f"score 7 on day {day}")
        core.clock.time += DAY
        await core.be_up()
    stored = await core.receive(await core.ask("filler"), "score 5, settled late")
    core.clock.time += DAY
    await core.be_up()
    await core.answer(await core.ask("filler"), "score 5 in time")
    assert (await hows(core))["2026-03-09"] == "frozen"
    await core.answering.settle(stored.id)
    assert (await hows(core))["2026-03-09"] == "answer"
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


async def sure(core: House, text: str, how_sure: str | None, ask_id: int | None = None) -> None:
    submission = Submission(core.new_id(), text, "form", 10, token="token", sure=how_sure)  # pyright: ignore[reportArgumentType]
    asked = await core.ask("filler") if ask_id is None else ask_id
    await core.answering.settle((await core.answering.receive(asked, ANN, submission)).id)


async def test_calibration_takes_first_tries_that_have_a_number(core: House):
    ask_id = await core.ask("filler")
    await sure(core, "score 3, certain", "certain", ask_id)
    await sure(core, "score 9, second try", "certain", ask_id)
    await sure(core, "score 7, another card", "certain")
    await sure(core, "withheld", "certain")
    await sure(core, "score 1, a guess", "guess")
    await sure(core, "score 9, who knows", None)
    found = [(one.sure, one.score, one.tries) for one in (await view(core)).judged]
    assert found == [("guess", 1.0, 1), ("certain", 5.0, 2)]


async def test_the_numbers_of_a_member(core: House):
    empty = await view(core)
    assert (empty.graded, empty.counted, empty.ready, empty.judged) == (0, 0, [], [])
    assert not stats_sheet(empty).shows_something
    await core.answer(await core.ask(), "score 8")
    await core.answer(await core.ask("filler"), "score 3")
    core.clock.time += 7 * DAY
    await core.answer(await core.ask("filler"), "score 5, a week later")
    found = await view(core)
    assert (found.graded, found.strong, found.counted) == (2, 1, 2)
    assert found.streak.points > found.week > 0
    sheet = stats_sheet(found)
    assert sum(day.answers for day in sheet.days) == 3
    assert len(sheet.days) == 7 * (WEEKS - 1) + 1  # today is a Monday
    assert [day.answers for day in sheet.days[-8:]] == [2, 0, 0, 0, 0, 0, 0, 1]
    assert sheet.months == ((1, "Jan"), (5, "Feb"), (9, "Mar"))


async def test_others_see_it_only_if_the_member_shows_it(core: House):
    with pytest.raises(UserError, match="keep their stats to themselves"):
        await core.interviewer.stats.view(ANN.id, BEN)
    await core.answer(await core.ask(), "score 8")
    with pytest.raises(UserError, match="keep their stats to themselves"):
        await core.interviewer.stats.view(ANN.id, BEN)
    await core.preferences.save(ANN, Wishes(stats_shown=True), "")
    found = await core.interviewer.stats.view(ANN.id, BEN)
    assert (found.member, found.own, found.graded, list(found.moves)) == (ANN, False, 1, [])
