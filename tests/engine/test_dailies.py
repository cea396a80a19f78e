"""The way of a daily question, with a channel that is a list: once a day whatever fails, no repeats, who is told what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest

from bot.domain.schedule import LATEST, Timetable
from bot.engine.dailies import DISCORD, TELL_AT, Closing, Opening, Post
from bot.engine.practice import Place
from bot.errors import UserError
from bot.storage.schedules import Plan
from tests.engine.conftest import ANN, BEN, GUILD, QUESTIONS, STUDY, House

DAILY_CHANNEL = 20
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE = Timetable("Europe/Berlin", time(9))
PERMISSION = "I am missing **Send Messages**"


def plan(timetable: Timetable = NINE, guild: int = GUILD, **more: object) -> Plan:
    return Plan(guild, DAILY_CHANNEL, timetable, **more)  # pyright: ignore[reportArgumentType] - the test's own


@dataclass
class Channel:
    """What stands there: (schedule, local day, ask) of each message, and when it came."""

    house: House
    posts: list[tuple[int, str, int]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def send(self, post: Post) -> int:
        self.posts.append((post.schedule.id, post.daily.day.isoformat(), post.asked.ask.id))
        self.times.append(self.house.clock.now())
        return len(self.posts)

    def find(self, post: Post) -> int | None:
        for number, (_, _, ask_id) in enumerate(self.posts, start=1):
            if ask_id == post.asked.ask.id:
                return number
        return None

    async def work(self, fate: str = "ok") -> int:
        """Do what is to do once; how many jobs there were. `fate` befalls every post."""
        dailies, jobs = self.house.dailies, await self.house.dailies.jobs(100)
        for job in jobs:
            if job.closing:
                closing = await dailies.close(job)
                if closing is not None and fate != "die before":
                    self.closed.append(closing.asked.ask.id)
                    await dailies.closed(closing)
                continue
            work = await dailies.take(job)
            if isinstance(work, Opening):
                await dailies.opened(work)
            elif work is not None:
                await self._post(work, fate)
        return len(jobs)

    async def _post(self, post: Post, fate: str) -> None:
        dailies = self.house.dailies
        if post.look_since is not None and (found := self.find(post)) is not None:
            await dailies.posted(post, found)
        elif fate == "ok":
            await dailies.posted(post, self.send(post))
        elif fate == "die after":
            self.send(post)
        elif fate == "lost answer":
            self.send(post)
            await dailies.failed(post, DISCORD, unsure=True)
        elif fate == "no answer":
            await dailies.failed(post, DISCORD, unsure=True)
        elif fate == "forbidden":
            await dailies.failed(post, PERMISSION)
        else:
            assert fate == "die before"

    async def pass_time(self, how_long: timedelta, step: timedelta = HOUR) -> None:
        """Let time pass, and do what is to do every `step`."""
        until = self.house.clock.time + how_long
        while self.house.clock.time < until:
            self.house.clock.time += step
            while await self.work():
                pass


@pytest.fixture
def channel(core: House) -> Channel:
    return Channel(core)


async def test_every_day_has_one_post_and_closes_the_one_before(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    await channel.pass_time(4 * DAY)
    assert [day for _, day, _ in channel.posts] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    assert channel.closed == [ask_id for _, _, ask_id in channel.posts[:-1]]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_fails_no_day_has_two_posts(core: House, channel: Channel, seed: int):
    dice = Random(seed)
    core.clock.time = datetime(2026, 3, 26, dice.randrange(24), tzinfo=UTC)  # a clock change lies ahead
    zones = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
    for number, zone in enumerate(zones):
        at = time(dice.randrange(24), dice.randrange(60))
        await core.schedules.set_up(plan(Timetable(zone, at), GUILD + number), ANN)
    fates = ("ok", "die before", "die after", "lost answer", "no answer", "forbidden")
    for _ in range(150):
        if dice.random() < 0.1:
            await meddle(core, dice)
        core.clock.time += dice.choice((MINUTE, 10 * MINUTE, HOUR, 5 * HOUR))
        await channel.work(dice.choice(fates))
    for _ in range(5):
        await channel.work()
    posts = Counter((schedule, day) for schedule, day, _ in channel.posts)
    assert posts
    assert set(posts.values()) == {1}
    noted = await core.rows("SELECT schedule_id, day, message_id FROM daily WHERE message_id IS NOT NULL")
    assert {channel.posts[message - 1][:2] for _, _, message in noted} == {row[:2] for row in noted}


async def meddle(core: House, dice: Random) -> None:
    """An owner uses a command."""
    guild = GUILD + dice.randrange(3)
    try:
        match dice.randrange(4):
            case 0:
                await core.schedules.pause(guild, None)
            case 1:
                await core.schedules.resume(guild, None)
            case 2:
                await core.schedules.skip(guild, None)
            case _:
                await core.dailies.take_now((await core.schedules.find(guild, None)).id)
    except UserError:
        pass


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_due_comes_as_long_as_somebody_is_there(core: House, channel: Channel, seed: int):
    dice = Random(seed)
    await core.schedules.set_up(plan(), ANN)
    for _ in range(200):
        core.clock.time += dice.choice((MINUTE, HOUR, 3 * HOUR))
        await channel.work(dice.choice(("ok", "ok", "die before", "die after", "lost answer", "forbidden")))
    days = [day for _, day, _ in channel.posts]
    expected = [
        one.day.isoformat()
        for one in NINE.upcoming(datetime(2026, 3, 2, 12, tzinfo=UTC), 100)
        if one.at < core.clock.time - LATEST
    ]
    assert days[: len(expected)] == expected


async def test_what_is_too_late_waits_for_the_next_day(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    core.clock.time = datetime(2026, 3, 3, 20, 1, tzinfo=UTC)  # due at 8:00 UTC
    await channel.work()
    assert channel.posts == []
    assert await core.rows("SELECT state, ask_id FROM daily") == [("failed", None)]
    core.clock.time = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 12 hours sharp
    await channel.work()
    assert [day for _, day, _ in channel.posts] == ["2026-03-04"]


async def test_no_question_comes_again_before_all_have_come(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    await core.schedules.set_up(plan(Timetable("Europe/Berlin", time(18))), ANN)
    await channel.pass_time(8 * DAY)
    asked = [
        row[0] for row in await core.rows("SELECT question_id FROM ask WHERE door = 'daily' ORDER BY id")
    ]
    assert len(asked) == 16
    for start in range(0, 16, len(QUESTIONS)):
        assert set(asked[start : start + len(QUESTIONS)]) == set(QUESTIONS)


async def test_a_question_that_nobody_saw_is_free_again(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    core.clock.time += DAY
    await channel.work("forbidden")
    await core.schedules.remove(GUILD, None)
    assert await core.rows("SELECT count(*) FROM ask") == [(0,)]


async def test_trouble_is_told_once_until_it_is_over(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    told: list[str] = []

    async def day(fate: str) -> None:
        core.clock.time = NINE.next(core.clock.time).at
        await channel.work(fate)
        for notice in await core.dailies.fresh_notices(10):
            assert notice.owner_id == ANN.id
            told.append(notice.text)
            await core.dailies.told(notice, arrived=True)

    await day("forbidden")
    await day("forbidden")
    assert told.count(PERMISSION) == 1
    await day("ok")
    await day("forbidden")
    assert told.count(PERMISSION) == 2
    assert all(DISCORD not in text for text in told)


async def test_a_dm_that_did_not_arrive_waits_for_the_next_look(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    core.clock.time = NINE.next(core.clock.time).at
    await channel.work("forbidden")
    (notice,) = await core.dailies.fresh_notices(10)
    await core.dailies.told(notice, arrived=False)
    assert not await core.dailies.fresh_notices(10)
    (overview,) = await core.schedules.overviews(GUILD)
    assert [one.text for one in overview.notices] == [PERMISSION]
    assert await core.rows("SELECT told FROM schedule_notice") == [(1,)]


async def test_a_post_goes_out_before_a_close(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    await core.schedules.set_up(plan(guild=GUILD + 1), ANN)
    await channel.pass_time(DAY)
    core.clock.time += DAY
    (first, _) = await core.dailies.jobs(10)
    work = await core.dailies.take(first)
    assert isinstance(work, Post)
    await core.dailies.posted(work, 7)
    assert [job.closing for job in await core.dailies.jobs(10)] == [False, True]


async def test_the_close_locks_the_question_for_those_who_took_part(core: House, channel: Channel):
    await core.schedules.set_up(plan(topics=("question:basic",)), ANN)
    await channel.pass_time(DAY)
    ask_id = channel.posts[0][2]
    late = await core.receive(ask_id, "score 4")  # is graded after the close, and counts all the same
    core.clock.time += MINUTE
    await core.schedules.remove(GUILD, None)
    await channel.work()
    assert (await core.answering.settle(late.id)).settled.points == 4
    again = await core.ask("basic", place=Place(11, None, dm=True))
    assert (await core.answer(again, "score 10")).settled.points == 0
    theirs = await core.ask("basic", BEN, Place(12, None, dm=True))
    assert (await core.answer(theirs, "score 10", BEN)).settled.points == 10
    after = await core.answer(ask_id, "score 8 after the close", BEN)
    assert (after.settled.points, after.settled.locked) == (0, True)
    kinds = await core.rows("SELECT member_id FROM ledger WHERE kind = 'closed'")
    assert kinds == [(ANN.id,)]
    before = await core.derived()
    await core.rebuild()
    assert await core.derived() == before


async def test_an_open_daily_is_not_drawn_where_it_is_open(core: House, channel: Channel):
    await core.schedules.set_up(plan(topics=("question:basic",)), ANN)
    await channel.pass_time(DAY)
    for _ in range(20):
        asked = await core.practice.ask(core.new_id(), ANN, STUDY)
        assert asked.question.id != "basic"
    with pytest.raises(UserError, match="open in this server at the moment"):
        await core.ask("basic")
    await core.ask("basic", place=Place(13, GUILD + 1, dm=False))


async def test_only_who_gives_up_the_points_sees_the_model_answer_early(core: House, channel: Channel):
    await core.schedules.set_up(plan(topics=("question:basic",)), ANN)
    await channel.pass_time(DAY)
    ask_id = channel.posts[0][2]
    assert await revealed(core, ask_id, giving_up=False) == (False, [])
    assert await revealed(core, ask_id, giving_up=True) == (True, ["revealed"])
    assert await revealed(core, ask_id, giving_up=False) == (True, ["revealed"])  # nothing left to lose
    assert (await core.answer(ask_id, "score 9")).settled.points == 0


async def revealed(core: House, ask_id: int, *, giving_up: bool) -> tuple[bool, Sequence[str]]:
    _, shown = await core.practice.reveal(ask_id, ANN, giving_up=giving_up)
    return shown, [row[0] for row in await core.rows("SELECT kind FROM ledger")]


async def test_results_count_members_by_their_best_answer(core: House, channel: Channel):
    await core.schedules.set_up(plan(topics=("question:basic",)), ANN)
    await channel.pass_time(DAY)
    ask_id = channel.posts[0][2]
    for person, text in ((ANN, "score 2"), (ANN, "score 9"), (BEN, "score 5"), (BEN, "withheld words here")):
        await core.answer(ask_id, text, person)
    await core.schedules.remove(GUILD, None)
    (job,) = await core.dailies.jobs(10)
    closing = await core.dailies.close(job)
    assert isinstance(closing, Closing)
    found = closing.results
    assert (found.members, found.graded, found.shared) == (2, 2, 0)
    assert dict(found.bars) == {"8 to 10": 1, "6 to 7.5": 0, "4 to 5.5": 1, "2 to 3.5": 0, "0 to 1.5": 0}
    assert [(one.place, one.members) for one in found.missed] == [(1, 1)]


async def test_the_owner_hears_when_few_questions_are_left(core: House, channel: Channel, monkeypatch):
    monkeypatch.setattr("bot.engine.dailies.TELL_AT", 2)
    assert TELL_AT == 7
    await core.schedules.set_up(plan(), ANN)
    await channel.pass_time(DAY)
    assert not await core.dailies.fresh_notices(10)
    await channel.pass_time(DAY)
    (notice,) = await core.dailies.fresh_notices(10)
    assert notice.text.startswith("2 of its 4 questions are left")


async def test_after_a_change_of_its_zone_s_rules_nothing_comes_twice(core: House, channel: Channel):
    await core.schedules.set_up(plan(), ANN)
    await channel.pass_time(DAY)
    await core.database.write(lambda connection: connection.execute("UPDATE schedule SET next_at = 0"))
    await core.dailies.retime()
    await channel.work()
    assert len(channel.posts) == 1
    assert await core.dailies.next_job() == NINE.next(core.clock.time).at
