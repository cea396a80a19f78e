"""Everything that is the case in the world, with lookups. Changing it is the business of `world` and its parts."""

import base64
from collections import Counter
from collections.abc import Iterator

from bot.sandbox import permissions
from bot.sandbox.clock import SandboxClock
from bot.sandbox.feed import Change, Feed
from bot.sandbox.ids import Snowflakes
from bot.sandbox.model import (
    DIRECT_MESSAGE,
    PRIVATE_THREAD,
    Attachment,
    Channel,
    Failure,
    Guild,
    Message,
    User,
)
from bot.sandbox.wire import Json, unknown


class State:
    """Users, servers, channels and messages by id, the clock and the feed that go with them."""

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.feed = Feed()
        self.bot_id = 0
        self.application_id = 0
        self.base_url = ""  # where attachments are served; set when the server listens
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.attachments: dict[int, Attachment] = {}
        self.failures: list[Failure] = []
        self.present: Counter[int] = Counter()  # people by the number of pages that are open as them
        self.greeted = False  # whether somebody has read the page's greeting
        # Registered commands by server (None: global), each as the wire JSON.
        self.commands: dict[int | None, list[Json]] = {}

    @property
    def token(self) -> str:
        """The bot token, in the shape of a real one; it opens nothing but this world."""
        account = base64.urlsafe_b64encode(str(self.application_id).encode()).decode().rstrip("=")
        return f"{account}.SandBx.this-token-opens-only-the-sandbox"

    def timestamp(self) -> str:
        """Now, as Discord writes moments."""
        return self.clock.now().isoformat()

    def publish(
        self,
        kind: str,
        *,
        guild_id: int | None = None,
        channel_id: int | None = None,
        message_id: int | None = None,
        user_id: int | None = None,
        only_for: int | None = None,
        data: Json | None = None,
    ) -> None:
        """Announce one change on the feed."""
        if guild_id is None and channel_id in self.channels:
            guild_id = self.channels[channel_id].guild_id
        self.feed.publish(Change(kind, guild_id, channel_id, message_id, user_id, only_for, data or {}))

    # --- lookups -------------------------------------------------------------------------------------------

    def guild(self, guild_id: int) -> Guild:
        """A server the bot is in; else Discord's refusal."""
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.bot_present:
            raise unknown("Guild")
        return guild

    def channel(self, channel_id: int) -> Channel:
        """A channel by id; else Discord's refusal."""
        if channel_id not in self.channels:
            raise unknown("Channel")
        return self.channels[channel_id]

    def message(self, channel_id: int, message_id: int) -> Message:
        """A message by id; else Discord's refusal."""
        message = self.messages.get(channel_id, {}).get(message_id)
        if message is None:
            raise unknown("Message")
        return message

    def of_guild(self, guild_id: int) -> list[Channel]:
        """A server's channels and threads, in order."""
        found = [channel for channel in self.channels.values() if channel.guild_id == guild_id]
        return sorted(found, key=lambda channel: (channel.is_thread, channel.position, channel.id))

    def direct_channel(self, user_id: int) -> Channel | None:
        """The direct message channel between a user and the bot, if it was ever opened."""
        for channel in self.channels.values():
            if channel.kind == DIRECT_MESSAGE and user_id in channel.recipients:
                return channel
        return None

    def open_direct_channel(self, user_id: int) -> Channel:
        """The same, opened if need be."""
        channel = self.direct_channel(user_id)
        if channel is None:
            channel = Channel(self.ids.next(), DIRECT_MESSAGE, "", recipients=[user_id, self.bot_id])
            self.channels[channel.id] = channel
            self.publish("channel_create", channel_id=channel.id, only_for=user_id)
        return channel

    def shared_guilds(self, user_id: int) -> Iterator[Guild]:
        """Servers where both the bot and this user are."""
        for guild in self.guilds.values():
            if guild.bot_present and user_id in guild.members:
                yield guild

    # --- who may what --------------------------------------------------------------------------------------

    def permissions(self, user_id: int, channel: Channel) -> int:
        """Computed permission bits of a user in a channel, a thread or a direct message."""
        if channel.guild_id is None:
            return permissions.DIRECT if user_id in channel.recipients else 0
        guild = self.guilds[channel.guild_id]
        member = guild.members.get(user_id)
        if member is None:
            return 0
        parent = self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
        value = permissions.computed(guild, member, parent)
        hidden = channel.kind == PRIVATE_THREAD and user_id not in channel.thread_members
        if hidden and not value & permissions.BITS["manage_threads"]:
            return 0
        return value

    def allows(self, user_id: int, channel: Channel, permission: str) -> bool:
        """Whether a user has the named permission there."""
        return bool(self.permissions(user_id, channel) & permissions.BITS[permission])

    def sees(self, user_id: int, channel: Channel) -> bool:
        """Whether the channel exists for this user."""
        return self.allows(user_id, channel, "view_channel")

    def sees_message(self, user_id: int, message: Message) -> bool:
        """Whether this user sees the message; ephemeral ones are for one member only."""
        if message.only_for not in (None, user_id):
            return False
        channel = self.channels.get(message.channel_id)
        return channel is not None and self.sees(user_id, channel)

    def visible_messages(self, user_id: int, channel_id: int) -> list[Message]:
        """What a user sees in a channel, oldest first."""
        found = self.messages.get(channel_id, {}).values()
        return [message for message in found if self.sees_message(user_id, message)]
