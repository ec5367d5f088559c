"""The bot as a process of its own, pointed at the stand-in, so that it can be killed and started again.

`python -m rehearsal.bot_process` is that process: it turns discord.py towards REHEARSAL_URL and runs the bot
by its command line, by a clock that the rehearsal can move. `BotProcess` is the handle that the rehearsal has of it.

The two speak through the process's standard input: each line is how far its clock shall be ahead, in seconds; and when the
input ends, so does the process.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM: tuple[str, ...] = ("-m", "rehearsal.bot_process")
"""What the process runs."""
GRACE = 5.0
"""Seconds that the bot has to end by itself."""


def point_discord_py_at(url: str) -> None:
    """Turn this process's discord.py towards a stand-in, for instance http://127.0.0.1:8765."""
    import discord
    import yarl

    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url.replace('http', 'ws', 1)}/gateway")


class BotProcess:
    """The bot's process, its database and its log, all in one folder. `on_end` hears when it ended by itself."""

    def __init__(self, url: str, folder: Path, *, verbose: bool = False) -> None:
        self.url = url
        self.folder = folder
        self.log = folder / "bot.log"
        self._verbose = verbose
        self.on_end: Callable[[int], None] = lambda code: None
        self.ahead = timedelta(0)
        self._secret = secrets.token_urlsafe(32)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, unless it runs already. It works in its folder, so that no .env of the project reaches it."""
        if self.is_running:
            return
        environment = os.environ | {
            "DISCORD_TOKEN": "rehearsal", "REHEARSAL_URL": self.url, "LEARNER_SECRET": self._secret,
            "DATABASE_URL": f"sqlite:///{self.folder / 'red-flask.db'}", "PYTHONUNBUFFERED": "1", "REHEARSAL_LEASH": "1",
            "REHEARSAL_AHEAD": str(self.ahead.total_seconds()),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }  # fmt: skip
        log = None if self._verbose else os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *PROGRAM, cwd=self.folder, env=environment,
                stdin=asyncio.subprocess.PIPE, stdout=sys.stderr if log is None else log,
                stderr=sys.stderr if log is None else log,
                # of its own session, so that Ctrl-C reaches it through stop() alone
                start_new_session=True,
            )  # fmt: skip
        finally:
            if log is not None:
                os.close(log)
        self._watch = asyncio.create_task(self._wait_for_end(self._process))

    def move_clock(self, ahead: timedelta) -> None:
        """Its clock shall be so far ahead of the machine's; also when it is started again."""
        self.ahead = ahead
        if self._process is not None and self._process.stdin is not None and self.is_running:
            self._process.stdin.write(f"{ahead.total_seconds()}\n".encode())

    async def stop(self) -> None:
        """End it politely; after a few seconds, not politely."""
        process = self._process
        await self._forget()
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), GRACE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def kill(self) -> None:
        """As a power cut would."""
        process = self._process
        await self._forget()
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def last_words(self, lines: int = 30) -> str:
        """The end of its log; empty if it went to stderr."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    async def _wait_for_end(self, process: asyncio.subprocess.Process) -> None:
        self.on_end(await process.wait())

    async def _forget(self) -> None:
        """Stop watching: this end is wanted."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


class MovedClock:
    """The time by the machine's clock, and `ahead` of it."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def run() -> int:
    point_discord_py_at(os.environ["REHEARSAL_URL"])
    clock = MovedClock(timedelta(seconds=float(os.environ.get("REHEARSAL_AHEAD", "0"))))
    if os.environ.get("REHEARSAL_LEASH"):
        threading.Thread(target=_obey_the_rehearsal, args=(clock,), daemon=True).start()
    from bot.main import main

    return main(["run"], now=clock)


def _obey_the_rehearsal(clock: MovedClock) -> None:
    """Its standard input is held open by the rehearsal: when that ends, however suddenly, so does this."""
    rest = b""
    # not sys.stdin: Python can't end well while a thread waits in that
    while said := os.read(0, 1024):
        *lines, rest = (rest + said).split(b"\n")
        if lines:
            clock.ahead = timedelta(seconds=float(lines[-1]))
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(run())
