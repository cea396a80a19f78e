"""For whom the page works: on a phone, with the keyboard alone, in both colour schemes, for those who hear it."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.sandbox.browsing import DESK, PHONE, Opener, messages, overflow, run
from tests.wire.answers import QUESTION
from tests.wire.conftest import House

pytestmark = pytest.mark.browser


async def findings(page: Page) -> list[str]:
    """What axe finds serious or critical, in both colour schemes."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations = (await Axe().run(page)).response["violations"]
        found += [
            f"{scheme}: {one['id']}: {node['html']} {node['failureSummary']}"
            for one in violations
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
    return found


async def test_axe_finds_nothing_serious(home: House, visit: Opener):
    page = await visit(home.box, "olga", "mock-interviews")
    await page.get_by_role("button", name="Things to try").click()
    await page.get_by_text("Time and weather").click()
    assert await findings(page) == []
    await page.get_by_role("button", name="Dismiss this greeting").click()
    await page.get_by_text("Time and weather").click()
    await home.world.member("ann").say(
        "**bold** `code` ||hidden|| <@&1> <t:1:R>\n> quote\n# Heading", channel="mock-interviews"
    )
    await run(page, "ask", topic=QUESTION.title)
    await messages(page).last.get_by_role("button", name="Answer").click()
    assert await findings(page) == []
    await page.get_by_label("Your answer").fill("Each unit is zeroed.")
    await page.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("out of 10")
    assert await findings(page) == []
    await page.locator("#box").fill("/")
    await expect(page.locator("#commands")).to_be_visible()
    assert await findings(page) == []
    await page.locator("#box").fill("/interview start")
    await page.locator("#box").press("Enter")
    await expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.set_viewport_size(PHONE)
    assert await findings(page) == []
    await page.get_by_role("button", name="Channels").click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.set_viewport_size(DESK)
    await run(page, "settings")
    await messages(page).last.get_by_role("button", name="Change").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await findings(page) == []


async def test_on_a_phone_nothing_sticks_out(home: House, visit: Opener):
    page = await visit(home.box, "ben", "daily", PHONE)
    toggle = page.get_by_role("button", name="Channels")
    await toggle.click()
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("link", name="#daily")).to_be_focused()
    assert await overflow(page) == []
    await page.get_by_role("link", name="#daily").click()
    await expect(page.get_by_role("heading", name="#daily")).to_be_focused()
    await page.get_by_role("button", name="Members").click()
    assert await overflow(page) == []
    await page.get_by_role("button", name="Members").click()
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_role("button", name="Things to try").click()
    assert await overflow(page) == []
    await page.get_by_role("button", name="Dismiss this greeting").click()
    await page.locator("#box").fill("/")
    assert await overflow(page) == []
    await page.locator("#box").fill("/interview start ")
    await expect(page.get_by_role("combobox", name="format")).to_be_focused()
    assert await overflow(page) == []
    await page.get_by_role("button", name="Cancel").click()
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


UNMARKED = """() => {
    let node = document.activeElement;
    if (node === document.body) return null;
    const marked = (one) => getComputedStyle(one).outlineStyle !== "none";
    for (let one = node; one && one !== document.body; one = one.parentElement) if (marked(one)) return null;
    return node.outerHTML;
}"""


async def test_with_the_keyboard_alone(home: House, visit: Opener):
    page = await visit(home.box, "olga", "daily")
    keys = page.keyboard
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("#box")).to_be_focused()
    # Down to the last command and round to the first again.
    await keys.type("/")
    options = page.locator("#commands").get_by_role("option")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await keys.press("ArrowUp")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await keys.press("ArrowDown")
    await keys.type("as")
    await expect(options).to_have_count(1)
    await keys.press("Enter")
    topic = page.get_by_role("combobox", name="topic")
    await expect(topic).to_be_focused()
    await expect(page.get_by_role("listbox").get_by_role("option").nth(20)).to_be_attached()
    await keys.press("Shift+Tab")  # no stop on the long list, which is gone by then
    assert await page.evaluate("document.activeElement !== document.body")
    await keys.press("Tab")
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
    # Whatever the focus can be on is seen to have it.
    seen: set[str] = set()
    for _ in range(60):
        await keys.press("Tab")
        unmarked = await page.evaluate(UNMARKED)
        assert unmarked is None
        seen.add(await page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"persona", "people", "scroll", "box", "send"} <= seen
