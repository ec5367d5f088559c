"""The websocket through which the bot hears of events: identify, heartbeat, resume with replay, close codes.

Each session is a shard and hears only of its servers. Does not interpret events; world.py makes them.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from rehearsal import shapes
from rehearsal.things import Json
from rehearsal.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1, 1 << 1, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | 1 << 8 | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1

HEARTBEAT_EVERY = 41.25
"""Seconds; a client that is silent for half as long again is cut off."""
MOST_DETACHED = 16


class Session:
    """One shard of the bot, connected or not; keeps the latest events for a resume."""

    def __init__(self, shard: tuple[int, int], intents: int, keep: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.sequence = 0
        self.sent: deque[tuple[int, str]] = deque(maxlen=keep)
        self.connection: Connection | None = None
        self.is_resumable = True

    def hears(self, server_id: int | None) -> bool:
        index, count = self.shard
        return index == (0 if server_id is None else (server_id >> 22) % count)

    def push(self, event: str, data: Json) -> None:
        self.sequence += 1
        frame = json.dumps(
            {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}, separators=(",", ":"), ensure_ascii=False
        )
        self.sent.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.put(frame)


class Gateway:
    """All sessions. `keep` bounds the events kept per session for a resume."""

    def __init__(self, world: World, *, keep: int = 1000) -> None:
        self.world = world
        self.keep = keep
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self._arrival = asyncio.Event()
        self.unknown: Callable[[str], None] = lambda what: None
        world.listen(self._hear)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.connection is not None]

    async def so_many(self, shards: int) -> None:
        """Wait until so many shards are connected."""
        while len(self.connected) < shards:
            self._arrival.clear()
            await self._arrival.wait()

    def send_interaction(self, server_id: int | None, payload: Json) -> bool:
        """False if no bot hears that server, not even one that may still resume."""
        listeners = [session for session in self.sessions.values() if session.hears(server_id)]
        for session in listeners:
            session.push("INTERACTION_CREATE", payload)
        return bool(listeners)

    async def drop(self, code: int, *, resumable: bool) -> None:
        for session in self.connected:
            session.is_resumable = resumable
            if session.connection is not None:
                await session.connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Opcode 7, as Discord sends it before it restarts a gateway machine."""
        for session in self.connected:
            if session.connection is not None:
                session.connection.put(_frame(RECONNECT, None))

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """The websocket's whole life."""
        socket = web.WebSocketResponse(max_msg_size=4096 * 4, autoping=True)
        await socket.prepare(request)
        connection = Connection(self, socket, compress=request.query.get("compress") == "zlib-stream")
        if request.query.get("v", "10") not in ("9", "10"):
            await connection.close(4012)
        else:
            await connection.live()
        return socket

    def open_session(self, connection: Connection, shard: tuple[int, int], intents: int) -> None:
        self.identifies += 1
        session = Session(shard, intents, self.keep)
        detached = [s for s in self.sessions.values() if s.connection is None]
        for old in [s for s in detached if s.shard == shard] + detached[: max(0, len(detached) - MOST_DETACHED)]:
            # the bot came back without resuming: what was queued for its old self is lost
            self.sessions.pop(old.id, None)
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        world = self.world
        mine = [server for server in world.servers.values() if server.has_bot and session.hears(server.id)]
        session.push(
            "READY",
            {
                "v": 10, "user": shapes.user_json(world.bot) | {"verified": True, "mfa_enabled": False},
                "guilds": [{"id": str(server.id), "unavailable": True} for server in mine],
                "session_id": session.id, "shard": list(shard), "private_channels": [], "relationships": [],
                "resume_gateway_url": world.base_url.replace("http", "ws", 1) + "/gateway",
                "application": {"id": str(world.application_id), "flags": 0},
            },
        )  # fmt: skip
        if intents & GUILDS:
            for server in mine:
                session.push("GUILD_CREATE", shapes.arriving_server_json(world, server))
        self._arrival.set()
        world.changed()

    def resume_session(self, connection: Connection, session_id: str, sequence: int) -> bool:
        """Replay what was missed; False if that isn't possible (any more)."""
        session = self.sessions.get(session_id)
        if session is None or not session.is_resumable or sequence > session.sequence:
            self.sessions.pop(session_id, None)
            return False
        oldest = session.sent[0][0] if session.sent else session.sequence + 1
        if sequence + 1 < oldest:
            self.sessions.pop(session_id, None)
            return False
        for number, frame in session.sent:
            if number > sequence:
                connection.put(frame)
        session.connection, connection.session = connection, session
        session.push("RESUMED", {})
        self._arrival.set()
        self.world.changed()
        return True

    def _hear(self, event: str, server_id: int | None, make: Callable[[], Json]) -> None:
        if server_id is not None and event != "GUILD_DELETE" and not self.world.servers[server_id].has_bot:
            return
        wanted = _intent(event, server_id)
        listeners = [s for s in self.sessions.values() if s.intents & wanted and s.hears(server_id)]
        if not listeners:
            return
        data = make()
        for session in listeners:
            session.push(event, data if self._may_read(session, event, data) else _without_text(data))

    def _may_read(self, session: Session, event: str, data: Json) -> bool:
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT:
            return True
        me = str(self.world.bot.id)
        mentioned = any(user["id"] == me for user in data["mentions"])
        return "guild_id" not in data or mentioned or data["author"]["id"] == me


class Connection:
    """One socket, from hello to its close; what it carries belongs to its session."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self.gateway = gateway
        self.socket = socket
        self.session: Session | None = None
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._zlib = zlib.compressobj() if compress else None
        self._received: deque[float] = deque(maxlen=120)
        self._goodbye: int | None = None

    def put(self, frame: str) -> None:
        self._out.put_nowait(frame)

    async def live(self) -> None:
        writer = asyncio.create_task(self._write())
        self.put(_frame(HELLO, {"heartbeat_interval": int(HEARTBEAT_EVERY * 1000)}))
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
                frame = await self._out.get()
                if self._zlib is None:
                    await self.socket.send_str(frame)
                else:
                    squeezed = self._zlib.compress(frame.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(squeezed)

    async def _read(self) -> None:
        while not self.socket.closed:
            try:
                received = await self.socket.receive(timeout=HEARTBEAT_EVERY * 1.5)
            except TimeoutError:
                await self.close(4009)
                return
            if received.type is WSMsgType.CLOSE:
                # the socket's own close_code can't tell the bot's code from ours
                self._goodbye = received.data
            if received.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            code = self._too_often() or self._understand(received.data)
            if code is not None:
                await self.close(code)
                return

    def _too_often(self) -> int | None:
        now = asyncio.get_running_loop().time()
        full = len(self._received) == 120 and now - self._received[0] < 60
        self._received.append(now)
        return 4008 if full else None

    def _understand(self, frame: str | bytes) -> int | None:
        """Do what the client asks; the close code if it may not."""
        try:
            said = json.loads(frame)
            op, data = said["op"], said.get("d")
        except (ValueError, KeyError, TypeError):
            return 4002
        if op == HEARTBEAT:
            self.put(_frame(HEARTBEAT_ACK, None))
        elif op == IDENTIFY:
            return self._identify(data)
        elif op == RESUME:
            return self._resume(data)
        elif self.session is None:
            return 4003
        elif op in (VOICE_STATE, REQUEST_MEMBERS):
            self.gateway.unknown(f"op {op}")
        elif op != PRESENCE:
            return 4001
        return None

    def _identify(self, data: Any) -> int | None:
        if self.session is not None:
            return 4005
        world = self.gateway.world
        if not isinstance(data, dict) or data.get("token") != world.token:
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
        self.gateway.open_session(self, (shard[0], shard[1]), intents)
        return None

    def _resume(self, data: Any) -> int | None:
        if self.session is not None:
            return 4005
        if not isinstance(data, dict) or data.get("token") != self.gateway.world.token:
            return 4004
        if not self.gateway.resume_session(self, str(data.get("session_id")), int(data.get("seq") or 0)):
            self.put(_frame(INVALID_SESSION, False))
        return None


def _intent(event: str, server_id: int | None) -> int:
    if event.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if server_id is None else GUILD_MESSAGES
    return GUILD_MEMBERS if event.startswith("GUILD_MEMBER_") else GUILDS


def _without_text(data: Json) -> Json:
    return data | {"content": "", "components": [], "embeds": [], "attachments": []}


def _frame(op: int, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})
