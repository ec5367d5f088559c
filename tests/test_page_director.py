"""The director's desk in a real browser: by keyboard, on a phone, with a second window for a second person.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from evening import Evening
from page_stage import become, in_a_browser, learn, type_in
from playwright.async_api import Browser, Page, expect
from stage import Bot, room
from test_director_learners import staged
from test_page_door import contrast, palette

from rehearsal import permissions
from rehearsal.bot_process import BotProcess
from rehearsal.desk_people import join
from rehearsal.page import STATIC, add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

__all__ = ["staged"]


TABS = ["People", "Channels", "Clock", "Learners", "Bot", "Trouble", "Calls"]


async def at_the_desk(page: Page, tab: str = "People") -> None:
    """Open the desk if it is shut, and turn to this tab."""
    if await page.locator("#desk").is_hidden():
        await page.get_by_role("button", name="Director’s desk").click()
    await page.get_by_role("tab", name=tab, exact=True).click()


async def says(page: Page, words: str) -> None:
    await expect(page.locator(".desk-said")).to_contain_text(words)


@in_a_browser
async def test_the_desk_is_opened_walked_through_and_closed_by_keyboard(page: Page, bot: Bot) -> None:
    opener = page.get_by_role("button", name="Director’s desk")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("tab", name="People")).to_be_focused()
    seen = []
    for _ in range(7):
        await expect(page.get_by_role("tabpanel")).to_have_count(1)
        seen.append(await page.locator("[role=tab]:focus").inner_text())
        await page.keyboard.press("ArrowRight")
    assert seen == TABS
    await expect(page.get_by_role("tab", name="People")).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("complementary", name="Director’s desk")).to_be_visible()
    await page.get_by_role("button", name="Close the desk").press("Enter")
    await expect(page.get_by_role("complementary", name="Director’s desk")).to_have_count(0)
    await expect(opener).to_be_focused()


@in_a_browser
async def test_somebody_new_comes_and_is_given_a_role_and_is_played(page: Page, bot: Bot, standin: StandIn) -> None:
    await at_the_desk(page)
    await page.get_by_label("Somebody new").fill("Dee")
    await page.keyboard.press("Enter")
    await says(page, "Dee has come to The Thursday Circle.")
    await expect(page.get_by_label("Somebody new")).to_have_value("")
    await page.get_by_label("Somebody new").fill("dee")
    await page.keyboard.press("Enter")
    await says(page, "is here already")
    await page.locator("summary", has_text="Dee").click()
    await page.get_by_label("Moderator (Manage Server)").locator("visible=true").press("Space")
    await says(page, "Dee is a moderator now")
    await expect(page.get_by_label("Moderator (Manage Server)").locator("visible=true")).to_be_focused()
    await page.get_by_role("checkbox", name="Readers").locator("visible=true").check()
    await says(page, "Dee has the role Readers.")
    await page.get_by_role("button", name="Be Dee").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Dee")
    await expect(page).to_have_url(re.compile(r"\?as=dee#c"))
    await expect(page.get_by_role("link", name="moderators")).to_be_visible()
    await page.get_by_role("button", name="Leaves the server").locator("visible=true").click()
    await expect(page.locator(".person[aria-pressed=true]")).not_to_contain_text("Dee")
    await expect(page.get_by_role("heading", level=1)).to_have_text("#study-room")


@in_a_browser
async def test_a_second_window_is_a_second_person_live(page: Page, browser: Browser, bot: Bot, standin: StandIn) -> None:
    other = await (await browser.new_context()).new_page()
    await other.goto(f"{standin.url}/?as=Ben")
    await expect(other.locator(".person[aria-pressed=true]")).to_contain_text("Ben")
    await learn(page)
    await expect(page).to_have_url(re.compile(r"\?as=ada"))
    await type_in(page, "Is anybody there?")
    await page.keyboard.press("Enter")
    await expect(other.get_by_text("Is anybody there?")).to_be_visible()
    await expect(other.get_by_text("Lesson, page 1")).to_have_count(0)
    await expect(page.get_by_text("Lesson, page 1")).to_be_visible()
    await other.reload()
    await expect(other.locator(".person[aria-pressed=true]")).to_contain_text("Ben")
    await other.goto(f"{standin.url}/?as=nobody")
    await expect(other).to_have_url(re.compile(r"\?as=mo"))
    await other.context.close()


@in_a_browser
async def test_discord_misbehaves_by_the_table_and_what_the_bot_asked_is_seen(page: Page, bot: Bot, standin: StandIn) -> None:
    await at_the_desk(page, "Trouble")
    await expect(page.get_by_text("Nothing: Discord behaves.")).to_be_visible()
    await page.get_by_label("At these calls").fill("POST /interactions/*/*/callback")
    await page.get_by_label("Instead of an answer").select_option("500: Internal Server Error")
    await page.get_by_label("How often").select_option("always, until removed")
    await page.get_by_role("button", name="Let it go wrong").press("Enter")
    await says(page, "From now on Discord misbehaves like this.")
    await become(page, "Ada")
    await type_in(page, "/why ")
    await page.keyboard.press("Enter")
    row = page.locator(".desk-trouble")
    await expect(row).to_contain_text(re.compile("always · happened"))
    await at_the_desk(page, "Calls")
    await page.get_by_label("Only what failed").check()
    call = page.locator(".failed-call").get_by_role("button").first
    await expect(call).to_have_accessible_name(re.compile("^500 POST .*callback .* 500: Internal Server Error$"))
    await call.press("Enter")
    await expect(call).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_label("What was answered")).to_contain_text("500: Internal Server Error")
    await at_the_desk(page, "Trouble")
    await page.get_by_role("button", name=re.compile("^Remove: POST")).click()
    await says(page, "Discord behaves again.")


@in_a_browser
async def test_permissions_are_taken_from_the_bot_and_a_channel_goes(page: Page, bot: Bot, standin: StandIn) -> None:
    await at_the_desk(page, "Channels")
    await page.get_by_label("In", exact=True).select_option("#lounge")
    await page.get_by_role("group", name="Send Messages", exact=True).get_by_label("Denied").check()
    await says(page, "In #lounge, Send Messages is denied for Red Flask.")
    await expect(page.get_by_text(re.compile("In #lounge Red Flask can .*it can’t Send Messages"))).to_be_visible()
    assert not standin.world.bot_may(room(standin, "lounge")) & permissions.SEND_MESSAGES
    await page.get_by_role("group", name="Send Messages", exact=True).get_by_label("By role").press("ArrowRight")
    assert standin.world.bot_may(room(standin, "lounge")) & permissions.SEND_MESSAGES
    await page.get_by_label("A new channel").fill("Night talks")
    await page.get_by_label("Kind").select_option("Forum")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("link", name=re.compile("^night-talks"))).to_be_visible()
    await page.get_by_role("button", name="Delete #night-talks").click()
    await says(page, "#night-talks is gone")
    await expect(page.get_by_role("link", name=re.compile("^night-talks"))).to_have_count(0)


@in_a_browser
async def test_on_a_phone_the_desk_covers_the_stage_and_goes_with_escape(page: Page, bot: Bot, standin: StandIn) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="Director’s desk").click()
    for tab in TABS:
        await at_the_desk(page, tab)
        panel = page.get_by_role("tabpanel")
        assert await panel.evaluate("node => node.scrollWidth <= node.clientWidth"), tab
        assert await page.locator("html").evaluate("node => node.scrollWidth <= node.clientWidth"), tab
    await page.locator(".desk-calls").get_by_role("button").first.click()
    await expect(page.get_by_label("What was sent")).to_be_visible()
    assert await page.get_by_role("tabpanel").evaluate("node => node.scrollWidth <= node.clientWidth"), "an open call"
    assert await page.locator("main").evaluate("node => node.inert")
    await page.keyboard.press("Escape")
    await expect(page.locator("#desk")).to_be_hidden()
    assert not await page.locator("main").evaluate("node => node.inert")
    await expect(page.get_by_role("button", name="Director’s desk")).to_be_focused()


@in_a_browser
async def test_a_crowd_is_picked_from_a_list(page: Page, bot: Bot, standin: StandIn) -> None:
    for number in range(20):
        join(standin.world, f"Guest {number}")
    await expect(page.locator(".person")).to_have_count(4)
    await page.get_by_label("Be any of 24 people").select_option("Guest 7")
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text("Guest 7")
    await expect(page).to_have_url(re.compile("as=guest%207"))
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.locator("html").evaluate("node => node.scrollWidth <= node.clientWidth")


@in_a_browser
async def test_without_a_bot_of_its_own_the_desk_says_how_it_is_and_offers_nothing(page: Page, bot: Bot) -> None:
    await at_the_desk(page, "Bot")
    await expect(page.locator(".desk-state").locator("visible=true")).to_have_text("Running")
    for label in ("Start", "Stop", "Restart", "Kill"):
        await expect(page.get_by_role("button", name=label, exact=True)).to_be_disabled()
    await at_the_desk(page, "Trouble")
    await page.get_by_role("button", name="Drop it and forget the session").click()
    await says(page, "The bot has to begin anew")


@in_a_browser
async def test_a_bot_that_is_killed_at_the_desk_answers_again_after_its_start(browser: Browser, tmp_path: Path) -> None:
    standin = StandIn(World.evening())
    process = BotProcess("", tmp_path)
    add_page(standin, process)
    await standin.start()
    process.url = standin.url
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    try:
        await process.start()
        await standin.bot_is_ready(60)
        await page.goto(f"{standin.url}/?as=ada")
        await type_in(page, "/learn ")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("What would you like to read about?")).to_be_visible()
        await at_the_desk(page, "Bot")
        await page.get_by_role("button", name="Kill", exact=True).click()
        await says(page, "Killed, as by a power cut")
        await expect(page.locator(".desk-state").locator("visible=true")).to_have_text("Killed")
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(page.locator(".desk-state").locator("visible=true")).to_have_text("Running", timeout=60_000)
        await page.get_by_role("article").get_by_role("combobox").last.click()
        await page.get_by_role("option").first.click()
        await expect(page.get_by_text("lesson 1 of").first).to_be_visible()
        await expect(page.get_by_label("The end of the bot’s log")).to_contain_text("ready")
    finally:
        await context.close()
        await process.kill()
        await standin.stop()


@in_a_browser
async def test_learners_are_let_in_and_the_clock_goes_on_to_what_they_get_next(staged: Evening, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{staged.standin.url}/?as=mo")
    await at_the_desk(page, "Learners")
    await page.get_by_label("How many").fill("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(re.compile("2 of 2 are done: 2 joined"))).to_be_visible(timeout=30_000)
    await says(page, "There was no group, so Mo began one in #study-room. 2 learners read")
    mo = staged.person("Mo")
    later = (staged.now() + timedelta(days=9)).date()
    shown = await mo.command(staged.room(), "plan start", plan="one-workshop", first_day=str(later))
    assert shown.message is not None
    await mo.press(shown.message, "Start it")
    await at_the_desk(page, "Clock")
    await page.get_by_role("button", name="To the next posting").click()
    await says(page, "Here it is ")
    assert staged.standin.world.ahead > timedelta(days=7)
    await expect(page.locator("#moved")).to_be_visible()
    await page.locator("#desk").get_by_role("button", name="Back to now").click()
    await says(page, "Here it is the real time again.")
    await context.close()


@in_a_browser
@pytest.mark.parametrize(
    ("scheme", "width", "tabs"),
    [
        ("light", 1280, ["People", "Trouble", "Calls"]),
        pytest.param("light", 390, TABS, marks=pytest.mark.nightly),
        pytest.param("dark", 1280, TABS, marks=pytest.mark.nightly),
    ],
)
async def test_axe_finds_nothing_serious_at_the_desk(
    browser: Browser, bot: Bot, standin: StandIn, scheme: Literal["light", "dark"], width: int, tabs: list[str]
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = await context.new_page()
    await page.goto(standin.url)
    bad = []
    for tab in tabs:
        await at_the_desk(page, tab)
        result = await Axe().run(page, context="#desk")
        bad += [f"{tab}: {one['id']}" for one in result.response["violations"] if one["impact"] in ("serious", "critical")]
    await context.close()
    assert bad == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_the_desk_stands_out_from_its_ground(scheme: str) -> None:
    before, dark = (STATIC / "desk.css").read_text().split("@media (prefers-color-scheme: dark)", 1)
    colours = palette(before) | (palette(dark) if scheme == "dark" else {})
    pairs = [(text, ground) for text in ("ink", "soft", "danger") for ground in ("paper", "card", "hover")]
    pairs += [("on-red", "red"), ("on-red", "red-deep"), ("danger", "danger-wash")]
    low = [f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}" for a, b in pairs if contrast(colours[a], colours[b]) < 4.5]
    low += [f"edge on {b}" for b in ("paper", "card") if contrast(colours["edge"], colours[b]) < 3]
    low += [f"{a} on {b}" for a in ("focus", "good", "wait") for b in ("paper", "card") if contrast(colours[a], colours[b]) < 3]
    assert low == []
