"""Three addresses for whoever watches: /metrics, /healthz, /readyz. They answer from the bot's own event loop, which is the point:
a loop that is blocked answers nobody, and whoever asks gives up.

/healthz says that the process lives and turns. /readyz says whether it is any use: connected, all servers known, the database
answers; if not, 503 with a reason in words.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.meters.exposed import Meters

PATIENCE = 2.0
"""Seconds for the database to answer."""
LOOK_EVERY = 1.0
REMEMBERED = 60
"""Looks at the loop's lag: a minute of them."""
BLOCKED = 10.0
"""Seconds of lag after which the process counts as ill."""

Reasons = Callable[[], Awaitable[list[str]]]
"""Why the bot isn't ready; empty if it is. It may take its time: what takes too long is a reason."""


class Taken(Exception):
    """The port can't be had. Its text is one sentence with what to do."""


class Door:
    """Open until closed."""

    def __init__(self, meters: Meters, reasons: Reasons) -> None:
        self._meters, self._reasons = meters, reasons
        self._lags: deque[float] = deque(maxlen=REMEMBERED)
        self._watching: asyncio.Task[None] | None = None
        app = web.Application()
        app.add_routes(
            [
                web.get("/metrics", self._metrics),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def open(self, host: str, port: int) -> None:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise Taken(
                f"METRICS_PORT {port} can't be opened on {host} ({error.strerror}): choose another one, or another METRICS_HOST."
            ) from error
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._runner.cleanup()

    async def _watch(self) -> None:
        """How late this gets its turn, everything else does too."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_EVERY)
            self._lags.append(max(0.0, loop.time() - before - LOOK_EVERY))
            self._meters.loop_lag = round(max(self._lags), 2)

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._meters.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _healthz(self, request: web.Request) -> web.Response:
        lag = self._lags[-1] if self._lags else 0.0
        if lag > BLOCKED:
            return _said(503, f"the event loop was blocked for {lag:.0f} seconds")
        return _said(200, "alive")

    async def _readyz(self, request: web.Request) -> web.Response:
        try:
            reasons = await asyncio.wait_for(self._reasons(), PATIENCE)
        except TimeoutError:
            reasons = [f"the database does not answer within {PATIENCE:.0f} seconds"]
        return _said(503, "; ".join(reasons)) if reasons else _said(200, "ready")


def _said(status: int, words: str) -> web.Response:
    return web.Response(status=status, text=f"{words}\n", headers={"Cache-Control": "no-store"})


async def open_door(meters: Meters, reasons: Reasons, host: str, port: int) -> Door:
    """Raises ``Taken`` with a sentence."""
    door = Door(meters, reasons)
    await door.open(host, port)
    return door
