"""/interview and the buttons of its cards. What time brings is the work of `sessions`."""

import re
from datetime import timedelta
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import Interaction, InterviewBot, PressHandler, first_value, submitted_values
from bot.domain.interview import Format, Session
from bot.engine.sessions import View
from bot.errors import UserError
from bot.storage.interviews import Interview
from bot.ui import custom_ids
from bot.ui.base import CardButton, barred_from_posting, person, replace_card, reply
from bot.ui.custom_ids import JOIN_FORM_PATTERN, Turn
from bot.ui.dailies import message_url
from bot.ui.forms import join_form
from bot.ui.interviews import end_card, ended_card, lobby_card
from bot.ui.sessions import card_here, illustrate_reply
from bot.ui.solo import ended_alone_card
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED

CHOICE_LIMIT = 100
QUESTIONS, MINUTES = 5, 4  # unless the member says otherwise


class InterviewsCog(commands.Cog):
    """Lobby, seats and the host's controls."""

    interview = app_commands.Group(
        name="interview",
        description="Mock interviews for a group",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._routes: dict[str, PressHandler] = {
            Turn.JOIN: self.join,
            Turn.LEAVE: self.leave,
            Turn.START: self.begin,
            Turn.CANCEL: self.cancel,
            Turn.ON: self.on,
            Turn.PAUSE: self.pause,
            Turn.END: self.end,
            Turn.STOP: self.stop,
        }

    async def cog_load(self) -> None:
        """Register what presses and forms lead to."""
        CardButton.routes.update(self._routes)
        self.bot.add_modal_route(JOIN_FORM_PATTERN, self.joined)

    async def cog_unload(self) -> None:
        """The inverse."""
        for turn in self._routes:
            CardButton.routes.pop(turn, None)
        self.bot.remove_modal_route(JOIN_FORM_PATTERN)

    @interview.command(name="start", description="Open the lobby of a mock interview in this channel")
    @app_commands.rename(style="format")
    @app_commands.describe(
        style="Panel (if you leave it out): everybody answers. Hot seat: one answers, the others judge",
        topic="An area, a tag or a question; type a letter or two",
        level="How demanding (from easy to hard, if you leave it out)",
        questions=f"How many ({QUESTIONS}, if you leave it out)",
        minutes=f"Minutes for each question ({MINUTES}, if you leave it out)",
        hints="Whether hints may be taken, at their usual price (no, if you leave it out)",
    )
    async def start(
        self,
        interaction: Interaction,
        style: Literal["panel", "hot seat"] = "panel",
        topic: str | None = None,
        level: Literal["any", "basic", "intermediate", "advanced"] = "any",
        questions: app_commands.Range[int, 1, 20] = QUESTIONS,
        minutes: app_commands.Range[int, 1, 15] = MINUTES,
        hints: bool = False,  # noqa: FBT001, FBT002 - a slash-command option
    ) -> None:
        """The member who opens it is its host."""
        if barred := barred_from_posting(interaction):
            raise barred
        if interaction.guild_id is None or interaction.channel_id is None:
            raise UserError("An interview needs a channel of a server.")
        session = Session(
            interaction.user.id,
            questions,
            timedelta(minutes=minutes),
            self.bot.clock.now(),
            format=Format(style),
        )
        wished = None if topic is None else self.bot.practice.topics.find(topic).value
        lobby = Interview(
            interaction.id,
            interaction.guild_id,
            interaction.channel_id,
            session,
            wished,
            None if level == "any" else level,
            hints=hints,
        )
        view, fresh = await self.bot.interviews.open(lobby, person(interaction.user))
        if not fresh:
            known = view.interview
            if known.lobby_id is None:
                raise UserError("An interview is just being opened here. Look again in a few seconds.")
            place = message_url(interaction.guild_id, known.place_id or known.channel_id, known.lobby_id)
            raise UserError(f"An interview goes on here already: {place}. Join it, or wait until it is over.")
        try:
            sent = await interaction.response.send_message(view=lobby_card(view))
        except NOT_DELIVERED:
            await self.bot.moderator.call_off(lobby.id)  # else nobody could begin another one here
            raise
        await self.bot.interviews.lobby_posted(lobby.id, sent.message_id or 0)

    @start.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py's signature
        """Areas, tags and titles that fit what was typed so far."""
        return [
            app_commands.Choice(name=clip(topic.label, CHOICE_LIMIT), value=topic.value)
            for topic in self.bot.practice.topics.complete(typed)
        ]

    async def join(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Ask whether texts may stand in the report."""
        view = await self.bot.interviews.view(int(match["interview"]))
        seat = view.session.seat(interaction.user.id)
        form = join_form(
            view.interview.id,
            hot_seat=view.session.format is Format.HOT_SEAT,
            agreed=seat is not None and seat.consent,
        )
        await interaction.response.send_modal(form)

    async def joined(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Take a seat."""
        consent = first_value(submitted_values(interaction), custom_ids.CONSENT) == "yes"
        view = await self.bot.interviews.join(
            int(match["interview"]), person(interaction.user), consent=consent
        )
        await replace_card(interaction, lobby_card(view))
        self._changed()

    async def leave(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Give one's seat up."""
        view = await self.bot.interviews.leave(int(match["interview"]), person(interaction.user))
        await replace_card(interaction, lobby_card(view))
        self._changed()

    async def begin(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Start."""
        if interaction.message is not None:  # a kill may have kept us from noting where it stands
            await self.bot.interviews.lobby_posted(int(match["interview"]), interaction.message.id)
        view = await self.bot.interviews.start(int(match["interview"]), person(interaction.user))
        await replace_card(interaction, lobby_card(view))
        self._changed()

    async def cancel(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Call it off before it has begun."""
        interview_id, managed = int(match["interview"]), _managed(interaction)
        view = await self.bot.interviews.cancel(interview_id, person(interaction.user), managed)
        await replace_card(interaction, lobby_card(view))
        self._changed()

    async def on(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Reveal now, or go on to the next question now."""
        step = int(match["step"]) if match["step"] else None
        view = await self.bot.interviews.next(int(match["interview"]), person(interaction.user), step)
        await self._done(interaction, view)

    async def pause(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Stop the clock, or let it go on."""
        view = await self.bot.interviews.pause(int(match["interview"]), person(interaction.user))
        await self._done(interaction, view)

    async def end(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Ask whether it is to end for everybody."""
        interview_id, managed = int(match["interview"]), _managed(interaction)
        view = await self.bot.interviews.may_end(interview_id, person(interaction.user), managed)
        await reply(interaction, end_card(view), private=True)

    async def stop(self, interaction: Interaction, match: re.Match[str]) -> None:
        """End it, with the report."""
        interview_id, managed = int(match["interview"]), _managed(interaction)
        view = await self.bot.interviews.end(interview_id, person(interaction.user), managed)
        self._changed()
        message = interaction.message
        if view.session.timed and message is not None and message.flags.ephemeral:
            alone = view.session.format is Format.SOLO
            await replace_card(interaction, ended_alone_card(view) if alone else ended_card())
        else:
            await self._done(interaction, view)

    async def _done(self, interaction: Interaction, view: View) -> None:
        """What changed is drawn by itself, unless it is shown only here."""
        if view.session.timed:
            await interaction.response.defer()
            self._changed()
        else:
            await replace_card(interaction, await card_here(self.bot, view))
            await illustrate_reply(interaction, view)

    def _changed(self) -> None:
        self.bot.dispatch("interview_change")


def _managed(interaction: Interaction) -> int | None:
    """The server that whoever pressed manages, if it is this one."""
    return interaction.guild_id if interaction.permissions.manage_guild else None


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(InterviewsCog(bot))
