"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """So many sessions of so many members, all begun within `spread_s` seconds; `minutes` for each of `questions`.

    All but one of the members answer each question, at any moment of the first `writing_s` seconds: with the last one
    missing, a round is revealed at its deadline.
    """

    sessions: int
    members: int
    questions: int
    minutes: int
    spread_s: float
    writing_s: float
    area: str


FULL = Size(
    sessions=100, members=8, questions=2, minutes=1, spread_s=60.0, writing_s=50.0, area="optimization"
)
TINY = Size(sessions=2, members=2, questions=1, minutes=1, spread_s=0.2, writing_s=0.5, area="practice")
