"""/daily: what a server's owner sets up, looks at and changes. The posting itself is the work of `posting`."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot
from bot.domain.schedule import Timetable
from bot.engine.timetables import parse_days, parse_time
from bot.engine.topics import Topic, Topics
from bot.errors import UserError
from bot.storage.schedules import Plan
from bot.ui.base import person, reply
from bot.ui.dailies import changed_card, preview_card, schedule_label, set_up_card, status_card
from bot.ui.posts import how_to_permit, missing_permissions
from bot.ui.text import clip

CHOICE_LIMIT = 100
MOST_CHOICES = 25
MOST_TOPICS = 8


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
        level: Literal["any", "basic", "intermediate", "advanced"] = "any",
        ping_role: discord.Role | None = None,
        thread: bool = False,  # noqa: FBT001, FBT002 - a slash-command option
        days: str | None = None,
    ) -> None:
        """Check everything that would be in the way, put the plan into force, and show what will come."""
        zone = self.bot.preferences.zone(timezone)
        timetable = Timetable(zone, parse_time(time), parse_days(days))
        plan = Plan(
            _guild_id(interaction),
            channel.id,
            timetable,
            tuple(one.value for one in _topics(self.bot.practice.topics, topics)),
            None if level == "any" else level,
            None if ping_role is None else ping_role.id,
            thread,
        )
        _require_possible(channel, ping_role, thread=thread)
        question = self.bot.schedules.preview(plan)
        overview, changed = await self.bot.schedules.set_up(plan, person(interaction.user))
        self.bot.dispatch("schedule_change")
        await reply(
            interaction, set_up_card(overview, self.bot.practice.topics, changed=changed), private=True
        )
        preview = preview_card(question, self.bot.practice.picture(question.prompt_formula))
        await interaction.followup.send(view=preview, files=preview.files, ephemeral=True)

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
        sentence = "Paused. The question that is open stays open; `/daily resume` starts it again."
        await self._changed(interaction, changed_card(overview, sentence))

    @daily.command(name="resume", description="Go on after a pause, or take a skip back")
    @app_commands.describe(schedule="Which one, if there are several")
    async def resume(self, interaction: Interaction, schedule: str | None = None) -> None:
        """What was due meanwhile is not caught up."""
        overview = await self.bot.schedules.resume(_guild_id(interaction), _number(schedule))
        await self._changed(interaction, changed_card(overview, "It goes on."))

    @daily.command(name="skip", description="Leave the next question out, once")
    @app_commands.describe(schedule="Which one, if there are several")
    async def skip(self, interaction: Interaction, schedule: str | None = None) -> None:
        """`resume` takes it back."""
        overview = await self.bot.schedules.skip(_guild_id(interaction), _number(schedule))
        await self._changed(
            interaction, changed_card(overview, "The next one is left out. `/daily resume` takes that back.")
        )

    @daily.command(name="now", description="Post today's question at once instead of at its time")
    @app_commands.describe(schedule="Which one, if there are several")
    async def now(self, interaction: Interaction, schedule: str | None = None) -> None:
        """Claim it; the posting goes its usual way, which is quick."""
        guild_id = _guild_id(interaction)
        found = await self.bot.schedules.find(guild_id, _number(schedule))
        channel = interaction.guild and interaction.guild.get_channel(found.plan.channel_id)
        if isinstance(channel, discord.TextChannel):  # else the posting finds out, and says so
            _require_possible(channel, None, thread=found.plan.thread)
        await self.bot.dailies.take_now(found.id)
        self.bot.dispatch("schedule_change")
        sentence = f"Today's question is on its way to <#{found.plan.channel_id}>."
        await interaction.response.send_message(sentence, ephemeral=True)

    @daily.command(name="remove", description="End a daily question for good")
    @app_commands.describe(schedule="Which one, if there are several")
    async def remove(self, interaction: Interaction, schedule: str | None = None) -> None:
        """A question that is open closes with it."""
        removed = await self.bot.schedules.remove(_guild_id(interaction), _number(schedule))
        self.bot.dispatch("schedule_change")
        await interaction.response.send_message(
            f"Removed: no more daily questions in <#{removed.plan.channel_id}> from this one. "
            "A question that is still open closes now, with its results. `/daily setup` starts anew.",
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
    if not (schedule.isascii() and schedule.isdecimal()):
        raise UserError("Pick the daily question from the list that `schedule` offers.")
    return int(schedule)


def _topics(topics: Topics, typed: str | None) -> list[Topic]:
    names = [one for one in (typed or "").split(",") if one.strip()]
    if len(names) > MOST_TOPICS:
        raise UserError(f"{MOST_TOPICS} topics are the most that one schedule takes.")
    return list(dict.fromkeys(topics.find(name) for name in names))


def _require_possible(channel: discord.TextChannel, role: discord.Role | None, *, thread: bool) -> None:
    """Raise UserError with the fix for whatever would keep the first post from its place."""
    if role is not None and role.is_default():
        raise UserError("I do not ping everyone. Pick a role that people can leave, or no role.")
    missing = missing_permissions(channel, role, thread=thread)
    if missing:
        raise UserError(f"{how_to_permit(channel, missing, role)} Then run `/daily setup` again.")


def _clock(now: datetime, zone: str) -> str:
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(DailyCog(bot))
