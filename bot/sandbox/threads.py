"""Threads: starting them from a message or without one, joining, archiving; quiet ones archive themselves."""

from datetime import datetime, timedelta
from functools import partial

from bot.sandbox.feed import Change
from bot.sandbox.ids import moment_of
from bot.sandbox.messages import Messages
from bot.sandbox.model import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    HAS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Message,
)
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Refusal, missing_access, missing_permissions, unknown

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class Threads:
    """Starts and changes threads on somebody's behalf, with that somebody's permissions."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages
        self._watched: set[int] = set()
        state.feed.listen(self._changed)

    # --- quiet ones ----------------------------------------------------------------------------------------

    def watch_all(self) -> None:
        """Take up the threads of a world that was kept."""
        for channel in list(self._state.channels.values()):
            self._watch(channel)

    def _changed(self, change: Change) -> None:
        if change.kind in ("channel_create", "channel_update"):
            self._watch(self._state.channels[change.channel_id or 0])

    def _watch(self, thread: Channel) -> None:
        """Look at an open thread again when it may have been quiet for long enough."""
        if not thread.is_thread or thread.archived or thread.id in self._watched:
            return
        self._watched.add(thread.id)
        left = (self._quiet_at(thread) - self._state.clock.now()).total_seconds()
        self._state.clock.call_later(max(1.0, left), partial(self._look, thread))

    def _look(self, thread: Channel) -> None:
        state = self._state
        self._watched.discard(thread.id)
        if thread.archived or thread.id not in state.channels:
            return
        if state.clock.now() < self._quiet_at(thread):
            self._watch(thread)
            return
        thread.archived, thread.archived_at = True, state.timestamp()
        state.publish("channel_update", channel_id=thread.id)

    @staticmethod
    def _quiet_at(thread: Channel) -> datetime:
        """When Discord archives it: so long after its last message, or after somebody took it out of the archive."""
        last = moment_of(max(thread.id, thread.last_message_id or 0))
        if thread.archived_at is not None:
            last = max(last, datetime.fromisoformat(thread.archived_at))
        return last + timedelta(minutes=thread.archive_minutes)

    # --- starting and changing -----------------------------------------------------------------------------

    def _check(self, body: Json) -> None:
        problems = Problems()
        fields = Fields(body, problems)
        fields.text("name", 1, 100, required=True)
        fields.choice("auto_archive_duration", ARCHIVE_MINUTES)
        fields.integer("rate_limit_per_user", 0, 21_600)
        problems.raise_if_any()

    def start(self, parent: Channel, body: Json, user_id: int, message: Message | None = None) -> Channel:
        """A new thread; from a message it takes that message's id."""
        state = self._state
        if parent.kind not in (TEXT, ANNOUNCEMENT):
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        self._check(body)
        kind = PUBLIC_THREAD if message is not None else body.get("type", PRIVATE_THREAD)
        if parent.kind == ANNOUNCEMENT and kind == PUBLIC_THREAD:
            kind = ANNOUNCEMENT_THREAD
        needed = "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads"
        if not state.sees(user_id, parent):
            raise missing_access()
        if not state.allows(user_id, parent, needed):
            raise missing_permissions()
        if message is not None and message.id in state.channels:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        thread = Channel(
            message.id if message is not None else state.ids.next(),
            kind,
            body["name"],
            guild_id=parent.guild_id,
            parent_id=parent.id,
            owner_id=user_id,
            thread_members={user_id: state.timestamp()},
            archive_minutes=body.get("auto_archive_duration") or 1440,
        )
        state.channels[thread.id] = thread
        if message is not None:
            message.flags |= HAS_THREAD
        state.publish("channel_create", channel_id=thread.id)
        if message is not None:
            state.publish("message_update", channel_id=parent.id, message_id=message.id)
        elif kind != PRIVATE_THREAD:
            notice = Message(state.ids.next(), parent.id, user_id, state.timestamp(), body["name"], kind=18)
            notice.reference = {"channel_id": str(thread.id), "guild_id": str(parent.guild_id), "type": 0}
            self._messages.store(parent, notice)
        return thread

    def change(self, thread: Channel, body: Json, user_id: int) -> None:
        """Rename, archive or lock; only its starter and those who manage threads may."""
        state = self._state
        may_manage = state.allows(user_id, thread, "manage_threads")
        if not may_manage and (thread.owner_id != user_id or "locked" in body):
            raise missing_permissions()
        if "name" in body:
            self._check(body)
            thread.name = body["name"]
        for key in ("archived", "locked"):
            if key in body:
                setattr(thread, key, bool(body[key]))
        if "archived" in body:
            thread.archived_at = state.timestamp()
        thread.archive_minutes = body.get("auto_archive_duration") or thread.archive_minutes
        state.publish("channel_update", channel_id=thread.id)

    def join(self, thread: Channel, user_id: int) -> None:
        """Add somebody; once is enough."""
        state = self._state
        if user_id not in state.guilds[thread.guild_id or 0].members:
            raise unknown("Member")
        if user_id not in thread.thread_members:
            thread.thread_members[user_id] = state.timestamp()
            state.publish("thread_members", channel_id=thread.id, data={"added": [user_id], "removed": []})

    def leave(self, thread: Channel, user_id: int) -> None:
        """Remove somebody."""
        if thread.thread_members.pop(user_id, None) is not None:
            data: Json = {"added": [], "removed": [user_id]}
            self._state.publish("thread_members", channel_id=thread.id, data=data)
