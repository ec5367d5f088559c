"""The three pictures in the README: an evening scripted through the page, with names, a clock and chance that are always the same.

`make screenshots` writes them to docs/pictures/, so that they show the page and the bot as they are now. Needs Chromium.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from evening import ROOT, Evening, answered, card
from page_browser import CHROMIUM, FLAGS, PHONE, become, opened
from playwright.async_api import Browser, Page, async_playwright, expect
from small_png import small

from bot.settings import Settings
from rehearsal.page import add_page
from rehearsal.people import Person
from rehearsal.standin import StandIn
from rehearsal.world import World

PICTURES = ROOT / "docs" / "pictures"
TONIGHT = datetime(2026, 11, 26, 18, 4, tzinfo=UTC)
"""A Thursday, 19:04 in Berlin."""
READ = ("data-aggregation", "opting-in", "scores")
LONGEST = 460
"""Characters of a card that fits on a phone."""
QUIET: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}


async def begin(folder: Path) -> Evening:
    standin = StandIn(World.evening(clock=lambda: TONIGHT))
    standin.rest.limits.per_channel = False
    add_page(standin)
    await standin.start()
    settings = Settings(
        discord_token="rehearsal", database_url=f"sqlite:///{folder / 'red-flask.db'}",
        learner_secret="a secret of the rehearsal, long enough", content_dir=ROOT / "content",
    )  # fmt: skip
    evening = Evening(standin, settings, folder)
    await evening.start_bot()
    return evening


async def lived(evening: Evening) -> None:
    """What Ada did on the days before: she joined, read lessons of three themes and was asked about them."""
    chance = Random(7)
    evening.move(days=-6)
    await evening.group()
    await evening.joined("Ada")
    for theme, pages in zip(READ, (6, 9, 3), strict=True):
        await _learnt(evening.person("Ada"), evening.room(), theme, pages, chance)
        evening.move(days=2)
    for message in evening.person("Ada").reads(evening.room()):
        if message.private:
            evening.person("Ada").dismiss(message)


async def _learnt(person: Person, room: int, theme: str, pages: int, chance: Random) -> None:
    seen = await person.command(room, "learn", theme=theme)
    for _ in range(pages):
        on = next((label for label in ("Next", "Next lesson") if label in seen.labels), None)
        if on is None:
            break
        seen = await person.press(card(seen), on)
    seen = await person.command(room, "quiz", theme=theme, length=10)
    while "Next question" in (seen := await answered(person, seen, chance.choice("ABCD"))).labels:
        seen = await person.press(card(seen), "Next question")


async def lesson(page: Page, evening: Evening) -> None:
    """A prompt that is being talked about, and a lesson that Ada reads beside it."""
    await become(page, "Mo")
    await page.locator("#say").fill("/discuss theme:data-aggregation ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".thread-link").last).to_be_visible()
    thread = next(one for one in reversed(evening.standin.world.channels.values()) if one.is_thread)
    for name, words in (("Ben", "The loyalty card of my supermarket."), ("Chi", "My bus pass, I think.")):
        await evening.person(name).say(thread.id, words)
    await become(page, "Ada")
    await page.locator("#say").fill("/learn theme:data-aggregation ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Only you can see this").last).to_be_visible()


async def quiz(page: Page, evening: Evening) -> None:
    """A question that Ada answered, explained; one that fits on a phone."""
    ada = evening.person("Ada")
    seen = await ada.command(evening.room(), "quiz", theme="opting-in", length=10)
    seen = await answered(ada, seen, "B")
    while "That's right" not in seen.text or len(seen.text) > LONGEST:
        seen = await answered(ada, await ada.press(card(seen), "Next question"), "B")
    await become(page, "Ada")
    await expect(page.get_by_role("button", name="Next question").last).to_be_visible()


async def progress(page: Page) -> None:
    """What Ada has learnt, and the group, as far as it may be told."""
    await become(page, "Ada")
    await page.locator("#say").fill("/progress ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("img").last).to_be_visible()


async def picture(page: Page, file: Path) -> None:
    """Nobody writes at the moment: the focus would only draw the eye."""
    await page.evaluate("document.activeElement.blur()")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await asyncio.to_thread(file.write_bytes, small(await page.screenshot()))


async def main(folder: Path) -> None:
    if CHROMIUM is None:
        raise SystemExit("There is no chromium on this machine to make the pictures with.")
    with tempfile.TemporaryDirectory() as kept:
        evening = await begin(Path(kept))
        await lived(evening)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            async with shown(browser, evening, viewport={"width": 1280, "height": 1000}) as page:
                await lesson(page, evening)
                await picture(page, folder / "lesson.png")
            async with shown(browser, evening, viewport=PHONE, color_scheme="dark", device_scale_factor=2) as page:
                await quiz(page, evening)
                await picture(page, folder / "quiz-phone-dark.png")
            async with shown(browser, evening, viewport={"width": 1280, "height": 1000}) as page:
                await progress(page)
                await picture(page, folder / "progress.png")
            await browser.close()
        await evening.stop_bot()
        await evening.standin.stop()


@asynccontextmanager
async def shown(browser: Browser, evening: Evening, **look: Any) -> AsyncIterator[Page]:
    """The page by the evening's clock."""
    async with opened(browser, evening.standin.url, **QUIET, **look) as page:
        await page.clock.set_fixed_time(TONIGHT)
        await page.reload()
        await expect(page.locator(".person")).not_to_have_count(0)
        yield page


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(main(PICTURES))
