"""The tour, walked from its first step to its last by doing nothing but what it points at, with the real bot and the real course.

All the while the page asks nobody but its own server for anything: `opened` records every request that its browser makes.
"""

from __future__ import annotations

import discord
import pytest
from evening import Evening
from page_browser import DESK, PHONE, become, found_by_axe, in_a_browser, opened, shot
from playwright.async_api import Browser, Locator, Page, expect
from stage import Bot, playing, say_nothing

from rehearsal.standin import StandIn


async def follow(page: Page) -> str:
    """Do the next thing that the tour says; return what it said."""
    said = page.locator("#tour-said")
    words = await said.text_content() or ""
    command = page.locator("#tour .tour-do .primary")
    if await command.count():
        await command.click()
        await expect(page.locator(".bar")).to_be_visible()
        return words
    target = page.locator("[data-pointed]")
    await expect(target).to_have_count(1)
    if await page.locator("dialog[open]").count():
        await fill_in(page.get_by_role("dialog"))
    elif await target.evaluate("node => node.matches('input')"):
        await target.click()
        await expect(page.get_by_role("option").first).to_be_visible()
        await page.keyboard.press("Enter")
    elif await target.evaluate("node => node.matches('.menu')"):
        await target.click()
        await page.get_by_role("option").nth(2).click()
    elif await target.evaluate("node => node.matches('.bar *')"):
        before = await page.locator("article").count()
        await target.click()
        await expect(page.locator("article")).not_to_have_count(before)
    else:
        await target.click()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return words


async def fill_in(dialog: Locator) -> None:
    """Whatever kind of question it is: tick, choose or write something."""
    for box in await dialog.locator("fieldset").all():
        await box.locator("input").first.check()
    for line in await dialog.locator("input[type=text], textarea").all():
        await line.fill("7")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_have_count(0)


@in_a_browser
async def test_the_tour_is_walked_by_doing_what_it_points_at_and_nobody_else_is_asked(shown: Evening, browser: Browser) -> None:
    async with opened(browser, shown.standin.url, viewport=DESK) as page:
        tour = page.get_by_role("region", name="Tour")
        await expect(tour.get_by_role("heading", name="Create a group")).to_be_visible()
        await expect(page.locator("#say")).not_to_be_focused()
        problems = await found_by_axe(page, "the start")
        told: list[str] = []
        for _ in range(40):
            if await tour.get_by_role("heading", name="That was the tour").count():
                break
            told.append(await follow(page))
            if "Press what you think is right" in told[-1] and not problems:
                problems += await found_by_axe(page, "an answered question")
        await expect(tour.get_by_role("heading", name="That was the tour")).to_be_visible()
        steps = [int(words.partition("Step ")[2][0]) for words in told]
        assert steps == sorted(steps) and set(steps) == {1, 2, 3, 4, 5}
        await expect(page.get_by_role("img").filter(visible=True)).not_to_have_count(0)
        await shot(page, "tour-end")
        assert problems == []
        assert await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        await page.reload()
        await expect(page.get_by_role("button", name="Tour")).to_be_visible()
        await expect(tour).not_to_be_visible()


def bot_with_names() -> Bot:
    bot = Bot(say_nothing)
    for name in ("join", "learn", "quiz", "progress"):

        @bot.tree.command(name=name, description=name)
        async def say(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("Said", ephemeral=True)

    return bot


@in_a_browser
async def test_the_tour_can_be_skipped_left_and_taken_up_again(standin: StandIn, browser: Browser) -> None:
    async with playing(standin, bot_with_names()) as bot, opened(browser, standin.url, viewport=PHONE) as page:
        await bot.tree.sync()
        tour, button = page.get_by_role("region", name="Tour"), page.get_by_role("button", name="Tour", exact=True)
        await expect(tour).to_be_visible()
        await expect(button).to_have_attribute("aria-expanded", "true")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for title in ("Create a group", "Join it", "Read a lesson", "Answer a question", "Talk, and look back"):
            await expect(tour.get_by_role("heading", name=title)).to_be_visible()
            await tour.get_by_role("button", name="Skip this step").press("Enter")
        await expect(page.get_by_role("status").filter(has_text="That was the tour.")).to_have_count(1)
        await tour.get_by_role("button", name="Close").press("Enter")
        await expect(tour).not_to_be_visible()
        await expect(button).to_be_focused()
        await expect(page.locator("[data-pointed]")).to_have_count(0)
        await expect(page.get_by_text("What to try first")).to_be_visible()
        await button.press("Enter")
        await expect(tour.get_by_role("heading", name="Create a group")).to_be_visible()
        await page.get_by_role("button", name="Channels").click()
        await page.get_by_role("link", name="lounge").click()
        await expect(tour).to_contain_text("Go to #study-room.")
        await expect(page.get_by_role("button", name="Channels")).to_have_attribute("data-pointed", "")
        await become(page, "Chi")
        await expect(tour).to_contain_text("Be Mo")
        await tour.get_by_role("button", name="Show me").press("Enter")
        await expect(page.locator(".person[data-name=Mo]")).to_be_focused()
        await tour.get_by_role("button", name="Leave the tour").click()
        await page.reload()
        await expect(tour).to_be_visible()


@in_a_browser
@pytest.mark.nightly
async def test_the_tour_is_walked_on_a_phone_in_the_dark(shown: Evening, browser: Browser) -> None:
    async with opened(browser, shown.standin.url, viewport=PHONE, color_scheme="dark") as page:
        problems: list[str] = []
        for _ in range(40):
            if await page.get_by_role("heading", name="That was the tour").count():
                break
            words = await follow(page)
            problems += await found_by_axe(page, words)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await expect(page.get_by_role("heading", name="That was the tour")).to_be_visible()
        assert problems == []
