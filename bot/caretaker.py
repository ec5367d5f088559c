"""The daily job: whatever is kept for too long is erased. It works at the start and once in each UTC day; each purge is one line
in the log, with counts. It posts nothing and knows nobody.

An outage of Discord's is not a removal: a server counts as gone only if Discord, having told of all servers of its shard, doesn't
list it, and what was gone for less than the grace and comes back loses nothing. A clock that jumps is not the passing of time: then
nothing is erased, and no summary made, before it has gone on for another day.

Of several processes each works for the groups of its own servers, and notes its own days, since each goes by its own clock. What
belongs to no server (learners who were inactive, bytes, the list of erasures) is done by the one that has shard 0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from bot.channels import Channels
from bot.log import frames, kind_of, log
from bot.shards import ALL, Shards
from bot.storage import StorageTrouble, Store

GRACE = timedelta(days=7)
"""For so long a group that ended can be taken back."""
JUMP = timedelta(days=7)
"""When the latest day of work is further off than this, the bot was stopped for long, or its clock is wrong."""
LOOK_AGAIN = 1.0
"""Seconds. The clock is polled, so that one that is moved is noticed."""
AFTER_TROUBLE = timedelta(minutes=15)

WORKED_ON, DOUBTED = "daily job", "daily job doubted"
"""Names of marks in the database, each with a day; the second is empty most of the time. Those of a process without shard 0 end
with its first shard."""

DailyJob = Callable[[datetime], Awaitable[object]]


class Caretaker:
    """``now`` gives the time in UTC. ``others``: further jobs of the day, by their name in the log; ``done_once``: those that
    belong to no server."""

    def __init__(
        self,
        store: Store,
        channels: Channels,
        now: Callable[[], datetime],
        *,
        retention_days: int,
        shards: Shards = ALL,
        others: tuple[tuple[str, DailyJob], ...] = (),
        done_once: tuple[tuple[str, DailyJob], ...] = (),
    ) -> None:
        self._store, self._channels, self._now = store, channels, now
        self._retention = timedelta(days=retention_days)
        self._whose = "" if shards.has_first else f" of shard {min(shards.ids)}"
        once: tuple[tuple[str, DailyJob], ...] = (
            ("caretaker.inactive", self.erase_inactive),
            ("caretaker.bytes", self.clear_erased_bytes),
            ("caretaker.erasures", self.forget_erasures),
            *done_once,
        )
        self._jobs = (("caretaker.ended", self.erase_ended), *(once if shards.has_first else ()), *others)

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
        return await _went_well("caretaker", self._work, now)

    async def _work(self, now: datetime) -> None:
        if not await self._is_plausible(now.date()):
            return
        if not all([await _went_well(name, job, now) for name, job in self._jobs]):
            raise _NotAll

    async def _is_plausible(self, today: date) -> bool:
        """Whether as much time has passed as the clock says. A day that is doubted is confirmed by the day after it: then the
        clock stays there. What a clock without a battery says before it is put right (1970) is doubted, too, and forgotten."""
        last, doubted = await self._noted(WORKED_ON), await self._noted(DOUBTED)
        if last is None or abs(today - last) <= JUMP or (doubted is not None and timedelta() < today - doubted <= JUMP):
            await self._note(WORKED_ON, today.isoformat())
            if doubted is not None:
                await self._note(DOUBTED, "")
            return True
        if today != doubted:
            await self._note(DOUBTED, today.isoformat())
            log().warning("clock jumped", days=(today - last).days, advice="look at the clock: nothing is erased before tomorrow")
        return False

    async def _noted(self, name: str) -> date | None:
        day = await self._store.noted(name + self._whose)
        return date.fromisoformat(day) if day else None

    async def _note(self, name: str, day: str) -> None:
        await self._store.note(name + self._whose, day)

    async def erase_inactive(self, now: datetime) -> None:
        """Learners who did nothing for so many days."""
        purged = await self._store.erase_inactive(now.date() - self._retention)
        if purged.learners:
            log().info("inactive learners erased", learners=purged.learners, rows=purged.rows)

    async def clear_erased_bytes(self, now: datetime) -> None:
        """What erasures of yesterday had to leave in large tables' files."""
        if left := await self._store.clear_erased_bytes(now.date()):
            log().warning("erased bytes left", tables=",".join(left), advice="see the section on Postgres in docs/OPERATING.md")

    async def forget_erasures(self, now: datetime) -> None:
        """What was noted so that backups can be rid of it, when it was noted for long enough."""
        await self._store.forget_erasures(now.date())

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


class _NotAll(Exception):
    """Some of the jobs failed, and that stands in the log."""


async def _went_well(name: str, job: DailyJob, now: datetime) -> bool:
    try:
        await job(now)
    except _NotAll:
        return False
    except Exception as error:
        word = "storage trouble" if isinstance(error, StorageTrouble) else "bug"
        log().error(word, step=name, error=kind_of(error), at=frames(error))
        return False
    return True
