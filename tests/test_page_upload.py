"""A file handed over on the page, by hand: chosen in the browser, fetched by the bot, previewed, used. On a phone's width."""

from __future__ import annotations

import asyncio
from pathlib import Path

from evening import Evening
from page_stage import in_a_browser
from playwright.async_api import Browser, expect
from test_content import FORM_FIELD, TREES


@in_a_browser
async def test_a_moderator_chooses_a_file_on_a_phone_and_the_group_has_it(shown: Evening, browser: Browser, tmp_path: Path) -> None:
    await shown.group()
    file = tmp_path / "trees.yaml"
    await asyncio.to_thread(file.write_text, TREES)
    context = await browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(8000)
    await page.goto(shown.standin.url)
    await expect(page.locator(".person")).to_have_count(4)
    await page.locator(".person[data-name=Mo]").click()
    await page.locator("#say").press_sequentially("/content upload")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Content of your own")
    assert await dialog.evaluate("node => node.scrollWidth <= node.clientWidth"), "nothing is wider than the phone"
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("Please choose a file.")).to_be_visible()
    await dialog.get_by_label(FORM_FIELD).set_input_files(file)
    await dialog.get_by_role("button", name="Submit").click()
    await page.get_by_role("button", name="Use it in this group").click()
    await expect(page.get_by_text("is in use in")).to_be_visible()
    await context.close()
