"""At the desk: what goes wrong with Discord, on purpose. One table; each row says at which calls, what comes instead of an answer,
and how often. And what can happen to the gateway: a line that drops, a session that is not valid any more.

A row is laid over the stand-in by its `on_call`, so that the routes know nothing of it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehearsal.desk_asked import Unclear, one_of, seconds, text, whole
from rehearsal.desk_part import Deeds
from rehearsal.rate_limits import too_often
from rehearsal.refusals import Refusal, by_code
from rehearsal.rest import Lost
from rehearsal.things import Json

if TYPE_CHECKING:
    from rehearsal.standin import StandIn

MOST_ROWS = 20
MOST_TIMES = 1000
LONGEST = 60.0  # s
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Instead:
    """What comes instead of an answer. `takes_seconds` says what the seconds are for, or is empty."""

    words: str
    come: Callable[[float], Awaitable[None]]
    takes_seconds: str = ""
    after: bool = False
    """The call is carried out first."""


@dataclass(slots=True)
class Row:
    """`left` None: always. `hits` counts what it has spoilt so far."""

    number: int
    method: str
    path: str
    answer: str
    seconds: float
    left: int | None
    hits: int = 0

    def concerns(self, method: str, path: str) -> bool:
        return self.left != 0 and self.method in ("*", method) and bool(_pattern(self.path).fullmatch(path))


class Troubles:
    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.rows: list[Row] = []
        self._numbers = itertools.count(1)

    @property
    def deeds(self) -> Deeds:
        return {
            "trouble/add": self._add, "trouble/remove": self._remove, "trouble/clear": self._clear,
            "gateway/drop": self._drop, "gateway/invalidate": self._invalidate, "gateway/reconnect": self._reconnect,
        }  # fmt: skip

    def seen(self) -> Json:
        return {
            "rows": [
                {
                    "number": row.number, "method": row.method, "path": row.path, "answer": ANSWERS[row.answer].words,
                    "seconds": row.seconds if ANSWERS[row.answer].takes_seconds else None, "left": row.left, "hits": row.hits,
                }
                for row in self.rows
            ],
            "calls": ["* **", *(f"{one.method} {one.pattern.replace('{}', '*')}" for one in self.standin.rest.routes)],
            "answers": [
                {"name": name, "words": one.words, "seconds": one.takes_seconds} for name, one in ANSWERS.items()
            ],
            "online": self.standin.bot_online,
        }  # fmt: skip

    async def hear(self, method: str, path: str, phase: str) -> None:
        """A call comes in, or was carried out: the first row that concerns it happens."""
        for row in self.rows:
            instead = ANSWERS[row.answer]
            if instead.after == (phase == "done") and row.concerns(method, path):
                row.hits += 1
                row.left = None if row.left is None else row.left - 1
                self.standin.world.changed()
                await instead.come(row.seconds)
                return

    async def _add(self, asked: Json) -> str:
        method, path = _call(text(asked, "call", "which calls", longest=200))
        if not any(method in ("*", one.method) and _may_be(path, one.pattern) for one in self.standin.rest.routes):
            raise Unclear(f"The stand-in knows no call like {method} {path}: pick one, * stands for an id and ** for anything.")
        one_of(asked, "answer", "what comes instead", ANSWERS)
        answer = str(asked["answer"])
        what = ANSWERS[answer].takes_seconds
        pause = seconds(asked, "seconds", what, most=LONGEST) if what else 0.0
        times = None if asked.get("times") in (None, "") else whole(asked, "times", "how often", least=1, most=MOST_TIMES)
        if len(self.rows) >= MOST_ROWS:
            raise Unclear(f"{MOST_ROWS} rows are trouble enough: remove one first.")
        self.rows.append(Row(next(self._numbers), method, path, answer, pause, times))
        self.standin.on_call = self.hear
        self.standin.world.changed()
        return "From now on Discord misbehaves like this."

    async def _remove(self, asked: Json) -> str:
        number = whole(asked, "number", "the row’s number", least=1, most=1_000_000)
        row = next((one for one in self.rows if one.number == number), None)
        if row is None:
            raise Unclear("There is no such row (any more).")
        self.rows.remove(row)
        return self._calmed()

    async def _clear(self, asked: Json) -> str:
        self.rows.clear()
        return self._calmed()

    def _calmed(self) -> str:
        if not self.rows:
            self.standin.on_call = None
        self.standin.world.changed()
        return "The row is gone." if self.rows else "Discord behaves again."

    async def _drop(self, asked: Json) -> str:
        self._need_a_line()
        await self.standin.drop_gateway(4000, resumable=True)
        return "The line to the bot was dropped. It comes back, and hears what it missed."

    async def _invalidate(self, asked: Json) -> str:
        self._need_a_line()
        await self.standin.drop_gateway(4000, resumable=False)
        return "The line was dropped and its session forgotten. The bot has to begin anew; what it missed is lost."

    async def _reconnect(self, asked: Json) -> str:
        self._need_a_line()
        self.standin.gateway.ask_to_reconnect()
        return "The bot was asked to connect anew, as before Discord restarts a machine."

    def _need_a_line(self) -> None:
        if not self.standin.bot_online:
            raise Unclear("The bot isn’t connected: there is no line to drop.")


async def _too_often(wait: float) -> None:
    refusal = Refusal(429, 0, "You are being rate limited.")
    limited = too_often({}, wait, is_global=False)
    refusal.body, refusal.headers = limited.body, limited.headers
    raise refusal


async def _too_often_over_all(wait: float) -> None:
    refusal = Refusal(429, 0, "You are being rate limited.")
    limited = too_often({}, wait, is_global=True)
    refusal.body, refusal.headers = limited.body, limited.headers
    raise refusal


async def _lost(wait: float) -> None:
    raise Lost


def _refused(code: int) -> Callable[[float], Awaitable[None]]:
    async def come(wait: float) -> None:
        raise by_code(code)

    return come


def _broken(status: int, message: str) -> Callable[[float], Awaitable[None]]:
    async def come(wait: float) -> None:
        raise Refusal(status, 0, message)

    return come


ANSWERS = {
    "429": Instead("429: too many of these calls", _too_often, "when to try again"),
    "429 global": Instead("429: too many calls over all", _too_often_over_all, "when to try again"),
    "50013": Instead("403, 50013: Missing Permissions", _refused(50013)),
    "50001": Instead("403, 50001: Missing Access", _refused(50001)),
    "10003": Instead("404, 10003: Unknown Channel", _refused(10003)),
    "10008": Instead("404, 10008: Unknown Message", _refused(10008)),
    "500": Instead("500: Internal Server Error", _broken(500, "500: Internal Server Error")),
    "502": Instead("502: Bad Gateway", _broken(502, "502: Bad Gateway")),
    "slow": Instead("slow: the answer comes later", asyncio.sleep, "how much later", after=True),
    "cut": Instead("the connection is cut, nothing is done", _lost),
    "lost": Instead("it is done, but the answer is lost", _lost, after=True),
}


def _call(words: str) -> tuple[str, str]:
    method, _, path = words.partition(" ")
    path = path.strip()
    if method.upper() not in (*METHODS, "*") or not (path.startswith("/") or path == "**") or " " in path:
        raise Unclear("Write a call as a method and a path, such as POST /channels/*/messages; * ** is every call.")
    return method.upper(), path


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join({"*": "[^/]+", "**": ".*"}.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*)", path)))


def _may_be(path: str, known: str) -> bool:
    """Whether a call that the stand-in knows could have this path."""
    if "**" in path:
        return True
    ours, theirs = path.split("/"), known.split("/")
    return len(ours) == len(theirs) and all(a == b or "*" in a or b == "{}" for a, b in zip(ours, theirs, strict=True))
