"""Every card of every bundled question stays within Discord's limits and gives nothing away too early."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.domain.grade import Claim, Flag, Grade, Mark, Verdict
from bot.domain.scoring import Period
from bot.domain.scoring import Place as Rank
from bot.engine.answering import Outcome
from bot.engine.library import Version
from bot.engine.practice import Asked, Hinted
from bot.engine.progress import Board, StreakView
from bot.engine.settlement import Settled
from bot.engine.sittings import Graded
from bot.storage.answers import Answer
from bot.storage.asks import Ask
from bot.ui.boards import COLUMNS, board_card, help_card
from bot.ui.cards import hint_card, question_card, reveal_card, shared_card, verdict_card
from bot.ui.custom_ids import BUTTON_PATTERN, Form, form_pattern
from bot.ui.forms import answer_form, dispute_form, reply_form
from bot.ui.streaks import streak_card
from bot.ui.text import quote, visible

NOW = datetime(2026, 3, 2, tzinfo=UTC)
BANK = loader.load(bundled())
QUESTIONS = list(BANK.questions.values())
LONG_ID = 2**62


def asked(question, **options) -> Asked:
    ask = Ask(
        LONG_ID, question.id, "d", 1, 2, 3, options.get("private", False), options.get("dm", False), NOW
    )
    return Asked(ask, Version(question, "d", "{}", retired=options.get("retired", False)))


def outcome(question, mark: Mark, evidence: str = "x" * 4000, **options: Any) -> Outcome:
    wrong = question.misconceptions[0].id if question.misconceptions else None
    verdicts = tuple(
        Verdict(point.id, mark, 0.5, evidence, wrong if mark is Mark.WRONG else None)
        for point in question.points
    )
    claims = tuple(Claim(one.id, evidence, 0.9) for one in question.misconceptions)
    grade = Grade(options.get("score", 7.5), verdicts, claims, options.get("flags", ()))
    answer = Answer(1, LONG_ID, 1, "form", evidence, "d", None, 3, "t", NOW, "UTC", "2026-03-02")
    settled = Settled(grade, 12, 46, 3, 1, options.get("locked", False))
    return Outcome(answer, asked(question, **options), settled)


def nodes(component: Any) -> Iterator[dict[str, Any]]:
    if isinstance(component, list):
        for one in component:
            yield from nodes(one)
    elif isinstance(component, dict):
        yield component
        for key in ("components", "component", "accessory", "items"):
            yield from nodes(component.get(key))


def text_of(card) -> str:
    return "\n".join(node["content"] for node in nodes(card.to_components()) if "content" in node)


def check(card) -> None:
    assert card.is_finished()  # else discord.py keeps it
    components = [node for node in nodes(card.to_components()) if "type" in node]
    assert len(components) <= 40
    assert 1 <= sum(len(node["content"]) for node in components if "content" in node) <= 4000
    for node in components:
        if node["type"] == 10:
            assert node["content"].strip()
        if "custom_id" in node:
            assert re.fullmatch(BUTTON_PATTERN, node["custom_id"])
            assert len(node["custom_id"]) <= 100
            assert len(node["label"]) <= 80
    for item in card.files:
        assert len(item.description) <= 1024


def check_form(form, pattern: str) -> None:
    assert re.fullmatch(pattern, form.custom_id)
    assert len(form.title) <= 45
    assert len(form.children) <= 5
    assert form.is_finished()
    for node in nodes(form.to_dict()["components"]):
        for option in node.get("options", []):
            assert 1 <= len(option["label"]) <= 100
        assert len(node.get("label") or "") <= 45
        assert len(node.get("description") or "") <= 100


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
async def test_every_question_fits_every_card(question):
    picture = BANK.picture(question.formula)
    assert bool(picture) == bool(question.formula)
    for options in ({}, {"private": True}, {"dm": True}):
        check(question_card(asked(question, **options), BANK.picture(question.prompt_formula)))
    check(reveal_card(asked(question), picture))
    for mark in Mark:
        check(verdict_card(outcome(question, mark, retired=True, flags=tuple(Flag))))
        check(verdict_card(outcome(question, mark, evidence="ok", score=None, locked=True)))
    stages = question.hint_stages
    for taken in range(1, len(stages) + 1):
        check(hint_card(Hinted(asked(question), stages[:taken], 6, locked=taken == 1)))
    shown = outcome(question, Mark.MISSED, evidence="`||x" * 1000)
    graded = Graded(asked(question), shown.answer, shown.settled)
    check(shared_card(graded, "A" * 200))
    check_form(answer_form(asked(question), "y" * 5000), form_pattern(Form.SUBMIT))
    for point in question.points:
        check_form(reply_form(asked(question), point), form_pattern(Form.REPLY))
    check_form(dispute_form(graded), form_pattern(Form.DISPUTE))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_a_missed_point_is_named_by_its_probe_before_the_reveal(question):
    for mark in (Mark.MISSED, Mark.PARTLY, Mark.NOT_SURE):
        bare = Grade(1.0, tuple(Verdict(point.id, mark, 0.1) for point in question.points))
        shown = outcome(question, mark)
        shown = Outcome(shown.answer, shown.asked, Settled(bare, 1, 1, 1, 1, locked=False))
        text = text_of(verdict_card(shown))
        for point in question.points:
            assert point.probe in text
            assert point.says not in text
            assert f"**{mark}**" in text


def test_the_reveal_keeps_every_part_of_the_model_answer():
    for question in QUESTIONS:
        text = text_of(reveal_card(asked(question), None))
        assert question.answer.strip() in text
        assert all(point.says in text for point in question.points)
        assert all(source in text for source in question.sources)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@everyone `` ```x``` ", "`@everyone ˋˋ ˋˋˋxˋˋˋ`"),
        ("a\nb\u202egnp.exe\u200b", "`a bgnp.exe`"),
        ("\u200b\u202e", "`…`"),
        ("[free](https://example.org)", "`[free](https://example.org)`"),
        ("x" * 50, f"`{'x' * 9}…`"),
    ],
)
def test_members_words_are_shown_as_data(typed, shown):
    assert quote(typed, 10 if typed == "x" * 50 else 100) == shown


async def test_board_rows_fit_a_phone_and_names_cannot_break_out():
    names = ["`" * 40, "Ann", "\u202eevil", "名" * 30, "A" * 32]
    top = [Rank(number, number, name, 1234567) for number, name in enumerate(names, 1)]
    board = Board(Period.WEEK, False, top, None)
    text = text_of(board_card(board))
    rows = text.split("```")[1].strip("\n").splitlines()
    assert len(rows) == len(names)
    assert all(len(row) <= COLUMNS for row in rows)
    assert text.count("```") == 2
    check(board_card(board))


async def test_small_cards():
    check(help_card())
    for period in Period:
        check(board_card(Board(period, True, [], Rank(0, 1, "Ann", 3), 7, hidden=True)))
    for view in (StreakView(0, 0, False, "UTC", 0), StreakView(3, 5, True, "Asia/Kathmandu", 12)):
        check(streak_card(view))
    assert "3 days" in text_of(streak_card(StreakView(3, 5, False, "UTC", 1)))
    assert visible("a\tb") == "a b"
