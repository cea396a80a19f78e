"""A server with a daily question of its own: setting it up, going on to when it comes, reading its cards."""

import re
from datetime import UTC, datetime, timedelta

from bot.domain.schedule import Timetable
from bot.sandbox import Shown
from bot.sandbox.model import Channel
from bot.sandbox.wire import Value
from tests.wire.answers import TOPIC
from tests.wire.conftest import House
from tests.wire.room import Room

OTHER = "question:condition-number-meaning"
TROUBLE = re.compile("incident|went wrong|command has changed")
DONE = re.compile("^### (All set|Changed): ", re.MULTILINE)


class Study(Room):
    """A server with an owner whose daily question comes at 09:00 UTC unless they say otherwise."""

    def __init__(self, house: House, *names: str) -> None:
        super().__init__(house, *names)
        state = house.world.state
        self.owner = house.world.member(state.users[state.guilds[self.guild_id].owner_id].name)
        self.owner.join(self.name)

    async def daily(self, command: str, **options: Value) -> Shown:
        """What the owner is shown for a sub-command."""
        shown = await self.owner.slash(f"daily {command}", options, channel=self.channel)
        assert shown.ephemeral
        assert shown.pings == []
        return shown

    async def set_up(self, **options: Value) -> Shown:
        """`/daily setup` for this room's channel."""
        given = {"channel": str(self.channel.id), "time": "09:00", "timezone": "UTC"} | options
        return await self.daily("setup", **given)

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        """What is stored of the schedules that were not removed, the oldest first."""
        sql = f"SELECT {columns} FROM schedule WHERE guild_id = ? AND removed_at IS NULL ORDER BY id"  # noqa: S608 - our own names
        return self.house.rows(sql, self.guild_id)

    def days(self) -> list[tuple[str, str]]:
        """(local date, state) of all days there are of this server's schedules."""
        return self.house.rows(
            "SELECT day, state FROM daily JOIN schedule ON id = schedule_id WHERE guild_id = ? ORDER BY id, day",
            self.guild_id,
        )

    def to(self, moment: datetime) -> None:
        """Go on to a moment."""
        clock = self.house.world.clock
        clock.advance((moment - clock.now()).total_seconds())

    def morning(self) -> datetime:
        """Go on to the next morning, 06:00 UTC: three hours before the question is due. Returns when it is."""
        now = self.house.world.clock.now()
        day = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        self.to(day + timedelta(hours=6))
        return day + timedelta(hours=9)

    async def handled(self, moment: datetime) -> None:
        """Go on to just behind a moment, and wait until what was due then is posted or left out for good."""
        self.to(moment + timedelta(seconds=1))
        due = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM schedule WHERE guild_id = ? AND next_at <= ?)"
        await self.house.eventually(due, self.guild_id, moment.timestamp() * 1000)
        claimed = (
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM daily JOIN schedule ON id = schedule_id"
            " WHERE guild_id = ? AND state = 'claimed')"
        )
        await self.house.eventually(claimed, self.guild_id)

    async def posted(self, channel: Channel | None = None) -> Shown:
        """The next post, as the first member sees it, once it is noted."""
        post = await self.members[0].next_message(channel=channel or self.channel, timeout=20)
        sql = "SELECT 1 FROM daily WHERE message_id = ? AND again_at IS NULL"
        await self.house.eventually(sql, post.message_id)
        return post

    async def post(self, **options: Value) -> Shown:
        """Set up, and have today's question posted at once: QUESTION, unless `topics` says otherwise."""
        await self.set_up(**{"topics": TOPIC} | options)
        await self.daily("now")
        return await self.posted()

    def seen(self) -> list[Shown]:
        """What stands in the channel for everybody."""
        return [shown for shown in self.members[0].history(self.channel) if not shown.ephemeral]

    async def closed(self, post: Shown) -> Shown:
        """Let the next question come, which closes this one; as its readers see it then."""
        await self.set_up(topics=OTHER)
        await self.handled(self.morning())
        sql = "SELECT 1 FROM daily WHERE message_id = ? AND state = 'closed'"
        await self.house.eventually(sql, post.message_id)
        return post


def end_all(house: House) -> None:
    """Let no schedule go on: the next test makes the days fly past."""
    house.change("UPDATE schedule SET removed_at = handled, next_at = NULL WHERE removed_at IS NULL")


def confirmed(shown: Shown) -> str:
    """The part of a set-up's answer that stands below the preview; "" for a refusal."""
    found = DONE.search(shown.text)
    return shown.text[found.start() :] if found else ""


def coming(shown: Shown) -> list[int]:
    """The moments (Unix seconds) that a card names as the next ones."""
    return [int(stamp) for stamp in re.findall(r"^- <t:(\d+):F> \(<t:\1:R>\)$", shown.text, re.MULTILINE)]


def stamps(timetable: Timetable, now: datetime, number: int = 5) -> list[int]:
    """What `coming` should be."""
    return [int(one.at.timestamp()) for one in timetable.upcoming(now, number)]
