"""What members can and cannot do, what the page is told, and the world on disk."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.sandbox import BotProcess, NotPossible, Sandbox, WaitedTooLong
from bot.sandbox.clock import SandboxClock
from tests.sandbox.api import ASK, Api
from tests.sandbox.small_bot import Interaction, Press, SmallBot, card


async def test_what_is_hidden_cannot_be_used(box: Sandbox, bot: SmallBot):
    async def status(interaction: Interaction) -> None:
        await interaction.response.send_message("none yet", ephemeral=True)

    bot.on["status"] = status
    world = box.world
    with pytest.raises(NotPossible, match="/daily"):
        await world.member("ann").slash("daily status")
    with pytest.raises(NotPossible, match="/daily"):
        await world.member("olga").slash("daily status", channel="dm")
    with pytest.raises(NotPossible, match="sub-command"):
        await world.member("olga").slash("daily")
    assert (await world.member("olga").slash("daily status")).text == "none yet"

    def names(persona: str, channel: str) -> list[str]:
        return [item["name"] for item in world.commands_view(persona, world.channel(channel).id)]

    assert names("ann", "study") == ["ask"]
    assert names("olga", "study") == ["ask", "daily setup", "daily status"]
    assert names("olga", "Elsewhere/general") == ["ask"]
    world.member("olga").install_app(installed=False)
    assert names("olga", "Elsewhere/general") == []
    world.set_permission("study", "use_application_commands", False, "@everyone")
    assert names("ann", "study") == []


async def test_options_are_typed_by_name(box: Sandbox, bot: SmallBot):
    del bot
    world = box.world
    role = world.add_role("learners")
    shown = await world.member("olga").slash("daily setup", {"channel": "#daily"}, ping="learners", days=5)
    assert shown.text == f"<#{world.channel('daily').id}> learners 5"
    assert role.name == "learners"
    for wrong in ({}, {"channel": "daily", "never": 1}, {"channel": "daily", "ping": "nobody"}):
        with pytest.raises(NotPossible):
            await world.member("olga").slash("daily setup", wrong)


async def test_what_cannot_be_pressed(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        link = ui.Button[Any](label="Link", url="https://a.b")
        await interaction.response.send_message(
            view=card(Press("off", "Off", disabled=True), link), ephemeral=True
        )

    bot.on["ask"] = ask
    ann, ben = box.world.member("ann"), box.world.member("ben")
    shown = await ann.slash("ask")
    for name, why in (("Off", "disabled"), ("Link", "a.b"), ("Nothing", "no button")):
        with pytest.raises(NotPossible, match=why):
            await ann.press(shown, name)
    with pytest.raises(NotPossible, match="does not see"):
        await ben.press_raw(shown, "go:off")

    async def off(interaction: Interaction) -> None:
        await interaction.response.send_message("pressed all the same", ephemeral=True)

    bot.on["off"] = off
    assert (await ann.press_raw(shown.message, "go:off")).text == "pressed all the same"


async def test_a_wait_says_what_it_waited_for(box: Sandbox):
    with pytest.raises(WaitedTooLong, match="next message to ann in study"):
        await box.world.member("ann").next_message(timeout=0.01)
    with pytest.raises(WaitedTooLong, match="bot to connect"):
        await box.bot_ready(timeout=0.01)


async def test_edits_and_follow_ups_can_be_awaited(box: Sandbox, bot: SmallBot):
    go = asyncio.Event()

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("more", "More")))
        await go.wait()
        await interaction.edit_original_response(view=card(text="edited"))
        await interaction.followup.send("and more")

    async def more(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("later", ephemeral=True)

    bot.on |= {"ask": ask, "more": more}
    ann = box.world.member("ann")
    shown = await ann.slash("ask")
    pressed = await ann.press(shown, "More", wait="final")
    assert (await pressed.followup()).text == "later"
    assert pressed.message_id == shown.message_id
    go.set()
    assert (await shown.changed()).text == "edited"
    assert (await shown.followup()).text == "and more"


async def test_the_page_is_told_everything_and_nothing_private(box: Sandbox, bot: SmallBot):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("on", "On")), ephemeral=True)

    bot.on["ask"] = ask
    with box.world.subscribe() as changes:
        await box.world.member("nova").slash("ask")
        seen: list[tuple[str, int | None]] = []
        while not seen or seen[-1][0] != "interaction_answer":
            change = await changes.next()
            assert change is not None
            json.dumps(change.as_json())
            seen.append((change.kind, change.only_for))
    nova = box.world.member("nova").id
    assert ("message_create", nova) in seen
    view = box.world.view("nova")
    json.dumps(view)
    assert view["bot"]["online"]
    assert [guild["name"] for guild in view["guilds"]] == ["Study Hall", "Elsewhere"]
    channels = view["guilds"][0]["channels"]
    assert [item["name"] for item in channels] == ["study", "daily", "mock-interviews", "no-entry-for-bot"]
    assert [item["name"] for item in view["guilds"][0]["members"] if item["bot"]] == ["hotseat"]
    messages = box.world.messages_view("nova", channels[0]["id"])
    json.dumps(messages)
    assert [(item["ephemeral"], item["used"]) for item in messages] == [
        (True, {"user": "Nova", "command": "ask"})
    ]
    assert box.world.messages_view("ann", channels[0]["id"]) == []


async def test_the_world_is_kept_in_its_folder(tmp_path: Path):
    async with Sandbox(data=tmp_path) as box, Api(box) as api:
        await api.register(ASK)
        await api.post({"content": "kept", "components": [{"type": 1, "components": [button()]}]})
        await box.world.member("ann").dm("hello")
        box.clock.advance(3600)
        box.world.member("ben").close_dms()
        waiting, forgotten = await api.asked(), await api.asked("ben")
        assert (await api.answer(waiting, {"type": 5}))[0] == 200
        assert (await api.answer(forgotten, {"type": 5}))[0] == 200
        del box.world.interactions.all[forgotten.id]
        last, token = box.world.state.ids.last, box.token
    async with Sandbox(data=tmp_path) as box, Api(box) as api:
        assert box.token == token
        assert box.clock.offset == 3600
        assert box.world.state.ids.next() > last
        ann = box.world.member("ann")
        # A deferral of the earlier run can still be followed up; one whose token is lost shows that.
        assert (await api.call("POST", api.hook(waiting), {"content": "the verdict"}))[0] == 200
        assert ann.history()[1].text == "the verdict"
        view = box.world.messages_view("ben", box.world.channel("study").id)
        assert view[2]["failure"] == "The application did not respond"
        shown = ann.history()[0]
        assert (shown.text, shown.button("Go").custom_id) == ("kept", "go")
        assert [item.text for item in ann.history("dm")] == ["hello"]
        assert not box.world.member("ben").user.dms_open
        assert [item["name"] for item in box.world.commands_view("ann", shown.channel_id)] == ["ask"]
        interaction = ann.start_component(ann.visible(shown), "go", {"component_type": 2})
        assert (await api.answer(interaction, {"type": 7, "data": {"content": "new"}}))[0] == 200
        assert shown.text == "new"
    assert not list(tmp_path.glob("*.draft"))


async def test_time_is_on_the_disk_before_anybody_hears_of_it(tmp_path: Path):
    file, seen = tmp_path / "sandbox-world.json", list[float]()
    async with Sandbox(data=tmp_path) as box:
        box.clock.on_jump(lambda offset: seen.append(offset - json.loads(file.read_text())["clock_offset"]))
        box.clock.advance(3600)
        box.clock.advance(60)
        assert seen == [0.0, 0.0]


def button() -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}


async def test_only_this_machine_is_served(box: Sandbox, api: Api):
    with pytest.raises(ValueError, match="loopback"):
        Sandbox(host="0.0.0.0")  # noqa: S104 - the refusal is what is tested
    assert (await api.call("GET", "/gateway", headers={"Host": f"localhost:{box.port}"}))[0] == 200
    async with api._session.get(f"{box.api_base}/gateway", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


async def test_requests_are_recorded(tmp_path: Path):
    file = tmp_path / "requests.jsonl"
    async with Sandbox(record=file) as box, Api(box) as api:
        await api.post({"content": "x"})
        await api.post({})
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["method"], line["route"], line["body"], line["status"]) for line in lines] == [
        ("POST", "/channels/{channel_id}/messages", {"content": "x"}, 200),
        ("POST", "/channels/{channel_id}/messages", {}, 400),
    ]


async def test_a_child_process_hears_of_the_clock_and_can_be_killed():
    clock = SandboxClock(offset=60)
    program = "import sys\nfor line in sys.stdin: print('offset', line.strip(), flush=True)"
    process = BotProcess([sys.executable, "-c", program], clock=clock)
    await process.start()
    clock.advance(3600)
    await process.printed("3660")
    assert list(process.lines) == ["offset 60.000", "offset 3660.000"]
    process.kill()
    assert await process.wait() == -9
    await process.start()
    assert process.running
    await process.stop()
    assert not process.running


async def test_only_an_end_that_nobody_asked_for_is_a_failure():
    process = BotProcess([sys.executable, "-c", "import sys; sys.exit(int(sys.stdin.readline()))"])
    failed = asyncio.create_task(process.failed())
    for end in (process.kill, process.terminate):
        await process.start()
        end()
        await process.wait()
    await process.start()
    await process.restart()
    assert not failed.done()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)
    assert await asyncio.wait_for(failed, 10) == -signal.SIGTERM
