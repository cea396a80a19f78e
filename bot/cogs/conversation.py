"""Plain text in the bot's DM: an answer to the question that is open there."""

import re
from datetime import datetime, timedelta

import discord
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.engine.answering import Submission
from bot.errors import UserError
from bot.ui.base import person
from bot.ui.custom_ids import ASK_PATTERN
from bot.ui.verdicts import show_verdict

LEAST_WORDS = 3  # "thanks!" and "ok, next" are no answers
HINT_EVERY = timedelta(hours=1)
HINT = "There is no open question here. Use `/ask` to get one, then just type your answer."
ANSWERABLE = (discord.MessageType.default, discord.MessageType.reply)


class ConversationCog(commands.Cog):
    """Listens in DMs only; Hotseat reads no messages anywhere else."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        # Lost in a restart, which costs a member one more hint at worst.
        self._hinted: dict[int, datetime] = {}

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """The fourth door besides commands, items and forms."""
        if message.guild is not None or message.author.bot or message.type not in ANSWERABLE:
            return
        self.bot.track()
        try:
            await self._typed(message)
        except UserError as error:
            await message.reply(str(error), mention_author=False)
        except Exception:  # noqa: BLE001 - nothing may stop the listener, and a member waits
            code = incident_code()
            log.exception("Incident %s", code)
            await message.reply(
                f"Something went wrong on my side (incident `{code}`). If your answer arrived, its grade will follow.",
                mention_author=False,
            )

    async def _typed(self, message: discord.Message) -> None:
        ask_id = replied_ask(message)
        if ask_id is None:
            ask_id = await self.bot.practice.typed_ask(message.channel.id)
        if ask_id is None:
            await self._hint(message)
            return
        if len(message.content.split()) < LEAST_WORDS:
            raise UserError(
                "That is very short for an answer, so I did not grade it. Write a few words more."
            )
        submission = Submission(message.id, message.content, "message", message.channel.id)
        answer = await self.bot.answering.receive(ask_id, person(message.author), submission)
        await show_verdict(self.bot, answer.id, message_id=message.id)

    async def _hint(self, message: discord.Message) -> None:
        now = message.created_at
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
