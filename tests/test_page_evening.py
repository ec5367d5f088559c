"""An evening on the page, with the real bot: a quiz by keys alone, a form, two windows at once, a phone in the dark, a restart in
the middle, and a Discord that misbehaves.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import re

from evening import Evening
from page_browser import DESK, PHONE, become, found_by_axe, in_a_browser, opened, shot, type_in
from playwright.async_api import Browser, Page, expect

FOCUSED = """(() => {
  const node = document.activeElement.cloneNode(true);
  for (const hidden of node.querySelectorAll("[aria-hidden=true]")) hidden.remove();
  return (node.getAttribute("aria-label") ?? node.textContent).trim();
})()"""
"""What a screen reader would say of what has the focus, more or less."""


async def reach(page: Page, name: str, key: str = "Tab") -> None:
    """Press a key until the focus is on what has this name, as somebody does who uses no mouse."""
    for _ in range(60):
        await page.keyboard.press(key)
        if await page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"no way by {key} to {name!r}")


@in_a_browser
async def test_a_quiz_is_taken_by_keys_alone(small: Evening, browser: Browser) -> None:
    async with opened(browser, small.standin.url, viewport=DESK) as page:
        await reach(page, "Ada")
        await page.keyboard.press("Enter")
        await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Ada")
        await page.keyboard.press("/")
        await page.keyboard.type("quiz theme:small")
        await page.keyboard.press("Enter")
        card = page.get_by_role("article").last
        await expect(card).to_contain_text("question 1 of 2")
        await reach(page, "A", "Shift+Tab")
        for number in (1, 2):
            await page.keyboard.press("Enter")
            await expect(card).to_contain_text(re.compile("That's right|Not quite"))
            # What was pressed is gone; whoever pressed it stays in the same card.
            await expect(card).to_be_focused()
            if number == 1:
                await reach(page, "Next question")
                await page.keyboard.press("Enter")
                await expect(card).to_contain_text("question 2 of 2")
                await expect(card).to_be_focused()
                await reach(page, "A")
        await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        await shot(page, "quiz-by-keys")


@in_a_browser
async def test_a_form_is_opened_left_and_sent(small: Evening, browser: Browser) -> None:
    await small.group()
    async with opened(browser, small.standin.url, viewport=DESK) as page:
        await type_in(page, "/group edit ")
        dialog = page.get_by_role("dialog")
        for name in ("Not yet", "Friday readers"):
            await page.keyboard.press("Enter")
            await expect(dialog).to_be_visible()
            line = dialog.locator("input[type=text]").first
            await expect(line).to_be_focused()
            await line.fill(name)
            if name == "Not yet":
                await page.keyboard.press("Escape")
                await expect(dialog).to_have_count(0)
                await expect(page.locator("#say")).to_be_focused()
                await page.keyboard.type("/group edit ")
        assert await found_by_axe(page, "the form") == []
        await shot(page, "form")
        await page.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("article").last).to_contain_text("Friday readers")


@in_a_browser
async def test_two_people_see_each_other_in_two_windows(small: Evening, browser: Browser) -> None:
    await small.group()
    address = small.standin.url
    async with (
        opened(browser, f"{address}/?as=mo", viewport=DESK) as mo,
        opened(browser, f"{address}/?as=ada", viewport=PHONE) as ada,
    ):
        await type_in(mo, "/discuss theme:small ")
        await mo.keyboard.press("Enter")
        prompt = ada.get_by_role("article").filter(has_text="What do you think?")
        await expect(prompt).to_be_visible()
        await prompt.get_by_role("link", name="Talk").click()
        await type_in(ada, "It depends")
        await ada.keyboard.press("Enter")
        await mo.get_by_role("article").filter(has_text="What do you think?").get_by_role("link", name="Talk").click()
        await expect(mo.get_by_role("article", name="Ada")).to_contain_text("It depends")
        await expect(mo.locator(".person[aria-pressed=true]")).to_contain_text("Mo")
        await expect(ada.locator(".person[aria-pressed=true]")).to_contain_text("Ada")


@in_a_browser
async def test_a_phone_in_the_dark_shows_a_quiz(small: Evening, browser: Browser) -> None:
    async with opened(browser, small.standin.url, viewport=PHONE, color_scheme="dark", has_touch=True) as page:
        await page.locator(".person[data-name=Ada]").tap()
        await type_in(page, "/quiz theme:small ")
        await page.get_by_role("button", name="Send").tap()
        card = page.get_by_role("article").last
        await expect(card).to_contain_text("question 1 of 2")
        problems = await found_by_axe(page, "a question")
        await card.get_by_role("button", name="B", exact=True).tap()
        await expect(card).to_contain_text(re.compile("That's right|Not quite"))
        problems += await found_by_axe(page, "its answer")
        background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", background)) < 64
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for button in await card.get_by_role("button").all():
            box = await button.bounding_box()
            assert box is not None and box["height"] >= 24, "too small for a finger"
        await shot(page, "phone-dark-quiz")
        assert problems == []


@in_a_browser
async def test_a_restart_in_the_middle_of_a_quiz_loses_nothing(small: Evening, browser: Browser) -> None:
    async with opened(browser, small.standin.url, viewport=DESK) as page:
        await become(page, "Ada")
        await type_in(page, "/quiz theme:small ")
        await page.keyboard.press("Enter")
        card = page.get_by_role("article").last
        await expect(card).to_contain_text("question 1 of 2")
        await small.stop_bot()
        await expect(page.get_by_text("Red Flask isn’t connected")).to_be_visible()
        await card.get_by_role("button", name="A", exact=True).click()
        await expect(card.get_by_role("alert")).to_have_text("This interaction failed")
        await small.start_bot()
        await expect(page.get_by_text("Red Flask isn’t connected")).to_have_count(0)
        await card.get_by_role("button", name="A", exact=True).click()
        await expect(card).to_contain_text(re.compile("That's right|Not quite"))
        await card.get_by_role("button", name="Next question").click()
        await expect(card).to_contain_text("question 2 of 2")


@in_a_browser
async def test_a_misbehaving_discord_is_seen_and_survived(small: Evening, browser: Browser) -> None:
    async with opened(browser, small.standin.url, viewport=DESK) as page:
        await become(page, "Ada")
        small.standin.misbehave("POST", "/callback", status=500, times=10_000)
        await type_in(page, "/quiz theme:small ")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert").filter(has_text="did not respond")).to_be_visible()
        await shot(page, "misbehaving")
        small.standin.rest.troubles.clear()
        await page.get_by_role("button", name="Dismiss").click()
        await small.standin.drop_gateway()
        await expect(page.get_by_text("Red Flask isn’t connected")).to_have_count(0)
        await type_in(page, "/quiz theme:small ")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("article").last).to_contain_text("question 1 of 2")
