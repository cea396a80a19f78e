"""Text for a terminal: Discord's Markdown taken off, nothing left that a terminal would obey, lines that fit."""

import re
import textwrap
import unicodedata
from datetime import UTC, datetime

WIDEST = 80
NARROWEST = 20

_UNSEEN = {"Cc", "Cf", "Cs", "Co"}  # control and formatting characters, half surrogate pairs, private use
_CODE = re.compile(r"```(?:\w*\n)?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)
_KEPT = "\0"
# What stands between marks stays. Single underscores are left alone: here they belong to names such as p_data.
_MARKS = (
    re.compile(r"\|\|(.+?)\|\|", re.DOTALL),
    re.compile(r"\*\*(.+?)\*\*", re.DOTALL),
    re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)"),
    re.compile(r"~~(.+?)~~"),
    re.compile(r"(?<![\w*])\*(?=\S)(.+?)(?<=\S)\*(?![\w*])"),
    re.compile(r"^(?:#{1,3}|-#) +(.*)", re.MULTILINE),
)
_MOMENT = re.compile(r"<t:(-?\d{1,11})(?::[tTdDfFR])?>")
_ITEM = re.compile(r" *(?:\d+ \[.\] |\[.\] |[-*•] |\d+[.)] |/\S+(?: \S+)? {2,})?")


def plain(markdown: str) -> str:
    """What a reader of Discord would see of `markdown`: no marks, times of day in UTC. Code stays as it is."""
    codes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        codes.append(match[1] or match[2] or "")
        return _KEPT

    text = _CODE.sub(keep, markdown.replace(_KEPT, ""))
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = _MOMENT.sub(_time, text)
    kept = iter(codes)
    return re.sub(_KEPT, lambda _: next(kept), text)


def harmless(text: str) -> str:
    """`text` without control and formatting characters, so that nobody's words can move a cursor; line breaks stay."""
    return "".join(map(_seen, text.replace("\r\n", "\n")))


def in_one_line(text: str, most: int) -> str:
    """Somebody's words in one line of at most `most` characters."""
    words = " ".join(harmless(text).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def fitted(text: str, columns: int) -> str:
    """Each line of `text` broken to `columns`, below its own beginning where it is an item of a list."""
    width = max(NARROWEST, min(columns, WIDEST))
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    found = _ITEM.match(line)
    indent = len(found[0]) if found else 0
    return textwrap.fill(
        line, width, subsequent_indent=" " * min(indent, width // 2), break_on_hyphens=False
    ).rstrip()


def _seen(character: str) -> str:
    if character == "\n":
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNSEEN else character


def _time(match: re.Match[str]) -> str:
    try:
        return datetime.fromtimestamp(int(match[1]), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):  # no such year
        return match[0]
