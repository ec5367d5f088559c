"""The page in a real browser, against a real stand-in, with a small discord.py bot of this file's own.

Needs Chromium (Debian's package `chromium`, or any that is found by that name); without it these tests are skipped.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from playwright.async_api import Browser, Page, async_playwright, expect
from stage import Bot, card, chart, playing, room

from rehearsal.page import STATIC, add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine to open the page with")


# -- the bot of these tests


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


async def answer(interaction: discord.Interaction) -> None:
    data: dict[str, Any] = dict(interaction.data or {})
    if interaction.type is discord.InteractionType.modal_submit:
        given = [part["component"] for part in data["components"]]
        text = " / ".join(str(one.get("value", one.get("values"))) for one in given)
        await interaction.response.send_message(view=card(f"Got {text}"), ephemeral=True)
    elif data["custom_id"].startswith("next:"):
        await interaction.response.edit_message(view=lesson(int(data["custom_id"].split(":")[1]) + 1), attachments=[])
    elif data["custom_id"] == "why":
        await interaction.response.send_message(view=card(f"Because: {', '.join(data['values'])}"), ephemeral=True)
    elif data["custom_id"] == "form":
        await interaction.response.send_modal(form())


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


# -- the stage


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
async def browser() -> AsyncIterator[Browser]:
    async with AsyncExitStack() as closing:
        playwright = await closing.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        closing.push_async_callback(browser.close)
        yield browser


@pytest.fixture
async def page(browser: Browser, standin: StandIn) -> AsyncIterator[Page]:
    """A browser at the page. In the end it must have asked nobody else, and had nothing to complain of."""
    context = await browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(8000)
    await page.goto(standin.url)
    await expect(page.locator(".person")).to_have_count(4)
    yield page
    assert complaints == []
    assert [url for url in asked if not url.startswith(standin.url)] == []
    await context.close()


async def become(page: Page, name: str) -> None:
    await page.locator(f".person[data-name={name}]").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text(name)


async def type_in(page: Page, text: str) -> None:
    await page.locator("#say").press_sequentially(text)


async def learn(page: Page) -> None:
    await become(page, "Ada")
    await type_in(page, "/learn theme:data")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Lesson, page 1")).to_be_visible()


# -- tests


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


async def test_nobody_else_may_open_the_page_or_its_line(standin: StandIn) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "http://evil.example"}, {}, {"Origin": standin.url, "Host": "evil.example"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(f"{standin.url}/page/live", headers=headers)
            assert refusal.value.status == 403
        async with session.get(standin.url, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        async with session.get(standin.url) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        for path in ("/static/..%2fpage.py", "/static/nothing.js"):
            async with session.get(standin.url + path) as answer:
                assert answer.status == 404


async def test_a_line_that_talks_nonsense_is_answered_with_a_sentence(standin: StandIn) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{standin.url}/page/live", headers={"Origin": standin.url}) as line,
    ):
        for number, what in enumerate(({"do": "fly"}, {"do": "press", "message": "7", "custom_id": "x"}, {"do": "say"})):
            await line.send_json({**what, "n": number})
        answers: dict[int, dict[str, Any]] = {}
        async with asyncio.timeout(5):
            while len(answers) < 3:
                said = await line.receive_json()
                if "re" in said:
                    answers[said["re"]] = said
        assert not any(one["ok"] for one in answers.values())
        assert answers[1]["why"] == "This message is gone."


# -- colours


def palette(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css))


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str) -> None:
    before, dark = (STATIC / "page.css").read_text().split("@media (prefers-color-scheme: dark)", 1)
    colours = palette(before) | (palette(dark) if scheme == "dark" else {})
    grounds = ("paper", "shelf", "card", "wash", "hover")
    pairs = [(text, ground) for text in ("ink", "soft", "red-ink", "danger") for ground in grounds]
    pairs += [("on-red", "red"), ("on-red", "red-deep"), ("on-red", "green"), ("on-red", "green-deep"), ("danger", "danger-wash")]
    pairs += [("on-red", f"hue-{number}") for number in range(4)]
    low = [f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}" for a, b in pairs if contrast(colours[a], colours[b]) < 4.5]
    low += [f"edge on {b}" for b in ("paper", "card") if contrast(colours["edge"], colours[b]) < 3]
    low += [f"focus on {b}" for b in grounds if contrast(colours["focus"], colours[b]) < 3]
    assert low == []
