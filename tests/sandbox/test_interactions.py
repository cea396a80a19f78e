"""Three seconds, fifteen minutes, once: what the bot may answer to an interaction, and who sees it."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Unanswered
from bot.sandbox.interaction import COMPONENT, MODAL
from tests.sandbox.api import Api

HELLO = {"type": 4, "data": {"content": "hello"}}
PRIVATE = {"type": 4, "data": {"content": "hello", "flags": 64}}
WITH_BUTTON = {
    "type": 4,
    "data": {
        "content": "c",
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
        ],
    },
}


async def test_a_first_response_counts_once(api: Api):
    interaction = await api.asked()
    status, receipt = await api.answer(interaction, HELLO)
    assert status == 200
    assert receipt["resource"]["message"]["content"] == "hello"
    assert receipt["interaction"]["response_message_id"] == receipt["resource"]["message"]["id"]
    status, body = await api.answer(interaction, HELLO)
    assert (status, body["code"]) == (400, 40060)


async def test_without_response_the_answer_has_no_body(api: Api):
    assert await api.answer(await api.asked(), HELLO, "") == (204, None)


async def test_after_three_seconds_the_interaction_is_unknown(api: Api):
    interaction = await api.asked()
    api.world.clock.advance(3.1)
    status, body = await api.answer(interaction, HELLO)
    assert (status, body["code"]) == (404, 10062)
    with pytest.raises(Unanswered, match="did not respond"):
        await api.world.member("ann").result(interaction, "/ask")
    view = api.world.messages_view("ann", api.world.channel("study").id)
    assert [item["failure"] for item in view] == ["The application did not respond"]
    assert api.world.messages_view("ben", api.world.channel("study").id) == []


async def test_a_wrong_token_is_unknown(api: Api):
    interaction = await api.asked()
    status, body = await api.call("POST", f"/interactions/{interaction.id}/wrong/callback", HELLO)
    assert (status, body["code"]) == (404, 10062)


async def test_a_button_without_answer_fails_below_its_message(api: Api):
    shown = await answered(api, WITH_BUTTON)
    ann = api.world.member("ann")
    interaction = ann.start_component(ann.visible(shown), "go", {"component_type": 2})
    api.world.clock.advance(3.1)
    with pytest.raises(Unanswered):
        await ann.result(interaction, "Go")
    assert api.world.messages_view("ann", shown.channel_id)[0]["failure"] == "This interaction failed"


async def answered(api: Api, body: dict[str, Any], name: str = "ann", channel: str = "study") -> Any:
    interaction = await api.asked(name, channel)
    assert (await api.answer(interaction, body))[0] == 200
    return await api.world.member(name).result(interaction, "/ask")


async def test_after_fifteen_minutes_the_token_is_dead(api: Api):
    interaction = await api.asked()
    await api.answer(interaction, HELLO)
    assert (await api.call("PATCH", api.hook(interaction, "/messages/@original"), {"content": "b"}))[0] == 200
    api.world.clock.advance(14 * 60)
    assert (await api.call("POST", api.hook(interaction), {"content": "c"}))[0] == 200
    api.world.clock.advance(61)
    for method, rest in (("PATCH", "/messages/@original"), ("POST", ""), ("GET", "/messages/@original")):
        status, body = await api.call(method, api.hook(interaction, rest), {"content": "d"})
        assert (status, body["code"]) == (401, 50027)


async def test_before_the_first_response_there_is_no_webhook(api: Api):
    interaction = await api.asked()
    status, body = await api.call("POST", api.hook(interaction), {"content": "c"})
    assert (status, body["code"]) == (404, 10015)


@pytest.mark.parametrize(("flags", "private"), [(64, True), (0, False)])
async def test_the_first_follow_up_replaces_thinking_and_keeps_its_visibility(
    api: Api, flags: int, private: bool
):
    shown = await answered(api, {"type": 5, "data": {"flags": flags}})
    assert (shown.thinking, shown.ephemeral) == (True, private)
    opposite = 64 - flags
    _, first = await api.call("POST", api.hook(shown.interaction), {"content": "one", "flags": opposite})
    assert first["id"] == str(shown.message_id)
    assert (shown.thinking, shown.ephemeral, shown.text) == (False, private, "one")
    _, second = await api.call("POST", api.hook(shown.interaction), {"content": "two", "flags": opposite})
    assert second["flags"] == opposite
    assert [item.text for item in shown.followups] == ["two"]


async def test_a_deferral_that_is_forgotten_fails_when_the_token_dies(api: Api):
    shown = await answered(api, {"type": 5})
    assert api.world.messages_view("ann", shown.channel_id)[0]["thinking"]
    api.world.clock.advance(15 * 60 + 1)
    assert api.world.messages_view("ann", shown.channel_id)[0]["failure"] == "The application did not respond"


async def test_ephemeral_messages_exist_for_one_member_only(api: Api):
    shown = await answered(api, PRIVATE)
    place = f"/channels/{shown.channel_id}/messages"
    assert [item.text for item in api.world.member("ann").history()] == ["hello"]
    assert api.world.member("ben").history() == []
    assert await api.call("GET", place) == (200, [])
    for method in ("GET", "PATCH", "DELETE"):
        status, body = await api.call(method, f"{place}/{shown.message_id}", {"content": "x"})
        assert (status, body["code"]) == (404, 10008)
    assert (await api.call("GET", api.hook(shown.interaction, "/messages/@original")))[0] == 200
    assert (await api.call("DELETE", api.hook(shown.interaction, "/messages/@original")))[0] == 204
    assert shown.deleted


ALLOWED = [(2, {4, 5, 9}), (COMPONENT, {4, 5, 6, 7, 9}), (4, {8}), (MODAL, {4, 5})]
BODIES: dict[int, Any] = {
    1: {},
    4: {"content": "x"},
    5: {},
    6: {},
    7: {"content": "y"},
    8: {"choices": []},
    9: {"custom_id": "f", "title": "T", "components": [{"type": 10, "content": "x"}]},
}


@pytest.mark.parametrize(("kind", "allowed"), ALLOWED)
async def test_which_answers_fit_which_interaction(api: Api, kind: int, allowed: set[int]):
    shown = await answered(api, WITH_BUTTON)
    message = api.world.member("ann").visible(shown) if kind == COMPONENT else None
    taken: set[int] = set()
    for answer, data in BODIES.items():
        interaction = api.world.interactions.create(
            kind, api.world.member("ann").id, api.world.channel("study"), {"name": "ask"}, {}, message=message
        )
        status, body = await api.answer(interaction, {"type": answer, "data": data})
        if status == 200:
            taken.add(answer)
        else:
            assert body["code"] == 50035
    assert taken == allowed


async def test_in_a_foreign_server_five_follow_ups_and_no_more(api: Api):
    shown = await answered(api, {"type": 5}, channel="Elsewhere/general")
    assert shown.interaction.owners == {"1": str(api.world.member("ann").id)}
    statuses = [(await api.call("POST", api.hook(shown.interaction), {"content": "x"}))[0] for _ in range(5)]
    assert statuses == [200] * 5
    api.world.clock.advance(2.1)  # past the rate limit of the webhook
    status, body = await api.call("POST", api.hook(shown.interaction), {"content": "x"})
    assert (status, body["code"]) == (400, 40094)
    status, body = await api.call("GET", f"/channels/{shown.channel_id}/messages")
    assert (status, body["code"]) == (403, 50001)


async def test_attachments_are_kept_and_served(api: Api):
    shown = await answered(api, HELLO)
    picture = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (3).to_bytes(4, "big") + (2).to_bytes(4, "big")
    form = aiohttp.FormData(quote_fields=False)
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://f.png"}, "description": "a formula"}]}
    payload = {
        "content": None,
        "flags": 1 << 15,
        "components": [gallery],
        "attachments": [{"id": 0, "filename": "f.png", "description": "alt"}],
    }
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    form.add_field("files[0]", picture, filename="f.png", content_type="image/png")
    status, message = await api.call("PATCH", api.hook(shown.interaction, "/messages/@original"), data=form)
    assert status == 200
    attached = message["attachments"][0]
    assert (attached["width"], attached["height"], attached["description"]) == (3, 2, "alt")
    media = message["components"][0]["items"][0]["media"]
    assert media["url"] == attached["url"]
    async with aiohttp.ClientSession() as session, session.get(media["url"]) as response:
        assert await response.read() == picture
        assert response.content_type == "image/png"
    assert api.world.requests[-1].body == payload
    assert api.world.requests[-1].route == "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
