"""What came of one round of an interview: grades of answers that were in time, judgements of the hot seat."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.grade import Grade
from bot.domain.interview import Format
from bot.domain.scoring import BEST_SCORE
from bot.engine.judging import Judged, judged
from bot.engine.sessions import RoundView, View
from bot.engine.settlement import SETTLED
from bot.storage import answers, members, progress
from bot.storage.answers import Answer
from bot.storage.database import Connection

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to a round, graded."""

    round: RoundView
    answer: Answer
    grade: Grade


@dataclass(frozen=True, slots=True)
class Said:
    """What a round's reveal tells of a member: their grade, or only that they answered, passed or came too late."""

    member_id: int
    grade: str


@dataclass(frozen=True, slots=True)
class Scores:
    """What a candidate's answer in the hot seat came to: by the machine (None: nothing was typed) and by people.

    `shown`: its author does not keep their grades to themselves.
    """

    machine: Grade | None
    people: Judged
    shown: bool

    @property
    def by_voice(self) -> float | None:
        """The interviewer's score (0-10) where nothing was typed."""
        return None if self.machine is not None else self.people.interviewer


def given(connection: Connection, round_: RoundView) -> Sequence[Given]:
    """The answers that arrived in time; one for each member."""
    found: dict[int, Given] = {}
    closed_at = round_.asked.ask.closed_at
    for answer_id, member_id, outcome in answers.outcomes(connection, round_.asked.ask.id, 0, AT_ONCE):
        answer = answers.get(connection, answer_id)
        if outcome is None or (closed_at is not None and answer.received_at >= closed_at):
            continue
        found[member_id] = Given(round_, answer, SETTLED.validate_json(outcome).grade)
    return list(found.values())


def said(connection: Connection, view: View, round_: RoundView) -> Sequence[Said]:
    """What the reveal of a round tells of everybody who took part in it, in the order in which they joined."""
    if view.session.format is Format.HOT_SEAT:
        return []  # its candidate wished to be forgotten; the others were not asked
    ask_id, alone = round_.asked.ask.id, view.session.format is Format.SOLO
    grades = {one.answer.member_id: one.grade for one in given(connection, round_)}
    late, passed = answers.too_late(connection, ask_id), progress.passers(connection, ask_id)

    def word(member_id: int) -> str:
        if member_id not in grades and member_id in late:
            return "too late"
        if member_id not in grades and member_id in passed:
            return "passed"
        shows = alone or members.settings(connection, member_id).wishes.on_boards
        return told(grades.get(member_id), shows=shows)

    return [
        Said(seat.member_id, word(seat.member_id))
        for seat in view.session.seats
        if seat.since <= round_.stored.number and (not seat.left or seat.member_id in grades)
    ]


def scores(connection: Connection, round_: RoundView) -> Scores | None:
    """All scores of the candidate's answer in a round of the hot seat; None for other formats."""
    roles = round_.stored.roles
    if roles is None:
        return None
    typed = next((one for one in given(connection, round_) if one.answer.member_id == roles.candidate), None)
    shown = members.settings(connection, roles.candidate).wishes.on_boards
    return Scores(None if typed is None else typed.grade, judged(connection, round_.asked, roles), shown)


def told(grade: Grade | None, *, shows: bool) -> str:
    """A grade in words."""
    if grade is None:
        return "no answer"
    if not shows:
        return "answered"
    return "no number" if grade.score is None else f"{grade.score:g} out of {BEST_SCORE:g}"
