"""One websocket of the bot, from hello to its close: heartbeats, identify, resume, close codes.

What it carries, and what outlives it, belongs to its session (gateway.py).
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from rehearsal import squeezing
from rehearsal.member_lists import chunks
from rehearsal.session_starts import Start
from rehearsal.tokens import is_token

if TYPE_CHECKING:
    from rehearsal.gateway import Gateway, Session

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""The intents that Discord grants only on request: members, presences, message content."""
KNOWN_INTENTS = (1 << 26) - 1

HEARTBEAT_EVERY = 41.25
"""Seconds; a client without a heartbeat for half as long again is cut off."""
LONGEST_FRAME = 4096
"""What a client may say at once."""


def frame(op: int, data: Any) -> str:
    """What is said outside the sequence of events."""
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


class Connection:
    """One socket, from hello to its close; what it carries belongs to its session."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, *, compress: str | None) -> None:
        self.gateway = gateway
        self.socket = socket
        self.session: Session | None = None
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._squeeze = squeezing.stream(compress)
        self._received: deque[float] = deque(maxlen=120)
        self._goodbye: int | None = None
        self._due = asyncio.get_running_loop().time() + gateway.heartbeat * 1.5

    def put(self, text: str) -> None:
        self._out.put_nowait(text)

    async def live(self) -> None:
        writer = asyncio.create_task(self._write())
        self.put(frame(HELLO, {"heartbeat_interval": int(self.gateway.heartbeat * 1000)}))
        try:
            await self._read()
        finally:
            writer.cancel()
            self._leave()

    async def close(self, code: int) -> None:
        self._detach()
        # the other side may be gone already
        with suppress(ConnectionError, RuntimeError):
            await self.socket.close(code=code)

    def _detach(self) -> None:
        if self.session is not None and self.session.connection is self:
            self.session.connection = None
            self.gateway.world.changed()

    def _leave(self) -> None:
        """The bot's own goodbye (1000, 1001) ends its session; anything else leaves it to be resumed."""
        self._detach()
        if self.session is not None and self._goodbye in (1000, 1001):
            self.gateway.sessions.pop(self.session.id, None)
            self.gateway.world.changed()

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                said = self._squeeze(await self._out.get())
                if isinstance(said, str):
                    await self.socket.send_str(said)
                else:
                    await self.socket.send_bytes(said)

    async def _read(self) -> None:
        while not self.socket.closed:
            try:
                async with asyncio.timeout_at(self._due):
                    received = await self.socket.receive()
            except TimeoutError:
                await self.close(4009)
                return
            if received.type is WSMsgType.CLOSE:
                # the socket's own close_code can't tell the bot's code from ours
                self._goodbye = received.data
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            code = self._too_often() or await self._understand(received.data)
            if code is not None:
                await self.close(code)
                return

    def _too_often(self) -> int | None:
        now = asyncio.get_running_loop().time()
        full = len(self._received) == 120 and now - self._received[0] < 60
        self._received.append(now)
        return 4008 if full else None

    async def _understand(self, text: str | bytes) -> int | None:
        """Do what the client asks; the close code if it may not."""
        if len(text) > LONGEST_FRAME:
            return 4002
        try:
            said = json.loads(text)
            op, data = said["op"], said.get("d")
        except (ValueError, KeyError, TypeError):
            return 4002
        if op == HEARTBEAT:
            self._due = asyncio.get_running_loop().time() + self.gateway.heartbeat * 1.5
            self.put(frame(HEARTBEAT_ACK, None))
        elif op == IDENTIFY:
            return await self._identify(data)
        elif op == RESUME:
            return self._resume(data)
        elif self.session is None:
            return 4003
        elif op == REQUEST_MEMBERS:
            for chunk in chunks(self.gateway.world, data, self.session.intents):
                self.session.push("GUILD_MEMBERS_CHUNK", chunk)
        elif op == VOICE_STATE:
            self.gateway.unknown(f"op {op}")
        elif op != PRESENCE:
            return 4001
        return None

    async def _identify(self, data: Any) -> int | None:
        if self.session is not None:
            return 4005
        world = self.gateway.world
        if not isinstance(data, dict) or not is_token(world, data.get("token")):
            return 4004
        intents, shard = data.get("intents"), data.get("shard") or [0, 1]
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        if intents & PRIVILEGED & ~world.privileged_intents:
            return 4014
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            return 4010
        mine = [s for s in world.servers.values() if s.has_bot and (s.id >> 22) % shard[1] == shard[0]]
        if len(mine) > world.servers_per_shard:
            return 4011
        if data.get("compress") and self._squeeze is squeezing.plain:
            self._squeeze = squeezing.each
        start = await self.gateway.may_start(shard[0])
        if start is Start.USED_UP:
            return 4004
        if start is Start.TOO_EARLY:
            self.put(frame(INVALID_SESSION, False))
        else:
            self.gateway.open_session(self, (shard[0], shard[1]), intents)
        return None

    def _resume(self, data: Any) -> int | None:
        if self.session is not None:
            return 4005
        if not isinstance(data, dict) or not is_token(self.gateway.world, data.get("token")):
            return 4004
        sequence = data.get("seq") or 0
        if not isinstance(sequence, int):
            return 4007
        return self.gateway.resume_session(self, str(data.get("session_id")), sequence)
