"""A fresh sandbox and a small bot connected to it; a browser, and the real bot for pages to show."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.sandbox import Sandbox
from tests.sandbox.api import Api
from tests.sandbox.browsing import DESK, SWITCHES, Opener
from tests.sandbox.small_bot import SmallBot, connect
from tests.wire.conftest import House, opened


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A fresh world."""
    async with Sandbox() as sandbox:
        yield sandbox
        assert sandbox.world.unknown_routes == []


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[SmallBot]:
    """A small bot, connected."""
    client, running = await connect(box)
    yield client
    await client.close()
    await running


@pytest.fixture
async def api(box: Sandbox) -> AsyncIterator[Api]:
    """Plain HTTP to the sandbox, for what no library would send."""
    async with Api(box) as client:
        yield client


@pytest.fixture(scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One real bot for all pages; whoever kills it starts it again."""
    folder = tmp_path_factory.mktemp("page")
    async with opened(folder, folder / "requests.jsonl") as house:
        house.world.bot_process = house.bot
        yield house


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all."""
    expect.set_options(timeout=20_000)
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
        await expect(page.get_by_label("You are", exact=True)).to_have_value(who)
        return page

    yield open_page
    for context in chromium.contexts:
        await context.close()
    assert complaints == []
