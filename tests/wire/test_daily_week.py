"""Daily questions over days and weeks: each local day once and at its time, also across restarts, downtime and pauses."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Shown
from bot.sandbox.ids import moment_of
from bot.sandbox.wire import Value
from tests.wire.conftest import House
from tests.wire.study import Study, confirmed

pytestmark = pytest.mark.restart

SECOND, MINUTE, HOUR, DAY = (timedelta(**{name: 1}) for name in ("seconds", "minutes", "hours", "days"))
PROMPT = 5 * SECOND  # a post that is later than this needs a reason
LATE = re.compile(r"It is late: .*<t:(\d+):t>")
# Nothing is due. A day that is claimed only now, or closes, has something to do since a moment ago.
QUIET = """
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM schedule WHERE next_at <= ?1) AND NOT EXISTS (
    SELECT 1 FROM daily WHERE state IN ('claimed', 'posted', 'closing') AND again_at <= ?1 + 5000)
"""


class Diary(Study):
    """A server's daily question, read day by day."""

    def __init__(self, house: House, *names: str) -> None:
        super().__init__(house, *names)
        self.schedule = 0

    async def begin(self, at: time, zone: str = "UTC", **options: Value) -> None:
        """Have a question posted at this time of the day."""
        shown = await self.set_up(time=f"{at:%H:%M}", timezone=zone, **options)
        assert confirmed(shown), shown.text
        sql = "SELECT max(id) FROM schedule WHERE guild_id = ?"
        ((self.schedule,),) = self.house.rows(sql, self.guild_id)

    @property
    def posts(self) -> list[Shown]:
        """What the bot has posted in the channel for everybody, oldest first."""
        bot, seen = self.house.world.state.bot_id, self.owner.history(self.channel)
        return [one for one in seen if one.found and one.found.author_id == bot and not one.ephemeral]

    @property
    def moments(self) -> list[datetime]:
        """When that was."""
        return [moment_of(one.message_id or 0) for one in self.posts]

    @property
    def states(self) -> list[str]:
        """What became of the days, oldest first."""
        rows = self.house.rows("SELECT state FROM daily WHERE schedule_id = ? ORDER BY day", self.schedule)
        return [state for (state,) in rows]

    async def written(self, number: int) -> Shown:
        """The post with this number, once it is there."""

        def look() -> Shown | None:
            posts = self.posts
            return posts[number - 1] if len(posts) >= number else None

        return await self.house.world.state.feed.until(look, 20, f"post {number} in {self.name}")


def is_open(post: Shown) -> bool:
    """Whether a daily question waits for answers."""
    return "Answer" in [button.label for button in post.buttons]


def is_closed(post: Shown) -> bool:
    """Whether it shows its results."""
    return "· closed" in post.text and "Model answer" in post.text and not is_open(post)


def clock_time(moment: datetime) -> time:
    """The hour and minute, as /daily takes them."""
    return moment.astimezone(UTC).time().replace(second=0, microsecond=0)


async def quiet(house: House) -> None:
    """Wait until the bot has done all that is due."""
    await house.eventually(QUIET, int(house.world.clock.time() * 1000))


def turn_to(house: House, moment: datetime) -> None:
    """Let it be `moment`, which is to come."""
    ahead = (moment - house.world.clock.now()).total_seconds()
    assert ahead > 0, f"{moment} is past"
    house.world.clock.advance(ahead)


async def reach(house: House, moment: datetime) -> None:
    """Let it be `moment`, and have all done that is due then."""
    turn_to(house, moment)
    await quiet(house)


def next_hour(house: House) -> datetime:
    """A full hour to come, between one and two hours away."""
    return house.world.clock.now().replace(minute=0, second=0, microsecond=0) + 2 * HOUR


# --- when a day is due, told by going through its minutes --------------------------------------------------


def offset(zone: str, at: datetime) -> timedelta:
    """How far the clocks of a zone are ahead of UTC."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) - at


def due(zone: str, at: time, day: date) -> datetime:
    """The first moment at which clocks there show that day and time; if they skip it, when they would have shown it.

    Only from UTC to local time, which has one answer always.
    """
    wanted = datetime.combine(day, at, UTC)
    for minutes in range(-15 * 60, 15 * 60):
        moment = wanted + minutes * MINUTE
        if moment + offset(zone, moment) == wanted:
            return moment
    return wanted - offset(zone, wanted - DAY)


def changes(zone: str, after: date) -> Iterator[tuple[date, timedelta]]:
    """The local dates on which the clocks of a zone are moved, and how far."""
    for number in range(800):
        noon = datetime.combine(after + number * DAY, time(12), UTC)
        moved = offset(zone, noon) - offset(zone, noon - DAY)
        if moved:
            yield (noon + offset(zone, noon)).date(), moved


# A week in which clocks go forwards in one place and backwards in another, and one in which two go backwards.
SPRING = {"Europe/Berlin": time(2, 30), "Australia/Lord_Howe": time(1, 45), "Asia/Kathmandu": time(6, 20)}
AUTUMN = {"Europe/Berlin": time(2, 30), "America/New_York": time(1, 30), "Asia/Kathmandu": time(0, 0)}


@pytest.mark.parametrize(
    ("plans", "forwards", "moved"),
    [
        pytest.param(SPRING, True, {"Europe/Berlin": HOUR, "Australia/Lord_Howe": -HOUR / 2}, id="spring"),
        pytest.param(AUTUMN, False, {"Europe/Berlin": -HOUR, "America/New_York": -HOUR}, id="autumn"),
    ],
)
async def test_a_week_in_three_zones(
    fresh: House, plans: dict[str, time], forwards: bool, moved: dict[str, timedelta]
):
    soon = fresh.world.clock.now().date() + 2 * DAY
    change = next(day for day, by in changes("Europe/Berlin", soon) if (by > timedelta()) == forwards)
    # Berlin's clocks are moved on the second of nine days, the other's on the last.
    days = [change + number * DAY for number in range(-1, 8)]
    for zone, by in moved.items():
        assert (days[1] if zone == "Europe/Berlin" else days[8], by) in changes(zone, days[0])
    expected = {zone: [due(zone, at, day) for day in days] for zone, at in plans.items()}

    turn_to(fresh, min(moments[0] for moments in expected.values()) - HOUR)
    studies = {zone: Diary(fresh) for zone in plans}
    for zone, study in studies.items():
        await study.begin(plans[zone], zone)
    in_order = sorted(
        (moment, number, zone) for zone in plans for number, moment in enumerate(expected[zone], 1)
    )
    for moment, number, place in in_order:
        study = studies[place]
        turn_to(fresh, moment - SECOND / 20)
        post = await study.written(number)
        assert is_open(post)
        assert not LATE.search(post.text)
        await quiet(fresh)
        assert [is_closed(one) for one in study.posts] == [True] * (number - 1) + [False]
    for zone, study in studies.items():
        on_time(study, expected[zone])
        assert [moment.astimezone(ZoneInfo(zone)).date() for moment in study.moments] == days
        assert study.states == ["closed"] * 8 + ["posted"]
        assert fresh.rows("SELECT day FROM daily WHERE schedule_id = ? ORDER BY day", study.schedule) == [
            (day.isoformat(),) for day in days
        ]
        assert study.owner.history("dm") == []
        for day in days:
            await fresh.bot.printed(f"Daily question {study.schedule} of {day}: posted as message")
    assert [line for line in fresh.bot.lines if " WARNING bot." in line or " ERROR " in line] == []


def on_time(study: Diary, expected: Sequence[datetime], slack: timedelta = PROMPT) -> None:
    """One post at each of these moments or a little later, and no other."""
    assert len(study.moments) == len(expected), (study.moments, expected)
    for moment, planned in zip(study.moments, expected, strict=True):
        # The bot is told the time of the sandbox to a millisecond.
        assert -timedelta(milliseconds=2) <= moment - planned <= slack, (moment, planned)


# --- restarts ----------------------------------------------------------------------------------------------


async def test_a_restart_in_each_of_the_minutes_around_the_time(fresh: House):
    """One restart, and seven schedules that are due from three minutes before it to three minutes after it."""
    middle = next_hour(fresh)
    times = [middle + number * MINUTE for number in range(-3, 4)]
    studies = [Diary(fresh) for _ in times]
    for study, at in zip(studies, times, strict=True):
        await study.begin(clock_time(at))
    for at in times[:3]:
        await reach(fresh, at)
    turn_to(fresh, middle)
    await fresh.restart()  # just now something is due
    await quiet(fresh)
    for at in times[4:]:
        await reach(fresh, at)
    await reach(fresh, middle + HOUR)
    for study, at in zip(studies, times, strict=True):
        on_time(study, [at], MINUTE if at == middle else PROMPT)
        assert study.states == ["posted"]
    for at in times:
        await reach(fresh, at + DAY)
    for study in studies:
        assert [is_closed(one) for one in study.posts] == [True, False]
        assert study.owner.history("dm") == []


async def test_downtime_is_caught_up_for_twelve_hours(fresh: House):
    early, late = Diary(fresh), Diary(fresh)
    first = next_hour(fresh)  # of the one that will be 13 hours late
    then = first + 8 * HOUR  # of the other, which will be 5 hours late
    await early.begin(clock_time(first))
    await late.begin(clock_time(then))
    turn_to(fresh, first - HOUR)
    await quiet(fresh)
    await fresh.bot.stop()
    turn_to(fresh, first + 13 * HOUR)
    await fresh.start()
    (post,) = [await late.written(1)]
    told = LATE.search(post.text)
    assert told is not None
    assert int(told[1]) == then.timestamp()
    await quiet(fresh)
    assert early.posts == []
    assert early.states == ["failed"]
    await fresh.bot.printed(f"Daily question {early.schedule} of {first.date()}: missed")
    await reach(fresh, first + DAY)
    on_time(early, [first + DAY])
    await reach(fresh, then + DAY)
    assert [is_closed(one) for one in late.posts] == [True, False]
    assert not any(LATE.search(study.posts[-1].text) for study in (early, late))

    # Three days later only what was due in the last twelve hours is made up for.
    fresh.bot.kill()
    await fresh.bot.wait()
    turn_to(fresh, first + 4 * DAY + 13 * HOUR)
    await fresh.start()
    await quiet(fresh)
    assert len(early.posts) == 1
    assert is_open(early.posts[0])
    assert [is_closed(one) for one in late.posts] == [True, True, False]
    told = LATE.search(late.posts[-1].text)
    assert told is not None
    assert int(told[1]) == (then + 4 * DAY).timestamp()
    await reach(fresh, first + 5 * DAY)
    await reach(fresh, then + 5 * DAY)
    on_time(early, [first + DAY, first + 5 * DAY])
    on_time(late, [then, then + DAY, then + 4 * DAY, then + 5 * DAY], 5 * HOUR + MINUTE)


async def test_a_pause_a_skip_and_days_of_the_week_outlive_a_restart(fresh: House):
    now = fresh.world.clock.now()
    monday = (now + (7 - now.weekday()) * DAY).replace(hour=12, minute=0, second=0, microsecond=0)
    turn_to(fresh, monday - 6 * HOUR)
    studies = [Diary(fresh) for _ in range(3)]
    paused, skipped, rare = studies
    for study in studies:
        await study.begin(time(12), **({"days": "mon, thu"} if study is rare else {}))
    await reach(fresh, monday)
    for study in studies:
        on_time(study, [monday])
    await paused.daily("pause")
    await skipped.daily("skip")
    await fresh.restart()
    await reach(fresh, monday + DAY)  # Tuesday, which all three leave out
    assert [len(study.posts) for study in studies] == [1, 1, 1]
    assert all(is_open(study.posts[0]) for study in studies)
    await reach(fresh, monday + DAY + HOUR)
    await paused.daily("resume")  # does not catch up
    await quiet(fresh)
    assert [len(study.posts) for study in studies] == [1, 1, 1]
    for day in (2, 3, 4):
        await reach(fresh, monday + day * DAY)
    on_time(paused, [monday, *(monday + day * DAY for day in (2, 3, 4))])
    on_time(skipped, [monday, *(monday + day * DAY for day in (2, 3, 4))])
    on_time(rare, [monday, monday + 3 * DAY])
    assert skipped.states == ["closed", "skipped", "closed", "closed", "posted"]
    assert all(study.owner.history("dm") == [] for study in studies)
