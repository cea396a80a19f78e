"""The hot seat: one member answers, one asks on and ticks points, the others observe; each in their turn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member does in a round of the hot seat."""

    CANDIDATE = "candidate"
    INTERVIEWER = "interviewer"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class Roles:
    """Who does what in a round; everybody else observes. Nobody interviews if nobody but the candidate is there."""

    candidate: int
    interviewer: int | None

    def of(self, member_id: int) -> Role:
        """What a member of the session does."""
        if member_id == self.candidate:
            return Role.CANDIDATE
        return Role.INTERVIEWER if member_id == self.interviewer else Role.OBSERVER


def following(order: Sequence[int], turns: Mapping[int, int], before: Roles | None) -> Roles:
    """The roles of the next round. `order` holds all who ever sat in the session, `turns` how often each of those who are in
    it now (at least one) was its candidate.

    Of those with the fewest turns it is whoever sits next behind the last candidate, so that all answer equally often even
    if some leave and come back. The one behind them interviews, and so, as a rule, has asked before they have to answer.
    """
    least = min(turns.values())
    waiting = [member_id for member_id, number in turns.items() if number == least]
    candidate = _behind(order, waiting, None if before is None else before.candidate)
    return with_interviewer(order, turns, candidate)


def with_interviewer(order: Sequence[int], here: Collection[int], candidate: int) -> Roles:
    """The roles with this candidate: whoever sits behind them interviews."""
    interviewer = _behind(order, set(here) - {candidate}, candidate) if set(here) - {candidate} else None
    return Roles(candidate, interviewer)


def _behind(order: Sequence[int], here: Collection[int], member_id: int | None) -> int:
    start = 0 if member_id is None else order.index(member_id) + 1
    return next(one for one in (*order[start:], *order[:start]) if one in here)
