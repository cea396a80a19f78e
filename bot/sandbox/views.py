"""What the page shows, as plain JSON: one persona's servers, messages and commands."""

from typing import TYPE_CHECKING

from bot.sandbox.commands import GROUP, SUBCOMMAND
from bot.sandbox.members import member_json, person_json
from bot.sandbox.message_payloads import message_json
from bot.sandbox.model import CATEGORY, DIRECT_MESSAGE, Channel, Failure, Guild, Message, User
from bot.sandbox.payloads import user_json
from bot.sandbox.wire import Json, listed

if TYPE_CHECKING:
    from bot.sandbox.world import World


def view(world: "World", me: User) -> Json:
    """Servers, channels, threads, direct messages and members as `me` sees them."""
    state = world.state
    bot = state.users[state.bot_id]
    people = [user for user in state.users.values() if not user.bot]
    guilds = [guild for guild in state.guilds.values() if me.id in guild.members]
    direct = [
        item for item in state.channels.values() if item.kind == DIRECT_MESSAGE and me.id in item.recipients
    ]
    return {
        "me": person_json(world, me),
        "bot": person_json(world, bot),
        "personas": [person_json(world, user) for user in people],
        "guilds": [_guild(world, guild, me) for guild in guilds],
        "dms": [_channel(world, channel, me) | {"name": bot.display} for channel in direct],
    }


def _guild(world: "World", guild: Guild, me: User) -> Json:
    state = world.state
    seen = [item for item in state.of_guild(guild.id) if state.sees(me.id, item)]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "bot_present": guild.bot_present,
        "channels": [
            _channel(world, item, me, seen) for item in seen if not item.is_thread and item.kind != CATEGORY
        ],
        "members": [member_json(world, guild, member) for member in guild.members.values()],
        "roles": [
            {"id": str(role.id), "name": role.name, "mentionable": role.mentionable}
            for role in guild.roles.values()
        ],
    }


def _channel(world: "World", channel: Channel, me: User, seen: list[Channel] | None = None) -> Json:
    state = world.state
    threads = [item for item in seen or [] if item.parent_id == channel.id]
    permission = "send_messages_in_threads" if channel.is_thread else "send_messages"
    may_send = channel.kind == DIRECT_MESSAGE or state.allows(me.id, channel, permission)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "type": channel.kind,
        "topic": channel.topic,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "archived": channel.archived,
        "joined": me.id in channel.thread_members,
        "message_count": channel.message_count,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "can_send": may_send,
        "threads": [_channel(world, item, me) for item in threads],
    }


def messages_view(world: "World", me: User, channel_id: int) -> list[Json]:
    """Messages with their marks, and failed commands among them in order of time."""
    state = world.state
    mine = [item for item in state.failures if item.user_id == me.id and item.channel_id == channel_id]
    below = {item.message_id: item.text for item in mine if item.message_id is not None}
    found = [
        (item.id, _message(world, item, below.get(item.id)))
        for item in state.visible_messages(me.id, channel_id)
    ]
    lost = [(item.id, _lost(world, item)) for item in mine if item.message_id is None]
    return [item for _, item in sorted([*found, *lost], key=lambda pair: pair[0])]


def _message(world: "World", message: Message, failure: str | None) -> Json:
    state = world.state
    used = None
    if message.interaction is not None:
        user = message.interaction["user"]
        used = {
            "user": user.get("global_name") or user["username"],
            "command": message.interaction.get("name"),
        }
    return message_json(message, state) | {
        "ephemeral": message.only_for is not None,
        "thinking": message.thinking,
        "by_bot": message.author_id == state.bot_id,
        "failure": failure,
        "used": used,
    }


def _lost(world: "World", failure: Failure) -> Json:
    state = world.state
    return {
        "id": str(failure.id),
        "channel_id": str(failure.channel_id),
        "author": user_json(state.users[state.bot_id]),
        "content": "",
        "components": [],
        "embeds": [],
        "attachments": [],
        "flags": 0,
        "ephemeral": True,
        "thinking": False,
        "by_bot": True,
        "failure": failure.text,
        "used": None,
    }


def commands_view(world: "World", me: User, channel_id: int) -> list[Json]:
    """Visible slash commands, sub-commands by their full names."""
    channel = world.state.channels[channel_id]
    found: list[Json] = []
    for command in world.commands.visible(me.id, channel):
        if command["type"] == 1:
            _flatten(command, str(command["name"]), str(command["id"]), found)
    return found


def _flatten(command: Json, name: str, command_id: str, found: list[Json]) -> None:
    nested = [option for option in listed(command, "options") if option["type"] in (SUBCOMMAND, GROUP)]
    for option in nested:
        _flatten(option, f"{name} {option['name']}", command_id, found)
    if not nested:
        options: list[Json] = command.get("options") or []
        found.append(
            {"id": command_id, "name": name, "description": command["description"], "options": options}
        )
