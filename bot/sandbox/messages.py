"""Messages: composing, editing and deleting them under Discord's rules, with mentions and attachments."""

import mimetypes
import re
import struct
from dataclasses import dataclass
from urllib.parse import quote

from bot.sandbox import component_tree
from bot.sandbox.components import check_message_components
from bot.sandbox.model import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Attachment,
    Channel,
    Message,
)
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems, check_allowed_mentions, check_embeds
from bot.sandbox.wire import Json, Refusal, listed

LONGEST_CONTENT = 2000
LARGEST_UPLOAD = 10 * 1024 * 1024
NONCE_SECONDS = 180.0  # "some minutes"
REPLY, COMMAND_REPLY = 19, 20  # message types
SETTABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


@dataclass(frozen=True)
class Upload:
    """One uploaded file of a multipart request."""

    filename: str
    content_type: str
    data: bytes


Uploads = dict[int, Upload]


def empty() -> Refusal:
    """Neither text nor anything else in a message."""
    return Refusal(400, 50006, "Cannot send an empty message")


class Messages:
    """Writes messages into the state and announces them."""

    def __init__(self, state: State) -> None:
        self._state = state
        # (channel, author, nonce) -> (message, when it is forgotten)
        self._nonces: dict[tuple[int, int, str], tuple[int, float]] = {}

    # --- checking ------------------------------------------------------------------------------------------

    def check(self, body: Json, uploads: Uploads, *, previous: Message | None = None) -> None:
        """Raise 50035 (or 50006 for emptiness) unless this body makes a valid message or a valid edit."""
        problems = Problems()
        fields = Fields(body, problems)
        fields.text("content", 0, LONGEST_CONTENT)
        fields.boolean("tts")
        flags = fields.integer("flags", 0, 2**31 - 1) or 0
        self._check_nonce(fields)
        check_embeds(fields)
        check_allowed_mentions(fields)
        names = self._attachment_names(fields, uploads, previous)
        v2 = bool((flags | (previous.flags if previous else 0)) & COMPONENTS_V2)
        check_message_components(fields, v2=v2, attachments=names)
        if v2:
            self._check_legacy(fields, previous, flags)
        problems.raise_if_any()
        if sum(len(upload.data) for upload in uploads.values()) > LARGEST_UPLOAD:
            raise Refusal(413, 40005, "Request entity too large")
        self._check_empty(body, names, previous)

    def _check_nonce(self, fields: Fields) -> None:
        nonce = fields.body.get("nonce")
        if isinstance(nonce, str):
            fields.text("nonce", 0, 25)
        elif nonce is not None:
            fields.integer("nonce", -(2**63), 2**63 - 1)
        fields.boolean("enforce_nonce")

    def _check_legacy(self, fields: Fields, previous: Message | None, flags: int) -> None:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            # When a message becomes a V2 message by an edit, its old content and embeds must be taken away.
            kept = previous is not None and key not in fields.body and getattr(previous, key, None)
            if fields.body.get(key) or (kept and flags & COMPONENTS_V2):
                fields.add(
                    key,
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )

    def _attachment_names(self, fields: Fields, uploads: Uploads, previous: Message | None) -> set[str]:
        listed = fields.children("attachments", 0, 10)
        names = {upload.filename for upload in uploads.values()}
        if previous is not None and "attachments" not in fields.body:
            names |= {item["filename"] for item in previous.attachments}
        for item in listed:
            item.text("description", 0, 1024)
            item.text("filename", 0, 1024)
            number = item.integer("id", 0, 2**63 - 1, required=True)
            kept = [old for old in (previous.attachments if previous else []) if old["id"] == str(number)]
            if number not in uploads and not kept:
                item.add("id", "ATTACHMENT_NOT_FOUND", "Attachment data not found.")
            names |= {old["filename"] for old in kept}
        return names

    def _check_empty(self, body: Json, names: set[str], previous: Message | None) -> None:
        def after(key: str) -> bool:
            if key in body or previous is None:
                value = body.get(key)
                return bool(value.strip() if isinstance(value, str) else value)
            return bool(getattr(previous, key))

        if not (
            after("content") or after("embeds") or after("components") or names or body.get("sticker_ids")
        ):
            raise empty()

    # --- doing ---------------------------------------------------------------------------------------------

    def repeated(self, channel: Channel, author_id: int, body: Json) -> Message | None:
        """The message an enforced nonce already made in the last minutes, if any."""
        key = (channel.id, author_id, str(body.get("nonce")))
        known = self._nonces.get(key) if body.get("enforce_nonce") and body.get("nonce") is not None else None
        if known is None or known[1] < self._state.clock.time():
            return None
        return self._state.messages[channel.id].get(known[0])

    def create(
        self,
        channel: Channel,
        author_id: int,
        body: Json,
        uploads: Uploads,
        *,
        only_for: int | None = None,
        interaction: Json | None = None,
        thinking: bool = False,
    ) -> Message:
        """Store a checked body as a new message and announce it."""
        state = self._state
        message = Message(state.ids.next(), channel.id, author_id, state.timestamp())
        message.flags = (body.get("flags") or 0) & SETTABLE_FLAGS
        message.only_for = only_for
        if only_for is not None:
            message.flags |= EPHEMERAL
        if thinking:
            message.flags |= LOADING
        message.nonce = body.get("nonce")
        if interaction is not None:
            message.interaction = interaction
            message.kind = COMMAND_REPLY if interaction["type"] == 2 else 0
        if author_id == state.bot_id:
            message.application_id = state.application_id
        if body.get("message_reference"):
            message.reference = body["message_reference"] | {"channel_id": str(channel.id), "type": 0}
            message.kind = REPLY
        self._apply(message, channel, body, uploads)
        self.store(channel, message)
        if body.get("enforce_nonce") and message.nonce is not None:
            expires = state.clock.time() + NONCE_SECONDS
            self._nonces[channel.id, author_id, str(message.nonce)] = (message.id, expires)
        return message

    def store(self, channel: Channel, message: Message) -> None:
        """Put a finished message into its channel and announce it."""
        state = self._state
        state.messages.setdefault(channel.id, {})[message.id] = message
        if message.only_for is None:
            channel.last_message_id = message.id
            channel.message_count += 1
        if channel.is_thread and message.only_for is None:
            self._wake(channel, message.author_id)
        state.publish(
            "message_create", channel_id=channel.id, message_id=message.id, only_for=message.only_for
        )

    def _wake(self, thread: Channel, author_id: int) -> None:
        """Writing into a thread joins it and takes it out of the archive."""
        if author_id not in thread.thread_members:
            thread.thread_members[author_id] = self._state.timestamp()
            data: Json = {"added": [author_id], "removed": []}
            self._state.publish("thread_members", channel_id=thread.id, data=data)
        if thread.archived:
            thread.archived = False
            self._state.publish("channel_update", channel_id=thread.id)

    def edit(self, message: Message, body: Json, uploads: Uploads) -> None:
        """Apply a checked partial body to a message and announce it; "thinking" ends here."""
        state = self._state
        channel = state.channels[message.channel_id]
        if "flags" in body:
            kept = message.flags & ~(SUPPRESS_EMBEDS | COMPONENTS_V2) | message.flags & COMPONENTS_V2
            message.flags = kept | (body["flags"] or 0) & SETTABLE_FLAGS
        was_thinking = message.thinking
        message.revision += 1
        message.flags &= ~LOADING
        self._apply(message, channel, body, uploads)
        # Discord does not mark the text that replaces "thinking" as edited.
        if not was_thinking:
            message.edited = state.timestamp()
        state.publish(
            "message_update", channel_id=channel.id, message_id=message.id, only_for=message.only_for
        )

    def delete(self, message: Message) -> None:
        """Remove a message and announce it."""
        self._state.messages[message.channel_id].pop(message.id, None)
        self._state.publish(
            "message_delete", channel_id=message.channel_id, message_id=message.id, only_for=message.only_for
        )

    def _apply(self, message: Message, channel: Channel, body: Json, uploads: Uploads) -> None:
        if "content" in body:
            message.content = (body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = [{"type": "rich", **embed} for embed in listed(body, "embeds")]
        if "attachments" in body or uploads:
            self._attach(message, body, uploads)
        if "components" in body:
            message.components = body["components"] or []
            component_tree.assign_ids(message.components)
        self._mention(message, channel, body.get("allowed_mentions"))

    def _attach(self, message: Message, body: Json, uploads: Uploads) -> None:
        listed: list[Json] = body.get("attachments") or []
        by_index = {int(item["id"]): item for item in listed}
        if "attachments" in body:
            message.attachments = [item for item in message.attachments if int(item["id"]) in by_index]
        for index, upload in sorted(uploads.items()):
            number = self._state.ids.next()
            kind = mimetypes.guess_type(upload.filename)[0] or upload.content_type
            self._state.attachments[number] = Attachment(number, upload.filename, kind, upload.data)
            width, height = png_size(upload.data)
            message.attachments.append(
                {
                    "id": str(number),
                    "channel_id": str(message.channel_id),
                    "filename": quote(upload.filename, safe="._-"),
                    "size": len(upload.data),
                    "content_type": kind,
                    "description": by_index.get(index, {}).get("description"),
                    "width": width,
                    "height": height,
                    "ephemeral": True if message.only_for else None,
                }
            )

    def _mention(self, message: Message, channel: Channel, allowed: Json | None) -> None:
        text = "\n".join([message.content, *component_tree.text_of(message.components)])
        state = self._state
        parse = ("users", "roles", "everyone") if allowed is None else allowed.get("parse") or ()

        def permitted(kind: str, number: int) -> bool:
            return kind in parse or str(number) in {str(item) for item in (allowed or {}).get(kind) or ()}

        users = {int(number) for number in re.findall(r"<@!?(\d{1,20})>", text)}
        message.mentions = [
            number for number in sorted(users & state.users.keys()) if permitted("users", number)
        ]
        if message.kind == REPLY and (allowed is None or allowed.get("replied_user")):
            target = state.messages.get(channel.id, {}).get(int((message.reference or {})["message_id"]))
            if target is not None and target.author_id not in message.mentions:
                message.mentions.append(target.author_id)
        message.mention_roles, message.mention_everyone = [], False
        if channel.guild_id is None:
            return
        roles = state.guilds[channel.guild_id].roles
        may_ping = state.allows(message.author_id, channel, "mention_everyone")
        for number in sorted({int(number) for number in re.findall(r"<@&(\d{1,20})>", text)} & roles.keys()):
            if permitted("roles", number) and (roles[number].mentionable or may_ping):
                message.mention_roles.append(number)
        everyone = re.search(r"@(everyone|here)\b", text) is not None
        message.mention_everyone = everyone and may_ping and "everyone" in parse


def png_size(data: bytes) -> tuple[int | None, int | None]:
    """Width and height of a PNG; nothing for other files."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None, None
    width, height = struct.unpack(">II", data[16:24])
    return width, height
