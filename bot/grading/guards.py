"""What is looked at before any model: echoes of the prompt, other languages, bare lists of names."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.grading.normalise import BREAK, tokens
from bot.grading.stems import SILENT, bare, stems

NEW_SHARE = 0.12
# A sentence of so many stems of which no larger share is new only turns the question over; none in 300 honest answers does.
ECHOES = ((5, 0.0), (8, 0.12), (14, 0.22))

_ENGLISH_WORDS = """
the of and to in is it that for are with as be this by on not or from at an you if so each one can which has was when
all they because its more than same both only we but then there your have do will their no into
"""
# Common words of German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Polish that are none in English
# and no variable's name.
_FOREIGN_WORDS = """
der und ist nicht ein eine einen einer eines dem den wird werden mit für auf zu von im auch sich sind wenn bei durch
les une est pas dans pour que qui sur avec par sont au aux cette elle nous et
el los las una es por del su para como más pero lo
gli che è della nel si sono anche os um uma não em dos das ao
het een niet voor dat zijn och att som inte på av är det jest nie się że
"""
# A list of names: so many items or words with hardly anything between them that relates them to each other. None of 300
# honest answers has one; all that are this long and this bare were written to please a machine.
LIST_ITEMS, LIST_ITEM_WORDS, LIST_RUN, LONG_RUN = 10, 2.5, 14, 20
RELATED = 0.16

_LETTER = re.compile(r"[^\W\d_]")
_EXOTIC = re.compile(r"(?![\W\d_])[\u0400-\U0010ffff]")  # Cyrillic and all that lies beyond
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = frozenset(_FOREIGN_WORDS.split())


def is_foreign(answer: str) -> bool:
    """Is the answer written in another language than English? Notes and formulas are not."""
    exotic = len(_EXOTIC.findall(answer))
    if exotic > 6 and exotic > len(_LETTER.findall(answer)) / 2:
        return True
    plain = re.findall(r"[^\W\d_]+", answer.lower())
    if len(plain) < 8:
        return False
    english = sum(word in _ENGLISH for word in plain)
    foreign = sum(word in _FOREIGN for word in plain)
    return foreign >= 3 and foreign > 2 * english and foreign / len(plain) >= 0.12


def is_echo(sentences: Iterable[Sequence[str]], prompt: str) -> bool:
    """Do all sentences (given as tokens) say hardly anything that the prompt did not say?"""
    known = _stems(prompt)
    said = [item for sentence in sentences for item in _names(tuple(sentence))]
    new = {item for item in said if item not in known}
    return not new or (len(said) >= 8 and len(new) < NEW_SHARE * len(said))


def is_echoed(plain: Sequence[str], prompt: str) -> bool:
    """Does one sentence (given as tokens) only turn over what the prompt said?"""
    said = _names(tuple(plain))
    new = sum(item not in _stems(prompt) for item in said)
    return any(len(said) >= length and new <= share * len(said) for length, share in ECHOES)


def is_list(plain: Sequence[str]) -> bool:
    """Is a sentence (given as tokens) a bare list of names? It states nothing, however fitting the names."""
    said = [token for token in plain if token != BREAK]
    names = sum(token[0].isalnum() and token not in SILENT for token in said)
    if names < LIST_RUN or len(said) - names >= RELATED * names:
        return False
    items = 1 + sum(token == BREAK for token in plain[:-1])
    run_on = items <= 2 and len(said) - names <= names // LONG_RUN
    return run_on or (items >= LIST_ITEMS and names <= LIST_ITEM_WORDS * items)


@lru_cache(maxsize=256)
def _stems(prompt: str) -> frozenset[str]:
    return frozenset(map(bare, stems(tokens(prompt))))


@lru_cache(maxsize=512)  # the sentences of an answer are looked at one by one and all together
def _names(plain: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(bare(item) for item in stems(plain) if item[0].isalnum())
