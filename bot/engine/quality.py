"""What `python -m bot check` says about the bank: structure, standard, and what the grader makes of it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bot.bank import loader
from bot.bank.coverage import (
    alike_mistakes,
    balance_mistakes,
    coverage_mistakes,
    coverage_table,
    read_topics,
)
from bot.bank.mistakes import BrokenBank, Mistake
from bot.bank.standard import standard_mistakes
from bot.domain.question import ExampleKind, Question
from bot.grading import lexicon
from bot.grading.audit import Audit, ExampleAudit, audit, foreign_score
from bot.grading.grader import Grader

LEXICON = "lexicon.toml"
BANDS = {
    ExampleKind.STRONG: (7.0, 10.0),
    ExampleKind.PARTIAL: (3.0, 8.0),
    ExampleKind.TERSE: (4.0, 10.0),
    ExampleKind.VAGUE: (0.0, 4.0),
    ExampleKind.WRONG: (0.0, 2.0),
    ExampleKind.HOSTILE: (0.0, 2.0),
}
LEAST_MODEL_ANSWER = 9.5
MOST_KEYWORDS = 2.0
MOST_FOREIGN = 3.0
LEAST_RECALL = 0.5
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Report:
    """`mistakes` must be mended; `remarks` are for the author's judgement."""

    mistakes: Sequence[Mistake]
    remarks: Sequence[str]


def check_bank(folder: Path, *, cross: bool = False) -> Report:
    """Check a folder of question files. `cross` also grades every model answer on every other question."""
    try:
        bank = loader.load(folder)
    except BrokenBank as error:
        return Report(error.mistakes, ())
    questions = list(bank.questions.values())
    audits, mistakes = _examined(folder, questions, cross=cross)
    mistakes += standard_mistakes(bank)
    topics, unreadable = read_topics(folder)
    mistakes += [*unreadable, *alike_mistakes(questions)]
    if topics:
        mistakes += [*coverage_mistakes(topics, questions), *balance_mistakes(questions)]
    remarks: list[str] = []
    if (folder / LEXICON).is_file():
        mistakes += [Mistake(LEXICON, "", field, said) for field, said in lexicon.mistakes(bank.lexicon)]
        nobody = lexicon.unused(bank.lexicon, (text for question in questions for text in _taught(question)))
        remarks += [f"{LEXICON}: concepts.{name}: no question uses one of its phrases." for name in nobody]
    for question in questions:
        mistakes += [
            Mistake(f"{question.area}.toml", question.id, field, sentence)
            for field, sentence in _graded(audits[question.id])
        ]
        remarks += _remarks(question, audits[question.id])
    return Report(sorted(mistakes), [*remarks, *_summary(audits), *coverage_table(topics, questions)])


def _examined(
    folder: Path, questions: Sequence[Question], *, cross: bool
) -> tuple[Mapping[str, Audit], list[Mistake]]:
    """An audit of each question, and with `cross` what others' model answers earn on it; on all processors."""
    shares = [questions[place::WORKERS] for place in range(min(WORKERS, len(questions)))]
    audits: dict[str, Audit] = {}
    mistakes: list[Mistake] = []
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        ids = [[question.id for question in share] for share in shares]
        for found, crossed in pool.map(_share, [folder] * len(ids), ids, [cross] * len(ids)):
            audits |= found
            mistakes += crossed
    return {question.id: audits[question.id] for question in questions}, mistakes


def _share(folder: Path, ids: Sequence[str], cross: bool) -> tuple[dict[str, Audit], list[Mistake]]:  # noqa: FBT001 - a pool's arguments have places
    bank = loader.load(folder)
    grader = Grader(bank.lexicon)
    own = [bank.questions[one] for one in ids]
    audits = {question.id: audit(grader, question) for question in own}
    return audits, _crossed(grader, own, list(bank.questions.values())) if cross else []


def _taught(question: Question) -> Iterator[str]:
    """The sentences that a question's models learn from."""
    for point in question.points:
        yield from (*point.covered, *point.missed)
    for misconception in question.misconceptions:
        yield from misconception.wrong


def _graded(facts: Audit) -> Iterator[tuple[str, str]]:
    if (facts.model_answer or 0.0) < LEAST_MODEL_ANSWER:
        missing = ", ".join(facts.uncovered) or "none"
        yield "answer", f"graded, it gets {_text(facts.model_answer)}; points not found: {missing}."
    for misconception in facts.flagged_in_answer:
        yield "answer", f"the grader takes a part of it for the misconception {misconception}."
    if facts.prompt:
        yield "prompt", f"graded as an answer, it earns {_text(facts.prompt)}; it should earn nothing."
    if (facts.keywords or 0.0) >= MOST_KEYWORDS:
        yield "points", f"a list of their keywords earns {_text(facts.keywords)}; write more near misses."
    for number, score in enumerate(facts.hints):
        if score:
            field = "approach" if number == 0 else f"hints.{number}"
            yield field, f"graded as an answer, it earns {_text(score)}: it tells instead of leading."
    for misconception in facts.flagged_corrections:
        yield f"misconceptions.{misconception}.says", "the grader takes the correction for the wrong claim."
    for number, result in enumerate(facts.examples, start=1):
        low, high = BANDS[result.example.kind]
        if not low <= (result.score or 0.0) <= high:
            said = f"a {result.example.kind} answer gets {_text(result.score)}, not {low:g} to {high:g}; mend the sentences."
            yield f"examples.{number}", said


def _remarks(question: Question, facts: Audit) -> Iterator[str]:
    for point, recall in facts.recall.items():
        if recall < LEAST_RECALL:
            yield f"{question.id}: {point}: only {recall:.0%} of its sentences are found when left out; vary them more."
    for number, result in enumerate(facts.examples, start=1):
        if result.disputed_points:
            yield f"{question.id}: examples.{number}: declared and graded points differ in {', '.join(result.disputed_points)}."


def _crossed(grader: Grader, own: Sequence[Question], every: Sequence[Question]) -> list[Mistake]:
    found: list[Mistake] = []
    for question in own:
        for other in every:
            related = (
                other.id == question.id or other.id in question.siblings or question.id in other.siblings
            )
            if not related and (score := foreign_score(grader, question, other) or 0.0) >= MOST_FOREIGN:
                said = f"the model answer of {other.id} earns {_text(score)} here; name it as a sibling or mend the points."
                found.append(Mistake(f"{question.area}.toml", question.id, "points", said))
    return found


def _summary(audits: Mapping[str, Audit]) -> Iterator[str]:
    results: list[ExampleAudit] = [result for facts in audits.values() for result in facts.examples]
    for kind in ExampleKind:
        scores = [result.score or 0.0 for result in results if result.example.kind is kind]
        if scores:
            yield f"{kind.value:>8} examples: mean {sum(scores) / len(scores):.1f} of 10, worst {_worst(kind, scores):g}"
    recalls = [recall for facts in audits.values() for recall in facts.recall.values()]
    if recalls:
        yield f"recall of sentences left out of training: mean {sum(recalls) / len(recalls):.0%}, lowest {min(recalls):.0%}"


def _worst(kind: ExampleKind, scores: Sequence[float]) -> float:
    return (
        min(scores) if kind in {ExampleKind.STRONG, ExampleKind.TERSE, ExampleKind.PARTIAL} else max(scores)
    )


def _text(score: float | None) -> str:
    return "no number" if score is None else f"{score:g} of 10"
