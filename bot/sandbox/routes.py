"""Routes about the application: accounts, servers, registered commands."""

from bot.sandbox.model import Guild
from bot.sandbox.payloads import (
    channel_json,
    guild_json,
    member_json,
    role_json,
    user_json,
)
from bot.sandbox.permissions import base
from bot.sandbox.rest import Call, Routes
from bot.sandbox.wire import Json, Refusal, Value, missing_access, snowflake, unknown

APPLICATION = "/applications/{application_id}"
COMMANDS = f"{APPLICATION}/commands"
GUILD_COMMANDS = f"{APPLICATION}/guilds/{{guild_id}}/commands"


def gateway(call: Call) -> Value:
    """Where the gateway is."""
    return {"url": call.world.gateway.url}


def gateway_bot(call: Call) -> Value:
    """The same with the recommended number of shards."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    world = call.world
    return {"url": world.gateway.url, "shards": world.gateway.shards, "session_start_limit": limit}


def me(call: Call) -> Value:
    """The bot's account."""
    state = call.world.state
    return user_json(state.users[state.bot_id]) | {
        "mfa_enabled": True,
        "locale": "en-US",
        "verified": True,
        "email": None,
    }


def user(call: Call) -> Value:
    """Any account."""
    number = call.id("user_id")
    if number not in call.world.state.users:
        raise unknown("User")
    return user_json(call.world.state.users[number])


def application(call: Call) -> Value:
    """The application behind the bot."""
    state = call.world.state
    bot = state.users[state.bot_id]
    owner = next(account for account in state.users.values() if account.name == "olga")
    return {
        "id": str(state.application_id),
        "name": bot.display,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(bot),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user_json(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "hook": True,
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": sum(guild.bot_present for guild in state.guilds.values()),
        "approximate_user_install_count": sum(account.has_app for account in state.users.values()),
        "integration_types_config": {"0": {}, "1": {}},
    }


def my_guilds(call: Call) -> Value:
    """The servers the bot is in."""
    state = call.world.state
    found = sorted(
        (guild for guild in state.guilds.values() if guild.bot_present), key=lambda guild: guild.id
    )
    after = int(call.query.get("after", 0))
    limit = int(call.query.get("limit", 200))
    return [_my_guild(guild, state.bot_id) for guild in found if guild.id > after][:limit]


def _my_guild(guild: Guild, bot_id: int) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(base(guild, guild.members[bot_id])),
        "features": [],
    }


def open_dm(call: Call) -> Value:
    """Open the direct message channel with somebody."""
    state = call.world.state
    number = snowflake(str(call.json.get("recipient_id", "")), "recipient_id")
    if number not in state.users:
        raise unknown("User")
    if state.users[number].bot:
        raise Refusal(400, 50007, "Cannot send messages to this user")
    return channel_json(state.open_direct_channel(number), state)


# --- servers -----------------------------------------------------------------------------------------------


def guild(call: Call) -> Value:
    """A server."""
    state = call.world.state
    found = state.guild(call.id("guild_id"))
    body = guild_json(found, state)
    if call.query.get("with_counts") in ("1", "true", "True"):
        body |= {
            "approximate_member_count": len(found.members),
            "approximate_presence_count": len(found.members),
        }
    return body


def guild_channels(call: Call) -> Value:
    """Its channels, without threads."""
    state = call.world.state
    found = state.of_guild(state.guild(call.id("guild_id")).id)
    return [channel_json(item, state) for item in found if not item.is_thread]


def active_threads(call: Call) -> Value:
    """Its active threads that the bot sees."""
    state = call.world.state
    found = state.of_guild(state.guild(call.id("guild_id")).id)
    threads = [
        item for item in found if item.is_thread and not item.archived and state.sees(state.bot_id, item)
    ]
    return {"threads": [channel_json(item, state) for item in threads], "members": [], "has_more": False}


def guild_roles(call: Call) -> Value:
    """Its roles."""
    state = call.world.state
    found = state.guild(call.id("guild_id"))
    return [role_json(found, role, state) for role in found.roles]


def guild_members(call: Call) -> Value:
    """The member list needs the members intent."""
    world = call.world
    found = world.state.guild(call.id("guild_id"))
    if not world.gateway.allowed_privileged & (1 << 1):
        raise missing_access()
    return [member_json(member, user=world.state.users[member.user_id]) for member in found.members.values()]


def guild_member(call: Call) -> Value:
    """One member."""
    state = call.world.state
    found = state.guild(call.id("guild_id"))
    member = found.members.get(call.id("user_id"))
    if member is None:
        raise unknown("Member" if call.id("user_id") in state.users else "User")
    return member_json(member, user=state.users[member.user_id])


# --- commands ----------------------------------------------------------------------------------------------


def _scope(call: Call) -> int | None:
    if call.id("application_id") != call.world.state.application_id:
        raise Refusal(403, 20012, "You are not authorized to perform this action on this application")
    if "guild_id" not in call.path:
        return None
    number = call.id("guild_id")
    found = call.world.state.guilds.get(number)
    if found is None or not found.bot_present:
        raise missing_access()
    return number


def commands(call: Call) -> Value:
    """All commands of this scope."""
    return call.world.commands.all(_scope(call))


def set_commands(call: Call) -> Value:
    """Replace them."""
    return call.world.commands.overwrite(_scope(call), call.body)


def add_command(call: Call) -> Value:
    """Add one."""
    return call.world.commands.upsert(_scope(call), call.body)


def command(call: Call) -> Value:
    """One command."""
    return call.world.commands.one(_scope(call), call.id("command_id"))


def change_command(call: Call) -> Value:
    """Change one."""
    return call.world.commands.upsert(_scope(call), call.body, call.id("command_id"))


def remove_command(call: Call) -> Value:
    """Remove one."""
    call.world.commands.remove(_scope(call), call.id("command_id"))


def all_command_permissions(call: Call) -> Value:
    """What administrators set in the integration settings: nothing here."""
    _scope(call)
    return []


def command_permissions(call: Call) -> Value:
    """The same for one command: Discord answers "unknown" as long as nothing is set."""
    _scope(call)
    raise Refusal(404, 10066, "Unknown application command permissions")


def routes() -> Routes:
    """All of the above; the templates are those of Discord's OpenAPI document."""
    yield "GET", "/gateway", gateway
    yield "GET", "/gateway/bot", gateway_bot
    yield "GET", "/users/@me", me
    yield "GET", "/users/@me/guilds", my_guilds
    yield "POST", "/users/@me/channels", open_dm
    yield "GET", "/users/{user_id}", user
    yield "GET", "/oauth2/applications/@me", application
    yield "GET", "/applications/@me", application
    yield "GET", "/guilds/{guild_id}", guild
    yield "GET", "/guilds/{guild_id}/channels", guild_channels
    yield "GET", "/guilds/{guild_id}/threads/active", active_threads
    yield "GET", "/guilds/{guild_id}/roles", guild_roles
    yield "GET", "/guilds/{guild_id}/members", guild_members
    yield "GET", "/guilds/{guild_id}/members/{user_id}", guild_member
    for scope in (COMMANDS, GUILD_COMMANDS):
        yield "GET", scope, commands
        yield "PUT", scope, set_commands
        yield "POST", scope, add_command
    yield "GET", f"{GUILD_COMMANDS}/permissions", all_command_permissions
    yield "GET", f"{GUILD_COMMANDS}/{{command_id}}/permissions", command_permissions
    for scope in (COMMANDS, GUILD_COMMANDS):
        yield "GET", f"{scope}/{{command_id}}", command
        yield "PATCH", f"{scope}/{{command_id}}", change_command
        yield "DELETE", f"{scope}/{{command_id}}", remove_command
