"""Every part of which a message or a form can be made, sent once, so that all of them can be seen and tested on the page.

Written as Discord's JSON, and sent through discord.py like anything else: what the stand-in would refuse isn't in here.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands
from stage import Bot, playing, png, room

from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.things import Tag
from rehearsal.world import World

Json = dict[str, Any]
WHEN = 1796320800
"""Thursday, 3 December 2026, 18:00 UTC."""
V2 = 1 << 15
ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIOS, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23

MARKDOWN = """# A heading
## A smaller one
### The smallest
-# Subtext, for what few need
**Bold**, *italic*, __underlined__, ~~struck out~~, ***both***, __**two at once**__, `code`, and ||a *hidden* word||.
- A list
  - with a list in it
    - and one more
- and its second item
1. First
2. Second
> A quotation,
> over two lines
After it comes `inline code`, then a block:
```py
def score(person):
    return None  # nobody has one
```
A [masked link](https://example.org/essay), a bare one https://example.org/a_b_c, and \\*no emphasis\\*.
>>> All of the rest
is quoted, **too**."""

TIMES = "\n".join(f"`{style}` <t:{WHEN}:{style}>" for style in "tTdDfFsSR")
OPTIONS: list[Json] = [
    {"label": "Fairness", "value": "fair", "description": "Is everybody treated alike?", "emoji": {"name": "⚖️"}},
    {"label": "Safety", "value": "safe", "description": "Who is protected, and from whom?"},
    {"label": "Profit", "value": "profit"},
    {"label": "A label that is as long as Discord lets it be, to see what a phone makes of so many words", "value": "long"},
]  # fmt: skip


def text(content: str) -> Json:
    return {"type": TEXT, "content": content}


def button(label: str, style: int = 2, **more: Any) -> Json:
    return {"type": BUTTON, "label": label, "style": style} | ({} if style == 5 else {"custom_id": label.lower()}) | more


def row(*parts: Json) -> Json:
    return {"type": ROW, "components": list(parts)}


def select(kind: int, custom_id: str, **more: Any) -> Json:
    return {"type": kind, "custom_id": custom_id} | more


def pictures(*names: str, **more: Any) -> Json:
    items = [{"media": {"url": f"attachment://{name}"}, "description": f"The picture {name}"} | more for name in names]
    return {"type": GALLERY, "items": items}


def mentions(standin: StandIn) -> str:
    server = standin.world.server
    ada, readers, lounge = server.member_named("Ada"), server.role_named("Readers"), server.channel_named("lounge")
    said = f"<@{ada.id}>, <@&{readers.id}> and <#{lounge.id}>; nobody is <@1>, nothing is <#2>."
    return f"{said} Type </gallery:5>. <:flask:9> @everyone <id:customize>"


def messages(standin: StandIn) -> list[Json]:
    """In the order in which they are sent. `files` names the pictures that go along."""
    line, space = {"type": SEPARATOR}, {"type": SEPARATOR, "divider": False, "spacing": 2}
    thumb = {"type": THUMBNAIL, "media": {"url": "attachment://a.png"}, "description": "A small picture"}
    buttons = row(
        button("Primary", 1), button("Secondary"), button("Success", 3), button("Danger", 4),
        button("Out", 5, url="https://example.org/"),
    )  # fmt: skip
    more = row(
        button("Off", disabled=True), button("Off too", 1, disabled=True), button("Form", 1), button("Silence"),
        {"type": BUTTON, "style": 2, "custom_id": "emoji", "emoji": {"name": "🌱"}},
    )  # fmt: skip
    two = row(select(3, "reasons", placeholder="Two or three reasons", min_values=2, max_values=3, options=OPTIONS))
    several = [
        two,
        row(select(3, "one", placeholder="One reason", options=OPTIONS)),
        row(select(5, "who", placeholder="A member")),
        row(select(6, "role", placeholder="A role")),
        row(select(7, "any", placeholder="A member or a role")),
        row(select(8, "where", placeholder="A channel", channel_types=[0, 15])),
        row(select(3, "shut", placeholder="Nothing to choose", disabled=True, options=OPTIONS[:1])),
    ]
    card = [
        text("## A card with an accent"),
        {"type": SECTION, "components": [text("A section with a picture beside it."), text("-# and subtext")], "accessory": thumb},
        line,
        {"type": SECTION, "components": [text("A section with a button beside it.")], "accessory": button("Aside")},
        space, text("After a wide gap."), pictures("b.png"),
    ]  # fmt: skip
    return [
        {"components": [text(MARKDOWN)]},
        {"components": [{"type": CONTAINER, "components": [text(f"**Moments**\n{TIMES}"), line, text(mentions(standin))]}],
         "allowed_mentions": {"parse": ["users"]}},
        {"components": [{"type": CONTAINER, "accent_color": 0xB3372F, "components": card}, buttons], "files": ["a.png", "b.png"]},
        {"components": [pictures("a.png", "b.png"), pictures("a.png", "b.png", "c.png"), pictures("a.png", spoiler=True),
                        {"type": CONTAINER, "spoiler": True, "components": [text("A card behind a veil")]},
                        {"type": FILE, "file": {"url": "attachment://notes.txt"}}],
         "files": ["a.png", "b.png", "c.png", "notes.txt"]},
        {"components": [text("Everything that can be pressed"), more, *several]},
        {"content": f"An old-fashioned message with a file, for <@&{standin.world.server.role_named('Readers').id}> @everyone",
         "files": ["notes.txt", "c.png"], "allowed_mentions": {"parse": ["roles", "everyone"]}},
    ]  # fmt: skip


PICTURES = {
    "a.png": png(320, 200, b"\x2a\x7f\x62"), "b.png": png(600, 260, b"\xb3\x37\x2f"), "c.png": png(200, 320, b"\x1f\x5f\xa8"),
    "notes.txt": b"Notes of the evening\n" * 90,
}  # fmt: skip


def form() -> Json:
    """Two of them, since a form has room for five parts."""
    label = "The name that all will see"
    return {"title": "All about your group", "custom_id": "first", "components": [
        text("**Before you begin**: this can be changed later.\n- Nothing is public"),
        {"type": LABEL, "label": "Its name", "description": label, "component": {
            "type": INPUT, "custom_id": "name", "style": 1, "min_length": 3, "max_length": 20, "placeholder": "Thursday readers"}},
        {"type": LABEL, "label": "How often", "component": {"type": RADIOS, "custom_id": "often", "options": [
            {"label": "Every week", "value": "1", "description": "On Thursdays", "default": True},
            {"label": "Every two weeks", "value": "2"}]}},
        {"type": LABEL, "label": "What you like", "component": {"type": CHECKBOXES, "custom_id": "likes", "max_values": 2,
            "options": [{"label": "Lessons", "value": "l"}, {"label": "Quizzes", "value": "q"}, {"label": "Tea", "value": "t"}]}},
        {"type": LABEL, "label": "Tell the moderators", "description": "They get one message", "component": {
            "type": CHECKBOX, "custom_id": "tell"}},
    ]}  # fmt: skip


def second_form() -> Json:
    label: Json = {"type": LABEL}
    return {"title": "Where and with what", "custom_id": "second", "components": [
        label | {"label": "Its home", "component": select(8, "home", channel_types=[0])},
        label | {"label": "Its role", "component": select(6, "role", required=False, min_values=0)},
        label | {"label": "Two reasons", "component": select(3, "why", min_values=2, max_values=2, options=OPTIONS)},
        label | {"label": "In your words", "component": {
            "type": INPUT, "custom_id": "words", "style": 2, "required": False, "max_length": 300}},
        label | {"label": "A file", "component": {
            "type": UPLOAD, "custom_id": "file", "required": False, "min_values": 0, "max_values": 2}},
    ]}  # fmt: skip


async def answer(interaction: discord.Interaction) -> None:
    data: Json = dict(interaction.data or {})
    name = data.get("custom_id")
    if interaction.type is discord.InteractionType.modal_submit:
        given = [part["component"] for part in data["components"] if "component" in part]
        said = " / ".join(str(one.get("value", one.get("values"))) for one in given)
        await interaction.response.send_message(f"Got {said}", ephemeral=True)
    elif name in ("form", "aside"):
        await respond(interaction, 9, form() if name == "form" else second_form())
    elif name == "silence":
        return
    elif name == "success":
        await interaction.response.defer(thinking=True, ephemeral=True)
    elif name == "danger":
        await respond(interaction, 7, {"components": [text("The card was changed")], "attachments": []})
    else:
        await interaction.response.send_message(f"You used {name}: {data.get('values', '')}", ephemeral=True)


async def respond(interaction: discord.Interaction, kind: int, data: Json) -> None:
    route = discord.http.Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
    await interaction.client.http.request(route, json={"type": kind, "data": data})


def gallery_bot() -> Bot:
    bot = Bot(answer)

    @bot.tree.command(name="gallery", description="Options of every kind")
    @app_commands.choices(size=[app_commands.Choice(name="Small", value="s"), app_commands.Choice(name="Large", value="l")])
    async def gallery(
        interaction: discord.Interaction, size: str, member: discord.Member | None = None, role: discord.Role | None = None,
        file: discord.Attachment | None = None, share: bool = False, part: float | None = None,
    ) -> None:  # fmt: skip
        told = f"{size}, {member and member.display_name}, {role and role.name}, {share}, {part}"
        kept = f"{file.filename}: {len(await file.read())} bytes" if file else "no file"
        await interaction.response.send_message(f"You said {told}, {kept}", ephemeral=True)

    return bot


async def send(bot: Bot, place: int, body: Json) -> Json:
    """A message, as JSON; those without `content` are made of components."""
    body = dict(body)
    names = body.pop("files", [])
    if "components" in body and "content" not in body:
        body["flags"] = V2
    body["attachments"] = [{"id": number, "filename": name} for number, name in enumerate(names)]
    files = [discord.File(io.BytesIO(PICTURES[name]), name) for name in names]
    form: list[Json] = [{"name": "payload_json", "value": discord.utils._to_json(body)}]
    form += [
        {"name": f"files[{number}]", "value": file.fp, "filename": file.filename, "content_type": "application/octet-stream"}
        for number, file in enumerate(files)
    ]
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=place)
    sent: Json = await bot.http.request(
        route, form=form if files else None, files=files or None, **({} if files else {"json": body})
    )
    return sent


async def furnish(bot: Bot, standin: StandIn) -> None:
    """Fill the study room and the forum."""
    standin.rest.limits.per_channel = False
    home = room(standin)
    sent = [await send(bot, home, body) for body in messages(standin)]
    channel = await bot.fetch_channel(home)
    assert isinstance(channel, discord.TextChannel)
    await channel.get_partial_message(int(sent[1]["id"])).create_thread(
        name="Who decided this, and when was it, and why does nobody say so?"
    )
    reply = await channel.get_partial_message(int(sent[0]["id"])).reply(
        "A reply to the first of them", allowed_mentions=discord.AllowedMentions.none()
    )
    await reply.edit(content="A reply to the first of them, changed")
    await (await channel.send("This one goes again")).delete()
    embed = discord.Embed(title="An **embed**", description="as *other* bots send it", colour=0x2A7F62).set_footer(text="its foot")
    embed.add_field(name="One", value="`1`").add_field(name="Two", value="2")
    await channel.send(embed=embed)
    forum = await bot.fetch_channel(room(standin, "questions"))
    assert isinstance(forum, discord.ForumChannel)
    tags = forum.available_tags
    await forum.create_thread(name="Which score do you know?", content="Tell of **one**.", applied_tags=tags[:2])
    old = await forum.create_thread(name="An older discussion", content="It is over.", applied_tags=tags[2:])
    thread = standin.world.channels[old.thread.id]
    thread.archived = thread.locked = True
    standin.world.channel_changed(thread)


@pytest.fixture
async def gallery() -> AsyncIterator[StandIn]:
    """The evening's server with the page, everything in it, and the bot that answers."""
    standin = StandIn(World.evening())
    world = standin.world
    world.server.channel_named("questions").tags = [
        Tag(world.new_id(), name) for name in ("Lesson", "Discussion", "Archive", "Help")
    ]
    add_page(standin)
    await standin.start()
    async with playing(standin, gallery_bot()) as bot:
        await bot.tree.sync()
        await furnish(bot, standin)
        yield standin
    await standin.stop()
