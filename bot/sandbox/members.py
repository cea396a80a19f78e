"""Who is in a server or a channel, as the page lists them: with presence and roles."""

from typing import TYPE_CHECKING

from bot.sandbox.model import DIRECT_MESSAGE, Guild, Member, User
from bot.sandbox.wire import Json

if TYPE_CHECKING:
    from bot.sandbox.world import World


def person_json(world: "World", user: User) -> Json:
    """An account, with what the page may switch. People are online while a page is open as them."""
    online = world.bot_online() if user.id == world.state.bot_id else world.state.present[user.id] > 0
    return {
        "id": str(user.id),
        "name": user.name,
        "display": user.display,
        "about": user.about,
        "bot": user.bot,
        "online": online,
        "dms_open": user.dms_open,
        "has_app": user.has_app,
    }


def member_json(world: "World", guild: Guild, member: Member) -> Json:
    """An account in a server, with the ids of its roles."""
    return person_json(world, world.state.users[member.user_id]) | {
        "owner": member.user_id == guild.owner_id,
        "roles": [str(role) for role in member.roles],
    }


def members_view(world: "World", me: User, channel_id: int) -> list[Json]:
    """Members of a channel; roles by name, the highest first."""
    state = world.state
    channel = state.channels[channel_id]
    if channel.kind == DIRECT_MESSAGE:
        both = [me, state.users[state.bot_id]]
        return [person_json(world, user) | {"owner": False, "roles": []} for user in both]
    guild = state.guilds[channel.guild_id or 0]
    if channel.is_thread:
        here = [guild.members[user] for user in channel.thread_members if user in guild.members]
    else:
        here = [member for member in guild.members.values() if state.sees(member.user_id, channel)]
    found: list[Json] = []
    for member in here:
        roles = sorted((guild.roles[role] for role in member.roles), key=lambda role: -role.position)
        found.append(member_json(world, guild, member) | {"roles": [role.name for role in roles]})
    return found
