"""Which question comes next."""

from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.draw import Seen, pick
from bot.domain.question import KeyPoint, Level, Question

NOW = datetime(2026, 3, 2, tzinfo=UTC)
A, B, C = (
    Question(name, "area", name, Level.BASIC, "prompt", "answer", (KeyPoint("p", "says"),)) for name in "abc"
)


def test_unseen_questions_come_first():
    seen = {"a": Seen(NOW, 1.0), "c": Seen(NOW, None)}
    assert {pick([A, B, C], seen, (), Random(seed)).id for seed in range(20)} == {"b"}


def test_every_unseen_question_has_a_chance():
    assert {pick([A, B, C], {}, (), Random(seed)).id for seed in range(40)} == {"a", "b", "c"}


def test_then_the_weakest_and_of_these_the_oldest():
    seen = {"a": Seen(NOW, 3.0), "b": Seen(NOW - timedelta(days=1), 3.0), "c": Seen(NOW, 9.0)}
    assert pick([A, B, C], seen, (), Random(1)) is B


def test_a_channel_does_not_hear_a_question_twice_unless_nothing_else_is_left():
    assert pick([A, B], {"b": Seen(NOW, 9.0)}, ["a"], Random(1)) is B
    assert pick([A], {}, ["a"], Random(1)) is A
