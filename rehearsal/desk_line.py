"""The director's desk: its parts together, and its line to the page, one WebSocket for each desk that is open.

It is beside the stage, not on it: nothing here is part of the make-believe Discord. A desk asks
{"do": "people/add", "name": "Dee", "n": 1} and is answered {"re": 1, "ok": true, "said": "…"}, or with "ok": false and "why".
In between it is told each part that has changed: {"desk": {"people": {…}}}.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from rehearsal import page_door
from rehearsal.desk_asked import Unclear
from rehearsal.desk_bot import BotAtDesk
from rehearsal.desk_calls import Calls
from rehearsal.desk_clock import Clock
from rehearsal.desk_learners import Learners
from rehearsal.desk_part import Part
from rehearsal.desk_people import People
from rehearsal.desk_rooms import Rooms
from rehearsal.desk_trouble import Troubles
from rehearsal.things import Json

if TYPE_CHECKING:
    from rehearsal.bot_process import BotProcess
    from rehearsal.standin import StandIn

_PULSE = 0.5  # s; how often an open desk looks, since a call changes nothing in the world
_PAUSE = 0.1  # s; changes that come together are shown together
_LARGEST_FRAME = 64 * 1024


def add_desk(standin: StandIn, bot: BotProcess | None = None, *, database: Path | None = None) -> Desk:
    """Add the desk to a stand-in that hasn't started yet. Without `bot` it can't start or stop one. The bot's `database` tells it
    what is planned; a bot that is given has one of its own."""
    desk = Desk(standin, bot, database or (bot.database if bot is not None else None))
    standin.app.router.add_get("/page/desk", desk.live)
    standin.app.on_shutdown.append(desk.close)
    standin.world.on_change(desk.changed)
    return desk


class Desk:
    def __init__(self, standin: StandIn, bot: BotProcess | None, database: Path | None) -> None:
        clock = Clock(standin.world, database, lambda: standin.bot_online)
        self.parts: dict[str, Part] = {
            "people": People(standin.world),
            "rooms": Rooms(standin.world),
            "clock": clock,
            "bot": BotAtDesk(standin, bot),
            "trouble": Troubles(standin),
            "learners": Learners(standin, clock),
            "calls": Calls(standin),
        }
        self.deeds = {name: deed for part in self.parts.values() for name, deed in part.deeds.items()}
        self._lines: set[_Line] = set()

    async def do(self, asked: object) -> Json:
        """Do what was asked; never raises for what somebody may ask."""
        if not isinstance(asked, dict):
            return {"ok": False, "why": "Ask with an object that says what to do."}
        deed = self.deeds.get(str(asked.get("do")))
        if deed is None:
            return {"ok": False, "why": f"The desk can’t do that; it can {', '.join(self.deeds)}."}
        try:
            answer = await deed(asked)
        except Unclear as refusal:
            return {"ok": False, "why": str(refusal)}
        return {"ok": True, **({"said": answer} if isinstance(answer, str) else answer)}

    async def live(self, request: web.Request) -> web.StreamResponse:
        page_door.refuse_other_pages(request)
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, heartbeat=20)
        await socket.prepare(request)
        line = _Line(self, socket)
        self._lines.add(line)
        try:
            await line.stay()
        finally:
            self._lines.discard(line)
        return socket

    def changed(self) -> None:
        for line in self._lines:
            line.stale.set()

    async def close(self, app: web.Application) -> None:
        for line in list(self._lines):
            await line.socket.close(code=1001)


class _Line:
    """One open desk."""

    def __init__(self, desk: Desk, socket: web.WebSocketResponse) -> None:
        self.desk = desk
        self.socket = socket
        self.stale = asyncio.Event()
        self._shown: dict[str, str] = {}
        self._doing: set[asyncio.Task[None]] = set()

    async def stay(self) -> None:
        showing = asyncio.create_task(self._keep_showing())
        try:
            async for frame in self.socket:
                if frame.type == WSMsgType.TEXT:
                    task = asyncio.create_task(self._do(frame.data))
                    self._doing.add(task)
                    task.add_done_callback(self._doing.discard)
        finally:
            showing.cancel()

    async def _keep_showing(self) -> None:
        while True:
            await self._show()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stale.wait(), _PULSE)
                await asyncio.sleep(_PAUSE)
            self.stale.clear()

    async def _show(self) -> None:
        changed = []
        for name, part in self.desk.parts.items():
            seen = json.dumps(part.seen())
            if seen != self._shown.get(name):
                self._shown[name] = seen
                changed.append(f"{json.dumps(name)}: {seen}")
        if changed and not self.socket.closed:
            await self.socket.send_str(f'{{"desk": {{{", ".join(changed)}}}}}')

    async def _do(self, said: str) -> None:
        try:
            asked = json.loads(said)
        except ValueError:
            asked = None
        answer = await self.desk.do(asked)
        await self._show()
        if isinstance(asked, dict) and "n" in asked and not self.socket.closed:
            await self.socket.send_str(json.dumps({"re": asked["n"], **answer}))
