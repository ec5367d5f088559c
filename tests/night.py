"""A night: the stand-in with the bot as a process of its own, so that it can be killed, starved of something, and asked to end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from evening import ROOT, Evening
from mischief import until
from msgspec.structs import replace

from bot.settings import Settings
from rehearsal.bot_process import BotProcess
from rehearsal.standin import StandIn
from rehearsal.world import World


class Night(Evening):
    """An evening whose bot is a real process."""

    def __init__(self, standin: StandIn, settings: Settings, folder: Path) -> None:
        super().__init__(standin, settings, folder)
        self.bot = BotProcess(standin.url, folder, address=settings.database_url)

    async def start_bot(self) -> None:
        await self.bot.start()
        ready, ended = asyncio.ensure_future(self.standin.bot_is_ready(20)), asyncio.ensure_future(self.bot.has_ended())
        await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
        assert ready.done(), self.log
        ended.cancel()

    async def stop_bot(self) -> None:
        await self.bot.stop()

    async def ended(self, within: float = 10) -> int | None:
        """The exit status of a bot that ends by itself, in time."""
        return await asyncio.wait_for(self.bot.has_ended(), within)

    async def kill(self) -> None:
        await self.bot.kill()
        await until(lambda: not self.standin.bot_online)

    @property
    def log(self) -> str:
        return self.bot.last_words(1000)


@asynccontextmanager
async def a_night(folder: Path, database: str | None = None, **settings: object) -> AsyncIterator[Night]:
    """The bot is not started yet."""
    standin = StandIn(World.evening())
    await standin.start()
    url = database or f"sqlite:///{folder / 'data' / 'red-flask.db'}"
    night = Night(standin, replace(Settings(database_url=url, content_dir=ROOT / "content"), **settings), folder)
    try:
        yield night
    finally:
        await night.stop_bot()
        await standin.stop()
