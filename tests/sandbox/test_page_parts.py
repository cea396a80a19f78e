"""The page's parts against a small bot that does what each test needs: forms, menus, options, live changes, threads."""

from typing import Any

import discord
import pytest
from discord import ui
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.sandbox.browsing import PHONE, Opener, messages, run
from tests.sandbox.small_bot import Interaction, Pick, Press, SmallBot, card

pytestmark = pytest.mark.browser


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
    menu = messages(page).last.get_by_role("combobox", name="level")
    await menu.click()
    await messages(page).last.get_by_role("option", name="Hard").click()
    await expect(messages(page).last).to_contain_text("Chosen ['hard']")
    # The same by keys: looking around sends nothing.
    await run(page, "ask")
    await menu.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("End")
    await page.keyboard.press("Escape")
    await expect(menu).to_have_attribute("aria-expanded", "false")
    await expect(menu).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(messages(page).last).to_contain_text("Chosen ['basic']")
    panel = page.locator("#command")
    await page.locator("#box").fill("/daily se")
    await page.locator("#box").press("Enter")
    channel = panel.get_by_role("combobox", name="channel (required)")
    await expect(channel).to_be_focused()
    await expect(channel).to_have_accessible_description("…")
    # What is missing or is no choice is said before anything is sent.
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("alert")).to_contain_text("channel is needed")
    await channel.fill("nowhere")
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("alert")).to_contain_text("channel: choose one of what is offered.")
    await channel.fill("dail")
    await panel.get_by_role("option", name="#daily").click()
    await expect(channel).to_have_value("#daily")
    await panel.get_by_role("combobox", name="ping").fill("pupils")
    await panel.get_by_label("days").fill("3")
    await page.get_by_role("button", name="Run").click()
    await expect(messages(page).last.locator(".body")).to_contain_text("#daily Pupils 3")
    await page.locator("#box").fill("/daily status")
    await page.locator("#box").press("Enter")
    await page.get_by_role("button", name="Run").click()
    await expect(panel.get_by_role("alert")).to_contain_text("The application did not respond.")
    await expect(messages(page).last).to_contain_text("The application did not respond")
    # Commands that a persona may not see are not offered.
    await page.get_by_label("You are").select_option("ann")
    await page.locator("#box").fill("/")
    await expect(page.locator("#commands").get_by_role("option")).to_have_count(1)


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
    # Also where the same button leads elsewhere by now.
    await message.edit(view=card(Press("other", "Go"), text="at last"))
    await expect(messages(page).last).to_contain_text("at last")
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
    await expect(page.get_by_role("link", name="#daily", exact=True)).to_be_visible()
    await page.go_back()
    await expect(page.locator("#box")).to_have_value("half a sen")


async def test_who_types_and_who_is_spoken_to(box: Sandbox, bot: SmallBot, visit: Opener):
    world = box.world
    ann, ben = await visit(box, "ann"), await visit(box, "ben")
    await ben.locator("#box").press_sequentially("Hello ")
    await expect(ann.locator("#typing")).to_have_text("Ben is typing…")
    await expect(ben.locator("#typing")).to_have_text("")
    await ben.locator("#box").press_sequentially(f"<@{world.user('ann').id}>")
    await ben.locator("#box").press("Enter")
    await expect(messages(ann).last).to_contain_text("Hello @Ann")
    assert await ann.locator("#typing").inner_text() == ""  # at once, not when it would be over anyway
    await expect(messages(ann).last).to_have_class("pinged")
    await expect(messages(ben).last).not_to_have_class("pinged")
    channel = bot.get_channel(world.channel("study").id)
    assert isinstance(channel, discord.TextChannel)
    await channel.typing()
    await expect(ann.locator("#typing")).to_have_text("Hotseat is typing…")
    await channel.send("Hello both")
    await expect(messages(ann).last).to_contain_text("Hello both")
    assert await ann.locator("#typing").inner_text() == ""


async def test_messages_of_one_author_stand_together(box: Sandbox, bot: SmallBot, visit: Opener):
    ben = box.world.member("ben")
    page = await visit(box, "ann")
    for text in ("one", "two"):
        await ben.say(text)
    await expect(messages(page)).to_have_count(2)
    await expect(messages(page).first.locator(".avatar")).to_have_count(1)
    await expect(messages(page).last.locator(".avatar")).to_have_count(0)
    await expect(messages(page).last.get_by_role("article", name="Message by Ben")).to_be_visible()
    await box.world.member("olga").say("three")
    await expect(messages(page).last.locator(".avatar")).to_have_count(1)
    await ben.say("four")
    box.clock.advance(86_400)
    await ben.say("the next day")
    await expect(messages(page).last.locator(".day")).to_be_visible()
    await expect(messages(page).last).to_contain_text("Today at")
    # What was today is yesterday now.
    await expect(messages(page).first).to_contain_text("Yesterday at")

    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_message("only for you", ephemeral=True)

    bot.on["ask"] = ask
    await run(page, "ask")
    await expect(messages(page).last).to_contain_text("Ann used /ask")
    await messages(page).last.get_by_role("button", name="Dismiss message").click()
    await expect(messages(page)).to_have_count(5)
    await expect(page.locator("#box")).to_be_focused()


async def test_links_lead_to_messages_threads_and_commands(box: Sandbox, bot: SmallBot, visit: Opener):
    world, ben = box.world, box.world.member("ben")
    channel = bot.get_channel(world.channel("daily").id)
    assert isinstance(channel, discord.TextChannel)
    first = await channel.send("the very first")
    for number in range(120):
        await ben.say(f"line {number}", channel="daily")
    thread = await first.create_thread(name="Talk about it", auto_archive_duration=60)
    await thread.send("inside")
    await ben.say(f"{first.jump_url} and [that](<{thread.jump_url}>) and </ask:{first.id}>")
    page = await visit(box, "ann")
    said = messages(page).last
    await expect(page.locator("#places .threads").get_by_role("link", name="Talk about it")).to_be_visible()
    await said.get_by_role("link", name="#daily › 💬").click()
    await expect(page.locator("#where")).to_have_text("#daily")
    await expect(messages(page).first).to_be_focused()
    await expect(messages(page).first).to_be_in_viewport()
    await expect(messages(page).first).to_contain_text("the very first")
    # Its thread hangs below it.
    await messages(page).first.get_by_role("link", name="Talk about it").click()
    await expect(page.locator("#where")).to_have_text("#daily › Talk about it")
    await expect(messages(page).last).to_contain_text("inside")
    await page.locator("#where").get_by_role("link").click()
    await expect(page.locator("#where")).to_have_text("#daily")
    # A thread that has been quiet for its time is folded away, and still to be found.
    box.clock.advance(3601)
    await ben.say("later", channel="daily")
    await expect(page.locator("#places .threads")).to_have_count(0)
    await page.get_by_role("button", name="Threads 1").click()
    await expect(page.get_by_role("heading", name="Archived")).to_be_visible()
    await page.locator("#threadlist").get_by_role("link", name="Talk about it").click()
    await expect(page.locator("#topic")).to_contain_text("archived")
    await page.go_back()
    await page.go_back()
    await page.go_back()
    await page.go_back()
    await expect(page.locator("#where")).to_have_text("#study")
    await said.get_by_role("link", name="that").click()
    await expect(page.locator("#where")).to_contain_text("Talk about it")
    await page.go_back()
    await said.get_by_role("button", name="/ask").click()
    await expect(page.locator("#command")).to_contain_text("/ask")


async def member_names(page: Page) -> list[str]:
    return await page.locator("#members .name").all_inner_texts()


async def test_members_at_the_right_and_servers_at_the_left(box: Sandbox, bot: SmallBot, visit: Opener):
    await visit(box, "ben")
    page = await visit(box, "ann")
    members = page.get_by_role("complementary", name="Members")
    await expect(members.get_by_role("heading", name="Online — 3")).to_be_visible()
    assert await member_names(page) == ["Ann", "Ben", "Hotseat", "Nova", "Olga"]
    await page.get_by_role("button", name="Members").click()
    await expect(members).to_be_hidden()
    # The bot writes to her elsewhere: the rail says so.
    user = await bot.fetch_user(box.world.user("ann").id)
    await user.send("psst")
    await (
        page.get_by_role("navigation", name="Servers")
        .get_by_role("link", name="Direct messages 1 new")
        .click()
    )
    await expect(messages(page).last).to_contain_text("psst")
    await expect(page.get_by_role("button", name="Members")).to_be_hidden()
    await page.get_by_role("link", name="Elsewhere").click()
    await expect(page.locator("#places")).to_contain_text("The bot is not in this server.")
    await page.locator("#box").fill("/daily")
    await expect(page.locator("#commands")).to_contain_text("There is no such command here.")
    # On a phone they slide over the messages, and Escape puts them away.
    await page.set_viewport_size(PHONE)
    await page.get_by_role("button", name="Members").click()
    await expect(members).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(members).to_be_hidden()
    await expect(page.get_by_role("button", name="Members")).to_be_focused()
