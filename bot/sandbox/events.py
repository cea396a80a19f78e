"""Which gateway events a change makes, and what of it the bot may see with its intents."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.feed import Change
from bot.sandbox.interaction import payload
from bot.sandbox.interactions import Interactions
from bot.sandbox.message_payloads import message_event
from bot.sandbox.model import Channel, Message
from bot.sandbox.payloads import (
    channel_json,
    guild_create_json,
    guild_json,
    member_json,
    role_json,
    thread_member_json,
    user_json,
)
from bot.sandbox.state import State
from bot.sandbox.wire import Json

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES = 1 << 0, 1 << 1, 1 << 9
DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 12, 1 << 15


@dataclass(frozen=True)
class Event:
    """One dispatch: `intent` 0 reaches everybody; `data` is made per session, by its intents."""

    name: str
    guild_id: int | None
    intent: int
    data: Callable[[int], Json]


class Events:
    """Turns changes into gateway events."""

    def __init__(self, state: State, interactions: Interactions) -> None:
        self._state = state
        self._interactions = interactions
        self._makers: dict[str, Callable[[Change], list[Event]]] = {
            "message_create": self._message,
            "message_update": self._message,
            "message_delete": self._message_delete,
            "interaction_create": self._interaction,
            "channel_create": self._channel,
            "channel_update": self._channel,
            "channel_delete": self._channel_delete,
            "thread_members": self._thread_members,
            "guild_create": self._guild,
            "guild_update": self._guild,
            "guild_delete": self._guild_delete,
            "role_create": self._role,
            "role_update": self._role,
            "member_add": self._member,
            "member_update": self._member,
            "member_remove": self._member,
        }

    def of(self, change: Change) -> list[Event]:
        """The events of one change; none for servers without the bot and for what only a member sees."""
        maker = self._makers.get(change.kind)
        if maker is None:
            return []
        if change.kind == "interaction_create":
            return maker(change)
        if change.only_for is not None or not self._reaches(change):
            return []
        return maker(change)

    def _reaches(self, change: Change) -> bool:
        if change.guild_id is None or change.kind == "guild_delete":
            return True
        return self._state.guilds[change.guild_id].bot_present

    def _interaction(self, change: Change) -> list[Event]:
        interaction = self._interactions.all[int(change.data["id"])]
        body = payload(interaction, self._state)
        return [Event("INTERACTION_CREATE", interaction.guild_id, 0, lambda _: body)]

    def _message(self, change: Change) -> list[Event]:
        state = self._state
        channel = state.channels[change.channel_id or 0]
        message = state.messages[channel.id][change.message_id or 0]
        if not state.sees(state.bot_id, channel):
            return []
        intent = DIRECT_MESSAGES if channel.guild_id is None else GUILD_MESSAGES
        name = "MESSAGE_CREATE" if change.kind == "message_create" else "MESSAGE_UPDATE"
        full = message_event(message, state)
        bare: Json = full | {"content": "", "embeds": [], "attachments": [], "components": []}
        readable = self._readable(channel, message)
        return [
            Event(name, channel.guild_id, intent, lambda i: full if readable or i & MESSAGE_CONTENT else bare)
        ]

    def _readable(self, channel: Channel, message: Message) -> bool:
        """Without the privileged intent the bot reads direct messages, its own, and those that mention it."""
        bot = self._state.bot_id
        return channel.guild_id is None or message.author_id == bot or bot in message.mentions

    def _message_delete(self, change: Change) -> list[Event]:
        body: Json = {"id": str(change.message_id), "channel_id": str(change.channel_id)}
        if change.guild_id is not None:
            body["guild_id"] = str(change.guild_id)
        intent = DIRECT_MESSAGES if change.guild_id is None else GUILD_MESSAGES
        return [Event("MESSAGE_DELETE", change.guild_id, intent, lambda _: body)]

    def _channel(self, change: Change) -> list[Event]:
        state = self._state
        channel = state.channels[change.channel_id or 0]
        if channel.guild_id is None or (channel.is_thread and not state.sees(state.bot_id, channel)):
            return []
        verb = "CREATE" if change.kind == "channel_create" else "UPDATE"
        body = channel_json(channel, state)
        if channel.is_thread and verb == "CREATE":
            body["newly_created"] = True
        name = f"{'THREAD' if channel.is_thread else 'CHANNEL'}_{verb}"
        return [Event(name, channel.guild_id, GUILDS, lambda _: body)]

    def _channel_delete(self, change: Change) -> list[Event]:
        name = "THREAD_DELETE" if change.data["thread"] else "CHANNEL_DELETE"
        return [Event(name, change.guild_id, GUILDS, lambda _: change.data["channel"])]

    def _thread_members(self, change: Change) -> list[Event]:
        state = self._state
        thread = state.channels[change.channel_id or 0]
        added, removed = change.data["added"], change.data["removed"]
        guild = state.guilds[thread.guild_id or 0]
        members = [
            thread_member_json(thread, user)
            | {"member": member_json(guild.members[user], user=state.users[user]), "presence": None}
            for user in added
        ]
        body: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": len(thread.thread_members),
            "added_members": members,
            "removed_member_ids": [str(user) for user in removed],
        }
        # Without the members intent the bot learns only of its own coming and going.
        intent = GUILDS if state.bot_id in (*added, *removed) else GUILD_MEMBERS
        return [Event("THREAD_MEMBERS_UPDATE", thread.guild_id, intent, lambda _: body)]

    def _guild(self, change: Change) -> list[Event]:
        guild = self._state.guilds[change.guild_id or 0]
        created = change.kind == "guild_create"
        body = guild_create_json(guild, self._state) if created else guild_json(guild, self._state)
        return [Event("GUILD_CREATE" if created else "GUILD_UPDATE", guild.id, GUILDS, lambda _: body)]

    def _guild_delete(self, change: Change) -> list[Event]:
        return [Event("GUILD_DELETE", change.guild_id, GUILDS, lambda _: {"id": str(change.guild_id)})]

    def _role(self, change: Change) -> list[Event]:
        guild = self._state.guilds[change.guild_id or 0]
        body = {"guild_id": str(guild.id), "role": role_json(guild, int(change.data["role_id"]), self._state)}
        name = "GUILD_ROLE_CREATE" if change.kind == "role_create" else "GUILD_ROLE_UPDATE"
        return [Event(name, guild.id, GUILDS, lambda _: body)]

    def _member(self, change: Change) -> list[Event]:
        state = self._state
        guild = state.guilds[change.guild_id or 0]
        user = state.users[change.user_id or 0]
        name = {
            "member_add": "GUILD_MEMBER_ADD",
            "member_update": "GUILD_MEMBER_UPDATE",
            "member_remove": "GUILD_MEMBER_REMOVE",
        }[change.kind]
        body: Json = {"user": user_json(user)}
        if change.kind != "member_remove":
            body = member_json(guild.members[user.id], user=user)
        body["guild_id"] = str(guild.id)
        # What happens to the bot itself it learns without the privileged intent.
        intent = GUILDS if user.id == state.bot_id else GUILD_MEMBERS
        return [Event(name, guild.id, intent, lambda _: body)]
