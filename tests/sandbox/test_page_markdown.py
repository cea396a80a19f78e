"""Discord's Markdown on the page, and what hostile text may not do there."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from bot.sandbox import Sandbox
from bot.sandbox.model import COMPONENTS_V2
from tests.sandbox.browsing import Opener, messages

pytestmark = pytest.mark.browser
NAMES = """{ user: () => "Ann", role: () => "Owner", now: () => 1000, address: (...ids) => `?${ids}`,
    place: (id) => id === "3" ? { name: "study", type: 0 } : undefined }"""
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
    "<@1> <@&2> <:ok:55>": (
        '<p><span class="mention">@Ann</span> <span class="mention">@Owner</span> <span>:ok:</span></p>'
    ),
    "<#3> <#4>": (
        '<p><a href="?3," class="mention" data-channel="3">#study</a> <span class="mention">#unknown</span></p>'
    ),
    "</ask:4>": '<p><button type="button" class="mention" data-command="ask">/ask</button></p>',
    "https://discord.com/channels/9/3/7 [there](https://discord.com/channels/@me/3)": (
        '<p><a href="?3,7" class="mention" data-channel="3" data-message="7">#study › 💬</a> '
        '<a href="?3," data-channel="3">there</a></p>'
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
    assert link.startswith("<p>see <a href=")
    for part in ('href="https://x.example/(y)"', 'rel="noopener noreferrer"', 'data-leaving="yes"'):
        assert part in link
    assert ">in 5 minutes</time>" in moment
    # However odd, a text of Discord's longest length takes no noticeable time.
    odd = ["*" * 4000, "**a" * 1300, "[" * 4000, "`" * 3999, "||_*" * 1000, "> " * 2000, "```" + "\n" * 3990]
    async with asyncio.timeout(5):
        await page.evaluate(script, odd)


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
    await expect(page.locator("#members")).to_contain_text(attack)
    await expect(messages(page).nth(1).locator(".body")).to_have_text(
        "[click](javascript:window.hacked=1) <javascript:alert(1)>"
    )
    assert await page.locator("body img, body script, body iframe").count() == 0
    # Words may say what they like about where they lead: the page says where it is, and asks.
    await messages(page).nth(2).get_by_role("link", name="onerror").click()
    asks = page.get_by_role("dialog", name="This link leads out of here")
    await expect(asks).to_contain_text("https://good.example/")
    await expect(asks.get_by_role("button", name="Stay")).to_be_focused()
    await asks.get_by_role("button", name="Stay").click()
    await expect(asks).to_have_count(0)
    # A menu and a command with such a name.
    await messages(page).nth(3).get_by_role("combobox").click()
    await expect(messages(page).nth(3).get_by_role("option")).to_contain_text(attack)
    for link in await page.locator("a").all():
        assert not (await link.get_attribute("href") or "").startswith("javascript")
    await messages(page).nth(3).get_by_role("button", name="Spoiler").click()
    await expect(messages(page).nth(3)).to_contain_text(attack)
    assert await page.evaluate("window.hacked") is None
