"""A lean stand-in for Discord: it sends presses to one bot and takes its answers, as cheaply as it can.

The rehearsal's stand-in checks every limit and remembers every message, which costs more than a bot does per click. This one
checks nothing. What it sends is shaped as Discord's: compressed frames, the pressed card inside each press, and the whole
message in the receipt of each answer, since reading those is a part of what a click costs a bot.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from benchmarks.load_shapes import application_json, message_template
from rehearsal import components as parts
from rehearsal import shapes
from rehearsal.things import Channel
from rehearsal.world import World

Json = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, HELLO, HEARTBEAT_ACK = 0, 1, 2, 10, 11
COMMAND, COMPONENT = 2, 3
LATER = (5, 6)
"""An answer's type when the answer itself comes later."""
PATIENCE = 10.0
"""Seconds after which a press counts as unanswered."""
BEGAN = datetime(2026, 11, 23, 18, tzinfo=UTC)
DISCORD_EPOCH = 1420070400000
FIRST_LEARNER = 700_000_000_000_000_000
_ID, _TOKEN, _USER = "«id»", "«token»", "«user»"
"""Stand in a template for what differs from press to press."""


class Press:
    """One control of one card, ready to be pressed by anybody: the event's JSON with three gaps."""

    def __init__(self, template: str) -> None:
        self._template = template

    def event(self, number: int, user: int) -> str:
        filled = self._template.replace(_ID, str(number)).replace(_TOKEN, f"a-token-as-long-as-those-of-discord-are-{number}")
        return filled.replace(_USER, str(user))


class Load:
    """One port for one bot. `identified_at` is when (of `perf_counter`) it last came to the gateway, `told` is set when it then
    was told of its server."""

    def __init__(self) -> None:
        # the clock stands still, so that every stand-in's server has the same ids and a press can be sent to any bot
        self.world = World.evening(clock=lambda: BEGAN)
        self.room = self.world.server.channel_named("study-room")
        self.identified_at = 0.0
        self.told = asyncio.Event()
        self.commands: list[Json] = []
        self.posted: list[Json] = []
        """The cards that the bot posted in public: the bodies of its calls."""
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._zlib = zlib.compressobj()
        self._sequence = itertools.count(1)
        self._runner: web.ServerRunner | None = None
        self._receipt_head = message_template(self.world, self.room)

    async def start(self) -> str:
        """Listen on this machine only; the address."""
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, shutdown_timeout=1).start()
        self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.world.base_url

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what people do

    async def command(self, name: str, subcommand: str = "", /, **options: str | int) -> Json:
        """The moderator types a command; the answer's `data`."""
        given = [{"name": key, "type": 3 if isinstance(value, str) else 4, "value": value} for key, value in options.items()]
        data: Json = {"id": "5", "name": name, "type": 1, "options": given}
        if subcommand:
            data["options"] = [{"name": subcommand, "type": 1, "options": given}]
        moderator = self.world.server.member_named("Mo").id
        return _data(await self.send(self._template(COMMAND, data, may=self.world.may(moderator, self.room)), moderator))

    async def press(self, components: list[Json], control: Json, user: int, value: str | None = None) -> Json:
        """Somebody uses a control on a private card of theirs; the answer's `data`."""
        return _data(await self.send(self.prepare(components, control, value), user))

    def typed(self, name: str, room: Channel) -> Press:
        """A learner of a room's types a command without options."""
        return self._template(COMMAND, {"id": "5", "name": name, "type": 1, "options": []}, room=room)

    def prepare(self, components: list[Json], control: Json, value: str | None = None, room: Channel | None = None) -> Press:
        """A press that can be sent many times."""
        data: Json = {"custom_id": control["custom_id"], "component_type": control["type"], "id": control.get("id", 1)}
        if value is not None:
            data["values"] = [value]
        message = json.loads(self._receipt_head) | {"components": components}
        return self._template(COMPONENT, data, message, room=room)

    async def send(self, press: Press, user: int) -> bytes:
        """Send a press; the body of the bot's answer. TimeoutError if none comes."""
        number = (int(time.time() * 1000) - DISCORD_EPOCH) << 22 | (next(self._numbers) & 0x3FFFFF)
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[str(number)] = answered
        await self._dispatch("INTERACTION_CREATE", press.event(number, user))
        try:
            async with asyncio.timeout(PATIENCE):
                return await answered
        finally:
            del self._waiting[str(number)]

    # -- the gateway

    async def _dispatch(self, event: str, data: str) -> None:
        await self._frame(f'{{"t":"{event}","s":{next(self._sequence)},"op":{DISPATCH},"d":{data}}}')

    async def _frame(self, frame: str) -> None:
        if self._socket is None:
            raise ConnectionError("the bot is not connected")
        # no await between compressing and handing over: the frames share one stream
        await self._socket.send_bytes(self._zlib.compress(frame.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))

    async def _gateway(self, request: web.BaseRequest) -> web.WebSocketResponse:
        if request.query.get("compress") != "zlib-stream":
            raise web.HTTPBadRequest(reason="this stand-in speaks zlib-stream only")
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self._socket, self._zlib, self._sequence = socket, zlib.compressobj(), itertools.count(1)
        await self._frame(json.dumps({"op": HELLO, "d": {"heartbeat_interval": 41250}}))
        async for received in socket:
            if received.type is WSMsgType.TEXT:
                op = json.loads(received.data)["op"]
                if op == HEARTBEAT:
                    await self._frame(json.dumps({"op": HEARTBEAT_ACK}))
                elif op == IDENTIFY:
                    self.identified_at = time.perf_counter()
                    await self._greet()
        return socket

    async def _greet(self) -> None:
        world = self.world
        user = shapes.user_json(world.bot) | {"verified": True, "mfa_enabled": False}
        ready: Json = {
            "v": 10,
            "user": user,
            "guilds": [{"id": str(world.server.id), "unavailable": True}],
            "session_id": "benchmark",
            "shard": [0, 1],
            "private_channels": [],
            "relationships": [],
            "resume_gateway_url": self._gateway_url,
            "application": {"id": str(world.application_id), "flags": 0},
        }
        await self._dispatch("READY", json.dumps(ready))
        await self._dispatch("GUILD_CREATE", json.dumps(shapes.arriving_server_json(world, world.server)))
        self.told.set()

    @property
    def _gateway_url(self) -> str:
        return self.world.base_url.replace("http", "ws", 1) + "/gateway"

    # -- REST

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.method, request.path.removeprefix("/api/v10").strip("/").split("/"):
            case "POST", ["interactions", number, _, "callback"]:
                receipt = self._take(number, await request.read())
                return _reply(receipt) if "with_response" in request.query else web.Response(status=204)
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                body = _json_part(await request.read())
                self._settle(token.rpartition("-")[2], body)
                return _reply(self._message(json.loads(body)["components"]))
            case "GET", ["gateway"]:
                return await self._gateway(request)
            case "GET", ["gateway", "bot"]:
                limits = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
                return _reply(json.dumps({"url": self._gateway_url, "shards": 1, "session_start_limit": limits}))
            case "GET", ["users", "@me"]:
                return _reply(json.dumps(shapes.user_json(self.world.bot) | {"verified": True, "mfa_enabled": False}))
            case "GET", ["oauth2", "applications", "@me"]:
                return _reply(json.dumps(application_json(self.world)))
            case "GET", ["applications", _, "commands"]:
                return _reply(json.dumps(self.commands))
            case "PUT", ["applications", application, "commands"]:
                known = {"id": "5", "application_id": application, "version": "1"}
                self.commands = [one | known for one in await request.json()]
                return _reply(json.dumps(self.commands))
            case "POST", ["channels", _, "messages"]:
                self.posted.append(await request.json())
                return _reply(self._message(self.posted[-1]["components"]))
        return web.json_response({"code": 0, "message": "404: Not Found"}, status=404)

    def _settle(self, number: str, body: bytes) -> None:
        """Give the answer to who waits for it."""
        answered = self._waiting.get(number)
        if answered is not None and not answered.done():
            answered.set_result(body)

    def _take(self, number: str, body: bytes) -> str:
        """An answer, or word that it comes later; the receipt."""
        said = json.loads(_json_part(body))
        if said["type"] not in LATER:
            self._settle(number, body)
        message = self._message(said.get("data", {}).get("components", []))
        return (
            f'{{"interaction":{{"id":"{number}","type":3,"response_message_id":"{number}","response_message_loading":false,'
            f'"response_message_ephemeral":true}},"resource":{{"type":{said["type"]},"message":{message}}}}}'
        )

    def _message(self, components: list[Json]) -> str:
        parts.number(components)
        return self._receipt_head[:-1] + ',"components":' + json.dumps(components) + "}"

    # -- shapes

    def _template(
        self, kind: int, data: Json, message: Json | None = None, *, may: int | None = None, room: Channel | None = None
    ) -> Press:
        """From the study room, or another room of another server's."""
        world, room = self.world, room or self.room
        server = world.servers[room.server_id or 0]
        ada = world.server.members[world.server.member_named("Ada").id]
        rights = may or world.may(ada.user.id, self.room)
        member = shapes.member_json(ada, may=rights)
        member["user"] |= {"id": _USER, "username": f"learner.{_USER}", "global_name": "A learner"}
        event: Json = {
            "id": _ID,
            "application_id": str(world.application_id),
            "type": kind,
            "data": data,
            "token": _TOKEN,
            "version": 1,
            "channel_id": str(room.id),
            "channel": shapes.channel_json(world, room) | {"permissions": str(rights)},
            "guild_id": str(server.id),
            "guild": {"id": str(server.id), "locale": server.locale, "features": []},
            "guild_locale": server.locale,
            "locale": "en-US",
            "member": member,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(server.id)},
            "context": 0,
            "app_permissions": str(world.bot_may(room.id)),
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if message is not None:
            event["message"] = message
        return Press(json.dumps(event, ensure_ascii=False))


def _json_part(body: bytes) -> bytes:
    """With files, the JSON is the first part of several."""
    return body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0] if body.startswith(b"--") else body


def _data(body: bytes) -> Json:
    said: Json = json.loads(body)["data"]
    parts.number(said.get("components", []))
    return said


def _reply(text: str) -> web.Response:
    return web.Response(body=text.encode(), content_type="application/json")
