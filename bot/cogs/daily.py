"""/daily: what a server's owner sets up, looks at and changes. The posting itself is the work of `posting`."""

import re
from collections.abc import Callable
from datetime import datetime
from datetime import time as Time  # noqa: N812 - an option of the command is called time
from typing import Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot
from bot.domain.schedule import EVERY_DAY, Timetable
from bot.engine.timetables import parse_days, parse_time, say_time
from bot.engine.topics import Topic, Topics
from bot.errors import UserError
from bot.storage.schedules import Plan
from bot.ui.base import person, reply
from bot.ui.dailies import changed_card, schedule_label, set_up_card, skipped_sentence, status_card
from bot.ui.posts import how_to_permit, missing_permissions
from bot.ui.text import clip

CHOICE_LIMIT = 100
MOST_CHOICES = 25
MOST_TOPICS = 8
ALL = {"all", "all topics", "any"}
MOST_DIGITS = 16  # of a schedule's number

P = ParamSpec("P")
T = TypeVar("T")


class DailyCog(commands.Cog):
    """For those who run a server; Discord's integration settings say who that is."""

    daily = app_commands.Group(
        name="daily",
        description="The daily question of this server",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    @daily.command(name="setup", description="Post a question in a channel, day by day")
    @app_commands.describe(
        channel="Where it is posted",
        time="When, on the clock there: 09:00 or 9:30 pm",
        timezone="A city like Berlin; type a few letters",
        topics="Areas, tags or titles, separated by commas (all, if you leave it out)",
        level="How demanding (any, if you leave it out)",
        ping_role="A role that each question pings",
        thread="Open a thread below each question",
        days="Every day, weekdays, or mon wed fri (every day, if you leave it out)",
    )
    async def set_up(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        time: str,
        timezone: str,
        topics: str | None = None,
        level: Literal["any", "basic", "intermediate", "advanced"] | None = None,
        ping_role: discord.Role | None = None,
        thread: bool | None = None,  # noqa: FBT001 - a slash-command option
        days: str | None = None,
    ) -> None:
        """Check everything that would be in the way, put the plan into force, and show what will come.

        For a channel and time that have a plan already, what is left out stays as it is.
        """
        bot, mistakes = self.bot, Mistakes()
        zone = mistakes.catch(bot.preferences.zone, timezone) or "UTC"
        at = mistakes.catch(parse_time, time) or Time()
        on = mistakes.catch(parse_days, days) or EVERY_DAY
        chosen = mistakes.catch(_topics, bot.practice.topics, topics) or []
        guild_id = _guild_id(interaction)
        before = await bot.schedules.same(guild_id, channel.id, Timetable(zone, at))
        plan = Plan(
            guild_id,
            channel.id,
            Timetable(zone, at, before.timetable.days if before and days is None else on),
            before.topics if before and topics is None else tuple(one.value for one in chosen),
            before.level if before and level is None else (None if level == "any" else level),
            before.role_id if before and ping_role is None else (ping_role and ping_role.id),
            before.thread if before and thread is None else bool(thread),
        )
        role = ping_role or (channel.guild.get_role(plan.role_id) if plan.role_id else None)
        mistakes.catch(_require_possible, channel, role, thread=plan.thread)
        question = mistakes.catch(bot.schedules.preview, plan)
        mistakes.report()
        if question is None:  # told above
            return
        overview, changed = await bot.schedules.set_up(plan, person(interaction.user))
        bot.dispatch("schedule_change")
        picture = bot.practice.picture(question.prompt_formula)
        card = set_up_card(overview, bot.practice.topics, question, picture, changed=changed)
        await reply(interaction, card, private=True)

    @daily.command(name="status", description="When the next questions come, and what is in their way")
    async def status(self, interaction: Interaction) -> None:
        """All schedules of the server."""
        overviews = await self.bot.schedules.overviews(_guild_id(interaction))
        await reply(interaction, status_card(overviews, self.bot.practice.topics), private=True)

    @daily.command(name="pause", description="Post nothing until you resume it")
    @app_commands.describe(schedule="Which one, if there are several")
    async def pause(self, interaction: Interaction, schedule: str | None = None) -> None:
        """What is open stays open."""
        overview = await self.bot.schedules.pause(_guild_id(interaction), _number(schedule))
        sentence = "Nothing is posted until you resume it. A question that is open stays open."
        await self._changed(interaction, changed_card(overview, sentence))

    @daily.command(name="resume", description="Go on after a pause, or take a skip back")
    @app_commands.describe(schedule="Which one, if there are several")
    async def resume(self, interaction: Interaction, schedule: str | None = None) -> None:
        """What was due meanwhile is not caught up."""
        overview = await self.bot.schedules.resume(_guild_id(interaction), _number(schedule))
        await self._changed(interaction, changed_card(overview, "It goes on as planned."))

    @daily.command(name="skip", description="Leave the next question out, once")
    @app_commands.describe(schedule="Which one, if there are several")
    async def skip(self, interaction: Interaction, schedule: str | None = None) -> None:
        """`resume` takes it back."""
        overview = await self.bot.schedules.skip(_guild_id(interaction), _number(schedule))
        await self._changed(interaction, changed_card(overview, skipped_sentence(overview)))

    @daily.command(name="now", description="Post today's question at once instead of at its time")
    @app_commands.describe(schedule="Which one, if there are several")
    async def now(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Claim it; the posting goes its usual way, which is quick."""
        guild_id = _guild_id(interaction)
        found = await self.bot.schedules.find(guild_id, _number(schedule))
        guild = interaction.guild
        channel = guild and guild.get_channel(found.plan.channel_id)
        if guild is None or not isinstance(channel, discord.TextChannel):
            raise UserError("Its channel is gone. `/daily setup` with another channel starts it there.")
        role = guild.get_role(found.plan.role_id) if found.plan.role_id else None
        _require_possible(channel, role, thread=found.plan.thread)
        await self.bot.dailies.take_now(found.id)
        self.bot.dispatch("schedule_change")
        paused = " The schedule stays paused." if found.paused else ""
        sentence = f"Today's question is on its way to <#{found.plan.channel_id}>.{paused}"
        await interaction.response.send_message(sentence, ephemeral=True)

    @daily.command(name="remove", description="End a daily question for good")
    @app_commands.describe(schedule="Which one, if there are several")
    async def remove(self, interaction: Interaction, schedule: str | None = None) -> None:
        """A question that is open closes with it."""
        removed = await self.bot.schedules.remove(_guild_id(interaction), _number(schedule))
        self.bot.dispatch("schedule_change")
        await interaction.response.send_message(
            f"Removed: the daily question in <#{removed.plan.channel_id}> at {say_time(removed.plan.timetable.at)}. "
            "If one is still open, it closes now, with its results.",
            ephemeral=True,
        )

    @set_up.autocomplete("topics")
    async def complete_topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Complete the last of the topics; the ones before it stay."""
        before, comma, last = typed.rpartition(",")
        kept = f"{before}{comma} " if comma else ""
        found = [
            (f"{kept}{clip(topic.label, CHOICE_LIMIT)}", f"{kept}{topic.value}")
            for topic in self.bot.practice.topics.complete(last)
        ]
        return [
            app_commands.Choice(name=clip(name, CHOICE_LIMIT), value=value)
            for name, value in found
            if len(value) <= CHOICE_LIMIT
        ]

    @set_up.autocomplete("timezone")
    async def complete_zone(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Zones that fit what was typed, each with the time it is there now."""
        now = self.bot.clock.now()
        return [
            app_commands.Choice(name=f"{zone} (now {_clock(now, zone)})", value=zone)
            for zone in self.bot.preferences.complete_zone(typed, MOST_CHOICES)
        ]

    @pause.autocomplete("schedule")
    @resume.autocomplete("schedule")
    @skip.autocomplete("schedule")
    @now.autocomplete("schedule")
    @remove.autocomplete("schedule")
    async def complete_schedule(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """The server's own schedules."""
        guild = interaction.guild
        if guild is None:
            return []
        known = await self.bot.schedules.names(guild.id)
        return [
            app_commands.Choice(
                name=schedule_label(one, getattr(guild.get_channel(one.plan.channel_id), "name", "deleted")),
                value=str(one.id),
            )
            for one in known
        ]

    async def _changed(self, interaction: Interaction, card: discord.ui.LayoutView) -> None:
        self.bot.dispatch("schedule_change")
        await interaction.response.send_message(view=card, ephemeral=True)


def _guild_id(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise UserError("`/daily` belongs to a server.")
    return interaction.guild_id


def _number(schedule: str | None) -> int | None:
    if schedule is None:
        return None
    if not (schedule.isascii() and schedule.isdecimal() and len(schedule) < MOST_DIGITS):
        raise UserError("Pick the daily question from the list that `schedule` offers.")
    return int(schedule)


def _topics(topics: Topics, typed: str | None) -> list[Topic]:
    """The topics of a list; none for all. What is one topic as a whole is not taken apart, whatever stands in its name."""
    if not (typed or "").strip():
        return []
    parts = _taken_apart(typed or "", topics)
    if any(part.strip().casefold() in ALL for part in parts):
        return []
    if len(parts) > MOST_TOPICS:
        raise UserError(f"{MOST_TOPICS} topics are the most that one schedule takes.")
    return list(dict.fromkeys(topics.find(part) for part in parts))


def _taken_apart(typed: str, topics: Topics) -> list[str]:
    """The names in a list, with commas, semicolons or "and" between them; a name that has those itself stays whole."""
    parts = [typed]
    for mark in (r"[,;]", r"\s+and\s+"):
        parts = [
            piece.strip()
            for part in parts
            for piece in ([part] if topics.has(part) else re.split(mark, part))
            if piece.strip()
        ]
    return parts


def _require_possible(channel: discord.TextChannel, role: discord.Role | None, *, thread: bool) -> None:
    """Raise UserError with the fix for whatever would keep the first post from its place."""
    if role is not None and role.is_default():
        raise UserError("I never ping @everyone. Pick another role, or none.")
    missing = missing_permissions(channel, role, thread=thread)
    if missing:
        raise UserError(f"{how_to_permit(channel, missing, role)} Then use the command again.")


class Mistakes:
    """Collects what is wrong with the options of a command, to tell all of it at once."""

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def catch(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The result of `work`; None, and its sentence kept, if it raises UserError."""
        try:
            return work(*args, **kwargs)
        except UserError as error:
            self._sentences.append(str(error))
            return None

    def report(self) -> None:
        """Raise UserError with everything that was wrong, if anything was."""
        if len(self._sentences) > 1:
            raise UserError("\n".join(f"- {sentence}" for sentence in self._sentences))
        if self._sentences:
            raise UserError(self._sentences[0])


def _clock(now: datetime, zone: str) -> str:
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(DailyCog(bot))
