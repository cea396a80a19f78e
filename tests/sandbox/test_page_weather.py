"""The panel of time and weather in a real Chromium, and a page of another origin that tries its luck."""

import base64
from contextlib import suppress

import aiohttp
import discord
import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from bot.sandbox import Sandbox, Unanswered
from bot.sandbox.messages import Upload
from tests.sandbox.browsing import PHONE, Opener, messages, overflow, run
from tests.sandbox.small_bot import SmallBot
from tests.wire.answers import QUESTION
from tests.wire.conftest import House

pytestmark = pytest.mark.browser
DAY = 86_400


async def panel(page: Page) -> Page:
    """The page with its panel open."""
    await page.get_by_text("Time and weather").click()
    await expect(page.get_by_role("group", name="Time")).to_be_visible()
    return page


async def test_time_goes_on_by_steps_to_a_time_and_to_what_is_named(box: Sandbox, visit: Opener):
    page = await panel(await visit(box, "ann"))
    time = page.get_by_role("group", name="Time")
    said = page.locator("#weather").get_by_role("status")
    await expect(time).not_to_contain_text("ahead")
    for label, words in (("+1 day", "1 day ahead"), ("+1 hour", "1 day, 1 hour ahead")):
        await time.get_by_role("button", name=label).click()
        await expect(time).to_contain_text(f"({words})")
        await expect(said).to_have_text("You are there.")
    assert box.clock.offset == DAY + 3600
    # Nothing here names a moment yet.
    named = time.get_by_role("button", name="To the next time named here")
    await expect(named).to_be_hidden()
    due = int(box.clock.time()) + 5 * DAY
    await box.world.member("ben").say(f"past <t:{due - 9 * DAY}:R> late <t:{due + DAY}> next <t:{due}:R>")
    await expect(messages(page).last).to_contain_text("next in 4 days")
    await named.click()
    await expect(messages(page).last.locator("time").last).to_contain_text("ago")
    assert due < box.clock.time() < due + 60
    await expect(named).to_be_visible()  # the later one
    # To a time on the clock: the next time it is 09:00 here.
    await time.get_by_label("Until").fill("09:00")
    before = box.clock.time()
    await time.get_by_role("button", name="Go").click()
    await expect(time).to_contain_text("09:00 (")
    assert before < box.clock.time() <= before + DAY + 60
    # Whoever lets time pass is shown what it brings, wherever they read.
    for number in range(30):
        await box.world.member("ben").say(f"line {number}\nand more")
    await expect(messages(page).last).to_contain_text("line 29")
    await page.locator("#scroll").evaluate("node => { node.scrollTop = 0; }")
    await expect(messages(page).last).not_to_be_in_viewport()
    await time.get_by_role("button", name="+1 minute").click()
    await expect(said).to_have_text("You are there.")
    await box.world.member("ben").say("what it brought")
    await expect(messages(page).last).to_contain_text("what it brought")
    await expect(messages(page).last).to_be_in_viewport()


async def test_the_bot_lives_in_the_pages_time(home: House, visit: Opener):
    page = await panel(await visit(home.box, "ben"))
    await run(page, "ask", topic=QUESTION.title)
    card = messages(page).last
    await expect(card.get_by_role("button", name="Answer")).to_be_visible()
    for _ in range(31):
        async with page.expect_response("**/page/act"):
            await page.get_by_role("button", name="+1 day").click()
        await expect(page.locator("#weather").get_by_role("status")).to_have_text("You are there.")
    await card.get_by_role("button", name="Answer").click()
    await expect(messages(page).last).to_contain_text("days old and has closed")


async def test_the_bot_is_killed_started_restarted_and_cut_off(home: House, visit: Opener):
    page = await panel(await visit(home.box, "olga"))
    bot = page.get_by_role("group", name="The bot")
    status = page.locator("#bot")
    await expect(status).to_have_text("Hotseat is online")
    first = home.bot.pid
    await bot.get_by_role("button", name="Kill").press("Enter")
    await expect(status).to_have_text("Hotseat is offline")
    assert home.bot.returncode == -9
    # The focus stays in the panel, and a dead bot can neither be killed nor restarted.
    await expect(bot.get_by_role("button", name="Start Hotseat")).to_be_focused()
    await expect(bot.get_by_role("button", name="Kill")).to_be_hidden()
    await expect(bot.get_by_role("button", name="Restart")).to_be_hidden()
    await page.locator("#box").fill("/help")
    await page.locator("#box").press("Enter")
    with home.world.subscribe() as changes:
        await page.get_by_role("button", name="Run").click()
        while (change := await changes.next()) and change.kind != "interaction_create":
            pass
    home.box.clock.advance(3)
    await expect(page.locator("#command")).to_contain_text("did not respond")
    await bot.get_by_role("button", name="Start Hotseat").click()
    await expect(status).to_have_text("Hotseat is online")
    second = home.bot.pid
    assert second != first
    with home.world.subscribe() as changes:
        await bot.get_by_role("button", name="Restart").click()
        kinds: list[str] = []
        while kinds[-2:] != ["bot_offline", "bot_online"]:
            change = await changes.next()
            assert change is not None
            kinds += [change.kind] if change.kind.startswith("bot_") else []
        await expect(page.locator("#weather").get_by_role("status")).to_have_text("Hotseat was restarted.")
        assert home.bot.pid != second
        await bot.get_by_role("button", name="Drop the gateway").click()
        while kinds[-2:] != ["bot_offline", "bot_online"] or len(kinds) < 4:
            change = await changes.next()
            assert change is not None
            kinds += [change.kind] if change.kind.startswith("bot_") else []
    await expect(status).to_have_text("Hotseat is online")
    assert home.bot.running
    # What was asked of the dead one can be asked again.
    answered = page.locator("#command:not(:visible)")
    while not await answered.count():
        await page.get_by_role("button", name="Run").click()
        # On a busy machine a bot that has just come back may need more than Discord's three seconds.
        refused = page.locator("#command").get_by_role("alert").filter(has_text="did not respond")
        await expect(answered.or_(refused)).to_have_count(1)
    await expect(messages(page).last).to_contain_text("Olga used /help")


async def test_discord_answers_with_errors_for_so_many_requests(box: Sandbox, bot: SmallBot, visit: Opener):
    page = await panel(await visit(box, "ann"))
    trouble = page.get_by_role("group", name="What Discord answers the bot")
    channel = bot.get_channel(box.world.channel("study").id)
    assert isinstance(channel, discord.TextChannel)
    await trouble.get_by_label("Answer").select_option(value="403")
    await trouble.get_by_label("Requests").fill("3")
    await trouble.get_by_role("button", name="Begin").click()
    for left in (3, 2, 1):
        await expect(trouble).to_contain_text(f"Still to come: {left} × 403")
        with pytest.raises(discord.Forbidden):
            await channel.send("refused")
    await expect(trouble.get_by_text("Still to come")).to_be_hidden()
    await channel.send("arrived")
    await expect(messages(page).last).to_contain_text("arrived")
    # What is left of it can be called off, and other trouble takes its place.
    for kind, error in (("lost", aiohttp.ClientError), ("503", discord.DiscordServerError)):
        await trouble.get_by_label("Answer").select_option(value=kind)
        await trouble.get_by_label("Requests").fill("5")
        async with page.expect_response("**/page/act"):
            await trouble.get_by_role("button", name="Begin").click()
        with pytest.raises(error):
            await channel.send("refused")
        await expect(trouble).to_contain_text("Still to come: 4 ×")
    await trouble.get_by_role("button", name="Fair weather again").click()
    await expect(trouble.get_by_role("button", name="Fair weather again")).to_be_hidden()
    await expect(trouble.get_by_role("button", name="Begin")).to_be_focused()
    await channel.send("at last")
    await expect(messages(page).last).to_contain_text("at last")
    assert len(box.world.member("ann").history()) == 2


async def test_permissions_are_taken_away_and_given_back(home: House, visit: Opener):
    page = await panel(await visit(home.box, "olga", "daily"))
    olga = home.world.member("olga")
    may = page.get_by_role("group", name="The bot's permissions in #daily")

    async def refused() -> str:
        """What Olga is told; on a busy machine she may have to ask twice."""
        given = {"channel": "daily", "time": "09:00", "timezone": "UTC"}
        while True:
            with suppress(Unanswered):
                return (await olga.slash("daily setup", given, channel="daily")).text

    for name in ("Send Messages", "Attach Files"):
        box = may.get_by_role("checkbox", name=name, exact=True)
        await expect(box).to_be_checked()
        await box.uncheck()
        await expect(page.locator("#weather").get_by_role("status")).to_have_text(f"{name}: taken away.")
        assert f"**{name}**" in await refused()
        await box.check()
        await expect(page.locator("#weather").get_by_role("status")).to_have_text(f"{name}: given.")
    # Elsewhere they are as they were, and in direct messages there are none.
    await page.get_by_role("link", name="no-entry-for-bot").click()
    elsewhere = page.get_by_role("group", name="The bot's permissions in #no-entry-for-bot")
    await expect(elsewhere.get_by_role("checkbox", name="Send Messages", exact=True)).not_to_be_checked()
    await expect(elsewhere.get_by_role("checkbox", name="View Channel")).to_be_checked()


async def test_direct_messages_are_closed_and_opened(home: House, visit: Opener):
    page = await panel(await visit(home.box, "ann"))
    await page.get_by_role("button", name="Close my DMs").click()
    await expect(page.get_by_role("button", name="Open my DMs")).to_be_visible()
    assert not home.world.user("ann").dms_open
    assert home.world.user("ben").dms_open
    await page.get_by_role("button", name="Open my DMs").click()
    await expect(page.get_by_role("button", name="Close my DMs")).to_be_visible()
    assert home.world.user("ann").dms_open


async def test_without_a_bot_of_ours_there_is_none_to_kill(box: Sandbox, visit: Opener):
    page = await panel(await visit(box, "ann", "dm"))
    bot = page.get_by_role("group", name="The bot", exact=True)
    await expect(bot.get_by_role("button", name="Drop the gateway")).to_be_visible()
    await expect(bot.get_by_role("button")).to_have_count(1)
    await expect(page.get_by_role("group", name="The bot's permissions")).to_be_hidden()


async def test_two_tabs_see_the_same_weather(box: Sandbox, visit: Opener):
    ann, ben = await panel(await visit(box, "ann")), await panel(await visit(box, "ben"))
    await ann.get_by_role("button", name="+1 day").click()
    await expect(ben.get_by_role("group", name="Time")).to_contain_text("1 day ahead")
    await ben.get_by_role("checkbox", name="Attach Files").uncheck()
    await expect(ann.get_by_role("checkbox", name="Attach Files")).not_to_be_checked()
    # Both are there, the others are not.
    async with ann.expect_response("**/page/view*") as response:
        await box.world.member("olga").say("here?")
    members = (await (await response.value).json())["members"]
    assert {one["name"]: one["online"] for one in members} == {
        "nova": False,
        "ann": True,
        "ben": True,
        "olga": False,
        "hotseat": False,
    }


async def test_the_panel_fits_a_phone_and_needs_no_mouse(box: Sandbox, visit: Opener):
    page = await visit(box, "nova", size=PHONE)
    await page.get_by_role("button", name="Channels").click()
    summary = page.get_by_text("Time and weather")
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Time")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="+1 minute")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Time")).to_contain_text("1 minute ahead")
    await expect(page.get_by_role("button", name="+1 minute")).to_be_focused()
    assert await overflow(page) == []


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ATTEMPTS = """async ([target, channel, picture]) => {
    const body = JSON.stringify({ as: "ann", do: "say", channel, text: "from elsewhere" });
    const outcome = (promise) => promise.then(() => "through", () => "refused");
    const post = (more) => fetch(`${target}/page/act`, { method: "POST", body, ...more });
    const loaded = (tag, properties) => new Promise((tell) => {
        const node = Object.assign(document.createElement(tag), properties);
        node.onload = () => tell("through");
        node.onerror = () => tell("refused");
        document.body.append(node);
    });
    const done = {
        json: await outcome(post({ headers: { "Content-Type": "application/json" } })),
        plain: await outcome(post({})),
        view: await outcome(fetch(`${target}/page/view?as=ann`)),
        opaque: await outcome(fetch(`${target}/page/view?as=ann`, { mode: "no-cors" })),
        script: await loaded("script", { src: `${target}/page/page.js` }),
        image: await loaded("img", { src: picture }),
        events: await new Promise((tell) => {
            const socket = new WebSocket(`${target.replace("http", "ws")}/page/events?as=ann`);
            socket.onopen = () => tell("through");
            socket.onerror = () => tell("refused");
        }),
    };
    await outcome(post({ mode: "no-cors" }));
    // A form can make text that reads as JSON.
    await loaded("iframe", { name: "answer", src: "about:blank" });
    const form = Object.assign(document.createElement("form"), {
        action: `${target}/page/act`, method: "post", enctype: "text/plain", target: "answer" });
    form.append(Object.assign(document.createElement("input"), { name: `${body.slice(0, -1)},"x":"`, value: '"}' }));
    document.body.append(form);
    const answered = new Promise((tell) => { document.querySelector("iframe").onload = tell; });
    form.submit();
    await answered;
    return done;
}"""


async def _blank(_: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><title>Elsewhere</title><body>", content_type="text/html")


async def test_a_page_of_another_origin_gets_nothing_and_does_nothing(box: Sandbox, chromium: Browser):
    """On the same machine but another port: all that a page out there could try through this browser."""
    world, ann = box.world, box.world.member("ann")
    channel = world.channel("study")
    upload = Upload("pixel.png", "image/png", PIXEL)
    world.messages.create(channel, world.state.bot_id, {"content": "a picture"}, {0: upload})
    picture = ann.history()[0].message["attachments"][0]["url"]
    app = web.Application()
    app.router.add_get("/", _blank)
    runner = web.AppRunner(app)
    await runner.setup()
    context = await chromium.new_context()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        page = await context.new_page()
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        done = await page.evaluate(ATTEMPTS, [box.base_url, str(channel.id), picture])
    finally:
        await context.close()
        await runner.cleanup()
    assert set(done.values()) == {"refused"}, done
    assert [item.text for item in ann.history()] == ["a picture"]
    assert world.state.present[ann.id] == 0
