"""Shows a question that was just asked, or takes it back where Discord does not."""

from bot.client import Interaction
from bot.engine.practice import Asked
from bot.ui.base import Card, reply
from bot.ui.cards import question_card
from bot.ui.verdicts import NOT_DELIVERED


async def show_question(interaction: Interaction, asked: Asked, card: Card | None = None) -> None:
    """Answer an interaction with the card of the question that it asked for; the usual one, unless it has another."""
    bot = interaction.client
    card = card or question_card(asked, bot.practice.picture(asked.question.prompt_formula))
    try:
        await reply(interaction, card, private=asked.ask.private)
    except NOT_DELIVERED:
        # Nobody has seen it: what is typed in the DM must not be graded against it.
        await bot.practice.close(asked)
        raise
    bot.answering.prepare(asked.question)
