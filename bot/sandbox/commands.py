"""Registered slash commands: the rules for registering them, and who sees which."""

import re

from bot.sandbox.model import DIRECT_MESSAGE, Channel
from bot.sandbox.permissions import ALL, BITS
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Value, listed, unknown

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
NAME = re.compile(r"[-_'\w]{1,32}", re.UNICODE)
MOST_COMMANDS, MOST_TEXT = 100, 8000
GUILD_INSTALL, USER_INSTALL = 0, 1
IN_GUILD, IN_BOT_DM = 0, 1


def _name(fields: Fields) -> str | None:
    name = fields.text("name", 1, 32, required=True)
    if name is not None and (not NAME.fullmatch(name) or name != name.lower()):
        fields.add("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return name


def check_command(fields: Fields) -> None:
    """One command object of a registration."""
    kind = fields.choice("type", (1, 2, 3, 4)) or 1
    if kind == 1:
        _name(fields)
        fields.text("description", 1, 100, required=True)
        _check_options(fields, depth=0)
        if _characters(fields.body) > MOST_TEXT:
            fields.add(
                "options", "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_TEXT})"
            )
    else:
        fields.text("name", 1, 32, required=True)
        if fields.body.get("description"):
            fields.add(
                "description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Must be empty for this type"
            )
    fields.integer("default_member_permissions", 0, ALL)
    for key, known in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for index, value in enumerate(fields.array(key, 1, 3)):
            if value not in known:
                fields.problems.add(
                    (*fields.path, key, index), "BASE_TYPE_CHOICES", f"Value must be one of {known}."
                )


def _characters(body: Json) -> int:
    count = len(str(body.get("name", ""))) + len(str(body.get("description", "")))
    for option in listed(body, "options"):
        count += _characters(option)
    for choice in listed(body, "choices"):
        count += len(str(choice.get("name", ""))) + len(str(choice.get("value", "")))
    return count


def _check_options(fields: Fields, depth: int) -> None:
    names: list[str | None] = []
    optional_seen = False
    kinds: set[bool] = set()
    for option in fields.children("options", 0, 25):
        kind = option.choice("type", range(1, 12), required=True)
        names.append(_name(option))
        option.text("description", 1, 100, required=True)
        kinds.add(kind in (SUBCOMMAND, GROUP))
        if kind in (SUBCOMMAND, GROUP):
            if depth == 2 or (kind == GROUP and depth == 1):
                option.add(
                    "type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands nest two levels at most"
                )
            else:
                _check_options(option, depth + (1 if kind == GROUP else 2))
            continue
        if option.boolean("required"):
            if optional_seen:
                option.add(
                    "required",
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                    "Required options must be placed before non-required options",
                )
        else:
            optional_seen = True
        _check_value_option(option, kind)
    if len(names) != len(set(names)):
        fields.add("options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
    if len(kinds) > 1:
        fields.add(
            "options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options cannot be mixed"
        )


def _check_value_option(option: Fields, kind: int | None) -> None:
    check_choices(option, kind or STRING)
    autocomplete = option.boolean("autocomplete")
    if autocomplete and option.body.get("choices"):
        option.add(
            "autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_AND_CHOICES", "Autocomplete excludes choices"
        )
    if autocomplete and kind not in (STRING, INTEGER, NUMBER):
        option.add("autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_TYPE", "This type has no autocomplete")
    option.integer("min_length", 0, 6000)
    option.integer("max_length", 1, 6000)


def check_choices(fields: Fields, kind: int) -> None:
    """`choices` of an option, or of an autocomplete answer: at most 25, names and values up to 100 characters."""
    for choice in fields.children("choices", 0, 25):
        choice.text("name", 1, 100, required=True)
        value = choice.body.get("value")
        if kind == STRING:
            choice.text("value", 1, 100, required=True)
        elif not isinstance(value, int if kind == INTEGER else (int, float)) or isinstance(value, bool):
            choice.add("value", "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def _key(command: Json) -> tuple[str, int]:
    return str(command.get("name")), command.get("type") or 1


class Commands:
    """The registry, by server (None: global)."""

    def __init__(self, state: State) -> None:
        self._state = state

    def all(self, guild_id: int | None) -> list[Json]:
        """The commands registered there."""
        return self._state.commands.get(guild_id, [])

    def one(self, guild_id: int | None, command_id: int) -> Json:
        """One command by id."""
        for command in self.all(guild_id):
            if command["id"] == str(command_id):
                return command
        raise unknown("application command")

    def overwrite(self, guild_id: int | None, body: Value) -> list[Json]:
        """Replace all; a command with the same name and type keeps its id."""
        problems = Problems()
        root = Fields({"commands": body}, problems)
        items = root.children("commands", 0, MOST_COMMANDS)
        for index, item in enumerate(items):
            item.path = (index,)
            check_command(item)
            same = [other for other in items[:index] if _key(other.body) == _key(item.body)]
            if same:
                item.add(
                    "name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
                )
        problems.raise_if_any()
        known = {_key(command): command["id"] for command in self.all(guild_id)}
        done = [self._stored(item.body, guild_id, known.get(_key(item.body))) for item in items]
        self._state.commands[guild_id] = done
        self._state.publish("commands", guild_id=guild_id)
        return done

    def upsert(self, guild_id: int | None, body: Value, command_id: int | None = None) -> Json:
        """Add one, or change the one with this id or the same name."""
        old = self.one(guild_id, command_id) if command_id else None
        problems = Problems()
        fields = Fields(body if old is None else old | body, problems)
        check_command(fields)
        problems.raise_if_any()
        rest = [item for item in self.all(guild_id) if _key(item) != _key(fields.body) and item is not old]
        same = [item["id"] for item in self.all(guild_id) if _key(item) == _key(fields.body)]
        stored = self._stored(fields.body, guild_id, old["id"] if old else (same or [None])[0])
        self._state.commands[guild_id] = [*rest, stored]
        self._state.publish("commands", guild_id=guild_id)
        return stored

    def remove(self, guild_id: int | None, command_id: int) -> None:
        """Delete one."""
        command = self.one(guild_id, command_id)
        self.all(guild_id).remove(command)
        self._state.publish("commands", guild_id=guild_id)

    def _stored(self, body: Json, guild_id: int | None, command_id: str | None) -> Json:
        permissions = body.get("default_member_permissions")
        stored: Json = {
            "id": command_id or str(self._state.ids.next()),
            "application_id": str(self._state.application_id),
            "version": str(self._state.ids.next()),
            "type": body.get("type") or 1,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "dm_permission": body.get("dm_permission", True),
            "nsfw": bool(body.get("nsfw")),
            "options": body.get("options") or [],
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [GUILD_INSTALL],
        }
        if guild_id is not None:
            stored["guild_id"] = str(guild_id)
        return stored

    # --- who sees which ------------------------------------------------------------------------------------

    def visible(self, user_id: int, channel: Channel) -> list[Json]:
        """The commands Discord offers this user in this channel, by name."""
        here = [*self.all(channel.guild_id), *self.all(None)] if channel.guild_id else self.all(None)
        found = [command for command in here if self.owners(command, user_id, channel)]
        return sorted(found, key=lambda command: str(command["name"]))

    def owners(self, command: Json, user_id: int, channel: Channel) -> dict[str, str]:
        """`authorizing_integration_owners` of the command there; empty where it is hidden."""
        if not self._in_context(command, channel):
            return {}
        state = self._state
        owners: dict[str, str] = {}
        if GUILD_INSTALL in command["integration_types"]:
            if channel.kind == DIRECT_MESSAGE:
                owners["0"] = "0"
            elif state.guilds[channel.guild_id or 0].bot_present and self._permitted(
                command, user_id, channel
            ):
                owners["0"] = str(channel.guild_id)
        for_user = USER_INSTALL in command["integration_types"] and state.users[user_id].has_app
        # A server that has the bot hides from a member what it hides, however they installed it.
        if for_user and ("0" in owners or not self._hidden_by_guild(command, channel)):
            owners["1"] = str(user_id)
        if channel.guild_id is not None and not state.allows(user_id, channel, "use_application_commands"):
            return {}
        return owners

    def _hidden_by_guild(self, command: Json, channel: Channel) -> bool:
        if channel.guild_id is None:
            return False
        present = self._state.guilds[channel.guild_id].bot_present
        return present and GUILD_INSTALL in command["integration_types"]

    def _in_context(self, command: Json, channel: Channel) -> bool:
        context = IN_GUILD if channel.guild_id is not None else IN_BOT_DM
        if "guild_id" in command:
            return channel.guild_id == int(command["guild_id"])
        if command["contexts"] is None:
            return context == IN_GUILD or command["dm_permission"] is not False
        return context in command["contexts"]

    def _permitted(self, command: Json, user_id: int, channel: Channel) -> bool:
        needed = command["default_member_permissions"]
        if needed is None:
            return True
        has = self._state.permissions(user_id, channel)
        if has & BITS["administrator"] or has == ALL:
            return True
        # "0" hides the command from everybody but administrators.
        return int(needed) != 0 and has & int(needed) == int(needed)
