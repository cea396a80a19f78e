"""How many statements one step costs: bounded, and no more for a veteran in a busy server than for a newcomer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.scoring import Measure, Period
from bot.engine.practice import Person
from bot.storage.database import Connection
from bot.storage.members import Wishes
from tests.engine.conftest import ANN, GUILD, STUDY, House

Step = Callable[[House], Awaitable[object]]
LONG = "score 5 " + " ".join(f"word{number}" for number in range(40))


async def ask(house: House) -> None:
    await house.practice.ask(house.new_id(), ANN, STUDY)


async def open_form(house: House) -> None:
    await house.practice.to_answer(await last_ask(house), ANN)


async def receive(house: House) -> None:
    await house.receive(await last_ask(house), f"{LONG} {house.new_id()}")


async def settle(house: House) -> None:
    ((answer_id,),) = await house.rows("SELECT max(id) FROM answer WHERE state = 'received'")
    await house.answering.settle(answer_id)
    await house.answering.shown(answer_id)


async def hint(house: House) -> None:
    await house.practice.hint(await last_ask(house), ANN, 1)


async def reveal(house: House) -> None:
    await house.practice.reveal(await last_ask(house), ANN)


async def pass_on(house: House) -> None:
    await house.practice.pass_on(await last_ask(house), ANN)


async def owed(house: House) -> None:
    await house.answering.owed(ANN)


async def board(house: House) -> None:
    await house.progress.board(GUILD, ANN.id, ANN.name, Period.WEEK)


async def improved(house: House) -> None:
    await house.progress.board(GUILD, ANN.id, ANN.name, Period.WEEK, Measure.GAIN)


async def stats(house: House) -> None:
    await house.interviewer.stats.view(ANN.id, ANN)


async def streak(house: House) -> None:
    await house.progress.streak(ANN.id)


async def why(house: House) -> None:
    await house.interviewer.why.explained(ANN, None)


async def choices(house: House) -> None:
    await house.interviewer.why.choices(ANN, "")


async def told(house: House) -> None:
    house.interviewer.news.expect(ANN.id)
    await house.interviewer.news.owed(ANN)


async def settings(house: House) -> None:
    await house.preferences.save(ANN, Wishes(), "")


async def review(house: House) -> None:
    await house.reviews.next(house.new_id(), ANN, STUDY, beyond=True)


async def no_reminder(house: House) -> None:
    await house.database.write(
        lambda connection: connection.execute("UPDATE member SET remind_at = 0 WHERE id = ?", (ANN.id,))
    )
    await house.reminders.take()


# Statements at most, without BEGIN and COMMIT.
STEPS: dict[Step, int] = {
    ask: 9,
    open_form: 2,
    receive: 8,
    settle: 28,
    hint: 8,
    reveal: 7,
    pass_on: 7,
    owed: 1,
    board: 5,
    improved: 5,
    stats: 10,
    streak: 7,
    why: 8,
    choices: 1,
    told: 1,
    settings: 9,
    review: 16,
    no_reminder: 7,
}


async def last_ask(house: House) -> int:
    ((ask_id,),) = await house.rows("SELECT max(id) FROM ask")
    return ask_id


async def costs(house: House) -> dict[str, int]:
    """What each step costs once."""
    statements: list[str] = []

    def note(statement: str) -> None:
        # What a trigger does (it keeps the crowd of a board) is traced as what set it off, once again.
        if statements[-1:] != [statement]:
            statements.append(statement)

    def trace(connection: Connection) -> None:
        connection.set_trace_callback(note)

    await house.database.read(trace)
    await house.database.write(trace)
    found: dict[str, int] = {}
    for step in STEPS:
        statements.clear()
        await step(house)
        ours = ("BEGIN", "COMMIT", "--", "SELECT max(id)")  # those of the test, and comments within triggers
        kept = [one for one in statements if not one.startswith(ours) and "INTO fingerprint" not in one]
        found[step.__name__] = len(kept)
    return found


async def test_a_step_costs_a_bounded_number_of_statements(core: House):
    first = await costs(core)
    too_many = {
        step.__name__: first[step.__name__] for step, most in STEPS.items() if first[step.__name__] > most
    }
    assert too_many == {}
    for day in range(20):
        core.clock.time += timedelta(days=1)
        await core.be_up()
        for number in range(5):
            who = Person(10 + number, f"Member {number}")
            ask_id = await core.ask("filler", who)
            await core.answer(ask_id, f"score 7 on day {day} {LONG}", who)
            await core.answer(await core.ask("basic"), f"score {number} on day {day}")
    core.clock.time += timedelta(days=1)
    veteran = await costs(core)
    # (A newcomer has nothing to review: a question is put with three statements more than it takes to say so.)
    assert {name: veteran[name] - first[name] for name in first if veteran[name] > first[name] + 3} == {}


@pytest.mark.parametrize("step", [ask, receive, hint, reveal, pass_on])
async def test_a_step_is_one_trip_to_the_database(core: House, step: Step, monkeypatch: pytest.MonkeyPatch):
    await ask(core)
    ((ask_id,),) = await core.rows("SELECT max(id) FROM ask")
    monkeypatch.setattr("tests.engine.test_queries.last_ask", lambda _: _now(ask_id))
    trips: list[str] = []
    run = type(core.database._writer).run

    async def counted(self, *arguments):
        trips.append(step.__name__)
        return await run(self, *arguments)

    monkeypatch.setattr(type(core.database._writer), "run", counted)
    await step(core)
    assert len(trips) == 1


async def _now(value: int) -> int:
    return value
