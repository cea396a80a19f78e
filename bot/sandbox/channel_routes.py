"""Routes about channels: messages, history, typing, reactions; with the bot's permissions in force."""

from bot.sandbox.message_payloads import message_json
from bot.sandbox.model import (
    CATEGORY,
    DIRECT_MESSAGE,
    FORUM,
    Channel,
    Message,
)
from bot.sandbox.payloads import channel_json
from bot.sandbox.rest import Call, Routes
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Refusal, Value, missing_access, missing_permissions, snowflake, unknown

CHANNEL = "/channels/{channel_id}"
MESSAGES = f"{CHANNEL}/messages"
MESSAGE = f"{MESSAGES}/{{message_id}}"
REACTION = f"{MESSAGE}/reactions/{{emoji_name}}"


def visible(call: Call) -> Channel:
    """The channel in the path if the bot can see it, else 50001 (or 10003 if there is none)."""
    state = call.world.state
    channel = state.channel(call.id("channel_id"))
    if not state.sees(state.bot_id, channel):
        raise missing_access()
    return channel


def need(state: State, channel: Channel, permission: str) -> None:
    if not state.allows(state.bot_id, channel, permission):
        raise missing_permissions()


def public(state: State, channel: Channel, message_id: int) -> Message:
    """A message; ephemeral ones do not exist here, not even for the bot that sent them."""
    message = state.message(channel.id, message_id)
    if message.only_for is not None:
        raise unknown("Message")
    return message


def get_channel(call: Call) -> Value:
    """A channel, a thread or a direct message channel."""
    return channel_json(visible(call), call.world.state)


def change_channel(call: Call) -> Value:
    """Change a thread; the bot does not change other channels."""
    channel = visible(call)
    if not channel.is_thread:
        need(call.world.state, channel, "manage_channels")
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    call.world.threads.change(channel, call.json, call.world.state.bot_id)
    return channel_json(channel, call.world.state)


def delete_channel(call: Call) -> Value:
    """Delete a channel or a thread."""
    channel = visible(call)
    need(call.world.state, channel, "manage_threads" if channel.is_thread else "manage_channels")
    body = channel_json(channel, call.world.state)
    call.world.delete_channel(channel)
    return body


# --- messages ----------------------------------------------------------------------------------------------


def history(call: Call) -> Value:
    """Messages, newest first; none at all without Read Message History."""
    state = call.world.state
    channel = visible(call)
    problems = Problems()
    query = Fields(dict(call.query), problems)
    limit = query.integer("limit", 1, 100) or 50
    marks = {key: query.integer(key, 0, 2**63 - 1) for key in ("before", "after", "around")}
    problems.raise_if_any()
    if not state.allows(state.bot_id, channel, "read_message_history"):
        return []
    return [message_json(item, state) for item in _window(_listed(state, channel), limit, marks)]


def _listed(state: State, channel: Channel) -> list[Message]:
    found = [item for item in state.messages.get(channel.id, {}).values() if item.only_for is None]
    return sorted(found, key=lambda item: -item.id)


def _window(found: list[Message], limit: int, marks: dict[str, int | None]) -> list[Message]:
    if (before := marks["before"]) is not None:
        return [item for item in found if item.id < before][:limit]
    if (after := marks["after"]) is not None:
        return [item for item in found if item.id > after][-limit:]
    if (around := marks["around"]) is not None:
        older = [item for item in found if item.id <= around][: limit // 2 + 1]
        newer = [item for item in found if item.id > around][-(limit // 2) :]
        return [*newer, *older][:limit]
    return found[:limit]


def send(call: Call) -> Value:
    """Post a message."""
    world = call.world
    state = world.state
    channel = state.channel(call.id("channel_id"))
    body = call.json
    if channel.kind == DIRECT_MESSAGE:
        _check_direct(state, channel)
    else:
        _check_place(call, channel)
    world.messages.check(body, call.uploads)
    _check_reference(state, channel, body)
    message = world.messages.repeated(channel, state.bot_id, body)
    if message is None:
        message = world.messages.create(channel, state.bot_id, body, call.uploads)
    return message_json(message, state)


def _check_direct(state: State, channel: Channel) -> None:
    other = state.users[next(user for user in channel.recipients if user != state.bot_id)]
    reachable = other.has_app or any(True for _ in state.shared_guilds(other.id))
    if not other.dms_open or not reachable:
        raise Refusal(403, 50007, "Cannot send messages to this user")


def _check_place(call: Call, channel: Channel) -> None:
    state = call.world.state
    if not state.sees(state.bot_id, channel):
        raise missing_access()
    if channel.kind in (CATEGORY, FORUM):
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    need(state, channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    if channel.locked and not state.allows(state.bot_id, channel, "manage_threads"):
        raise Refusal(400, 50083, "Thread is archived")
    if call.uploads:
        need(state, channel, "attach_files")
    if call.json.get("embeds"):
        need(state, channel, "embed_links")


def _check_reference(state: State, channel: Channel, body: Json) -> None:
    reference = body.get("message_reference")
    if not reference:
        return
    if not state.allows(state.bot_id, channel, "read_message_history"):
        raise Refusal(403, 160002, "Cannot reply without permission to read message history")
    number = snowflake(str(reference.get("message_id", "")), "message_reference")
    target = state.messages.get(channel.id, {}).get(number)
    if target is not None and target.only_for is None:
        return
    if reference.get("fail_if_not_exists", True):
        problems = Problems()
        problems.add(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        problems.raise_if_any()
    body.pop("message_reference")


def not_archived(channel: Channel) -> None:
    """Writing wakes a thread; editing and adding people do not."""
    if channel.archived:
        raise Refusal(400, 50083, "Thread is archived")


def get_message(call: Call) -> Value:
    """One message."""
    state = call.world.state
    channel = visible(call)
    need(state, channel, "read_message_history")
    return message_json(public(state, channel, call.id("message_id")), state)


def edit_message(call: Call) -> Value:
    """Edit one of the bot's own messages."""
    world = call.world
    channel = visible(call)
    message = public(world.state, channel, call.id("message_id"))
    if message.author_id != world.state.bot_id:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    not_archived(channel)
    if call.uploads:
        need(world.state, channel, "attach_files")
    world.messages.check(call.json, call.uploads, previous=message)
    world.messages.edit(message, call.json, call.uploads)
    return message_json(message, world.state)


def delete_message(call: Call) -> Value:
    """Delete a message: the bot's own, or another's with Manage Messages."""
    state = call.world.state
    channel = visible(call)
    message = public(state, channel, call.id("message_id"))
    if message.author_id != state.bot_id:
        if channel.kind == DIRECT_MESSAGE:
            raise Refusal(403, 50003, "Cannot execute action on a DM channel")
        need(state, channel, "manage_messages")
    call.world.messages.delete(message)


def react(call: Call) -> Value:
    """Add the bot's reaction."""
    state = call.world.state
    channel = visible(call)
    need(state, channel, "read_message_history")
    need(state, channel, "add_reactions")
    message = public(state, channel, call.id("message_id"))
    users = message.reactions.setdefault(call.path["emoji_name"], [])
    if state.bot_id not in users:
        users.append(state.bot_id)
    state.publish("reactions", channel_id=channel.id, message_id=message.id)


def unreact(call: Call) -> Value:
    """Take the bot's reaction back."""
    state = call.world.state
    message = public(state, visible(call), call.id("message_id"))
    message.reactions.pop(call.path["emoji_name"], None)
    state.publish("reactions", channel_id=message.channel_id, message_id=message.id)


def typing(call: Call) -> Value:
    """Show "is typing"."""
    channel, state = visible(call), call.world.state
    state.publish("typing", channel_id=channel.id, user_id=state.bot_id)


def routes() -> Routes:
    """All of the above; the templates are those of Discord's OpenAPI document."""
    yield "GET", CHANNEL, get_channel
    yield "PATCH", CHANNEL, change_channel
    yield "DELETE", CHANNEL, delete_channel
    yield "GET", MESSAGES, history
    yield "POST", MESSAGES, send
    yield "GET", MESSAGE, get_message
    yield "PATCH", MESSAGE, edit_message
    yield "DELETE", MESSAGE, delete_message
    yield "PUT", f"{REACTION}/@me", react
    yield "DELETE", f"{REACTION}/@me", unreact
    yield "POST", f"{CHANNEL}/typing", typing
