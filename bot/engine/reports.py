"""What came of an interview: scoreboard, strength by area, what to study next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.domain.grade import Mark
from bot.domain.interview import Format
from bot.domain.scoring import BEST_SCORE, Place, places
from bot.engine import rounds
from bot.engine.results import Results, results
from bot.engine.rounds import Given, Said, Scores
from bot.engine.sessions import RoundView, View
from bot.engine.transcript import transcript
from bot.storage.database import Connection, Database

STUDIED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate's averages over their turns in the hot seat; None where there is nothing to average."""

    name: str
    machine: float | None
    interviewer: float | None
    stars: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """`places` hold doubled sums of grades (grades come in halves), `answered` how many questions each member answered and
    `offered` how many they could (who joins late has fewer); for
    the hot seat there are `standings` instead. `strength` is the group's share of what could be had by area, best first;
    `study` are sentences; `transcript` is Markdown.
    """

    places: Sequence[Place]
    answered: Mapping[int, int]
    offered: Mapping[int, int]
    standings: Sequence[Standing]
    strength: Sequence[tuple[str, float]]
    study: Sequence[str]
    rounds: int
    transcript: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A round as the group did in it: its share of what could be had, and how often each point was not heard."""

    round: RoundView
    share: float
    missed: Counter[str]


class Reports:
    """Reads what a session's rounds came to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def results(self, round_: RoundView) -> Results:
        """How the group did in a round."""
        return await results(self._database, round_.asked)

    async def said(self, view: View, round_: RoundView) -> Sequence[Said]:
        """What the reveal of a round tells of everybody who took part in it, in the order in which they joined."""
        return await self._database.read(rounds.said, view, round_)

    async def scores(self, round_: RoundView) -> Scores | None:
        """What the candidate's answer in this round of the hot seat came to; None for other formats."""
        return await self._database.read(rounds.scores, round_)

    async def report(self, view: View) -> Report:
        """The report on an interview that is over."""
        return await self._database.read(_report, view)


def _report(connection: Connection, view: View) -> Report:
    given = [one for round_ in view.rounds for one in rounds.given(connection, round_)]
    scores = {
        round_.stored.number: found
        for round_ in view.rounds
        if (found := rounds.scores(connection, round_)) is not None
    }
    outcomes = [one for round_ in view.rounds if (one := _outcome(view, round_, given, scores)) is not None]
    return Report(
        _places(given, view.names),
        Counter(one.answer.member_id for one in given),
        {seat.member_id: max(len(view.rounds) - seat.since + 1, 0) for seat in view.session.seats},
        _standings(view, scores),
        _strength(outcomes),
        _study(outcomes),
        len(view.rounds),
        transcript(view, given, scores),
    )


def _places(given: Sequence[Given], names: Mapping[int, str]) -> Sequence[Place]:
    sums: Counter[int] = Counter()
    for one in given:
        sums[one.answer.member_id] += round(2 * (one.grade.score or 0.0))
    return places((member_id, names[member_id], points) for member_id, points in sums.items())


def _standings(view: View, scores: Mapping[int, Scores]) -> Sequence[Standing]:
    of: defaultdict[int, list[Scores]] = defaultdict(list)
    for round_ in view.rounds:
        found = scores.get(round_.stored.number)
        if found is not None and found.shown and round_.stored.roles is not None:
            of[round_.stored.roles.candidate].append(found)
    return [
        Standing(
            view.names[member_id],
            _mean(one.machine.score for one in found if one.machine is not None),
            _mean(one.people.interviewer for one in found),
            _mean(one.people.stars for one in found),
        )
        for member_id, found in of.items()
    ]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _outcome(
    view: View, round_: RoundView, given: Sequence[Given], scores: Mapping[int, Scores]
) -> _Outcome | None:
    """None if nothing can be said about it."""
    points = [point.id for point in round_.asked.question.points]
    own = [one for one in given if one.round is round_ and one.grade.score is not None]
    found = scores.get(round_.stored.number)
    if own:
        lists = (one.grade.verdicts for one in own)
        missed = Counter(
            one.point
            for verdicts in lists
            for one in verdicts
            # What was graded again by a later version may speak of other points.
            if one.mark in {Mark.MISSED, Mark.WRONG} and one.point in points
        )
        return _Outcome(round_, fmean((one.grade.score or 0.0) / BEST_SCORE for one in own), missed)
    if found is not None and found.by_voice is not None:
        unheard = Counter(point for point in points if point not in found.people.ticked)
        return _Outcome(round_, found.by_voice / BEST_SCORE, unheard)
    if view.session.format is Format.SOLO and _let_go_by(view, round_):
        return _Outcome(round_, 0.0, Counter(points))
    return None


def _let_go_by(view: View, round_: RoundView) -> bool:
    """Whether somebody alone left a question unanswered, and not just ended the interview in the middle of it."""
    session, ask = view.session, round_.asked.ask
    open_for = (ask.closed_at or ask.asked_at) - ask.asked_at
    return round_.stored.number < session.round or session.host in session.done or open_for >= session.pace


def _strength(outcomes: Sequence[_Outcome]) -> Sequence[tuple[str, float]]:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for one in outcomes:
        shares[one.round.asked.question.area_title].append(one.share)
    return sorted(((title, fmean(found)) for title, found in shares.items()), key=lambda one: -one[1])


def _study(outcomes: Sequence[_Outcome]) -> Sequence[str]:
    """Of the weakest questions the point that was missed most."""
    found: list[str] = []
    for one in sorted(outcomes, key=lambda one: one.share):
        question = one.round.asked.question
        if one.missed:
            point, _ = max(one.missed.items(), key=lambda pair: (pair[1], question.point(pair[0]).weight))
            found.append(f"{question.title}: {question.point(point).says}")
    return found[:STUDIED]
