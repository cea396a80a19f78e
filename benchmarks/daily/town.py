"""The world that is measured in: servers with the bot, channels to post in, and the schedules in the bot's database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.daily.size import Size
from bot.domain.schedule import EVERY_DAY, Timetable
from bot.sandbox import Handle, Sandbox
from bot.sandbox.model import Channel, Guild
from bot.storage import members, schedules
from bot.storage.database import Connection, open_database
from bot.storage.schedules import Plan

ZONE = "UTC"
OWNERS = 10
AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Town:
    """Channels by schedule (`again`: those that are due on the next day too), and who asks where.

    All schedules are due at `due`, but for the one that posts to `early`, which is due before the bot starts: its post
    says when posting begins.
    """

    early: Channel
    channels: dict[int, Channel]
    again: frozenset[int]
    due: datetime
    people: list[tuple[Handle, Channel]]


async def founded(box: Sandbox, size: Size, file: Path) -> Town:
    """Build the world, and the database that the bot will find."""
    world, now = box.world, box.clock.now()
    world.gateway.shards = size.shards
    owners = [world.add_user(f"owner{number}") for number in range(OWNERS)]
    guilds = [
        world.add_guild(f"Server {number}", owners[number % OWNERS], [owners[number % OWNERS]])
        for number in range(size.servers)
    ]
    daily = [
        world.add_channel(f"daily-{number // size.servers}", guild=guilds[number % size.servers].name)
        for number in range(size.schedules)
    ]
    early = world.add_channel("early")
    due = (now + AHEAD).replace(second=0, microsecond=0)

    def fill(connection: Connection) -> dict[int, Channel]:
        for owner in owners:
            members.greet(connection, owner.id, owner.display, now)
        found: dict[int, Channel] = {}
        for number, channel in enumerate(daily):
            days = EVERY_DAY if number < size.again else frozenset({due.weekday()})
            plan = _plan(channel, due, days)
            found[schedules.insert(connection, plan, owners[number % size.servers % OWNERS].id, now)] = (
                channel
            )
        before = now.replace(second=0, microsecond=0)
        plan = _plan(early, before, frozenset({before.weekday()}))
        schedules.insert(connection, plan, owners[0].id, before - timedelta(seconds=1))
        return found

    async with open_database(file, now) as database:
        channels = await database.write(fill)
    people = _people(box, guilds[: size.lounges], size.people)
    return Town(early, channels, frozenset([*channels][: size.again]), due, people)


def _plan(channel: Channel, due: datetime, days: frozenset[int]) -> Plan:
    return Plan(channel.guild_id or 0, channel.id, Timetable(ZONE, due.astimezone(UTC).time(), days))


def _people(box: Sandbox, guilds: list[Guild], number: int) -> list[tuple[Handle, Channel]]:
    """Members of the first servers, each with the channel they ask in."""
    lounges = [box.world.add_channel("lounge", guild=guild.name) for guild in guilds]
    found: list[tuple[Handle, Channel]] = []
    for one in range(number):
        name = f"member{one}"
        box.world.add_user(name)
        box.world.join(name, guilds[one % len(guilds)].name)
        found.append((box.world.member(name), lounges[one % len(guilds)]))
    return found
