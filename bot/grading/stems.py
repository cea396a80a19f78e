"""From tokens to stems: without function words, marked where a negator stands shortly before."""

import re
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]  # ships none

from bot.grading.normalise import BREAK, tokens

NEGATION_REACH = 4

_FUNCTION_WORDS = """
a an the this that these those it its itself they them their there here he she his her i me my we us our you your
am is are was were be been being do does did doing done has have had having will would shall should can could
may might must of and or as at by for in to into with on than then so such some any which who whom whose what when
where while how also just very really quite etc let lets get gets got like via per about if because since therefore
thus hence ok okay well basically simply say says said see
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_NEGATORS = "not no never without neither nor none nothing nobody instead lack lacks lacking"
NEGATORS = frozenset(_NEGATORS.split())
# These leave no stem.
SILENT = FUNCTION_WORDS | NEGATORS | {BREAK, "but"}
# British endings are read as American ones, so that the stemmer meets one spelling. What only looks like such an
# ending keeps its own (precise and precision, supervised and supervision share a stem as they are).
_BRITISH = re.compile(
    r"(?<=[a-z]{3})(?:(is)(?=(?:e|ed|es|er|ers|ing|ations?)$)|(ys)(?=(?:e|ed|es|ing)$)|(our)(?=(?:s|ed|ing|hood|able)?$))"
)
_AMERICAN = {"is": "iz", "ys": "yz", "our": "or"}
_NO_ENDING = re.compile(
    r"(?:\w*(?:wis|nois|rais|supervis|precis|concis|exercis|promis|premis|surpris|disguis|expertis)"
    r"|a?ris|[dr]evis|advis|improvis)(?:e[ds]?|ing)"
)
# The stemmer would merge these with words of another meaning (train, time, datum).
_KEPT = frozenset({"times"})

_lock = threading.Lock()
_stem = cast(
    "Callable[[str], str]",
    snowballstemmer.stemmer("english").stemWord,  # pyright: ignore[reportUnknownMemberType]  # no stubs
)


@lru_cache(maxsize=50_000)  # bounded: members can type any number of different words
def stem(word: str) -> str:
    """The stem of a lower-case word; numbers, formulas and very short words stay as they are."""
    if not word.isalpha() or len(word) < 3 or word in _KEPT:
        return word
    word = american(word)
    with _lock:  # the stemmer keeps state between calls
        return _stem(word)


def american(word: str) -> str:
    """The American spelling of a lower-case word."""
    if _NO_ENDING.fullmatch(word):
        return word
    return _BRITISH.sub(lambda ending: _AMERICAN[ending[0]], word)


def stems(plain: Sequence[str]) -> list[str]:
    """The content stems of tokens, in order; ¬ marks those with a negator within the 4 tokens before.

    A comma, colon or "but" ends a negation; "not only" is none.
    """
    found: list[str] = []
    reach = 0
    for place, token in enumerate(plain):
        reach -= 1
        if token in (BREAK, "but"):
            reach = 0
        elif token in NEGATORS:
            reach = 0 if "only" in plain[place + 1 : place + 2] else NEGATION_REACH + 1
        elif token not in FUNCTION_WORDS:
            found.append(f"¬{stem(token)}" if reach > 0 else stem(token))
    return found


def bare(marked: str) -> str:
    """A stem or concept without its mark of negation."""
    return marked.removeprefix("¬")


def content(text: str) -> list[str]:
    """The bare content stems of a short text (all its words where it has nothing else)."""
    plain = [token for token in tokens(text) if token != BREAK]
    return [stem(token) for token in plain if token not in FUNCTION_WORDS] or [stem(token) for token in plain]
