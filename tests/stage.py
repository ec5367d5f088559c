"""A small discord.py bot in the manner of ours, and what the tests of the rehearsal share."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands, ui

from rehearsal.bot_process import point_discord_py_at
from rehearsal.people import Person
from rehearsal.standin import StandIn


def png(width: int = 3, height: int = 2, colour: bytes = b"\0\0\0") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + colour * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def card(*texts: str, buttons: tuple[tuple[str, str], ...] = (), picture: bool = False) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container(*(ui.TextDisplay(text) for text in texts))
    if picture:
        item = discord.MediaGalleryItem("attachment://chart.png", description="three bars")
        box.add_item(ui.MediaGallery(item))
    if buttons:
        box.add_item(ui.ActionRow(*(ui.Button(label=label, custom_id=name) for label, name in buttons)))
    view.add_item(box)
    view.stop()
    return view


def chart() -> discord.File:
    return discord.File(io.BytesIO(png()), "chart.png", description="three bars")


Answer = Callable[[discord.Interaction], Awaitable[None]]


class Bot(discord.Client):
    """A small bot in the manner of ours: one listener for everything but slash commands."""

    def __init__(self, answer: Answer, intents: discord.Intents | None = None) -> None:
        super().__init__(intents=intents or discord.Intents(guilds=True), max_messages=None, guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.answer = answer
        self.events: list[str] = []
        self.interactions: list[discord.Interaction] = []
        self.failures: list[Exception] = []
        self.came: dict[str, asyncio.Event] = {}
        self._news = asyncio.Condition()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits five seconds here; the stand-in needs none."""

    def heard(self, event: str) -> asyncio.Event:
        return self.came.setdefault(event, asyncio.Event())

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        self.heard(event).set()
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type in (discord.InteractionType.application_command, discord.InteractionType.autocomplete):
            return
        self.interactions.append(interaction)
        try:
            await self.answer(interaction)
        except discord.HTTPException as failure:
            self.failures.append(failure)
            async with self._news:
                self._news.notify_all()

    async def failed_times(self, count: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: len(self.failures) >= count)


async def say_nothing(interaction: discord.Interaction) -> None:
    return


@asynccontextmanager
async def playing(standin: StandIn, bot: Bot) -> AsyncIterator[Bot]:
    point_discord_py_at(standin.url)
    running = asyncio.create_task(bot.start(standin.world.token))
    try:
        ready = asyncio.create_task(standin.bot_is_ready())
        await asyncio.wait([ready, running], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        await ready
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)


def person(standin: StandIn, name: str = "Ada", **more: Any) -> Person:
    return Person(standin, standin.world.server.member_named(name).id, **more)


def room(standin: StandIn, name: str = "study-room") -> int:
    return standin.world.server.channel_named(name).id


def with_command(answer: Answer, answer_command: Answer, **extras: Any) -> Bot:
    bot = Bot(answer)

    @bot.tree.command(name="learn", description="Read a lesson", **extras)
    async def learn(interaction: discord.Interaction) -> None:
        await answer_command(interaction)

    return bot
