"""What the buttons beside Answer do: hints, pass, next, follow-ups, "I covered this", sharing, rating oneself."""

import re
from contextlib import suppress
from typing import get_args

import discord
from discord.ext import commands

from bot.client import NOT_STORED, Interaction, InterviewBot, PressHandler, first_value, submitted_values
from bot.domain.interview import Format
from bot.engine.sittings import SHARED_BEFORE, Rating
from bot.engine.wording import plural
from bot.errors import HandBack, StorageError, UserError
from bot.ui import custom_ids
from bot.ui.base import CardButton, barred_from_posting, person, place, replace_card, reply
from bot.ui.cards import hint_card, shared_card
from bot.ui.custom_ids import Form, Verb, ask_and_argument, form_pattern
from bot.ui.dailies import kept_card, shared_answer_card
from bot.ui.forms import dispute_form, reply_form
from bot.ui.questions import show_question
from bot.ui.reviews import show_review
from bot.ui.sessions import card_here, go_on_alone, illustrate_reply

RATINGS: tuple[Rating, ...] = get_args(Rating)


class SittingCog(commands.Cog):
    """One member's dealing with one ask, apart from answers and the reveal."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self._being_shared: set[int] = set()  # answers, against a second press in the same moment
        self._routes: dict[str, PressHandler] = {
            Verb.HINT: self.hint,
            Verb.PASS: self.pass_on,
            Verb.NEXT: self.next,
            Verb.FOLLOW_UP: self.follow_up,
            Verb.COVERED: self.covered,
            Verb.SHARE: self.share,
            Verb.SHARED: self.shared,
            Verb.WITHDRAW: self.withdraw,
            Verb.RATE: self.rate,
        }

    async def cog_load(self) -> None:
        """Register what presses and forms lead to."""
        CardButton.routes.update(self._routes)
        self.bot.add_modal_route(form_pattern(Form.DISPUTE), self.disputed)

    async def cog_unload(self) -> None:
        """The inverse."""
        for verb in self._routes:
            CardButton.routes.pop(verb, None)
        self.bot.remove_modal_route(form_pattern(Form.DISPUTE))

    async def hint(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Show the hints up to a stage; only a new one costs anything."""
        ask_id, stage = ask_and_argument(match)
        hinted = await self.bot.practice.hint(ask_id, person(interaction.user), stage)
        await reply(interaction, hint_card(hinted), private=True)

    async def pass_on(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Leave this question and put the next one."""
        ask_id, _ = ask_and_argument(match)
        who = person(interaction.user)
        if (await self.bot.practice.asked(ask_id, who)).ask.door == "interview":
            await self._pass_in_interview(interaction, ask_id)
            return
        await self.bot.practice.pass_on(ask_id, who)
        await self.next(interaction, match)

    async def _pass_in_interview(self, interaction: Interaction, ask_id: int) -> None:
        view = await self.bot.interviews.pass_on(ask_id, person(interaction.user))
        if not view.session.timed:
            await replace_card(interaction, await card_here(self.bot, view))
            await illustrate_reply(interaction, view)
            return
        if view.session.format is Format.SOLO:
            await interaction.response.defer()
        else:
            await interaction.response.send_message(
                "You pass on this one. You can still answer until the reveal.", ephemeral=True
            )
        self.bot.dispatch("interview_change")

    async def next(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Put the next question of the same kind, to this member alone: of their own interview, of those due, or any."""
        ask_id, _ = ask_and_argument(match)
        practice, who = self.bot.practice, person(interaction.user)
        before = await practice.asked(ask_id, who)
        if before.ask.door == "interview":
            view = await self.bot.interviews.of_ask(ask_id)
            if view is not None and view.session.format is Format.SOLO and not view.session.over:
                await go_on_alone(interaction, view, ask_id)
                return
        if before.ask.door == "review":
            await show_review(
                interaction, await self.bot.reviews.next(interaction.id, who, place(interaction))
            )
            return
        asked = await practice.following(interaction.id, who, place(interaction), before)
        await show_question(interaction, asked)

    async def follow_up(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Ask the probe of the heaviest point that is still open."""
        ask_id, _ = ask_and_argument(match)
        who = person(interaction.user)
        graded = await self.bot.sittings.last_graded(ask_id, who)
        probe = graded.probe
        if probe is None:
            raise UserError("Your last answer covers every point I could ask about. Press **Next** to go on.")
        await interaction.response.send_modal(reply_form(graded.asked, probe))

    async def covered(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Let the member say which points I overlooked."""
        ask_id, answer_id = ask_and_argument(match)
        graded = await self.bot.sittings.graded(ask_id, answer_id, person(interaction.user))
        if not graded.open_points:
            raise UserError("Every point of this answer is covered already.")
        await interaction.response.send_modal(dispute_form(graded))

    async def disputed(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Keep it with the answer."""
        ask_id, answer_id = ask_and_argument(match)
        who, values = person(interaction.user), submitted_values(interaction)
        note, points = (
            first_value(values, custom_ids.DISPUTE_NOTE),
            values.get(custom_ids.DISPUTED_POINTS, []),
        )
        try:
            graded = await self.bot.sittings.graded(ask_id, answer_id, who)
            fresh = await self.bot.sittings.dispute(graded, who, points, note)
        except UserError as error:
            raise HandBack(str(error), note) from error
        except StorageError as error:
            raise HandBack(NOT_STORED, note) from error
        if fresh:
            sentence = (
                f"Thank you. I noted {plural(fresh, 'point')} with your answer, for the people who look after the questions. "
                "Your grade stays for now."
            )
        else:
            sentence = "You told me that already. It is noted with your answer."
        await interaction.response.send_message(sentence, ephemeral=True)

    async def rate(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Keep how the member rates themselves."""
        ask_id, number = ask_and_argument(match)
        rating = RATINGS[min(number, len(RATINGS) - 1)]
        await self.bot.sittings.rate(ask_id, interaction.id, person(interaction.user), rating)
        await interaction.response.send_message(f"Noted: {rating}.", ephemeral=True)

    async def share(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Show the member's own answer to the channel."""
        ask_id, answer_id = ask_and_argument(match)
        guild_id = interaction.guild_id
        if guild_id is None or not interaction.is_guild_integration():
            raise UserError(
                "You can share an answer in a server that has Hotseat, in the channel of its question."
            )
        if not _may_write(interaction):
            raise UserError("You cannot write in this channel, so I cannot post your answer here.")
        if barred := barred_from_posting(interaction):
            raise barred
        if answer_id in self._being_shared:
            raise UserError(SHARED_BEFORE)
        self._being_shared.add(answer_id)
        try:
            who = person(interaction.user)
            graded = await self.bot.sittings.to_share(ask_id, answer_id, who, guild_id)
            if graded.asked.ask.is_open_daily:
                await self.bot.sittings.shared(graded, who)
                await reply(interaction, kept_card(graded), private=True)
                return
            await reply(interaction, shared_card(graded, interaction.user.display_name), private=False)
            with suppress(StorageError):  # it is shown; a second time would do no harm
                await self.bot.sittings.shared(graded, who)
        finally:
            self._being_shared.discard(answer_id)

    async def shared(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Show one of the answers that members share, to whoever pressed."""
        ask_id, number = ask_and_argument(match)
        who, guild_id = person(interaction.user), interaction.guild_id
        shared = await self.bot.sittings.shared_answer(ask_id, number, who, guild_id)
        removable = who.id == shared.graded.answer.member_id or interaction.permissions.manage_messages
        await reply(interaction, shared_answer_card(shared, removable=removable), private=True)

    async def withdraw(self, interaction: Interaction, match: re.Match[str]) -> None:
        """Remove a shared answer."""
        _, answer_id = ask_and_argument(match)
        moderated = interaction.guild_id if interaction.permissions.manage_messages else None
        await self.bot.sittings.withdraw(answer_id, person(interaction.user), moderated)
        try:
            await interaction.response.defer()
            await interaction.delete_original_response()
        except discord.NotFound as error:
            raise UserError("It is gone already.") from error


def _may_write(interaction: Interaction) -> bool:
    may = interaction.permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return may.send_messages_in_threads if in_thread else may.send_messages


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(SittingCog(bot))
