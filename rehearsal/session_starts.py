"""How often the bot may begin a session: so often a day, and only so many shards at once.

Discord sorts shards into `max_concurrency` buckets, by their number; from each bucket one shard may identify in five seconds, and
one that comes too early is told that its session is invalid. Whoever identifies more often than the day allows loses all sessions
and the token. Counts by the machine's own monotonic time, whatever the world's clock says; knows no sockets.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto

from rehearsal.things import Json

A_DAY = 86_400.0
"""Seconds."""
EVERY = 5.0
"""Seconds between two sessions of one bucket."""


class Start(Enum):
    GRANTED = auto()
    TOO_EARLY = auto()
    USED_UP = auto()


class SessionStarts:
    """`every` 0: buckets don't wait, though `max_concurrency` is told. Most tests start a bot again at once."""

    def __init__(
        self, *, total: int = 1000, max_concurrency: int = 1, every: float = EVERY, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.total = total
        self.max_concurrency = max_concurrency
        self.every = every
        self._now = now
        self._used = 0
        self._day_ends = 0.0
        self._latest: dict[int, float] = {}

    def take(self, shard: int) -> Start:
        """Whether this shard may begin a session now. One that may not isn't counted."""
        now = self._now()
        self._begin_day(now)
        if self._used >= self.total:
            return Start.USED_UP
        bucket = shard % self.max_concurrency
        if bucket in self._latest and now - self._latest[bucket] < self.every:
            return Start.TOO_EARLY
        self._latest[bucket] = now
        if not self._used:
            self._day_ends = now + A_DAY
        self._used += 1
        return Start.GRANTED

    def left(self) -> Json:
        """As `/gateway/bot` tells it."""
        now = self._now()
        self._begin_day(now)
        return {
            "total": self.total, "remaining": self.total - self._used, "max_concurrency": self.max_concurrency,
            "reset_after": int(max(0.0, self._day_ends - now) * 1000) if self._used else 0,
        }  # fmt: skip

    def _begin_day(self, now: float) -> None:
        if self._used and now >= self._day_ends:
            self._used = 0
