"""The REST API's front door: finds the route, checks the bot's token, reads the body, answers in Discord's form.

What a route does stands in routes/, how often it may be called in rate_limits.py. A call that the stand-in doesn't know is
answered 501 and written down.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from rehearsal.composing import Upload
from rehearsal.rate_limits import RateLimits, too_often
from rehearsal.refusals import Refusal, bad_json, invalid, unauthorized
from rehearsal.things import Json
from rehearsal.tokens import is_token
from rehearsal.world import World

PREFIX = "/api/v10"
MOST_FILE_BYTES = 10 * 1024 * 1024


@dataclass(slots=True)
class Call:
    """One call of the bot, the `number`th; `status` and `answer` are what it was answered (0 and None: nothing, the line was
    cut), `took` after how many seconds, `size` the bytes of its body and files, `files` what it uploaded, `sent` its JSON as it
    came: `body` is completed on its way into a message."""

    method: str
    path: str
    query: Mapping[str, str]
    at: datetime
    body: Any = None
    sent: bytes = b""
    files: dict[int, Upload] = field(default_factory=dict)
    status: int = 0
    number: int = 0
    answer: Any = None
    took: float = 0.0
    size: int = 0

    @property
    def json(self) -> Json:
        """The body as an object; Discord's refusal if it is none."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise bad_json()
        return self.body


_ID_NAMES = {"members": "user_id", "thread-members": "user_id"}
"""How Discord calls an id by the word before it, where that isn't the word itself."""


class UnknownCall(NamedTuple):
    method: str
    path: str
    at: datetime


class Reply(NamedTuple):
    """An answer; `arranged`: what somebody ordered, in place of Discord's."""

    status: int
    body: Any = None
    arranged: bool = False


Handler = Callable[..., Reply]
"""Takes the Call, then the path's ids as strings."""


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` is a path with `{}` for each id. Without `by_bot` the path's own token is the key, and with
    `limited=False` Discord sends no rate-limit headers."""

    method: str
    pattern: str
    handler: Handler
    by_bot: bool = True
    limited: bool = True


@dataclass(slots=True)
class Trouble:
    """What StandIn.misbehave arranged. With `done` the call is carried out and only its answer gets lost."""

    method: str
    path_part: str
    status: int
    body: Json
    times: int
    done: bool


OnCall = Callable[[str, str, str], Awaitable[None] | None]
"""Hears of every call of the bot twice: its method, its path, and a phase: "arrived" before it is carried out, "done" after
that and before the answer is sent."""


class Lost(Exception):
    """Raised by an OnCall: the connection breaks here. What was carried out stays; no answer comes."""


Witness = Callable[[Call, Reply, Mapping[str, str]], None]
"""Sees a call together with its answer and that one's headers."""


class Rest:
    """The routes, and what became of every call. `keep` bounds the calls remembered; `latency` is in seconds, and passes
    before each answer. `witnesses` see every call to every stand-in of this process that was answered; for tests."""

    witnesses: ClassVar[list[Witness]] = []

    def __init__(self, world: World, routes: list[Route], limits: RateLimits, *, keep: int = 2000) -> None:
        self.world = world
        self.limits = limits
        self.routes = routes
        self.latency = 0.0
        self.on_call: OnCall | None = None
        self.requests: deque[Call] = deque(maxlen=keep)
        self.unknown_calls: deque[UnknownCall] = deque(maxlen=200)
        self.troubles: list[Trouble] = []
        self._numbers = itertools.count(1)
        self._routes: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = {}
        for route in routes:
            pattern = re.compile(re.escape(route.pattern).replace(r"\{\}", r"([^/]+)"))
            key = (route.method, route.pattern.count("/"))
            self._routes.setdefault(key, []).append((pattern, route))

    async def answer(self, request: web.Request) -> web.Response:
        barred = self.limits.barred_for()
        if barred:
            # not from Discord itself, but from what stands before it: no JSON, no Via
            return web.Response(status=429, text="error code: 1015", headers={"Retry-After": str(math.ceil(barred))})
        # some clients write @original as %40original
        path = unquote(request.raw_path.partition("?")[0].removeprefix(PREFIX))
        call = Call(request.method, path, request.query, self.world.clock(), number=next(self._numbers))
        began = time.monotonic()
        self.requests.append(call)
        headers: dict[str, str] = {}
        try:
            reply = await self._reply(call, request, headers)
            await self._tell(call, "done")
        except Lost:
            call.took = time.monotonic() - began
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)
        self.limits.answered(reply.status)
        if self.latency:
            await asyncio.sleep(self.latency)
        call.status, call.answer, call.took = reply.status, reply.body, time.monotonic() - began
        for witness in self.witnesses:
            witness(call, reply, headers)
        # the upload's bytes live on in the message; here they would only fill the memory
        call.files = {index: Upload(upload.name, b"") for index, upload in call.files.items()}
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        text = json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False)
        # exactly this type: discord.py takes anything else, even a charset, for plain text
        return web.Response(status=reply.status, body=text.encode(), headers={**headers, "Content-Type": "application/json"})

    async def _reply(self, call: Call, request: web.Request, headers: dict[str, str]) -> Reply:
        try:
            await _read_body(call, request)
            await self._tell(call, "arrived")
            found = self._find(call)
            if found is None:
                return self._unknown(call)
            route, ids = found
            return self._carried_out(call, route, ids, request, headers)
        except Refusal as refusal:
            headers |= refusal.headers
            return Reply(refusal.status, refusal.body)

    def _carried_out(self, call: Call, route: Route, ids: tuple[str, ...], request: web.Request, headers: dict[str, str]) -> Reply:
        """The route's answer; or, beyond a limit or in trouble, another."""
        trouble = self._trouble(call)
        # a call that is refused for being too many doesn't count
        if route.limited and not (trouble is not None and trouble.status == 429 and not trouble.done):
            major = ids[0] if ids else ""
            limited = self.limits.take(call.method, route.pattern, major, headers, is_bots=route.by_bot)
            if limited is not None:
                headers |= limited.headers
                return Reply(429, limited.body)
        if trouble is not None:
            self._use_up(trouble)
        if trouble is None or trouble.done:
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            if route.by_bot and not (kind == "Bot" and is_token(self.world, token)):
                raise unauthorized()
            _check_ids(route, ids)
            reply = route.handler(call, *ids)
            if trouble is None:
                return reply
        return _too_often(trouble, headers) if trouble.status == 429 else Reply(trouble.status, trouble.body, True)

    def _unknown(self, call: Call) -> Reply:
        self.unknown_calls.append(UnknownCall(call.method, call.path, call.at))
        self.world.changed()
        return Reply(501, {"message": "The rehearsal doesn't know this call.", "code": 0})

    async def _tell(self, call: Call, phase: str) -> None:
        heard = None if self.on_call is None else self.on_call(call.method, call.path, phase)
        if heard is not None:
            await heard

    def _find(self, call: Call) -> tuple[Route, tuple[str, ...]] | None:
        for pattern, route in self._routes.get((call.method, call.path.count("/")), ()):
            found = pattern.fullmatch(call.path)
            if found is not None:
                return route, found.groups()
        return None

    def _trouble(self, call: Call) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.method == call.method and trouble.path_part in call.path:
                return trouble
        return None

    def _use_up(self, trouble: Trouble) -> None:
        trouble.times -= 1
        if trouble.times <= 0:
            self.troubles.remove(trouble)


def _check_ids(route: Route, ids: tuple[str, ...]) -> None:
    """Discord's refusal, if what stands for an id in the path can't be one."""
    for place, given in enumerate(ids):
        if not (given.isdigit() and given.isascii() and len(given) <= 20) and (route.by_bot or place != 1):
            before = [word for word, slot in pairwise(route.pattern.split("/")) if slot == "{}"][place]
            name = _ID_NAMES.get(before, before[:-1] + "_id")
            raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{given}" is not snowflake.')


async def _read_body(call: Call, request: web.Request) -> None:
    if not request.can_read_body:
        return
    call.size = request.content_length or 0
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise bad_json()
            content = bytes(await part.read())
            name = part.name or ""
            if name == "payload_json":
                call.sent, call.body = content, _parsed(content)
            elif name.startswith("files[") and name[6:-1].isdigit():
                if len(content) > MOST_FILE_BYTES:
                    raise Refusal(413, 40005, "Request entity too large")
                call.files[int(name[6:-1])] = Upload(part.filename or "unknown", content)
    else:
        raw = await request.read()
        if raw:
            if request.content_type != "application/json":
                raise bad_json()
            call.sent, call.body = raw, _parsed(raw)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise bad_json() from None


def _too_often(trouble: Trouble, headers: dict[str, str]) -> Reply:
    limited = too_often(headers, trouble.body["retry_after"], is_global=trouble.body["global"])
    headers |= limited.headers
    return Reply(429, limited.body | {key: trouble.body[key] for key in ("code", "message") if key in trouble.body})
