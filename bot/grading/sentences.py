"""Cuts an answer into sentences that keep their own words, and into windows: sentences, pairs, clauses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.grading.normalise import BREAK, tokens

LONGEST = 4000
MOST = 120
# Where one sentence goes over to its next statement, and how many tokens a statement has at least.
CUTS = frozenset({BREAK, "but", "while", "whereas"})
LEAST_CLAUSE = 5

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
# A sentence ends at . ! ? before white space, at a semicolon, and at every line break: notes have no full stops.
_END = re.compile(r"(?<=[.!?])[\"')\]*_]*\s+|…\s+(?=[A-Z])|\s*;\s*|\s*\n\s*|\s+(?=[•●▪]\s)")
_NO_END = re.compile(
    r"(?:\b(?:e\.\s?g|i\.\s?e|vs|w\.\s?p|cf|fig|eq|resp|approx|prob|al|w\.?r\.?t|incl|avg)\.|^\W*\d{1,2}\.|\.\.)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-*•●▪+>#]+\s+|\d{1,2}[.)]\s+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the answer, `answer[start:end]`; `tokens` is its plain form, `paragraph` a running number."""

    start: int
    end: int
    tokens: tuple[str, ...]
    paragraph: int


@dataclass(frozen=True, slots=True)
class Window:
    """One sentence, two neighbours, or one clause.

    `first` and `last` are places in the list of sentences, `start` and `end` a range of what `flat` makes of it.
    """

    first: int
    last: int
    start: int
    end: int
    clause: bool = False


@lru_cache(maxsize=64)  # an answer is cut for its fingerprints, for the search for copies, and for its grade
def split(answer: str) -> tuple[Sentence, ...]:
    """The sentences of an answer in order; pieces without a letter or digit are left out."""
    found: list[Sentence] = []
    start = 0
    gaps = [(gap.start(), gap.end()) for gap in _PARAGRAPH.finditer(answer)]
    for number, (end, following) in enumerate([*gaps, (len(answer), len(answer))]):
        for first, last in _pieces(answer, start, end):
            plain = tuple(tokens(answer[first:last]))
            if any(token[0].isalnum() for token in plain):
                found.append(Sentence(first, last, plain, number))
        start = following
    return tuple(found)


def _pieces(answer: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of one paragraph begin and end, without bullets and outer white space."""
    for gap in [*_END.finditer(answer, start, end), None]:
        stop = end if gap is None else gap.start()
        if gap is not None and not set(gap[0]) & {"\n", ";"} and _NO_END.search(answer[start:stop]):
            continue
        if gap is not None and not gap[0].isspace() and ";" not in gap[0]:
            stop = gap.start() + len(gap[0].rstrip())  # a closing quote or bracket belongs to its sentence
        bullet = _BULLET.match(answer, start + _indent(answer[start:stop]), stop)
        first = bullet.end() if bullet else start
        if answer[first:stop].strip():
            yield first, first + len(answer[first:stop].rstrip())
        start = end if gap is None else gap.end()


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def flat(sentences: Iterable[Sequence[str]]) -> tuple[list[str], list[tuple[int, int]]]:
    """Sentences, given as tokens, in one list with a BREAK after each; and the range of each there."""
    joined: list[str] = []
    ranges: list[tuple[int, int]] = []
    for sentence in sentences:
        ranges.append((len(joined), len(joined) + len(sentence)))
        joined += [*sentence, BREAK]
    return joined, ranges


def windows(sentences: Sequence[Sentence]) -> tuple[list[str], list[Window]]:
    """The flat tokens, and the windows on them: every sentence in order, then every two neighbours of one paragraph,
    then the clauses of long sentences.

    Clauses are for those who say three things in one sentence: together they resemble no example.
    """
    plain, ranges = flat(sentence.tokens for sentence in sentences)
    singles = [Window(place, place, start, end) for place, (start, end) in enumerate(ranges)]
    pairs = [
        Window(place, place + 1, ranges[place][0], ranges[place + 1][1])
        for place, (one, two) in enumerate(pairwise(sentences))
        if one.paragraph == two.paragraph
    ]
    clauses = [
        Window(place, place, start, end, clause=True)
        for place, one in enumerate(ranges)
        for start, end in _clauses(plain, *one)
    ]
    return plain, singles + pairs + clauses


def _clauses(plain: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [place for place in range(start, end) if plain[place] in CUTS]
    if cuts:
        ends = pairwise([start, *cuts, end])
        yield from ((one, two) for one, two in ends if two - one >= LEAST_CLAUSE)
