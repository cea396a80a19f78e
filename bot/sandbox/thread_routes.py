"""Routes of threads: starting them, and who is in them."""

from bot.sandbox.channel_routes import CHANNEL, MESSAGES, need, not_archived, public, visible
from bot.sandbox.model import Channel
from bot.sandbox.payloads import channel_json, thread_member_json
from bot.sandbox.rest import Call, Routes
from bot.sandbox.wire import Value, unknown


def start_thread(call: Call) -> Value:
    """A thread without a message."""
    world = call.world
    thread = world.threads.start(visible(call), call.json, world.state.bot_id)
    return channel_json(thread, world.state)


def start_thread_from_message(call: Call) -> Value:
    """A thread at a message."""
    world = call.world
    channel = visible(call)
    message = public(world.state, channel, call.id("message_id"))
    thread = world.threads.start(channel, call.json, world.state.bot_id, message)
    return channel_json(thread, world.state)


def _thread(call: Call) -> Channel:
    channel = visible(call)
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
    not_archived(thread)
    if "user_id" in call.path:
        need(call.world.state, thread, "send_messages_in_threads")
    call.world.threads.join(thread, _user(call))


def leave_thread(call: Call) -> Value:
    """Remove somebody (the bot itself with @me)."""
    thread = _thread(call)
    if "user_id" in call.path:
        need(call.world.state, thread, "manage_threads")
    call.world.threads.leave(thread, _user(call))


def routes() -> Routes:
    """All of the above; the templates are those of Discord's OpenAPI document."""
    yield "POST", f"{CHANNEL}/threads", start_thread
    yield "POST", f"{MESSAGES}/{{message_id}}/threads", start_thread_from_message
    yield "GET", f"{CHANNEL}/thread-members", thread_members
    yield "PUT", f"{CHANNEL}/thread-members/@me", join_thread
    yield "DELETE", f"{CHANNEL}/thread-members/@me", leave_thread
    yield "GET", f"{CHANNEL}/thread-members/{{user_id}}", thread_member
    yield "PUT", f"{CHANNEL}/thread-members/{{user_id}}", join_thread
    yield "DELETE", f"{CHANNEL}/thread-members/{{user_id}}", leave_thread
