"""Makes the cards of an interview say what its session says: thread, rounds, reveals, report."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord

from bot.client import Interaction, InterviewBot, log
from bot.domain.interview import ABANDONED, OVER, Format, Phase
from bot.engine.pictures import strength_sheet
from bot.engine.sessions import RoundView, View
from bot.ui.base import Card, person, reply
from bot.ui.custom_ids import Verb, ask_address
from bot.ui.dailies import message_url, stamp
from bot.ui.hot_seat import scores_outcome
from bot.ui.interviews import (
    TRANSCRIPT,
    lobby_card,
    only_counts,
    panel_outcome,
    report_card,
    reveal_card,
    round_card,
    round_state,
)
from bot.ui.posts import (
    PACE,
    THREAD_EXISTS,
    THREAD_NAME_LIMIT,
    THREAD_RESTS,
    carrying,
    own_message,
)
from bot.ui.solo import readiness_card, solo_reveal_card, solo_round_card
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED

UNKNOWN_MESSAGE = 10008
LEFT_ALONE = "It ended by itself, since nobody had done anything for half an hour."


async def draw(bot: InterviewBot, view: View, *, counts: bool = True) -> bool:
    """Bring everything up to date; what already is costs nothing. Raises what Discord raises.

    Without `counts` a card stays as it is if its only news is how many have answered. False if one did.
    """
    interview, session = view.interview, view.session
    if (
        session.phase is Phase.LOBBY or not session.timed
    ):  # an untimed one shows its cards from press to press
        return True
    if session.phase is Phase.CANCELLED:
        await _draw_lobby(bot, view)
        return True
    alone, place_id = session.format is Format.SOLO, interview.place_id
    if place_id is None:
        place_id = await _open_thread(bot, view)
        await bot.moderator.runs_in(interview.id, place_id)
        await _draw_lobby(bot, await bot.interviews.view(interview.id))
    place = bot.get_partial_messageable(place_id, guild_id=None if alone else interview.guild_id)
    left_out = False
    for round_ in view.rounds:
        if not counts and only_counts(round_.stored.shown, round_state(view, round_)):
            left_out = True
        else:
            await _draw_round(bot, view, round_, place)
    if session.phase in OVER and interview.report_id is None:
        await _draw_lobby(bot, view)
        await bot.moderator.reported(interview.id, await _report(bot, view, place))
        bot.dispatch("interview_reported", interview.id)
    return not left_out


async def current_card(bot: InterviewBot, view: View, round_: RoundView) -> Card:
    """The card of a round as it is to be shown now."""
    question, alone = round_.asked.question, view.session.format is Format.SOLO
    if not round_state(view, round_).startswith("revealed"):
        card = solo_round_card if alone else round_card
        return card(view, round_, bot.practice.picture(question.prompt_formula))
    picture = bot.practice.picture(question.formula)
    if alone:
        return solo_reveal_card(view, round_, await bot.reports.said(view, round_), picture)
    scores = await bot.reports.scores(round_)
    if scores is not None:
        return reveal_card(view, round_, scores_outcome(round_, scores), picture)
    found, said = await bot.reports.results(round_), await bot.reports.said(view, round_)
    return reveal_card(view, round_, panel_outcome(view, round_, found, said), picture)


async def card_here(bot: InterviewBot, view: View) -> Card:
    """What an interview shows whoever goes through it alone, from press to press."""
    found = (await bot.moderator.advance(view.interview.id)).view
    bot.dispatch("interview_change")
    if found.session.over or found.round is None:
        return await final_card(bot, found)
    return await current_card(bot, found, found.round)


async def go_on_alone(interaction: Interaction, view: View, ask_id: int) -> None:
    """Whoever goes through an interview alone has seen what came of a question, and goes on to the next."""
    bot, round_ = interaction.client, view.round
    if round_ is not None and round_.asked.ask.id == ask_id and view.session.phase is Phase.REVEALED:
        who = person(interaction.user)
        view = await bot.interviews.next(view.interview.id, who, view.session.step)
    if not view.session.timed:
        await reply(interaction, await card_here(bot, view), private=True)
        await illustrate_reply(interaction, view)
        return
    await interaction.response.defer()
    bot.dispatch("interview_change")


async def final_card(bot: InterviewBot, view: View) -> Card:
    """The report, in words: nobody waits for a picture."""
    return await _final_card(bot, view, None)


async def illustrate(bot: InterviewBot, view: View, show: Callable[[Card], Awaitable[object]]) -> None:
    """Add the picture to a report that was given; without one it stays as it is."""
    report = await bot.reports.report(view)
    title = "Readiness by area" if view.session.format is Format.SOLO else "The group's strength by area"
    sheet = strength_sheet(title, report.strength)
    picture = await bot.pictures.draw(sheet) if sheet.shows_something else None
    if picture is None:
        return
    try:
        await show(await _final_card(bot, view, picture))
    except NOT_DELIVERED as error:  # they have the words
        log.warning("The picture of interview %s could not be shown: %s", view.interview.id, error)


async def illustrate_post(bot: InterviewBot, interview_id: int) -> None:
    """Add the picture to a report that was posted."""
    view = await bot.interviews.view(interview_id)
    interview = view.interview
    if interview.place_id is None or interview.report_id is None:
        return
    guild_id = None if view.session.format is Format.SOLO else interview.guild_id
    place = bot.get_partial_messageable(interview.place_id, guild_id=guild_id)
    message = place.get_partial_message(interview.report_id)

    async def show(card: Card) -> None:
        async with PACE:
            await message.edit(view=card, attachments=card.files)

    await illustrate(bot, view, show)


async def illustrate_reply(interaction: Interaction, view: View) -> None:
    """Add the picture to a report that was the answer to a press, if this one was."""
    found = await interaction.client.interviews.view(view.interview.id)
    if not found.session.timed and found.session.over:
        await illustrate(
            interaction.client,
            found,
            lambda card: interaction.edit_original_response(view=card, attachments=card.files),
        )


async def _final_card(bot: InterviewBot, view: View, picture: bytes | None) -> Card:
    report = await bot.reports.report(view)
    note = LEFT_ALONE if bot.clock.now() - view.session.touched >= ABANDONED else ""
    return (readiness_card if view.session.format is Format.SOLO else report_card)(report, note, picture)


async def _draw_round(
    bot: InterviewBot, view: View, round_: RoundView, place: discord.PartialMessageable
) -> None:
    stored, state = round_.stored, round_state(view, round_)
    if stored.shown == state:
        return
    card = await current_card(bot, view, round_)
    message_id = stored.message_id
    if message_id is None and stored.tried_at is not None:
        address = ask_address(round_.asked.ask.id, Verb.ANSWER)
        message_id = await own_message(bot, place, stored.tried_at, carrying(address))
    if message_id is not None and not await _edited(place, message_id, card):
        card, message_id = await current_card(bot, view, round_), None  # its files are used up
    if message_id is None:
        await bot.moderator.trying(view, stored.number)
        async with PACE:
            sent = await place.send(view=card, files=card.files, nonce=f"r{round_.asked.ask.id}-{state[:4]}")
        message_id = sent.id
    await bot.moderator.drawn(view, stored.number, message_id, state)
    if (
        view.session.format is not Format.SOLO
        and stored.shown.startswith("open")
        and state.startswith("revealed:")
    ):
        await _announce(view, round_, place, message_id)


async def _announce(
    view: View, round_: RoundView, place: discord.PartialMessageable, message_id: int
) -> None:
    """Whoever reads the newest messages does not see that an older one has changed."""
    deadline, url = view.session.deadline, message_url(view.interview.guild_id or 0, place.id, message_id)
    following = "" if round_.last or deadline is None else f" The next question comes {stamp(deadline, 'R')}."
    text = f"Question {round_.stored.number} is revealed: grades and model answer stand [on its card]({url}).{following}"
    with suppress(discord.HTTPException):  # it only points the way
        async with PACE:
            await place.send(text, nonce=f"v{round_.asked.ask.id}", suppress_embeds=True)


async def _edited(place: discord.PartialMessageable, message_id: int, card: Card) -> bool:
    """False if somebody has deleted the message."""
    try:
        async with PACE:
            await place.get_partial_message(message_id).edit(view=card, attachments=card.files)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        return False
    return True


async def _report(bot: InterviewBot, view: View, place: discord.PartialMessageable) -> int:
    """Post the report, unless an earlier try did; the id of its message."""
    tried_at = view.interview.reported_at
    if tried_at is not None:
        found = await own_message(bot, place, tried_at, _is_report)
        if found is not None:
            return found
    await bot.moderator.reporting(view.interview.id)
    card = await final_card(bot, view)
    async with PACE:
        sent = await place.send(view=card, files=card.files, nonce=f"e{view.interview.id}")
    return sent.id


def _is_report(message: discord.Message) -> bool:
    return any(attachment.filename == TRANSCRIPT for attachment in message.attachments)


async def _draw_lobby(bot: InterviewBot, view: View) -> None:
    interview = view.interview
    if interview.lobby_id is None:
        return
    channel = bot.get_partial_messageable(interview.channel_id, guild_id=interview.guild_id)
    try:
        async with PACE:
            await channel.get_partial_message(interview.lobby_id).edit(view=lobby_card(view))
    except discord.NotFound:
        log.info("The lobby of interview %s is gone.", interview.id)


async def _open_thread(bot: InterviewBot, view: View) -> int:
    """The place where it runs: a thread at the lobby, or the channel itself where there can be none."""
    interview = view.interview
    guild = bot.get_guild(interview.guild_id or 0)
    channel = guild and guild.get_channel(interview.channel_id)
    if not isinstance(channel, discord.TextChannel) or interview.lobby_id is None:
        return interview.channel_id
    may = channel.permissions_for(channel.guild.me)
    if not (may.create_public_threads and may.send_messages_in_threads):
        return interview.channel_id
    name = clip(f"Mock interview: {view.session.rounds} questions", THREAD_NAME_LIMIT)
    try:
        async with PACE:
            thread = await channel.get_partial_message(interview.lobby_id).create_thread(
                name=name, auto_archive_duration=THREAD_RESTS
            )
    except discord.HTTPException as error:
        if error.code == THREAD_EXISTS:  # an earlier try made it; it has the id of its message
            return interview.lobby_id
        log.info("Interview %s runs in its channel: %s", interview.id, error)
        return interview.channel_id
    return thread.id
