"""The lean stand-in with a crowd of servers, which takes postings as Discord does: with its limits, and after a while.

A call costs it a fraction of what it costs the rehearsal, so that what is measured is the bot. The limits are the rehearsal's
own (`rehearsal/rate_limits.py`). It checks no card and no right, and remembers of each call only when it came and where to.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from benchmarks.load import Load
from rehearsal import shapes
from rehearsal.evening import furnish_crowd
from rehearsal.rate_limits import RateLimits
from rehearsal.things import Channel, Kind

MESSAGE, THREAD = "/channels/{}/messages", "/channels/{}/messages/{}/threads"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was within the limits. `at` is of `time.monotonic`, whose whole seconds are the windows of the limit."""

    at: float
    what: Literal["message", "thread"]
    channel: int


class Crowd(Load):
    """Beside the evening's server, so many others with so many text channels each. `latency`: the seconds that Discord takes for
    a call; answers to presses are taken at once."""

    def __init__(self, servers: int, channels: int, latency: float) -> None:
        super().__init__()
        evening = set(self.world.servers)
        furnish_crowd(self.world, servers, channels)
        self.circles: list[Channel] = [
            channel
            for server in self.world.servers.values()
            if server.id not in evening
            for channel in server.channels.values()
            if channel.name.startswith("circle-")
        ]
        self.latency = latency
        self.limits = RateLimits()
        self.calls: list[Call] = []
        self.holds: list[tuple[float, float]] = []
        """From when to when calls were held, as `at` in `Call`; not the present one."""
        self._held_since = 0.0
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._channels = {channel.id: channel for channel in self.circles}

    def hold(self) -> None:
        """Let all calls wait for their answers, except those that answer presses."""
        self._goes_on.clear()
        self._held_since = time.monotonic()

    def go_on(self) -> None:
        self._goes_on.set()
        self.holds.append((self._held_since, time.monotonic()))

    async def _greet(self) -> None:
        world = self.world
        user = shapes.user_json(world.bot) | {"verified": True, "mfa_enabled": False}
        ready = {
            "v": 10,
            "user": user,
            "guilds": [{"id": str(server), "unavailable": True} for server in world.servers],
            "session_id": "benchmark",
            "shard": [0, 1],
            "private_channels": [],
            "relationships": [],
            "resume_gateway_url": self._gateway_url,
            "application": {"id": str(world.application_id), "flags": 0},
        }
        await self._dispatch("READY", json.dumps(ready))
        for server in world.servers.values():
            await self._dispatch("GUILD_CREATE", json.dumps(shapes.arriving_server_json(world, server)))
        self.told.set()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.method, request.path.removeprefix("/api/v10").strip("/").split("/"):
            case "POST", ["channels", channel, "messages"] if int(channel) in self._channels:
                return await self._within_limits(request, MESSAGE, int(channel), 0)
            case "POST", ["channels", channel, "messages", message, "threads"]:
                return await self._within_limits(request, THREAD, int(channel), int(message))
        return await super()._answer(request)

    async def _within_limits(self, request: web.BaseRequest, pattern: str, channel: int, message: int) -> web.StreamResponse:
        body = await request.json()
        headers: dict[str, str] = {}
        limited = self.limits.take("POST", pattern, str(channel), headers, is_bots=True)
        if limited is not None:
            self.limits.counts.answered(429)
            return await self._later(429, json.dumps(limited.body), limited.headers)
        self.calls.append(Call(time.monotonic(), "thread" if pattern == THREAD else "message", channel))
        if pattern == MESSAGE:
            said = json.loads(self._message(body["components"]))
            said |= {"id": str(self.world.new_id()), "channel_id": str(channel), "flags": body["flags"], "nonce": body["nonce"]}
            return await self._later(200, json.dumps(said), headers)
        thread = json.dumps(self._thread(self._channels[channel], message, body["name"]))
        answer = await self._later(201, thread, headers)
        with suppress(ConnectionError):  # the bot was stopped in the middle of it
            await self._dispatch("THREAD_CREATE", thread[:-1] + ',"newly_created":true}')
        return answer

    async def _later(self, status: int, text: str, headers: dict[str, str]) -> web.Response:
        await asyncio.sleep(self.latency)
        await self._goes_on.wait()
        return web.Response(status=status, body=text.encode(), headers={**headers, "Content-Type": "application/json"})

    def _thread(self, parent: Channel, message: int, name: str) -> dict[str, object]:
        owner, now = self.world.bot.id, self.world.clock()
        made = Channel(message, Kind.THREAD, name, parent.server_id, parent.id, owner_id=owner, created_at=now, joined={owner})
        return shapes.channel_json(self.world, made)
