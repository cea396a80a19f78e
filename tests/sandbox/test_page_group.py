"""Several people on the page at once, and days that pass: a panel interview of four, and a daily question."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.browsing import Opener, messages
from tests.wire.answers import BANK
from tests.wire.conftest import House

pytestmark = pytest.mark.browser
DAILY = BANK.questions["condition-number-meaning"]  # open from then on, so no other test asks for it
EVERYBODY = ("ann", "ben", "nova", "olga")


async def submit(page: Page, button: str, **fields: str) -> None:
    """Press a button of the newest card, fill in the form it opens, and send it off."""
    await messages(page).last.get_by_role("button", name=button, exact=True).click()
    form = page.get_by_role("dialog")
    for label, text in fields.items():
        await form.get_by_label(label.replace("_", " ")).fill(text)
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)


async def test_a_panel_of_four(home: House, visit: Opener):
    home.world.add_channel("panel")
    pages = [await visit(home.box, name, "panel") for name in EVERYBODY]
    host, ben, nova, olga = pages
    await host.locator("#box").fill("/interview start ")
    await host.get_by_role("combobox", name="format").fill("panel")
    await host.get_by_role("spinbutton", name="questions").fill("2")
    await host.get_by_role("spinbutton", name="minutes").fill("3")
    await host.get_by_role("button", name="Run").click()
    for page in pages:
        await submit(page, "Join")
    await expect(messages(host).first).to_contain_text("4 in")
    await messages(host).first.get_by_role("button", name="Start", exact=True).click()
    # The thread stands below its channel for all of them.
    for page in pages:
        await page.locator("#places .threads").get_by_role("link").click()
        await expect(messages(page).last).to_contain_text("Question 1 of 2")
    await submit(host, "Answer", Your_answer="Ann says the gradient vanishes.")
    await submit(ben, "Answer", Your_answer="Ben says it explodes.")
    await submit(nova, "Answer", Your_answer="Nova is not sure at all.")
    for page in (host, ben, nova):
        await expect(messages(page).last).to_contain_text("Your answer is in")
        await expect(messages(page).last).to_contain_text("Only you can see this")
    card = messages(olga).last
    await expect(card).to_contain_text("3 of 4 are done")
    await expect(page_text(olga)).not_to_contain_text("explodes")
    await card.get_by_role("button", name="Pass", exact=True).click()
    await expect(messages(olga).last).to_contain_text("You pass")
    home.box.clock.advance(31)  # everybody is in
    revealed = olga.locator("#log > li", has_text="Question 1 of 2").first
    await expect(revealed).to_contain_text("Model answer")
    await expect(revealed).to_contain_text("Olga: passed")
    for page in (host, ben, nova):
        own = page.locator("#log > li", has_text="Only you can see this").last
        await expect(own).to_contain_text("out of 10")
    await (
        host.locator("#log > li", has_text="Question 1 of 2")
        .first.get_by_role("button", name="Next question")
        .click()
    )
    await expect(messages(host).last).to_contain_text("Question 2 of 2")
    await messages(host).last.get_by_role("button", name="End", exact=True).click()
    await messages(host).last.get_by_role("button", name="End it").click()
    for page in pages:
        await expect(page_text(page)).to_contain_text("How the interview went")


def page_text(page: Page):
    """All that a page shows of the conversation."""
    return page.locator("#log")


async def test_days_pass_and_the_daily_question_comes(home: House, visit: Opener):
    home.world.add_channel("diary")
    page = await visit(home.box, "olga", "diary")
    await page.locator("#box").fill("/daily setup ")
    for name, value in {
        "channel": "#diary",
        "time": "09:00",
        "timezone": "UTC",
        "topics": DAILY.title,
    }.items():
        await page.get_by_role("combobox" if name != "time" else "textbox", name=name).fill(value)
    await page.get_by_role("button", name="Run").click()
    await expect(messages(page).last).to_contain_text("All set: the daily question in #diary")
    count = await messages(page).count()
    await page.get_by_text("Time and weather").click()
    await page.get_by_role("button", name=re.compile("the next time named here")).click()
    post = messages(page).nth(count)
    await expect(post).to_contain_text(DAILY.prompt)
    await expect(post).not_to_contain_text("Only you")
    await submit(page, "Answer", Your_answer="It bounds how far a small error can grow.")
    await expect(messages(page).last).to_contain_text("out of 10")
    await page.get_by_role("button", name="+1 day").click()
    await expect(post).to_contain_text("Model answer")
    await expect(post).to_contain_text("1 member answered")
