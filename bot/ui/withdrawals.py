"""Takes messages of ours out of channels: answers that a member shares, cards that lead nowhere any more."""

import asyncio
from collections.abc import Sequence

import aiohttp
import discord

from bot.client import InterviewBot, log
from bot.engine.privacy import Post
from bot.storage.privacy import SharedPost
from bot.ui.custom_ids import Verb, ask_address
from bot.ui.posts import PACE, carrying, own_message

PATIENCE_S = 120.0
TROUBLE = (discord.HTTPException, aiohttp.ClientError, TimeoutError)


async def remove_shared(bot: InterviewBot, posts: Sequence[SharedPost]) -> Sequence[SharedPost]:
    """Delete these where they stand; returns those that may still stand there."""
    left = list(posts)
    try:
        async with asyncio.timeout(PATIENCE_S):
            for post in posts:
                if await _remove_one(bot, post):
                    left.remove(post)
    except TimeoutError:
        log.warning("%s shared answers were left in their channels: it took too long.", len(left))
    return left


async def remove_cards(bot: InterviewBot, cards: Sequence[Post]) -> None:
    """Delete these, as far as possible."""
    for card in cards:
        try:
            await _delete(bot, card)
        except TROUBLE as error:
            log.info("Message %s stays in channel %s: %s", card.message_id, card.channel_id, error)


async def _remove_one(bot: InterviewBot, post: SharedPost) -> bool:
    """Nobody noted the message's id: it is found by its button."""
    address = ask_address(post.ask_id, Verb.WITHDRAW, post.answer_id)
    for channel_id in post.channels:
        place = bot.get_partial_messageable(channel_id, guild_id=post.guild_id)
        try:
            message_id = await own_message(bot, place, post.at, carrying(address))
            if message_id is not None:
                await _delete(bot, Post(channel_id, post.guild_id, message_id))
        except discord.NotFound:  # the channel or the message is gone
            continue
        except TROUBLE as error:
            log.warning("The shared answer %s stays in channel %s: %s", post.answer_id, channel_id, error)
            return False
    return True


async def _delete(bot: InterviewBot, post: Post) -> None:
    place = bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
    async with PACE:
        await place.get_partial_message(post.message_id).delete()
