"""Messages as Discord writes them on the wire: components filled in, pictures with their addresses."""

from bot.sandbox.component_tree import CONTAINER, FILE, SELECTS, SEPARATOR, THUMBNAIL
from bot.sandbox.model import HAS_THREAD, Message
from bot.sandbox.payloads import channel_json, member_json, user_json
from bot.sandbox.state import State
from bot.sandbox.wire import Json

# What Discord fills in when a component leaves it out, by component type (items of a gallery have none).
GALLERY_ITEM = 0
DEFAULTS: dict[int, Json] = {
    GALLERY_ITEM: {"description": None, "spoiler": False},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    CONTAINER: {"accent_color": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}


def message_json(message: Message, state: State, *, deep: bool = True) -> Json:
    """A message object; `deep` includes the message it replies to."""
    channel = state.channels[message.channel_id]
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.kind,
        "author": user_json(state.users[message.author_id]),
        "content": message.content,
        "timestamp": message.timestamp,
        "edited_timestamp": message.edited,
        "tts": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(state.users[user]) for user in message.mentions],
        "mention_roles": [str(role) for role in message.mention_roles],
        "attachments": [attachment_json(item, state) for item in message.attachments],
        "embeds": message.embeds,
        "pinned": message.pinned,
        "flags": message.flags,
        "components": [rendered(item, message, state) for item in message.components],
    }
    if message.reactions:
        body["reactions"] = [reaction_json(emoji, users, state) for emoji, users in message.reactions.items()]
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.application_id is not None:
        body["application_id"] = str(message.application_id)
    if message.interaction is not None:
        body["webhook_id"] = str(message.application_id)
        body["interaction_metadata"] = message.interaction
    if message.reference is not None:
        body["message_reference"] = message.reference
        if deep and message.kind == 19:
            target = state.messages.get(channel.id, {}).get(int(message.reference["message_id"]))
            body["referenced_message"] = message_json(target, state, deep=False) if target else None
    if message.flags & HAS_THREAD and message.id in state.channels:
        body["thread"] = channel_json(state.channels[message.id], state)
    return body


def message_event(message: Message, state: State) -> Json:
    """A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with the server and the author's membership."""
    body = message_json(message, state)
    guild_id = state.channels[message.channel_id].guild_id
    if guild_id is not None:
        body["guild_id"] = str(guild_id)
        member = state.guilds[guild_id].members.get(message.author_id)
        if member is not None and message.interaction is None:
            body["member"] = member_json(member)
    return body


def rendered(component: Json, message: Message, state: State) -> Json:
    """A component with `attachment://name` turned into the address the picture is served at."""
    given = {key: value for key, value in component.items() if value is not None}
    body: Json = {**DEFAULTS.get(component.get("type", GALLERY_ITEM), {}), **given}
    for key in ("components", "items"):
        if key in body:
            body[key] = [rendered(item, message, state) for item in body[key]]
    if "accessory" in body:
        body["accessory"] = rendered(body["accessory"], message, state)
    for key in ("media", "file"):
        if key in body:
            body[key] = media_json(body[key], message, state)
    if component.get("type") == FILE:
        name = str(component["file"]["url"]).removeprefix("attachment://")
        sizes = [item["size"] for item in message.attachments if item["filename"] == name]
        body |= {"name": name, "size": sizes[0] if sizes else None}
    return body


def media_json(media: Json, message: Message, state: State) -> Json:
    """An unfurled media item."""
    url = str(media["url"])
    body: Json = {"id": str(message.id), "url": url, "proxy_url": url, "loading_state": 2, "placeholder": ""}
    name = url.removeprefix("attachment://")
    for item in message.attachments:
        if url != name and item["filename"] == name:
            full = attachment_json(item, state)
            body |= {"url": full["url"], "proxy_url": full["url"], "attachment_id": full["id"]}
            body |= {key: full[key] for key in ("width", "height", "content_type") if key in full}
    return body


def attachment_json(item: Json, state: State) -> Json:
    """An attachment object; its address follows the port the sandbox listens on today."""
    url = f"{state.base_url}/attachments/{item['channel_id']}/{item['id']}/{item['filename']}"
    body = {key: value for key, value in item.items() if key != "channel_id" and value is not None}
    return body | {"url": url, "proxy_url": url}


def reaction_json(emoji: str, users: list[int], state: State) -> Json:
    """A reaction object."""
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": state.bot_id in users,
        "me_burst": False,
        "burst_colors": [],
    }
