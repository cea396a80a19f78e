"""Reads a folder of question files into a Bank, or says everything that is wrong with them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import tomli
from pydantic import ValidationError

from bot.bank import schema
from bot.bank.bundled import bundled
from bot.bank.mistakes import BrokenBank, Mistake
from bot.bank.references import reference_mistakes
from bot.domain.lexicon import Lexicon
from bot.domain.question import Question

# These lie beside the question files and hold no questions.
NOT_QUESTIONS = frozenset({"lexicon.toml", "topics.toml", "retired.toml"})
# The fields that name questions, perhaps in another file.
BETWEEN = frozenset({"next", "siblings"})


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions by id, in file order, the lexicon, and the pictures of formulas (PNG, by `formula_digest`)."""

    questions: Mapping[str, Question]
    folder: Path
    lexicon: Lexicon
    pictures: Mapping[str, bytes]

    @property
    def areas(self) -> Sequence[str]:
        """The areas that have questions, sorted."""
        return sorted({question.area for question in self.questions.values()})

    def picture(self, formula: str) -> bytes | None:
        """The picture made beforehand for this LaTeX; None where there is no formula or no picture."""
        return self.pictures.get(formula_digest(formula)) if formula else None


def formula_digest(formula: str) -> str:
    """The name (without ending) of a formula's picture: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(formula.strip().encode()).hexdigest()[:16]


def load(folder: Path) -> Bank:
    """Read every question file of `folder`. Raises BrokenBank with all mistakes at once."""
    mistakes: list[Mistake] = []
    questions: dict[str, Question] = {}
    homes: dict[str, str] = {}
    retired = _retired(folder, mistakes)
    files = sorted(path for path in folder.glob("*.toml") if path.name not in NOT_QUESTIONS)
    if not files:
        raise BrokenBank(
            [Mistake(str(folder), "", "", "there are no question files (*.toml) in this folder.")]
        )
    read = {path: _read(path, mistakes) for path in files}
    for path, found in read.items():
        for question in found or ():
            if question.id in homes:
                said = (
                    f"this id is used already in {homes[question.id]}; every question needs an id of its own."
                )
                mistakes.append(Mistake(path.name, question.id, "id", said))
                continue
            if question.id in retired:
                said = "this id belongs to a retired question (retired.toml) and is never used again."
                mistakes.append(Mistake(path.name, question.id, "id", said))
            homes[question.id] = path.name
            questions[question.id] = question
    # Of the questions in a file that could not be read nobody knows whether they exist.
    unsure = BETWEEN if None in read.values() else frozenset[str]()
    mistakes += [one for one in reference_mistakes(questions, homes) if one.field not in unsure]
    lexicon = _lexicon(folder, mistakes)
    if mistakes:
        raise BrokenBank(mistakes)
    pictures = {path.stem: path.read_bytes() for path in folder.glob("formulas/*.png")}
    return Bank(questions, folder, lexicon, pictures)


def to_json(question: Question) -> str:
    """The question as canonical JSON, the form in which the ledger keeps the version that was asked.

    Whole examples are left out: they judge the grader, they are no part of what was asked.
    """
    plain = schema.DOMAIN.dump_python(replace(question, examples=()), mode="json")
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: str) -> str:
    """SHA-256 of what `to_json` wrote, in hexadecimal: two versions of a question differ in it."""
    return hashlib.sha256(content.encode()).hexdigest()


def from_json(text: str) -> Question:
    """The inverse of `to_json`."""
    return schema.DOMAIN.validate_json(text)


def _read(path: Path, mistakes: list[Mistake]) -> list[Question] | None:
    """The questions of one file; None if it could not be read as question file."""
    plain = _toml(path, mistakes)
    if plain is None:
        return None
    plain.pop("$schema", None)
    try:
        entries = schema.QuestionFile.model_validate(plain)
    except ValidationError as error:
        mistakes += [
            _mistake(path, plain, problem["loc"], problem["type"], problem["msg"])
            for problem in error.errors()
        ]
        return None
    if entries.area != path.stem:
        said = f'the file is named {path.name}, so area must be "{path.stem}" (or rename the file).'
        mistakes.append(Mistake(path.name, "", "area", said))
    return [schema.to_domain(entry, entries) for entry in entries.question]


def _toml(path: Path, mistakes: list[Mistake]) -> dict[str, Any] | None:
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors add a byte order mark
    except UnicodeDecodeError as error:
        mistakes.append(
            Mistake(path.name, "", "", f"this is not UTF-8 (byte {error.start}); save the file as UTF-8.")
        )
    except (ValueError, RecursionError) as error:  # also for numbers and brackets without end
        mistakes.append(Mistake(path.name, "", "", f"this is not valid TOML: {error}."))
    except OSError as error:
        mistakes.append(Mistake(path.name, "", "", f"the file cannot be read: {error.strerror}."))
    return None


def _lexicon(folder: Path, mistakes: list[Mistake]) -> Lexicon:
    """The folder's lexicon; Hotseat's own where it has none."""
    path = next(one / "lexicon.toml" for one in (folder, bundled()) if (one / "lexicon.toml").is_file())
    plain = _toml(path, mistakes)
    try:
        entries = schema.LexiconFile.model_validate(plain or {})
    except ValidationError as error:
        mistakes += [
            _mistake(path, {}, problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()
        ]
        return Lexicon()
    return Lexicon(entries.words, entries.concepts)


def _retired(folder: Path, mistakes: list[Mistake]) -> frozenset[str]:
    path = folder / "retired.toml"
    if not path.is_file():
        return frozenset()
    plain = _toml(path, mistakes) or {}
    listed = plain.get("retired", {})
    if not isinstance(listed, dict):
        mistakes.append(
            Mistake(path.name, "", "retired", 'write a table [retired] with lines like id = "why".')
        )
        return frozenset()
    return frozenset(cast("dict[str, str]", listed))


def _mistake(
    path: Path, plain: dict[str, Any], where: tuple[int | str, ...], kind: str, message: str
) -> Mistake:
    """A validation error in the words of somebody who writes questions."""
    parts = list(where)
    name = ""
    if len(parts) >= 2 and parts[0] == "question" and isinstance(parts[1], int):
        entry: Any = plain["question"][parts[1]]
        given = cast("dict[str, Any]", entry).get("id") if isinstance(entry, dict) else None
        name = given if isinstance(given, str) else f"question {parts[1] + 1}"
        parts = parts[2:]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)
    sentence = {
        "extra_forbidden": "there is no such field; see questions/README.md for the list.",
        "missing": "this field is missing.",
    }.get(kind, f"{message[:1].lower()}{message[1:]}.")
    return Mistake(path.name, name, field, sentence)
