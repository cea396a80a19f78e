"""What the sandbox answers has the shape that Discord's own API document promises."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.sandbox.api import ASK, Api

BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
CARD = {
    "type": 17,
    "components": [
        {"type": 10, "content": "x"},
        {"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": BUTTON},
        {"type": 14},
        {"type": 12, "items": [{"media": {"url": "https://a.b/c.png"}}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "b"}]}]},
    ],
}
OTHER = {"type": 1, "components": [{**BUTTON, "custom_id": "other"}]}
HOOK = "/webhooks/{webhook_id}/{webhook_token}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
FORM = {"custom_id": "f", "title": "T", "components": [{"type": 10, "content": "x"}]}


class Checked:
    """Calls whose answers are compared with the document."""

    def __init__(self, api: Api, document: dict[str, Any]) -> None:
        self.api = api
        self.paths = document["paths"]
        resource = Resource(contents=document, specification=DRAFT202012)
        self.registry: Registry[Any] = Registry().with_resource("urn:discord", resource)

    async def call(
        self, method: str, template: str, body: object = None, path: str | None = None, **ids: object
    ) -> Any:
        """The answer, after the comparison."""
        concrete = path or template.format(**ids)
        status, answer = await self.api.call(method, concrete, body)
        content = self.paths[template][method.lower()]["responses"][str(status)]["content"][
            "application/json"
        ]
        schema = json.loads(json.dumps(content["schema"]).replace('"#/comp', '"urn:discord#/comp'))
        errors = [
            error.message
            for error in Draft202012Validator(schema, registry=self.registry).iter_errors(answer)
        ]
        assert errors == [], f"{method} {template}"
        return answer


@pytest.fixture
def checked(api: Api) -> Checked:
    named = os.environ.get("DISCORD_OPENAPI")
    if not named:
        pytest.skip("DISCORD_OPENAPI does not name a copy of Discord's API document")
    raw = Path(named).read_bytes()
    return Checked(api, json.loads(gzip.decompress(raw) if named.endswith(".gz") else raw))


async def test_places_and_accounts(api: Api, checked: Checked):
    guild, ann = api.world.guild().id, api.world.member("ann").id
    for template in ("/gateway", "/gateway/bot", "/users/@me", "/users/@me/guilds", "/applications/@me"):
        await checked.call("GET", template)
    await checked.call("GET", "/oauth2/applications/@me")
    for rest in ("", "/channels", "/roles", "/threads/active", "/members/{user_id}"):
        await checked.call("GET", "/guilds/{guild_id}" + rest, guild_id=guild, user_id=ann)
    direct = await checked.call("POST", "/users/@me/channels", {"recipient_id": str(ann)})
    for channel in (direct["id"], api.world.channel("study").id):
        await checked.call("GET", "/channels/{channel_id}", channel_id=channel)
    commands = "/applications/{application_id}/commands"
    await checked.call("PUT", commands, [ASK], application_id=api.box.application_id)
    await checked.call("GET", commands, application_id=api.box.application_id)


async def test_messages_and_threads(api: Api, checked: Checked):
    channel = api.world.channel("study").id
    messages = "/channels/{channel_id}/messages"
    one = messages + "/{message_id}"
    card = await checked.call("POST", messages, {"flags": 1 << 15, "components": [CARD]}, channel_id=channel)
    ids = {"channel_id": channel, "message_id": card["id"]}
    reply = {"content": "re", "message_reference": {"message_id": card["id"]}, "embeds": [{"title": "t"}]}
    await checked.call("POST", messages, reply, **ids)
    await checked.call("PATCH", one, {"components": [CARD, OTHER]}, **ids)
    thread = await checked.call("POST", one + "/threads", {"name": "t"}, **ids)
    await checked.call("POST", "/channels/{channel_id}/threads", {"name": "t", "type": 11}, **ids)
    await checked.call("GET", "/channels/{channel_id}/thread-members", channel_id=thread["id"])
    await checked.call("GET", messages, **ids)


async def test_interactions(api: Api, checked: Checked):
    for body in ({"type": 4, "data": {"content": "c", "flags": 64}}, {"type": 5}, {"type": 9, "data": FORM}):
        asked = await api.asked()
        path = f"/interactions/{asked.id}/{asked.token}/callback?with_response=true"
        await checked.call("POST", CALLBACK, body, path)
        if body["type"] == 4:
            await checked.call(
                "GET", f"{HOOK}/messages/@original", path=api.hook(asked, "/messages/@original")
            )
            await checked.call("POST", HOOK, {"content": "x"}, api.hook(asked) + "?wait=true")
    await api.post({"flags": 1 << 15, "components": [CARD]})
    ann = api.world.member("ann")
    used = ann.start_component(ann.visible(ann.history()[-1]), "go", {"component_type": 2})
    path = f"/interactions/{used.id}/{used.token}/callback?with_response=true"
    await checked.call("POST", CALLBACK, {"type": 7, "data": {"components": [CARD]}}, path)
