"""Cards of reviews and reminders: within Discord's limits, exact in number, and with the way on."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.engine.library import Version
from bot.engine.practice import Asked
from bot.engine.reminders import Reminder
from bot.engine.reviews import Rest, Review
from bot.storage.asks import Ask
from bot.ui.base import Card
from bot.ui.custom_ids import BUTTON_PATTERN
from bot.ui.reminders import reminder_card
from bot.ui.reviews import rest_card, review_card

NOW = datetime(2026, 3, 2, tzinfo=UTC)
BANK = loader.load(bundled())
LONGEST = max(BANK.questions.values(), key=lambda one: len(one.prompt))
ASKED = Asked(
    Ask(2**62, LONGEST.id, "d", 1, 2, 3, True, False, NOW, door="review"), Version(LONGEST, "d", "{}")
)


def nodes(component: Any) -> Iterator[dict[str, Any]]:
    if isinstance(component, list):
        for one in component:
            yield from nodes(one)
    elif isinstance(component, dict):
        yield component
        yield from nodes(component.get("components"))


def read(card: Card) -> tuple[str, list[str]]:
    """The text and the labels of the buttons, of a card that Discord takes."""
    found = list(nodes(card.to_components()))
    text = "\n".join(node["content"] for node in found if "content" in node)
    assert card.is_finished()
    assert len(text) <= 4000
    buttons = [node for node in found if "custom_id" in node]
    assert all(re.fullmatch(BUTTON_PATTERN, node["custom_id"]) for node in buttons)
    assert all(len(node.get("components", [])) <= 5 for node in found if node.get("type") == 1)
    return text, [node["label"] for node in buttons]


@pytest.mark.parametrize(
    ("review", "head"),
    [
        (Review(ASKED, 3, 0, 9), "-# Review · 3 due, about 9 minutes"),
        (Review(ASKED, 1, 0, 1), "-# Review · 1 due, about 1 minute"),
        (Review(ASKED, 10, 13, 31), "-# Review · 10 of 23 due today, about 31 minutes"),
    ],
)
async def test_a_review_says_how_many_are_due_and_how_long_they_take(review: Review, head: str):
    text, labels = read(review_card(review, BANK.picture(LONGEST.prompt_formula)))
    assert text.startswith(f"{head}\n")
    assert "Easier one" not in labels


async def test_a_leech_has_a_way_round_it():
    text, labels = read(review_card(Review(ASKED, 1, 0, 3, 5, LONGEST), None))
    assert "did not stick: 5 times by now" in text
    assert LONGEST.title in text
    assert labels[-1] == "Easier one"
    text, labels = read(review_card(Review(ASKED, 1, 0, 3, 5), None))
    assert "say it once in your own words" in text
    assert "Easier one" not in labels


@pytest.mark.parametrize(
    ("rest", "says", "labels"),
    [
        (
            Rest(0, 0, 0, None),
            "### Nothing to review yet\nWhat you answer comes here again",
            ["Ask me something new"],
        ),
        (
            Rest(0, 0, 0, NOW),
            f"### Nothing due\nNothing is due until <t:{NOW.timestamp():.0f}:D>",
            ["Ask me something new"],
        ),
        (Rest(1, 0, 0, NOW), "You reviewed 1 question today. Nothing is due until", ["Ask me something new"]),
        (
            Rest(10, 1, 3, NOW),
            "1 more question is due and can wait until tomorrow; the next one takes about 3 minutes.",
            ["Go on", "Ask me something new"],
        ),
        (
            Rest(10, 7, 21, NOW),
            "7 more questions are due and can wait until tomorrow",
            ["Go on", "Ask me something new"],
        ),
    ],
)
async def test_the_end_of_a_review_says_when_to_come_back(rest: Rest, says: str, labels: list[str]):
    text, found = read(rest_card(rest))
    assert says in text
    assert found == labels


@pytest.mark.parametrize(
    ("reminder", "says", "missing", "button"),
    [
        (
            Reminder(1, 5, False, 0, 0, "d"),
            "Your streak of **5 days** waits for today",
            "review",
            "Ask me one",
        ),
        (Reminder(1, 5, True, 0, 0, "d"), "A freeze would hold it.", "review", "Ask me one"),
        (Reminder(1, 0, False, 3, 9, "d"), "**3 reviews** are due, about 9 minutes.", "streak", "Review"),
        (Reminder(1, 0, False, 1, 3, "d"), "**1 review** is due, about 3 minutes.", "streak", "Review"),
    ],
)
async def test_a_reminder_says_what_there_is_to_do(reminder: Reminder, says: str, missing: str, button: str):
    text, labels = read(reminder_card(reminder))
    assert says in text
    assert missing not in text.split("\n", 1)[1]
    assert labels == [button, "Settings"]


async def test_a_reminder_of_both_is_one_message():
    text, labels = read(reminder_card(Reminder(1, 12, False, 3, 9, "d")))
    assert "12 days" in text
    assert "3 reviews" in text
    assert labels == ["Review", "Settings"]
