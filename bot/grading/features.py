"""What the models see of a window: stems and concepts, ordered pairs of them, and whom each is said of.

Features are 64-bit codes, not strings, and those of a whole text are found at once: its windows overlap, and an
answer of twenty sentences has sixty of them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from bot.grading.lexicon import Vocabulary
from bot.grading.logistic import Floats
from bot.grading.sentences import Range
from bot.grading.stems import SILENT, bare

REACH = 3  # two stems further apart than this are no pair
WORD, CONCEPT, WORD_PAIR, CONCEPT_PAIR = 0.8, 1.0, 0.4, 0.25
# Most questions have two protagonists (L1 and L2, bagging and boosting, m and v), and the commonest confident
# error is to swap them. So every stem is also seen together with the protagonist named last before it.
PROTAGONISTS = 2
PROTAGONIST_REACH = 12
SAID_OF, SAID_OF_CONCEPT = 1.0, 0.7
# Features are scaled by (TYPICAL_NORM / norm) ** DAMPING: long windows must not win by length alone.
TYPICAL_NORM = 5.0
DAMPING = 0.5

Codes = NDArray[np.uint64]
Places = NDArray[np.int64]
# Odd, so that no two words lose their difference; unequal, so that "a b" is not "b a".
_FIRST, _SECOND, _SUBJECT, _SAID = (
    np.uint64(number)
    for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
)


def protagonists(sentences: Iterable[Sequence[str]], vocabulary: Vocabulary) -> frozenset[str]:
    """The stems that most of a question's sentences (given as tokens) are about."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(
            {
                item
                for item in map(bare, vocabulary.stems(sentence))
                if item.isalnum() and not item[0].isdigit()
            }
        )
    ranked = sorted(counts, key=lambda item: (-counts[item], item))
    return frozenset(ranked[:PROTAGONISTS])


@dataclass(frozen=True, slots=True)
class Features:
    """A row per window, a column per code; codes are sorted. Amounts are those the models work on."""

    codes: Codes
    amounts: Floats


@dataclass(frozen=True, slots=True)
class _Found:
    """Single features of a text: the first and the last stem each is made of, its code and its amount."""

    first: Places
    last: Places
    codes: Codes
    amounts: Floats


def features(
    tokens: Sequence[str], windows: Sequence[Range], vocabulary: Vocabulary, about: frozenset[str]
) -> Features:
    """The features of windows (ranges of `tokens`); `about` holds the question's protagonists."""
    plain = vocabulary.stems(tokens)
    before = [0, *accumulate(token not in SILENT for token in tokens)]
    bares = [bare(one) for one in plain]
    items = _Items.of(plain, bares, vocabulary)
    scaled = _joined([items.single(), *items.pairs()])
    said = items.said_of(bares, about)
    starts, ends = (np.array([before[window[side]] for window in windows], np.int64) for side in (0, 1))
    codes, columns = np.unique(np.concatenate([scaled.codes, said.codes]), return_inverse=True)
    amounts = _rows(starts, ends, scaled, columns[: len(scaled.codes)], len(codes))
    norms = np.sqrt((amounts**2).sum(axis=1, keepdims=True))
    amounts *= (TYPICAL_NORM / np.maximum(norms, 1e-9)) ** DAMPING
    amounts += _rows(starts, ends, said, columns[len(scaled.codes) :], len(codes))
    return Features(codes, amounts)


@lru_cache(maxsize=50_000)  # bounded: members can type any number of different words
def code(name: str) -> int:
    """The code of a stem or concept, the same in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class _Items:
    """The stems of a text, each followed by the concepts that begin with it; `places` says which stem it was."""

    codes: Codes
    places: Places
    concept: NDArray[np.bool_]

    @classmethod
    def of(cls, plain: Sequence[str], bares: Sequence[str], vocabulary: Vocabulary) -> "_Items":
        codes: list[int] = []
        places: list[int] = []
        concept: list[bool] = []
        concepts = vocabulary.concepts(bares)
        for place, (one, names) in enumerate(zip(plain, concepts, strict=True)):
            codes.append(code(one))
            places.append(place)
            concept.append(False)
            for name in names:
                codes.append(code(name if one == bares[place] else f"¬{name}"))
                places.append(place)
                concept.append(True)
        return cls(np.array(codes, np.uint64), np.array(places, np.int64), np.array(concept, np.bool_))

    def single(self) -> _Found:
        return _Found(self.places, self.places, self.codes, np.where(self.concept, CONCEPT, WORD))

    def pairs(self) -> Iterable[_Found]:
        """Ordered pairs of neighbours, with stems and concepts in every combination."""
        for shift in range(1, len(self.codes)):
            near = self.places[shift:] - self.places[:-shift]
            if near.min() > REACH:
                break
            ones = np.flatnonzero((near >= 1) & (near <= REACH))
            twos = ones + shift
            both = self.codes[ones] * _FIRST + self.codes[twos] * _SECOND
            amounts = np.where(self.concept[ones] | self.concept[twos], CONCEPT_PAIR, WORD_PAIR)
            yield _Found(self.places[ones], self.places[twos], both, amounts)

    def said_of(self, bares: Sequence[str], about: frozenset[str]) -> _Found:
        """Each item together with the protagonist that was named last before it."""
        named = [-1] * len(bares)
        last = -1
        for place, one in enumerate(bares):
            if one in about:
                last = place
            elif last >= 0 and place - last <= PROTAGONIST_REACH:
                named[place] = last
        subjects = np.array(named, np.int64)[self.places]
        told = np.flatnonzero(subjects >= 0)
        names = np.array([code(one) if one in about else 0 for one in bares], np.uint64)
        both = names[subjects[told]] * _SUBJECT + self.codes[told] * _SAID
        amounts = np.where(self.concept[told], SAID_OF_CONCEPT, SAID_OF)
        return _Found(subjects[told], self.places[told], both, amounts)


def _joined(parts: Sequence[_Found]) -> _Found:
    """Several in one, by the place of the first stem."""
    first = np.concatenate([part.first for part in parts])
    order = np.argsort(first, kind="stable")
    last, codes, amounts = (
        np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("last", "codes", "amounts")
    )
    return _Found(first[order], last, codes, amounts)


def _rows(starts: Places, ends: Places, found: _Found, columns: Places, width: int) -> Floats:
    """A row per range of stems: the amounts of those that lie inside it. What occurs twice counts once."""
    low: Places = np.searchsorted(found.first, starts)
    high: Places = np.searchsorted(found.first, ends)
    counts = high - low
    rows: Places = np.repeat(np.arange(len(starts)), counts)
    before: Places = np.cumsum(counts) - counts
    begun: Places = np.repeat(low - before, counts)
    begun += np.arange(len(begun))
    inside = found.last[begun] < ends[rows]
    rows, begun = rows[inside], begun[inside]
    amounts = np.zeros((len(starts), width))
    amounts[rows, columns[begun]] = found.amounts[begun]
    return amounts
