"""Who is reminded, of what, and when: at most once a local day, in the evening, whatever happens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.practice import Person, Place
from bot.engine.reminders import LATER, LOOKED_AT, Reminder
from bot.engine.reviews import Review
from bot.storage.members import Wishes
from tests.engine.conftest import ANN, House

DM = Place(11, None, dm=True)
WISHED = Wishes(reminders=True)
SIX = datetime(2026, 3, 2, 18, tzinfo=UTC)  # of Monday


async def wait_until(house: House, moment: datetime) -> None:
    house.clock.time = moment
    await house.be_up()


async def practise(house: House, days: int, score: str = "10") -> None:
    """Practise on so many days, the last of which is today; what is answered well is not due for long."""
    for day in range(days):
        if day:
            await wait_until(house, house.clock.time + timedelta(days=1))
        await house.answer(await house.ask("filler"), f"score {score} on day {day}")


async def taken(house: House) -> list[Reminder]:
    """All that is to be sent now."""
    found: list[Reminder] = []
    more = True
    while more:
        reminder, more = await house.reminders.take()
        found += [] if reminder is None else [reminder]
    return found


async def remind(house: House, person: Person = ANN, zone: str = "") -> None:
    await house.preferences.save(person, WISHED, zone)


async def test_nobody_is_reminded_who_did_not_ask_for_it(core: House):
    await practise(core, 3)
    await wait_until(core, SIX + timedelta(days=3))
    assert await taken(core) == []
    assert await core.reminders.next_at() is None


async def test_a_streak_at_risk(core: House):
    await practise(core, 2)  # Monday and Tuesday
    await remind(core)
    assert await core.reminders.next_at() == SIX + timedelta(days=1)
    await wait_until(core, SIX + timedelta(days=1))
    assert await taken(core) == []  # today counts
    await wait_until(core, SIX + timedelta(days=2, seconds=-1))
    assert await taken(core) == []
    await wait_until(core, SIX + timedelta(days=2))
    assert await taken(core) == [Reminder(ANN.id, 2, freeze=False, reviews=0, minutes=0, day="2026-03-04")]
    assert await taken(core) == []
    assert await core.reminders.next_at() == SIX + timedelta(days=3)
    await wait_until(core, SIX + timedelta(days=3))
    assert await taken(core) == []  # it is lost


async def test_a_streak_of_one_day_is_not_worth_a_message(core: House):
    await practise(core, 1)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=1))
    assert await taken(core) == []


async def test_a_freeze_is_mentioned(core: House):
    await practise(core, 7)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=7))
    (reminder,) = await taken(core)
    assert (reminder.streak, reminder.freeze) == (7, True)


async def test_reviews_that_are_due(core: House, monkeypatch: pytest.MonkeyPatch):
    for name in ("basic", "filler"):
        await core.answer(await core.ask(name), "score 3")
    await remind(core)
    await wait_until(core, SIX)
    assert await taken(core) == []  # tomorrow
    await wait_until(core, SIX + timedelta(days=1))
    assert await taken(core) == [Reminder(ANN.id, 0, freeze=False, reviews=2, minutes=6, day="2026-03-03")]
    # A day's load that is done is no cause.
    monkeypatch.setattr("bot.engine.reviews.DAILY_LOAD", 1)
    await wait_until(core, SIX + timedelta(days=2, hours=-2))
    found = await core.reviews.next(core.new_id(), ANN, DM)
    assert isinstance(found, Review)
    await core.answer(found.asked.ask.id, "score 4 again")
    await wait_until(core, SIX + timedelta(days=2))
    assert await taken(core) == []


@pytest.mark.parametrize(
    ("back", "number"),
    [(timedelta(hours=4, minutes=59), 1), (timedelta(hours=5), 0), (timedelta(hours=14), 0)],
)
async def test_after_an_outage_only_while_it_is_evening(core: House, back: timedelta, number: int):
    await practise(core, 2)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=2) + back)
    assert len(await taken(core)) == number
    following = await core.reminders.next_at()
    assert following == SIX + timedelta(days=3)


async def test_once_a_day_also_if_it_is_switched_off_and_on_and_the_bot_starts_anew(core: House):
    await practise(core, 2)
    await remind(core, zone="")
    await wait_until(core, SIX + timedelta(days=2))
    assert len(await taken(core)) == 1
    await core.restart()
    for wishes in (Wishes(), WISHED):
        await core.preferences.save(ANN, wishes, "")
    assert await core.reminders.next_at() == SIX + timedelta(days=3)
    # As if the evening came again.
    await core.database.write(lambda connection: connection.execute("UPDATE member SET remind_at = 1"))
    assert await taken(core) == []


async def test_an_evening_is_that_of_the_members_zone(core: House):
    await remind(core, zone="Asia/Tokyo")  # from Tuesday, 04:00 UTC, on
    assert await core.reminders.next_at() == SIX
    await practise(core, 2)
    await wait_until(core, SIX + timedelta(days=1))
    assert await taken(core) == []
    assert await core.reminders.next_at() == datetime(2026, 3, 4, 9, tzinfo=UTC)
    await wait_until(core, datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert [one.day for one in await taken(core)] == ["2026-03-04"]


async def test_switched_off_it_is_over(core: House):
    await practise(core, 2)
    await remind(core)
    await core.preferences.save(ANN, replace(WISHED, reminders=False), "")
    assert await core.reminders.next_at() is None
    await wait_until(core, SIX + timedelta(days=2))
    assert await taken(core) == []


async def test_closed_dms_end_it_with_a_note(core: House):
    await practise(core, 2)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=2))
    (reminder,) = await taken(core)
    assert await core.reminders.closed(reminder)
    assert not await core.reminders.closed(reminder)
    assert await core.rows("SELECT member_id, kind FROM news") == [(ANN.id, "reminders stopped")]
    assert not (await core.preferences.panel(ANN)).wishes.reminders
    assert await core.reminders.next_at() is None


async def test_what_was_refused_for_now_is_tried_again_the_same_evening(core: House):
    await practise(core, 2)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=2))
    (reminder,) = await taken(core)
    await core.reminders.not_sent(reminder)
    assert await taken(core) == []
    await wait_until(core, SIX + timedelta(days=2) + LATER)
    assert await taken(core) == [reminder]


async def test_many_who_need_nothing_are_looked_at_in_small_steps(core: House):
    for number in range(2 * LOOKED_AT + 5):
        await remind(core, Person(100 + number, "Somebody"))
    await practise(core, 2)
    await remind(core)
    await wait_until(core, SIX + timedelta(days=2))
    statements: list[str] = []
    await core.database.write(lambda connection: connection.set_trace_callback(statements.append))
    reminder, more = await core.reminders.take()
    assert (reminder, more) == (None, True)
    assert len(statements) < 12 * LOOKED_AT
    await core.database.write(lambda connection: connection.set_trace_callback(None))
    assert [one.member_id for one in await taken(core)] == [ANN.id]
    assert await core.reminders.next_at() == SIX + timedelta(days=3)
