"""The daily job: whatever is kept for too long is erased. It works at the start and once in each UTC day; each purge is one line
in the log, with counts. It posts nothing and knows nobody.

An outage of Discord's is not a removal: a server counts as gone only if Discord, having told of all servers of its shard, doesn't
list it, and what was gone for less than the grace and comes back loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from bot.channels import Channels
from bot.log import frames, kind_of, log
from bot.storage import StorageTrouble, Store

GRACE = timedelta(days=7)
"""For so long a group that ended can be taken back."""
LOOK_AGAIN = 1.0
"""Seconds. The clock is polled, so that one that is moved is noticed."""
AFTER_TROUBLE = timedelta(minutes=15)

DailyJob = Callable[[datetime], Awaitable[object]]


class Caretaker:
    """``now`` gives the time in UTC. ``others``: further jobs of the day, by their name in the log."""

    def __init__(
        self,
        store: Store,
        channels: Channels,
        now: Callable[[], datetime],
        *,
        retention_days: int,
        others: tuple[tuple[str, DailyJob], ...] = (),
    ) -> None:
        self._store, self._channels, self._now = store, channels, now
        self._retention = timedelta(days=retention_days)
        self._jobs: tuple[tuple[str, DailyJob], ...] = (
            ("caretaker.inactive", self.erase_inactive),
            ("caretaker.ended", self.erase_ended),
            *others,
        )

    async def run(self) -> None:
        """Until cancelled."""
        done_on: date | None = None
        again: datetime | None = None
        while True:
            now = self._now()
            if now.date() != done_on or (again is not None and now >= again):
                again = None if await self.work(now) else now + AFTER_TROUBLE
                done_on = now.date()
            await asyncio.sleep(LOOK_AGAIN)

    async def work(self, now: datetime) -> bool:
        """All jobs of the day. False if one of them failed; the others are done all the same."""
        all_went_well = True
        for name, job in self._jobs:
            try:
                await job(now)
            except Exception as error:
                all_went_well = False
                word = "storage trouble" if isinstance(error, StorageTrouble) else "bug"
                log().error(word, step=name, error=kind_of(error), at=frames(error))
        return all_went_well

    async def erase_inactive(self, now: datetime) -> None:
        """Learners who did nothing for so many days."""
        purged = await self._store.erase_inactive(now.date() - self._retention)
        if purged.learners:
            log().info("inactive learners erased", learners=purged.learners, rows=purged.rows)

    async def erase_ended(self, now: datetime) -> None:
        """Groups that were closed, or whose server removed the bot, when their grace is over."""
        gone = []
        for server in await self._store.servers():
            if self._channels.serves(server):
                await self._store.server_is_there(server)
            elif self._channels.removed_from(server):
                await self._store.server_is_gone(server, on=now.date())
                gone.append(server)
        before = now.date() - GRACE
        for group_id in await self._store.ended_groups(before, gone_from=tuple(gone)):
            purged = await self._store.erase_ended(group_id, before)
            if purged.groups:
                log().info("ended group erased", groups=purged.groups, learners=purged.learners, rows=purged.rows)
