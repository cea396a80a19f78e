"""Reviews: what feeds them, what FSRS makes of it, what is due, and when a day of them is finished."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from fsrs import Card, Rating, Scheduler

from bot.domain.memory import DAILY_LOAD, Memory, Recall
from bot.engine.derived import record
from bot.engine.memory import after
from bot.engine.practice import Person, Place
from bot.engine.reviews import Rest, Review
from bot.errors import UserError
from bot.storage import ledger, reviews
from tests.engine.conftest import ANN, BEN, GUILD, STUDY, House

MONDAY = date(2026, 3, 2)
DM = Place(11, None, dm=True)


async def card(house: House, name: str = "basic", person: Person = ANN) -> Memory | None:
    return await house.database.read(reviews.get, person.id, name)


async def wait(house: House, **time: float) -> None:
    house.clock.time += timedelta(**time)
    await house.be_up()


async def following(
    house: House, person: Person = ANN, place: Place = DM, *, beyond: bool = False
) -> Review | Rest:
    return await house.reviews.next(house.new_id(), person, place, beyond=beyond)


async def put(house: House, person: Person = ANN, *, beyond: bool = False) -> Review:
    found = await following(house, person, beyond=beyond)
    assert isinstance(found, Review)
    return found


def test_intervals_equal_the_librarys_for_the_same_ratings():
    dice = Random(5)
    scheduler = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
    for _ in range(100):
        theirs, ours, moment = Card(1), None, datetime(2026, 3, 2, 19, tzinfo=UTC)
        for _ in range(12):
            recall = dice.choice(list(Recall))
            theirs, _ = scheduler.review_card(theirs, Rating(recall), moment)
            ours = after(ours, recall, moment.date())
            assert ours.due - ours.reviewed_on == theirs.due - moment
            assert (ours.stability, ours.difficulty) == (theirs.stability, theirs.difficulty)
            late = dice.choice((0, 0, 1, 10))
            moment = theirs.due + timedelta(days=late)


def test_known_intervals():
    """Good three times in a row, on the day; then forgotten."""
    memory, days = None, []
    for recall in (Recall.GOOD, Recall.GOOD, Recall.GOOD, Recall.AGAIN):
        memory = after(memory, recall, memory.due if memory else MONDAY)
        days.append((memory.due - memory.reviewed_on).days)
    assert days == [2, 11, 46, 3]
    assert memory is not None
    assert memory.lapses == 1


async def test_the_first_try_of_an_ask_counts_and_no_later_one(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 5")
    first = await card(core)
    assert first == after(None, Recall.AGAIN, MONDAY)
    await core.answer(ask_id, "score 10 now")
    await wait(core, days=1)
    await core.answer(ask_id, "score 10 again")  # the next day, on the same card
    assert await card(core) == first


async def test_a_day_has_one_review_of_a_question(core: House):
    await core.answer(await core.ask(), "score 5")
    await core.answer(await core.ask(), "score 10")
    assert await card(core) == after(None, Recall.AGAIN, MONDAY)
    await wait(core, hours=16, minutes=-1)  # 03:59: still Monday here
    await core.answer(await core.ask(), "score 9")
    assert await card(core) == after(None, Recall.AGAIN, MONDAY)
    await wait(core, minutes=2)
    await core.answer(await core.ask(), "score 9")
    tuesday = await card(core)
    assert tuesday == after(after(None, Recall.AGAIN, MONDAY), Recall.GOOD, MONDAY + timedelta(days=1))


async def test_without_a_number_there_is_no_review_and_the_next_try_is_the_first(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "withheld")
    await core.answer(ask_id, "foreign")
    assert await card(core) is None
    await core.answer(ask_id, "score 8")
    assert await card(core) == after(None, Recall.GOOD, MONDAY)


async def test_words_that_say_nothing_to_the_question_are_no_try(core: House):
    await core.ask()
    ((ask_id,),) = await core.rows("SELECT id FROM ask")
    for flag, feeds in (("echo", False), ("cut", True)):
        told = ledger.Event(
            f"answer:{flag}",
            "graded",
            core.clock.now(),
            ANN.id,
            "UTC",
            MONDAY.isoformat(),
            GUILD,
            ask_id,
            "basic",
            score=0.0,
            detail={"flags": [flag]},
        )
        await core.database.write(record, told)
        assert (await card(core) is not None) == feeds


async def test_a_second_try_in_the_dm_still_closes_the_gap(core: House):
    await core.answer(await core.ask("advanced"), "score 1")
    await core.answer(await core.ask("intermediate"), "score 1")
    await wait(core, days=1)
    first, second = await put(core), await put(core)
    assert first.asked.question == second.asked.question
    assert await core.practice.typed_ask(DM.channel_id) == second.asked.ask.id
    await core.answer(second.asked.ask.id, "score 5")
    assert await core.practice.typed_ask(DM.channel_id) is None  # nor does "thanks!" answer the first card
    assert (await core.answer(second.asked.ask.id, "score 10")).settled.points > 0


async def test_a_rebuild_drops_what_the_ledger_does_not_know(core: House):
    await core.answer(await core.ask(), "score 8")
    grown = await core.derived()
    memory = after(None, Recall.GOOD, MONDAY)
    await core.database.write(reviews.put, ANN.id, "never asked", memory)
    await core.rebuild()
    assert await core.derived() == grown


async def test_a_try_after_the_reveal_is_no_review_but_rating_oneself_is(core: House):
    ask_id = await core.ask()
    await core.practice.reveal(ask_id, ANN)
    await core.answer(ask_id, "score 10")
    assert await card(core) is None
    await core.sittings.rate(ask_id, core.new_id(), ANN, "partly")
    assert await card(core) == after(None, Recall.HARD, MONDAY)
    await core.sittings.rate(ask_id, core.new_id(), ANN, "got it")
    assert await card(core) == after(None, Recall.HARD, MONDAY)


async def test_rating_oneself_after_a_try_changes_nothing(core: House):
    ask_id = await core.ask()
    await core.answer(ask_id, "score 3")
    await core.practice.reveal(ask_id, ANN)
    await core.sittings.rate(ask_id, core.new_id(), ANN, "got it")
    assert await card(core) == after(None, Recall.AGAIN, MONDAY)


async def test_hints_take_easy_away(core: House):
    ask_id = await core.ask()
    await core.practice.hint(ask_id, ANN, 1)
    await core.answer(ask_id, "score 10")
    assert await card(core) == after(None, Recall.GOOD, MONDAY)
    await core.answer(await core.ask("filler"), "score 10")
    assert await card(core, "filler") == after(None, Recall.EASY, MONDAY)


async def test_an_answer_that_is_settled_late_does_not_turn_back_time(core: House):
    ask_id = await core.ask()
    early = await core.receive(ask_id, "score 10")
    await wait(core, days=1)
    await core.answer(await core.ask(), "score 2")
    await core.answering.settle(early.id)
    assert await card(core) == after(None, Recall.AGAIN, MONDAY + timedelta(days=1))
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


async def test_what_is_most_overdue_comes_first_with_the_number_and_the_time(core: House):
    assert await following(core) == Rest(0, 0, 0, None)
    await core.answer(await core.ask("advanced"), "score 5")
    rest = await following(core)
    assert rest == Rest(0, 0, 0, datetime(2026, 3, 3, 4, tzinfo=UTC))
    await wait(core, days=1)
    await core.answer(await core.ask("basic"), "score 5")
    await core.answer(await core.ask("filler"), "score 9")
    await wait(core, days=3)
    order: list[tuple[str, int, int]] = []
    while isinstance(found := await following(core), Review):
        order.append((found.asked.question.id, found.left, found.minutes))
        assert found.asked.ask.door == "review"
        await core.answer(found.asked.ask.id, f"score 9 {len(order)}")
    assert order == [("advanced", 3, 9), ("basic", 2, 6), ("filler", 1, 3)]
    assert found.done == 3
    assert found.next_at is not None
    assert found.next_at > core.clock.now()


async def test_due_is_due_all_day_long(core: House):
    await wait(core, hours=10)  # 22:00
    await core.answer(await core.ask(), "score 1")
    await wait(core, hours=6)  # 04:00
    assert isinstance(await following(core), Review)


async def test_reviews_are_private_in_a_server_plain_in_the_dm_and_count_where_they_were_asked_for(
    core: House,
):
    await core.answer(await core.ask(), "score 1")
    await core.answer(await core.ask("filler"), "score 1")
    await wait(core, days=1)
    in_server, in_dm = await following(core, place=STUDY), await following(core)
    assert isinstance(in_server, Review)
    assert isinstance(in_dm, Review)
    assert in_server.asked.question == in_dm.asked.question  # nothing was done about it so far
    assert (in_server.asked.ask.private, in_server.asked.ask.guild_id) == (True, GUILD)
    assert (in_dm.asked.ask.private, in_dm.asked.ask.dm) == (False, True)
    assert await core.practice.typed_ask(DM.channel_id) == in_dm.asked.ask.id
    with pytest.raises(UserError, match="privately"):
        await core.practice.asked(in_server.asked.ask.id, BEN)
    # It is one member's own: everybody else may be asked the same here.
    for name in ("basic", "filler"):
        await core.ask(name, BEN)


async def test_what_is_passed_or_looked_up_waits_for_tomorrow(core: House):
    for name in ("basic", "filler", "advanced"):
        await core.answer(await core.ask(name), "score 1")
    await wait(core, days=1)
    passed, looked = await put(core), None
    await core.practice.pass_on(passed.asked.ask.id, ANN)
    looked = await put(core)
    assert (looked.asked.question.id != passed.asked.question.id, looked.left) == (True, 2)
    await core.practice.reveal(looked.asked.ask.id, ANN)
    last = await put(core)
    assert last.left == 1
    await core.answer(last.asked.ask.id, "withheld")  # no number: tomorrow again
    assert await following(core) == Rest(0, 0, 0, datetime(2026, 3, 4, 4, tzinfo=UTC))
    await wait(core, days=1)
    assert (await put(core)).left == 3


async def test_a_question_that_is_open_in_the_server_is_not_put_there(core: House):
    await core.answer(await core.ask(), "score 1")
    await wait(core, days=1)
    day = "INSERT INTO ask (id, door, question_id, digest, guild_id, channel_id, private, dm, asked_at) "
    ((digest,),) = await core.rows("SELECT digest FROM ask LIMIT 1")
    await core.database.write(
        lambda connection: connection.execute(
            f"{day} VALUES (5, 'daily', 'basic', ?, ?, 10, 0, 0, 0)", (digest, GUILD)
        )
    )
    assert isinstance(await following(core, place=STUDY), Rest)
    assert isinstance(await following(core), Review)


async def test_a_question_that_left_the_bank_is_not_due(core: House):
    await core.answer(await core.ask(), "score 1")
    await core.database.write(lambda connection: connection.execute("UPDATE review SET question_id = 'gone'"))
    await wait(core, days=1)
    assert await following(core) == Rest(0, 0, 0, None)


async def test_a_day_has_a_load_and_more_only_on_request(core: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.engine.reviews.DAILY_LOAD", 2)
    for name in ("basic", "filler", "advanced", "intermediate"):
        await core.answer(await core.ask(name), "score 1")
    await wait(core, days=1)
    first = await put(core)
    assert (first.left, first.beyond, first.minutes) == (2, 2, 6)
    for number in range(2):
        found = await put(core)
        await core.answer(found.asked.ask.id, f"score 5 {number}")
    rest = await following(core)
    assert isinstance(rest, Rest)
    assert (rest.done, rest.due, rest.minutes) == (2, 2, 6)
    for left in (2, 1):
        found = await put(core, beyond=left == 2)
        assert (found.left, found.beyond) == (left, 0)
        await core.answer(found.asked.ask.id, f"score 6 {left}")
    assert isinstance(await following(core, beyond=True), Rest)
    assert DAILY_LOAD == 10


async def test_a_leech_is_pointed_out_with_an_easier_question(core: House):
    for number in range(6):
        await core.answer(await core.ask("advanced"), f"score 2 {number}")
        await wait(core, days=1)
    found = await put(core)
    assert (found.asked.question.id, found.lapses) == ("advanced", 5)
    assert found.easier is not None
    assert found.easier.id == "intermediate"
    instead = await core.reviews.easier(core.new_id(), ANN, DM, found.asked.ask.id)
    assert (instead.question.id, instead.ask.door) == ("intermediate", "review")
    await core.answer(await core.ask("basic"), "score 9")
    basic = await core.ask("basic")
    with pytest.raises(UserError, match="no easier question"):
        await core.reviews.easier(core.new_id(), ANN, DM, basic)


async def streak(core: House) -> int:
    return (await core.progress.streak(ANN.id)).today


async def test_a_finished_review_counts_for_the_streak_however_it_went(core: House):
    for name in ("basic", "filler"):
        await core.answer(await core.ask(name), "score 3")
    await wait(core, days=1)
    first = await put(core)
    await core.answer(first.asked.ask.id, "score 1.5")
    assert await streak(core) == 1  # not finished, and below 2 of 10
    assert not (await core.progress.streak(ANN.id)).counted_today
    second = await put(core)
    outcome = await core.answer(second.asked.ask.id, "score 0")
    assert outcome.settled.streak == 2
    assert outcome.settled.again_in == 1
    assert (await core.progress.streak(ANN.id)).counted_today
    await following(core)
    assert await core.rows("SELECT count(*) FROM ledger WHERE kind = 'reviewed'") == [(1,)]
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown


@pytest.mark.parametrize("how", ["rated", "nothing right", "passed", "nothing due"])
async def test_a_review_without_anything_right_does_not_count(core: House, how: str):
    await core.answer(await core.ask(), "score 3")
    if how != "nothing due":
        await wait(core, days=1)
        ask_id = (await put(core)).asked.ask.id
        if how == "rated":
            await core.practice.reveal(ask_id, ANN)
            await core.sittings.rate(ask_id, core.new_id(), ANN, "got it")
        elif how == "passed":
            await core.practice.pass_on(ask_id, ANN)
        else:
            await core.answer(ask_id, "score 0")
    assert isinstance(await following(core), Rest)
    assert await core.rows("SELECT count(*) FROM ledger WHERE kind = 'reviewed'") == [(0,)]
