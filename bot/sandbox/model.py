"""The things of the world: users, servers, channels, messages, commands. Plain data that can be written to JSON."""

from dataclasses import dataclass, field

from bot.sandbox.wire import Json

# Channel types, as Discord numbers them.
TEXT, DIRECT_MESSAGE, VOICE, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 4, 5
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD, STAGE, FORUM = 10, 11, 12, 13, 15
THREADS = (ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
CHANNEL_KINDS = {
    "text": TEXT,
    "voice": VOICE,
    "category": CATEGORY,
    "announcement": ANNOUNCEMENT,
    "stage": STAGE,
    "forum": FORUM,
}

# Message flags.
EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12


@dataclass
class User:
    """An account: a persona or the bot."""

    id: int
    name: str
    display: str
    bot: bool = False
    dms_open: bool = True
    has_app: bool = True  # installed the bot for themselves ("user install")
    locale: str = "en-US"
    about: str = ""  # who a persona is, for the page's menu


@dataclass
class Role:
    """A role of a server; the one with the server's own id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False
    managed: bool = False


@dataclass
class Overwrite:
    """What a channel changes for a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Member:
    """A user in a server."""

    user_id: int
    joined: str
    roles: list[int] = field(default_factory=list[int])
    nick: str | None = None


@dataclass
class Guild:
    """A server. `bot_present` is false where the bot is at most a user-installed app."""

    id: int
    name: str
    owner_id: int
    bot_present: bool = True
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])


@dataclass
class Channel:
    """A channel, a thread or a direct message (`guild_id` None, `recipients` the members)."""

    id: int
    kind: int
    name: str
    guild_id: int | None = None
    position: int = 0
    topic: str | None = None
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    recipients: list[int] = field(default_factory=list[int])
    last_message_id: int | None = None
    # Threads only.
    owner_id: int | None = None
    thread_members: dict[int, str] = field(default_factory=dict[int, str])
    archived: bool = False
    locked: bool = False
    archive_minutes: int = 1440
    archived_at: str | None = None
    message_count: int = 0

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread of some kind."""
        return self.kind in THREADS


@dataclass
class Message:
    """A message as everybody sees it; `only_for` names the one member who sees an ephemeral one."""

    id: int
    channel_id: int
    author_id: int
    timestamp: str
    content: str = ""
    kind: int = 0
    edited: str | None = None
    flags: int = 0
    components: list[Json] = field(default_factory=list[Json])
    embeds: list[Json] = field(default_factory=list[Json])
    attachments: list[Json] = field(default_factory=list[Json])
    mentions: list[int] = field(default_factory=list[int])
    mention_roles: list[int] = field(default_factory=list[int])
    mention_everyone: bool = False
    pinned: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    only_for: int | None = None
    reference: Json | None = None
    nonce: str | int | None = None
    application_id: int | None = None
    interaction: Json | None = None
    revision: int = 0  # counts edits, for those who wait for the next one

    @property
    def thinking(self) -> bool:
        """Whether this still is the placeholder of a deferral."""
        return bool(self.flags & LOADING)


@dataclass
class Attachment:
    """The bytes behind an attachment's address."""

    id: int
    filename: str
    content_type: str
    data: bytes


@dataclass
class Failure:
    """An interaction that got no answer in time, as its member sees it below a message or in the channel."""

    id: int
    user_id: int
    channel_id: int
    message_id: int | None
    text: str
