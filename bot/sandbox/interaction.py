"""One interaction: what it is, how it is written on the wire, which answers fit it."""

from dataclasses import dataclass, field

from bot.sandbox import permissions
from bot.sandbox.commands import STRING
from bot.sandbox.message_payloads import message_event, message_json
from bot.sandbox.model import Channel, Guild, Message
from bot.sandbox.payloads import member_json, partial_channel_json, user_json
from bot.sandbox.state import State
from bot.sandbox.wire import Json, Value, listed

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9


@dataclass
class Interaction:
    """One thing a member did to the bot, and what came of it."""

    id: int
    kind: int
    token: str
    user_id: int
    channel_id: int
    guild_id: int | None
    created: float
    data: Json
    owners: dict[str, str]
    message_id: int | None = None  # the message whose component was used
    triggered_by: Json | None = None  # metadata of the interaction that opened the form
    answer: int | None = None  # the type of the first response
    response_id: int | None = None  # the message that the first response made or updated
    followups: list[int] = field(default_factory=list[int])
    modal: Json | None = None
    choices: list[Json] | None = None
    failed: bool = False
    updates: int = 0  # how often any message of this interaction was edited through its token
    foreign_followups: int = 0


def find(interaction: Interaction, message_id: int | None, state: State) -> Message | None:
    """A message in the channel of an interaction."""
    if message_id is None:
        return None
    return state.messages.get(interaction.channel_id, {}).get(message_id)


def payload(interaction: Interaction, state: State) -> Json:
    """The data of INTERACTION_CREATE."""
    channel = state.channels[interaction.channel_id]
    user = state.users[interaction.user_id]
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(state.application_id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": partial_channel_json(channel, state, user.id),
        "app_permissions": str(app_permissions(channel, state)),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.owners,
        "context": 0 if channel.guild_id is not None else 1,
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if channel.guild_id is not None:
        guild = state.guilds[channel.guild_id]
        body["guild_id"] = str(guild.id)
        body["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        body["guild_locale"] = guild.locale
        body["member"] = interaction_member_json(guild, channel, user.id, state)
    else:
        body["user"] = user_json(user)
    message = find(interaction, interaction.message_id, state)
    if message is not None:
        body["message"] = message_event(message, state)
        body["message"].pop("guild_id", None)
    return body


def interaction_member_json(guild: Guild, channel: Channel, user_id: int, state: State) -> Json:
    """The member inside an interaction, with computed permissions."""
    body = member_json(guild.members[user_id], user=state.users[user_id])
    return body | {"permissions": str(state.permissions(user_id, channel))}


def app_permissions(channel: Channel, state: State) -> int:
    """What the app may do where the interaction happened; a foreign server grants it next to nothing."""
    if channel.guild_id is None:
        return permissions.DIRECT
    if not state.guilds[channel.guild_id].bot_present:
        return permissions.bits(["attach_files", "embed_links", "mention_everyone", "use_external_emojis"])
    return state.permissions(state.bot_id, channel)


def allowed_answers(interaction: Interaction) -> tuple[int, ...]:
    """The types of first response that fit."""
    if interaction.kind == AUTOCOMPLETE:
        return (CHOICES,)
    if interaction.kind == COMMAND:
        return (REPLY, DEFER, SHOW_MODAL)
    updates = (DEFER_UPDATE, UPDATE) if interaction.message_id else ()
    return (REPLY, DEFER, *updates, *((SHOW_MODAL,) if interaction.kind == COMPONENT else ()))


def focused_kind(options: list[Json]) -> int:
    """The type of the option that is being typed into."""
    for option in options:
        if option.get("focused"):
            return option["type"]
        if option.get("options"):
            return focused_kind(option["options"])
    return STRING


def receipt_json(interaction: Interaction, message: Message | None, state: State) -> Json:
    """What `with_response` shows of a first response."""
    receipt: Json = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
    if message is not None:
        receipt["interaction"] |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.thinking,
            "response_message_ephemeral": message.only_for is not None,
            "channel_id": str(message.channel_id),
        }
        if interaction.guild_id is not None:
            receipt["interaction"]["guild_id"] = str(interaction.guild_id)
    # A deferral names its message by id only.
    if message is not None and interaction.answer in (REPLY, UPDATE):
        receipt["resource"] = {"type": interaction.answer, "message": message_json(message, state)}
    return receipt


def metadata(interaction: Interaction, state: State) -> Json:
    """`interaction_metadata` of the messages it makes."""
    body: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": user_json(state.users[interaction.user_id]),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind == COMMAND:
        body["name"] = full_name(interaction.data)
        body["command_type"] = 1
    if interaction.kind == COMPONENT:
        body["interacted_message_id"] = str(interaction.message_id)
    if interaction.kind == MODAL and interaction.triggered_by is not None:
        body["triggering_interaction_metadata"] = interaction.triggered_by
    if interaction.answer in (REPLY, DEFER):
        body["original_response_message_id"] = str(interaction.response_id)
    return body


def full_name(data: Value) -> str:
    """A command's name with its sub-command, as in "daily setup"."""
    name = str(data["name"])
    for option in listed(data, "options"):
        if option["type"] in (1, 2):
            return f"{name} {full_name(option)}"
    return name
