"""Makes the cards of an interview say what its session says: thread, rounds, reveals, report."""

import discord

from bot.client import InterviewBot, log
from bot.domain.interview import OVER, Phase
from bot.engine.interviews import RoundView, View
from bot.ui.custom_ids import Verb, ask_address
from bot.ui.interviews import lobby_card, report_card, reveal_card, round_card, round_state
from bot.ui.posts import PACE, THREAD_EXISTS, THREAD_NAME_LIMIT, THREAD_RESTS, own_message
from bot.ui.text import clip

Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


async def draw(bot: InterviewBot, view: View) -> None:
    """Bring everything up to date; what already is costs nothing. Raises what Discord raises."""
    interview, session = view.interview, view.session
    if session.phase is Phase.LOBBY:
        return
    if session.phase is Phase.CANCELLED:
        await _draw_lobby(bot, view)
        await bot.interviews.rest(view)
        return
    place_id = interview.place_id
    if place_id is None:
        place_id = await _open_thread(bot, view)
        await bot.interviews.runs_in(interview.id, place_id)
        await _draw_lobby(bot, await bot.interviews.view(interview.id))
    place = bot.get_partial_messageable(place_id, guild_id=interview.guild_id)
    for round_ in view.rounds:
        await _draw_round(bot, view, round_, place)
    if session.phase in OVER and interview.report_id is None:
        await _draw_lobby(bot, view)
        card = report_card(await bot.reports.report(view))
        async with PACE:
            sent = await place.send(view=card, files=card.files, nonce=f"e{interview.id}")
        await bot.interviews.reported(interview.id, sent.id)


async def _draw_round(
    bot: InterviewBot, view: View, round_: RoundView, place: discord.PartialMessageable
) -> None:
    stored, state = round_.stored, round_state(view, round_)
    if stored.shown == state:
        return
    practice, question = bot.practice, round_.asked.question
    if state.startswith("revealed"):
        found, said = await bot.reports.results(round_), await bot.reports.said(view, round_)
        card = reveal_card(view, round_, found, said, practice.picture(question.formula))
    else:
        card = round_card(view, round_, practice.picture(question.prompt_formula))
    message_id = stored.message_id
    if message_id is None and stored.tried_at is not None:
        address = ask_address(round_.asked.ask.id, Verb.ANSWER)
        message_id = await own_message(bot, place, stored.tried_at, address)
    if message_id is None:
        await bot.interviews.trying(view, stored.number)
        async with PACE:
            sent = await place.send(view=card, files=card.files, nonce=f"r{round_.asked.ask.id}")
        message_id = sent.id
    else:
        async with PACE:
            await place.get_partial_message(message_id).edit(view=card, attachments=card.files)
    await bot.interviews.drawn(view, stored.number, message_id, state)


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
    guild = bot.get_guild(interview.guild_id)
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
