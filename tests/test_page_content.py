"""Content that is saved while the rehearsal runs: the real bot has it at once, or the page says what is wrong with it.

The bot is a process of its own here, as in `make try`. What is shown needs Chromium; without it those tests are skipped.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from page_stage import in_a_browser
from playwright.async_api import Browser, expect
from test_library import SOURCES, THEME, add

from rehearsal.__main__ import main
from rehearsal.bot_process import BotProcess
from rehearsal.content import Content
from rehearsal.page import add_page
from rehearsal.people import Person
from rehearsal.reading import Reading
from rehearsal.standin import StandIn
from rehearsal.things import Message
from rehearsal.world import World

GOOD = THEME.replace("word " * 5, "A word is read here. ").replace("What is it?", "What is it, and what would you call it?")
SECOND_QUESTION = GOOD.partition("questions:\n")[2].partition("prompts:\n")[0].replace("number: 1", "number: 2").replace(
    "What is it, and what would you call it?", "Which of these is none of the others?"
)  # fmt: skip
GOOD = GOOD.replace("prompts:\n", f"{SECOND_QUESTION}prompts:\n")
BROKEN = GOOD.replace("level: recall", "level: gues", 1).replace("title: Talk", "titel: Talk")
PATIENCE = 30
"""Seconds; a busy machine starts a process slowly."""


class Stage:
    """A stand-in with its page, the bot's process, and a content folder that is watched."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.content.mkdir()
        (self.content / "sources.yaml").write_text(SOURCES, encoding="utf-8")
        self.save(GOOD)
        self.standin = StandIn(World.evening())
        self.bot = BotProcess("", folder, content=self.content)
        self._news = asyncio.Event()
        self.standin.world.on_change(self._news.set)
        self.watched = Content(self.content, self.bot, self.standin.world.changed)
        self.ending = asyncio.Event()
        add_page(self.standin, self.bot, self.watched)

    def save(self, theme: str) -> None:
        add(self.content, "en", "small.yaml", theme)

    async def start(self) -> None:
        await self.standin.start()
        self.bot.url = self.standin.url
        self._watching = asyncio.create_task(self.watched.watch(self.ending))
        await self.bot.start()

    async def stop(self) -> None:
        self.ending.set()
        await self._watching
        await self.bot.stop()
        await self.standin.stop()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Each change of the world is a moment to look again."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    @property
    def report(self) -> dict[str, object]:
        return self.watched.report or {}

    async def is_told(self, fresh: bool) -> None:
        await self.until(lambda: self.report.get("fresh") is fresh)

    async def is_online(self) -> None:
        await self.until(lambda: self.standin.bot_online and bool(self.standin.world.commands))

    def ada(self) -> Person:
        return Person(self.standin, self.standin.world.server.member_named("Ada").id)

    async def asks(self, command: str, **options: object) -> Message:
        room = self.standin.world.server.channel_named("study-room").id
        seen = await self.ada().command(room, command, **options)
        assert seen.message is not None, seen.failed
        return seen.message


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    await stage.stop()


async def test_what_is_saved_is_what_learners_get_at_once(stage: Stage) -> None:
    await stage.start()
    await stage.is_online()
    await stage.is_told(fresh=True)
    number = stage.report["number"]
    stage.save(GOOD.replace('"Small: a theme"', "Smaller still"))
    await stage.until(lambda: stage.report["number"] != number)
    assert stage.report["fresh"] is True
    assert "Smaller still" in (await stage.asks("learn", theme="small")).text


async def test_broken_content_is_told_by_file_and_line_and_the_last_good_version_stays(stage: Stage) -> None:
    await stage.start()
    await stage.is_online()
    await stage.is_told(fresh=True)
    stage.save(BROKEN)
    await stage.is_told(fresh=False)
    findings = stage.report["findings"]
    assert isinstance(findings, list)
    lines = BROKEN.splitlines()
    errors = [one for one in findings if one["level"] == "error"]
    assert [(one["file"], lines[one["line"] - 1].strip()) for one in errors] == [
        ("content/en/themes/small.yaml", one["written"]) for one in errors
    ]
    assert {"level: gues", "titel: Talk"} <= {one["written"] for one in errors}
    assert "Small: a theme" in (await stage.asks("learn", theme="small")).text
    stage.save(GOOD)
    await stage.is_told(fresh=True)
    assert stage.report["errors"] == 0


async def test_a_quiz_under_way_goes_on_when_a_question_is_taken_out(stage: Stage) -> None:
    await stage.start()
    await stage.is_online()
    await stage.is_told(fresh=True)
    number = stage.report["number"]
    card = await stage.asks("quiz", theme="small")
    is_second = "none of the others" in card.text
    gone = GOOD.replace(SECOND_QUESTION, "") if is_second else GOOD.replace("number: 1\n    kind", "number: 7\n    kind")
    stage.save(gone)
    await stage.until(lambda: stage.report["number"] != number)
    assert stage.report["fresh"] is True
    seen = await stage.ada().press(card, "A")
    assert seen.failed is None
    assert seen.message is not None
    assert "went wrong" not in seen.message.text
    assert "Traceback" not in stage.bot.last_words()


async def test_a_bot_that_could_not_start_on_its_content_starts_once_it_is_mended(stage: Stage) -> None:
    stage.save(BROKEN)
    await stage.start()
    await stage.is_told(fresh=False)
    assert stage.report["open"] is False
    assert not stage.standin.bot_online
    stage.save(GOOD)
    await stage.is_online()
    await stage.is_told(fresh=True)
    assert "Small: a theme" in (await stage.asks("learn", theme="small")).text


@in_a_browser
async def test_the_page_shows_what_is_wrong_on_a_phone_too_and_takes_it_away_when_it_is_mended(
    stage: Stage, browser: Browser
) -> None:
    await stage.start()
    await stage.is_told(fresh=True)
    context = await browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    await page.goto(stage.standin.url)
    await expect(page.locator(".person")).to_have_count(4)
    panel = page.get_by_role("region", name="The content")
    await expect(panel).to_have_count(0)
    stage.save(BROKEN)
    await expect(panel.get_by_text("What was saved has 3 problems")).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="What was saved has 3 problems")).to_have_count(1)
    await expect(panel.get_by_role("heading", name="small.yaml")).to_be_visible()
    first = panel.get_by_role("listitem").first
    await expect(first).to_contain_text("level: gues")
    await expect(first).to_contain_text(re.compile("line.*20"))
    assert await page.locator("html").evaluate("node => node.scrollWidth <= node.clientWidth")
    await panel.locator("summary").first.click()
    await expect(first).to_be_hidden()
    stage.save(GOOD)
    await expect(panel).to_have_count(0)
    await expect(page.locator("#content-news")).to_have_text("Mended. Red Flask has the new version.")
    warned = GOOD.replace("What is it, and what would you call it?", "What is it not, and what would you call it?")
    stage.save(warned)
    await expect(panel.get_by_text("The content has 1 warning")).to_be_visible()
    await expect(panel.get_by_text("negative-stem")).to_be_hidden()
    await panel.locator("summary").first.click()
    await expect(panel.get_by_text("negative-stem")).to_be_visible()
    assert complaints == []
    await context.close()


def test_the_bots_process_ends_only_after_what_is_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python crashes when it ends while a thread is in the middle of that; once in seventy ends under load it did."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    add(content, "en", "small.yaml", GOOD)
    monkeypatch.setenv("CONTENT_DIR", str(content))
    is_read, go_on = threading.Event(), threading.Event()

    def use(library: object) -> None:
        is_read.set()
        go_on.wait(PATIENCE)

    reading = Reading(at_once=True)
    reading.opened(use)
    assert is_read.wait(PATIENCE)
    leaving = threading.Thread(target=reading.leave)
    leaving.start()
    leaving.join(0.1)
    assert leaving.is_alive()
    go_on.set()
    leaving.join(PATIENCE)
    assert not leaving.is_alive()
    assert capsys.readouterr().out.count("rehearsal:content") == 1


def test_a_content_folder_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--content", str(tmp_path / "nowhere")]) == 1
    assert "give the one that holds en/ and sources.yaml" in capsys.readouterr().err
