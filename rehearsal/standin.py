"""The stand-in for Discord: one aiohttp application with the REST API, the gateway and the attachments.

The real discord.py client runs against it once `discord.http.Route.BASE` and
`discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` point at it (`point_discord_py_at` in bot_process.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from rehearsal import routes
from rehearsal.gateway import Gateway
from rehearsal.interactions import Interactions
from rehearsal.rate_limits import CALLS_PER_SECOND, Counts, RateLimits
from rehearsal.refusals import by_code
from rehearsal.rest import MOST_FILE_BYTES, PREFIX, Call, Lost, OnCall, Rest, Trouble, UnknownCall
from rehearsal.session_starts import EVERY, SessionStarts
from rehearsal.things import Json
from rehearsal.world import World

__all__ = ["Call", "Counts", "Lost", "StandIn", "UnknownCall"]


class StandIn:
    """Add routes to `app` before `start`. With `keep_history=False` it remembers only the latest few hundred
    messages and calls, for runs of many thousand clicks.

    Discord's limits hold: `calls_per_second` over all (None: no such limit), and with `channel_limits` those of a channel
    (rate_limits.py). With `max_concurrency` shards wait for each other as Discord makes them (session_starts.py); without it a
    bot that starts again at once is let in."""

    def __init__(
        self, world: World, *, clock: Callable[[], datetime] | None = None, keep_history: bool = True,
        calls_per_second: int | None = CALLS_PER_SECOND, channel_limits: bool = True, max_concurrency: int | None = None,
    ) -> None:  # fmt: skip
        self.world = world
        if clock is not None:
            world.clock = clock
        if not keep_history:
            world.keep = min(world.keep, 300)
        self.recommended_shards = 1
        starts = SessionStarts(max_concurrency=max_concurrency or 1, every=EVERY if max_concurrency else 0.0)
        self.gateway = Gateway(world, starts, keep=1000 if keep_history else 100)
        self.interactions = Interactions(world, self.gateway.send_interaction, keep=5000 if keep_history else 300)
        every = routes.every(world, self.interactions, self._shards, starts.left)
        limits = RateLimits(calls_per_second=calls_per_second, per_channel=channel_limits)
        self.rest = Rest(world, every, limits, keep=2000 if keep_history else 100)
        self.gateway.unknown = lambda what: self.unknown_calls.append(UnknownCall("GATEWAY", what, world.clock()))
        self.app = web.Application(client_max_size=12 * MOST_FILE_BYTES)
        self.app.router.add_route("*", PREFIX + "/{path:.*}", self.rest.answer)
        self.app.router.add_get("/gateway", self.gateway.connect)
        self.app.router.add_get("/gateway/", self.gateway.connect)
        self.app.router.add_get("/attachments/{channel}/{picture}/{name}", self._attachment)
        self._runner: web.AppRunner | None = None

    def _shards(self) -> int:
        return max(self.recommended_shards, -(-len(self.world.servers) // SERVERS_A_SHARD))

    @property
    def url(self) -> str:
        return self.world.base_url

    @property
    def requests(self) -> deque[Call]:
        """The latest calls of the bot, oldest first."""
        return self.rest.requests

    @property
    def unknown_calls(self) -> deque[UnknownCall]:
        return self.rest.unknown_calls

    @property
    def counts(self) -> Counts:
        """How many calls of the bot there were; alive."""
        return self.rest.limits.counts

    @property
    def latency(self) -> float:
        """Seconds that pass before each answer of the REST API."""
        return self.rest.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.rest.latency = seconds

    @property
    def on_call(self) -> OnCall | None:
        """Called with (method, path, "arrived") before each call is carried out, and with "done" after it and before the
        answer is sent; may be a coroutine function. If it raises `Lost`, the connection breaks there."""
        return self.rest.on_call

    @on_call.setter
    def on_call(self, hear: OnCall | None) -> None:
        self.rest.on_call = hear

    @property
    def bot_online(self) -> bool:
        return bool(self.gateway.connected)

    async def start(self, port: int = 0) -> None:
        """Listen on this machine only. OSError if the port is taken."""
        runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        address = runner.addresses[0]
        self.world.base_url = f"http://127.0.0.1:{address[1]}"

    async def stop(self) -> None:
        await self.gateway.drop(1001, resumable=False)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def go_away(self) -> None:
        """Nobody listens any more, as while Discord has an outage: what comes is refused, and what is connected is cut."""
        assert self._runner is not None and self._runner.server is not None
        for site in list(self._runner.sites):
            await site.stop()
        await self._runner.server.shutdown(0.1)

    async def come_back(self) -> None:
        """At the same address. Sessions may be resumed, as far as they are known yet."""
        assert self._runner is not None
        port = int(self.world.base_url.rpartition(":")[2])
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()

    def misbehave(
        self, method: str, path_part: str, status: int | None = None, times: int = 1, retry_after: float = 0.05, *,
        done: bool = False, code: int | None = None, message: str | None = None, everywhere: bool = False,
    ) -> None:  # fmt: skip
        """Answer the next `times` calls whose path contains `path_part` with this error.

        An error is named by its HTTP status, or by Discord's `code` (10003, 50001, 160006 …), which brings its status and
        message; `message` replaces that. A 429 with `everywhere` is the bot's limit over all. With `done` the call is carried
        out first, and only its answer is lost: what a bot must survive that posts exactly once.
        """
        body: Json
        if code is not None and (status is None or message is None):
            known = by_code(code)
            status = known.status if status is None else status
            body = known.body | ({} if message is None else {"message": message})
            if status == 429:
                body |= {"retry_after": retry_after, "global": everywhere}
        elif status is None:
            raise ValueError("say which error: a status or a code")
        elif status == 429:
            body = {"retry_after": retry_after, "global": everywhere}
        else:
            usual_code, usual = _USUAL.get(status, (0, str(status)))
            body = {"message": message or usual, "code": usual_code if code is None else code}
        self.rest.troubles.append(Trouble(method, path_part, status, body, times, done))

    async def drop_gateway(self, code: int = 4000, resumable: bool = True) -> None:
        """Close every gateway socket; with `resumable=False` the next resume is refused."""
        await self.gateway.drop(code, resumable=resumable)

    async def bot_is_ready(self, timeout: float = 10, *, shards: int = 1) -> None:  # noqa: ASYNC109 - patience
        """Wait until so many shards are connected and were told of their servers. TimeoutError if they aren't."""
        await asyncio.wait_for(self.gateway.so_many(shards), timeout)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call this after every change of the world. It must be quick and not raise."""
        self.world.on_change(callback)

    async def _attachment(self, request: web.Request) -> web.Response:
        channel = self.world.channels.get(int(request.match_info["channel"]))
        wanted = int(request.match_info["picture"])
        if wanted in self.world.uploads:
            upload = self.world.uploads[wanted]
            return web.Response(body=upload.bytes, content_type=upload.content_type)
        messages = [] if channel is None else [*channel.messages.values(), *channel.private.values()]
        for message in reversed(messages):
            for picture in message.attachments:
                if picture.id == wanted:
                    return web.Response(body=picture.bytes, content_type=picture.content_type)
        raise web.HTTPNotFound


SERVERS_A_SHARD = 1000
"""How many servers Discord means for one shard; it bears more (`World.servers_per_shard`)."""
_USUAL = {401: (0, "401: Unauthorized"), 403: (50013, "Missing Permissions"), 404: (0, "404: Not Found")}
"""What Discord mostly says with a status: code and message."""
