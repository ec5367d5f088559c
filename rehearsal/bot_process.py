"""The bot as a process of its own, pointed at the stand-in, so that it can be killed and started again.

`python -m rehearsal.bot_process` is that process: it turns discord.py towards REHEARSAL_URL and runs the bot
by its command line, by a clock that the rehearsal can move. `BotProcess` is the handle that the rehearsal has of it.

The rehearsal speaks through the process's standard input: a line is either how far its clock shall be ahead, in seconds, or the
word `content`, to read the content again; and when the input ends, so does the process. The process answers on its standard output,
with reports about its content (reading.py); whatever else it says there or on standard error is its log.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal import reading
from rehearsal.things import Json

ROOT = Path(__file__).resolve().parent.parent
PROGRAM: tuple[str, ...] = ("-m", "rehearsal.bot_process")
"""What the process runs."""
CONTENT = "content"
"""The line that asks it to read its content again."""
LONGEST_REPORT = 1 << 20
LONGEST_END = 1 << 16
"""Bytes at the end of the log in which its last lines are looked for."""
GRACE = 5.0
"""Seconds that the bot has to end by itself."""


def point_discord_py_at(url: str) -> None:
    """Turn this process's discord.py towards a stand-in, for instance http://127.0.0.1:8765."""
    import discord
    import yarl

    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url.replace('http', 'ws', 1)}/gateway")


class BotProcess:
    """The bot's process, its database and its log, all in one folder. `on_end` hears when it ended by itself, `on_content` each
    report about its content, which is in the folder `content` (without one: where the bot looks by itself). By its `secret` it
    knows its learners again; without one it gets a new one. `address`: of another database."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        content: Path | None = None,
        verbose: bool = False,
        secret: str | None = None,
        address: str | None = None,
    ) -> None:
        self.url = url
        self.folder = folder
        self.log = folder / "bot.log"
        self.database = folder / "red-flask.db"
        self._address = address or f"sqlite:///{self.database}"
        self._verbose = verbose
        self.on_end: Callable[[int], None] = lambda code: None
        self.on_content: Callable[[Json], None] | None = None
        self._content = content
        self.ahead = timedelta(0)
        self._secret = secret or secrets.token_urlsafe(32)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; negative for a signal. None while it runs, and before its first start."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start it, unless it runs already. It works in its folder, so that no .env of the project reaches it."""
        if self.is_running:
            return
        environment = os.environ | {
            "DISCORD_TOKEN": "rehearsal", "REHEARSAL_URL": self.url, "LEARNER_SECRET": self._secret,
            "DATABASE_URL": self._address, "PYTHONUNBUFFERED": "1", "REHEARSAL_LEASH": "1",
            "REHEARSAL_AHEAD": str(self.ahead.total_seconds()), "LOG_FORMAT": "text",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        }  # fmt: skip
        if self.on_content is not None:
            environment["REHEARSAL_REPORTS"] = "1"
        if self._content is not None:
            environment["CONTENT_DIR"] = str(self._content)
        log = None if self._verbose else os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *PROGRAM, cwd=self.folder, env=environment,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_REPORT,
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
        self._tell(f"{ahead.total_seconds()}")

    def reread(self) -> None:
        """It shall read its content again. What comes of it, `on_content` hears."""
        self._tell(CONTENT)

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None and self.is_running:
            self._process.stdin.write(f"{line}\n".encode())

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

    async def has_ended(self) -> int | None:
        """Wait until it has. Its exit status; None if it was never started."""
        return None if self._process is None else await self._process.wait()

    def signal(self, number: int) -> None:
        """Send it this signal; that it ends by it is no news."""
        if self._process is not None:
            self._process.send_signal(number)

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
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LONGEST_END))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    async def _wait_for_end(self, process: asyncio.subprocess.Process) -> None:
        await self._listen(process)
        self.on_end(await process.wait())

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Until it says no more: hear its reports, and keep whatever else it says with its log."""
        assert process.stdout is not None
        async for said in process.stdout:
            line = said.decode(errors="replace")
            if reading.is_report(line):
                if self.on_content is not None:
                    self.on_content(json.loads(line.removeprefix(reading.MARK)))
            elif self._verbose:
                sys.stderr.write(line)
            else:
                with self.log.open("a", encoding="utf-8") as log:
                    log.write(line)

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
    from bot.main import main

    point_discord_py_at(os.environ["REHEARSAL_URL"])
    clock = MovedClock(timedelta(seconds=float(os.environ.get("REHEARSAL_AHEAD", "0"))))
    if not os.environ.get("REHEARSAL_LEASH"):
        return main(["run"], now=clock)
    reports = "REHEARSAL_REPORTS" in os.environ
    content = reading.Reading(at_once=reports)
    threading.Thread(target=_obey_the_rehearsal, args=(clock, content), daemon=True).start()
    code = main(["run"], now=clock, when_open=content.opened)
    if not content.is_open and reports:
        content.again()  # it may be the content that it didn't start with
    content.leave()
    return code


def _obey_the_rehearsal(clock: MovedClock, content: reading.Reading) -> None:
    """Its standard input is held open by the rehearsal: when that ends, however suddenly, so does this."""
    rest = b""
    # not sys.stdin: Python can't end well while a thread waits in that
    while said := os.read(0, 1024):
        *lines, rest = (rest + said).split(b"\n")
        moves = [line for line in lines if line != CONTENT.encode()]
        if moves:
            clock.ahead = timedelta(seconds=float(moves[-1]))
        if len(moves) < len(lines):
            content.ask()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(run())
