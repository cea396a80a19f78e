"""The world on disk: one JSON file, written whole and swapped in, with the attached files beside it."""

import json
import os
import types
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from filelock import FileLock, Timeout

from bot.sandbox.feed import Change
from bot.sandbox.interaction import Interaction
from bot.sandbox.interactions import Interactions
from bot.sandbox.model import Attachment, Channel, Failure, Guild, Message, User
from bot.sandbox.state import State
from bot.sandbox.wire import Json, Value

T = TypeVar("T")
VERSION = 1
# Changes that alter nothing that is kept.
PASSING = (
    "request",
    "interaction_create",
    "interaction_answer",
    "modal",
    "bot_online",
    "bot_offline",
    "typing",
    "presence",
)
WRITE_AFTER_SECONDS = 0.5


def built(kind: Any, value: Value) -> Value:  # noqa: ANN401 - a type expression, generic ones included
    """A value of type `kind` out of plain JSON: dataclasses, dicts with number keys, lists."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return None if value is None else built(inner[0], value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(
            **{
                item.name: built(hints[item.name], value[item.name])
                for item in fields(kind)
                if item.name in value
            }
        )
    if origin is dict and inner[0] is int:
        return {int(key): built(inner[1], item) for key, item in value.items()}
    if origin is list and is_dataclass(inner[0]):
        return [built(inner[0], item) for item in value]
    return value


class NotKept(Exception):
    """The folder cannot keep a world; the message names it and what to do."""


class Store:
    """Keeps a state in a folder: loads it at the start, writes it soon after each change and at the end.

    The time is written at once: a world that came back from a kill in its own past would stand behind what the bot
    has stored. Raises NotKept if the folder cannot be used, or another sandbox uses it.
    """

    def __init__(self, folder: Path, state: State, interactions: Interactions) -> None:
        self._file = folder / "sandbox-world.json"
        self._attachments = folder / "sandbox-attachments"
        self._state = state
        self._interactions = interactions
        self._kept_interactions: list[Interaction] = []
        self._dirty = False
        self._lock = FileLock(folder / "sandbox.lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            raise NotKept(f"{folder} is kept by another sandbox that is running; stop it first") from None
        except OSError as error:
            raise NotKept(f"{folder} cannot keep anything ({error.strerror}); name another folder") from error

    def close(self) -> None:
        """Write everything and leave the folder to others."""
        self.save()
        self._lock.release()

    def load(self) -> bool:
        """Fill the state from the file; False if there is none."""
        if not self._file.exists():
            return False
        try:
            saved: Json = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NotKept(f"{self._file} cannot be read ({error}); move it away to start anew") from error
        if saved["version"] != VERSION:
            raise NotKept(
                f"{self._file} was written by another version of the sandbox; move it away to start anew"
            )
        state = self._state
        state.clock.offset = saved["clock_offset"]
        state.greeted = saved.get("greeted", False)
        state.ids.last = saved["last_id"]
        state.bot_id = state.application_id = saved["bot_id"]
        state.users = built(dict[int, User], saved["users"])
        state.guilds = built(dict[int, Guild], saved["guilds"])
        state.channels = built(dict[int, Channel], saved["channels"])
        state.failures = built(list[Failure], saved["failures"])
        state.messages = {
            int(channel): built(dict[int, Message], messages)
            for channel, messages in saved["messages"].items()
        }
        state.commands = {int(key) if key else None: items for key, items in saved["commands"].items()}
        self._kept_interactions = built(list[Interaction], saved["interactions"])
        for item in saved["attachments"]:
            path = self._attachments / str(item["id"])
            if path.exists():
                found = Attachment(item["id"], item["filename"], item["content_type"], path.read_bytes())
                state.attachments[found.id] = found
        return True

    def watch(self) -> None:
        """Take up living interactions and write soon after every change from now on."""
        self._interactions.restore(self._kept_interactions)
        self._state.feed.listen(self._changed)

    def _changed(self, change: Change) -> None:
        if change.kind == "clock":
            self.save()
        elif not self._dirty and change.kind not in PASSING:
            self._dirty = True
            self._state.clock.call_later(WRITE_AFTER_SECONDS, self.save)

    def save(self) -> None:
        """Write everything; readers see the old file or the new one, never half of one."""
        self._dirty = False
        state = self._state
        self._attachments.mkdir(exist_ok=True)
        for item in state.attachments.values():
            path = self._attachments / str(item.id)
            if not path.exists():
                path.write_bytes(item.data)
        kept: Json = {
            "version": VERSION,
            "clock_offset": state.clock.offset,
            "greeted": state.greeted,
            "last_id": state.ids.last,
            "bot_id": state.bot_id,
            "users": _plain(state.users),
            "guilds": _plain(state.guilds),
            "channels": _plain(state.channels),
            "interactions": [asdict(item) for item in self._interactions.alive()],
            "failures": [asdict(item) for item in state.failures],
            "messages": {channel: _plain(messages) for channel, messages in state.messages.items()},
            "commands": {"" if key is None else key: items for key, items in state.commands.items()},
            "attachments": [
                {"id": item.id, "filename": item.filename, "content_type": item.content_type}
                for item in state.attachments.values()
            ],
        }
        draft = self._file.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)


def _plain(things: dict[int, Any]) -> Json:
    return {str(key): asdict(item) for key, item in things.items()}
