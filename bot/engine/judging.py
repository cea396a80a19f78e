"""The hot seat's judgements: what interviewer and observers say of a candidate's answer, beside the machine's grade."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from bot.domain.question import Question
from bot.domain.roles import Roles
from bot.domain.scoring import BEST_SCORE
from bot.domain.streak import counts_for_streak
from bot.engine.derived import record
from bot.engine.practice import Asked, event
from bot.storage import judgements, members
from bot.storage.database import Connection
from bot.storage.judgements import Judgement


@dataclass(frozen=True, slots=True)
class Judged:
    """What people made of an answer: the interviewer's ticks as a score (0-10), the observers' stars (1-5) on average.

    None where nobody said anything. `ticked` are the points that the interviewer heard, `heard` how many observers
    heard each (of those who ticked at all: `listeners`).
    """

    interviewer: float | None
    stars: float | None
    observers: int
    ticked: frozenset[str]
    heard: dict[str, int]
    listeners: int


def judged(connection: Connection, asked: Asked, roles: Roles) -> Judged:
    """All that was said about the candidate's answer to an ask."""
    given = [one for one in judgements.given(connection, asked.ask.id) if one.member_id != roles.candidate]
    asking = next((one for one in given if one.member_id == roles.interviewer), None)
    return _judged(asked.question, asking, [one for one in given if one is not asking])


def ticked_score(question: Question, ticks: Collection[str]) -> float:
    """The share of the weight of the points that were ticked, as a score in halves from 0 to 10."""
    whole = sum(point.weight for point in question.points)
    share = sum(point.weight for point in question.points if point.id in ticks) / whole
    return round(2 * BEST_SCORE * share) / 2


def book(connection: Connection, asked: Asked, roles: Roles, now: datetime) -> None:
    """Note in the ledger what the interviewer ticked: it counts for the candidate's streak, never for points."""
    found = judged(connection, asked, roles)
    if found.interviewer is None:
        return
    zone = members.settings(connection, roles.candidate).zone.at(now)
    written = event(
        f"judged:{asked.ask.id}:{roles.candidate}",
        "judged",
        asked.ask,
        roles.candidate,
        zone,
        now,
        score=found.interviewer,
        streak_day=counts_for_streak(found.interviewer, withheld=False),
        detail={"interviewer": roles.interviewer, "ticked": sorted(found.ticked), "stars": found.stars},
    )
    record(connection, written)


def _judged(question: Question, asking: Judgement | None, watching: Sequence[Judgement]) -> Judged:
    ticks = asking.ticks if asking is not None else None
    stars = [one.stars for one in watching if one.stars is not None]
    lists = [one.ticks for one in watching if one.ticks is not None]
    return Judged(
        None if ticks is None else ticked_score(question, ticks),
        fmean(stars) if stars else None,
        len(stars),
        ticks or frozenset(),
        {point.id: sum(point.id in one for one in lists) for point in question.points},
        len(lists),
    )
