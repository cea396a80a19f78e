"""The page in a real Chromium, with the real bot as a child process behind it: the loop, as people go through it."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.browsing import Opener, messages, run
from tests.wire.answers import BANK, QUESTION, strong
from tests.wire.conftest import House

pytestmark = pytest.mark.browser


async def test_a_newcomer_reads_nothing_but_the_page(home: House, visit: Opener):
    page = await visit(home.box, "nova", "daily")
    await expect(page.get_by_role("region", name="Welcome! Three things to try")).to_be_visible()
    await page.get_by_role("button", name="Ask me one").click()
    card = messages(page).last
    await expect(card).to_contain_text("· basic ·")
    await card.get_by_role("button", name="Answer").click()
    await page.get_by_role("dialog").get_by_label("Your answer").fill("I would begin with the definition.")
    await page.get_by_role("button", name="Submit").click()
    await expect(messages(page).last.get_by_role("heading")).to_contain_text("out of 10")
    # Once one of its things was tried the greeting is gone for good, and is still there for whoever asks for it.
    again = await visit(home.box, "ben")
    for one in (page, again):
        await expect(one.locator("#greeting")).to_be_hidden()
    await again.get_by_role("button", name="Things to try").click()
    await expect(again.get_by_role("heading", name="Welcome!")).to_be_focused()
    async with again.context.expect_page() as opened:
        await again.get_by_role("button", name="Be Ann too").click()
    await expect((await opened.value).get_by_label("You are")).to_have_value("ann")
    await again.get_by_role("button", name="Things to try").click()
    await again.get_by_role("button", name="Be Olga").click()
    await expect(again.get_by_label("You are")).to_have_value("olga")
    await expect(again.get_by_role("combobox", name="channel")).to_have_value("#daily")
    await expect(again.get_by_role("group", name="Time")).to_be_visible()
    await again.keyboard.press("Escape")
    await again.get_by_role("button", name="Things to try").click()
    await again.get_by_role("button", name="Dismiss this greeting").click()
    await again.reload()
    await expect(again.get_by_label("You are")).to_have_value("olga")
    await expect(again.locator("#greeting")).to_be_hidden()


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
    box = page.get_by_role("textbox", name="Message Hotseat")
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
    await home.eventually("SELECT 1 FROM typed WHERE member_id = ?", home.world.user("ann").id)
    home.box.clock.advance(9)
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
        await expect(messages(page).last).to_contain_text("Only you can see this")
    await expect(messages(ann).last).not_to_contain_text("zeroed")
    # The same tab can become somebody else.
    await ann.get_by_label("You are").select_option("olga")
    await expect(messages(ann)).to_have_count(1)
    assert "as=olga" in ann.url
    # A second tab of the same browser is somebody else again.
    async with ann.context.expect_page() as opened:
        await ann.get_by_role("link", name="Nova in a second tab").click()
    tab = await opened.value
    await expect(tab.get_by_label("You are")).to_have_value("nova")
    await expect(messages(tab)).to_have_count(1)
    await expect(ann.get_by_label("You are")).to_have_value("olga")


async def answer(page: Page, text: str) -> None:
    """Answer the newest card, and wait for the verdict."""
    await messages(page).last.get_by_role("button", name="Answer").click()
    await page.get_by_role("dialog").get_by_label("Your answer").fill(text)
    await page.get_by_role("button", name="Submit").click()
    await expect(messages(page).last.get_by_role("heading")).to_contain_text("out of 10")


async def test_hint_dispute_and_reveal(home: House, visit: Opener):
    page = await visit(home.box, "ben", "dm")
    await run(page, "ask", topic=QUESTION.title)
    card = messages(page).last
    await expect(card).to_contain_text(QUESTION.prompt)
    await card.get_by_role("button", name="Hint").click()
    hint = messages(page).last
    await expect(hint.get_by_role("heading")).to_contain_text("Hint 1 of")
    await hint.get_by_role("button", name="Next hint").click()
    await expect(hint.get_by_role("heading")).to_contain_text("Hint 2 of")
    await expect(messages(page).nth(-2).get_by_role("button", name="Next hint")).to_be_focused()
    await answer(page, QUESTION.points[0].covered[0])
    verdict = messages(page).last
    await verdict.get_by_role("button", name="I covered this").click()
    form = page.get_by_role("dialog", name="I covered this")
    points = form.get_by_role("group", name="Which point did you cover?")
    await expect(points.get_by_role("checkbox")).to_have_count(len(QUESTION.points) - 1)
    await points.get_by_role("checkbox").first.check()
    await form.get_by_label("Where?").fill("In my first sentence.")
    await form.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("I noted 1 point")
    count = await messages(page).count()
    await messages(page).nth(count - 2).get_by_role("button", name="Model answer").click()
    await expect(messages(page).last.get_by_role("heading").first).to_contain_text("Model answer")
    await messages(page).last.get_by_role("button", name="Got it").click()
    await expect(messages(page)).to_have_count(count + 2)


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
