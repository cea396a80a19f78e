"""Grades answers that come from the command line: one to read, or many, line by line."""

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from bot.bank.loader import Bank
from bot.domain.grade import Grade
from bot.domain.question import Question
from bot.errors import UserError
from bot.grading.grader import Grader


def grade_one(bank: Bank, question_id: str | None, answer: str, *, as_json: bool) -> int:
    """Grade one answer and print the verdict, for people or as JSON. Raises UserError for an unknown question."""
    question = bank.questions.get(question_id or "")
    if question is None:
        known = "\n".join(f"  {one}" for one in bank.questions)
        raise UserError(f"There is no question {question_id!r}. The bank has:\n{known}")
    grade = Grader().grade(question, answer)
    text = json.dumps(_plain(grade), ensure_ascii=False) if as_json else _readable(question, grade)
    sys.stdout.write(text + "\n")
    return 0


def grade_lines(bank: Bank, source: Iterable[str], target: TextIO) -> int:
    """One JSON object in, one out, in order; the exit status is 1 if any line could not be graded."""
    grader, status = Grader(), 0
    for line in source:
        if not line.strip():
            continue
        given: Any = None
        try:
            given = json.loads(line)
            result = {"id": given.get("id"), **_plain(_graded(bank, grader, given))}
        except (ValueError, UserError, AttributeError) as error:
            known = cast("dict[str, object]", given).get("id") if isinstance(given, dict) else None
            result = {"id": known, "error": "this line is not a JSON object" if known is None else str(error)}
            status = 1
        target.write(json.dumps(result, ensure_ascii=False) + "\n")
        target.flush()
    return status


def _graded(bank: Bank, grader: Grader, given: dict[str, Any]) -> Grade:
    question = bank.questions.get(given.get("question", ""))
    if question is None:
        raise UserError(f"there is no question {given.get('question')!r}")
    if not isinstance(given.get("answer"), str):
        raise UserError('"answer" is missing or not a text')
    return grader.grade(question, given["answer"])


def _plain(grade: Grade) -> dict[str, object]:
    return {
        "score": grade.score,
        "points": {verdict.point: verdict.mark.value for verdict in grade.verdicts},
        "flags": [flag.value for flag in grade.flags],
    }


def _readable(question: Question, grade: Grade) -> str:
    score = "no number" if grade.score is None else f"{grade.score:g} out of 10"
    lines = [f"{question.title}: {score}", *(f"({flag})" for flag in grade.flags)]
    for verdict in grade.verdicts:
        lines.append(f"{verdict.mark:>9}  {question.point(verdict.point).says}")
        if verdict.evidence:
            lines.append(f"{'':>9}  > {verdict.evidence}")
        if verdict.misconception:
            lines.append(f"{'':>9}  {question.misconception(verdict.misconception).says}")
    return "\n".join(lines)
