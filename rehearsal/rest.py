"""The REST API's front door: finds the route, checks the bot's token, reads the body, answers in Discord's form.

What a route does stands in rest_*.py. A call that the stand-in doesn't know is answered 501 and written down.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from aiohttp import BodyPartReader, web

from rehearsal.composing import Upload
from rehearsal.refusals import Refusal, bad_json, unauthorized
from rehearsal.things import Json
from rehearsal.world import World

PREFIX = "/api/v10"
MOST_FILE_BYTES = 10 * 1024 * 1024


@dataclass(slots=True)
class Call:
    """One call of the bot; `status` is what it was answered, `files` what it uploaded."""

    method: str
    path: str
    query: Mapping[str, str]
    at: datetime
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)
    status: int = 0

    @property
    def json(self) -> Json:
        """The body as an object; Discord's refusal if it is none."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise bad_json()
        return self.body


class UnknownCall(NamedTuple):
    method: str
    path: str
    at: datetime


class Reply(NamedTuple):
    status: int
    body: Any = None


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
    times: int
    retry_after: float
    done: bool


class Rest:
    """The routes, and what became of every call. `keep` bounds the calls remembered."""

    def __init__(self, world: World, routes: list[Route], *, keep: int = 2000) -> None:
        self.world = world
        self.requests: deque[Call] = deque(maxlen=keep)
        self.unknown_calls: deque[UnknownCall] = deque(maxlen=200)
        self.troubles: list[Trouble] = []
        self._routes: dict[tuple[str, int], list[tuple[re.Pattern[str], Route, str]]] = {}
        for route in routes:
            pattern = re.compile(re.escape(route.pattern).replace(r"\{\}", r"([^/]+)"))
            bucket = f"{zlib.crc32((route.method + route.pattern).encode()):08x}"
            key = (route.method, route.pattern.count("/"))
            self._routes.setdefault(key, []).append((pattern, route, bucket))

    async def answer(self, request: web.Request) -> web.Response:
        path = request.raw_path.partition("?")[0].removeprefix(PREFIX)
        call = Call(request.method, path, request.query, self.world.clock())
        self.requests.append(call)
        headers: dict[str, str] = {}
        try:
            reply = await self._reply(call, request, headers)
        except Refusal as refusal:
            reply = Reply(refusal.status, refusal.body)
        call.status = reply.status
        # the upload's bytes live on in the message; here they would only fill the memory
        call.files = {index: Upload(upload.name, b"") for index, upload in call.files.items()}
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        text = json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False)
        # exactly this type: discord.py takes anything else, even a charset, for plain text
        return web.Response(status=reply.status, body=text.encode(), headers={**headers, "Content-Type": "application/json"})

    async def _reply(self, call: Call, request: web.Request, headers: dict[str, str]) -> Reply:
        await _read_body(call, request)
        trouble = self._trouble(call)
        if trouble is not None and not trouble.done:
            return _troubled(trouble, headers)
        found = self._find(call)
        if found is None:
            self.unknown_calls.append(UnknownCall(call.method, call.path, call.at))
            self.world.changed()
            return Reply(501, {"message": "The rehearsal doesn't know this call.", "code": 0})
        route, bucket, ids = found
        if route.limited:
            headers.update(_limits(bucket))
        if route.by_bot and request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise unauthorized()
        reply = route.handler(call, *ids)
        return _troubled(trouble, headers) if trouble is not None else reply

    def _find(self, call: Call) -> tuple[Route, str, tuple[str, ...]] | None:
        for pattern, route, bucket in self._routes.get((call.method, call.path.count("/")), ()):
            found = pattern.fullmatch(call.path)
            if found is not None:
                return route, bucket, found.groups()
        return None

    def _trouble(self, call: Call) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.method == call.method and trouble.path_part in call.path:
                trouble.times -= 1
                if trouble.times <= 0:
                    self.troubles.remove(trouble)
                return trouble
        return None


async def _read_body(call: Call, request: web.Request) -> None:
    if not request.can_read_body:
        return
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise bad_json()
            content = bytes(await part.read())
            name = part.name or ""
            if name == "payload_json":
                call.body = _parsed(content)
            elif name.startswith("files[") and name[6:-1].isdigit():
                if len(content) > MOST_FILE_BYTES:
                    raise Refusal(413, 40005, "Request entity too large")
                call.files[int(name[6:-1])] = Upload(part.filename or "unknown", content)
    else:
        raw = await request.read()
        if raw:
            if request.content_type != "application/json":
                raise bad_json()
            call.body = _parsed(raw)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise bad_json() from None


def _limits(bucket: str) -> dict[str, str]:
    """Plentiful: the stand-in counts nothing, and a client that obeys the headers never has to wait."""
    return {
        "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999", "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": bucket, "Via": "1.1 rehearsal",
    }  # fmt: skip


_TROUBLES: dict[int, Json] = {
    401: {"message": "401: Unauthorized", "code": 0},
    403: {"message": "Missing Permissions", "code": 50013},
    404: {"message": "404: Not Found", "code": 0},
}


def _troubled(trouble: Trouble, headers: dict[str, str]) -> Reply:
    if trouble.status == 429:
        # discord.py takes a 429 without Via for a ban by Cloudflare
        headers |= {
            "Via": "1.1 rehearsal", "Retry-After": str(trouble.retry_after), "X-RateLimit-Scope": "user",
        }  # fmt: skip
        return Reply(429, {"message": "You are being rate limited.", "retry_after": trouble.retry_after, "global": False})
    return Reply(trouble.status, _TROUBLES.get(trouble.status, {"message": f"{trouble.status}", "code": 0}))
