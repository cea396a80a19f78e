"""What an interview question is made of, as every layer sees it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How demanding a question is; decides what it is worth (see `domain.scoring`)."""

    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Kind(StrEnum):
    """What a question asks its reader to do."""

    EXPLAIN = "explain"
    COMPARE = "compare"
    DERIVE = "derive"
    LIST = "list"
    DESIGN = "design"
    CRITIQUE = "critique"


class ExampleKind(StrEnum):
    """The sort of candidate a whole example answer stands for."""

    STRONG = "strong"
    PARTIAL = "partial"
    TERSE = "terse"
    VAGUE = "vague"
    WRONG = "wrong"
    HOSTILE = "hostile"


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One checkable statement an interviewer listens for, described by example sentences."""

    id: str
    says: str
    probe: str = ""
    weight: int = 1
    covered: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misconception:
    """One way to be wrong with confidence; `says` is the correction, `voids` the points it denies."""

    id: str
    says: str
    voids: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A whole answer written from the prompt alone; it judges the grader and never trains it."""

    kind: ExampleKind
    answer: str
    covered: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One interview question. `answer` is Discord Markdown, `formula` LaTeX, `minutes` speaking time.

    `area` is a slug, `area_title` what people read.
    """

    id: str
    area: str
    title: str
    level: Level
    prompt: str
    answer: str
    points: tuple[KeyPoint, ...]
    area_title: str = ""
    kind: Kind = Kind.EXPLAIN
    misconceptions: tuple[Misconception, ...] = ()
    examples: tuple[Example, ...] = ()
    tags: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    why: str = ""
    approach: str = ""
    hints: tuple[str, ...] = ()
    minutes: int = 3
    prompt_formula: str = ""
    formula: str = ""
    sources: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()

    @property
    def hint_stages(self) -> tuple[str, ...]:
        """What **Hint** gives, one stage after the other: the approach first, then the hints."""
        return ((self.approach,) if self.approach else ()) + self.hints

    def point(self, point_id: str) -> KeyPoint:
        """The key point with this id; KeyError if the question has none."""
        for point in self.points:
            if point.id == point_id:
                return point
        raise KeyError(point_id)

    def misconception(self, misconception_id: str) -> Misconception:
        """The misconception with this id; KeyError if the question has none."""
        for misconception in self.misconceptions:
            if misconception.id == misconception_id:
                return misconception
        raise KeyError(misconception_id)
