"""A town for the random nights: channels that refuse, lose answers and die, as Discord's do; a clock that is wrong; and an engine
whose answers get lost. Discord's own time goes on whatever the bot's clock says."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.cards import Card, Channel
from bot.channels import Posted, Refused, Right
from bot.storage import StorageAway, StorageTrouble
from bot.storage.engine import Answers, Engine, Row, Statement

NONCE_KEPT = timedelta(minutes=4)
"""Discord says "a few minutes"."""
MODERATORS = 13


class Killed(BaseException):
    """kill -9: nobody catches it."""


@dataclass
class Town:
    """``Channels`` with one server's home and its moderators' channel. ``faults`` are those of the next posts in the home: a
    refusal, ``"killed"`` before it is done, ``"killed after"``, ``"lost"`` (done, and only the answer is lost)."""

    server: int = 0
    time: datetime = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    """Discord's."""
    skew: timedelta = timedelta(0)
    """How far the bot's clock is ahead."""
    faults: deque[Refused | str] = field(default_factory=deque)
    messages: list[tuple[int, str, datetime, int]] = field(default_factory=list)
    """Channel, nonce, when, id."""
    threads: set[int] = field(default_factory=set)
    cards: dict[int, Card] = field(default_factory=dict)
    """What each message shows."""
    edit_faults: deque[Refused | str] = field(default_factory=deque)
    """The same as ``faults``, of the next changes of a card in the home."""
    gone: set[int] = field(default_factory=set)
    """Messages that somebody deleted."""
    latest: int = 0
    """The latest message in the home."""
    _ids: count[int] = field(default_factory=lambda: count(1000))

    def now(self) -> datetime:
        return self.time + self.skew

    def serves(self, server: int) -> bool:
        return server == self.server

    def removed_from(self, server: int) -> bool:
        return False

    def channel(self, channel: int) -> Channel | None:
        return Channel(channel, "text", "a channel")

    def missing(self, channel: int, *rights: Right) -> str | None:
        return None

    def all_may_view(self, channel: int) -> bool:
        return False

    def role_pings(self, server: int, role: int) -> bool:
        return True

    async def post(self, channel: int, card: Card, *, nonce: str, ping: int | None = None) -> Posted | Refused:
        fault = self.faults.popleft() if channel != MODERATORS and self.faults else None
        if isinstance(fault, Refused):
            return fault
        if fault == "killed":
            raise Killed
        known = [one for one in self.messages if one[:2] == (channel, nonce) and self.time - one[2] <= NONCE_KEPT]
        if not known:
            self.messages.append((channel, nonce, self.time, next(self._ids)))
            self.cards[self.messages[-1][3]] = card
            self.latest = self.latest if channel == MODERATORS else self.messages[-1][3]
        message = (known or self.messages)[-1][3]
        if fault == "killed after":
            raise Killed
        if fault == "lost":
            return Refused("Discord did not answer.", passes=True, unsure=True)
        return Posted(message)

    async def post_in_thread(self, thread: int, card: Card, *, nonce: str) -> Posted | Refused:
        return await self.post(thread, card, nonce=nonce)

    async def post_in_forum(
        self, forum: int, title: str, card: Card, *, tag: str | None = None, archive_after: int = 1440, ping: int | None = None
    ) -> Posted | Refused:
        raise AssertionError("there is no forum here")

    async def open_thread(self, channel: int, message: int, title: str, *, archive_after: int = 1440) -> int | Refused:
        self.threads.add(message)
        return message

    async def edit(self, channel: int, message: int, card: Card) -> Posted | Refused:
        fault = self.edit_faults.popleft() if channel != MODERATORS and self.edit_faults else None
        if fault == "killed":
            raise Killed
        if isinstance(fault, Refused) and not fault.was_there:
            return fault
        if fault is not None and isinstance(fault, Refused):
            self.gone.add(message)
        if message in self.gone:
            return Refused("It is gone.", was_there=True)
        self.cards[message] = card
        if fault == "killed after":
            raise Killed
        return Refused("Discord did not answer.", passes=True, unsure=True) if fault == "lost" else Posted(message)

    async def find_in_forum(self, forum: int, title: str, since: datetime) -> Posted | Refused | None:
        return None


class Forgetful:
    """An ``Engine`` that loses the answer to a write that was done, or doesn't do it and says so, when it is told to."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.loses_answers = 0
        self.refuses: deque[StorageTrouble] = deque()

    async def write(self, *unit: Statement) -> Answers:
        self._refuse()
        return self._lose(await self.inner.write(*unit))

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        self._refuse()
        return self._lose(await self.inner.erase(*unit, tables=tables))

    async def clear(self, tables: Sequence[str]) -> tuple[str, ...]:
        return await self.inner.clear(tables)

    async def read(self, *unit: Statement) -> Answers:
        return await self.inner.read(*unit)

    async def columns(self) -> list[Row]:
        return await self.inner.columns()

    async def close(self) -> None:
        await self.inner.close()

    def _refuse(self) -> None:
        if self.refuses:
            raise self.refuses.popleft()

    def _lose(self, answers: Answers) -> Answers:
        if self.loses_answers:
            self.loses_answers -= 1
            raise StorageAway
        return answers
