"""The content while the rehearsal runs: what is saved is shown at once, or what is wrong with it.

The bot's process reads it (it alone knows how), keeps the last good version, and reports; see bot_process.py. Here the folder is
watched, and the latest report is kept for the page. A bot that could not start on its content is started again once it is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from rehearsal.bot_process import BotProcess
from rehearsal.things import Json

ENDINGS = (".yaml", ".yml")
STEP, PATIENCE = 50, 200
"""Milliseconds: how often to look, and for how long a burst of savings may go on. Anything slower is no longer "at once"."""


class Content:
    """`changed` is called when there is something new for the page."""

    def __init__(self, folder: Path, bot: BotProcess, changed: Callable[[], None]) -> None:
        self.folder = folder
        self.report: Json | None = None
        """The latest report of the bot: `fresh` (this content is in use), `open` (the bot runs at all), `findings`, `errors`,
        `warnings`; and its `number`."""
        self._bot = bot
        self._changed = changed
        self._number = 0
        bot.on_content = self._heard

    async def watch(self, until: asyncio.Event) -> None:
        """Until that: whenever a content file is saved, have it read."""
        from watchfiles import awatch

        async for _ in awatch(
            self.folder, watch_filter=lambda change, path: path.endswith(ENDINGS), step=STEP, debounce=PATIENCE, stop_event=until
        ):
            await self.saved()

    async def saved(self) -> None:
        """Something was saved: have it read, by a bot that is there or by one that didn't start because of it."""
        could_not_start = self.report is not None and not self.report["open"]
        if could_not_start:
            await self._bot.has_ended()
            await self._bot.start()
        else:
            self._bot.reread()

    def _heard(self, report: Json) -> None:
        self._number += 1
        self.report = {**report, "number": self._number}
        self._changed()
