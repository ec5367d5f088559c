"""In which order, when much is due at once: by due time, and in turns between servers.

One server's jobs are done one after the other, so that a server with many of them can't keep the others waiting, and so that two
slots of one group never choose the same unused prompt. Nothing here knows what a job is.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Job(Struct, Generic[T], frozen=True):
    due: int
    server: int
    what: T
    """Best a number: the garbage collector need not walk through thousands of those while they wait."""


async def in_turns(jobs: Iterable[Job[T]], work: Callable[[T], Awaitable[None]], workers: int) -> None:
    """Do all jobs, at most ``workers`` at a time. Whoever is free takes the earliest job; of those that are due at the same time,
    one of a server that had the fewest turns at that time. ``work`` may not raise."""
    line = _Line(jobs)

    async def worker() -> None:
        while (place := await line.next()) is not None:
            _, _, server, lane = place
            try:
                await work(lane.popleft()[-1])
            finally:
                await line.back(server, lane)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())


_Lane = deque[tuple[int, int, T]]
"""One server's jobs: when each is due, its number among those of the server that are due at the same time, and what it is. What
was due earlier doesn't count, or a server that had much to do before would now wait behind all the others."""
_Place = tuple[int, int, int, _Lane[T]]
"""Where a lane stands in the line: its first job's due time and number, and its server; and the lane. No two have the same server,
so that lanes are never compared."""


class _Line(Generic[T]):
    """The lanes that wait for a worker, one for each server; a lane that somebody works on is not in the line."""

    def __init__(self, jobs: Iterable[Job[T]]) -> None:
        lanes: dict[int, _Lane[T]] = {}
        turns = Counter[tuple[int, int]]()
        for job in sorted(jobs, key=lambda job: job.due):
            turns[job.server, job.due] += 1
            lanes.setdefault(job.server, deque()).append((job.due, turns[job.server, job.due], job.what))
        self._line = [_place(server, lane) for server, lane in lanes.items()]
        heapq.heapify(self._line)
        self._under_way = 0
        self._changed = asyncio.Condition()

    async def next(self) -> _Place[T] | None:
        """The lane whose turn it is, as soon as there is one; ``None`` when all is done."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._line or not self._under_way)
            if not self._line:
                return None
            self._under_way += 1
            return heapq.heappop(self._line)

    async def back(self, server: int, lane: _Lane[T]) -> None:
        """Somebody has done the lane's first job, which is no longer in it."""
        async with self._changed:
            self._under_way -= 1
            if lane:
                heapq.heappush(self._line, _place(server, lane))
            self._changed.notify_all()


def _place(server: int, lane: _Lane[T]) -> _Place[T]:
    due, number, _ = lane[0]
    return due, number, server, lane
