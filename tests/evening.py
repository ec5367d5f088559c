"""An evening: the stand-in with the real bot in it, started and stopped at will. Fixtures for the end-to-end tests."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import hypothesis
import pytest
from begun import fresh

from bot.chat.client import RedFlask
from bot.library import Library, open_library, read_library
from bot.log import start_log
from bot.main import opened
from bot.settings import Settings
from rehearsal.bot_process import point_discord_py_at
from rehearsal.people import Person, Seen
from rehearsal.standin import StandIn
from rehearsal.things import Message
from rehearsal.world import World

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no failure of a law: without this, hypothesis fails an example that takes 200 ms. The nightly run tries more.
hypothesis.settings.register_profile("house", deadline=None, max_examples=int(os.environ.get("EXAMPLES", "50")))
hypothesis.settings.load_profile("house")


class Evening:
    """One make-believe server and one bot. Everything that the bot logs is in ``said``.

    The bot's calendar goes by the stand-in's clock, which ``move`` moves.
    """

    def __init__(self, standin: StandIn, settings: Settings, folder: Path) -> None:
        self.standin, self.settings, self.folder = standin, settings, folder
        self.said = io.StringIO()
        self.client: RedFlask
        self._open = AsyncExitStack()
        self._running: asyncio.Task[None] | None = None

    async def start_bot(self) -> None:
        point_discord_py_at(self.standin.url)
        start_log(self.settings.log_level, self.said)
        self.client = await self._open.enter_async_context(opened(self.settings, self.now))
        self._running = asyncio.create_task(self.client.start("rehearsal"))
        await self.standin.bot_is_ready()

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def stop_bot(self) -> None:
        await self._open.aclose()
        if self._running:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def restart_bot(self) -> None:
        await self.stop_bot()
        await self.start_bot()

    def now(self) -> datetime:
        return self.standin.world.clock()

    def move(self, **time: float) -> None:
        """Forward by ``hours=…``, ``days=…``; back if negative. The bot notices within a second."""
        self.standin.world.move_clock(self.standin.world.ahead + timedelta(**time))

    def wake(self) -> None:
        """As a moderator's step would: the calendar was changed from outside."""
        self.client._desk._when_changed()

    @property
    def library(self) -> Library:
        return read_library(self.settings.content_dir)

    async def rest(self, seconds: float) -> None:
        """Real time passes, in which nothing ought to happen."""
        await asyncio.sleep(seconds)

    def person(self, name: str, locale: str = "en-US") -> Person:
        member = next(one for one in self.standin.world.server.members.values() if one.user.name == name)
        return Person(self.standin, member.user.id, locale=locale)

    def room(self, name: str = "study-room") -> int:
        return next(one.id for one in self.standin.world.channels.values() if one.name == name)

    async def group(self, channel: str = "study-room", name: str = "Thursday readers", **options: object) -> Seen:
        """Mo begins a group; its home is ``channel``."""
        return await self.person("Mo").command(
            self.room(channel), "group create", name=name, time_zone="Europe/Berlin", language="en", **options
        )

    async def joined(self, *names: str, channel: str = "study-room") -> None:
        for name in names:
            seen = await self.person(name).command(self.room(channel), "join")
            assert seen.message
            await self.person(name).press(seen.message, "Join")


def public(person: Person, channel: int) -> list[Message]:
    """What stands in a channel for all to see."""
    return [message for message in person.reads(channel) if message.ephemeral_to is None]


def card(seen: Seen) -> Message:
    """The card of an answer; fails with what went wrong when there is none."""
    assert seen.failed is None, seen.failed
    assert seen.message is not None
    return seen.message


async def quizzed(person: Person, channel: int, theme: str = "data-aggregation", **more: object) -> Seen:
    """The first card of a quiz that begins with one choice, which a single press answers."""
    for _ in range(100):
        seen = await person.command(channel, "quiz", theme=theme, **more)
        if {"A", "B"} <= set(seen.labels) and not re.search(r"^(Which comes|What belongs)", seen.text, re.MULTILINE):
            return seen
    raise AssertionError(f"no quiz about {theme} begins with one choice")


async def answered(person: Person, seen: Seen, letter: str = "A") -> Seen:
    """What comes of an answer to a question of whatever kind: this letter, or else what can be pressed."""
    while not ("## That's right" in seen.text or "## Not quite" in seen.text):
        assert seen.failed is None, seen.failed
        what = next(one for one in (letter, *"ABCDE", "True", "I don't know") if one in seen.labels)
        seen = await person.press(card(seen), what)
    return seen


_the_course = cache(partial(open_library, ROOT / "content"))


def _read_once(folder: Path) -> Library:
    return _the_course() if folder == ROOT / "content" else open_library(folder)


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_done_hundreds_of_times() -> Iterator[None]:
    """A bot that is ready goes once through all that it has loaded, and here that is a hundred times as much: all of the tests. And
    it reads its content, of which nothing ever changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.loading.settle", lambda: None)
        patch.setattr("bot.main.open_library", _read_once)
        yield


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Evening]:
    """The server is there, the bot is up; no group yet."""
    standin = StandIn(World.evening())
    await standin.start()
    settings = Settings(
        discord_token="rehearsal",
        database_url=fresh(f"sqlite:///{tmp_path / 'data' / 'red-flask.db'}"),
        learner_secret="a secret of the rehearsal, long enough",
        content_dir=ROOT / "content",
        log_level="DEBUG",
    )
    one = Evening(standin, settings, tmp_path)
    await one.start_bot()
    yield one
    await one.stop_bot()
    await standin.stop()
