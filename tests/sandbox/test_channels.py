"""Posting, history, threads and direct messages under permissions; nonces and rate limits."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.api import Api
from tests.sandbox.small_bot import SmallBot


def path(api: Api, rest: str = "/messages", channel: str = "study") -> str:
    return f"/channels/{api.world.channel(channel).id}{rest}"


@pytest.mark.parametrize(
    ("missing", "method", "rest", "status", "code"),
    [
        ("view_channel", "POST", "/messages", 403, 50001),
        ("view_channel", "GET", "", 403, 50001),
        ("view_channel", "GET", "/messages", 403, 50001),
        ("send_messages", "POST", "/messages", 403, 50013),
        ("read_message_history", "GET", "/messages/1", 403, 50013),
        ("create_public_threads", "POST", "/threads", 403, 50013),
        ("send_messages", "GET", "/messages", 200, None),
    ],
)
async def test_missing_permissions(
    api: Api, missing: str, method: str, rest: str, status: int, code: int | None
):
    api.world.set_permission("study", missing, allowed=False)
    answer = await api.call(method, path(api, rest), {"content": "x", "name": "t", "type": 11})
    assert answer[0] == status
    assert code is None or answer[1]["code"] == code


async def test_role_permissions_count_too(api: Api):
    api.world.set_role_permission("@everyone", "send_messages", False)
    assert (await api.post({"content": "x"}))[0] == 403
    api.world.set_role_permission("bot", "send_messages", True)
    assert (await api.post({"content": "x"}))[0] == 200
    assert (await api.post({"content": "x"}, "no-entry-for-bot"))[1]["code"] == 50013


async def test_attaching_and_replying_need_their_permissions(api: Api):
    _, first = await api.post({"content": "x"})
    api.world.set_permission("study", "read_message_history", allowed=False)
    status, body = await api.post({"content": "y", "message_reference": {"message_id": first["id"]}})
    assert (status, body["code"]) == (403, 160002)
    assert await api.call("GET", path(api)) == (200, [])  # as Discord has it: no error, no messages


async def test_closed_direct_messages(api: Api):
    ann = api.world.member("ann")
    _, channel = await api.call("POST", "/users/@me/channels", {"recipient_id": str(ann.id)})
    place = f"/channels/{channel['id']}/messages"
    assert (await api.call("POST", place, {"content": "x"}))[0] == 200
    ann.close_dms()
    status, body = await api.call("POST", place, {"content": "x"})
    assert (status, body["code"]) == (403, 50007)
    ann.open_dms()
    ann.leave("Study Hall")
    assert (await api.call("POST", place, {"content": "x"}))[0] == 200  # still has the app
    ann.install_app(installed=False)
    assert (await api.call("POST", place, {"content": "x"}))[1]["code"] == 50007


async def test_an_enforced_nonce_posts_once(api: Api):
    body = {"content": "x", "nonce": "7:2026-01-01", "enforce_nonce": True}
    _, first = await api.post(body)
    _, second = await api.post({**body, "content": "y"})
    assert (second["id"], second["content"]) == (first["id"], "x")
    api.world.clock.advance(600)
    _, third = await api.post(body)
    assert third["id"] != first["id"]
    _, free = await api.post({"content": "x", "nonce": "7:2026-01-01"})
    assert free["id"] != third["id"]


async def test_five_messages_in_five_seconds(api: Api):
    for left in (4, 3, 2, 1, 0):
        assert (await api.post({"content": "x"}))[0] == 200
        assert api.headers["X-RateLimit-Remaining"] == str(left)
    status, body = await api.post({"content": "x"})
    assert status == 429
    assert 4 < body["retry_after"] <= 5
    assert body["global"] is False
    assert api.headers["Retry-After"] == "5"
    assert (await api.post({"content": "x"}, "daily"))[0] == 200
    api.world.clock.advance(5)
    assert (await api.post({"content": "x"}))[0] == 200


async def test_fifty_requests_a_second_in_all_but_not_for_interactions(api: Api):
    interaction = await api.asked()
    api.world.clock.advance(1)
    statuses = [(await api.call("GET", "/users/@me"))[0] for _ in range(25)]
    statuses += [(await api.call("GET", path(api, "")))[0] for _ in range(25)]
    assert statuses == [200] * 50
    status, body = await api.call("GET", "/gateway/bot")
    assert (status, body["global"]) == (429, True)
    assert (await api.answer(interaction, {"type": 4, "data": {"content": "x"}}))[0] == 200


async def test_history_pages(api: Api):
    api.world.limits.enabled = False
    ids = [int((await api.post({"content": str(n)}))[1]["id"]) for n in range(6)]

    async def contents(query: str) -> list[str]:
        return [item["content"] for item in (await api.call("GET", path(api, f"/messages?{query}")))[1]]

    assert await contents("limit=2") == ["5", "4"]
    assert await contents(f"limit=2&before={ids[3]}") == ["2", "1"]
    assert await contents(f"limit=2&after={ids[1]}") == ["3", "2"]
    assert await contents(f"limit=3&around={ids[3]}") == ["4", "3", "2"]
    assert (await api.call("GET", path(api, "/messages?limit=101")))[0] == 400


async def test_only_own_messages_can_be_edited(api: Api):
    said = await api.world.member("ann").say("mine")
    message = path(api, f"/messages/{said.message_id}")
    assert (await api.call("PATCH", message, {"content": "x"}))[1]["code"] == 50005
    assert (await api.call("DELETE", message))[1]["code"] == 50013
    _, own = await api.post({"content": "x"})
    _, edited = await api.call("PATCH", path(api, f"/messages/{own['id']}"), {"content": "y"})
    assert edited["edited_timestamp"] is not None
    assert (await api.call("PATCH", path(api, f"/messages/{own['id']}"), {"content": ""}))[1]["code"] == 50006
    assert (await api.call("DELETE", path(api, f"/messages/{own['id']}")))[0] == 204


async def test_threads(api: Api):
    _, message = await api.post({"content": "x"})
    place = path(api, f"/messages/{message['id']}/threads")
    status, thread = await api.call("POST", place, {"name": "t"})
    assert (status, thread["id"], thread["type"]) == (201, message["id"], 11)
    assert (await api.call("POST", place, {"name": "t"}))[1]["code"] == 160004
    inside = f"/channels/{thread['id']}"
    await api.world.member("ben").say("joins by writing", channel="t")
    assert (await api.call("POST", f"{inside}/messages", {"content": "x"}))[0] == 200
    ann = api.world.member("ann").id
    assert (await api.call("PUT", f"{inside}/thread-members/{ann}"))[0] == 204
    assert len((await api.call("GET", f"{inside}/thread-members"))[1]) == 3
    _, inner = await api.call("POST", f"{inside}/messages", {"content": "x"})
    assert (await api.call("PATCH", inside, {"archived": True}))[1]["thread_metadata"]["archived"] is True
    for method, rest in (("PATCH", f"messages/{inner['id']}"), ("PUT", f"thread-members/{ann}")):
        assert (await api.call(method, f"{inside}/{rest}", {"content": "y"}))[1]["code"] == 50083
    await api.world.member("ben").say("wakes it", channel="t")
    assert not api.world.channel("t").archived
    assert (await api.call("POST", f"{inside}/threads", {"name": "t"}))[1]["code"] == 50024
    api.world.set_permission("study", "send_messages_in_threads", allowed=False)
    assert (await api.call("POST", f"{inside}/messages", {"content": "x"}))[1]["code"] == 50013
    api.world.add_channel("ideas", "forum")
    assert (await api.post({"content": "x"}, "ideas"))[1]["code"] == 50008


async def test_private_threads_are_for_their_members(api: Api):
    _, thread = await api.call("POST", path(api, "/threads"), {"name": "secret", "type": 12})
    names: dict[str, Any] = {}
    for name in ("ann", "olga"):
        home = api.world.view(name)["guilds"][0]
        names[name] = [item["name"] for channel in home["channels"] for item in channel["threads"]]
    assert names == {"ann": [], "olga": ["secret"]}
    await api.call("PUT", f"/channels/{thread['id']}/thread-members/{api.world.member('ann').id}")
    assert api.world.member("ann").history("secret") == []


async def test_pings_need_leave(api: Api):
    api.world.add_role("daily", mentionable=False)
    open_role = api.world.add_role("open", mentionable=True)
    closed = api.world.role("daily").id
    ann = api.world.member("ann")
    everybody = f"@everyone <@{ann.id}> <@&{closed}> <@&{open_role.id}>"
    await api.post({"content": everybody})
    assert (await ann.next_message()).pings == ["ann", "@open"]
    await api.post({"content": everybody, "allowed_mentions": {"parse": []}})
    assert (await ann.next_message()).pings == []
    reply = {"content": "re", "message_reference": {"message_id": str((await ann.say("hi")).message_id)}}
    await api.post(reply)
    assert (await ann.next_message()).pings == ["ann"]
    await api.post({**reply, "allowed_mentions": {"parse": [], "replied_user": False}})
    assert (await ann.next_message()).pings == []
    api.world.set_role_permission("bot", "mention_everyone", True)
    await api.post(
        {"content": everybody, "allowed_mentions": {"parse": ["everyone"], "roles": [str(closed)]}}
    )
    assert (await ann.next_message()).pings == ["@daily", "@everyone"]


async def test_quiet_threads_are_archived_and_a_word_wakes_them(api: Api):
    clock, state = api.world.clock, api.world.state
    _, message = await api.post({"content": "about this"})
    body = {"name": "t", "auto_archive_duration": 60}
    _, started = await api.call("POST", path(api, f"/messages/{message['id']}/threads"), body)
    thread = state.channels[int(started["id"])]
    clock.advance(59 * 60)
    assert not thread.archived
    await api.world.member("ann").say("still here", channel=thread)
    clock.advance(59 * 60)
    assert not thread.archived
    clock.advance(2 * 60)
    assert thread.archived
    _, seen = await api.call("GET", f"/channels/{thread.id}")
    assert seen["thread_metadata"]["archived"]
    await api.world.member("ann").say("again", channel=thread)
    assert not thread.archived
    # Taken out of the archive by hand it has as long as after a word.
    clock.advance(61 * 60)
    assert thread.archived
    assert (await api.call("PATCH", f"/channels/{thread.id}", {"archived": False}))[0] == 200
    clock.advance(59 * 60)
    assert not thread.archived
    clock.advance(2 * 60)
    assert thread.archived


async def test_kept_threads_go_quiet_too(tmp_path: Path):
    async with Sandbox(data=tmp_path) as box:
        world = box.world
        message = (await world.member("ann").say("about this")).found
        thread = world.threads.start(world.channel("study"), {"name": "t"}, world.state.bot_id, message)
    async with Sandbox(data=tmp_path) as box:
        box.clock.advance(86_401)
        assert box.world.state.channels[thread.id].archived


@pytest.mark.parametrize("kind", ["voice", "stage", "forum", "announcement", "category"])
async def test_the_library_takes_channels_of_all_kinds(box: Sandbox, bot: SmallBot, kind: str):
    made = asyncio.create_task(bot.wait_for("guild_channel_create", timeout=10))
    await asyncio.sleep(0)
    channel = box.world.add_channel(f"a-{kind}", kind=kind)
    found = await made
    assert (found.id, found.type.name) == (
        channel.id,
        {"announcement": "news", "stage": "stage_voice"}.get(kind, kind),
    )
