"""What a member's client makes of what was typed: the options of a command and the inputs of a form, checked as there."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from bot.sandbox.commands import (
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    USER,
)
from bot.sandbox.component_tree import CHECKBOX, LABEL, RADIO_GROUP, ROW, SELECTS, STRING_SELECT, TEXT_INPUT
from bot.sandbox.payloads import member_json, partial_channel_json, role_json, user_json
from bot.sandbox.shown import Field, form_fields
from bot.sandbox.wire import Json, Value, listed

if TYPE_CHECKING:
    from bot.sandbox.world import World


class NotPossible(Exception):
    """A member's own client would not let them do this; the message says why."""


class Resolver:
    """Turns names of people, roles and channels into ids and collects them as `resolved`."""

    def __init__(self, world: "World", user_id: int, guild_id: int | None) -> None:
        self._world = world
        self._user_id = user_id
        self._guild_id = guild_id
        self.resolved: dict[str, dict[str, Json]] = {}

    def user(self, name: Value) -> str:
        """An account by name or id."""
        world = self._world
        user = world.state.users[int(name)] if str(name).isdecimal() else world.user(str(name))
        self.resolved.setdefault("users", {})[str(user.id)] = user_json(user)
        guild = world.state.guilds.get(self._guild_id or 0)
        if guild is not None and user.id in guild.members:
            self.resolved.setdefault("members", {})[str(user.id)] = member_json(guild.members[user.id]) | {
                "permissions": "0"
            }
        return str(user.id)

    def role(self, name: Value) -> str:
        """A role of this server by name or id."""
        guild = self._world.state.guilds[self._guild_id or 0]
        for role in guild.roles.values():
            if str(name).removeprefix("@") in (role.name.removeprefix("@"), str(role.id)):
                self.resolved.setdefault("roles", {})[str(role.id)] = role_json(
                    guild, role.id, self._world.state
                )
                return str(role.id)
        raise NotPossible(f"there is no role {name!r} here")

    def channel(self, name: Value) -> str:
        """A channel by name or id."""
        channel = self._world.channel(name, self._user_id)
        body = partial_channel_json(channel, self._world.state, self._user_id)
        self.resolved.setdefault("channels", {})[str(channel.id)] = body
        return str(channel.id)

    def mentionable(self, name: Value) -> str:
        """A role if its name starts with "@", else an account."""
        return self.role(name) if str(name).startswith("@") else self.user(name)


def command_data(
    command: Json,
    path: Sequence[str],
    given: Mapping[str, Value],
    resolver: Resolver,
    focused: str | None = None,
) -> Json:
    """The `data` of a command interaction; with `focused` that of an autocomplete one."""
    leaf, inner = _descend(command, path)
    unknown = [name for name in given if name not in {option["name"] for option in inner}]
    if unknown:
        raise NotPossible(f"/{' '.join(path)} has no option {unknown[0]!r}")
    values: list[Json] = []
    for option in inner:
        name = str(option["name"])
        if given.get(name) is not None:
            values.append(_option(option, given[name], resolver, focused))
        elif option.get("required") and focused is None:
            raise NotPossible(f"/{' '.join(path)} needs its option {name!r}")
    nested = values
    for kind, name in reversed(leaf):
        nested = [{"type": kind, "name": name, "options": nested}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": nested}
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _descend(command: Json, path: Sequence[str]) -> tuple[list[tuple[int, str]], list[Json]]:
    options: list[Json] = command.get("options") or []
    steps: list[tuple[int, str]] = []
    for step in path[1:]:
        inner = [item for item in options if item["name"] == step and item["type"] in (SUBCOMMAND, GROUP)]
        if not inner:
            raise NotPossible(f"/{' '.join(path)} does not exist")
        steps.append((inner[0]["type"], step))
        options = inner[0].get("options") or []
    if any(item["type"] in (SUBCOMMAND, GROUP) for item in options):
        raise NotPossible(f"/{' '.join(path)} needs a sub-command")
    return steps, options


def _option(option: Json, value: Value, resolver: Resolver, focused: str | None) -> Json:
    name, kind = str(option["name"]), option["type"]
    if name == focused:
        return {"name": name, "type": kind, "value": str(value), "focused": True}
    converters: dict[int, Callable[[Value], Value]] = {
        STRING: str,
        INTEGER: int,
        BOOLEAN: bool,
        NUMBER: float,
        USER: resolver.user,
        CHANNEL: resolver.channel,
        ROLE: resolver.role,
        MENTIONABLE: resolver.mentionable,
    }
    if kind not in converters:
        raise NotPossible(f"option {name!r} is of a kind the sandbox does not offer")
    sent = converters[kind](value)
    _check_option(option, sent, resolver)
    return {"name": name, "type": kind, "value": sent}


def _check_option(option: Json, value: Value, resolver: Resolver) -> None:
    name = option["name"]
    choices = listed(option, "choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise NotPossible(f"{value!r} is no choice of {name!r}: {[choice['value'] for choice in choices]}")
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise NotPossible(f"{name!r} must be between {low} and {high}")
    short, long = option.get("min_length") or 0, option.get("max_length") or 6000
    if option["type"] == STRING and not short <= len(value) <= long:
        raise NotPossible(f"{name!r} must have {short} to {long} characters")
    kinds = option.get("channel_types")
    if option["type"] == CHANNEL and kinds and resolver.resolved["channels"][value]["type"] not in kinds:
        raise NotPossible(f"{name!r} takes other kinds of channels")


def form_data(modal: Json, given: Mapping[str, Value], resolver: Resolver) -> Json:
    """The `data` of a form's submission: given values by label or custom id, the rest as the form came."""
    fields = form_fields(modal["components"])
    names = {field.label for field in fields} | {field.custom_id for field in fields}
    for name in given:
        if name not in names:
            raise NotPossible(
                f"the form {modal['title']!r} has no field {name!r}; it has {[f.label for f in fields]}"
            )
    by_number: dict[str, Json] = {}
    for field in fields:
        value = given.get(field.label, given.get(field.custom_id, field.value))
        by_number[field.custom_id] = _submitted(field, value, resolver)
    data: Json = {"custom_id": modal["custom_id"], "components": []}
    for item in modal["components"]:
        sent: Json = {"type": item["type"], "id": item.get("id")}
        if item["type"] == LABEL:
            sent["component"] = by_number[item["component"]["custom_id"]]
        elif item["type"] == ROW:
            sent["components"] = [by_number[inner["custom_id"]] for inner in item["components"]]
        data["components"].append(sent)
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data


def _submitted(field: Field, value: Value, resolver: Resolver) -> Json:
    sent: Json = {"type": field.kind, "id": field.number, "custom_id": field.custom_id}
    if field.kind == TEXT_INPUT:
        return sent | {"value": _text(field, str(value))}
    if field.kind == CHECKBOX:
        return sent | {"value": bool(value)}
    if field.kind == RADIO_GROUP:
        chosen = chosen_values(field.component, [] if value is None else [value], resolver, field.label)
        if field.required and not chosen:
            raise NotPossible(f"{field.label!r} must be chosen")
        return sent | {"value": chosen[0] if chosen else None}
    listed = [value] if isinstance(value, str) else list(value or [])
    if field.required and not listed:
        raise NotPossible(f"{field.label!r} must be chosen")
    return sent | {"values": chosen_values(field.component, listed, resolver, field.label)}


def _text(field: Field, text: str) -> str:
    short, long = field.component.get("min_length") or 0, field.component.get("max_length") or 4000
    if field.required and not text:
        raise NotPossible(f"{field.label!r} must be filled in")
    if text and not short <= len(text) <= long:
        raise NotPossible(f"{field.label!r} must have {short} to {long} characters (has {len(text)})")
    return text


def chosen_values(component: Json, given: Sequence[Value], resolver: Resolver, name: str) -> list[str]:
    """What was picked in a select or a group, by value or visible label (or by name of people, roles, channels)."""
    kind = component["type"]
    entity = {5: resolver.user, 6: resolver.role, 7: resolver.mentionable, 8: resolver.channel}.get(kind)
    if entity is not None:
        chosen = [entity(item) for item in given]
    else:
        options = cast("list[Json]", component.get("options") or [])
        by_name = {str(option["label"]): str(option["value"]) for option in options}
        by_name |= {str(option["value"]): str(option["value"]) for option in options}
        wrong = [item for item in given if str(item) not in by_name]
        if wrong:
            raise NotPossible(f"{name!r} does not offer {wrong[0]!r}; it offers {list(by_name)}")
        chosen = [by_name[str(item)] for item in given]
    least, most = component.get("min_values"), component.get("max_values")
    most = most or (1 if kind in (*SELECTS, RADIO_GROUP) else 25)
    if len(chosen) > most or (
        kind == STRING_SELECT and chosen and len(chosen) < (1 if least is None else least)
    ):
        raise NotPossible(f"{name!r} takes {least} to {most} choices")
    return chosen
