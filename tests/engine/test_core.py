"""The engine's rules apart from the golden table: limits, typed answers, hints, disputes, sharing, settings, boards."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.scoring import Period
from bot.engine.answering import Submission
from bot.engine.pace import Limits
from bot.engine.practice import Person, Place
from bot.errors import HandBack, UserError
from bot.storage import boards, members
from bot.storage.database import Connection
from bot.storage.members import Wishes
from tests.engine.conftest import ANN, BEN, GUILD, House, opened

CEM = Person(3, "Cem")
DM = Place(11, None, dm=True)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


# How fast


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncGenerator[House, None]:
    """A house with the limits of real life."""
    async with opened(tmp_path / "hotseat.db", Limits()) as house:
        yield house


async def test_five_seconds_lie_between_two_answers(limited: House):
    ask_id = await limited.ask()
    await limited.answer(ask_id, "score 1")
    limited.clock.time += 4.2 * SECOND
    with pytest.raises(HandBack, match=r"again in a second\.") as caught:
        await limited.receive(ask_id, "score 2")
    assert caught.value.text == "score 2"
    limited.clock.time += 0.8 * SECOND  # five seconds sharp
    assert (await limited.answer(ask_id, "score 2")).settled.tries == 2


async def test_the_wait_is_told_in_whole_seconds(limited: House):
    ask_id = await limited.ask()
    await limited.answer(ask_id, "score 1")
    limited.clock.time += 0.5 * SECOND
    with pytest.raises(HandBack, match=r"again in 5 seconds\."):
        await limited.receive(ask_id, "score 2")


async def test_the_same_text_again_is_not_too_fast(limited: House):
    ask_id = await limited.ask()
    first = await limited.answer(ask_id, "score 5")
    assert (await limited.answer(ask_id, "Score  5")).answer.id == first.answer.id


async def test_one_member_does_not_slow_another(limited: House):
    ask_id = await limited.ask()
    await limited.answer(ask_id, "score 5", ANN)
    assert (await limited.answer(ask_id, "score 5 too", BEN)).settled.points == 5


async def test_what_was_refused_does_not_count_against_its_author(limited: House):
    ask_id = await limited.ask()
    await limited.answer(ask_id, "score 1")
    for _ in range(3):
        limited.clock.time += SECOND
        with pytest.raises(HandBack):
            await limited.receive(ask_id, "score 2")
    limited.clock.time += 2 * SECOND
    assert (await limited.answer(ask_id, "score 2")).settled.tries == 2


async def test_sixty_answers_an_hour(limited: House):
    ask_id = await limited.ask()
    start = limited.clock.now()
    for number in range(60):
        await limited.receive(ask_id, f"score 1 {number}")
        limited.clock.time += 10 * SECOND
    with pytest.raises(HandBack, match=r"60 answers in an hour.*again in 50 min") as caught:
        await limited.receive(ask_id, "one more")
    assert caught.value.text == "one more"
    await limited.receive(ask_id, "score 1 7")  # the same as before: not counted, not refused
    limited.clock.time = start + HOUR - SECOND
    with pytest.raises(HandBack, match="again in 1 min"):
        await limited.receive(ask_id, "one more")
    limited.clock.time = start + HOUR
    await limited.receive(ask_id, "one more")
    with pytest.raises(HandBack):  # the second came ten seconds after the first
        await limited.receive(ask_id, "and another")
    limited.clock.time += 10 * SECOND
    await limited.receive(ask_id, "and another")


# Answers typed in a DM


async def close_burst(house: House, ask_id: int, person: Person = ANN):
    messages = await house.typed(ask_id, person)
    return await house.bursts.close(ask_id, person.id, messages[-1].id)


@pytest.fixture
async def typing(core: House) -> tuple[House, int]:
    """A house with a question that is open in Ann's DM."""
    return core, await core.ask(place=DM)


async def is_waiting(house: House, ask_id: int) -> bool:
    """Whether the answer is not complete yet."""
    waiting = asyncio.ensure_future(house.bursts.wait(ask_id, ANN.id))
    # The reads of `wait` come back in order: once a later one is answered, it sleeps or it is done.
    for _ in range(3):
        await house.bursts.unfinished()
    done = waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return not done


async def test_an_answer_is_complete_eight_seconds_after_its_last_message(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 6")
    house.clock.time += 7 * SECOND
    await house.type(ask_id, "and something more")
    house.clock.time += 7.9 * SECOND
    assert await is_waiting(house, ask_id)
    house.clock.time += 0.1 * SECOND
    answer = await close_burst(house, ask_id)
    assert answer
    assert answer.text == "score 6\nand something more"
    assert answer.received_at == house.clock.now() - 8 * SECOND
    assert (await house.answering.settle(answer.id)).settled.points == 6
    assert await house.rows("SELECT * FROM typed") == []


async def test_and_sixty_seconds_after_its_first(typing: tuple[House, int]):
    house, ask_id = typing
    for number in range(10):
        await house.type(ask_id, f"part {number}")
        house.clock.time += 6 * SECOND
        assert await is_waiting(house, ask_id) is (number < 9)
    answer = await close_burst(house, ask_id)
    assert answer
    assert answer.text.splitlines() == [f"part {number}" for number in range(10)]


async def test_the_pause_goes_on_across_a_restart(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 6 so far")
    house.clock.time += 5 * SECOND
    await house.restart()
    assert await house.bursts.unfinished() == [(ask_id, ANN.id)]
    assert await is_waiting(house, ask_id)
    await house.type(ask_id, "and then more")
    house.clock.time += 3 * SECOND  # eight since the first message
    assert await is_waiting(house, ask_id)
    await house.restart()
    house.clock.time += HOUR  # down for long
    answer = await close_burst(house, ask_id)
    assert answer
    assert answer.text == "score 6 so far\nand then more"
    assert answer.received_at == house.clock.now() - HOUR - 3 * SECOND
    assert await house.bursts.unfinished() == []


async def test_of_several_who_wait_one_closes(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 6 and done")
    house.clock.time += 9 * SECOND
    closed = await asyncio.gather(*(close_burst_of(house, ask_id) for _ in range(4)))
    assert len([answer for answer in closed if answer]) == 1
    assert len(await house.rows("SELECT * FROM answer")) == 1
    assert await house.typed(ask_id) == []


async def close_burst_of(house: House, ask_id: int):
    """Like `close_burst`, for somebody who may come too late."""
    messages = await house.typed(ask_id)
    return await house.bursts.close(ask_id, ANN.id, messages[-1].id) if messages else None


async def test_a_message_that_comes_while_an_answer_closes_is_not_lost(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 6 and done")
    house.clock.time += 9 * SECOND
    messages = await house.typed(ask_id)
    await house.type(ask_id, "score 8, oh, and this")
    answer = await house.bursts.close(ask_id, ANN.id, messages[-1].id)
    assert answer
    assert answer.text == "score 6 and done"
    await house.answering.settle(answer.id)
    house.clock.time += 9 * SECOND
    later = await close_burst(house, ask_id)
    assert later
    assert (await house.answering.settle(later.id)).settled.tries == 2


@pytest.mark.parametrize("text", ["thanks!", "ok, next", "👍", "  idk   sorry "])
async def test_two_words_are_no_answer(typing: tuple[House, int], text: str):
    house, ask_id = typing
    await house.type(ask_id, text)
    house.clock.time += 9 * SECOND
    with pytest.raises(UserError, match="very short"):
        await close_burst(house, ask_id)
    assert await house.rows("SELECT * FROM answer") == []
    assert await house.bursts.unfinished() == []
    assert await house.practice.typed_ask(DM.channel_id) == ask_id  # still open


async def test_three_words_are_one(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 3")
    await house.type(ask_id, "perhaps")
    house.clock.time += 9 * SECOND
    answer = await close_burst(house, ask_id)
    assert answer
    assert (await house.answering.settle(answer.id)).settled.points == 3


async def test_the_same_text_typed_again_finds_its_verdict(typing: tuple[House, int]):
    house, ask_id = typing
    first = await house.answer(ask_id, "score 6 and done")
    await house.type(ask_id, "Score 6\nand done")
    house.clock.time += 9 * SECOND
    again = await close_burst(house, ask_id)
    assert again
    assert again.id == first.answer.id


async def test_a_message_that_discord_sends_twice_is_stored_once(typing: tuple[House, int]):
    house, ask_id = typing
    await house.type(ask_id, "score 6 and done")
    [(message_id,)] = await house.rows("SELECT message_id FROM typed")
    house.clock.time += 9 * SECOND
    messages = await house.typed(ask_id)
    await house.bursts.add(ask_id, ANN, messages[0])
    assert len(await house.rows("SELECT * FROM typed")) == 1
    await house.bursts.close(ask_id, ANN.id, messages[-1].id)
    await house.bursts.add(ask_id, ANN, messages[0])  # it is an answer by now
    assert messages[0].id == message_id
    assert await house.rows("SELECT * FROM typed") == []


async def test_a_typed_answer_waits_until_the_pause_is_over(limited: House):
    first, second = await limited.ask(person=ANN), await limited.ask(person=ANN)
    await limited.type(first, "score 5 for this")
    limited.clock.time += 6 * SECOND
    await limited.receive(second, "score 5 by form")
    limited.clock.time += 2 * SECOND
    closing = asyncio.create_task(close_burst(limited, first))
    await asyncio.wait({closing}, timeout=0.2)
    assert not closing.done()
    assert await limited.rows("SELECT count(*) FROM typed") == [(1,)]  # what was typed is still stored
    limited.clock.time += 4 * SECOND
    limited.clock.jump(timedelta())  # wakes whoever sleeps
    assert await closing


async def test_what_is_typed_by_two_members_stays_apart(core: House):
    ask_id = await core.ask()
    await core.type(ask_id, "score 3 says Ann", ANN)
    await core.type(ask_id, "score 9 says Ben", BEN)
    core.clock.time += 9 * SECOND
    texts = [answer.text for person in (ANN, BEN) if (answer := await close_burst(core, ask_id, person))]
    assert texts == ["score 3 says Ann", "score 9 says Ben"]


# Hints


async def test_hints_come_one_after_the_other(core: House):
    ask_id = await core.ask()
    stages = ("Begin with the definition.", "Think of training.", "Think of use.")
    for stage, left in ((1, 8), (2, 6), (3, 5)):
        hinted = await core.practice.hint(ask_id, ANN, stage)
        assert hinted.hints == stages[:stage]
        assert hinted.left == left


async def test_a_second_press_costs_nothing(core: House):
    ask_id = await core.ask()
    once = await core.practice.hint(ask_id, ANN, 1)
    assert await core.practice.hint(ask_id, ANN, 1) == once
    both = await asyncio.gather(*(core.practice.hint(ask_id, ANN, 2) for _ in range(4)))
    assert {len(one.hints) for one in both} == {2}
    assert len(await core.rows("SELECT * FROM ledger WHERE kind = 'hinted'")) == 2


@pytest.mark.parametrize("stage", [2, 3, 99, 10**30])
async def test_no_stage_can_be_skipped(core: House, stage: int):
    hinted = await core.practice.hint(await core.ask(), ANN, stage)
    assert len(hinted.hints) == 1
    assert hinted.left == 8


async def test_after_the_last_hint_there_is_none(core: House):
    ask_id = await core.ask()
    for stage in range(1, 8):
        await core.practice.hint(ask_id, ANN, stage)
    hinted = await core.practice.hint(ask_id, ANN, 8)
    assert len(hinted.hints) == 3
    assert hinted.left == 5
    assert (await core.answer(ask_id, "score 10")).settled.points == 5


@pytest.mark.parametrize("stage", [0, -1])
async def test_a_stage_that_is_none_gives_none(core: House, stage: int):
    assert (await core.practice.hint(await core.ask(), ANN, stage)).hints == ()


async def test_a_new_card_knows_the_hints_of_the_old_one(core: House):
    await core.practice.hint(await core.ask(), ANN, 1)
    hinted = await core.practice.hint(await core.ask(), ANN, 1)
    assert len(hinted.hints) == 1
    assert len(await core.rows("SELECT * FROM ledger WHERE kind = 'hinted'")) == 1


async def test_hints_after_the_reveal_say_that_nothing_is_to_be_won(core: House):
    ask_id = await core.ask()
    await core.practice.reveal(ask_id, ANN)
    assert (await core.practice.hint(ask_id, ANN, 1)).locked
    assert not (await core.practice.hint(ask_id, BEN, 1)).locked


# Follow-ups, "I covered this", rating


async def test_a_follow_up_adds_to_the_answer_before_it(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4, first")
    outcome = await core.answer(ask_id, "score 9, more", probe=1)
    assert sorted(outcome.answer.text.split("\n\n")) == ["score 4, first", "score 9, more"]
    assert (outcome.settled.tries, outcome.settled.total) == (2, 7)


async def test_the_same_reply_again_is_the_same_answer(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 4, first")
    first = await core.answer(ask_id, "score 9, more", probe=1)
    again = await core.answer(ask_id, "score 9, more", probe=1)
    assert again.answer.id == first.answer.id


async def test_a_point_is_disputed_once(core: House):
    ask_id = await core.ask()
    outcome = await core.answer(ask_id, "score 5, half of it")
    graded = await core.sittings.last_graded(ask_id, ANN)
    assert graded.answer.id == outcome.answer.id
    assert [verdict.point for verdict in graded.open_points] == ["second"]
    assert await core.sittings.dispute(graded, ANN, ["second", "first", "none"], "I said it.") == 1
    assert await core.sittings.dispute(graded, ANN, ["second"], "I did!") == 0
    [(detail,)] = await core.rows("SELECT detail FROM ledger WHERE kind = 'disputed'")
    assert "I said it." in detail


async def test_the_heaviest_open_point_comes_first(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 0 for nothing")
    graded = await core.sittings.last_graded(ask_id, ANN)
    assert [verdict.point for verdict in graded.open_points] == ["second", "first"]


async def test_only_ones_own_answer_is_ones_own(core: House):
    ask_id = await core.ask()
    outcome = await core.answer(ask_id, "score 5, half of it")
    with pytest.raises(UserError, match="somebody else"):
        await core.sittings.graded(ask_id, outcome.answer.id, BEN)
    with pytest.raises(UserError, match="somebody else"):
        await core.sittings.graded(await core.ask(), outcome.answer.id, ANN)  # another card
    with pytest.raises(UserError, match="somebody else"):
        await core.sittings.to_share(ask_id, outcome.answer.id, BEN, GUILD)
    with pytest.raises(UserError, match="no graded answer"):
        await core.sittings.last_graded(ask_id, BEN)


async def test_an_answer_without_a_grade_waits(core: House):
    ask_id = await core.ask()
    stored = await core.receive(ask_id, "score 5")
    with pytest.raises(UserError, match="no grade yet"):
        await core.sittings.graded(ask_id, stored.id, ANN)
    with pytest.raises(UserError, match="no graded answer"):
        await core.sittings.last_graded(ask_id, ANN)


async def test_the_last_rating_counts_and_earns_nothing(core: House):
    ask_id = await core.ask()
    await core.practice.reveal(ask_id, ANN)
    await core.sittings.rate(ask_id, 1, ANN, "got it")
    await core.sittings.rate(ask_id, 2, ANN, "missed")
    await core.sittings.rate(ask_id, 2, ANN, "got it")  # the same press again
    assert await core.rows("SELECT rating FROM sitting") == [("missed",)]
    view = await core.progress.streak(ANN.id)
    assert (view.points, view.today) == (0, 0)


# Sharing


async def share(core: House, ask_id: int, answer_id: int) -> None:
    """What happens around the post."""
    await core.sittings.shared(await core.sittings.to_share(ask_id, answer_id, ANN, GUILD), ANN)


async def test_share_withdraw_and_share_again(core: House):
    ask_id = await core.ask()
    answer_id = (await core.answer(ask_id, "score 5, mine")).answer.id
    await share(core, ask_id, answer_id)
    with pytest.raises(UserError, match="already"):
        await share(core, ask_id, answer_id)
    with pytest.raises(UserError, match="author or a moderator"):
        await core.sittings.withdraw(answer_id, BEN, None)
    await core.sittings.withdraw(answer_id, ANN, None)
    await share(core, ask_id, answer_id)
    await core.sittings.withdraw(answer_id, BEN, GUILD)
    await core.sittings.withdraw(answer_id, ANN, None)  # it is gone already
    kinds = await core.rows("SELECT kind, member_id FROM ledger WHERE kind IN ('shared', 'withdrawn')")
    assert kinds == [("shared", 1), ("withdrawn", 1), ("shared", 1), ("withdrawn", 1)]


async def test_a_moderator_withdraws_also_where_the_question_was_private(core: House):
    ask_id = await core.ask(private=True)
    answer_id = (await core.answer(ask_id, "score 5, mine")).answer.id
    await share(core, ask_id, answer_id)
    await core.sittings.withdraw(answer_id, BEN, GUILD)


async def test_a_server_switches_sharing_off_for_itself(core: House):
    ask_id = await core.ask()
    answer_id = (await core.answer(ask_id, "score 5, mine")).answer.id
    assert await core.sittings.may_share(GUILD)
    await core.sittings.set_sharing(GUILD, allowed=False)
    assert not await core.sittings.may_share(GUILD)
    assert await core.sittings.may_share(GUILD + 1)
    with pytest.raises(UserError, match="switched off"):
        await share(core, ask_id, answer_id)
    await core.sittings.set_sharing(GUILD, allowed=True)
    await share(core, ask_id, answer_id)


# Settings


WISHES = Wishes(on_boards=False, on_global_board=True, private=True, extra_time=50)


async def test_settings_are_kept(core: House):
    assert (await core.preferences.panel(ANN)).wishes == Wishes()
    saved = await core.preferences.save(ANN, WISHES, "berlin")
    await core.restart()
    panel = await core.preferences.panel(ANN)
    assert panel == saved
    assert panel.wishes == WISHES
    assert (panel.zone, panel.next_zone, panel.chosen, panel.trouble) == ("UTC", "Europe/Berlin", True, "")
    assert panel.next_zone_at == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert (await core.practice.ask(core.new_id(), ANN, Place(10, GUILD, dm=False), private=None)).ask.private
    assert (await core.preferences.panel(BEN)).wishes == Wishes()
    core.clock.time = datetime(2026, 3, 3, 4, tzinfo=UTC)
    panel = await core.preferences.panel(ANN)
    assert (panel.zone, panel.next_zone) == ("Europe/Berlin", None)


async def test_a_refused_zone_keeps_the_rest(core: House):
    panel = await core.preferences.save(ANN, WISHES, "Atlantis")
    assert "no time zone `Atlantis`" in panel.trouble
    assert (await core.preferences.panel(ANN)).wishes == WISHES
    await core.preferences.save(ANN, Wishes(), "Asia/Tokyo")
    core.clock.time += timedelta(days=2)
    panel = await core.preferences.save(ANN, WISHES, "Europe/Berlin")
    assert "stays Asia/Tokyo" in panel.trouble
    assert "in 5 days" in panel.trouble
    assert (panel.zone, panel.wishes) == ("Asia/Tokyo", WISHES)


async def test_no_zone_and_the_same_zone_change_nothing(core: House):
    await core.preferences.save(ANN, Wishes(), "")
    assert not (await core.preferences.panel(ANN)).chosen
    await core.preferences.save(ANN, Wishes(), "UTC")  # now it is theirs
    assert (await core.preferences.panel(ANN)).chosen
    assert await core.rows("SELECT * FROM ledger") == []


# Boards


async def board(house: House, person: Person, guild_id: int | None = GUILD, period: Period = Period.ALL):
    return await house.progress.board(guild_id, person.id, person.name, period)


async def lines(house: House, guild_id: int | None = GUILD, period: Period = Period.ALL):
    return [(one.rank, one.name, one.points) for one in (await board(house, CEM, guild_id, period)).top]


async def test_ties_share_a_rank_on_the_board(core: House):
    ask_id = await core.ask()
    for person, score in ((ANN, 5), (BEN, 9), (CEM, 5)):
        await core.answer(ask_id, f"score {score}, says {person.name}", person)
    assert await lines(core) == [(1, "Ben", 9), (2, "Ann", 5), (2, "Cem", 5)]
    own = (await board(core, CEM)).own
    assert own
    assert own.rank == 2


async def test_nothing_earned_is_no_place(core: House):
    await core.answer(await core.ask(), "score 0 for nothing")
    assert await lines(core) == []
    assert (await board(core, ANN)).own is None


async def test_the_hidden_are_on_no_board_but_know_their_rank(core: House):
    ask_id = await core.ask()
    for person, score in ((ANN, 5), (BEN, 9), (CEM, 3)):
        await core.answer(ask_id, f"score {score}, says {person.name}", person)
    await core.preferences.save(ANN, Wishes(on_boards=False), "")
    assert await lines(core) == [(1, "Ben", 9), (2, "Cem", 3)]
    own = await board(core, ANN)
    assert own.own
    assert (own.own.rank, own.own.points, own.hidden) == (2, 5, True)
    # Also what they earn from now on stays hidden, and after a rebuild.
    await core.answer(await core.ask("filler"), "score 10, says Ann")
    await core.rebuild()
    assert await lines(core) == [(1, "Ben", 9), (2, "Cem", 3)]
    others = (await board(core, BEN)).own
    assert others
    assert others.rank == 1  # of those one can see
    await core.preferences.save(ANN, Wishes(), "")
    assert (await lines(core))[0] == (1, "Ann", 15)


async def test_the_global_board_lists_those_who_asked_for_it(core: House):
    for person, score in ((ANN, 5), (BEN, 9)):
        ask_id = await core.ask(person=person, place=DM)
        await core.answer(ask_id, f"score {score}, says {person.name}", person)
    assert await lines(core, None) == []
    assert (await board(core, ANN, None)).hidden
    await core.preferences.save(ANN, Wishes(on_global_board=True), "")
    assert await lines(core, None) == [(1, "Ann", 5)]
    assert await lines(core) == []  # what was asked in the DM is on no server's board
    own = (await board(core, BEN, None)).own
    assert own
    assert own.rank == 1  # of those one can see


async def test_weeks_turn_on_monday_and_months_on_the_first(core: House):
    sunday = datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC)
    core.clock.time = sunday
    await core.answer(await core.ask(), "score 5")
    assert await lines(core, GUILD, Period.WEEK) == [(1, "Ann", 5)]
    core.clock.time = sunday + SECOND
    assert await lines(core, GUILD, Period.WEEK) == []
    assert await lines(core, GUILD, Period.MONTH) == [(1, "Ann", 5)]
    await core.answer(await core.ask("intermediate"), "score 10")
    assert await lines(core, GUILD, Period.WEEK) == [(1, "Ann", 15)]
    core.clock.time = datetime(2026, 4, 1, tzinfo=UTC)
    assert await lines(core, GUILD, Period.MONTH) == []
    assert await lines(core) == [(1, "Ann", 20)]


async def test_points_belong_to_the_week_in_which_the_answer_came(core: House):
    core.clock.time = datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC)
    stored = await core.receive(await core.ask(), "score 5")
    core.clock.time += 2 * SECOND
    await core.answering.settle(stored.id)
    assert await lines(core, GUILD, Period.WEEK) == []
    assert await lines(core) == [(1, "Ann", 5)]


def fill(connection: Connection, points: Sequence[int], at: datetime) -> None:
    for number, earned in enumerate(points, start=100):
        members.greet(connection, number, f"Member {number}", at)
        boards.add_points(connection, number, GUILD, earned, at)


@pytest.mark.parametrize(
    ("ahead", "below", "rank", "percent"),
    [(999, 5, 1000, 0), (1000, 5, 0, 100), (1000, 1000, 0, 51), (1999, 0, 0, 100)],
)
async def test_ranks_are_exact_up_to_a_thousand(core: House, ahead: int, below: int, rank: int, percent: int):
    await core.answer(await core.ask(), "score 5")
    await core.database.write(fill, [9] * ahead + [1] * below, core.clock.now())
    seen = await board(core, ANN)
    assert seen.own
    assert (seen.own.rank, seen.own.points, seen.percent) == (rank, 5, percent)
    assert len(seen.top) == 10


# Once


async def test_an_interaction_that_is_sent_twice_is_one_answer(core: House):
    ask_id = await core.ask()
    submission = Submission(5, "score 5, mine", "form", 10, token="token")
    stored = await asyncio.gather(*(core.answering.receive(ask_id, ANN, submission) for _ in range(4)))
    assert {answer.id for answer in stored} == {5}
    settled = await asyncio.gather(*(core.answering.settle(5) for _ in range(4)))
    assert {outcome.settled.total for outcome in settled} == {5}
    assert len(await core.rows("SELECT * FROM ledger WHERE kind = 'graded'")) == 1


async def test_two_members_in_the_same_moment(core: House):
    ask_id = await core.ask()
    outcomes = await asyncio.gather(
        *(core.answer(ask_id, f"score 8, says {person.name}", person) for person in (ANN, BEN, CEM))
    )
    assert [outcome.settled.points for outcome in outcomes] == [8, 8, 8]
