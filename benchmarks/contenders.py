"""A bot as a process of its own: its own interpreter, processor time and memory, read from outside by what Linux keeps of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Load

ROOT = Path(__file__).resolve().parent.parent
PROCESS_CLOCK = 2
"""Linux writes the id of another process's clock as its inverted number, shifted, and the kind of clock."""
START_PATIENCE = 30.0
"""Seconds that a bot has to connect."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a start took, in seconds from the beginning of its process."""

    to_gateway: float
    """Everything is imported and opened, and the bot identifies."""
    to_answer: float
    """It has answered a first press."""
    to_ready: float
    """discord.py says that the bot is ready, which it does two idle seconds after the last server."""
    processor: float
    """Processor time until the first answer."""


class Contender:
    """One bot with its own stand-in and its own folder. `arguments` are those of the interpreter."""

    def __init__(
        self, name: str, arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str], load: Load | None = None
    ) -> None:
        self.name = name
        self.folder = folder
        self.load = load or Load()
        self._arguments = arguments
        self.environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._log_before = 0
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, patience: float = START_PATIENCE) -> float:
        """Start it and wait until it knows its server; the moment (of `perf_counter`) at which its process began."""
        if not self.load.world.base_url.startswith("http://127.0.0.1"):
            await self.load.start()
        self.load.told.clear()
        environment = os.environ | {
            "DISCORD_TOKEN": "rehearsal",
            "REHEARSAL_URL": self.load.world.base_url,
            "LEARNER_SECRET": "a secret of the benchmark, long enough",
            "PYTHONPATH": str(ROOT),
            # Python's compiled files are kept, as they are wherever a bot was installed, whatever this shell says.
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            **self.environment,
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with (self.folder / "log").open("ab") as log:
            self._log_before = log.tell()
            began = time.perf_counter()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                cwd=self.folder,
                env=environment,
                # held open for `move_clock`; only a bot with REHEARSAL_LEASH reads it
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        ended = asyncio.create_task(self._process.wait())
        told = asyncio.create_task(self.load.told.wait())
        await asyncio.wait({ended, told}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not self.load.told.is_set():
            raise RuntimeError(f"{self.name} did not start:\n{self.last_words()}")
        ended.cancel()
        return began

    async def ready(self) -> float:
        """Wait until its log says that it is ready; the moment."""
        deadline = time.perf_counter() + START_PATIENCE
        while b"ready" not in (self.folder / "log").read_bytes()[self._log_before :]:
            if time.perf_counter() > deadline:
                raise RuntimeError(f"{self.name} is never ready:\n{self.last_words()}")
            await asyncio.sleep(0.005)
        return time.perf_counter()

    def move_clock(self, ahead: float) -> None:
        """So many seconds shall its calendar's clock be ahead of the machine's. It needs REHEARSAL_LEASH."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(f"{ahead}\n".encode())

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def processor_seconds(self) -> float:
        """User and system time of all its threads since it began, to the microsecond: Linux's clock of that process."""
        return time.clock_gettime((~self.pid << 3) | PROCESS_CLOCK)

    def memory_mib(self) -> float:
        """Its resident set."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def last_words(self) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-15:])
