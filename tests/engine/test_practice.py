"""The loop without Discord: a real SQLite file, a given clock, seeded dice."""

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.clock import Clock
from bot.domain.grade import Mark
from bot.domain.scoring import Period
from bot.engine.answering import Submission
from bot.engine.interviewer import Interviewer
from bot.engine.pace import Limits
from bot.engine.practice import Person, Place
from bot.errors import HandBack, UserError
from bot.grading.grader import Grader
from bot.storage.database import Connection, Database, open_database

ANN, BEN = Person(1, "Ann"), Person(2, "Ben")
STUDY, DM = Place(10, 100, dm=False), Place(11, None, dm=True)
QUESTION = "dropout-training-vs-use"
TOPIC = f"question:{QUESTION}"


class SetClock(Clock):
    """A clock that the test turns."""

    def __init__(self) -> None:
        super().__init__()
        self.time = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class House:
    """Everything below the client, on one file."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        interviewer = Interviewer(database, BANK, GRADER, clock, Random(7), Limits(0, 1000))
        self.clock = clock
        self.database = database
        self.practice = interviewer.practice
        self.answering = interviewer.answering
        self.progress = interviewer.progress
        self._ids = iter(range(1000, 2000))

    async def ask(self, person: Person = ANN, place: Place = STUDY, *, private: bool = False) -> int:
        asked = await self.practice.ask(next(self._ids), person, place, TOPIC, private=private)
        return asked.ask.id

    async def answer(self, ask_id: int, text: str, person: Person = ANN):
        submission = Submission(next(self._ids), text, "form", 10, token="token")
        stored = await self.answering.receive(ask_id, person, submission)
        return await self.answering.settle(stored.id)

    async def rows(self, table: str) -> list[tuple[object, ...]]:
        def select(connection: Connection) -> list[tuple[object, ...]]:
            return [tuple(row.values()) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names of the tests

        return await self.database.read(select)

    @asynccontextmanager
    async def held(self):
        """Somebody holds the thread that writes."""
        inside, go_on = threading.Event(), threading.Event()

        def hold(_: Connection) -> None:
            inside.set()
            go_on.wait()

        holding = asyncio.create_task(self.database.write(hold))
        await asyncio.to_thread(inside.wait)
        try:
            yield
        finally:
            go_on.set()
            await holding


BANK = loader.load(bundled())
GRADER = Grader(BANK.lexicon)
MODEL_POINTS = [point.covered[0] for point in BANK.questions[QUESTION].points]
STRONG = "\n".join(MODEL_POINTS)


@pytest.fixture
async def house(tmp_path):
    clock = SetClock()
    async with open_database(tmp_path / "hotseat.db", clock.now()) as database:
        house = House(database, clock)
        yield house
        await house.answering.finish()


async def test_an_answer_goes_all_the_way(house: House):
    ask_id = await house.ask()
    outcome = await house.answer(ask_id, STRONG)
    assert outcome.settled.grade.score is not None
    assert outcome.settled.grade.score >= 8
    assert outcome.settled.points == round(outcome.settled.grade.score)  # basic: up to 10
    assert outcome.settled.streak == 1
    marks = {verdict.mark for verdict in outcome.settled.grade.verdicts}
    assert Mark.COVERED in marks
    board = await house.progress.board(100, ANN.id, ANN.name, Period.ALL)
    assert [(place.name, place.points) for place in board.top] == [("Ann", outcome.settled.points)]
    assert board.own == board.top[0]


async def test_the_same_text_again_returns_the_first_verdict(house: House):
    ask_id = await house.ask()
    first = await house.answer(ask_id, STRONG)
    second = await house.answer(ask_id, f"  {STRONG.upper()} ")
    assert second.answer.id == first.answer.id
    assert second.settled == first.settled
    assert len(await house.rows("answer")) == 1
    assert len([row for row in await house.rows("ledger") if "graded" in row]) == 1


async def test_settling_twice_at_the_same_time_books_once(house: House):
    ask_id = await house.ask()
    stored = await house.answering.receive(ask_id, ANN, Submission(5, STRONG, "form", 10, token="t"))
    outcomes = await asyncio.gather(*(house.answering.settle(stored.id) for _ in range(5)))
    assert len({outcome.settled.total for outcome in outcomes}) == 1
    assert len([row for row in await house.rows("ledger") if "graded" in row]) == 1


async def test_a_second_try_closes_part_of_the_gap_and_takes_nothing_away(house: House):
    ask_id = await house.ask()
    half = await house.answer(ask_id, "\n".join(MODEL_POINTS[:2]))
    full = await house.answer(ask_id, STRONG)
    worse = await house.answer(ask_id, "It makes the network better in some way.")
    assert 0 < half.settled.points < 10
    assert full.settled.points > 0
    assert full.settled.total < 10
    assert worse.settled.points == 0
    assert worse.settled.total == full.settled.total


async def test_a_reveal_locks_the_question_for_30_days_on_every_card(house: House):
    first, other = await house.ask(), await house.ask()
    await house.practice.reveal(first, ANN)
    locked = await house.answer(other, STRONG)
    assert locked.settled.locked
    assert locked.settled.points == 0
    assert locked.settled.streak == 1
    # Ben did not look.
    assert (await house.answer(first, STRONG.replace("the", "this") + " Ben", BEN)).settled.points > 0
    house.clock.time += timedelta(days=31)
    later = await house.ask()
    assert not (await house.answer(later, STRONG)).settled.locked


async def test_what_was_earned_in_90_days_is_not_paid_twice(house: House):
    first = await house.answer(await house.ask(), STRONG)
    again = await house.answer(await house.ask(), STRONG)
    assert again.settled.points == 0
    assert again.settled.total == first.settled.total


async def test_streaks_count_local_days_that_start_at_four(house: House):
    house.clock.time = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert (await house.answer(await house.ask(), STRONG)).settled.streak == 1
    house.clock.time = datetime(2026, 3, 3, 3, 59, tzinfo=UTC)  # still the second of March
    assert (await house.answer(await house.ask(), STRONG)).settled.streak == 1
    house.clock.time = datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert (await house.answer(await house.ask(), STRONG)).settled.streak == 2
    assert (await house.progress.streak(ANN.id)).counted_today
    house.clock.time = datetime(2026, 3, 5, 4, tzinfo=UTC)
    view = await house.progress.streak(ANN.id)
    assert (view.today, view.best) == (0, 2)


@pytest.mark.parametrize("text", ["", "   ", "\n\t "])
async def test_an_empty_answer_is_refused_before_it_is_stored(house: House, text: str):
    with pytest.raises(HandBack, match="empty"):
        await house.answer(await house.ask(), text)
    assert await house.rows("answer") == []


async def test_a_private_ask_is_nobody_elses(house: House):
    ask_id = await house.ask(private=True)
    with pytest.raises(UserError, match="privately"):
        await house.practice.reveal(ask_id, BEN)
    with pytest.raises(HandBack, match="privately"):
        await house.answer(ask_id, STRONG, BEN)


async def test_an_old_card_hands_the_text_back(house: House):
    ask_id = await house.ask()
    house.clock.time += timedelta(days=15)
    with pytest.raises(HandBack, match="14 days") as caught:
        await house.answer(ask_id, STRONG)
    assert caught.value.text == STRONG


@pytest.mark.parametrize("ask_id", [4, 2**63, 10**18])
async def test_an_unknown_card_is_said_to_be_unknown(house: House, ask_id: int):
    with pytest.raises(UserError, match="do not know this card"):
        await house.practice.asked(ask_id, ANN)


async def test_a_copy_of_the_model_answer_earns_nothing(house: House):
    outcome = await house.answer(await house.ask(), BANK.questions[QUESTION].answer)
    assert outcome.settled.grade.score == 0
    assert outcome.settled.points == 0
    assert outcome.settled.streak == 0


async def test_the_insert_that_comes_too_late_counts_for_nothing(house: House, monkeypatch):
    monkeypatch.setattr("bot.engine.answering.INSERT_LIMIT_S", 0.01)
    ask_id = await house.ask()
    async with house.held():
        with pytest.raises(HandBack, match="could not store") as caught:
            await house.answering.receive(ask_id, ANN, Submission(77, STRONG, "form", 10, token="t"))
        assert caught.value.text == STRONG
    await house.answering.finish()
    assert await house.rows("answer") == []


async def test_the_same_text_after_a_refusal_is_taken(house: House, monkeypatch):
    ask_id = await house.ask()
    with monkeypatch.context() as patch:
        patch.setattr("bot.engine.answering.INSERT_LIMIT_S", 0.01)
        async with house.held():
            with pytest.raises(HandBack):
                await house.answering.receive(ask_id, ANN, Submission(77, STRONG, "form", 10, token="t"))
    assert (await house.answer(ask_id, STRONG)).settled.points > 0


async def test_a_reveal_after_the_answer_arrived_takes_nothing_away(house: House):
    ask_id = await house.ask()
    stored = await house.answering.receive(ask_id, ANN, Submission(5, STRONG, "form", 10, token="t"))
    house.clock.time += timedelta(seconds=1)
    await house.practice.reveal(ask_id, ANN)
    outcome = await house.answering.settle(stored.id)
    assert not outcome.settled.locked
    assert outcome.settled.points > 0


async def test_a_second_look_much_later_locks_again(house: House):
    first = await house.ask()
    await house.practice.reveal(first, ANN)
    house.clock.time += timedelta(days=31)
    await house.practice.reveal(first, ANN)
    assert (await house.answer(await house.ask(), STRONG)).settled.locked


async def test_an_answer_without_a_number_is_no_first_try(house: House):
    ask_id = await house.ask()
    german = "Beim Training werden zufällig Neuronen abgeschaltet, im Einsatz sind alle aktiv und nichts wird verworfen."
    unread = await house.answer(ask_id, german)
    assert unread.settled.grade.score is None
    assert unread.settled.streak == 0
    read = await house.answer(ask_id, STRONG)
    assert read.settled.points == round(read.settled.grade.score or 0)


async def test_an_answer_settled_late_still_counts_its_day(house: House):
    early = await house.ask()
    stored = await house.answering.receive(early, ANN, Submission(5, STRONG, "form", 10, token="t"))
    for _ in range(3):
        house.clock.time += timedelta(days=1)
        await house.answer(await house.ask(), STRONG)
    await house.answering.settle(stored.id)
    assert (await house.progress.streak(ANN.id)).today == 4


async def test_an_answer_whose_settlement_failed_is_owed(house: House):
    ask_id = await house.ask()
    stored = await house.answering.receive(ask_id, ANN, Submission(5, STRONG, "form", 10, token="t"))
    assert await house.answering.owed(ANN) == []  # it may still be on its way
    house.clock.time += timedelta(minutes=1)
    assert await house.answering.owed(ANN) == [stored.id]
    await house.answering.settle(stored.id)
    assert await house.answering.shown(stored.id)
    assert not await house.answering.shown(stored.id)
    assert await house.answering.owed(ANN) == []


async def test_typed_text_answers_the_newest_dm_ask_until_it_has_a_verdict(house: House):
    first = await house.ask(place=DM)
    assert await house.practice.typed_ask(DM.channel_id) == first
    await house.answer(first, STRONG)
    assert await house.practice.typed_ask(DM.channel_id) is None


async def test_a_changed_question_is_graded_as_it_was_asked(house: House):
    ask_id = await house.ask()
    emptied = loader.Bank(
        {one.id: one for one in BANK.questions.values() if one.id != QUESTION}, bundled(), BANK.lexicon, {}
    )
    interviewer = Interviewer(house.database, emptied, GRADER, house.clock, Random(1), Limits())
    answering = interviewer.answering
    stored = await answering.receive(ask_id, ANN, Submission(9, STRONG, "form", 10, token="t"))
    outcome = await answering.settle(stored.id)
    assert outcome.asked.version.retired
    assert outcome.settled.points > 0


async def test_whoever_has_chosen_no_zone_is_asked_on_their_first_day(house: House):
    ask_id = await house.ask()
    first = await house.answer(ask_id, STRONG)
    assert first.settled.unchosen_zone == "UTC"
    house.clock.time += timedelta(days=1)
    assert (await house.answer(ask_id, f"{STRONG} Indeed.")).settled.unchosen_zone is None
