"""What a person presses, picks and fills in, on the page in a real browser, against a real stand-in and discord.py.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import re

import discord
from page_stage import become, in_a_browser, learn, type_in
from playwright.async_api import Page, expect
from stage import Bot, card, room

from rehearsal.standin import StandIn


@in_a_browser
async def test_a_pressed_button_changes_the_card_in_its_place(page: Page, bot: Bot) -> None:
    await learn(page)
    image = page.get_by_role("img", name="three bars")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.naturalWidth") == 3
    await page.get_by_text("ALT").click()
    await expect(page.locator("figcaption").get_by_text("three bars")).to_be_visible()
    spoiler = page.get_by_role("button", name="Hidden text")
    await expect(spoiler.locator("em")).not_to_be_visible()
    await spoiler.press("Enter")
    await expect(page.locator(".spoiler em")).to_be_visible()
    await expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()
    await page.get_by_role("button", name="Sleep").focus()
    await page.get_by_role("button", name="Next").evaluate("button => button.click()")
    await expect(page.get_by_text("Lesson, page 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Sleep")).to_be_focused()
    await expect(page.get_by_role("article")).to_have_count(1)


@in_a_browser
async def test_a_button_that_nobody_answers_fails_beside_itself(page: Page, bot: Bot) -> None:
    await learn(page)
    sleep = page.get_by_role("button", name="Sleep")
    await sleep.press("Enter")
    await expect(sleep).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".row", has=sleep).get_by_role("alert")).to_have_text("This interaction failed")
    await expect(sleep).to_be_focused()


@in_a_browser
async def test_several_choices_are_sent_when_the_list_closes(page: Page, bot: Bot) -> None:
    await become(page, "Ada")
    await type_in(page, "/why ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Ada used /why")).to_be_visible()
    await page.get_by_role("combobox", name="Your reasons").press("ArrowDown")
    for key in ("Space", "ArrowDown", "ArrowDown", "Space", "Escape"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("Because: fairness, profit")).to_be_visible()


@in_a_browser
async def test_a_form_says_what_is_missing_and_is_sent_once_it_is_whole(page: Page, bot: Bot, standin: StandIn) -> None:
    await become(page, "Mo")
    await type_in(page, "/group create home:#study-room")
    await page.keyboard.press("Enter")
    opener = page.get_by_role("button", name="Fill in")
    await opener.click()
    dialog = page.get_by_role("dialog", name="About your group")
    name = dialog.get_by_label("Its name")
    await expect(name).to_be_focused()
    await name.fill("ab")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("Please write at least 3 characters.")).to_be_visible()
    await expect(dialog.get_by_text("Please choose one.")).to_be_visible()
    await expect(dialog.get_by_text("Please choose something here.")).to_be_visible()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()
    await opener.click()
    await name.fill("Readers")
    await dialog.get_by_label("By hand").check()
    await dialog.get_by_role("combobox", name="Its home").press("ArrowDown")
    offered = dialog.get_by_role("option")
    await expect(offered.filter(has_text="#questions")).to_have_count(0)
    await offered.filter(has_text="#lounge").click()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text(f"Got Readers / hand / ['{room(standin, 'lounge')}']")).to_be_visible()
    await expect(dialog).to_have_count(0)


@in_a_browser
async def test_threads_and_forum_posts_open_and_can_be_written_in(page: Page, bot: Bot, standin: StandIn) -> None:
    channel = await bot.fetch_channel(room(standin))
    forum = await bot.fetch_channel(room(standin, "questions"))
    assert isinstance(channel, discord.TextChannel) and isinstance(forum, discord.ForumChannel)
    prompt = await channel.send(view=card("Prompt of the week"))
    await prompt.create_thread(name="Who decided?")
    await forum.create_thread(name="A longer question", view=card("Which **score** do you know?"))
    await become(page, "Ben")
    await page.locator(".thread-link", has_text="Who decided?").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Who decided?")
    await expect(page.get_by_text("Prompt of the week")).to_be_visible()
    await type_in(page, "My bus card did.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Ben")).to_contain_text("My bus card did.")
    await page.get_by_role("link", name=re.compile("^questions")).click()
    post = page.locator(".post")
    await expect(post).to_contain_text("Red Flask: Which score do you know?")
    await post.click()
    await expect(page.get_by_role("article", name="Red Flask").locator("strong")).to_have_text("score")
    await page.go_back()
    await expect(post).to_be_visible()
