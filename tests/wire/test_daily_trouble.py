"""Daily questions in trouble: killed at every moment, refused by Discord, forbidden by a server, without a database.

Each day has one post, one thread and one close; one server's trouble is its own; its owner hears of it once.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.bank.bundled import bundled
from bot.bank.loader import load
from bot.sandbox.faults import Faults
from bot.sandbox.wire import Value
from tests.wire.conftest import House
from tests.wire.study import end_all
from tests.wire.test_daily_week import (
    DAY,
    HOUR,
    LATE,
    MINUTE,
    SECOND,
    Diary,
    clock_time,
    is_closed,
    is_open,
    next_hour,
    on_time,
    quiet,
    reach,
    turn_to,
)
from tests.wire.test_disk import SmallDisk, own_mounts
from tests.wire.test_windows import DoomedHouse, doomed, doomed_house

pytestmark = pytest.mark.restart

__all__ = ["doomed", "own_mounts"]

PATIENCE_S = 2  # how long the bot waits for Discord here
FORGOTTEN = 10 * MINUTE  # so long after it was sent, Discord knows a message's nonce no more
LONGEST_WAIT = 30 * MINUTE  # between two tries, and a little
FULL_DAY = 12 * HOUR  # after so long a day is given up


def messages(study: Diary) -> str:
    """Where the study's messages are sent and read."""
    return f"/channels/{study.channel.id}/messages"


def threads(study: Diary) -> str:
    """Where its threads are opened."""
    return f"{messages(study)}/*/threads"


def edits(study: Diary) -> str:
    """Where its messages are edited."""
    return f"{messages(study)}/*"


def threads_of(study: Diary) -> list[int]:
    """The threads in the study's channel; each has its message's id."""
    channels = study.house.world.state.channels.values()
    return sorted(one.id for one in channels if one.parent_id == study.channel.id)


def once_each(study: Diary, days: int, *, threads: bool = True) -> None:
    """One post, one thread and one close for each of these days, of which the last is open; nothing is left over."""
    posts = study.posts
    assert [is_closed(one) for one in posts] == [True] * (days - 1) + [False], posts
    assert is_open(posts[-1])
    assert threads_of(study) == ([one.message_id for one in posts] if threads else [])
    assert study.states == ["closed"] * (days - 1) + ["posted"]
    assert study.house.rows("SELECT count(*) FROM ask WHERE guild_id = ?", study.guild_id) == [(days,)]
    assert study.house.rows(
        "SELECT message_id FROM daily WHERE schedule_id = ? ORDER BY day", study.schedule
    ) == [(one.message_id,) for one in posts]


def told(study: Diary) -> list[str]:
    """What the bot has told the study's owner by DM."""
    return [one.text for one in study.owner.history("dm")]


async def through(house: House, moment: datetime) -> None:
    """Let the time until `moment` go by, with all that is to be tried again in it."""
    while True:
        ((following,),) = house.rows("SELECT min(again_at) FROM daily WHERE state <> 'skipped'")
        ahead = None if following is None else following / 1000 - house.world.clock.time()
        if ahead is None or house.world.clock.now() + timedelta(seconds=ahead + 1) >= moment:
            break
        house.world.clock.advance(max(ahead + 1, 0))  # the bot rests for a second between two rounds
        await quiet(house)
    await reach(house, moment)


# --- kills -------------------------------------------------------------------------------------------------

# Where the launcher stops the bot, see HaltingDailies there.
HALTED = ("claimed", "sent", "recorded", "opened", "edited")
# Requests that are on their way when the bot dies: method, place, whether Discord has done it by then.
HELD = {
    "post received": ("POST", messages, False),
    "post taken": ("POST", messages, True),
    "thread received": ("POST", threads, False),
    "thread taken": ("POST", threads, True),
    "edit received": ("PATCH", edits, False),
    "edit taken": ("PATCH", edits, True),
}
# Whose second post stands in the channel when the bot dies, has its thread, and has closed the one before.
NOT_POSTED = ("claimed", "post received")
OPENED = ("thread taken", "opened", "edited", "edit received", "edit taken")
CLOSED = ("edited", "edit taken")


async def killed_at_every_moment(house: DoomedHouse, studies: Mapping[str, Diary], halts: Path) -> None:
    """Kill the bot when each of its questions has come to its own moment of what is due now."""
    halts.write_text("".join(f"{studies[moment].schedule} {moment}\n" for moment in HALTED))
    arrived, released = asyncio.Semaphore(0), asyncio.Event()

    async def hold() -> None:
        arrived.release()
        await released.wait()

    for moment, (method, place, after_effect) in HELD.items():
        path = place(studies[moment])
        house.world.faults.on_receipt(path, hold, method=method, after_effect=after_effect)
        if not after_effect:
            house.world.faults.drop(method, path)
    house.world.clock.advance(DAY.total_seconds())
    for moment in HALTED:
        await house.bot.printed(f"Halted: daily question {studies[moment].schedule}, {moment}")
    for _ in HELD:
        await arrived.acquire()
    house.bot.kill()
    released.set()
    await house.dies()
    for moment, study in studies.items():
        assert len(study.posts) == 1 + (moment not in NOT_POSTED), moment
        assert len(threads_of(study)) == 1 + (moment in OPENED), moment
        assert is_closed(study.posts[0]) == (moment in CLOSED), moment


async def killed_while_it_looks(house: DoomedHouse, studies: Mapping[str, Diary]) -> None:
    """Members have written on top of what the bot looks for, Discord has forgotten its nonce, and it dies once more."""
    for study in studies.values():
        for number in range(30):
            await study.members[0].say(f"Word {number}", channel=study.channel)
    house.world.clock.advance(FORGOTTEN.total_seconds())
    house.world.faults.on_receipt(messages(studies["post taken"]), house.bot.kill, method="GET")
    await house.bot.start()
    await house.dies()


@pytest.mark.parametrize("forgotten", [False, True], ids=["at-once", "later"])
async def test_a_kill_at_every_moment(doomed: DoomedHouse, tmp_path: Path, forgotten: bool):
    doomed.arm(halts=tmp_path / "halts")
    await doomed.start()
    first = next_hour(doomed)
    studies = {moment: Diary(doomed, "ann") for moment in (*HALTED, *HELD)}
    for study in studies.values():
        await study.begin(clock_time(first), thread=True)
    await reach(doomed, first)
    for study in studies.values():
        await study.members[0].press(study.posts[0], "Hint")  # so that the close is noted for somebody
    await killed_at_every_moment(doomed, studies, tmp_path / "halts")
    doomed.disarm()
    if forgotten:
        await killed_while_it_looks(doomed, studies)
    await doomed.start()
    await quiet(doomed)
    for moment, study in studies.items():
        once_each(study, 2)
        ((ask,),) = doomed.rows("SELECT min(id) FROM ask WHERE guild_id = ?", study.guild_id)
        noted = doomed.rows("SELECT member_id FROM ledger WHERE kind = 'closed' AND ask_id = ?", ask)
        assert noted == [(study.members[0].id,)], moment
    # (A bot that is killed while it looks takes the lines of what it has just noted along.)
    for moment in () if forgotten else (*NOT_POSTED, "post taken", "sent"):
        schedule, day = studies[moment].schedule, (first + DAY).date()
        await doomed.bot.printed(f"Daily question {schedule} of {day}: posted as message")
    await reach(doomed, first + 2 * DAY)
    for study in studies.values():
        once_each(study, 3)
        assert told(study) == []


# --- one bot for what does not kill it ---------------------------------------------------------------------


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, recorded: Path) -> AsyncIterator[DoomedHouse]:
    """A bot that is soon out of patience with Discord."""
    async with doomed_house(tmp_path_factory.mktemp("shared"), recorded) as house:
        house.world.limits.enabled = False  # discord.py would wait for them while the days fly past
        house.arm(patience=PATIENCE_S, unreadable=house.file.with_name("unreadable"))
        await house.start()
        await house.eventually("SELECT 1 FROM uptime")  # what waits for Discord's ready has begun
        yield house
        assert "was never awaited" not in house.bot.output


@pytest.fixture
async def calm(shared: DoomedHouse) -> AsyncIterator[DoomedHouse]:
    """The shared bot, for a trouble that it knows: nothing unexpected stands in its log."""
    before = len(shared.bot.lines)
    yield shared
    shared.world.faults.clear()
    since = list(shared.bot.lines)[before:]
    assert not any("Traceback" in line for line in since), "\n".join(since)


async def studies_at(
    house: House, at: datetime, number: int = 1, *people: str, **options: Value
) -> Sequence[Diary]:
    """So many servers that have their daily question at this time. Those of the tests before have none any more."""
    house.change("UPDATE daily SET again_at = NULL")
    end_all(house)
    studies = [Diary(house, *people) for _ in range(number)]
    for study in studies:
        await study.begin(clock_time(at), **options)
    return studies


async def held(house: House, path: str) -> tuple[asyncio.Event, asyncio.Event]:
    """Hold back the next POST there: (it has arrived, it may go on)."""
    arrived, released = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        arrived.set()
        await released.wait()

    house.world.faults.on_receipt(path, hold, method="POST")
    return arrived, released


# --- Discord -----------------------------------------------------------------------------------------------

ONCE: dict[str, Callable[[Faults, str], object]] = {
    "429": lambda faults, path: faults.answer("POST", path, 429, retry_after=0.3),
    "500": lambda faults, path: faults.answer("POST", path, 500),
    "502": lambda faults, path: faults.answer("POST", path, 502),
    "503": lambda faults, path: faults.answer("POST", path, 503),
    "four 503s": lambda faults, path: faults.answer("POST", path, 503, times=4),
    "dropped": lambda faults, path: faults.drop("POST", path),
    "dropped behind it": lambda faults, path: faults.drop("POST", path, after_effect=True),
}
AT_ONCE = ("429", "500", "502")  # what discord.py itself tries again


async def test_discord_does_not_take_a_post_at_once(calm: DoomedHouse):
    first = next_hour(calm)
    *hanging, healthy = await studies_at(calm, first, 4 + len(ONCE))
    studies = {name: hanging.pop() for name in ONCE}
    # One after the other, these three would take longer than a prompt post may.
    holds = [await held(calm, messages(study)) for study in hanging]
    for name, plan in ONCE.items():
        plan(calm.world.faults, messages(studies[name]))
    turn_to(calm, first)
    await healthy.written(1)
    for arrived, released in holds:
        await arrived.wait()
        released.set()
    assert all(study.posts == [] for name, study in studies.items() if "503" in name)
    await quiet(calm)
    await through(calm, first + 10 * MINUTE)
    on_time(healthy, [first])
    for study in hanging:
        once_each(study, 1, threads=False)
    for name, study in studies.items():
        once_each(study, 1, threads=False)
        on_time(study, [first], 5 * MINUTE)
        assert told(study) == []
        if name not in AT_ONCE:
            line = f"Daily question {study.schedule} of {first.date()}: Post failed at try 1"
            assert await calm.bot.printed(line)


async def test_discord_takes_nothing_for_a_day(calm: DoomedHouse):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2)
    await reach(calm, first)
    calm.world.faults.answer("POST", messages(study), 503, times=1000)
    await reach(calm, first + DAY)
    await through(calm, first + DAY + FULL_DAY - HOUR)
    assert study.states == ["posted", "claimed"]
    await through(calm, first + DAY + FULL_DAY + HOUR)
    assert study.states == ["posted", "failed"]
    assert [is_open(one) for one in study.posts] == [True]  # until the next one is there
    await told_by_dm(study, 1)
    await calm.bot.printed(f"Daily question {study.schedule} of {(first + DAY).date()}: given up")
    calm.world.faults.clear()
    await reach(calm, first + 2 * DAY)
    on_time(study, [first, first + 2 * DAY])
    assert [is_closed(one) for one in study.posts] == [True, False]
    on_time(healthy, [first, first + DAY, first + 2 * DAY])


async def test_a_post_that_arrives_behind_the_next_try(calm: DoomedHouse):
    """It is not there yet when the bot looks for it; Discord knows both by their nonce."""
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    calm.world.faults.slow(messages(study), PATIENCE_S + 1, method="POST")
    await reach(calm, first)
    await through(calm, first + MINUTE)

    def both() -> bool | None:
        sent = [one for one in calm.world.requests if one.path == messages(study) and one.method == "POST"]
        return [one.status for one in sent] == [200, 200] or None

    await calm.world.state.feed.until(both, 10, "both requests")
    once_each(study, 1, threads=False)


async def test_a_post_whose_fate_is_unknown_is_looked_for_until_it_is_known(calm: DoomedHouse):
    """Discord has taken each of them, and says so to nobody before its nonce is forgotten."""
    first = next_hour(calm)
    unreadable, forbidden, healthy = await studies_at(calm, first, 3)
    faults = calm.world.faults
    for study in (unreadable, forbidden):
        faults.drop("POST", messages(study), after_effect=True)
    await reach(calm, first)
    await calm.bot.printed(f"Daily question {forbidden.schedule} of {first.date()}: Post failed at try 1")
    faults.answer("GET", messages(unreadable), 503, times=3)
    await permit(forbidden, "send_messages", allowed=False)
    await reach(calm, first + FORGOTTEN)
    await through(calm, first + 2 * HOUR)
    await permit(forbidden, "send_messages", allowed=None)
    await through(calm, first + 2 * HOUR + LONGEST_WAIT)
    for study in (unreadable, forbidden, healthy):
        once_each(study, 1, threads=False)
        on_time(study, [first])


async def test_a_post_is_found_below_many_messages(calm: DoomedHouse):
    """The first try fails, members go on talking, and the end of the second try gets lost."""
    first = next_hour(calm)
    (study,) = await studies_at(calm, first, 1, "ann")
    calm.world.faults.answer("POST", messages(study), 503)
    await reach(calm, first)
    for number in range(120):
        await study.members[0].say(f"Word {number}", channel=study.channel)
    calm.world.faults.drop("POST", messages(study), after_effect=True)
    await reach(calm, first + FORGOTTEN)
    await reach(calm, first + 2 * FORGOTTEN)
    once_each(study, 1, threads=False)


async def test_a_post_whose_fate_is_unknown_for_half_a_day_closes_all_the_same(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    calm.world.faults.drop("POST", messages(study), after_effect=True)
    await reach(calm, first)
    await reach(calm, first + FULL_DAY + HOUR)
    await reach(calm, first + DAY)
    assert [is_closed(one) for one in study.posts] == [True, False]


async def test_threads_and_closes_that_discord_does_not_take_at_once(calm: DoomedHouse):
    first = next_hour(calm)
    *others, healthy = studies = await studies_at(calm, first, 11, thread=True)
    await reach(calm, first)
    faults = calm.world.faults
    for method, place, some in (("POST", threads, others[:5]), ("PATCH", edits, others[5:])):
        faults.answer(method, place(some[0]), 429, retry_after=0.3)
        faults.answer(method, place(some[1]), 503, times=3)
        faults.drop(method, place(some[2]))
        faults.drop(method, place(some[3]), after_effect=True)
        faults.slow(place(some[4]), PATIENCE_S + 0.5, method=method)
    await reach(calm, first + DAY)
    await through(calm, first + DAY + 10 * MINUTE)
    for study in studies:
        once_each(study, 2)
        on_time(study, [first, first + DAY])
        assert told(study) == []
    assert healthy.states == ["closed", "posted"]


async def test_a_close_that_discord_does_not_take_for_hours(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    await reach(calm, first)
    calm.world.faults.answer("PATCH", edits(study), 503, times=1000)
    await reach(calm, first + DAY)
    await through(calm, first + DAY + 5 * HOUR)
    calm.world.faults.clear()
    await through(calm, first + DAY + 5 * HOUR + LONGEST_WAIT)
    once_each(study, 2, threads=False)


async def test_an_owner_hears_once_of_what_nobody_expected(shared: DoomedHouse):
    """Discord answers with nonsense; each try is an incident of its own in the log."""
    first = next_hour(shared)
    study, healthy = await studies_at(shared, first, 2)
    shared.world.faults.answer("POST", messages(study), 200, times=1000, body={})
    await reach(shared, first)
    on_time(healthy, [first])
    await through(shared, first + HOUR)
    codes = re.findall(rf"Incident (\w+): daily question {study.schedule}\b", shared.bot.output)
    assert len(set(codes)) == len(codes) > 3
    shared.world.faults.clear()
    await through(shared, first + HOUR + LONGEST_WAIT)
    assert [is_open(one) for one in study.posts] == [True]
    assert len(told(study)) == 1


# --- servers -----------------------------------------------------------------------------------------------


def names_the_fix(text: str, study: Diary, permission: str) -> None:
    """What an owner reads names the server or the place, and the permission as Discord's settings call it."""
    assert f"**{permission}**" in text
    assert f"<#{study.channel.id}>" in text


async def permit(study: Diary, permission: str, *, allowed: bool | None) -> None:
    """Change what the bot may do in the channel, and wait until it knows."""
    study.house.world.set_permission(study.channel, permission, allowed=allowed)
    await heard(study)


async def heard(study: Diary) -> None:
    """Wait until the bot knows of all that has happened: it hears of things in their order."""
    await study.owner.slash("help", channel=study.channel)


async def test_a_permission_that_is_missing_for_two_hours(calm: DoomedHouse):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2, "ann")
    await permit(study, "send_messages", allowed=False)
    await reach(calm, first)
    await through(calm, first + 2 * HOUR)
    assert study.posts == []
    (text,) = await told_by_dm(study, 1)
    assert study.name in text
    names_the_fix(text, study, "Send Messages")
    names_the_fix((await study.daily("status")).text, study, "Send Messages")
    await permit(study, "send_messages", allowed=None)
    await through(calm, first + 2 * HOUR + LONGEST_WAIT)
    once_each(study, 1, threads=False)
    assert LATE.search(study.posts[0].text)
    assert "missing" not in (await study.daily("status")).text
    await reach(calm, first + DAY)
    once_each(study, 2, threads=False)
    assert len(told(study)) == 1

    # It has worked since, so the next time is news.
    await permit(study, "attach_files", allowed=False)
    await reach(calm, first + 2 * DAY)
    _, text = await told_by_dm(study, 2)
    names_the_fix(text, study, "Attach Files")
    await permit(study, "attach_files", allowed=None)
    await through(calm, first + 2 * DAY + LONGEST_WAIT)
    once_each(study, 3, threads=False)
    on_time(healthy, [first, first + DAY, first + 2 * DAY])
    assert told(healthy) == []


async def told_by_dm(study: Diary, number: int) -> list[str]:
    """What the bot has told the study's owner, once it is so much; it is that much."""

    def look() -> list[str] | None:
        return found if len(found := told(study)) >= number else None

    found = await study.house.world.state.feed.until(look, 10, f"DM {number} to {study.owner.name}")
    assert len(found) == number
    return found


async def test_a_permission_that_is_missing_for_days(calm: DoomedHouse):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2)
    await permit(study, "view_channel", allowed=False)
    for day in range(3):
        await reach(calm, first + day * DAY)
        await through(calm, first + day * DAY + FULL_DAY + HOUR)
    assert study.posts == []
    assert study.states == ["failed"] * 3
    await permit(study, "view_channel", allowed=None)
    await reach(calm, first + 3 * DAY)
    on_time(study, [first + 3 * DAY])
    on_time(healthy, [first + day * DAY for day in range(4)])
    (text,) = told(study)
    names_the_fix(text, study, "View Channel")


async def test_a_trouble_of_an_owner_with_closed_dms_waits_for_the_next_daily(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    study.owner.close_dms()
    await permit(study, "send_messages", allowed=False)
    await reach(calm, first)
    await calm.bot.printed(f"The owner of daily question {study.schedule} could not be told by DM")
    await calm.eventually("SELECT 1 FROM schedule_notice WHERE schedule_id = ? AND told = 2", study.schedule)
    status = await study.daily("status")
    names_the_fix(status.text, study, "Send Messages")
    assert status.ephemeral
    assert calm.rows("SELECT told FROM schedule_notice WHERE schedule_id = ?", study.schedule) == [(1,)]
    study.owner.open_dms()
    await through(calm, first + 2 * HOUR)
    assert told(study) == []
    await permit(study, "send_messages", allowed=None)
    await through(calm, first + 2 * HOUR + LONGEST_WAIT)
    once_each(study, 1, threads=False)
    assert calm.rows("SELECT 1 FROM schedule_notice WHERE schedule_id = ?", study.schedule) == []


async def test_a_channel_that_is_deleted_and_set_up_elsewhere(calm: DoomedHouse):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2)
    await reach(calm, first)
    calm.world.add_channel(f"new-{study.channel.name}", guild=study.name)
    calm.world.delete_channel(study.channel)
    await heard(healthy)
    gone, study.channel = study.channel, calm.world.channel(f"{study.name}/new-{study.channel.name}")
    for day in (1, 2):
        await reach(calm, first + day * DAY)
        await through(calm, first + day * DAY + HOUR)
    (text,) = await told_by_dm(study, 1)
    assert "Its channel is gone" in text
    old = study.schedule
    await study.begin(clock_time(first))
    await study.daily("remove", schedule=str(old))
    await reach(calm, first + 3 * DAY)
    await reach(calm, first + 4 * DAY)
    assert study.schedule != old
    assert [is_closed(one) for one in study.posts] == [True, False]
    on_time(study, [first + 3 * DAY, first + 4 * DAY])
    on_time(healthy, [first + day * DAY for day in range(5)])
    assert len(told(study)) == 1
    assert calm.rows("SELECT state FROM daily WHERE schedule_id = ? ORDER BY day", old) == [
        ("closed",),
        ("failed",),
        ("failed",),
    ]
    assert gone.id not in calm.world.state.channels


async def test_a_bot_that_is_sent_away_and_invited_back(calm: DoomedHouse):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2)
    await reach(calm, first)
    calm.world.remove_bot(study.name)
    await heard(healthy)
    await reach(calm, first + DAY)
    await calm.bot.printed(f"Daily question {study.schedule} of {(first + DAY).date()}: given up")
    await through(calm, first + DAY + HOUR)
    calm.world.add_bot(study.name)
    await heard(healthy)
    await reach(calm, first + 2 * DAY)
    on_time(study, [first, first + 2 * DAY])
    assert [is_closed(one) for one in study.posts] == [True, False]
    on_time(healthy, [first + day * DAY for day in range(3)])
    assert told(study) == []


async def test_a_role_that_is_deleted(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    await study.daily("remove")
    role = calm.world.add_role("Readers", guild=study.name, mentionable=True)
    await study.begin(clock_time(first), ping_role="Readers")
    await reach(calm, first)
    assert study.posts[0].pings == ["@Readers"]
    del calm.world.guild(study.name).roles[role.id]
    calm.world.remove_bot(study.name)
    calm.world.add_bot(study.name)  # which sees the roles anew
    await heard(study)
    await reach(calm, first + DAY)
    on_time(study, [first, first + DAY])
    assert study.posts[1].pings == []
    assert "<@&" not in study.posts[1].text  # which would read @deleted-role


async def test_a_pool_comes_to_its_end_and_begins_anew(calm: DoomedHouse):
    first = next_hour(calm)
    small, large = await studies_at(calm, first, 2)
    await small.daily("remove")
    await large.daily("remove")
    questions = load(bundled()).questions.values()
    area = sum(one.area == "classical-ml" for one in questions)  # no schedule takes ten topics one by one
    others = [f"question:{one.id}" for one in questions if one.area != "classical-ml"]
    await small.begin(clock_time(first), topics=", ".join(others[:3]))
    await large.begin(clock_time(first), topics=", ".join(["area:classical-ml", *others[: 10 - area]]))
    drawn: list[str] = []
    for day in range(7):
        await reach(calm, first + day * DAY)
        if day == 2:
            (text,) = await told_by_dm(large, 1)
            assert re.search(r"\b7 of (its )?10 questions", text)
    rows = calm.rows("SELECT question_id FROM ask WHERE guild_id = ? ORDER BY id", small.guild_id)
    drawn = [question for (question,) in rows]
    assert len(drawn) == 7
    assert len(set(drawn)) == len(set(drawn[:3])) == len(set(drawn[3:6])) == 3
    assert all(one != following for one, following in pairwise(drawn))
    ((different,),) = calm.rows(
        "SELECT count(DISTINCT question_id) FROM ask WHERE guild_id = ?", large.guild_id
    )
    assert different == 7
    assert told(small) == []
    assert len(told(large)) == 1


# --- the database ------------------------------------------------------------------------------------------


async def test_a_full_disk(tmp_path: Path, recorded: Path, own_mounts: list[str]):
    """The first is posted when the disk fills up and cannot be recorded, the second not even claimed."""
    async with doomed_house(
        tmp_path, recorded, lambda box, folder: SmallDisk(box, folder, own_mounts)
    ) as house:
        await house.start()
        first = next_hour(house)
        recorded_late, claimed_late = Diary(house), Diary(house)
        await recorded_late.begin(clock_time(first))
        await claimed_late.begin(clock_time(first + MINUTE))
        house.world.faults.on_receipt(messages(recorded_late), house.fill, method="POST", after_effect=True)
        turn_to(house, first)
        await recorded_late.written(1)
        await waits_for_the_database(house, recorded_late)
        turn_to(house, first + MINUTE)
        await waits_for_the_database(house, claimed_late)
        await waits_for_the_database(house, recorded_late, times=2)
        assert house.bot.running
        assert claimed_late.posts == []
        house.free()
        turn_to(house, first + FORGOTTEN)
        await quiet(house)
        for study in (recorded_late, claimed_late):
            once_each(study, 1, threads=False)
        await reach(house, first + DAY)
        await reach(house, first + DAY + MINUTE)
        for study in (recorded_late, claimed_late):
            once_each(study, 2, threads=False)
            assert told(study) == []


async def waits_for_the_database(house: House, study: Diary, times: int = 1) -> None:
    """Wait until the bot has found out so often that it can store nothing about this study."""
    text = f"Daily question {study.schedule} has to wait for the database"
    async with asyncio.timeout(20):
        while sum(text in line for line in house.bot.lines) < times:
            await asyncio.sleep(0.01)


async def test_a_database_that_another_program_holds(shared: DoomedHouse):
    first = next_hour(shared)
    (study,) = await studies_at(shared, first)
    turn_to(
        shared, first - 5 * SECOND
    )  # and not from further away, so that no heartbeat waits for the lock, too
    before = int(first.timestamp() - 6) * 1000
    await shared.eventually("SELECT 1 FROM uptime WHERE until >= ?", before)
    with closing(sqlite3.connect(shared.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        turn_to(shared, first)
        await waits_for_the_database(shared, study)  # after five seconds
        assert study.posts == []
        other.execute("ROLLBACK")
    turn_to(shared, first + MINUTE)
    await quiet(shared)
    once_each(study, 1, threads=False)


async def test_a_database_that_cannot_be_read(shared: DoomedHouse):
    first = next_hour(shared)
    (study,) = await studies_at(shared, first)
    unreadable = Path(shared.bot.env["LAUNCHER_UNREADABLE"])
    unreadable.touch()
    turn_to(shared, first)
    await shared.bot.printed("a round of the daily questions failed")
    unreadable.unlink()
    turn_to(shared, first + MINUTE)
    await study.written(1)
    await quiet(shared)
    once_each(study, 1, threads=False)


# --- owners who change their minds in the middle -----------------------------------------------------------


@pytest.mark.parametrize("command", ["pause", "remove"])
async def test_a_post_that_is_called_off_on_its_way(calm: DoomedHouse, command: str):
    first = next_hour(calm)
    study, healthy = await studies_at(calm, first, 2)
    arrived, released = await held(calm, messages(study))
    calm.world.faults.answer("POST", messages(study), 503)
    turn_to(calm, first)
    await arrived.wait()
    await study.daily(command)
    released.set()
    await calm.bot.printed(f"Daily question {study.schedule} of {first.date()}: Post failed at try 1")
    await through(calm, first + HOUR)
    if command == "pause":
        await study.daily("resume")
    await reach(calm, first + DAY)
    on_time(study, [first + DAY] if command == "pause" else [])
    on_time(healthy, [first, first + DAY])


async def test_a_schedule_that_is_removed_while_a_thread_opens(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first, thread=True)
    arrived, released = await held(calm, threads(study))
    turn_to(calm, first)
    await arrived.wait()
    await study.daily("remove")
    released.set()
    await quiet(calm)
    assert [is_closed(one) for one in study.posts] == [True]
    assert study.states == ["closed"]


async def test_an_owner_who_has_mended_it_need_not_wait(calm: DoomedHouse):
    first = next_hour(calm)
    (study,) = await studies_at(calm, first)
    await permit(study, "send_messages", allowed=False)
    await reach(calm, first)
    await through(calm, first + HOUR)
    await permit(study, "send_messages", allowed=None)
    shown = await study.daily("now")
    assert "on its way" in shown.text
    await study.written(1)
    await quiet(calm)
    once_each(study, 1, threads=False)
