"""What the tests with a real browser share: switches, sizes, and the ways people use the page."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, ViewportSize, expect

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
Opener = Callable[..., Awaitable[Page]]


def messages(page: Page) -> Locator:
    """The messages that stand there, oldest first."""
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


async def overflow(page: Page) -> list[str]:
    """What sticks out at the right side."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((node) => !node.closest("pre, .unseen, .skip") && node.checkVisibility())
            .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 120))
            .concat(document.documentElement.scrollWidth > window.innerWidth ? ["the page scrolls"] : [])"""
    )
