"""Text that fits and does no harm: clipping, and what members typed shown as data."""

import re
import unicodedata
from collections.abc import Callable, Sequence

NEARBY = 20  # characters
CARD_LIMIT = 4000  # characters of all text displays of one message together


def clip(text: str, most: int) -> str:
    """`text`, cut at `most` characters with an ellipsis; behind a word, if one ends nearby."""
    if len(text) <= most:
        return text
    kept = text[: most - 1].rstrip()
    word_end = kept.rfind(" ")
    return (kept[:word_end] if len(kept) - word_end < NEARBY < word_end else kept) + "…"


def visible(text: str) -> str:
    """`text` in one line without control and formatting characters (zero-width, right-to-left overrides)."""
    kept = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return " ".join(kept.split())


def quote(text: str, most: int) -> str:
    """A member's words as inline code, in which Discord follows no link and pings nobody."""
    return f"`{clip(visible(text).replace('`', 'ˋ'), most) or '…'}`"


def code_block(text: str, most: int) -> str:
    """A member's text as a code block that may stand in a spoiler: no link, no ping, no way out of either."""
    kept = "".join(
        character
        for character in text.replace("`", "ˋ")
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return f"```\n{clip(re.sub(r'[|](?=[|])', '| ', kept), most) or '…'}\n```"


def fitting(
    build: Callable[[int], Sequence[str]], lengths: Sequence[int], most: int = CARD_LIMIT
) -> Sequence[str]:
    """The texts that `build` makes with the first of `lengths` (of quotes) with which they fit in one card."""
    for length in lengths:
        texts = build(length)
        if sum(map(len, texts)) <= most:
            return texts
    return _clipped(build(lengths[-1]), most)


def _clipped(texts: Sequence[str], most: int) -> Sequence[str]:
    """Shorten the longest text until all fit: the last line says as much as the first."""
    kept = list(texts)
    while (excess := sum(map(len, kept)) - most) > 0:
        longest = max(range(len(kept)), key=lambda place: len(kept[place]))
        kept[longest] = clip(
            kept[longest], max(len(kept[longest]) - max(excess, 1), len(kept[longest]) // 2, 1)
        )
    return kept
