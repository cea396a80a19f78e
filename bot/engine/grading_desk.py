"""Grades answers that come from the command line: one to read, or many, line by line."""

import json
from collections.abc import Iterable
from typing import Any, TextIO, cast

from bot.bank.loader import Bank
from bot.domain.grade import Grade
from bot.domain.question import Question
from bot.errors import UserError
from bot.grading.explain import explain
from bot.grading.grader import Grader


def grade_one(bank: Bank, question_id: str | None, answer: str, target: TextIO, *, as_json: bool) -> int:
    """Grade one answer and write the verdict, for people or as JSON. Raises UserError for an unknown question."""
    question = _known(bank, question_id)
    grade = Grader(bank.lexicon).grade(question, answer)
    text = json.dumps(_plain(grade)) if as_json else _readable(question, grade)
    target.write(text + "\n")
    return 0


def explain_one(bank: Bank, question_id: str | None, answer: str, target: TextIO) -> int:
    """Write why an answer is graded as it is, for whoever writes the question. Raises UserError for an unknown one."""
    question, grader = _known(bank, question_id), Grader(bank.lexicon)
    found = explain(grader, question, answer)
    lines = [
        _readable(question, grader.grade(question, answer)),
        "",
        "What spoke for (+) and against (-) each point:",
    ]
    for reason in found.reasons:
        verdict = reason.verdict
        lines.append(f"\n{verdict.point}: {verdict.mark} ({verdict.probability:.0%} sure it is covered)")
        lines.append(f"  read: {reason.read}")
        lines += [
            f"  {speaker.odds:+.1f} {f'{speaker.lesson.group} {speaker.lesson.owner}'.strip()}: {speaker.lesson.text}"
            for speaker in reason.speakers
        ]
    lines += ["", "How likely each sentence is a wrong claim:"]
    lines += [f"  {probability:4.0%} {sentence}" for sentence, probability in found.wrong]
    lines += [
        f"  left out (a bare list, or nothing but the question): {sentence}" for sentence in found.left_out
    ]
    target.write("\n".join(lines) + "\n")
    return 0


def _known(bank: Bank, question_id: str | None) -> Question:
    question = bank.questions.get(question_id or "")
    if question is None:
        known = "\n".join(f"  {one}" for one in bank.questions)
        raise UserError(f"There is no question {question_id!r}. The bank has:\n{known}")
    return question


def grade_lines(bank: Bank, source: Iterable[str], target: TextIO) -> int:
    """One JSON object in, one out, in order; the exit status is 1 if any line could not be graded."""
    grader, status = Grader(bank.lexicon), 0
    for line in source:
        known: object = None
        try:
            request = _request(line)
            known = request.get("id")
            result = {"id": known, **_plain(_graded(bank, grader, request))}
        except UserError as error:
            result, status = {"id": known, "error": str(error)}, 1
        target.write(json.dumps(result) + "\n")
        target.flush()
    return status


def _request(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise UserError(f"this line is not JSON: {error}") from error
    except ValueError as error:
        raise UserError("this line has a number with too many digits") from error
    except RecursionError as error:
        raise UserError("this line has too many brackets inside each other") from error
    if not isinstance(given, dict):
        raise UserError("this line is not a JSON object")
    return cast("dict[str, Any]", given)


def _graded(bank: Bank, grader: Grader, request: dict[str, Any]) -> Grade:
    question_id, answer = request.get("question"), request.get("answer")
    question = bank.questions.get(question_id) if isinstance(question_id, str) else None
    if question is None:
        raise UserError(f"there is no question {question_id!r}")
    if not isinstance(answer, str):
        raise UserError('"answer" is missing or not a text')
    return grader.grade(question, answer)


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
