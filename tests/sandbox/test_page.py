"""The page in a real Chromium, with the real bot as a child process behind it, as people use it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import ui
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

from bot.sandbox import Sandbox
from bot.sandbox.model import COMPONENTS_V2
from tests.sandbox.small_bot import Interaction, Pick, Press, SmallBot, card
from tests.wire.answers import BANK, QUESTION, strong
from tests.wire.conftest import House, opened

pytestmark = pytest.mark.browser
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
Opener = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One real bot for all tests that do not kill it."""
    folder = tmp_path_factory.mktemp("page")
    async with opened(folder, folder / "requests.jsonl") as house:
        house.world.bot_process = house.bot
        yield house


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all."""
    expect.set_options(timeout=10_000)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(chromium: Browser) -> AsyncIterator[Opener]:
    """Opens the page as somebody, in a browser of their own; nothing may go wrong in its console."""
    complaints: list[str] = []

    async def open_page(box: Sandbox, who: str, channel: str = "study", size: ViewportSize = DESK) -> Page:
        context = await chromium.new_context(viewport=size)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        where = box.world.channel(channel, box.world.user(who).id).id
        await page.goto(f"{box.base_url}/?as={who}&channel={where}")
        await expect(page.get_by_label("You are")).to_have_value(who)
        return page

    yield open_page
    for context in chromium.contexts:
        await context.close()
    assert complaints == []


def messages(page: Page) -> Locator:
    return page.locator("#log > li")


async def run(page: Page, command: str, **options: str) -> None:
    """Use a command by typing its name and filling in its options."""
    await page.locator("#box").fill(f"/{command}")
    await page.locator("#box").press("Enter")
    for name, value in options.items():
        await page.get_by_role("combobox", name=name).fill(value)
    await page.get_by_role("button", name="Run").click()
    # Empty once the bot has answered; else it says what is wrong.
    await expect(page.locator("#command")).to_have_text("")


async def test_ask_answer_verdict_model_answer(home: House, visit: Opener):
    page = await visit(home.box, "nova")
    await run(page, "ask", topic=QUESTION.title)
    last = messages(page).last
    await expect(last).to_contain_text(QUESTION.prompt)
    await expect(last).to_contain_text("Nova used /ask")
    answer = last.get_by_role("button", name="Answer")
    await answer.click()
    form = page.get_by_role("dialog", name=QUESTION.title)
    await expect(form).to_contain_text(QUESTION.prompt)
    await expect(form.get_by_label("Your answer")).to_be_focused()
    await form.get_by_label("Your answer").fill(strong())
    await form.get_by_label("Certain").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    await expect(last.get_by_role("heading")).to_contain_text("out of 10")
    await expect(last).to_contain_text("Only you can see this")
    await expect(messages(page).nth(-2).get_by_role("button", name="Answer")).to_be_focused()
    await expect(page.locator("#announcer")).to_contain_text("out of 10")
    # A second try starts with the first.
    await messages(page).nth(-2).get_by_role("button", name="Answer", exact=True).click()
    await expect(form.get_by_label("Your answer")).to_have_value(strong())
    await form.get_by_role("button", name="Cancel").click()
    await last.get_by_role("button", name="Model answer").click()
    await expect(last.get_by_role("heading").first).to_contain_text("Model answer")
    await expect(last).to_contain_text(QUESTION.points[0].says)


async def test_a_formula_is_a_picture_with_its_text(home: House, visit: Opener):
    page = await visit(home.box, "olga", "dm")
    pictured = next(question for question in BANK.questions.values() if question.formula)
    ask = home.world.member("olga")
    shown = await ask.slash("ask", topic=f"question:{pictured.id}", channel="dm")
    await ask.press(shown, "Reveal")
    picture = messages(page).last.get_by_role("img", name="Formula in LaTeX")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") > 50


async def test_in_the_dm_by_plain_text_and_as_a_reply(home: House, visit: Opener):
    page = await visit(home.box, "ann", "dm")
    box = page.get_by_label("Message Hotseat")
    await run(page, "ask", topic="area:vision")
    question = messages(page).last
    await expect(question.get_by_role("button", name="Answer")).to_be_visible()
    await box.fill("Padding keeps the size.")
    await box.press("Shift+Enter")
    await box.press_sequentially("Stride makes it smaller.")
    before = await messages(page).count()
    await box.press("Enter")
    mine = messages(page).nth(before)
    await expect(mine.locator(".body")).to_have_text("Padding keeps the size.\nStride makes it smaller.")
    # After eight seconds of quiet the answer is complete, and its question may have to train first.
    await expect(messages(page).last).to_contain_text("Reply to Ann: Padding keeps the size.", timeout=30_000)
    await expect(messages(page).last).to_contain_text("missed")
    await expect(box).to_have_value("")
    # A reply to the card.
    first = messages(page).first
    await first.get_by_role("button", name="Reply").click()
    await expect(page.locator("#replying")).to_contain_text("Replying to Hotseat.")
    await expect(box).to_be_focused()
    await page.keyboard.type("It is a convolution.")
    before = await messages(page).count()
    await page.keyboard.press("Enter")
    await expect(messages(page).nth(before)).to_contain_text("Reply to Hotseat")
    await expect(page.locator("#replying")).to_be_hidden()


async def test_a_second_person_on_the_same_card(home: House, visit: Opener):
    ann = await visit(home.box, "ann", "mock-interviews")
    ben = await visit(home.box, "ben", "mock-interviews")
    await run(ann, "ask", topic=QUESTION.title)
    for page, text in ((ben, "Each unit is zeroed with probability p."), (ann, "It averages networks.")):
        await messages(page).first.get_by_role("button", name="Answer").click()
        await page.get_by_role("dialog").get_by_label("Your answer").fill(text)
        await page.get_by_role("button", name="Submit").click()
        await expect(messages(page).last).to_contain_text("out of 10")
    for page in (ann, ben):
        await expect(messages(page)).to_have_count(2)
    await expect(messages(ann).last).not_to_contain_text("zeroed")
    # The same tab can become somebody else.
    await ann.get_by_label("You are").select_option("olga")
    await expect(messages(ann)).to_have_count(1)
    assert "as=olga" in ann.url


async def overflow(page: Page) -> list[str]:
    """What sticks out at the right side."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((node) => !node.closest("pre, .unseen, .skip") && node.checkVisibility())
            .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 120))
            .concat(document.documentElement.scrollWidth > window.innerWidth ? ["the page scrolls"] : [])"""
    )


async def test_on_a_phone_nothing_sticks_out(home: House, visit: Opener):
    page = await visit(home.box, "ben", "daily", PHONE)
    toggle = page.get_by_role("button", name="Channels")
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await page.get_by_text("Weather").click()
    assert await overflow(page) == []
    await page.get_by_role("link", name="#daily").click()
    await expect(page.get_by_role("heading", name="#daily")).to_be_focused()
    await page.locator("#box").fill("/")
    assert await overflow(page) == []
    await run(page, "leaderboard")
    await expect(messages(page).last).to_contain_text("Leaderboard")
    await run(page, "ask", topic=QUESTION.title)
    await messages(page).last.get_by_role("button", name="Answer").click()
    assert await overflow(page) == []
    await page.get_by_label("Your answer").fill("x" * 300)
    await page.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("Model answer")
    await messages(page).last.get_by_role("button", name="Model answer").click()
    await expect(messages(page).last).to_contain_text("Key points")
    await home.world.member("ann").say("wide" * 300 + "\n```\n" + "wide" * 100 + "\n```", channel="daily")
    await expect(messages(page).last).to_contain_text("widewide")
    assert await overflow(page) == []


async def test_with_the_keyboard_alone(home: House, visit: Opener):
    page = await visit(home.box, "olga", "daily")
    keys = page.keyboard
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("#box")).to_be_focused()
    await keys.type("/as")
    await keys.press("ArrowDown")
    await expect(page.get_by_role("button", name="/ask")).to_be_focused()
    await keys.press("Enter")
    topic = page.get_by_role("combobox", name="topic")
    await expect(topic).to_be_focused()
    await keys.type("dropout in")
    await expect(page.get_by_role("listbox").get_by_role("option", name=QUESTION.title)).to_be_visible()
    await keys.press("ArrowDown")
    chosen = page.get_by_role("listbox").locator("[aria-selected=true]")
    await expect(chosen).to_have_count(1)
    while await chosen.inner_text() != QUESTION.title:
        await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(topic).to_have_value(QUESTION.title)
    await keys.press("Enter")
    await expect(messages(page).last).to_contain_text(QUESTION.prompt)
    await expect(page.locator("#box")).to_be_focused()
    for _ in range(10):
        await keys.press("Shift+Tab")
        if await page.evaluate("document.activeElement.textContent") == "Answer":
            break
    await keys.press("Enter")
    answer = page.get_by_role("dialog").get_by_label("Your answer")
    await expect(answer).to_be_focused()
    await keys.type("Each unit is zeroed.")
    # A slip of the hand loses nothing.
    await keys.press("Escape")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Escape once more")
    for _ in range(10):
        await keys.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == "Submit":
            break
    await keys.press("Enter")
    await expect(messages(page).last).to_contain_text("out of 10")
    await expect(messages(page).nth(-2).get_by_role("button", name="Answer")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_a_form_survives_the_bots_death(home: House, visit: Opener):
    page = await visit(home.box, "nova", "daily")
    await run(page, "ask", topic=QUESTION.title)
    await messages(page).last.get_by_role("button", name="Answer").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Your answer").fill("Each unit is zeroed with probability p.")
    home.bot.kill()
    await home.bot.wait()
    with home.world.subscribe() as changes:
        await form.get_by_role("button", name="Submit").click()
        while (change := await changes.next()) and change.kind != "interaction_create":
            pass
    home.box.clock.advance(3)
    await expect(form.get_by_role("alert")).to_contain_text("The application did not respond.")
    await expect(form.get_by_label("Your answer")).to_have_value("Each unit is zeroed with probability p.")
    await home.bot.start()
    await home.box.bot_ready()
    await form.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("out of 10")
    await expect(form).to_have_count(0)


async def test_weather(home: House, visit: Opener):
    page = await visit(home.box, "ann")
    await page.get_by_text("Weather").click()
    status = page.locator("#bot")
    await expect(status).to_have_text("Hotseat is online")
    await page.get_by_role("button", name="Kill and restart the bot").click()
    await expect(status).to_have_text("Hotseat is offline")
    await expect(status).to_have_text("Hotseat is online")
    await page.get_by_role("button", name="Close my DMs").click()
    await expect(page.get_by_role("button", name="Open my DMs")).to_be_visible()
    assert not home.world.user("ann").dms_open
    await page.get_by_role("button", name="Open my DMs").click()
    await expect(page.get_by_role("button", name="Close my DMs")).to_be_visible()
    before = len(home.world.requests)
    for name in ("Fail the next request (500)", "Rate-limit the next request (429)"):
        async with page.expect_response("**/page/act"):
            await page.get_by_role("button", name=name).click()
        count = await messages(page).count()
        await run(page, "help")
        await expect(messages(page)).to_have_count(count + 1)
    assert {request.status for request in home.world.requests[before:]} >= {500, 429}


async def test_hostile_text_stays_text(box: Sandbox, visit: Opener):
    world = box.world
    attack = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>'
    world.user("ben").display = attack
    evil = world.add_channel(attack)
    evil.topic = attack
    await world.member("ben").say(attack, channel=evil)
    await world.member("ben").say("[click](javascript:window.hacked=1) <javascript:alert(1)>", channel=evil)
    await world.member("ben").say(
        f"[{attack}](https://good.example/) <@{world.user('ben').id}>", channel=evil
    )
    url = "javascript:window.hacked=1"
    parts: list[dict[str, Any]] = [
        {
            "type": 10,
            "content": f"# {attack}\n- {attack}\n> {attack}\n||{attack}||\n`{attack}`\n```\n{attack}\n```",
        },
        {
            "type": 9,
            "components": [{"type": 10, "content": attack}],
            "accessory": {"type": 11, "media": {"url": url}, "description": attack, "spoiler": True},
        },
        {"type": 14, "divider": False, "spacing": 2},
        {"type": 12, "items": [{"media": {"url": url}, "description": attack}]},
        {"type": 13, "file": {"url": url}, "name": attack},
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 5, "label": attack, "url": url},
                {"type": 2, "style": 2, "label": attack, "custom_id": attack},
            ],
        },
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "menu",
                    "placeholder": attack,
                    "options": [{"label": attack, "value": attack, "description": attack}],
                }
            ],
        },
    ]
    body = {
        "flags": COMPONENTS_V2,
        "components": [{"type": 17, "accent_color": 0xFF0000, "components": parts}],
    }
    embed = {"title": attack, "url": url, "description": attack, "image": {"url": url}}
    world.messages.create(evil, world.state.bot_id, body, {})
    world.messages.create(evil, world.state.bot_id, {"embeds": [embed]}, {})
    page = await visit(box, "ann", str(evil.id))
    await expect(messages(page)).to_have_count(5)
    await expect(messages(page).first.locator(".body")).to_have_text(attack)
    await expect(page.locator("h2#where")).to_have_text(f"#{attack}")
    await expect(messages(page).nth(1).locator(".body")).to_have_text(
        "[click](javascript:window.hacked=1) <javascript:alert(1)>"
    )
    await expect(messages(page).nth(2).get_by_role("link")).to_contain_text("(https://good.example/)")
    assert await page.locator("main img, main script, main iframe, #side img, #side script").count() == 0
    for link in await page.locator("a").all():
        assert not (await link.get_attribute("href") or "").startswith("javascript")
    await messages(page).nth(3).get_by_role("button", name="Spoiler").click()
    await expect(messages(page).nth(3)).to_contain_text(attack)
    assert await page.evaluate("window.hacked") is None
    # There is no bot here that could be restarted.
    await page.get_by_text("Weather").click()
    await expect(page.get_by_role("button", name="Drop the gateway")).to_be_visible()
    await expect(page.get_by_role("button", name="Kill and restart the bot")).to_be_hidden()


async def test_every_input_of_a_form_reaches_the_bot(box: Sandbox, bot: SmallBot, visit: Opener):
    form = ui.Modal(title="Everything", custom_id="form:all")
    long = ui.TextInput[Any](
        custom_id="long", style=discord.TextStyle.paragraph, min_length=3, default="so far"
    )
    radio = ui.RadioGroup[Any](custom_id="radio", required=False)
    boxes = ui.CheckboxGroup[Any](custom_id="boxes", required=False)
    for group in (radio, boxes):
        for label in ("One", "Two", "Three"):
            group.add_option(label=f"{group.custom_id} {label}", value=label)
    form.add_item(ui.Label(text="Long", description="At least three", component=long))
    form.add_item(ui.Label(text="Radio", component=radio))
    form.add_item(ui.Label(text="Boxes", component=boxes))
    form.add_item(ui.Label(text="Agreed", component=ui.Checkbox(custom_id="agreed")))
    form.add_item(ui.Label(text="Whom", component=ui.UserSelect(custom_id="whom", required=True)))
    sent: dict[str, Any] = {}

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(form)

    async def submitted(interaction: Interaction) -> None:
        parts = (interaction.data or {}).get("components", [])
        for part in parts:
            inner = part["component"]  # pyright: ignore[reportGeneralTypeIssues]
            sent[inner["custom_id"]] = inner.get("value", inner.get("values"))
        await interaction.response.send_message("Thanks", ephemeral=True)

    bot.on |= {"ask": ask, "form": submitted}
    page = await visit(box, "ann")
    await run(page, "ask")
    dialog = page.get_by_role("dialog", name="Everything")
    await expect(dialog.get_by_label("Long")).to_have_value("so far")
    await expect(dialog.get_by_label("Long")).to_have_accessible_description("At least three")
    await dialog.get_by_label("Long").fill("line one\nline two")
    await dialog.get_by_label("radio Two").check()
    await dialog.get_by_label("boxes One").check()
    await dialog.get_by_label("boxes Three").check()
    await dialog.get_by_label("Agreed").check()
    await dialog.get_by_label("Whom").select_option(label="Olga")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("Thanks")
    olga = str(box.world.user("olga").id)
    assert sent == {
        "long": "line one\nline two",
        "radio": "Two",
        "boxes": ["One", "Three"],
        "agreed": True,
        "whom": [olga],
    }


async def test_menus_and_all_kinds_of_options(box: Sandbox, bot: SmallBot, visit: Opener):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Pick("level", ["basic", "hard"])))

    async def level(interaction: Interaction) -> None:
        values = (interaction.data or {}).get("values", [])
        await interaction.response.edit_message(view=card(text=f"Chosen {values}"))

    async def status(_: Interaction) -> None:
        """Says nothing, until it is too late."""
        box.clock.advance(3)

    bot.on |= {"ask": ask, "level": level, "status": status}
    box.world.add_role("Pupils", mentionable=True)
    page = await visit(box, "olga")
    await run(page, "ask")
    await messages(page).last.get_by_label("level").select_option(label="Hard")
    await messages(page).last.get_by_role("button", name="Choose").click()
    await expect(messages(page).last).to_contain_text("Chosen ['hard']")
    await page.locator("#box").fill("/daily se")
    await page.locator("#box").press("Enter")
    await page.get_by_label("channel (required)").select_option(label="#daily")
    await page.get_by_label("ping").select_option(label="Pupils")
    await page.get_by_label("days").fill("3")
    await page.get_by_role("button", name="Run").click()
    await expect(messages(page).last.locator(".body")).to_contain_text("#daily Pupils 3")
    await page.locator("#box").fill("/daily status")
    await page.locator("#box").press("Enter")
    await page.get_by_role("button", name="Run").click()
    panel = page.locator("#command")
    await expect(panel.get_by_role("alert")).to_contain_text("The application did not respond.")
    await expect(messages(page).last).to_contain_text("The application did not respond")
    # Commands that a persona may not see are not offered.
    await page.get_by_label("You are").select_option("ann")
    await page.locator("#box").fill("/")
    await expect(page.locator("#commands button")).to_have_count(1)


async def test_live_changes_leave_typing_focus_and_place_alone(box: Sandbox, bot: SmallBot, visit: Opener):
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message(view=card(Press("go", "Go"), text="before"))

    bot.on["ask"] = ask
    page = await visit(box, "ann")
    shown = await box.world.member("ann").slash("ask")
    button = messages(page).last.get_by_role("button", name="Go")
    await button.focus()
    channel = bot.get_partial_messageable(shown.channel_id)
    message = await channel.fetch_message(shown.message_id or 0)
    await message.edit(view=card(Press("go", "Go"), text="after"))
    await expect(messages(page).last).to_contain_text("after")
    await expect(messages(page).last).to_contain_text("(edited)")
    await expect(button).to_be_focused()
    await page.locator("#box").press_sequentially("half a sen")
    for number in range(30):
        await box.world.member("ben").say(f"line {number}\nand more")
    await expect(messages(page)).to_have_count(31)
    await expect(messages(page).last).to_be_in_viewport()
    await expect(page.locator("#box")).to_have_value("half a sen")
    await expect(page.locator("#announcer")).to_contain_text("Ben: line 29")
    # Whoever reads further up is told, not moved.
    await page.locator("#scroll").evaluate("node => { node.scrollTop = 0; }")
    await box.world.member("ben").say("the newest")
    await expect(page.get_by_role("button", name="New messages below")).to_be_visible()
    assert await page.locator("#scroll").evaluate("node => node.scrollTop") == 0
    await page.get_by_role("button", name="New messages below").click()
    await expect(messages(page).last).to_be_in_viewport()
    # News elsewhere are marked.
    await box.world.member("ben").say("over here", channel="daily")
    await expect(page.get_by_role("link", name="#daily new")).to_be_visible()
    await page.get_by_role("link", name="#daily").click()
    await expect(messages(page).last).to_contain_text("over here")
    await page.go_back()
    await expect(page.locator("#box")).to_have_value("half a sen")


NAMES = """{ user: () => "Ann", role: () => "Owner", channel: () => "study", now: () => 1000 }"""
MARKDOWN = {
    "plain": "<p>plain</p>",
    "**bold** *it* _it_ __under__ ~~no~~": "<p><strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>no</s></p>",
    "***both***": "<p><strong><em>both</em></strong></p>",
    "**bold *and it***": "<p><strong>bold <em>and it</em></strong></p>",
    "**open and `code **` more": "<p>**open and <code>code **</code> more</p>",
    "2 * 3 * 4 and snake_case_name": "<p>2 * 3 * 4 and snake_case_name</p>",
    r"\*not\* \_it\_": "<p>*not* _it_</p>",
    "``a ` b``": "<p><code>a ` b</code></p>",
    "`never closed": "<p>`never closed</p>",
    "# One\n## Two\n### Three\n#no": "<h3>One</h3><h4>Two</h4><h5>Three</h5><p>#no</p>",
    "-# small **b**": '<p class="subtext"><small>small <strong>b</strong></small></p>',
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "3. a\n4. b\nend": '<ol start="3"><li>a</li><li>b</li></ol><p>end</p>',
    "> q\n> r\nno": "<blockquote><p>q\nr</p></blockquote><p>no</p>",
    ">>> q\n- r": "<blockquote><p>q</p><ul><li>r</li></ul></blockquote>",
    "a\n```py\nx = **1**\n```\nb": "<p>a</p><pre><code>x = **1**</code></pre><p>b</p>",
    "```open": "<p>```open</p>",
    "<@1> <@&2> <#3> </ask:4> <:ok:55>": (
        '<p><span class="mention">@Ann</span> <span class="mention">@Owner</span> '
        '<span class="mention">#study</span> <span class="mention">/ask</span> <span>:ok:</span></p>'
    ),
    "[a](javascript:x) [b](data:x)": "<p>[a](javascript:x) [b](data:x)</p>",
    "<t:99999999999999:R> <t:9999999999999:R>": "<p>&lt;t:99999999999999:R&gt; &lt;t:9999999999999:R&gt;</p>",
    "<b>&amp;": "<p>&lt;b&gt;&amp;amp;</p>",
    "||": "<p>||</p>",
    "": "",
}


async def test_markdown(box: Sandbox, visit: Opener):
    page = await visit(box, "ann")
    script = f"""async (texts) => {{
        const {{ markdown }} = await import("/page/markdown.js");
        return texts.map((text) => markdown(text, {NAMES}).innerHTML);
    }}"""
    assert dict(zip(MARKDOWN, await page.evaluate(script, list(MARKDOWN)), strict=True)) == MARKDOWN
    link, moment = await page.evaluate(script, ["see [a **b**](https://x.example/(y))", "<t:1300:R>"])
    assert 'href="https://x.example/(y)"' in link
    assert link.endswith("(https://x.example/(y))</a></p>")
    assert ">in 5 minutes</time>" in moment
    # However odd, a text of Discord's longest length takes no noticeable time.
    odd = ["*" * 4000, "**a" * 1300, "[" * 4000, "`" * 3999, "||_*" * 1000, "> " * 2000, "```" + "\n" * 3990]
    async with asyncio.timeout(5):
        await page.evaluate(script, odd)
