"""The world: everything the sandbox holds, what can be done to it, and handles for the people in it."""

from bot.sandbox import presets, views
from bot.sandbox.clock import SandboxClock
from bot.sandbox.commands import Commands
from bot.sandbox.driver import Handle
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Subscription
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.limits import Limits
from bot.sandbox.members import members_view
from bot.sandbox.messages import Messages
from bot.sandbox.model import CHANNEL_KINDS, Channel, Guild, Member, Overwrite, Role, User
from bot.sandbox.payloads import channel_json
from bot.sandbox.permissions import BITS, EVERYONE, bits
from bot.sandbox.process import BotProcess
from bot.sandbox.record import Record, Request
from bot.sandbox.state import State
from bot.sandbox.threads import Threads
from bot.sandbox.weather import Weather
from bot.sandbox.wire import Json

Place = Channel | int | str


class World:
    """The small Discord's contents.

    For tests: `member("ann")` gives a handle that acts as that persona; `requests`, `unknown_routes`, `faults`,
    `limits`, `clock` show and steer the rest. For the page: `subscribe`, `view`, `messages_view`, `commands_view`.
    """

    def __init__(self, clock: SandboxClock, record: Record) -> None:
        self.clock = clock
        self.record = record
        self.state = State(clock)
        self.messages = Messages(self.state)
        self.threads = Threads(self.state, self.messages)
        self.interactions = Interactions(self.state, self.messages)
        self.commands = Commands(self.state)
        self.faults = Faults()
        self.limits = Limits(clock)
        self.gateway = Gateway(self.state, Events(self.state, self.interactions))
        self.faults.drop_gateway = self.gateway.drop
        self.faults.invalidate_session = self.gateway.invalidate
        self.unknown_routes: list[str] = []
        self.bot_process: BotProcess | None = None
        self.weather = Weather(self)
        self._handles: dict[int, Handle] = {}
        clock.on_jump(lambda _: self.state.publish("clock"))

    # --- what tests and the page look at -------------------------------------------------------------------

    @property
    def requests(self) -> list[Request]:
        """Every REST request of the bot so far."""
        return self.record.requests

    def bot_online(self) -> bool:
        """Whether the bot is connected with all its shards."""
        return self.gateway.online()

    def subscribe(self) -> Subscription:
        """The change feed from now on; close it when done."""
        return self.state.feed.subscribe()

    def view(self, persona: str) -> Json:
        """What a persona's client shows at the left: servers, channels, threads, direct messages, members.

        {"me", "bot": {.., "online"}, "personas": [..], "guilds": [{"id", "name", "bot_present", "channels": [{"id",
        "name", "type", "parent_id", "threads": [..], "can_send"}], "members": [..], "roles": [..]}], "dms": [..]}
        """
        return views.view(self, self.user(persona))

    def members_view(self, persona: str, channel_id: int | str) -> list[Json]:
        """The people (and bots) at the right of a channel: whoever sees it; of a thread, whoever is in it.

        Each: the account as in `view`, plus "online", "owner" and "roles" (names, the highest first).
        """
        return members_view(self, self.user(persona), int(channel_id))

    def messages_view(self, persona: str, channel_id: int | str) -> list[Json]:
        """What a persona sees in a channel, oldest first.

        Each item is the message as Discord writes it, plus "ephemeral", "thinking", "by_bot", "failure" (the text
        below a message whose button got no answer) and "used" (who used which command). An unanswered command
        appears as an item with "failure" and no components.
        """
        return views.messages_view(self, self.user(persona), int(channel_id))

    def commands_view(self, persona: str, channel_id: int | str) -> list[Json]:
        """The commands Discord offers a persona in a channel: sub-commands are listed by their full names.

        Each: {"name", "description", "options": [..], "id"}.
        """
        return views.commands_view(self, self.user(persona), int(channel_id))

    # --- finding things ------------------------------------------------------------------------------------

    def member(self, name: str) -> Handle:
        """The handle of a persona, by name."""
        user = self.user(name)
        if user.id not in self._handles:
            self._handles[user.id] = Handle(self, user)
        return self._handles[user.id]

    def user(self, name: str) -> User:
        """An account by its name."""
        for user in self.state.users.values():
            if user.name == name:
                return user
        raise LookupError(f"nobody here is called {name!r}")

    def guild(self, name: str | int = presets.HOME) -> Guild:
        """A server by name or id."""
        for guild in self.state.guilds.values():
            if name in (guild.name, guild.id):
                return guild
        raise LookupError(f"there is no server {name!r}")

    def channel(self, place: Place, user_id: int | None = None) -> Channel:
        """A channel or thread by object, id, "#name", "name", "Server/name", or "dm" (of the given user)."""
        if isinstance(place, Channel):
            return place
        if isinstance(place, int) or place.isdecimal():
            return self.state.channels[int(place)]
        if place == "dm":
            if user_id is None:
                raise LookupError('"dm" needs somebody whose direct messages are meant')
            return self.state.open_direct_channel(user_id)
        server, _, name = place.rpartition("/")
        guilds = [self.guild(server)] if server else list(self.state.guilds.values())
        for guild in guilds:
            for channel in self.state.of_guild(guild.id):
                if channel.name == name.removeprefix("#"):
                    return channel
        raise LookupError(f"there is no channel {place!r}")

    # --- changing things -----------------------------------------------------------------------------------

    def add_user(
        self,
        name: str,
        display: str | None = None,
        *,
        bot: bool = False,
        has_app: bool = True,
        about: str = "",
    ) -> User:
        """A new account."""
        number, shown = self.state.ids.next(), display or name.capitalize()
        user = User(number, name, shown, bot=bot, has_app=has_app, about=about)
        self.state.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User, members: list[User], *, bot_present: bool = True) -> Guild:
        """A new server with @everyone and, where the bot is present, its own role."""
        state = self.state
        guild = Guild(state.ids.next(), name, owner.id, bot_present=False)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        state.guilds[guild.id] = guild
        for user in members:
            self.join(user.name, name)
        if bot_present:
            self.add_bot(name)
        return guild

    def add_bot(self, guild: str = presets.HOME) -> None:
        """Invite the bot to a server; it gets its managed role."""
        place, state = self.guild(guild), self.state
        role = Role(state.ids.next(), state.users[state.bot_id].display, 0, position=1, managed=True)
        place.roles[role.id] = role
        place.members[state.bot_id] = Member(state.bot_id, state.timestamp(), [role.id])
        place.bot_present = True
        state.publish("guild_create", guild_id=place.id)

    def remove_bot(self, guild: str = presets.HOME) -> None:
        """Kick the bot out of a server."""
        place, state = self.guild(guild), self.state
        member = place.members.pop(state.bot_id)
        for role_id in member.roles:
            place.roles.pop(role_id)
        place.bot_present = False
        state.commands.pop(place.id, None)
        state.publish("guild_delete", guild_id=place.id)

    def add_channel(self, name: str, kind: str = "text", guild: str = presets.HOME) -> Channel:
        """A new channel; kinds: text, voice, category, announcement, stage, forum."""
        place, state = self.guild(guild), self.state
        position = len(state.of_guild(place.id))
        channel = Channel(state.ids.next(), CHANNEL_KINDS[kind], name, guild_id=place.id, position=position)
        state.channels[channel.id] = channel
        state.publish("channel_create", channel_id=channel.id)
        return channel

    def delete_channel(self, place: Place) -> None:
        """Delete a channel or a thread, with its messages; a channel takes its threads along."""
        state = self.state
        channel = self.channel(place)
        for thread in [item for item in state.channels.values() if item.parent_id == channel.id]:
            self.delete_channel(thread)
        body = channel_json(channel, state)
        del state.channels[channel.id]
        state.messages.pop(channel.id, None)
        data: Json = {"channel": body, "thread": channel.is_thread}
        state.publish("channel_delete", guild_id=channel.guild_id, channel_id=channel.id, data=data)

    def add_role(
        self, name: str, *permissions: str, guild: str = presets.HOME, mentionable: bool = False
    ) -> Role:
        """A new role with these permissions."""
        place = self.guild(guild)
        role = Role(self.state.ids.next(), name, bits(permissions), len(place.roles), mentionable)
        place.roles[role.id] = role
        self.state.publish("role_create", guild_id=place.id, data={"role_id": str(role.id)})
        return role

    def role(self, name: str, guild: str = presets.HOME) -> Role:
        """A role by name; "bot" is the bot's own."""
        for role in self.guild(guild).roles.values():
            if role.name == name or (name == "bot" and role.managed):
                return role
        raise LookupError(f"there is no role {name!r}")

    def give_role(self, user: str, role: str, guild: str = presets.HOME) -> None:
        """Give a member a role."""
        place, who = self.guild(guild), self.user(user)
        place.members[who.id].roles.append(self.role(role, guild).id)
        self.state.publish("member_update", guild_id=place.id, user_id=who.id)

    def join(self, user: str, guild: str = presets.HOME) -> None:
        """A user joins a server."""
        place, who = self.guild(guild), self.user(user)
        place.members[who.id] = Member(who.id, self.state.timestamp())
        self.state.publish("member_add", guild_id=place.id, user_id=who.id)

    def leave(self, user: str, guild: str = presets.HOME) -> None:
        """A user leaves a server."""
        place, who = self.guild(guild), self.user(user)
        place.members.pop(who.id, None)
        self.state.publish("member_remove", guild_id=place.id, user_id=who.id)

    def set_permission(self, channel: Place, permission: str, allowed: bool | None, who: str = "bot") -> None:  # noqa: FBT001 - reads as a sentence
        """Overwrite a permission in a channel: allow, deny or (None) neither, for the bot, a role or a member."""
        place = self.channel(channel)
        guild = self.guild(place.guild_id or 0)
        names = {
            user.name: user.id
            for user in self.state.users.values()
            if user.id in guild.members and not user.bot
        }
        target = names.get(who) or self.role(who, guild.name).id
        overwrite = place.overwrites.setdefault(target, Overwrite(target, 1 if who in names else 0))
        bit = BITS[permission]
        overwrite.allow = overwrite.allow & ~bit | (bit if allowed else 0)
        overwrite.deny = overwrite.deny & ~bit | (bit if allowed is False else 0)
        self.state.publish("channel_update", channel_id=place.id)

    def set_role_permission(
        self,
        role: str,
        permission: str,
        allowed: bool,  # noqa: FBT001 - reads as a sentence
        guild: str = presets.HOME,
    ) -> None:
        """Change what a role may do in the whole server; "@everyone" and "bot" are roles too."""
        place, bit = self.guild(guild), BITS[permission]
        changed = self.role(role, guild)
        changed.permissions = changed.permissions & ~bit | (bit if allowed else 0)
        self.state.publish("role_update", guild_id=place.id, data={"role_id": str(changed.id)})
