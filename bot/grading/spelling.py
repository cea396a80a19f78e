"""Slips in long words: read as the word of the question that they differ from by one letter."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.grading.stems import american

# Shorter words have too many neighbours: sample and simple, width and with.
LEAST_LETTERS = 8
MOST_REMEMBERED = 2000


class Speller:
    """Knows the long words of one question's sentences."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(american(word) for word in words if _long(word))
        self._ranked = sorted(self.words)
        self._found: dict[str, str] = {}

    def spelled(self, token: str) -> str:
        """The known word that a token is a slip of: one letter more, less, changed or swapped; else the token itself.

        The first letter must be right: without it symmetric would be asymmetric.
        """
        if (
            len(token) < LEAST_LETTERS
            or token in self.words
            or not _long(token)
            or american(token) in self.words
        ):
            return token
        found = self._found.get(token)
        if found is None:
            nearest = process.extractOne(
                american(token), self._ranked, scorer=DamerauLevenshtein.distance, score_cutoff=1
            )
            found = nearest[0] if nearest and nearest[0][0] == token[0] else token
            if len(self._found) < MOST_REMEMBERED:  # members can type any number of different words
                self._found[token] = found
        return found


def _long(token: str) -> bool:
    return len(token) >= LEAST_LETTERS and token.isalpha()
