"""The world's things as Discord writes them on the wire."""

from bot.sandbox.ids import moment_of
from bot.sandbox.model import DIRECT_MESSAGE, FORUM, STAGE, VOICE, Channel, Guild, Member, User
from bot.sandbox.state import State
from bot.sandbox.wire import Json


def user_json(user: User) -> Json:
    """A user object."""
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0000" if user.bot else "0",
        "global_name": None if user.bot else user.display,
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "primary_guild": None,
        "bot": user.bot,
        "system": False,
        "public_flags": 0,
        "flags": 0,
    }


def role_json(guild: Guild, role_id: int, state: State) -> Json:
    """A role object."""
    role = guild.roles[role_id]
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(role.permissions),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    }
    if role.managed:
        body["tags"] = {"bot_id": str(state.bot_id)}
    return body


def member_json(member: Member, *, user: User | None = None) -> Json:
    """A member object; with the user inside when given."""
    body: Json = {
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in member.roles],
        "joined_at": member.joined,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    if user is not None:
        body["user"] = user_json(user)
    return body


def thread_json(channel: Channel, *, member_of: int | None = None) -> Json:
    """A thread object, with the membership of one user if they are in it."""
    body: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(channel.guild_id),
        "parent_id": str(channel.parent_id),
        "owner_id": str(channel.owner_id),
        "name": channel.name,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "rate_limit_per_user": 0,
        "message_count": channel.message_count,
        "total_message_sent": channel.message_count,
        "member_count": len(channel.thread_members),
        "flags": 0,
        "thread_metadata": {
            "archived": channel.archived,
            "auto_archive_duration": channel.archive_minutes,
            "archive_timestamp": channel.archived_at or moment_of(channel.id).isoformat(),
            "locked": channel.locked,
            "create_timestamp": moment_of(channel.id).isoformat(),
        },
    }
    if member_of in channel.thread_members:
        body["member"] = thread_member_json(channel, member_of)
    if channel.kind == 12:
        body["thread_metadata"]["invitable"] = True
    return body


def thread_member_json(channel: Channel, user_id: int) -> Json:
    """A thread member object."""
    return {
        "id": str(channel.id),
        "user_id": str(user_id),
        "join_timestamp": channel.thread_members[user_id],
        "flags": 0,
    }


def channel_json(channel: Channel, state: State) -> Json:
    """A channel object of any kind."""
    if channel.kind == DIRECT_MESSAGE:
        others = [state.users[user] for user in channel.recipients if user != state.bot_id]
        return {
            "id": str(channel.id),
            "type": channel.kind,
            "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
            "flags": 0,
            "recipients": [user_json(user) for user in others],
        }
    if channel.is_thread:
        return thread_json(channel, member_of=state.bot_id)
    body: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": str(channel.last_message_id) if channel.last_message_id else None,
        "flags": 0,
        "permission_overwrites": [
            {"id": str(item.id), "type": item.kind, "allow": str(item.allow), "deny": str(item.deny)}
            for item in channel.overwrites.values()
        ],
    }
    if channel.kind in (VOICE, STAGE):
        body |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.kind == FORUM:
        body |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return body


def guild_summary(guild: Guild) -> Json:
    """What both the REST guild object and GUILD_CREATE start with."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "icon_hash": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(guild.owner_id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "max_members": 500_000,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "nsfw": False,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "incidents_data": None,
        "home_header": None,
        "region": "deprecated",
        "widget_enabled": False,
        "widget_channel_id": None,
        "max_presences": None,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
    }


def guild_json(guild: Guild, state: State) -> Json:
    """The guild object of the REST API."""
    return guild_summary(guild) | {"roles": [role_json(guild, role, state) for role in guild.roles]}


def guild_create_json(guild: Guild, state: State) -> Json:
    """The data of GUILD_CREATE. Without the members intent only the bot's own membership is inside."""
    channels = state.of_guild(guild.id)
    me = guild.members[state.bot_id]
    threads = [
        item for item in channels if item.is_thread and not item.archived and state.sees(state.bot_id, item)
    ]
    return guild_json(guild, state) | {
        "joined_at": me.joined,
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_json(me, user=state.users[state.bot_id])],
        "channels": [channel_json(item, state) for item in channels if not item.is_thread],
        "threads": [channel_json(item, state) for item in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def partial_channel_json(channel: Channel, state: State, user_id: int) -> Json:
    """The channel inside an interaction: partial, with the member's permissions, and no recipient in a DM."""
    body = channel_json(channel, state)
    for key in ("permission_overwrites", "recipients", "member"):
        body.pop(key, None)
    if channel.guild_id is not None:
        body["permissions"] = str(state.permissions(user_id, channel))
    return body
