"""What a calendar needs of the page: forms with choices of every kind, moments, mentions of roles, links to messages, cards that
are changed later, and a clock that can be moved. In a real browser, against a real stand-in and discord.py.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from page_stage import WHEN, become, in_a_browser
from playwright.async_api import Browser, Page, expect
from stage import Bot, card, room

from rehearsal.bot_process import BotProcess
from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.world import World


async def text_channel(bot: Bot, standin: StandIn, name: str = "study-room") -> discord.TextChannel:
    channel = await bot.fetch_channel(room(standin, name))
    assert isinstance(channel, discord.TextChannel)
    return channel


async def fits(page: Page, selector: str = "html") -> bool:
    return bool(await page.locator(selector).evaluate("node => node.scrollWidth <= node.clientWidth"))


@in_a_browser
async def test_a_form_with_choices_is_read_and_filled_in_by_keyboard(page: Page, bot: Bot, standin: StandIn) -> None:
    await (await text_channel(bot, standin)).send(view=card("Thursdays", buttons=(("Plan it", "slot"),)))
    await become(page, "Mo")
    await page.get_by_role("button", name="Plan it").press("Enter")
    dialog = page.get_by_role("dialog", name="A place in the calendar")
    await expect(dialog.locator("strong", has_text="Readers")).to_be_visible()
    await expect(dialog.get_by_role("listitem").filter(has_text="It is posted once")).to_be_visible()
    await expect(dialog).to_have_accessible_description(re.compile("Readers meet next .*You can change it"))
    often = dialog.get_by_role("group", name="How often")
    await expect(often.get_by_label("Every week")).to_be_checked()
    await expect(often.get_by_label("Every week")).to_be_focused()
    await expect(often.get_by_label("Every week")).to_have_accessible_description("On each of the days below")
    await page.keyboard.press("ArrowDown")
    await expect(often.get_by_label("Every two weeks")).to_be_checked()
    days = dialog.get_by_role("group", name="On which days")
    for key in ("Tab", "Space", "Tab", "Space"):  # Monday and Tuesday, beside Thursday
        await page.keyboard.press(key)
    await page.get_by_role("button", name="Submit").press("Enter")
    await expect(days.get_by_role("checkbox", name="Monday")).to_be_focused()
    await expect(dialog.get_by_text("Please choose no more than 2.")).to_be_visible()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Submit").press("Enter")
    await expect(page.get_by_text("Got weeks-2 / ['TU', 'TH'] / [] /")).to_be_visible()
    await expect(dialog).to_have_count(0)


@in_a_browser
async def test_a_form_with_choices_fits_a_phone_and_is_tapped(page: Page, bot: Bot, standin: StandIn) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await (await text_channel(bot, standin)).send(view=card("Thursdays", buttons=(("Plan it", "slot"),)))
    await become(page, "Mo")
    await page.get_by_role("button", name="Plan it").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Readers")).to_be_in_viewport()
    assert await fits(page, "dialog") and await fits(page)
    for label in ("Once", "Wednesday"):
        box = await dialog.locator(".choice", has_text=label).bounding_box()
        assert box is not None and box["height"] >= 40
        await dialog.get_by_text(label, exact=True).click()
    await dialog.get_by_role("combobox", name="From which theme").click()
    await dialog.get_by_role("option", name="Faces").click()
    await dialog.get_by_label("Anything else").fill("Tea")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text("Got once / ['WE', 'TH'] / ['faces'] / Tea")).to_be_visible()


@in_a_browser
async def test_a_moment_is_told_in_the_readers_own_zone(browser: Browser, bot: Bot, standin: StandIn) -> None:
    text = f"We meet <t:{WHEN}:F>, <t:{WHEN}:f>, <t:{WHEN}:t>, <t:{WHEN}:R>."
    await (await text_channel(bot, standin)).send(view=card(text))
    standin.world.move_clock(datetime.fromtimestamp(WHEN, UTC) - timedelta(days=2, hours=3) - datetime.now(UTC))
    for zone, hour in (("Europe/Berlin", "19:00"), ("Asia/Kolkata", "23:30")):
        context = await browser.new_context(timezone_id=zone, locale="en-GB")
        page = await context.new_page()
        await page.goto(standin.url)
        full = f"Thursday 3 December 2026 at {hour}"
        times = page.locator(".text time")
        await expect(times.first).to_have_text(re.compile(f"Thursday,? 3 December 2026 at {hour}"))
        await expect(times).to_have_text([re.compile("Thursday"), f"3 December 2026 at {hour}", hour, "in 2 days"])
        for number in range(4):
            title = await times.nth(number).get_attribute("title")
            assert title is not None and title.replace(",", "") == full
        await context.close()


@in_a_browser
async def test_a_role_is_named_in_its_colour_and_those_who_have_it_are_shown_that_it_means_them(
    page: Page, bot: Bot, standin: StandIn
) -> None:
    readers = standin.world.server.role_named("Readers")
    channel = await text_channel(bot, standin)
    await channel.send(
        view=card(f"<@&{readers.id}> tonight"), allowed_mentions=discord.AllowedMentions(roles=[discord.Object(readers.id)])
    )
    await channel.send(view=card(f"<@&{readers.id}> in silence"), allowed_mentions=discord.AllowedMentions.none())
    await become(page, "Ada")
    mention = page.locator(".mention", has_text="@Readers")
    await expect(mention).to_have_count(2)
    assert await mention.first.evaluate("node => node.style.getPropertyValue('--role')") == "#2a7f62"
    loud = page.get_by_role("article").filter(has_text="tonight")
    await expect(loud).to_have_class(re.compile("pings-me"))
    await expect(loud).to_contain_text("(this notifies you)")
    await expect(page.locator(".pings-me")).to_have_count(1)
    await become(page, "Chi")
    await expect(mention).to_have_count(2)
    await expect(page.locator(".pings-me")).to_have_count(0)


@in_a_browser
async def test_a_link_to_a_message_leads_to_it_on_this_page(page: Page, bot: Bot, standin: StandIn) -> None:
    study, lounge = await text_channel(bot, standin), await text_channel(bot, standin, "lounge")
    standin.rest.limits.per_channel = False
    first = await lounge.send(view=card("The very first"))
    for number in range(12):
        await lounge.send(view=card(f"Number {number}\n\nand\n\nmore of it"))
    hidden = await text_channel(bot, standin, "moderators")
    await study.send(view=card(f"See {first.jump_url}, or [the secret one]({hidden.jump_url})"))
    await become(page, "Ada")
    await page.get_by_role("link", name="the secret one").click()
    await expect(page.get_by_text("You can’t see that channel, or it is gone.")).to_be_visible()
    await page.get_by_role("link", name="#lounge › message").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#lounge")
    target = page.get_by_role("article").filter(has_text="The very first")
    await expect(target).to_be_in_viewport()
    await expect(target).to_be_focused()
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#study-room")
    assert len(page.context.pages) == 1


@in_a_browser
async def test_a_card_that_the_bot_changes_later_changes_before_the_readers_eyes(page: Page, bot: Bot, standin: StandIn) -> None:
    channel = await text_channel(bot, standin)
    older = await channel.send(view=card("Waiting: a suggestion", buttons=(("Accept", "x"),)))
    await channel.send(view=card("Something newer"))
    await expect(page.get_by_text("Waiting: a suggestion")).to_be_visible()
    await older.edit(view=card("Accepted by a moderator"))
    await expect(page.get_by_role("article").first).to_contain_text("Accepted by a moderator")
    await expect(page.get_by_text("Waiting: a suggestion")).to_have_count(0)
    await expect(page.get_by_role("button", name="Accept")).to_have_count(0)


@in_a_browser
async def test_the_time_is_moved_on_by_a_press_and_brought_back(page: Page, bot: Bot, standin: StandIn) -> None:
    moved: list[timedelta] = []
    standin.world.on_move = moved.append
    await (await text_channel(bot, standin)).send(view=card(f"Now is <t:{int(datetime.now(UTC).timestamp())}:R>"))
    said = page.locator("article time[data-style=R]")
    await expect(page.locator("#moved")).not_to_be_visible()
    await expect(page.get_by_text("Move the time on")).not_to_be_visible()
    await page.locator("#clock-now").press("Enter")
    for label in ("+1 hour", "+1 day", "+1 week"):
        await page.get_by_role("button", name=label).press("Enter")
        await expect(page.locator("#clock-panel")).to_be_visible()
    assert moved == [timedelta(hours=1), timedelta(days=1, hours=1), timedelta(days=8, hours=1)]
    assert standin.world.clock() - datetime.now(UTC) > timedelta(days=8)
    here = standin.world.clock()
    await expect(page.locator("#moved")).to_contain_text(f"{here:%B} {here.day}, {here.year}")
    await expect(page.locator("#moved-said")).to_contain_text("Here it is now")
    await expect(said).to_have_text("8 days ago")
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Move the time on")).not_to_be_visible()
    await expect(page.locator("#clock-now")).to_be_focused()
    await page.get_by_role("button", name="Back to now").press("Enter")
    await expect(page.locator("#moved")).not_to_be_visible()
    await expect(page.locator("#moved-said")).to_have_text("Here it is the real time again.")
    await expect(page.locator("#clock-now")).to_be_focused()
    assert moved[-1] == standin.world.ahead == timedelta(0)


@in_a_browser
async def test_the_moved_time_is_told_to_everyone_and_fits_a_phone(page: Page, bot: Bot, standin: StandIn) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    standin.world.move_clock(timedelta(weeks=2))
    await expect(page.locator("#moved")).to_be_visible()
    await page.locator("#clock-now").click()
    week = page.get_by_role("button", name="+1 week")
    await expect(week).to_be_in_viewport(ratio=1)
    assert await fits(page)
    await week.click()
    assert standin.world.ahead == timedelta(weeks=3)
    await page.locator("#log").click()
    await expect(week).not_to_be_visible()
    await page.get_by_role("button", name="Back to now").click()
    await expect(page.locator("#moved")).not_to_be_visible()


async def test_threads_that_sleep_too_long_are_archived_when_the_time_is_moved(bot: Bot, standin: StandIn) -> None:
    message = await (await text_channel(bot, standin)).send(view=card("Discuss!"))
    await message.create_thread(name="A day", auto_archive_duration=1440)
    other = await (await text_channel(bot, standin, "lounge")).send(view=card("Discuss!"))
    await other.create_thread(name="A week", auto_archive_duration=10080)
    named = {c.name: c for c in standin.world.channels.values() if c.is_thread}

    def archived() -> list[str]:
        return [name for name, thread in named.items() if thread.archived]

    standin.world.move_clock(timedelta(hours=23))
    assert archived() == []
    standin.world.move_clock(timedelta(hours=25))
    assert archived() == ["A day"]
    await asyncio.wait_for(bot.heard("thread_update").wait(), 5)
    standin.world.move_clock(timedelta(days=8))
    assert archived() == ["A day", "A week"]


CLOCK_READER = """
import sys, time
import bot.main

def tell_the_time(words, now, when_open):
    for _ in range(200):
        print(round((now().timestamp() - time.time()) / 60), flush=True)
        time.sleep(0.05)

bot.main.main = tell_the_time
from rehearsal.bot_process import run
run()
"""


@pytest.mark.parametrize("chosen", [timedelta(0), timedelta(days=1)])
async def test_the_bots_own_clock_is_moved_with_the_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: timedelta
) -> None:
    standin = StandIn(World.evening())
    process = BotProcess("http://127.0.0.1:9", tmp_path)
    add_page(standin, process)
    standin.world.move_clock(chosen)
    monkeypatch.setattr("rehearsal.bot_process.PROGRAM", ("-c", CLOCK_READER))
    minutes = [f"{chosen.total_seconds() / 60:.0f}"]
    try:
        await process.start()
        for ahead in (timedelta(weeks=1), timedelta(0)):
            await _is_told(process, minutes)
            standin.world.move_clock(ahead)
            minutes.append(f"{ahead.total_seconds() / 60:.0f}")
        await _is_told(process, minutes)
    finally:
        await process.kill()


async def _is_told(process: BotProcess, minutes: list[str]) -> None:
    """Wait until the process has told exactly these times, one after the other."""
    async with asyncio.timeout(30):
        while True:
            told = process.last_words(1000).split()
            changes = [one for number, one in enumerate(told) if number == 0 or told[number - 1] != one]
            if changes == minutes:
                return
            await asyncio.sleep(0.05)
