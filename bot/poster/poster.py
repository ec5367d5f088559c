"""The clockwork: look what is due, do it, sleep until the next is due. Everything that matters is in the store, so that it may be
killed at any moment; what it remembers itself only saves it some looking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from bot.channels import Channels
from bot.commands.waiting import remove_old_texts
from bot.log import log
from bot.poster.delivery import Tools, close_interrupted
from bot.poster.occurrences import is_quiet_now, pass_missed, post_due, rewind, send_guide
from bot.poster.recovery import doubt, finish_claimed, retry_waiting
from bot.poster.safely import safely
from bot.poster.telling import tell_all, tell_of_lost_home
from bot.poster.turns import Job, in_turns
from bot.shelves import Shelves
from bot.storage import Slot, Store

AT_ONCE = 24
"""Postings under way at the same time: enough to use all of Discord's rate while each call takes up to half a second."""
LOOK_AGAIN = timedelta(seconds=60)
"""The longest sleep, since another process may have changed the calendar."""
SOON = timedelta(seconds=5)
CLOCK_WENT_BACK = timedelta(seconds=60)
FINISHED_FOR = timedelta(days=30)
"""For so long a slot whose last date was missed stays, should it turn out that the clock was wrong."""


class Poster:
    """``now`` gives the time in UTC. It is read again and again, so that a clock that jumps or a machine that slept is noticed
    within a second."""

    def __init__(self, shelves: Shelves, store: Store, channels: Channels, now: Callable[[], datetime]) -> None:
        self._tools = Tools(shelves, store, channels, now)
        self._started = self._latest = now()
        self._something_changed = asyncio.Event()
        self._tidied_on: date | None = None
        self._has_looked_back = False
        self._is_leaving = False
        self._jobs: dict[int, tuple[int, int]] = {}

    def late(self) -> tuple[int, float]:
        """How many postings are due and have not had their turn yet, and for how many seconds the oldest; for whoever watches."""
        waits = next(iter(self._jobs.values()), None)
        return len(self._jobs), max(0.0, self._tools.now().timestamp() - waits[0]) if waits else 0.0

    @property
    def looked_at(self) -> datetime:
        """When it last began to look."""
        return self._latest

    def wake(self) -> None:
        """The calendar was changed, or there are servers now: look at once."""
        self._something_changed.set()

    def leave(self) -> None:
        """Begin no other posting. `run` ends when those that are under way stand in their channels."""
        self._is_leaving = True
        self.wake()

    async def run(self) -> None:
        """Until cancelled, or told to leave."""
        while not self._is_leaving:
            self._something_changed.clear()
            next_look = await safely("poster.look", self.look()) or self._tools.now() + SOON
            await self._sleep(next_look)

    async def look(self) -> datetime:
        """Do everything that is due now. When to look again."""
        tools, now = self._tools, self._tools.now()
        if not self._has_looked_back or now < self._latest - CLOCK_WENT_BACK:
            await doubt(tools)
            await rewind(tools)  # at the start too: the clock may have been put right while nobody ran
            await safely("poster.close", close_interrupted(tools))
            self._has_looked_back = True
        self._latest = now
        some_are_young = await finish_claimed(tools, self._started)
        if self._is_leaving:
            return now
        jobs = self._jobs = await self._due(now)
        await tell_all(tools, AT_ONCE)
        await self._guides(now)
        await retry_waiting(tools)
        await in_turns((Job(due, server, slot) for slot, (due, server) in list(jobs.items())), self._post, AT_ONCE)
        await tell_all(tools, AT_ONCE)
        await self._once_a_day(now)
        return await self._next_look(now, some_are_young or bool(await tools.store.unfinished()))

    async def channel_gone(self, server: int, channel: int) -> None:
        """A channel was deleted: if a group lived there, its moderators hear of it."""
        for group in await self._tools.store.groups_of(server):
            if group.home_channel == channel:
                told = await tell_of_lost_home(group, channel, self._tools.channels)
                log().info("home channel gone", moderators_told=told)

    async def _due(self, now: datetime) -> dict[int, tuple[int, int]]:
        """All slots that are due on the servers of this process and may be posted now: their due time and server. What is too
        late is recorded as missed. Numbers only: of thousands of slots each would be walked through by every garbage collection."""
        found: dict[int, tuple[int, int]] = {}
        after: tuple[int, int] | None = None
        while page := await self._tools.store.due(int(now.timestamp()), after):
            for slot in page:
                group = await self._tools.store.group(slot.group_id)
                if group and self._tools.channels.serves(group.server_id) and not is_quiet_now(self._tools, group):
                    left = await safely("poster.missed", self._left_of(slot, int(now.timestamp())))
                    if left is not None:
                        found[slot.slot_id] = left, group.server_id
            after = (page[-1].due_at or 0, page[-1].slot_id)
        return found

    async def _left_of(self, slot: Slot, now: int) -> int | None:
        """When the slot was due, if that may still be posted; what is too late is recorded as missed."""
        if slot.due_at is not None and now - slot.due_at <= slot.grace:
            return slot.due_at
        rest = await pass_missed(self._tools, slot, now)
        return rest.due_at if rest is not None and rest.due_at is not None and rest.due_at <= now else None

    async def _guides(self, now: datetime) -> None:
        jobs: list[Job[int]] = []
        for slot in await self._tools.store.guides_due(int(now.timestamp())):
            group = await self._tools.store.group(slot.group_id)
            if group and self._tools.channels.serves(group.server_id) and not is_quiet_now(self._tools, group):
                jobs.append(Job(slot.guide_at or 0, group.server_id, slot.slot_id))
        await in_turns(jobs, self._send_guide, AT_ONCE)

    async def _send_guide(self, slot_id: int) -> None:
        await safely("poster.guide", send_guide(self._tools, slot_id))

    async def _post(self, slot_id: int) -> None:
        if self._is_leaving:
            return
        await safely("poster.post", post_due(self._tools, slot_id))
        self._jobs.pop(slot_id, None)

    async def _once_a_day(self, now: datetime) -> None:
        """Texts that nobody decided about leave their cards; slots whose last date was missed long ago leave the list."""
        if self._tidied_on != now.date():
            await safely("poster.texts", remove_old_texts(now.date(), self._tools.store, self._tools.channels))
            await safely("poster.finished", self._tools.store.remove_finished(now.date() - FINISHED_FOR))
            self._tidied_on = now.date()

    async def _next_look(self, looked: datetime, is_soon: bool) -> datetime:
        """What became due since this look began is due at once; what it left behind (others' servers, quiet hours) can wait."""
        ahead = await self._tools.store.next_due_at(int(looked.timestamp()))
        latest = self._tools.now() + (SOON if is_soon else LOOK_AGAIN)
        return min(latest, datetime.fromtimestamp(ahead, UTC)) if ahead is not None else latest

    async def _sleep(self, until: datetime) -> None:
        """Until then, or until something changes. A clock that is moved is noticed within a second."""
        while not self._something_changed.is_set():
            now = self._tools.now()
            if now >= until or now < self._latest - CLOCK_WENT_BACK:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._something_changed.wait(), min(1.0, (until - now).total_seconds()))
