"""What the models see of a window: stems and concepts, ordered pairs of them, and whom each is said of."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.grading.lexicon import Lexicon
from bot.grading.stems import bare, stems

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


def protagonists(sentences: Iterable[Sequence[str]]) -> frozenset[str]:
    """The stems that most of a question's sentences (given as tokens) are about."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(
            {item for item in map(bare, stems(sentence)) if item.isalnum() and not item[0].isdigit()}
        )
    ranked = sorted(counts, key=lambda item: (-counts[item], item))
    return frozenset(ranked[:PROTAGONISTS])


def features(tokens: Sequence[str], lexicon: Lexicon, about: frozenset[str]) -> Mapping[str, float]:
    """Feature -> amount for the tokens of one window; `about` holds the question's protagonists."""
    plain = stems(tokens)
    concepts = [lexicon.at(plain, place) for place in range(len(plain))]
    found: dict[str, float] = {}
    for place, one in enumerate(plain):
        for next_place in range(place + 1, min(len(plain), place + 1 + REACH)):
            _pair(found, one, plain[next_place], concepts[place], concepts[next_place])
    for one, names in zip(plain, concepts, strict=True):
        found[one] = WORD
        for name in names:
            found[name] = CONCEPT
    norm = sum(amount * amount for amount in found.values()) ** 0.5
    scale = (TYPICAL_NORM / norm) ** DAMPING if norm else 1.0
    found = {name: amount * scale for name, amount in found.items()}
    _said_of(found, plain, concepts, about)
    return found


def _pair(found: dict[str, float], one: str, two: str, ones: Sequence[str], twos: Sequence[str]) -> None:
    """Add an ordered pair of neighbours, with stems and concepts in every combination."""
    found[f"{one} {two}"] = WORD_PAIR
    for first in ones:
        found[f"{first} {two}"] = CONCEPT_PAIR
        for second in twos:
            found[f"{first} {second}"] = CONCEPT_PAIR
    for second in twos:
        found[f"{one} {second}"] = CONCEPT_PAIR


def _said_of(
    found: dict[str, float], plain: Sequence[str], concepts: Sequence[Sequence[str]], about: frozenset[str]
) -> None:
    """Add each stem together with the protagonist that was named last before it."""
    last, since = "", 0
    for one, names in zip(plain, concepts, strict=True):
        since += 1
        if bare(one) in about:
            last, since = bare(one), 0
        elif last and since <= PROTAGONIST_REACH:
            found[f"{last}~{one}"] = SAID_OF
            for name in names:
                found[f"{last}~{name}"] = SAID_OF_CONCEPT
