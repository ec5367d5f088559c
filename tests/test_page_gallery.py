"""Every part of a message and of a form is drawn on the page as a reader of Discord knows it, and can be used.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from page_browser import become, in_a_browser, opened, shot, type_in
from page_gallery import WHEN
from playwright.async_api import Browser, Locator, Page, expect
from stage import room

from rehearsal.standin import StandIn


@pytest.fixture
async def wall(browser: Browser, gallery: StandIn) -> AsyncIterator[Page]:
    """The page before the gallery, as Ada sees it."""
    async with opened(
        browser, gallery.url, viewport={"width": 1280, "height": 800}, timezone_id="Europe/Berlin", locale="en-GB"
    ) as page:
        await become(page, "Ada")
        await expect(page.get_by_text("A reply to the first of them, changed")).to_be_visible()
        yield page


def message(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


async def text_and_moments(wall: Page, gallery: StandIn) -> None:
    said = message(wall, "A smaller one").first
    for tag in ("h3", "h4", "h5", "small", "strong", "em", "u", "s", "ul ul ul", "ol", "blockquote", "pre code", "a"):
        assert await said.locator(tag).count(), f"no {tag}"
    await expect(said.locator("blockquote")).to_have_count(2)
    spoiler = said.get_by_role("button", name="Hidden text")
    await spoiler.click()
    await expect(said.get_by_text("a hidden word")).to_be_visible()
    moments = message(wall, "Moments")
    assert await moments.locator(".text time").count() == 9
    await expect(moments.locator(".text time[data-style=F]")).to_have_text(re.compile("Thursday,? 3 December 2026 at 19:00"))
    for name in ("@Ada", "@Readers", "#lounge", "@someone", "# a channel you can’t see", "Channels & Roles"):
        await expect(moments.locator(".mention", has_text=name)).to_have_count(1)
    await expect(moments.locator(".mention", has_text="@everyone")).to_have_count(0)
    await expect(moments).to_contain_text(":flask: @everyone")
    await expect(moments).to_have_class(re.compile("pings-me"))
    await moments.get_by_role("button", name="/gallery").click()
    await expect(wall.get_by_role("form", name="Command /gallery")).to_be_visible()
    ahead = WHEN - gallery.world.clock().timestamp()
    relative = moments.locator("time[data-style=R]")
    await wall.locator("#clock-now").click()
    for _ in range(int(ahead // 604800) + 1):
        await wall.get_by_role("button", name="+1 week").click()
    await expect(relative).to_have_text(re.compile("ago|yesterday"))


async def cards_and_what_is_around_them(wall: Page) -> None:
    card = message(wall, "A card with an accent")
    box = card.locator(".container")
    assert await box.evaluate("node => getComputedStyle(node).borderLeftColor") == "rgb(179, 55, 47)"
    await expect(box.locator(".section").first.get_by_role("img", name="A small picture")).to_be_visible()
    await expect(box.locator("hr")).to_have_count(1)
    await expect(box.locator(".gap.wide")).to_have_count(1)
    await expect(card.get_by_role("button", name="Aside")).to_be_visible()
    link = card.get_by_role("link", name="Out")
    await expect(link).to_have_attribute("href", "https://example.org/")
    await expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    pictures = message(wall, "notes.txt").first
    await expect(pictures.locator(".gallery")).to_have_count(3)
    veils = pictures.get_by_role("button", name="Spoiler: press to show")
    await expect(veils).to_have_count(2)
    await expect(pictures.get_by_text("A card behind a veil")).not_to_be_visible()
    await veils.last.press("Enter")
    await expect(pictures.get_by_text("A card behind a veil")).to_be_visible()
    await expect(pictures.locator(".container")).to_be_focused()
    async with wall.expect_download() as coming:
        await pictures.get_by_role("link", name="notes.txt").click()
    assert (await (await coming.value).path()).read_text().startswith("Notes of the evening")
    lone = await box.locator(".gallery img").bounding_box()
    assert lone is not None and (lone["width"], round(lone["height"])) == (544, 236), "600 by 260, as far as there is room"
    await pictures.get_by_text("ALT").first.click()
    await expect(pictures.locator("figcaption p").first).to_have_text("The picture a.png")
    reply = message(wall, "A reply to the first of them, changed")
    await expect(reply).to_contain_text("(edited)")
    await expect(wall.get_by_text("This one goes again")).to_have_count(0)
    await expect(message(wall, "as other bots send it").locator("dd code")).to_have_text("1")
    old = message(wall, "An old-fashioned message")
    await expect(old.locator("img")).to_have_count(1)
    await expect(old).to_have_class(re.compile("pings-me"))
    await reply.locator(".gist").click()
    await expect(wall.get_by_role("article").first).to_be_focused()
    await expect(wall.get_by_role("article").first).to_be_in_viewport()


async def buttons_and_menus(wall: Page, gallery: StandIn) -> None:
    server = gallery.world.server
    for name in ("Off", "Off too"):
        await expect(wall.get_by_role("button", name=name, exact=True)).to_be_disabled()
    await expect(wall.get_by_role("combobox", name="Nothing to choose")).to_be_disabled()
    picks = [("A member", "Ben", server.member_named("Ben").id), ("A role", "@Facilitators", server.role_named("Facilitators").id),
             ("A member or a role", "@Readers", server.role_named("Readers").id),
             ("A channel", "#questions", room(gallery, "questions")), ("One reason", "Profit", "profit")]  # fmt: skip
    for menu, option, value in picks:
        await wall.get_by_role("combobox", name=f"{menu}: {menu}").click()
        await wall.get_by_role("option", name=option).first.click()
        await expect(wall.get_by_text(f"['{value}']")).to_be_visible()
    several = wall.get_by_role("combobox", name="Two or three reasons")
    await several.press("Enter")
    await expect(wall.get_by_text("Choose 2 to 3, then close the list.")).to_be_visible()
    for key in ("Enter", "Escape"):  # one is too few: nothing is sent
        await wall.keyboard.press(key)
    await several.press("Enter")
    for key in ("Enter", "ArrowDown", "Enter", "Escape"):
        await wall.keyboard.press(key)
    answer = message(wall, "['fair', 'safe']")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(answer.locator(".gist")).to_contain_text("Everything that can be pressed")


async def thinking_changing_failing(wall: Page) -> None:
    await wall.get_by_role("button", name="Silence").click()
    await wall.get_by_role("button", name="Success").click()
    await expect(wall.get_by_text("Red Flask is thinking…")).to_be_visible()
    await wall.get_by_role("button", name="Danger").click()
    changed = message(wall, "The card was changed").first
    await expect(changed).to_contain_text("(edited)")
    await expect(message(wall, "A card with an accent")).to_have_count(0)
    await expect(wall.get_by_role("alert").filter(has_text="This interaction failed")).to_be_visible()


async def forms(wall: Page, tmp_path: Path) -> None:
    await wall.get_by_role("button", name="Form", exact=True).click()
    dialog = wall.get_by_role("dialog", name="All about your group")
    await expect(dialog.get_by_label("Its name")).to_have_accessible_description("The name that all will see")
    await dialog.get_by_label("Its name").fill("Readers")
    for label in ("Every two weeks", "Tea", "Lessons", "Tell the moderators"):
        await dialog.get_by_label(label).check()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(wall.get_by_text("Got Readers / 2 / ['l', 't'] / True")).to_be_visible()
    await wall.get_by_role("button", name="Aside").click()
    dialog = wall.get_by_role("dialog", name="Where and with what")
    for menu, options in (("Its home", ["#lounge"]), ("Two reasons", ["Fairness", "Profit"])):
        await dialog.get_by_role("combobox", name=menu).click()
        for option in options:
            await dialog.get_by_role("option", name=option).click()
    await dialog.get_by_label("In your words").fill("Because\nof tea")
    (tmp_path / "tea.txt").write_text("Tea")
    await dialog.get_by_label("A file").set_input_files(tmp_path / "tea.txt")
    await shot(wall, "second-form")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(
        wall.get_by_text(re.compile(r"Got \['\d+'\] / \[\] / \['fair', 'profit'\] / Because.*of tea / \['\d+'\]", re.S))
    ).to_be_visible()


async def a_command_with_a_file(wall: Page, tmp_path: Path) -> None:
    await type_in(wall, "/gallery member:Ben role:@Readers share:yes part:1,5 ")
    await wall.keyboard.press("Enter")
    form = wall.get_by_role("form", name="Command /gallery")
    await expect(form.get_by_text("size: This one is needed.")).to_be_visible()
    await expect(form.get_by_role("combobox", name="size")).to_be_focused()
    await wall.keyboard.type("lar")
    await wall.keyboard.press("Enter")
    await form.get_by_role("button", name="Add file").press("Enter")
    (tmp_path / "tea.txt").write_text("Tea")
    await form.get_by_label("file", exact=True).set_input_files(tmp_path / "tea.txt")
    await form.get_by_role("button", name="Send").press("Enter")
    await expect(wall.get_by_text("You said l, Ben, Readers, True, 1.5, tea.txt: 3 bytes")).to_be_visible()


async def a_forum(wall: Page) -> None:
    places = wall.get_by_role("navigation", name="Channels")
    await expect(places.get_by_role("link", name="An older discussion")).to_have_count(0)
    await places.get_by_role("link", name=re.compile("^questions")).click()
    posts = wall.locator(".post")
    await expect(posts).to_have_count(2)
    await expect(posts.first).to_contain_text("Which score do you know?")
    await expect(posts.first.locator(".chip")).to_have_text(["Lesson", "Discussion"])
    await expect(wall.get_by_role("heading", name="Older posts")).to_be_visible()
    await wall.get_by_role("button", name="Archive").click()
    await expect(posts).to_have_count(1)
    await expect(wall.get_by_role("button", name="Archive")).to_be_focused()
    await posts.click()
    await expect(wall.locator("#topic .chip")).to_have_text(["Archive", "Help"])
    await expect(places.get_by_role("link", name="An older discussion")).to_be_visible()
    await wall.go_back()
    await expect(posts).to_have_count(1)


@in_a_browser
async def test_all_that_is_read_looks_as_on_discord(wall: Page, gallery: StandIn) -> None:
    await cards_and_what_is_around_them(wall)
    await text_and_moments(wall, gallery)


@in_a_browser
async def test_all_that_is_pressed_is_answered(wall: Page, gallery: StandIn) -> None:
    await buttons_and_menus(wall, gallery)
    await thinking_changing_failing(wall)
    await a_forum(wall)


@in_a_browser
async def test_all_that_is_filled_in_is_sent(wall: Page, tmp_path: Path) -> None:
    await forms(wall, tmp_path)
    await a_command_with_a_file(wall, tmp_path)
