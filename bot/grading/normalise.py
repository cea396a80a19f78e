"""Brings the many ways to type the same words and formulas into one form: a list of plain tokens.

Tokens are lower-case words, numbers, operators, and BREAK for whatever separates clauses.
"""

import re
import unicodedata
from itertools import filterfalse

from bot.grading import notation

BREAK = ","

_SUPERSCRIPT_RUN = re.compile(f"[{notation.SUPERSCRIPTS}]+")
_SUBSCRIPT_RUN = re.compile("[₀-₉ₐₑₒₓᵢⱼₖₘₙₚₛₜ]+")
# Σ and Π add up and multiply where something to add up follows at once; else they are a matrix or a set.
_BIG_OPERATOR = re.compile(r"[ΣΠ](?=_|\s?[(|\[‖]|[^\W\d_]|\s[^\W\d_](?![^\W_]))")
# Words that may be written with letters of other alphabets that pass for Latin ones.
_WORD = re.compile(r"[A-Za-z\u0370-\u052f]{3,}")
_NO_BRACES = str.maketrans("", "", "{}$")
_MARK = re.compile(r"[*_~|`]")
_SYMBOLS = str.maketrans(notation.SYMBOLS)
_ABBREVIATIONS = [
    (re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in notation.ABBREVIATIONS.items()
]
# Most sentences hold nothing like an abbreviation: one look for where one may begin spares them all the others.
_MAYBE_ABBREVIATED = re.compile(
    r"\b(?:[weis]\.|w/|prob|resp|approx|vs?\b|w\.?r|iff|square|type)", re.IGNORECASE
)
_NOT = re.compile(
    r"\b(can|could|should|would|must|need|do|does|did|is|are|was|were|has|have|had|might)n['´`]?t\b"
)
_CAN_NOT = re.compile(r"\bcan(?:not|'t|t)\b")
_ENDING = re.compile(r"(?<=\w)'(?:s|re|ve|ll|d|m)\b|'")
_INNER_LINE = re.compile(r"(?<=\w)_(?=\w)")
_BREAKS = frozenset(",:;!?.–")
_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?!\d)|\d*\.?\d+(?:e[-+]?\d+)?(?![a-z\d])"  # 1,000  0.999  .5  1e-8
    r"|[^\W\d_]+\d*|\d+[^\W\d_]+\d*|\d+"
    r"|<=|>=|!=|->|=>|<<|>>|[-+*/^=<>~≈%|,:;!?.–]"
)


def strip_invisible(text: str) -> str:
    """The text without zero-width, bidirectional and control characters."""
    if text.isprintable():
        return text
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cf", "Cc", "Co", "Cs"}
    )


def tokens(text: str) -> list[str]:
    """The plain tokens of a sentence, in order."""
    text = _letters(text)
    text = _latex(text)
    text = _markdown(text)
    text = _words(text.lower())
    text = _hyphens(text)
    return [_token(found) for found in _TOKEN.findall(text)]


def _letters(text: str) -> str:
    """One spelling per character: superscripts, accents, Greek, lookalikes, mathematical symbols."""
    if "=" in text or "<-" in text:
        for symbol, plain in notation.ASCII_SYMBOLS.items():
            text = text.replace(symbol, plain)
    if text.isascii():  # most sentences: nothing below would change them
        return text
    text = _SUPERSCRIPT_RUN.sub(lambda run: f"^{run[0].translate(notation.PLAIN_SUPERSCRIPTS)} ", text)
    text = _SUBSCRIPT_RUN.sub(lambda run: "_" + unicodedata.normalize("NFKC", run[0]), text)
    text = _BIG_OPERATOR.sub(lambda found: " sum " if found[0] == "Σ" else " product ", text)
    text = text.translate(_SYMBOLS)
    text = strip_invisible(unicodedata.normalize("NFKC", text))
    text = _WORD.sub(_latin, text)
    # A hat, tilde or bar over a single letter means something; other accents do not (naïve).
    text = unicodedata.normalize("NFD", text)
    for mark, name in notation.ACCENTS.items():
        if mark in text:
            text = re.sub(rf"(?<![^\W_])([^\W\d_]){mark}", rf"\1 {name} ", text)
    text = "".join(filterfalse(unicodedata.combining, text))
    return re.sub("[α-ωϑϕϵΑ-Ω]", lambda letter: f" {notation.GREEK.get(letter[0].lower(), letter[0])} ", text)


def _latin(word: re.Match[str]) -> str:
    """A word with the look-alikes of Latin letters replaced, if that makes it Latin or it mostly was: not α, λσ or μΔt."""
    plain = word[0].translate(notation.LOOKALIKES)
    return plain if plain.isascii() or sum(map(str.isascii, word[0])) >= max(2, len(plain) - 2) else word[0]


def _latex(text: str) -> str:
    if "\\" in text:
        for _ in range(3):  # fractions may be nested
            text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r" (\1)/(\2) ", text)
            text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r" sqrt(\1) ", text)
            text = re.sub(r"\\(?:wide)?(hat|tilde)\s*\{([^{}]*)\}", r" \2 \1 ", text)
        text = re.sub(r"\\(?:wide)?(hat|tilde)\s+(\\?[A-Za-z]+)", r" \2 \1 ", text)
        text = re.sub(r"\\([A-Za-z]+)", lambda word: f" {notation.LATEX.get(word[1], word[1])} ", text)
        text = re.sub(r"\\[,;:! ]", " ", text)
    return text.translate(_NO_BRACES)


def _markdown(text: str) -> str:
    """Without bullets, emphasis and code marks; `a ** b` and `x**2` stay powers, ` * ` a product."""
    text = re.sub(r"^\s*(?:[-*•+>#]+|\d{1,2}[.)]|\(?[a-z]\))\s+", " ", text)
    if not _MARK.search(text):
        return text
    text = re.sub(r"(?<=[\w)\]])\s?\*\*\s?(?=[-\d(])", "^", text)
    text = re.sub(r"\*\*|__|~~|\|\||`+", " ", text)
    return re.sub(r"(?<![\w)])([*_])([^\s*_](?:[^*_]*[^\s*_])?)\1(?!\w)", r" \2 ", text)


def _words(text: str) -> str:
    if _MAYBE_ABBREVIATED.search(text):
        for pattern, plain in _ABBREVIATIONS:
            text = pattern.sub(f" {plain} ", text)
    if "'" in text or "nt" in text or "nn" in text:  # don't, dont, cannot
        text = _CAN_NOT.sub("can not", _NOT.sub(r"\1 not", text))
    if "'" in text:
        text = _ENDING.sub(" ", text.replace("won't", "will not"))
    return _INNER_LINE.sub(" ", text) if "_" in text else text


def _hyphens(text: str) -> str:
    """Settle what each hyphen is: a minus between quantities, a dash between clauses, else part of a word."""
    pieces: list[str] = []
    start = 0
    for found in re.finditer("-(?!>)", text):
        spot = found.start()
        before = re.search(r"([^\W_]+|[\^=*/+(])[\s)\]]*$", text[:spot][-40:])
        after = re.match(r"[\s(\[]*(\.?[^\W_]+)", text[spot + 1 : spot + 40])
        spaced = text[spot - 1 : spot].isspace() and text[spot + 1 : spot + 2].isspace()
        if after and _quantity(after[1]) and (before is None or _quantity(before[1])):
            plain = " - " if not re.search(r"\de$", text[:spot]) else "-"
        else:
            plain = " – " if spaced or text[spot - 1 : spot + 2].count("-") > 1 else " "
        pieces += [text[start:spot], plain]
        start = spot + 1
    return "".join(pieces) + text[start:]


def _quantity(word: str) -> bool:
    return (
        not word.isalpha()
        or (len(word) == 1 and word not in "ai")
        or word in notation.GREEK_NAMES
        or word in notation.QUANTITIES
    )


def _token(found: str) -> str:
    if found.isalpha():
        return found
    if found in _BREAKS:
        return BREAK
    if found == "%":
        return "percent"
    return f"0{found}" if found[0] == "." else found.replace(",", "")
