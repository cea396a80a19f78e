"""Brings a daily question to its channel and back to its close. Says what is in the way, in words for the owner."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import aiohttp
import discord
from aiolimiter import AsyncLimiter

from bot.client import InterviewBot
from bot.engine.dailies import AWAY, DISCORD, NOT_THERE, Closing, Opening, Post
from bot.storage.schedules import Notice, Plan
from bot.ui.custom_ids import Verb, ask_address
from bot.ui.dailies import closed_card, daily_card, notice_text
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED

log = logging.getLogger(__name__)

T = TypeVar("T")

REQUESTS_PER_SECOND = 45  # Discord allows 50 to all that a bot does, answers to interactions apart
# So many may catch up at once with what was late by a moment; with them no second sees more than 49.
AT_A_TIME = 4
PACE = AsyncLimiter(AT_A_TIME, AT_A_TIME / REQUESTS_PER_SECOND)
EARLIER = timedelta(minutes=1)  # Discord's clock and ours differ by less
LOOKED_AT = 100
THREAD_NAME_LIMIT = 100
PATIENCE_S = 60.0
THREAD_RESTS = 1440  # minutes without a word until Discord folds it away
THREAD_EXISTS = 160004
NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
BY_ITSELF = "The question then comes by itself, up to 12 hours late."
MENTION_EVERYONE = "Mention @everyone, @here, and All Roles"


@dataclass
class Obstacle(Exception):
    """Something keeps a post from its place. `reason` is a sentence for the owner.

    `unsure`: Discord may have taken it all the same. `final`: another try is no use.
    """

    reason: str
    unsure: bool = False
    final: bool = False


def missing_permissions(
    channel: discord.abc.GuildChannel, role: discord.Role | None, *, thread: bool
) -> list[str]:
    """What the bot may not do in a channel although the daily question needs it, as Discord's settings call it."""
    may = channel.permissions_for(channel.guild.me)
    needed = [*NAMES] if thread else [*NAMES][:4]
    if not may.view_channel:  # without it there is nothing else either
        needed = ["view_channel"]
    elif not may.send_messages:  # takes these along
        needed = [name for name in needed if name != "attach_files"]
    missing = [NAMES[name] for name in needed if not getattr(may, name)]
    if not missing and role is not None and not role.mentionable and not may.mention_everyone:
        missing.append(MENTION_EVERYONE)
    return missing


def how_to_permit(channel: discord.abc.GuildChannel, missing: list[str], role: discord.Role | None) -> str:
    """The fix for missing permissions."""
    if role is not None and MENTION_EVERYONE in missing:
        return (
            f"I may not mention the role **{discord.utils.escape_markdown(role.name)}**. Switch on *Allow anyone to @mention "
            f"this role* (Server Settings, Roles), or grant me {MENTION_EVERYONE}."
        )
    *others, last = (f"**{name}**" for name in missing)
    names = f"{', '.join(others)} and {last}" if others else last
    them = "them" if others else "it"
    return f"I am missing {names} in <#{channel.id}>. Grant {them} to my role: Edit Channel, Permissions."


async def post(bot: InterviewBot, work: Post) -> int:
    """Post the question, unless an earlier try did; the id of its message. Raises Obstacle."""
    try:
        channel, role = _permitted_place(bot, work)
        found = await _earlier(bot, work, channel)
    except Obstacle as obstacle:
        obstacle.unsure = work.look_since is not None  # as long as nobody has looked
        raise
    if found is not None:
        return found
    if work.too_late:
        raise Obstacle(work.daily.reason or AWAY, final=True)
    card = daily_card(work, bot.practice.picture(work.asked.question.prompt_formula), ping=role is not None)
    allowed = discord.AllowedMentions(roles=[role] if role else False, everyone=False, users=False)

    async def send() -> int:
        async with PACE:
            message = await channel.send(
                view=card, files=card.files, nonce=nonce(work), allowed_mentions=allowed
            )
        return message.id

    return await _guarded(send)


def _permitted_place(bot: InterviewBot, work: Post) -> tuple[discord.TextChannel, discord.Role | None]:
    channel, role = _place(bot, work.schedule.plan, work.daily.channel_id)
    missing = missing_permissions(channel, role, thread=False)
    if missing:
        raise Obstacle(f"{how_to_permit(channel, missing, role)} {BY_ITSELF}")
    return channel, role


async def _earlier(bot: InterviewBot, work: Post, channel: discord.TextChannel) -> int | None:
    """The message that an earlier try may have left."""
    since, address = work.look_since, ask_address(work.asked.ask.id, Verb.ANSWER)
    if since is None:
        return None
    found = await _guarded(lambda: own_message(bot, channel, since, carrying(address)))
    if found is None:
        await bot.dailies.looked(work)
    return found


async def open_thread(bot: InterviewBot, work: Opening) -> None:
    """Open the thread of a post. Raises Obstacle."""
    channel, _ = _place(bot, work.schedule.plan, work.daily.channel_id)
    missing = missing_permissions(channel, None, thread=True)
    if missing:
        raise Obstacle(how_to_permit(channel, missing, None), final=True)

    async def create() -> None:
        async with PACE:
            try:
                await channel.get_partial_message(work.daily.message_id or 0).create_thread(
                    name=clip(work.asked.question.title, THREAD_NAME_LIMIT),
                    auto_archive_duration=THREAD_RESTS,
                )
            except discord.HTTPException as error:
                if error.code != THREAD_EXISTS:
                    raise

    await _guarded(create)


async def close(bot: InterviewBot, work: Closing) -> None:
    """Show the results in place of the question. Raises Obstacle; a post that is gone is closed enough."""
    channel, _ = _place(bot, work.schedule.plan, work.daily.channel_id)
    card = closed_card(work, bot.practice.picture(work.asked.question.formula))

    async def edit() -> None:
        async with PACE:
            try:
                message = channel.get_partial_message(work.daily.message_id or 0)
                await message.edit(view=card, attachments=card.files)
            except discord.NotFound:
                log.info("A daily question was deleted before it closed (message %s).", work.daily.message_id)

    await _guarded(edit)


async def tell(bot: InterviewBot, notice: Notice) -> bool:
    """Tell a schedule's owner by DM; False if that does not arrive."""
    guild = bot.get_guild(notice.guild_id)
    if notice.owner_id is None:
        return False
    try:
        async with PACE:
            place = await bot.create_dm(discord.Object(notice.owner_id))
            await place.send(notice_text(guild.name if guild else "your server", notice))
    except NOT_DELIVERED as error:
        log.info("The owner of daily question %s could not be told by DM: %s", notice.schedule_id, error)
        return False
    return True


def forget_idle_limits(bot: discord.Client) -> None:
    """Drop what discord.py remembers of rate limits whose time has run out: it says nothing any more.

    Left to itself it keeps that of each channel for five minutes and looks through all of it whenever a new channel
    comes; with thousands of them this takes longer than a post, and everybody's /ask waits meanwhile.
    """
    limits = bot.http._buckets  # noqa: SLF001 - there is no public way
    idle = [
        key
        for key, limit in limits.items()
        if limit.is_expired() and not limit.outgoing and not limit._pending_requests  # noqa: SLF001
    ]
    for key in idle:
        del limits[key]


def nonce(work: Post) -> str:
    """The same for every try of one day; Discord takes one with the same nonce only once within some minutes."""
    return f"d{work.daily.schedule_id}-{work.daily.day:%Y%m%d}"


def _place(bot: InterviewBot, plan: Plan, channel_id: int) -> tuple[discord.TextChannel, discord.Role | None]:
    guild = bot.get_guild(plan.guild_id)
    if guild is None:
        raise Obstacle(NOT_THERE, final=True)
    if guild.unavailable:
        raise Obstacle(DISCORD)
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise Obstacle(
            "Its channel is gone. `/daily setup` with another channel starts it there; `/daily remove` ends this one.",
            final=True,
        )
    return channel, guild.get_role(plan.role_id) if plan.role_id else None


async def own_message(
    bot: InterviewBot,
    channel: discord.abc.Messageable,
    since: datetime,
    is_it: Callable[[discord.Message], bool],
) -> int | None:
    """The id of the message of ours from `since` or later that `is_it`; None if there is none."""
    after = discord.Object(discord.utils.time_snowflake(since - EARLIER))
    async with PACE:
        found = [
            message async for message in channel.history(limit=LOOKED_AT, after=after, oldest_first=True)
        ]
    for message in found:
        if bot.user and message.author.id == bot.user.id and is_it(message):
            return message.id
    return None


def carrying(address: str) -> Callable[[discord.Message], bool]:
    """Whether a message has a button of this address."""

    def carries(message: discord.Message) -> bool:
        view = discord.ui.LayoutView.from_message(message, timeout=None)
        view.stop()
        return any(getattr(item, "custom_id", None) == address for item in view.walk_children())

    return carries


async def _guarded(work: Callable[[], Awaitable[T]]) -> T:
    """Turn what Discord says into an Obstacle."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await work()
    except discord.Forbidden as error:
        raise Obstacle(
            f"Discord does not let me post there ({error.text or error.code}). Check my permissions in the channel."
        ) from error
    except discord.NotFound as error:
        raise Obstacle(
            "Its channel is gone. `/daily setup` with another channel starts it there.", final=True
        ) from error
    except (discord.DiscordServerError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("Discord did not answer: %s", error)
        raise Obstacle(DISCORD, unsure=True) from error
    except discord.HTTPException as error:
        raise Obstacle(f"Discord refused the post ({error.status}, {error.code}: {error.text}).") from error
