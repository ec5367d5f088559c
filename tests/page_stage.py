"""What the tests of the page share: a small discord.py bot of their own. The browser at the page is in page_browser.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from begun import fresh
from discord import app_commands, ui
from evening import ROOT, Evening
from page_browser import CHROMIUM, FLAGS, PHONE, Fit, become, in_a_browser, opened, shot, type_in
from playwright.async_api import Browser, Page, expect
from stage import Bot, card, chart, playing

from bot.settings import Settings
from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

__all__ = ["CHROMIUM", "FLAGS", "PHONE", "WHEN", "Fit", "become", "in_a_browser", "learn", "opened", "shot", "the_bot", "type_in"]


def lesson(page: int) -> ui.LayoutView:
    text = f"## Lesson, page {page}\nIt was ||the *weights*||. <script>alert(1)</script> See <#{0}>."
    return card(text, buttons=(("Next", f"next:{page}"), ("Sleep", "sleep")), picture=page == 1)


def reasons() -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    options = [discord.SelectOption(label=label, value=label.lower()) for label in ("Fairness", "Safety", "Profit")]
    menu: ui.Select[Any] = ui.Select(custom_id="why", placeholder="Your reasons", max_values=2, options=options)
    view.add_item(ui.TextDisplay("Why?")).add_item(ui.ActionRow(menu))
    view.stop()
    return view


def form() -> ui.Modal:
    modal = ui.Modal(title="About your group", custom_id="about")
    modal.add_item(ui.Label(text="Its name", component=ui.TextInput(custom_id="name", min_length=3, max_length=20)))
    how: ui.RadioGroup[Any] = ui.RadioGroup(custom_id="how")
    how.add_option(label="Every week", value="weekly")
    how.add_option(label="By hand", value="hand")
    modal.add_item(ui.Label(text="How it posts", component=how))
    home: ui.ChannelSelect[Any] = ui.ChannelSelect(custom_id="home", channel_types=[discord.ChannelType.text], required=True)
    modal.add_item(ui.Label(text="Its home", component=home))
    modal.stop()
    return modal


WHEN = 1796320800
"""Thursday, 3 December 2026, 18:00 UTC."""


def slot_form() -> ui.Modal:
    """A form with something to read above it, and every kind of choice."""
    modal = ui.Modal(title="A place in the calendar", custom_id="slot")
    modal.add_item(
        ui.TextDisplay(f"**Readers** meet next <t:{WHEN}:F> (<t:{WHEN}:R>).\n- It is posted *once*\n- You can change it")
    )
    often: ui.RadioGroup[Any] = ui.RadioGroup(custom_id="often")
    often.add_option(label="Once", value="once")
    often.add_option(label="Every week", value="weekly", description="On each of the days below", default=True)
    often.add_option(label="Every two weeks", value="weeks-2")
    modal.add_item(ui.Label(text="How often", description="How often it is posted", component=often))
    days: ui.CheckboxGroup[Any] = ui.CheckboxGroup(custom_id="days", min_values=1, max_values=2)
    for name in ("Monday", "Tuesday", "Wednesday", "Thursday"):
        days.add_option(label=name, value=name[:2].upper(), default=name == "Thursday")
    modal.add_item(ui.Label(text="On which days", component=days))
    themes = [discord.SelectOption(label=name, value=name.lower()) for name in ("Data", "Faces")]
    theme: ui.Select[Any] = ui.Select(custom_id="theme", options=themes, required=False, min_values=0)
    modal.add_item(ui.Label(text="From which theme", component=theme))
    more = ui.TextInput[Any](custom_id="more", style=discord.TextStyle.long, required=False, max_length=200)
    modal.add_item(ui.Label(text="Anything else", component=more))
    modal.stop()
    return modal


async def answer(interaction: discord.Interaction) -> None:
    data: dict[str, Any] = dict(interaction.data or {})
    if interaction.type is discord.InteractionType.modal_submit:
        given = [part["component"] for part in data["components"] if "component" in part]
        text = " / ".join(str(one.get("value", one.get("values"))) for one in given)
        await interaction.response.send_message(view=card(f"Got {text}"), ephemeral=True)
    elif data["custom_id"].startswith("next:"):
        await interaction.response.edit_message(view=lesson(int(data["custom_id"].split(":")[1]) + 1), attachments=[])
    elif data["custom_id"] == "why":
        await interaction.response.send_message(view=card(f"Because: {', '.join(data['values'])}"), ephemeral=True)
    elif data["custom_id"] == "form":
        await interaction.response.send_modal(form())
    elif data["custom_id"] == "slot":
        await interaction.response.send_modal(slot_form())


def the_bot() -> Bot:
    bot = Bot(answer)

    @bot.tree.command(name="learn", description="Read a lesson")
    @app_commands.describe(theme="Which theme", pages="How many")
    async def learn(interaction: discord.Interaction, theme: str, pages: app_commands.Range[int, 1, 9] = 1) -> None:
        view = lesson(1)
        view.add_item(ui.TextDisplay(f"Theme {theme}, {pages} pages"))
        await interaction.response.send_message(view=view, ephemeral=True, file=chart())

    @learn.autocomplete("theme")
    async def themes(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = {"Data about you": "data", "Faces and cameras": "faces"}
        return [app_commands.Choice(name=k, value=v) for k, v in known.items() if typed.lower() in k.lower()]

    @bot.tree.command(name="why", description="Say why")
    async def why(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=reasons())

    group = app_commands.Group(name="group", description="The group", default_permissions=discord.Permissions(manage_guild=True))

    @group.command(name="create", description="Make a group")
    async def create(interaction: discord.Interaction, home: discord.TextChannel) -> None:
        await interaction.response.send_message(view=card(f"Home: <#{home.id}>", buttons=(("Fill in", "form"),)))

    bot.tree.add_command(group)
    return bot


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening())
    add_page(standin)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def bot(standin: StandIn) -> AsyncIterator[Bot]:
    async with playing(standin, the_bot()) as bot:
        await bot.tree.sync()
        yield bot


@pytest.fixture
async def page(browser: Browser, standin: StandIn) -> AsyncIterator[Page]:
    """A browser at the page. In the end it must have asked nobody else, and had nothing to complain of."""
    async with opened(browser, standin.url, viewport={"width": 1200, "height": 800}) as page:
        yield page


@asynccontextmanager
async def evening_with_page(folder: Path, content: Path) -> AsyncIterator[Evening]:
    """The real bot on an evening, as `evening.evening`, with the page."""
    standin = StandIn(World.evening())
    add_page(standin)
    await standin.start()
    settings = Settings(
        discord_token="rehearsal",
        database_url=fresh(f"sqlite:///{folder / 'red-flask.db'}"),
        learner_secret="a secret of the rehearsal, long enough",
        content_dir=content,
    )
    evening = Evening(standin, settings, folder)
    await evening.start_bot()
    yield evening
    await evening.stop_bot()
    await standin.stop()


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Evening]:
    """The real bot with the whole course, and the page."""
    async with evening_with_page(tmp_path, ROOT / "content") as evening:
        yield evening


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Evening]:
    """The same with a course of one theme and two questions, each answered by one press."""
    from test_library import SOURCES
    from test_page_content import GOOD

    themes = tmp_path / "content" / "en" / "themes"
    themes.mkdir(parents=True)
    (themes.parent.parent / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (themes / "small.yaml").write_text(GOOD, encoding="utf-8")
    async with evening_with_page(tmp_path, themes.parent.parent) as evening:
        yield evening


async def learn(page: Page) -> None:
    await become(page, "Ada")
    await type_in(page, "/learn theme:data")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Lesson, page 1")).to_be_visible()
