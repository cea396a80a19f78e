"""Near-copies of the model answer or of another member's answer: an index's fingerprints, and the exact comparison."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from bot.grading.sentences import split

COPY_WORDS = 25
_SHINGLE = 4
_WINDOW = 2
_COPIED_SHARE = 0.6
_RELATED_SHARE = 0.15
_ALIKE = 84.0


@lru_cache(maxsize=256)  # a model answer is compared with every answer
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text in plain form."""
    return tuple(token for sentence in split(text) for token in sentence.tokens if token[0].isalnum())


def fingerprints(text: str) -> frozenset[int]:
    """What an index keeps of a text to find its near-copies by: numbers from 0 to 2**63 - 1.

    Texts that share five words in a row share a number; texts that share only shorter runs probably do. Empty under
    25 words, which are never judged. The numbers are stored: whatever changes how a text is normalised or how its
    shingles are chosen makes those of older texts worthless.
    """
    plain = words(text)
    if len(plain) < COPY_WORDS:
        return frozenset()
    hashes = [_hash(plain[place : place + _SHINGLE]) for place in range(len(plain) - _SHINGLE + 1)]
    # Winnowing (Schleimer, Wilkerson, Aiken 2003): equal windows have equal minima, wherever they stand.
    return frozenset(min(hashes[place : place + _WINDOW]) for place in range(len(hashes) - _WINDOW + 1))


def is_copy(answer: str, sources: Iterable[str]) -> bool:
    """Is the answer (25 words or more) nearly the same as one of the sources, or pasted out of one?"""
    mine = words(answer)
    if len(mine) < COPY_WORDS:
        return False
    shingles = _shingles(answer)
    for source in sources:
        theirs = words(source)
        if len(theirs) < COPY_WORDS:
            continue
        shared = len(shingles & _shingles(source)) / len(shingles)
        if shared >= _COPIED_SHARE:
            return True
        if shared >= _RELATED_SHARE and fuzz.ratio(mine, theirs) >= _ALIKE:
            return True
    return False


def holds(answer: str, source: str) -> bool:
    """Is most of the source pasted into the answer, however much stands around it?

    Not asked of other members' answers: of two that share a part, nobody knows whose it was.
    """
    wanted = _shingles(source)
    return len(words(source)) >= COPY_WORDS and len(_shingles(answer) & wanted) >= _COPIED_SHARE * len(wanted)


@lru_cache(maxsize=256)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    plain = words(text)
    return frozenset(plain[place : place + _SHINGLE] for place in range(len(plain) - _SHINGLE + 1))


def _hash(shingle: Sequence[str]) -> int:
    """The same in every process and version of Python, and within the 63 bits of SQLite's positive INTEGER."""
    return int.from_bytes(hashlib.blake2b(" ".join(shingle).encode(), digest_size=8).digest()) >> 1
