"""The bot's sessions: who hears which event, what is kept for a resume, what is replayed.

Each session is a shard and hears only of its servers. Does not make events (world.py does) and doesn't speak the
protocol (connection.py does).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable

from aiohttp import web

from rehearsal import shapes
from rehearsal.connection import DISPATCH, HEARTBEAT, HEARTBEAT_EVERY, INVALID_SESSION, RECONNECT, Connection, frame
from rehearsal.session_starts import SessionStarts, Start
from rehearsal.things import Json
from rehearsal.world import World

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1, 1 << 1, 1 << 9, 1 << 12, 1 << 15
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
        event_frame = json.dumps(
            {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}, separators=(",", ":"), ensure_ascii=False
        )
        self.sent.append((self.sequence, event_frame))
        if self.connection is not None:
            self.connection.put(event_frame)


class Gateway:
    """All sessions. `keep` bounds the events kept per session for a resume; `starts` says when one may begin."""

    def __init__(self, world: World, starts: SessionStarts, *, keep: int = 1000) -> None:
        self.world = world
        self.starts = starts
        self.keep = keep
        self.heartbeat = HEARTBEAT_EVERY
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self.is_away = False
        """Nobody gets in, as while Discord has an outage."""
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
                session.connection.put(frame(RECONNECT, None))

    def ask_for_heartbeats(self) -> None:
        """Opcode 1: Discord may ask for one at any time, and gets it at once."""
        for session in self.connected:
            if session.connection is not None:
                session.connection.put(frame(HEARTBEAT, None))

    def invalidate(self, *, resumable: bool) -> None:
        """Opcode 9 in the middle of a session; the bot may resume it, or has to begin anew."""
        for session in self.connected:
            session.is_resumable = resumable
            if session.connection is not None:
                session.connection.put(frame(INVALID_SESSION, resumable))

    async def may_start(self, shard: int) -> Start:
        """Whether this shard may begin a session. More than a day allows costs the bot all its sessions and its token."""
        start = self.starts.take(shard)
        if start is Start.USED_UP:
            self.world.token = secrets.token_hex(16)
            await self.drop(4004, resumable=False)
        return start

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """The websocket's whole life."""
        if self.is_away:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(timeout=1.0, max_msg_size=1 << 20)
        await socket.prepare(request)
        connection = Connection(self, socket, compress=request.query.get("compress"))
        if request.query.get("v", "10") not in ("9", "10"):
            await connection.close(4012)
        elif request.query.get("encoding", "json") != "json":
            # Erlang's terms, which the stand-in doesn't speak
            await connection.close(4002)
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

    def resume_session(self, connection: Connection, session_id: str, sequence: int) -> int | None:
        """Replay what was missed, or say that this isn't possible (any more); the close code for what never was."""
        session = self.sessions.get(session_id)
        if session is not None and sequence > session.sequence:
            return 4007
        if session is None or not session.is_resumable or not self._replay(session, connection, sequence):
            self.sessions.pop(session_id, None)
            connection.put(frame(INVALID_SESSION, False))
        return None

    def _replay(self, session: Session, connection: Connection, sequence: int) -> bool:
        oldest = session.sent[0][0] if session.sent else session.sequence + 1
        if sequence + 1 < oldest:
            return False
        for number, missed in session.sent:
            if number > sequence:
                connection.put(missed)
        session.connection, connection.session = connection, session
        session.push("RESUMED", {})
        self._arrival.set()
        self.world.changed()
        return True

    def _hear(self, event: str, server_id: int | None, make: Callable[[], Json]) -> None:
        if server_id is not None and event != "GUILD_DELETE" and not self.world.servers[server_id].has_bot:
            return
        wanted = _intent(event, server_id)
        listeners = [s for s in self.sessions.values() if s.hears(server_id)]
        # what becomes of itself a bot hears without any intent
        if event not in ("GUILD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE"):
            listeners = [s for s in listeners if s.intents & wanted]
        if not listeners:
            return
        data = make()
        for session in listeners:
            if not session.intents & wanted and str(self.world.bot.id) not in _concerned(data):
                continue
            session.push(event, data if self._may_read(session, event, data) else _without_text(data))

    def _may_read(self, session: Session, event: str, data: Json) -> bool:
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT:
            return True
        me = str(self.world.bot.id)
        mentioned = any(user["id"] == me for user in data["mentions"])
        return "guild_id" not in data or mentioned or data["author"]["id"] == me


def _intent(event: str, server_id: int | None) -> int:
    if event.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if server_id is None else GUILD_MESSAGES
    return GUILD_MEMBERS if event.startswith(("GUILD_MEMBER_", "THREAD_MEMBERS_")) else GUILDS


def _concerned(data: Json) -> list[str]:
    """Whom an event of members is about."""
    if "user" in data:
        return [data["user"]["id"]]
    return [*(one["user_id"] for one in data.get("added_members", ())), *data.get("removed_member_ids", ())]


def _without_text(data: Json) -> Json:
    return data | {"content": "", "components": [], "embeds": [], "attachments": []}
