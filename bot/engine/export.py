"""A member's data as files: all of it as JSON, the graded answers as a table, and cards for Anki of what they missed."""

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, cast

from bot.clock import moment
from bot.domain.grade import NO_TRY, Mark
from bot.domain.question import KeyPoint, Question
from bot.engine.settlement import Settled
from bot.storage.asks import Ask
from bot.storage.privacy import Row

DATA, ANSWERS, CARDS, ARCHIVE = "hotseat-data.json", "answers.csv", "anki-cards.txt", "hotseat-data.zip"
OVERHEAD = 100_000  # bytes of a request beside its files
LEAST_SHARE = 1 / 1024
COLUMNS = (
    "answered_at",
    "local_date",
    "question",
    "title",
    "area",
    "level",
    "score",
    "points",
    "hints",
    "sure",
    "late",
    "not_covered",
    "text",
)
ANKI_HEAD = "#separator:tab\n#html:true\n#guid column:1\n#columns:Guid\tFront\tBack\tTags\n#tags column:4\n"
# Not the member's: the key to an interaction, and what the cards of an interview say of everybody.
LEFT_OUT = frozenset({("answer", "token"), ("interview_round", "shown")})
MOMENTS = frozenset({"at", "due", "deadline", "first_seen", "touched", "handled"})
JSON = frozenset({"outcome", "detail", "topics", "ticks"})
SOMEBODY = "another member"
NAMED_IN_DETAIL = ("interviewer", "by")


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """A row of the answers, with the version of the question that its grade speaks of."""

    row: Row
    ask: Ask
    question: Question
    settled: Settled


@dataclass(frozen=True, slots=True)
class Export:
    """Files by name. `answers` are in it, `left_out` older ones are not, since the files would be too large; `cards` for Anki."""

    files: Sequence[tuple[str, bytes]]
    answers: int
    left_out: int
    cards: int


def package(
    member_id: int,
    tables: Mapping[str, Sequence[Row]],
    graded: Sequence[GradedAnswer],
    seen: AbstractSet[str],
    now: datetime,
    limit: int,
) -> Export:
    """As plain files if they fit into `limit` bytes together, else as an archive, without the oldest rows if need be.

    `seen` are ids of questions whose model answer the member knows already: the others keep theirs to themselves.
    """
    ordered = {table: _in_order(table, rows) for table, rows in tables.items()}
    answered = sorted(graded, key=lambda one: one.row["received_at"])
    share = 1.0
    while True:
        cut = {table: _newest(rows, share) for table, rows in ordered.items()}
        some = _newest(answered, share)
        notes = _notes(some, seen)
        files = [
            (DATA, _data(member_id, cut, ordered, now)),
            (ANSWERS, _answers(some)),
            *([(CARDS, notes)] if notes else []),
        ]
        if sum(len(content) for _, content in files) > limit - OVERHEAD:
            files = [(ARCHIVE, _archive(files))]
        if len(files[0][1]) <= limit - OVERHEAD or share <= LEAST_SHARE:
            left_out = len(answered) - len(some)
            return Export(
                files, len(some), left_out, notes.count(b"\n") - ANKI_HEAD.count("\n") if notes else 0
            )
        share /= 2


def _newest(rows: Sequence[Any], share: float) -> Sequence[Any]:
    return rows[len(rows) - math.ceil(len(rows) * share) :]


def _in_order(table: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Oldest first where a row has a moment or an id that grows."""
    keys = ("seq", "received_at", "asked_at", "id")
    key = next((one for one in keys if rows and one in rows[0]), None)
    return rows if key is None or table == "member" else sorted(rows, key=lambda row: row[key])


def _data(
    member_id: int, cut: Mapping[str, Sequence[Row]], whole: Mapping[str, Sequence[Row]], now: datetime
) -> bytes:
    missing = {table: len(whole[table]) - len(rows) for table, rows in cut.items()}
    content: dict[str, Any] = {
        "exported_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "left_out": {table: number for table, number in missing.items() if number},
    }
    for table, rows in cut.items():
        if rows:
            content[table] = [_plain(table, row, member_id) for row in rows]
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _plain(table: str, row: Row, member_id: int) -> dict[str, Any]:
    return {
        name: _value(name, value, member_id)
        for name, value in row.items()
        if value is not None and (table, name) not in LEFT_OUT
    }


def _value(name: str, value: Any, member_id: int) -> Any:  # noqa: ANN401 - a cell
    if isinstance(value, int) and (name in MOMENTS or name.endswith("_at")):
        return moment(value).isoformat(timespec="milliseconds")
    if name in JSON:
        return _anonymous(json.loads(str(value)), member_id)
    if name in {"host_id", "candidate_id", "interviewer_id"}:
        return str(value) if value == member_id else SOMEBODY
    if name in {"id", "asked_by"} or name.endswith("_id"):  # too long for the numbers of many languages
        return str(value)
    return value


def _anonymous(detail: object, member_id: int) -> object:
    if not isinstance(detail, dict):
        return detail
    named = cast("dict[str, object]", detail)
    for name in NAMED_IN_DETAIL:
        if name in named:
            named[name] = str(member_id) if named[name] == member_id else SOMEBODY
    return named


def _answers(graded: Sequence[GradedAnswer]) -> bytes:
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow(COLUMNS)
    for one in graded:
        row, settled = one.row, one.settled
        open_points = [
            verdict.point for verdict in settled.grade.verdicts if verdict.mark is not Mark.COVERED
        ]
        cells = (
            moment(row["received_at"]).isoformat(timespec="seconds"),
            row["local_date"],
            one.question.id,
            one.question.title,
            one.question.area_title,
            one.question.level,
            "" if settled.grade.score is None else f"{settled.grade.score:g}",
            settled.points,
            settled.hints,
            row["sure"] or "",
            "late" if row["late"] else "",
            " ".join(open_points),
            row["text"],
        )
        table.writerow([_harmless(str(cell)) for cell in cells])
    return target.getvalue().encode("utf-8-sig")  # else Excel reads it as something older


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins like this for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _notes(graded: Sequence[GradedAnswer], seen: AbstractSet[str]) -> bytes:
    """A card for each question of which the last answer missed something; empty if there is none."""
    last = {one.question.id: one for one in graded if not NO_TRY.intersection(one.settled.grade.flags)}
    target = io.StringIO()
    target.write(ANKI_HEAD)
    table = csv.writer(target, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    number = 0
    for one in last.values():
        missed = [verdict for verdict in one.settled.grade.verdicts if verdict.mark is not Mark.COVERED]
        if missed:
            number += 1
            question = one.question
            front = f"<b>{_html(question.title)}</b><br>{_html(question.prompt)}{_formula(question.prompt_formula)}"
            back = _back(question, [verdict.point for verdict in missed], known=question.id in seen)
            tags = f"hotseat::{_tag(question.area)} hotseat::{_tag(question.level)}"
            table.writerow((f"hotseat-{question.id}", front, back, tags))
    return target.getvalue().encode() if number else b""


def _back(question: Question, missed: Sequence[str], *, known: bool) -> str:
    points = [question.point(one) for one in missed]
    listed = "".join(
        f"<li>{_html(point.says if known else _asked(question, point))}</li>" for point in points
    )
    head = f"<b>You missed</b><ul>{listed}</ul>"
    if not known:
        return (
            f"{head}<i>The model answer comes with your next export once you have looked at it (Reveal).</i>"
        )
    return f"{head}<b>Model answer</b><br>{_html(question.answer)}{_formula(question.formula)}"


def _asked(question: Question, point: KeyPoint) -> str:
    """A point that is not given away."""
    return point.probe or f"Point {question.points.index(point) + 1}"


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>").replace("\t", " ")


def _formula(latex: str) -> str:
    return f"<br>\\[{_html(latex.strip())}\\]" if latex.strip() else ""


def _tag(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text)


def _archive(files: Sequence[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()
