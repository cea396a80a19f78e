"""What a bundled question needs beyond the schema, so that it can be graded and is worth asking."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.bank.loader import Bank, formula_digest
from bot.bank.mistakes import Mistake
from bot.bank.schema import json_schema
from bot.domain.question import ExampleKind, Question

LEAST_COVERED, LEAST_MISSED, LEAST_WRONG = 12, 5, 8
POINTS, MISCONCEPTIONS, HINTS = range(4, 7), range(3, 7), range(2, 4)
ANSWER_LENGTH = range(700, 1701)
_CODE = re.compile(r"`[^`]*`")
WANTED = ("title", "why", "approach", "tags", "covers", "sources")


def standard_mistakes(bank: Bank) -> list[Mistake]:
    """Where bundled questions fall short of the standard, and which files made from them are stale."""
    mistakes = [mistake for question in bank.questions.values() for mistake in _question(question)]
    mistakes += [mistake for question in bank.questions.values() for mistake in _pictures(bank, question)]
    return mistakes + _stale_schema(bank.folder)


def _question(question: Question) -> list[Mistake]:
    return [
        Mistake(f"{question.area}.toml", question.id, field, sentence)
        for field, sentence in (
            *_fields(question),
            *_rubric(question),
            *_spoilers(question),
            *_examples(question),
            *_repeated(question),
        )
    ]


def _fields(question: Question) -> Iterator[tuple[str, str]]:
    for field in WANTED:
        if not getattr(question, field):
            yield field, "a bundled question needs this field."
    for field, found, wanted, unit in (
        ("points", len(question.points), POINTS, ""),
        ("misconceptions", len(question.misconceptions), MISCONCEPTIONS, ""),
        ("hints", len(question.hints), HINTS, ""),
        ("answer", len(question.answer), ANSWER_LENGTH, " characters"),
    ):
        if found not in wanted:
            yield field, f"there are {found}{unit}; the standard is {wanted.start} to {wanted.stop - 1}."


def _spoilers(question: Question) -> Iterator[tuple[str, str]]:
    """In Discord what stands between two double bars is hidden."""
    shown = [
        ("prompt", question.prompt),
        ("why", question.why),
        ("answer", question.answer),
        *((f"hints.{place}", text) for place, text in enumerate(question.hint_stages)),
        *((f"points.{one.id}", f"{one.says} {one.probe}") for one in question.points),
        *((f"misconceptions.{one.id}.says", one.says) for one in question.misconceptions),
    ]
    for field, text in shown:
        if "||" in _CODE.sub("", text):
            yield field, "|| hides text in Discord; write ‖, or put the formula between backticks."


def _rubric(question: Question) -> Iterator[tuple[str, str]]:
    denied = {point for misconception in question.misconceptions for point in misconception.voids}
    for point in question.points:
        if not point.probe:
            yield f"points.{point.id}.probe", "write a question that names the point without telling it."
        if point.id not in denied:
            said = "no misconception voids this point; write how a confident candidate gets it wrong."
            yield f"points.{point.id}", said
    counted = [
        *((f"points.{point.id}.covered", point.covered, LEAST_COVERED) for point in question.points),
        *((f"points.{point.id}.missed", point.missed, LEAST_MISSED) for point in question.points),
        *((f"misconceptions.{one.id}.wrong", one.wrong, LEAST_WRONG) for one in question.misconceptions),
    ]
    for field, sentences, least in counted:
        if len(sentences) < least:
            yield field, f"there are {len(sentences)} sentences; at least {least} are needed."


def _examples(question: Question) -> Iterator[tuple[str, str]]:
    for kind in ExampleKind:
        if kind not in {example.kind for example in question.examples}:
            yield "examples", f"there is no {kind} example; write one from the prompt alone."


def _repeated(question: Question) -> Iterator[tuple[str, str]]:
    """A sentence that stands twice teaches the grader nothing, or the opposite.

    One that covers several points stands under each of them.
    """
    right = [(f"points.{one.id}.covered", line.casefold()) for one in question.points for line in one.covered]
    wrong = [
        (f"misconceptions.{one.id}.wrong", line.casefold())
        for one in question.misconceptions
        for line in one.wrong
    ]
    near = {(f"points.{one.id}.missed", line.casefold()) for one in question.points for line in one.missed}
    again = {entry for entry, count in Counter(right).items() if count > 1}
    counts = Counter(line for _, line in wrong) + Counter({line for _, line in right})
    for field, line in (*right, *wrong):
        if counts[line] > 1 or (field, line) in again:
            yield field, f'this sentence stands twice in the question: "{line}".'
    for field, line in near:
        if (field.replace(".missed", ".covered"), line) in right:
            yield field, f'this sentence stands under covered, too: "{line}".'


def _pictures(bank: Bank, question: Question) -> list[Mistake]:
    return [
        Mistake(
            f"{question.area}.toml",
            question.id,
            field,
            f"its picture formulas/{formula_digest(formula)}.png is missing; run `make assets`.",
        )
        for field, formula in (("formula", question.formula), ("prompt_formula", question.prompt_formula))
        if formula and bank.picture(formula) is None
    ]


def _stale_schema(folder: Path) -> list[Mistake]:
    path = folder / "schema.json"
    if path.is_file() and path.read_text(encoding="utf-8") == json_schema():
        return []
    return [Mistake(path.name, "", "", "the schema does not match the format any more; run `make assets`.")]
