"""How fast the bot makes calls of its own, and when it doesn't try at all.

Discord allows a bot fifty calls in a second, answers to interactions aside, and bars an address that was refused ten thousand times
in ten minutes. When it is so busy that it sends everybody away for minutes, a calendar of thousands would be refused thousands of
times; so after a few such answers in a row nothing is sent before the time that Discord named.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

A_FEW = 10
"""Calls in a row that were sent away for long: one or two may be about a single channel."""


class Pace:
    """``async with pace:`` around each call. Raises ``RateLimited``, as the call itself would, while Discord wants none."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._sent_away = 0
        self._not_before = 0.0

    @cached_property
    def _limiter(self) -> AsyncLimiter:
        return paced(self._per_second)

    async def __aenter__(self) -> None:
        self._look()
        await self._limiter.acquire()
        self._look()  # Discord may have said so while this one stood in line

    def _look(self) -> None:
        if self._not_before and (wait := self._not_before - asyncio.get_running_loop().time()) > 0:
            raise discord.RateLimited(wait)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._sent_away = 0
        elif isinstance(error, discord.RateLimited):
            self._sent_away += 1
            if self._sent_away >= A_FEW:
                self._not_before = asyncio.get_running_loop().time() + error.retry_after


def paced(per_second: float) -> AsyncLimiter:
    """One by one at equal distances: no burst that Discord would refuse. Each call wakes up a little late, and with room for two
    the next may come the sooner; that room is taken off, so that it is never more in any second, whenever it begins. (Of less
    than two there is nothing to take off.)"""
    from aiolimiter import AsyncLimiter  # with the first post: it loads a lot to know its own version

    room = 2 if per_second >= 8 else 1
    each_second = per_second - room if per_second >= 2 else per_second / 2
    return AsyncLimiter(room, room / each_second)
