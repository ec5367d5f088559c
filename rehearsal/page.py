"""The page in the browser: hands out its files, and keeps one WebSocket per open page.

What happens on the page is done by a `Person`, exactly as in the tests; this file only translates. It answers nobody
but a browser on this machine that opened the page from here: any other Host or Origin is refused, so that no web page
somewhere else can play in this rehearsal.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from rehearsal import page_door
from rehearsal.desk_line import add_desk
from rehearsal.people import Form, Person, Seen
from rehearsal.snapshot import for_page, names_for, snapshot
from rehearsal.things import Json, Message

if TYPE_CHECKING:
    from rehearsal.bot_process import BotProcess
    from rehearsal.content import Content
    from rehearsal.standin import StandIn

STATIC = Path(__file__).with_name("static")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_LARGEST_FRAME = 32 * 1024 * 1024  # a form may carry files
_MOST_AHEAD = timedelta(days=3650)
_PAUSE = 0.05  # s; changes that come together are shown together
_PULSE = 1.0  # s; how often to look whether the bot is still there


def add_page(
    standin: StandIn, bot: BotProcess | None = None, content: Content | None = None, *, database: Path | None = None
) -> None:
    """Add the page to a stand-in that hasn't started yet. With `bot`, the page can start it again when it is gone, and moves
    its clock with the world's. With `content`, it shows what is wrong with it. The director's desk comes with it, and looks
    into the bot's `database`, if that isn't the one of `bot`."""
    page = _Page(standin, bot, content)
    standin.app.router.add_get("/", page.index)
    standin.app.router.add_get("/static/{name}", page.file)
    standin.app.router.add_get("/page/live", page.live)
    standin.app.on_shutdown.append(page.close)
    standin.world.on_change(page.changed)
    if bot is not None:
        standin.world.on_move = bot.move_clock
    add_desk(standin, bot, database=database)


class _Page:
    def __init__(self, standin: StandIn, bot: BotProcess | None, content: Content | None) -> None:
        self.standin = standin
        self.bot = bot
        self.content = content
        self._files = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}
        self._seats: set[_Seat] = set()

    async def index(self, request: web.Request) -> web.StreamResponse:
        return self._hand_out(request, "index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        return self._hand_out(request, request.match_info["name"])

    async def live(self, request: web.Request) -> web.StreamResponse:
        page_door.refuse_other_pages(request)
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, heartbeat=20)
        await socket.prepare(request)
        seat = _Seat(self, socket)
        self._seats.add(seat)
        try:
            await seat.stay()
        finally:
            self._seats.discard(seat)
        return socket

    def changed(self) -> None:
        for seat in self._seats:
            seat.stale.set()

    async def close(self, app: web.Application) -> None:
        for seat in list(self._seats):
            await seat.socket.close(code=1001)

    def _hand_out(self, request: web.Request, name: str) -> web.StreamResponse:
        page_door.refuse_strangers(request)
        path = self._files.get(name)
        if path is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Security-Policy": page_door.policy(request.host),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)


class _Seat:
    """One open page, and whoever the person in front of it is being."""

    def __init__(self, page: _Page, socket: web.WebSocketResponse) -> None:
        self.page = page
        self.socket = socket
        self.stale = asyncio.Event()
        self.person = Person(page.standin, self._member(None))
        self._forms: dict[str, Form] = {}
        self._shown = ""
        self._writing = asyncio.Lock()
        self._doing: set[asyncio.Task[None]] = set()

    async def stay(self) -> None:
        """Until the page is closed: show what changes, do what is asked."""
        showing = asyncio.create_task(self._keep_showing())
        try:
            async for frame in self.socket:
                if frame.type == WSMsgType.TEXT:
                    task = asyncio.create_task(self._do(json.loads(frame.data)))
                    self._doing.add(task)
                    task.add_done_callback(self._doing.discard)
        finally:
            for task in (showing, *self._doing):
                task.cancel()

    async def _keep_showing(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self.stale.wait(), _PULSE)
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(_PAUSE)
            self.stale.clear()
            await self._show()

    async def _show(self) -> None:
        if self.person.user.id not in self.page.standin.world.server.members:
            self.person = Person(self.page.standin, self._member(None))  # whoever this was has left
        bot = self.page.bot
        can_start = bot is not None and not bot.is_running
        content = self.page.content.report if self.page.content else None
        seen = snapshot(self.page.standin, self.person, bot_can_start=can_start)
        world = json.dumps({"world": {**seen, "content": content}})
        if world != self._shown:
            self._shown = world
            await self._write(world)

    async def _write(self, text: str) -> None:
        async with self._writing:
            if not self.socket.closed:
                await self.socket.send_str(text)

    async def _do(self, action: Json) -> None:
        deed = self._deeds().get(str(action.get("do")))
        answer: Json = {"ok": False, "why": "The page asked for something unknown."}
        if deed is not None:
            try:
                answer = {"ok": True, **(await deed(action) or {})}
            except (LookupError, PermissionError, ValueError, TypeError, TimeoutError) as refusal:
                answer = {"ok": False, "why": str(refusal.args[0]) if refusal.args else "That didn’t work."}
        await self._show()
        if "n" in action:
            await self._write(json.dumps({"re": action["n"], **answer}))

    def _deeds(self) -> dict[str, Callable[[Json], Awaitable[Json | None]]]:
        return {
            "be": self._be, "command": self._command, "complete": self._complete, "press": self._press,
            "pick": self._pick, "submit": self._submit, "say": self._say, "dismiss": self._dismiss,
            "start": self._start, "clock": self._clock,
        }  # fmt: skip

    async def _be(self, action: Json) -> None:
        self.person = Person(self.page.standin, self._member(action.get("member")))
        self._forms.clear()

    async def _command(self, action: Json) -> Json | None:
        place = int(action["channel"])
        options = {name: _given(value) for name, value in action["options"].items()}
        return await self._tell(await self.person.command(place, action["name"], **options))

    async def _complete(self, action: Json) -> Json:
        place, name, option = int(action["channel"]), action["name"], action["option"]
        choices = await self.person.complete(place, name, option, action["typed"], **action["options"])
        return {"choices": [{"name": choice.name, "value": choice.value} for choice in choices]}

    async def _press(self, action: Json) -> Json | None:
        return await self._tell(await self.person.press(self._message(action), action["custom_id"]))

    async def _pick(self, action: Json) -> Json | None:
        seen = await self.person.pick(self._message(action), *action["values"], what=action["custom_id"])
        return await self._tell(seen)

    async def _submit(self, action: Json) -> Json | None:
        form = self._forms[action["form"]]
        values = {custom_id: _given(value) for custom_id, value in action["values"].items()}
        answer = await self._tell(await self.person.submit(form, values))
        if answer is None:
            del self._forms[action["form"]]
        return answer

    async def _say(self, action: Json) -> None:
        await self.person.say(int(action["channel"]), action["text"])

    async def _dismiss(self, action: Json) -> None:
        self.person.dismiss(self._message(action))

    async def _start(self, action: Json) -> None:
        if self.page.bot is not None:
            await self.page.bot.start()

    async def _clock(self, action: Json) -> None:
        """Move the time by so many seconds; back to the real one without a number."""
        world = self.page.standin.world
        ahead = world.ahead + timedelta(seconds=int(action["by"])) if action["by"] else timedelta(0)
        if ahead > _MOST_AHEAD:
            raise ValueError("That is far enough: go back to now first.")
        world.move_clock(ahead)

    async def _tell(self, seen: Seen) -> Json | None:
        """What came of it: nothing to say if a message shows it, a form to open, or why it failed."""
        if seen.failed is not None:
            return {"ok": False, "why": seen.failed}
        if seen.form is not None:
            form = seen.form
            self._forms[str(form.id)] = form
            parts = for_page(form.components, names_for(self.page.standin, self.person), self.page.standin.url)
            await self._write(json.dumps({"form": {"id": str(form.id), "title": form.title, "components": parts}}))
        return None

    def _message(self, action: Json) -> Message:
        message = self.page.standin.world.messages.get(int(action["message"]))
        if message is None:
            raise LookupError("This message is gone.")
        return message

    def _member(self, wanted: object) -> int:
        """The member that the page asks for, by id or name; the first person there is, if it asks for nobody known."""
        members = self.page.standin.world.server.members.values()
        people = sorted((one for one in members if not one.user.bot), key=lambda one: one.id)
        asked = str(wanted).casefold()
        return next((one.id for one in people if asked in (str(one.id), one.name.casefold())), people[0].id)


def _given(value: Any) -> Any:
    """A field's answer as `Person.submit` takes it; files come as base64."""
    if isinstance(value, list):
        return [_given(one) for one in value]
    if isinstance(value, dict):
        return (value["name"], base64.b64decode(value["data"]))
    return value
