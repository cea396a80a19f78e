"""Brings a verdict to its member: in place, now or after a restart, else at the next interaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from bot.client import Interaction, InterviewBot
from bot.engine.answering import Outcome
from bot.ui.base import person
from bot.ui.cards import verdict_card

log = logging.getLogger(__name__)

RETRY_AFTER_S = (1.0, 3.0, 9.0)
ORIGINAL = "@original"


async def show_verdict(bot: InterviewBot, answer_id: int, token: str | None = None) -> None:
    """Settle the answer if that is still to do, and show its verdict where it was given.

    `token` is that of the interaction which waits; after a restart it is read from the answer. (Two presses
    with the same text are one answer with one stored token, but both of them wait.)
    """
    outcome = await bot.answering.settle(answer_id)
    token = token or outcome.answer.token
    if token is None and outcome.answer.source == "form":
        await bot.answering.not_shown(answer_id)
        return
    try:
        await _persistently(lambda: _deliver(bot, outcome, token))
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        log.warning("The verdict on answer %s waits for its member's next interaction: %s", answer_id, error)
        await bot.answering.not_shown(answer_id)
    else:
        await bot.answering.shown(answer_id)


async def show_owed(interaction: Interaction) -> None:
    """Show verdicts that could not be shown before, after whatever the member asked for now."""
    answering = interaction.client.answering
    for answer_id in await answering.owed(person(interaction.user)):
        outcome = await answering.settle(answer_id)
        await interaction.followup.send(view=verdict_card(outcome), ephemeral=True)
        await answering.shown(answer_id)


async def _deliver(bot: InterviewBot, outcome: Outcome, token: str | None) -> None:
    answer, card = outcome.answer, verdict_card(outcome)
    if token is not None:
        # Built from the token, not from the interaction: one path before and after a restart.
        webhook = discord.Webhook.partial(bot.application_id or 0, token, client=bot)
        await webhook.edit_message(ORIGINAL, view=card)  # pyright: ignore[reportArgumentType, reportCallIssue] - Discord's own name for the first response
        return
    place = bot.get_partial_messageable(answer.channel_id, type=discord.ChannelType.private)
    replied_to = discord.MessageReference(
        message_id=answer.id, channel_id=answer.channel_id, fail_if_not_exists=False
    )
    # Should we die between sending and noting it, Discord knows the nonce and shows the card once.
    await place.send(view=card, reference=replied_to, nonce=str(answer.id))


async def _persistently(send: Callable[[], Awaitable[None]]) -> None:
    """Try again where Discord or the line to it failed for a moment."""
    for wait in RETRY_AFTER_S:
        try:
            return await send()
        except (discord.DiscordServerError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("Discord did not take a verdict (%s); trying again in %s s.", error, wait)
            await asyncio.sleep(wait)
    return await send()
