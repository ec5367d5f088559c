"""At the desk: the bot as a process. Stop it politely, kill it as a power cut would, start it again, read the end of
its log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rehearsal.desk_asked import Unclear
from rehearsal.desk_part import Deeds
from rehearsal.things import Json

if TYPE_CHECKING:
    from rehearsal.bot_process import BotProcess
    from rehearsal.standin import StandIn

LINES = 60
LONGEST = 400
"""How much of the log is shown: so many lines, and of each so many characters."""


class BotAtDesk:
    def __init__(self, standin: StandIn, bot: BotProcess | None) -> None:
        self.standin = standin
        self.bot = bot
        self._ended: tuple[int | None, str] = (None, "")  # which process was ended on purpose, and how
        self._one_at_a_time = asyncio.Lock()

    @property
    def deeds(self) -> Deeds:
        return {"bot/start": self._start, "bot/stop": self._stop, "bot/kill": self._kill, "bot/restart": self._restart}

    def seen(self) -> Json:
        log = [] if self.bot is None else self.bot.last_words(LINES).splitlines()
        return {"state": self._state(), "log": [line[:LONGEST] for line in log], "can": self._can()}

    def _state(self) -> str:
        bot = self.bot
        if bot is None:
            return "online" if self.standin.bot_online else "offline"
        if bot.is_running:
            return "online" if self.standin.bot_online else "starting"
        process, how = self._ended
        if how and process == bot.pid:
            return how
        return "not started" if bot.exit_code is None else _death(bot.exit_code)

    def _can(self) -> list[str]:
        if self.bot is None:
            return []
        return ["stop", "kill", "restart"] if self.bot.is_running else ["start"]

    async def _start(self, asked: Json) -> str:
        async with self._one_at_a_time:
            bot = self._bot()
            if bot.is_running:
                raise Unclear("It runs already.")
            await bot.start()
        return "It starts; a moment, and it answers again."

    async def _stop(self, asked: Json) -> str:
        async with self._one_at_a_time:
            bot = self._running()
            await bot.stop()
            self._ended = bot.pid, "stopped"
        return "It was asked to end, and has. Buttons pressed now get no answer."

    async def _kill(self, asked: Json) -> str:
        async with self._one_at_a_time:
            bot = self._running()
            await bot.kill()
            self._ended = bot.pid, "killed"
        return "Killed, as by a power cut: it could finish nothing. Start it, and see what it mends."

    async def _restart(self, asked: Json) -> str:
        async with self._one_at_a_time:
            await self._running().restart()
        return "It was stopped, and starts again."

    def _bot(self) -> BotProcess:
        if self.bot is None:
            raise Unclear("This rehearsal has no bot of its own: start and stop it where it runs.")
        return self.bot

    def _running(self) -> BotProcess:
        bot = self._bot()
        if not bot.is_running:
            raise Unclear("It doesn’t run: start it first.")
        return bot


def _death(code: int) -> str:
    return f"died by signal {-code}" if code < 0 else f"died with exit status {code}"
