"""Whether everybody can use the page: axe-core finds nothing serious or critical, by light and by dark, on a desk and on a phone.

The states that it looks at: a room with every part of a message, an open menu, an open form, the channels as a drawer, a forum.
The tour's test looks at others, with the real bot.
axe-core comes with axe-playwright-python, which is a dependency of the tests alone.
"""

from __future__ import annotations

import pytest
from page_browser import DESK, PHONE, Fit, become, found_by_axe, in_a_browser, opened, shot
from playwright.async_api import Browser, ViewportSize, expect

from rehearsal.standin import StandIn

LOOKS: list[tuple[str, Fit, ViewportSize]] = [
    ("desk-light", "light", DESK), ("phone-dark", "dark", PHONE), ("desk-dark", "dark", DESK), ("phone-light", "light", PHONE),
]  # fmt: skip


@in_a_browser
@pytest.mark.parametrize(
    ("look", "scheme", "size"), [*LOOKS[:2], *(pytest.param(*look, marks=pytest.mark.nightly) for look in LOOKS[2:])]
)
async def test_axe_finds_nothing_serious(gallery: StandIn, browser: Browser, look: str, scheme: Fit, size: ViewportSize) -> None:
    async with opened(browser, gallery.url, color_scheme=scheme, viewport=size) as page:
        narrow = size == PHONE
        await become(page, "Ada")
        await expect(page.get_by_text("A reply to the first of them, changed")).to_be_visible()
        problems = await found_by_axe(page, "a full room")
        await page.get_by_role("combobox", name="Two or three reasons").click()
        await expect(page.get_by_role("option", name="Fairness")).to_be_visible()
        problems += await found_by_axe(page, "a menu open", ".popup:popover-open")
        await shot(page, f"{look}-menu")
        await page.keyboard.press("Escape")
        await page.get_by_role("combobox", name="A member or a role").click()
        assert await page.locator(".popup:popover-open ul").evaluate("list => list.scrollHeight > list.clientHeight")
        problems += await found_by_axe(page, "a long menu open", ".popup:popover-open")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Form", exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        problems += await found_by_axe(page, "a form open", "dialog")
        await shot(page, f"{look}-form")
        await page.keyboard.press("Escape")
        await page.locator("#say").press_sequentially("/")
        await expect(page.get_by_role("option", name="/gallery")).to_be_visible()
        problems += await found_by_axe(page, "commands offered", ".composer")
        await page.keyboard.press("Enter")
        problems += await found_by_axe(page, "a command's fields", ".composer")
        await page.keyboard.press("Escape")
        if narrow:
            await page.get_by_role("button", name="Channels").click()
            problems += await found_by_axe(page, "the drawer open", "#places")
        await page.get_by_role("link", name="questions").first.click()
        await expect(page.locator(".post").first).to_be_visible()
        problems += await found_by_axe(page, "a forum", "main")
        await shot(page, f"{look}-forum")
        assert problems == []
