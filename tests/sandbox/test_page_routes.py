"""What the page's routes give away, refuse and say, without a browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from discord import ui

from bot.sandbox import Sandbox
from tests.sandbox.small_bot import Interaction, Press, SmallBot, card

MINE = {"as": "ann", "do": "say", "text": "hello"}


@pytest.fixture
async def web(box: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's side of the wire, so to speak."""
    async with aiohttp.ClientSession(box.base_url) as session:
        yield session


async def act(web: aiohttp.ClientSession, who: str, do: str, **fields: Any) -> dict[str, Any]:
    async with web.post("/page/act", json={"as": who, "do": do, **fields}) as reply:
        assert reply.status == 200, await reply.text()
        return await reply.json()


def study(box: Sandbox) -> str:
    return str(box.world.channel("study").id)


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/page/weather.css", "/page/view?as=ann"])
async def test_everything_carries_the_strict_policy(web: aiohttp.ClientSession, path: str):
    async with web.get(path) as reply:
        assert reply.status == 200
        policy = reply.headers["Content-Security-Policy"].split("; ")
        assert policy[0] == "default-src 'none'"
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
async def test_other_sites_are_refused(box: Sandbox, web: aiohttp.ClientSession, headers: dict[str, str]):
    for path in ("/", "/page/view?as=ann", "/page/events?as=ann"):
        async with web.get(path, headers=headers) as reply:
            assert reply.status == 403
    async with web.post("/page/act", json=MINE | {"channel": study(box)}, headers=headers) as reply:
        assert reply.status == 403
    assert box.world.member("ann").history("study") == []


async def test_only_json_acts(box: Sandbox, web: aiohttp.ClientSession):
    async with web.post("/page/act", data=MINE | {"channel": study(box)}) as reply:
        assert reply.status == 415
    for body in ("no json", "[]", "{}", '{"as": "ann", "do": "fly"}', '{"as": "ann", "do": ["say"]}'):
        async with web.post("/page/act", data=body, headers={"Content-Type": "application/json"}) as reply:
            assert reply.status == 400
    for nobody in ("hotseat", "", "mallory"):
        async with web.get("/page/view", params={"as": nobody}) as reply:
            assert reply.status == 404


async def test_what_is_missing_or_odd_is_said_in_words(box: Sandbox, web: aiohttp.ClientSession):
    here = study(box)
    for do, fields in (
        ("slash", {"command": "ask", "options": {}}),
        ("press", {"message": "1", "custom_id": "x"}),
        ("submit", {"form": "1", "values": {}}),
        ("say", {"text": ""}),
        ("say", {"text": "x" * 2001}),
        ("say", {}),
    ):
        answer = await act(web, "ann", do, channel=here, **fields)
        assert answer["error"].endswith("."), answer
    box.world.set_permission("study", "send_messages", allowed=False, who="ben")
    answer = await act(web, "ben", "say", channel=here, text="hi")
    assert answer == {"error": "Ben may not write there."}


async def test_the_view_has_own_ephemerals_only(box: Sandbox, bot: SmallBot, web: aiohttp.ClientSession):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message("psst", ephemeral=True)

    bot.on["ask"] = ask
    async with web.ws_connect("/page/events?as=ann") as mine, web.ws_connect("/page/events?as=ben") as other:
        assert await act(web, "ann", "slash", channel=study(box), command="ask", options={}) == {}
        await box.world.member("olga").say("hello all")
        kinds = {"message_create": 0}
        for socket, expected in ((mine, 2), (other, 1)):
            kinds["message_create"] = 0
            async with asyncio.timeout(5):
                while kinds["message_create"] < expected:
                    change = await socket.receive_json()
                    assert change["kind"] not in ("request", "interaction_create")
                    kinds["message_create"] += change["kind"] == "message_create"
    texts: dict[str, list[str]] = {}
    for who in ("ann", "ben"):
        async with web.get("/page/view", params={"as": who, "channel": study(box)}) as reply:
            texts[who] = [message["content"] for message in (await reply.json())["messages"]]
    assert texts == {"ann": ["psst", "hello all"], "ben": ["hello all"]}


async def test_nobody_submits_or_presses_for_somebody_else(
    box: Sandbox, bot: SmallBot, web: aiohttp.ClientSession
):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("open", "Open")), ephemeral=True)

    async def opened(interaction: Interaction) -> None:
        form = ui.Modal(title="Form", custom_id="form:1")
        await interaction.response.send_modal(form.add_item(ui.TextInput(label="Words", custom_id="words")))

    bot.on |= {"ask": ask, "open": opened}
    shown = await box.world.member("ann").slash("ask")
    where = {"channel": study(box), "message": str(shown.message_id), "custom_id": "go:open"}
    assert "does not see" in (await act(web, "ben", "press", **where))["error"]
    form = (await act(web, "ann", "press", **where))["form"]
    assert form["title"] == "Form"
    filled = {"form": form["id"], "values": {"words": "mine now"}}
    assert "opened" in (await act(web, "ben", "submit", **filled))["error"]
    assert "filled in" in (await act(web, "ann", "submit", form=form["id"], values={"words": ""}))["error"]


async def test_autocomplete_and_a_hidden_channel(box: Sandbox, bot: SmallBot, web: aiohttp.ClientSession):
    del bot
    given = {"channel": study(box), "command": "ask", "option": "topic", "options": {"topic": "d"}}
    answer = await act(web, "ann", "autocomplete", typed="drop", **given)
    assert answer == {"choices": [{"name": "Dropout", "value": "dropout"}]}
    box.world.set_permission("study", "view_channel", allowed=False, who="ben")
    async with web.get("/page/view", params={"as": "ben", "channel": study(box)}) as reply:
        body = await reply.json()
    assert body["channel"] != study(box)
    assert "does not see" in (await act(web, "ben", "say", channel=study(box), text="hi"))["error"]


async def look(web: aiohttp.ClientSession, who: str, **query: str) -> dict[str, Any]:
    async with web.get("/page/view", params={"as": who, **query}) as reply:
        assert reply.status == 200, await reply.text()
        return await reply.json()


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "advance", "seconds": 0},
        {"what": "advance", "seconds": -60},
        {"what": "advance", "seconds": 1e12},
        {"what": "advance", "seconds": float("nan")},
        {"what": "advance", "seconds": "soon"},
        {"what": "advance", "until": 1},
        {"what": "advance"},
        {"what": "fail", "kind": "418", "times": 1},
        {"what": "fail", "kind": "500", "times": -1},
        {"what": "fail", "kind": "500", "times": 1_000_000},
        {"what": "permission", "channel": "study", "permission": "administrator", "allowed": True},
        {
            "what": "permission",
            "channel": "Elsewhere/general",
            "permission": "send_messages",
            "allowed": False,
        },
        {"what": "permission", "channel": "dm", "permission": "send_messages", "allowed": False},
        {"what": "hail"},
        {},
    ],
)
async def test_weather_that_cannot_be_is_said_in_words(
    box: Sandbox, web: aiohttp.ClientSession, fields: dict[str, Any]
):
    if "channel" in fields:
        fields = fields | {"channel": str(box.world.channel(fields["channel"], box.world.user("ann").id).id)}
    before = box.world.weather.view(study(box))
    answer = await act(web, "ann", "weather", **fields)
    assert answer["error"].endswith("."), answer
    assert box.world.weather.view(study(box)) == before
    assert box.clock.offset == 0


async def test_weather_in_a_thread_is_that_of_its_channel(box: Sandbox, web: aiohttp.ClientSession):
    world = box.world
    message = (await world.member("ann").say("about this")).found
    thread = world.threads.start(world.channel("study"), {"name": "t"}, world.state.bot_id, message)
    taken = {"what": "permission", "permission": "attach_files", "allowed": False}
    assert await act(web, "ann", "weather", channel=str(thread.id), **taken) == {}
    assert not world.state.allows(world.state.bot_id, world.channel("study"), "attach_files")
    for place in (str(thread.id), study(box)):
        shown = (await look(web, "ann", channel=place))["weather"]["permissions"]
        assert shown["channel"] == "study"
        assert {item["name"] for item in shown["items"] if not item["allowed"]} >= {"attach_files"}
    assert (await look(web, "ann", channel="dm"))["weather"]["permissions"] is None


async def test_who_is_there(box: Sandbox, web: aiohttp.ClientSession):
    world = box.world
    world.set_permission("study", "view_channel", allowed=False, who="nova")
    message = (await world.member("ann").say("about this")).found
    thread = world.threads.start(world.channel("study"), {"name": "t"}, world.state.bot_id, message)
    world.threads.join(thread, world.user("ben").id)

    async def there(channel: str) -> dict[str, list[str]]:
        members = (await look(web, "ann", channel=channel))["members"]
        return {one["name"]: one["roles"] for one in members}

    group, bot = ["Study Group"], ["Hotseat"]
    assert await there(study(box)) == {"ann": group, "ben": group, "olga": ["Owner"], "hotseat": bot}
    assert await there(str(thread.id)) == {"ben": group, "hotseat": bot}
    assert await there("dm") == {"ann": [], "hotseat": []}
    seen = await look(web, "ben", channel=study(box))
    (listed,) = seen["view"]["guilds"][0]["channels"][0]["threads"]
    assert (listed["joined"], listed["archived"], listed["name"]) == (True, False, "t")
    assert seen["view"]["guilds"][0]["owner_id"] == str(world.user("olga").id)
    assert [one["about"] for one in seen["view"]["personas"]] == [
        "new here",
        "member",
        "member",
        "server owner",
    ]


async def test_presence_and_typing_reach_the_others(box: Sandbox, web: aiohttp.ClientSession):
    ann, ben = (str(box.world.user(name).id) for name in ("ann", "ben"))

    async def told(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while (change := await socket.receive_json())["kind"] != kind:
                pass
        return change

    async with web.ws_connect("/page/events?as=ann") as mine:
        await told(mine, "presence")
        async with web.ws_connect("/page/events?as=ben"):
            assert (await told(mine, "presence"))["user_id"] == ben
            people = (await look(web, "ann"))["view"]["personas"]
            assert [one["name"] for one in people if one["online"]] == ["ann", "ben"]
            await act(web, "ben", "typing", channel=study(box))
            assert await told(mine, "typing") == {
                "kind": "typing",
                "channel_id": study(box),
                "message_id": None,
                "user_id": ben,
            }
            # Where Ann sees nothing she hears nothing either.
            box.world.set_permission("daily", "view_channel", allowed=False, who="ann")
            await act(web, "ben", "typing", channel=str(box.world.channel("daily").id))
        assert (await told(mine, "presence"))["user_id"] == ben
    assert ann != ben


async def test_an_old_message_brings_all_that_came_after_it(box: Sandbox, web: aiohttp.ClientSession):
    shown = [await box.world.member("ann").say(f"line {number}") for number in range(12)]
    few = await look(web, "ben", channel=study(box), most="5")
    assert (len(few["messages"]), few["more"]) == (5, True)
    wanted = str(shown[2].message_id)
    more = await look(web, "ben", channel=study(box), most="5", message=wanted)
    assert (more["messages"][0]["id"], len(more["messages"]), more["more"]) == (wanted, 10, True)
    none = await look(web, "ben", channel=study(box), most="5", message="12")
    assert none["messages"] == few["messages"]


async def test_the_greeting_goes_for_good(tmp_path: Path):
    for expected in (True, False):
        async with Sandbox(data=tmp_path) as box, aiohttp.ClientSession(box.base_url) as web:
            assert (await look(web, "nova"))["greeting"] is expected
            assert await act(web, "nova", "greeted") == {}
            assert (await look(web, "ann"))["greeting"] is False
