"""Plain text in the bot's DM: an answer to the question that is open there."""

from datetime import datetime, timedelta

import discord
from discord.ext import commands

from bot.client import InterviewBot, incident_code, log
from bot.engine.answering import Submission
from bot.errors import UserError
from bot.ui.base import person
from bot.ui.verdicts import show_verdict

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
        reference = message.reference.message_id if message.reference else None
        ask_id = await self.bot.practice.typed_ask(message.channel.id, reference)
        if ask_id is None:
            await self._hint(message)
            return
        submission = Submission(message.id, message.content, "message", message.channel.id)
        answer = await self.bot.answering.receive(ask_id, person(message.author), submission)
        await show_verdict(self.bot, answer.id)

    async def _hint(self, message: discord.Message) -> None:
        now = message.created_at
        self._hinted = {member: at for member, at in self._hinted.items() if now - at < HINT_EVERY}
        if message.author.id not in self._hinted:
            self._hinted[message.author.id] = now
            await message.channel.send(HINT)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py when the cog is loaded."""
    await bot.add_cog(ConversationCog(bot))
