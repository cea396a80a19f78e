"""What came of an interview: who said what in a round, and the report at the end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.domain.grade import Grade, Mark
from bot.domain.interview import Format
from bot.domain.scoring import BEST_SCORE, Place, places
from bot.engine.judging import Judged, judged
from bot.engine.results import Results, results
from bot.engine.sessions import RoundView, View
from bot.engine.settlement import SETTLED
from bot.storage import answers, members
from bot.storage.answers import Answer
from bot.storage.database import Connection, Database

STUDIED = 3
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a round's reveal tells of a member: their grade, or only that they answered."""

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


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate's averages over their turns in the hot seat; None where there is nothing to average."""

    name: str
    machine: float | None
    interviewer: float | None
    stars: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """`places` hold doubled sums of grades (grades come in halves), for the hot seat there are `standings` instead;
    `strength` the group's share of what could be had by area, best first; `study` are sentences; `transcript` is Markdown.
    """

    places: Sequence[Place]
    standings: Sequence[Standing]
    strength: Sequence[tuple[str, float]]
    study: Sequence[str]
    rounds: int
    transcript: str


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer to a round, graded."""

    round: RoundView
    answer: Answer
    grade: Grade


class Reports:
    """Reads what a session's rounds came to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def results(self, round_: RoundView) -> Results:
        """How the group did in a round."""
        return await results(self._database, round_.asked)

    async def said(self, view: View, round_: RoundView) -> Sequence[Said]:
        """What the reveal of a round tells of everybody who took part in it, in the order in which they joined."""
        return await self._database.read(_said, view, round_)

    async def scores(self, round_: RoundView) -> Scores | None:
        """What the candidate's answer in this round of the hot seat came to; None for other formats."""
        return await self._database.read(_scores, round_)

    async def report(self, view: View) -> Report:
        """The report on an interview that is over."""
        return await self._database.read(_report, view)


def _said(connection: Connection, view: View, round_: RoundView) -> Sequence[Said]:
    given = {one.answer.member_id: one.grade for one in _given(connection, round_)}
    found: list[Said] = []
    for seat in view.session.seats:
        if seat.since > round_.stored.number or (seat.left and seat.member_id not in given):
            continue
        alone = view.session.format is Format.SOLO
        shows = alone or members.settings(connection, seat.member_id).wishes.on_boards
        found.append(Said(seat.member_id, _told(given.get(seat.member_id), shows=shows)))
    return found


def _report(connection: Connection, view: View) -> Report:
    given = [one for round_ in view.rounds for one in _given(connection, round_)]
    if view.session.format is Format.SOLO:
        unanswered = [one for one in view.rounds if all(done.round is not one for done in given)]
    else:
        unanswered = []
    turns = [(one, found) for one in view.rounds if (found := _scores(connection, one)) is not None]
    return Report(
        _places(given, view.names),
        _standings(turns, view.names),
        _strength(given, turns, unanswered),
        _study(given, turns),
        len(view.rounds),
        _transcript(view, given),
    )


def _given(connection: Connection, round_: RoundView) -> Sequence[_Given]:
    """The answers that arrived in time; one for each member."""
    found: dict[int, _Given] = {}
    closed_at = round_.asked.ask.closed_at
    for answer_id, member_id, outcome in answers.outcomes(connection, round_.asked.ask.id, 0, AT_ONCE):
        answer = answers.get(connection, answer_id)
        too_late = answer.late or (closed_at is not None and answer.received_at >= closed_at)
        if outcome is None or too_late:
            continue
        found[member_id] = _Given(round_, answer, SETTLED.validate_json(outcome).grade)
    return list(found.values())


def _told(grade: Grade | None, *, shows: bool) -> str:
    if grade is None:
        return "no answer"
    if not shows:
        return "answered"
    return "no number" if grade.score is None else f"{grade.score:g} out of {BEST_SCORE:g}"


def _places(given: Sequence[_Given], names: Mapping[int, str]) -> Sequence[Place]:
    sums: Counter[int] = Counter()
    for one in given:
        sums[one.answer.member_id] += round(2 * (one.grade.score or 0.0))
    return places((member_id, names[member_id], points) for member_id, points in sums.items())


def _scores(connection: Connection, round_: RoundView) -> Scores | None:
    roles = round_.stored.roles
    if roles is None:
        return None
    typed = next((one for one in _given(connection, round_) if one.answer.member_id == roles.candidate), None)
    shown = members.settings(connection, roles.candidate).wishes.on_boards
    return Scores(None if typed is None else typed.grade, judged(connection, round_.asked, roles), shown)


def _standings(turns: Sequence[tuple[RoundView, Scores]], names: Mapping[int, str]) -> Sequence[Standing]:
    of: defaultdict[int, list[Scores]] = defaultdict(list)
    for round_, scores in turns:
        if round_.stored.roles is not None and scores.shown:
            of[round_.stored.roles.candidate].append(scores)
    return [
        Standing(
            names[member_id],
            _mean(one.machine.score for one in found if one.machine is not None),
            _mean(one.people.interviewer for one in found),
            _mean(one.people.stars for one in found),
        )
        for member_id, found in of.items()
    ]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _strength(
    given: Sequence[_Given], turns: Sequence[tuple[RoundView, Scores]], unanswered: Sequence[RoundView]
) -> Sequence[tuple[str, float]]:
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for one in given:
        if one.grade.score is not None:
            scores[one.round.asked.question.area_title].append(one.grade.score / BEST_SCORE)
    for round_, found in turns:
        if found.machine is None and found.people.interviewer is not None:  # answered by voice
            scores[round_.asked.question.area_title].append(found.people.interviewer / BEST_SCORE)
    for round_ in unanswered:
        scores[round_.asked.question.area_title].append(0.0)
    shares = [(title, sum(found) / len(found)) for title, found in scores.items()]
    return sorted(shares, key=lambda one: -one[1])


def _study(given: Sequence[_Given], turns: Sequence[tuple[RoundView, Scores]]) -> Sequence[str]:
    """The points that most of the group did not state."""
    missed: Counter[tuple[str, str]] = Counter()
    for one in given:
        question = one.round.asked.question
        for verdict in one.grade.verdicts:
            if verdict.mark in {Mark.MISSED, Mark.WRONG}:
                missed[question.title, question.point(verdict.point).says] += 1
    for round_, found in turns:
        question = round_.asked.question
        if found.machine is None and found.people.interviewer is not None:
            missed.update(
                (question.title, one.says) for one in question.points if one.id not in found.people.ticked
            )
    return [f"{title}: {says}" for (title, says), _ in missed.most_common(STUDIED)]


def _transcript(view: View, given: Sequence[_Given]) -> str:
    agreed = {seat.member_id for seat in view.session.seats if seat.consent}
    parts = ["# Mock interview"]
    for round_ in view.rounds:
        question = round_.asked.question
        parts += [
            f"## {round_.stored.number}. {question.title}",
            question.prompt,
            f"### Model answer\n\n{question.answer}",
        ]
        for one in given:
            if one.round is not round_ or one.answer.member_id not in agreed:
                continue
            told = _told(one.grade, shows=True)
            quoted = "\n".join(f"> {line}" for line in one.answer.text.splitlines())
            parts.append(f"### {view.names[one.answer.member_id]} ({told})\n\n{quoted}")
    return "\n\n".join(parts) + "\n"
