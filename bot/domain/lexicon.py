"""Ways of saying that mean one thing in our field, shared by all questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`words`: a plain word -> other ways to write that very word (short forms, spellings), which are read as it.

    `concepts`: a name -> words and short phrases that mean about the same, which are seen as words and as the concept.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    concepts: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
