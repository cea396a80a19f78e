"""Answers that the tests give, made from the bank's own sentences."""

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.domain.question import Question

BANK = loader.load(bundled())
QUESTION = BANK.questions["dropout-training-vs-use"]
TOPIC = f"question:{QUESTION.id}"


def strong(question: Question = QUESTION, variant: int = 0) -> str:
    """An answer that covers every point; each `variant` says it differently."""
    return "\n".join(point.covered[variant] for point in question.points)
