"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """A world, what falls due in it, and who uses it meanwhile.

    `schedules` fall due in one minute, in `servers` servers, each in a channel of its own; `again` of them once more on
    the next day, when what they posted closes. `people` members use `/ask` in `lounges` of the servers; a turn is
    `turn_s` seconds with one number in flight; `calm_turns` of each number come before the posting and after it.
    """

    servers: int
    schedules: int
    again: int
    shards: int
    lounges: int
    people: int
    area: str
    in_flight: tuple[int, ...]
    turn_s: float
    calm_turns: int


FULL = Size(
    servers=3000,
    schedules=10_000,
    again=1000,
    shards=3,  # what Discord advises: one for each thousand servers
    lounges=10,
    people=400,
    area="optimization",
    in_flight=(5, 20),
    turn_s=4.0,
    calm_turns=5,
)
TINY = Size(
    servers=20,
    schedules=60,
    again=20,
    shards=1,
    lounges=2,
    people=4,
    area="practice",
    in_flight=(1, 2),
    turn_s=0.3,
    calm_turns=1,
)
