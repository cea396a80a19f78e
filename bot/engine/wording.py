"""What every front end says in the same words."""

from bot.domain.grade import NO_TRY, Flag, Sure
from bot.domain.scoring import Period

NOTICES = {
    Flag.COPY: "This is nearly word for word the model answer or somebody else's answer, so it earns nothing. "
    "Say it in your own words and it counts.",
    Flag.WITHHELD: "I am not sure enough about this answer to put a number on it. "
    "Compare it with the points below and judge for yourself; your day counts all the same.",
    Flag.CUT: "Your answer is longer than I can read; I graded the beginning.",
    Flag.EMPTY: "I found no words in this answer. Type what you know; even half a sentence can earn a point.",
    Flag.LANGUAGE: "I can only grade answers in English so far. Please try it in English; simple words will do.",
    Flag.LIST: "I left out a bare list of terms: naming them does not say anything about them. Tell me what each one does.",
    Flag.ECHO: "Your answer repeats the question, so there was nothing to grade yet. Tell me what you know.",
}
# Notices after which there is nothing to add about single points.
SAYS_IT_ALL = frozenset({Flag.COPY, *NO_TRY})
LOW = 3.0  # a score under it is met with encouragement first
PERIODS = {
    Period.WEEK: "this week (since Monday, UTC)",
    Period.MONTH: "this month (UTC)",
    Period.ALL: "all time",
}
SURE: dict[Sure, str] = {"guess": "Guessing", "fairly": "Fairly sure", "certain": "Certain"}


def repeated(text: str, most: int = 40) -> str:
    """What somebody typed, for a sentence to name: a space, and one line without anything invisible in backticks; else nothing."""
    line = " ".join(text.replace("`", "").split())
    shown = "".join(character for character in line if character.isprintable())[:most].strip()
    return f" `{shown}`" if shown else ""


def plural(count: int, noun: str) -> str:
    """`1 point`, `2 points`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
