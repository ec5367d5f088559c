"""One of several processes begins its sessions with Discord in turn. Loaded by those alone.

Discord lets a bot begin one session in five seconds in each of its buckets, of which it has as many as its `max_concurrency`.
Within one process the library waits; between processes the database says whose turn it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.log import kind_of, log
from bot.storage import StorageTrouble, turn

APART = 5.2
"""Seconds between two: Discord's five, and what a network may add to one and not to the other."""
TRIES = 2


@asynccontextmanager
async def session_turn(database_url: str, bucket: int) -> AsyncIterator[None]:
    """Have the turn while inside. If it can't be had, it goes on after a pause, as a process alone would: at worst Discord refuses
    the session, and the library tries again."""
    async with AsyncExitStack() as having:
        for _ in range(TRIES):
            try:
                await having.enter_async_context(turn(database_url, "session start in bucket", bucket, APART))
                break
            except StorageTrouble as trouble:
                log().warning("no turn", bucket=bucket, error=kind_of(trouble.__cause__ or trouble))
            await asyncio.sleep(APART)
        yield
