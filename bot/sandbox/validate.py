"""Limits and shapes of request bodies: every violation is collected into Discord's error tree (code 50035)."""

import re
from collections.abc import Collection, Sequence
from typing import Any, cast

from bot.sandbox.wire import Json, Refusal, Value

Path = tuple[str | int, ...]


class Problems:
    """Collects field errors, then raises them all at once."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note one error at `path` (keys and indexes from the body's root)."""
        node = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def raise_if_any(self) -> None:
        """Raise 50035 if anything was noted."""
        if self.tree:
            raise Refusal(400, 50035, "Invalid Form Body", self.tree)


class Fields:
    """One JSON object under examination. Each method checks a field, notes what is wrong, returns the value or None."""

    def __init__(self, body: Value, problems: Problems, path: Path = ()) -> None:
        self.problems = problems
        self.path = path
        self.body: Json = {}
        if isinstance(body, dict):
            self.body = cast("Json", body)
        else:
            problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")

    def add(self, key: str | int, code: str, message: str) -> None:
        """Note an error at one of this object's fields."""
        self.problems.add((*self.path, key), code, message)

    def _present(self, key: str, *, required: bool) -> bool:
        if self.body.get(key) is not None:
            return True
        if required:
            self.add(key, "BASE_TYPE_REQUIRED", "This field is required")
        return False

    def text(self, key: str, least: int, most: int, *, required: bool = False) -> str | None:
        """A string of `least` to `most` characters."""
        if not self._present(key, required=required):
            return None
        value = self.body[key]
        if not isinstance(value, str):
            self.add(key, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return None
        if len(value) > most and least == 0:
            self.add(key, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(value) <= most:
            self.add(key, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return value

    def integer(self, key: str, least: int, most: int, *, required: bool = False) -> int | None:
        """A whole number within bounds."""
        if not self._present(key, required=required):
            return None
        value = self.body[key]
        if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if value < least:
            self.add(key, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.add(key, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        return value

    def choice(self, key: str, allowed: Collection[int], *, required: bool = False) -> int | None:
        """One of a few numbers."""
        if not self._present(key, required=required):
            return None
        value = self.body[key]
        if not isinstance(value, int) or value not in allowed:
            listed = ", ".join(str(item) for item in sorted(allowed))
            self.add(key, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
            return None
        return value

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        if not self._present(key, required=False):
            return None
        value = self.body[key]
        if not isinstance(value, bool):
            self.add(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return None
        return value

    def array(self, key: str, least: int, most: int, *, required: bool = False) -> list[Value]:
        """A list of `least` to `most` items; empty if absent or wrong."""
        if not self._present(key, required=required):
            return []
        value = self.body[key]
        if not isinstance(value, list):
            self.add(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        items = cast("list[Any]", value)
        if not least <= len(items) <= most:
            code = "BASE_TYPE_MAX_LENGTH" if least == 0 else "BASE_TYPE_BAD_LENGTH"
            bound = f"{most} or fewer" if least == 0 else f"between {least} and {most}"
            self.add(key, code, f"Must be {bound} in length.")
            return []
        return items

    def child(self, key: str) -> "Fields":
        """An object inside this one."""
        return Fields(self.body.get(key), self.problems, (*self.path, key))

    def children(self, key: str, least: int, most: int, *, required: bool = False) -> "list[Fields]":
        """The objects of a list inside this one."""
        items: Sequence[Value] = self.array(key, least, most, required=required)
        return [Fields(item, self.problems, (*self.path, key, index)) for index, item in enumerate(items)]


def check_allowed_mentions(fields: Fields) -> None:
    """`allowed_mentions`: known kinds, at most 100 ids, no id list beside the same kind in `parse`."""
    if fields.body.get("allowed_mentions") is None:
        return
    inner = fields.child("allowed_mentions")
    parse = inner.array("parse", 0, 3)
    for index, kind in enumerate(parse):
        if kind not in ("roles", "users", "everyone"):
            inner.problems.add(
                (*inner.path, "parse", index),
                "BASE_TYPE_CHOICES",
                "Value must be one of ('roles', 'users', 'everyone').",
            )
    for kind in ("users", "roles"):
        ids = inner.array(kind, 0, 100)
        if ids and kind in parse:
            inner.add(
                kind,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
    inner.boolean("replied_user")


def check_embeds(fields: Fields) -> None:
    """Embeds: at most 10, each part within its limit, 6,000 characters in all."""
    total = 0
    for embed in fields.children("embeds", 0, 10):
        total += len(embed.text("title", 0, 256) or "") + len(embed.text("description", 0, 4096) or "")
        for item in embed.children("fields", 0, 25):
            total += len(item.text("name", 1, 256, required=True) or "")
            total += len(item.text("value", 1, 1024, required=True) or "")
        if embed.body.get("footer") is not None:
            total += len(embed.child("footer").text("text", 0, 2048, required=True) or "")
        if embed.body.get("author") is not None:
            total += len(embed.child("author").text("name", 0, 256, required=True) or "")
    if total > 6000:
        fields.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
