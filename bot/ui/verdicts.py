"""Brings a verdict to its member: in place, now or after a restart, else at the next interaction."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import discord

from bot.client import Interaction, InterviewBot
from bot.errors import StorageError
from bot.storage.answers import Answer
from bot.ui.base import Card, person
from bot.ui.cards import verdict_card

log = logging.getLogger(__name__)

# discord.py lets a lost connection through as it is.
NOT_DELIVERED = (discord.HTTPException, aiohttp.ClientError, TimeoutError)
WORTH_ANOTHER_TRY = (discord.DiscordServerError, aiohttp.ClientError, TimeoutError)
RETRY_AFTER_S = (1.0, 3.0, 9.0)
ORIGINAL = "@original"
NONCE_LIVES = timedelta(minutes=1)
LOOKED_AT = 50  # messages after the answer


# Answers whose verdict is on its way at this moment, so that nobody is shown it twice.
_on_their_way: Counter[int] = Counter()


async def show_verdict(
    bot: InterviewBot, answer_id: int, *, token: str | None = None, message_id: int | None = None
) -> None:
    """Settle the answer if that is still to do, and show its verdict where it was given.

    `token` is that of the interaction that waits, `message_id` the typed message; after a restart both are
    read from the answer. (The same text twice is one answer, but both times somebody waits.)
    """
    with _under_way(answer_id):
        outcome = await bot.answering.settle(answer_id)
        answer, card = outcome.answer, verdict_card(outcome)
        if message_id is None:
            token = token or answer.token
            message_id = answer.id if answer.source == "message" else None

        async def deliver() -> None:
            if token is not None:
                await _edit(bot, token, card)
            elif message_id is not None and not await _stands_there(bot, answer, message_id):
                # Should we die between sending and noting it, Discord knows the nonce for some minutes.
                await reply_in_dm(bot, answer.channel_id, message_id, view=card, nonce=str(message_id))

        try:
            if token is None and message_id is None:
                await bot.answering.not_shown(answer_id, None)
                return
            await persistently(deliver)
        except NOT_DELIVERED as error:
            log.warning(
                "The verdict on answer %s waits for its member's next interaction: %s", answer_id, error
            )
            await bot.answering.not_shown(answer_id, token)
        else:
            await _note_shown(bot, answer_id)


async def show_owed(interaction: Interaction) -> None:
    """Show verdicts that could not be shown before, after whatever the member asked for now."""
    answering = interaction.client.answering
    for answer_id in await answering.owed(person(interaction.user)):
        if answer_id in _on_their_way:
            continue
        with _under_way(answer_id):
            outcome = await answering.settle(answer_id)
            try:
                await interaction.followup.send(view=verdict_card(outcome), ephemeral=True)
            except NOT_DELIVERED as error:
                log.warning("The verdict on answer %s goes on waiting: %s", answer_id, error)
            else:
                await _note_shown(interaction.client, answer_id)


async def _note_shown(bot: InterviewBot, answer_id: int) -> None:
    try:
        await bot.answering.shown(answer_id)
    except StorageError as error:  # the member has it, which is what matters; they may be shown it once more
        log.warning("Nobody noted that the verdict on answer %s was shown: %s", answer_id, error)


@contextmanager
def _under_way(answer_id: int) -> Generator[None, None, None]:
    _on_their_way[answer_id] += 1
    try:
        yield
    finally:
        _on_their_way[answer_id] -= 1
        if not _on_their_way[answer_id]:
            del _on_their_way[answer_id]


async def _stands_there(bot: InterviewBot, answer: Answer, message_id: int) -> bool:
    """Whether an earlier run has sent the verdict on a typed answer, so long ago that its nonce is forgotten."""
    if bot.clock.now() - answer.received_at < NONCE_LIVES:
        return False
    place = bot.get_partial_messageable(answer.channel_id, type=discord.ChannelType.private)
    after = discord.Object(message_id)
    return any(
        [
            message.flags.components_v2 and message.reference and message.reference.message_id == message_id
            async for message in place.history(limit=LOOKED_AT, after=after)
            if bot.user and message.author.id == bot.user.id
        ]
    )


async def _edit(bot: InterviewBot, token: str, card: Card) -> None:
    # Built from the token, not from the interaction: one path before and after a restart.
    webhook = discord.Webhook.partial(bot.application_id or 0, token, client=bot)
    await webhook.edit_message(ORIGINAL, view=card)  # pyright: ignore[reportArgumentType, reportCallIssue] - Discord's own name for the first response


async def reply_in_dm(
    bot: InterviewBot,
    channel_id: int,
    message_id: int,
    **what: Any,  # noqa: ANN401 - a view or a content
) -> None:
    """Answer a message that was typed in a DM."""
    place = bot.get_partial_messageable(channel_id, type=discord.ChannelType.private)
    reference = discord.MessageReference(
        message_id=message_id, channel_id=channel_id, fail_if_not_exists=False
    )
    await place.send(reference=reference, **what)


async def persistently(send: Callable[[], Awaitable[None]]) -> None:
    """Try again where Discord or the line to it failed for a moment."""
    for wait in RETRY_AFTER_S:
        try:
            return await send()
        except WORTH_ANOTHER_TRY as error:
            log.warning("Discord did not take a verdict (%s); trying again in %s s.", error, wait)
            await asyncio.sleep(wait)
    return await send()
