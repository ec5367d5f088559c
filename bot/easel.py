"""Where a picture becomes a PNG: in one of a few small processes, started when they are first needed.

resvg holds the interpreter's lock, so a thread would not help: while it draws, nobody would get an answer. A process that was
killed is replaced, and the picture tried once more. What can't be drawn is left out; the same is said in words beside it.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

MOST = 64
"""Pictures that are remembered, some 50 KB each."""
PROCESSES = 2
LONGEST = 10.0
"""Seconds for one picture; what takes longer hangs."""
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "HOME")
"""Of the environment. The bot's token and secret are none of a rasteriser's business."""
_SCRIPT = Path(__file__).resolve().parent / "rasteriser.py"


class Easel:
    """``png`` draws; ``close`` ends the processes. A closed easel draws nothing."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._drawn: OrderedDict[bytes, bytes] = OrderedDict()
        self._idle: list[asyncio.subprocess.Process] = []
        self._free = asyncio.Semaphore(processes)
        self._is_closed = False

    async def png(self, svg: str) -> bytes | None:
        """The picture, from memory if it was drawn before; None if it can't be drawn."""
        data = svg.encode()
        name = sha256(data).digest()
        if name in self._drawn:
            self._drawn.move_to_end(name)
            return self._drawn[name]
        async with self._free:
            png = await self._try(data) or await self._try(data)
        if png:
            self._drawn[name] = png
            while len(self._drawn) > MOST:
                self._drawn.popitem(last=False)
        return png or None

    async def close(self) -> None:
        """End what is idle; what draws just now ends by itself."""
        self._is_closed = True
        while self._idle:
            await _end(self._idle.pop())

    async def _try(self, svg: bytes) -> bytes | None:
        """None if the process died or hung; empty bytes can't come back twice, so a second try costs little."""
        if self._is_closed:
            return None
        process: asyncio.subprocess.Process | None = None
        try:
            process = self._idle.pop() if self._idle else await _start()
            assert process.stdin and process.stdout
            async with asyncio.timeout(LONGEST):
                process.stdin.write(struct.pack(">I", len(svg)) + svg)
                await process.stdin.drain()
                [length] = struct.unpack(">I", await process.stdout.readexactly(4))
                png = await process.stdout.readexactly(length)
        except (OSError, EOFError, TimeoutError):
            if process:
                await _end(process)
            return None
        except BaseException:  # cancelled in the middle: what would come out next is not ours
            if process:
                process.kill()
            raise
        if self._is_closed:
            await _end(process)
        else:
            self._idle.append(process)
        return png


async def _start() -> asyncio.subprocess.Process:
    # -P: its own folder is not searched for modules, where a name of ours could stand in for one of Python's.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(_SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
