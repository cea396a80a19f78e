"""Cuts an answer into sentences that keep their own words, and into windows: sentences, pairs, clauses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.grading.normalise import BREAK, tokens

LONGEST = 4000
MOST = 120
# Where one sentence goes over to its next statement, and how many tokens a statement has at least (with the cut), less
# where a label says what it is about.
CUTS = frozenset({BREAK, "but", "while", "whereas", "->", "=>"})
LEAST_CLAUSE = 3
LEAST_LABELLED = 2

Range = tuple[int, int]

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
# A sentence ends at . ! ? before white space, at a semicolon, and at every line break: notes have no full stops.
_END = re.compile(r"(?<=[.!?])[\"')\]*_]*\s+|…\s+(?=[A-Z])|\s*;\s*|\s*\n\s*|\s+(?=[•●▪]\s)")
_NO_END = re.compile(
    r"(?:\b(?:e\.\s?g|i\.\s?e|vs|w\.\s?p|cf|fig|eq|resp|approx|prob|al|w\.?r\.?t|incl|avg)\.|^\W*\d{1,2}\.|\.\.)$",
    re.IGNORECASE,
)
# Notes shorten words with a full stop and go on in lower case.
_SHORTENED = re.compile(
    r"\b(?:indep|feats?|params?|reliab|segm?|imgs?|const|distr?|corr|std|dev|orig|diff|dims?|reg|arch|cond|lin|nonlin|classif"
    r"|regr|pred|neg|pos|num|act|conv|esp|mem|temp|init|calib|overconf|norm|grads?|errs?|freq|freqs|coeff?s?|var|exp|min|max"
    r"|est|seq|def|ind|rel|abs|avg|acc|repr|chan|prev|rec|resol|deriv|eval|approx|equiv|symm?|stat|stats|subsampl|augm?)\.$",
    re.IGNORECASE,
)
LONGEST_SHORT_FORM = 16
_LABEL = re.compile(r"[^,.;:!?\n]{1,40}:(?=\s)")
LONGEST_LABEL = 4
_BULLET = re.compile(r"(?:[-*•●▪+>#]+\s+|\d{1,2}[.)]\s+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the answer, `answer[start:end]`; `tokens` is its plain form, `paragraph` a running number.

    The first `label` tokens say what the rest is about ("L1: ..."); 0 where nothing does.
    """

    start: int
    end: int
    tokens: tuple[str, ...]
    paragraph: int
    label: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """One sentence, two neighbours, or one clause.

    `first` and `last` are places in the list of sentences, `start` and `end` a range of what `flat` makes of it.
    """

    first: int
    last: int
    start: int
    end: int


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
                found.append(Sentence(first, last, plain, number, _label(answer[first:last])))
        start = following
    return tuple(found)


def _label(text: str) -> int:
    label = _LABEL.match(text)
    count = len(tokens(label[0])) - 1 if label else 0
    return count if count <= LONGEST_LABEL else 0


def _pieces(answer: str, start: int, end: int) -> Iterator[Range]:
    """Where the sentences of one paragraph begin and end, without bullets and outer white space."""
    for gap in [*_END.finditer(answer, start, end), None]:
        stop = end if gap is None else gap.start()
        if gap is not None and not set(gap[0]) & {"\n", ";"}:
            goes_on = answer[gap.end() : gap.end() + 1].islower() and not _LABEL.match(answer, gap.end(), end)
            ending = answer[max(start, stop - LONGEST_SHORT_FORM) : stop]
            if _NO_END.search(ending) or (goes_on and _SHORTENED.search(ending)):
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


def flat(sentences: Iterable[Sequence[str]]) -> tuple[list[str], list[Range]]:
    """Sentences, given as tokens, in one list with a BREAK after each; and the range of each there."""
    joined: list[str] = []
    ranges: list[Range] = []
    for sentence in sentences:
        ranges.append((len(joined), len(joined) + len(sentence)))
        joined += [*sentence, BREAK]
    return joined, ranges


def windows(sentences: Sequence[Sentence]) -> tuple[list[str], list[Window]]:
    """All tokens, and the windows on them: every sentence in order, then every two neighbours of one paragraph, then
    the clauses of long sentences, each behind the sentence's label if it has one.

    Clauses are for those who say three things in one sentence: together they resemble no example.
    """
    plain, ranges = flat(sentence.tokens for sentence in sentences)
    singles = [Window(place, place, start, end) for place, (start, end) in enumerate(ranges)]
    pairs = [
        Window(place, place + 1, ranges[place][0], ranges[place + 1][1])
        for place, (one, two) in enumerate(pairwise(sentences))
        if one.paragraph == two.paragraph
    ]
    found = singles + pairs
    for place, sentence in enumerate(sentences):
        begin = ranges[place][0]
        for start, end in _clauses(sentence):
            if not sentence.label:
                found.append(Window(place, place, begin + start, begin + end))
                continue
            labelled = sentence.tokens[: sentence.label] + sentence.tokens[start:end]
            found.append(Window(place, place, len(plain), len(plain) + len(labelled)))
            plain += [*labelled, BREAK]
    return plain, found


def _clauses(sentence: Sentence) -> Iterator[Range]:
    """Where the statements of a sentence lie that makes several, without its label."""
    plain, first = sentence.tokens, sentence.label
    cuts = [place for place in range(first, len(plain)) if plain[place] in CUTS]
    if cuts:
        for start, end in pairwise([first, *cuts, len(plain)]):
            if end - start >= (LEAST_LABELLED if first else LEAST_CLAUSE):
                yield start, end
