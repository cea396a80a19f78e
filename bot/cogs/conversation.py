"""Plain text in the bot's DM: an answer to the question that is open there."""

import asyncio
import re
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.errors import StorageError, UserError
from bot.storage.answers import Answer
from bot.storage.typed import Typed
from bot.ui.base import person
from bot.ui.custom_ids import ASK_PATTERN
from bot.ui.verdicts import NOT_DELIVERED, reply_in_dm, show_verdict

HINT_EVERY = timedelta(hours=1)
TRY_AGAIN = timedelta(seconds=15)
HELD_UP = "I have your answer but cannot work on it just now. I go on by myself; you need not send it again."
HINT = "There is no open question here. Use `/ask` to get one, then just type your answer."
BETWEEN_QUESTIONS = (
    "No question of your interview is open at the moment, so I did not take this. **Next question** on the last card brings the "
    "next one."
)
ANSWERABLE = (discord.MessageType.default, discord.MessageType.reply)


class ConversationCog(commands.Cog):
    """Listens in DMs only; Hotseat reads no messages anywhere else."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        # Lost in a restart, which costs a member one more hint at worst.
        self._hinted: dict[int, datetime] = {}
        self._waiting: set[asyncio.Task[None]] = set()

    async def cog_load(self) -> None:
        """Go on with the answers that were being typed when the bot stopped."""
        for ask_id, member_id in await self.bot.bursts.unfinished():
            self._start(self._finish(ask_id, member_id, None))

    async def cog_unload(self) -> None:
        """What is still being typed is stored, and goes on after the next start."""
        for task in self._waiting:
            task.cancel()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """The fourth door besides commands, items and forms."""
        if message.guild is not None or message.author.bot or message.type not in ANSWERABLE:
            return
        self.bot.track()
        place = Typed(message.id, message.channel.id, message.content, message.created_at)
        try:
            await self._typed(message, place)
        except Exception as error:  # noqa: BLE001 - nothing may stop the listener, and a member waits
            await self._report(
                place, error, "I could not store this message. Please send it again in a minute."
            )

    async def _typed(self, message: discord.Message, typed: Typed) -> None:
        ask_id = replied_ask(message)
        if ask_id is None:
            ask_id = await self.bot.practice.typed_ask(message.channel.id)
        if ask_id is None:
            interview = await self.bot.interviews.alone(person(message.author))
            if interview is not None and interview.interview.place_id == message.channel.id:
                await message.channel.send(BETWEEN_QUESTIONS)
            else:
                await self._hint(message)
            return
        await self.bot.bursts.add(ask_id, person(message.author), typed)
        # Each message waits on its own; whichever finds the answer complete first closes it for all.
        self._start(self._finish(ask_id, message.author.id, typed.id))
        with suppress(*NOT_DELIVERED):  # shows that somebody listens; nothing depends on it
            await message.channel.typing()

    async def _finish(self, ask_id: int, member_id: int, message_id: int | None) -> None:
        """Wait until the answer is complete, close it and show its verdict; again and again if the database fails."""
        messages: Sequence[Typed] = ()
        answer: Answer | None = None
        last, told = 0, False
        while True:
            try:
                if answer is None:
                    messages = await self.bot.bursts.wait(ask_id, member_id)
                    if not messages:
                        return
                    self.bot.track()
                    last = messages[-1].id
                    answer = await self.bot.bursts.close(ask_id, member_id, last)
                if answer is not None and answer.held:  # its interview goes on, and shows it
                    self.bot.dispatch("interview_change")
                elif answer is not None:
                    await show_verdict(self.bot, answer.id, message_id=last)
            except StorageError as error:
                again = self.bot.clock.now() + TRY_AGAIN
                # Every message waits on its own; the last one speaks for all.
                if messages and last == message_id and not told:
                    told = True
                    await self._report(messages[-1], error, HELD_UP)
                await self.bot.clock.sleep_until(again)
            except Exception as error:  # noqa: BLE001 - one answer's trouble never touches another's
                if messages:
                    await self._report(messages[-1], error)
                else:
                    log.exception("Incident %s: a typed answer could not be read", incident_code())
                return
            else:
                return

    async def _report(self, message: Typed, error: Exception, not_stored: str = HELD_UP) -> None:
        """Answer a message with what went wrong. Never raises."""
        if isinstance(error, UserError):
            sentence = str(error)
        elif isinstance(error, StorageError):
            log.warning("The database failed: %s", error)
            sentence = not_stored
        else:
            code = incident_code()
            log.error("Incident %s", code, exc_info=error)
            sentence = f"Something went wrong on my side (incident `{code}`). If your answer arrived, its grade will follow."
        try:
            await reply_in_dm(self.bot, message.channel_id, message.id, content=sentence)
        except NOT_DELIVERED as trouble:
            log.warning("The member could not be told about: %r (%s)", error, trouble)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _hint(self, message: discord.Message) -> None:
        now = self.bot.clock.now()
        self._hinted = {member: at for member, at in self._hinted.items() if now - at < HINT_EVERY}
        if message.author.id not in self._hinted:
            self._hinted[message.author.id] = now
            await message.channel.send(HINT)


def replied_ask(message: discord.Message) -> int | None:
    """The ask whose card (question or verdict) a message replies to: the card's own buttons name it."""
    card = message.reference.resolved if message.reference else None
    if not isinstance(card, discord.Message):
        return None
    view = discord.ui.LayoutView.from_message(card, timeout=None)
    for item in view.walk_children():
        match = re.fullmatch(ASK_PATTERN, getattr(item, "custom_id", None) or "")
        if match:
            return int(match["id"])
    return None


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(ConversationCog(bot))
