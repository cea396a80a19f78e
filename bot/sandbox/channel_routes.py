"""Routes about channels: messages, history, threads, typing, reactions; with the bot's permissions in force."""

from bot.sandbox.model import (
    CATEGORY,
    DIRECT_MESSAGE,
    FORUM,
    Channel,
    Message,
)
from bot.sandbox.payloads import channel_json, message_json, thread_member_json
from bot.sandbox.rest import Call, Routes
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Refusal, Value, missing_access, missing_permissions, snowflake, unknown

CHANNEL = "/channels/{channel_id}"
MESSAGES = f"{CHANNEL}/messages"
MESSAGE = f"{MESSAGES}/{{message_id}}"
REACTION = f"{MESSAGE}/reactions/{{emoji_name}}"


def _visible(call: Call) -> Channel:
    """The channel in the path if the bot can see it, else 50001 (or 10003 if there is none)."""
    state = call.world.state
    channel = state.channel(call.id("channel_id"))
    if not state.sees(state.bot_id, channel):
        raise missing_access()
    return channel


def _need(state: State, channel: Channel, permission: str) -> None:
    if not state.allows(state.bot_id, channel, permission):
        raise missing_permissions()


def _public(state: State, channel: Channel, message_id: int) -> Message:
    """A message; ephemeral ones do not exist here, not even for the bot that sent them."""
    message = state.message(channel.id, message_id)
    if message.only_for is not None:
        raise unknown("Message")
    return message


def get_channel(call: Call) -> Value:
    """A channel, a thread or a direct message channel."""
    return channel_json(_visible(call), call.world.state)


def change_channel(call: Call) -> Value:
    """Change a thread; the bot does not change other channels."""
    channel = _visible(call)
    if not channel.is_thread:
        _need(call.world.state, channel, "manage_channels")
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    call.world.threads.change(channel, call.json, call.world.state.bot_id)
    return channel_json(channel, call.world.state)


def delete_channel(call: Call) -> Value:
    """Delete a channel or a thread."""
    channel = _visible(call)
    _need(call.world.state, channel, "manage_threads" if channel.is_thread else "manage_channels")
    body = channel_json(channel, call.world.state)
    call.world.delete_channel(channel)
    return body


# --- messages ----------------------------------------------------------------------------------------------


def history(call: Call) -> Value:
    """Messages, newest first; none at all without Read Message History."""
    state = call.world.state
    channel = _visible(call)
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
    _need(state, channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    if channel.locked and not state.allows(state.bot_id, channel, "manage_threads"):
        raise Refusal(400, 50083, "Thread is archived")
    if call.uploads:
        _need(state, channel, "attach_files")
    if call.json.get("embeds"):
        _need(state, channel, "embed_links")


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


def _not_archived(channel: Channel) -> None:
    """Writing wakes a thread; editing and adding people do not."""
    if channel.archived:
        raise Refusal(400, 50083, "Thread is archived")


def get_message(call: Call) -> Value:
    """One message."""
    state = call.world.state
    channel = _visible(call)
    _need(state, channel, "read_message_history")
    return message_json(_public(state, channel, call.id("message_id")), state)


def edit_message(call: Call) -> Value:
    """Edit one of the bot's own messages."""
    world = call.world
    channel = _visible(call)
    message = _public(world.state, channel, call.id("message_id"))
    if message.author_id != world.state.bot_id:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    _not_archived(channel)
    if call.uploads:
        _need(world.state, channel, "attach_files")
    world.messages.check(call.json, call.uploads, previous=message)
    world.messages.edit(message, call.json, call.uploads)
    return message_json(message, world.state)


def delete_message(call: Call) -> Value:
    """Delete a message: the bot's own, or another's with Manage Messages."""
    state = call.world.state
    channel = _visible(call)
    message = _public(state, channel, call.id("message_id"))
    if message.author_id != state.bot_id:
        if channel.kind == DIRECT_MESSAGE:
            raise Refusal(403, 50003, "Cannot execute action on a DM channel")
        _need(state, channel, "manage_messages")
    call.world.messages.delete(message)


def react(call: Call) -> Value:
    """Add the bot's reaction."""
    state = call.world.state
    channel = _visible(call)
    _need(state, channel, "read_message_history")
    _need(state, channel, "add_reactions")
    message = _public(state, channel, call.id("message_id"))
    users = message.reactions.setdefault(call.path["emoji_name"], [])
    if state.bot_id not in users:
        users.append(state.bot_id)
    state.publish("reactions", channel_id=channel.id, message_id=message.id)


def unreact(call: Call) -> Value:
    """Take the bot's reaction back."""
    state = call.world.state
    message = _public(state, _visible(call), call.id("message_id"))
    message.reactions.pop(call.path["emoji_name"], None)
    state.publish("reactions", channel_id=message.channel_id, message_id=message.id)


def typing(call: Call) -> Value:
    """Show "is typing"."""
    channel = _visible(call)
    call.world.state.publish("typing", channel_id=channel.id)


# --- threads -----------------------------------------------------------------------------------------------


def start_thread(call: Call) -> Value:
    """A thread without a message."""
    world = call.world
    thread = world.threads.start(_visible(call), call.json, world.state.bot_id)
    return channel_json(thread, world.state)


def start_thread_from_message(call: Call) -> Value:
    """A thread at a message."""
    world = call.world
    channel = _visible(call)
    message = _public(world.state, channel, call.id("message_id"))
    thread = world.threads.start(channel, call.json, world.state.bot_id, message)
    return channel_json(thread, world.state)


def _thread(call: Call) -> Channel:
    channel = _visible(call)
    if not channel.is_thread:
        raise unknown("Channel")
    return channel


def thread_members(call: Call) -> Value:
    """Who is in a thread."""
    thread = _thread(call)
    return [thread_member_json(thread, user) for user in thread.thread_members]


def thread_member(call: Call) -> Value:
    """One of them."""
    thread = _thread(call)
    if call.id("user_id") not in thread.thread_members:
        raise unknown("Member")
    return thread_member_json(thread, call.id("user_id"))


def _user(call: Call) -> int:
    return call.id("user_id") if "user_id" in call.path else call.world.state.bot_id


def join_thread(call: Call) -> Value:
    """Add somebody (the bot itself with @me)."""
    thread = _thread(call)
    _not_archived(thread)
    if "user_id" in call.path:
        _need(call.world.state, thread, "send_messages_in_threads")
    call.world.threads.join(thread, _user(call))


def leave_thread(call: Call) -> Value:
    """Remove somebody (the bot itself with @me)."""
    thread = _thread(call)
    if "user_id" in call.path:
        _need(call.world.state, thread, "manage_threads")
    call.world.threads.leave(thread, _user(call))


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
    yield "POST", f"{CHANNEL}/threads", start_thread
    yield "POST", f"{MESSAGE}/threads", start_thread_from_message
    yield "GET", f"{CHANNEL}/thread-members", thread_members
    yield "PUT", f"{CHANNEL}/thread-members/@me", join_thread
    yield "DELETE", f"{CHANNEL}/thread-members/@me", leave_thread
    yield "GET", f"{CHANNEL}/thread-members/{{user_id}}", thread_member
    yield "PUT", f"{CHANNEL}/thread-members/{{user_id}}", join_thread
    yield "DELETE", f"{CHANNEL}/thread-members/{{user_id}}", leave_thread
