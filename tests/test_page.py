"""What a person types and where they go, on the page in a real browser, against a real stand-in and discord.py.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import re

import discord
import pytest
from page_stage import become, in_a_browser, learn, the_bot, type_in
from playwright.async_api import Page, expect
from stage import Bot, card, playing, room

from rehearsal.standin import StandIn


@in_a_browser
async def test_a_newcomer_is_told_what_this_is_and_what_to_try(page: Page, bot: Bot) -> None:
    await expect(page.get_by_text("a make-believe Discord on your own machine. Nothing leaves it.")).to_be_visible()
    await expect(page.get_by_text("What to try first")).to_be_visible()
    await page.get_by_role("button", name="/learn").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Ada")
    await expect(page.get_by_role("combobox", name="theme")).to_be_focused()


@in_a_browser
async def test_a_typed_command_is_answered_to_its_person_alone(page: Page, bot: Bot) -> None:
    await learn(page)
    await expect(page.get_by_text("Theme data, 1 pages")).to_be_visible()
    await expect(page.get_by_text("Only you can see this")).to_be_visible()
    await become(page, "Ben")
    await expect(page.get_by_text("Lesson, page 1")).to_have_count(0)
    await become(page, "Ada")
    await expect(page.get_by_text("Lesson, page 1")).to_be_visible()
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Lesson, page 1")).to_have_count(0)


@in_a_browser
async def test_a_command_is_found_and_filled_in_by_keyboard(page: Page, bot: Bot) -> None:
    await become(page, "Ada")
    await type_in(page, "/")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(page.locator("#say")).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_class("active")
    await type_in(page, "lea")
    await expect(options).to_have_count(1)
    await page.keyboard.press("Enter")
    theme = page.get_by_role("combobox", name="theme")
    await expect(theme).to_be_focused()
    await theme.press_sequentially("face")
    await expect(page.get_by_role("option", name="Faces and cameras")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(theme).to_have_value("Faces and cameras")
    await page.get_by_role("button", name="Add pages").press("Enter")
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("pages: Not above 9.")).to_be_visible()
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Theme faces, 1 pages")).to_be_visible()
    await expect(page.locator("#say")).to_be_focused()


@in_a_browser
async def test_a_command_without_its_needed_option_says_so(page: Page, bot: Bot) -> None:
    await become(page, "Ada")
    await type_in(page, "/learn ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("theme: This one is needed.")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await type_in(page, "/nothing")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("There is no command /nothing here for you.")).to_be_visible()


@in_a_browser
async def test_members_see_neither_the_moderators_room_nor_their_commands(page: Page, bot: Bot) -> None:
    await become(page, "Mo")
    await expect(page.get_by_role("link", name="moderators")).to_be_visible()
    await type_in(page, "/")
    await expect(page.get_by_role("option", name="/group create")).to_be_visible()
    await page.keyboard.press("Escape")
    await become(page, "Ben")
    await expect(page.get_by_role("link", name="moderators")).to_have_count(0)
    await type_in(page, "/")
    await expect(page.get_by_role("option", name="/learn")).to_be_visible()
    await expect(page.get_by_role("option", name="/group create")).to_have_count(0)


@in_a_browser
async def test_what_a_member_writes_is_read_by_all(page: Page, bot: Bot) -> None:
    await become(page, "Chi")
    await type_in(page, "Good **evening** <b>all</b>")
    await page.keyboard.press("Enter")
    await become(page, "Ben")
    said = page.get_by_role("article", name="Chi")
    await expect(said.locator("strong")).to_have_text("evening")
    await expect(said).to_contain_text("<b>all</b>")


@in_a_browser
async def test_a_channel_with_something_new_is_marked_until_it_is_opened(page: Page, bot: Bot, standin: StandIn) -> None:
    lounge = await bot.fetch_channel(room(standin, "lounge"))
    assert isinstance(lounge, discord.TextChannel)
    await lounge.send(view=card("Tea is ready"))
    link = page.get_by_role("link", name="lounge")
    await expect(link).to_have_accessible_name(re.compile("something new"))
    await link.click()
    await expect(page.get_by_text("Tea is ready")).to_be_visible()
    await page.get_by_role("link", name="study-room").click()
    await expect(link).not_to_have_accessible_name(re.compile("something new"))


@in_a_browser
async def test_the_page_tells_of_an_absent_bot_and_of_unknown_calls(page: Page, standin: StandIn) -> None:
    await expect(page.get_by_text("Red Flask isn’t connected")).to_be_visible()
    await expect(page.get_by_text("What the stand-in didn’t know")).not_to_be_visible()
    async with playing(standin, the_bot()) as bot:
        await expect(page.get_by_text("Red Flask isn’t connected")).to_have_count(0)
        with pytest.raises(discord.HTTPException):
            await bot.http.request(discord.http.Route("GET", "/stickers/nitro-of-nowhere"))
        panel = page.get_by_text("What the stand-in didn’t know (1)")
        await panel.click()
        await expect(page.get_by_text("GET /stickers/nitro-of-nowhere")).to_be_visible()
    await expect(page.get_by_text("Red Flask isn’t connected")).to_be_visible()


@in_a_browser
async def test_the_page_fits_a_phone(page: Page, bot: Bot) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await learn(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.getElementById('log').scrollWidth <= document.getElementById('log').clientWidth")
    lounge = page.get_by_role("link", name="lounge")
    await expect(lounge).not_to_be_visible()
    drawer = page.get_by_role("button", name="Channels")
    await drawer.press("Enter")
    await expect(drawer).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(lounge).not_to_be_visible()
    await drawer.click()
    await lounge.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#lounge")
    await expect(lounge).not_to_be_visible()


@in_a_browser
async def test_another_tab_can_be_someone_else(page: Page, bot: Bot, standin: StandIn) -> None:
    await become(page, "Ada")
    other = await page.context.new_page()
    await other.goto(standin.url)
    await become(other, "Ben")
    await type_in(other, "Hello, Ada")
    await other.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Ben")).to_contain_text("Hello, Ada")
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Ada")
    await page.reload()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Ada")
