"""What the tests of the director's desk share: a desk, without a browser, by the line that the page has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from rehearsal.standin import StandIn


class DeskLine:
    """`told` is what the desk shows now, each part as it was told last."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self.told: dict[str, Any] = {}
        self._line = line
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Condition()

    async def ask(self, do: str, **asked: object) -> dict[str, Any]:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"do": do, "n": self._number, **asked})
        return await asyncio.wait_for(answer, 60)

    def begin(self, do: str, **asked: object) -> asyncio.Task[dict[str, Any]]:
        """Ask, and go on meanwhile."""
        return asyncio.create_task(self.ask(do, **asked))

    async def do(self, do: str, **asked: object) -> str:
        """Ask for what goes well; what the desk says to it."""
        answer = await self.ask(do, **asked)
        assert answer["ok"], answer
        return str(answer.get("said"))

    async def refused(self, do: str, **asked: object) -> str:
        """Ask for what is refused; the sentence with which it is."""
        answer = await self.ask(do, **asked)
        assert not answer["ok"], answer
        why = str(answer["why"])
        assert why.endswith(".") and "\n" not in why
        return why

    async def shows(self, condition: Callable[[dict[str, Any]], object], seconds: float = 10) -> Any:
        """Wait until what is told fulfils this; what the condition gave then."""
        async with asyncio.timeout(seconds), self._news:
            while not (found := self.told and condition(self.told)):
                await self._news.wait()
        return found

    async def listen(self) -> None:
        async for frame in self._line:
            said = frame.json()
            if "re" in said:
                self._answers[said["re"]].set_result(said)
            async with self._news:
                self.told |= said.get("desk", {})
                self._news.notify_all()


@asynccontextmanager
async def at_the_directors_desk(standin: StandIn) -> AsyncIterator[DeskLine]:
    """Sit down at the desk of a stand-in that has the page."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{standin.url}/page/desk", headers={"Origin": standin.url}) as line,
    ):
        desk = DeskLine(line)
        listening = asyncio.create_task(desk.listen())
        await desk.shows(lambda told: "people" in told)
        yield desk
        listening.cancel()
