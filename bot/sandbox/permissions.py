"""Permission bits and Discord's way of computing them: owner, administrator, roles, overwrites, threads."""

from collections.abc import Iterable

from bot.sandbox.model import Channel, Guild, Member

BITS = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_external_emojis": 1 << 18,
    "connect": 1 << 20,
    "speak": 1 << 21,
    "change_nickname": 1 << 26,
    "manage_roles": 1 << 28,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
    "use_external_apps": 1 << 50,
    "pin_messages": 1 << 51,
}
ALL = (1 << 53) - 1


def bits(names: Iterable[str]) -> int:
    """The value of several permissions by name; an unknown name is a KeyError."""
    value = 0
    for name in names:
        value |= BITS[name]
    return value


# What @everyone may do in a new server, as far as the sandbox knows it.
EVERYONE = bits(
    [
        "add_reactions",
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "read_message_history",
        "use_external_emojis",
        "connect",
        "speak",
        "change_nickname",
        "use_application_commands",
        "create_public_threads",
        "create_private_threads",
        "send_messages_in_threads",
        "use_external_apps",
    ]
)
# In a direct message there are no roles; Discord reports a fixed set.
DIRECT = bits(
    [
        "add_reactions",
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "read_message_history",
        "mention_everyone",
        "use_external_emojis",
        "use_application_commands",
    ]
)


def base(guild: Guild, member: Member) -> int:
    """Server-wide permissions of a member."""
    if guild.owner_id == member.user_id:
        return ALL
    value = guild.roles[guild.id].permissions
    for role_id in member.roles:
        value |= guild.roles[role_id].permissions
    return ALL if value & BITS["administrator"] else value


def computed(guild: Guild, member: Member, channel: Channel) -> int:
    """Permissions of a member in one channel; for a thread give its parent."""
    value = base(guild, member)
    if value == ALL:
        return ALL
    overwrites = channel.overwrites
    if everyone := overwrites.get(guild.id):
        value = value & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        if overwrite := overwrites.get(role_id):
            allow |= overwrite.allow
            deny |= overwrite.deny
    value = value & ~deny | allow
    if own := overwrites.get(member.user_id):
        value = value & ~own.deny | own.allow
    # Without seeing a channel nothing can be done in it.
    return value if value & BITS["view_channel"] else 0
