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
from bot.library import Library
from bot.log import frames, kind_of, log
from bot.poster.delivery import Tools
from bot.poster.occurrences import is_quiet_now, pass_missed, post_due, rewind, send_guide
from bot.poster.recovery import finish_claimed, retry_waiting
from bot.poster.telling import tell_all, tell_of_lost_home
from bot.poster.turns import Job, in_turns
from bot.storage import Slot, StorageTrouble, Store

AT_ONCE = 24
"""Postings under way at the same time: enough to use all of Discord's rate while each call takes up to half a second."""
LOOK_AGAIN = timedelta(seconds=60)
"""The longest sleep, since another process may have changed the calendar."""
SOON = timedelta(seconds=5)
CLOCK_WENT_BACK = timedelta(seconds=60)


class Poster:
    """``now`` gives the time in UTC. It is read again and again, so that a clock that jumps or a machine that slept is noticed
    within a second."""

    def __init__(self, library: Library, store: Store, channels: Channels, now: Callable[[], datetime]) -> None:
        self._tools = Tools(library, store, channels, now)
        self._started = self._latest = now()
        self._something_changed = asyncio.Event()
        self._texts_removed_on: date | None = None
        self._has_looked_back = False

    def wake(self) -> None:
        """The calendar was changed, or there are servers now: look at once."""
        self._something_changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._something_changed.clear()
            try:
                next_look = await self.look()
            except Exception as error:  # whatever it was, the next look may go well; and it may never stop for good
                word = "storage trouble" if isinstance(error, StorageTrouble) else "bug"
                log().error(word, step="poster.look", error=kind_of(error), at=frames(error))
                next_look = self._tools.now() + SOON
            await self._sleep(next_look)

    async def look(self) -> datetime:
        """Do everything that is due now. When to look again."""
        tools, now = self._tools, self._tools.now()
        if not self._has_looked_back or now < self._latest - CLOCK_WENT_BACK:
            await rewind(tools)  # at the start too: the clock may have been put right while nobody ran
            self._has_looked_back = True
        self._latest = now
        some_are_young = await finish_claimed(tools, self._started)
        slots = await self._pass_missed(await self._due(now))
        await tell_all(tools)
        await self._guides(now)
        await retry_waiting(tools)
        await in_turns((Job(slot.due_at or 0, server, slot) for server, slot in slots), self._post, AT_ONCE)
        await tell_all(tools)
        await self._remove_old_texts(now)
        return await self._next_look(now, some_are_young or bool(await tools.store.unfinished()))

    async def channel_gone(self, server: int, channel: int) -> None:
        """A channel was deleted: if a group lived there, its moderators hear of it."""
        for group in await self._tools.store.groups_of(server):
            if group.home_channel == channel:
                told = await tell_of_lost_home(group, channel, self._tools.channels)
                log().info("home channel gone", moderators_told=told)

    async def _due(self, now: datetime) -> list[tuple[int, Slot]]:
        """All slots that are due on the servers of this process and may be posted now, with their server."""
        found: list[tuple[int, Slot]] = []
        after: tuple[int, int] | None = None
        while page := await self._tools.store.due(int(now.timestamp()), after):
            for slot in page:
                group = await self._tools.store.group(slot.group_id)
                if group and self._tools.channels.serves(group.server_id) and not is_quiet_now(self._tools, group):
                    found.append((group.server_id, slot))
            after = (page[-1].due_at or 0, page[-1].slot_id)
        return found

    async def _pass_missed(self, slots: list[tuple[int, Slot]]) -> list[tuple[int, Slot]]:
        """Those that may still be posted; the rest is recorded as missed."""
        now = int(self._tools.now().timestamp())
        left: list[tuple[int, Slot]] = []
        for server, slot in slots:
            if slot.due_at is not None and now - slot.due_at > slot.grace:
                rest = await pass_missed(self._tools, slot, now)
                if rest is None or rest.due_at is None or rest.due_at > now:
                    continue
                slot = rest
            left.append((server, slot))
        return left

    async def _guides(self, now: datetime) -> None:
        for slot in await self._tools.store.guides_due(int(now.timestamp())):
            group = await self._tools.store.group(slot.group_id)
            if group and self._tools.channels.serves(group.server_id) and not is_quiet_now(self._tools, group):
                await send_guide(self._tools, slot)

    async def _post(self, slot: Slot) -> None:
        try:
            await post_due(self._tools, slot)
        except Exception as error:  # one slot's trouble is not the others'
            word = "storage trouble" if isinstance(error, StorageTrouble) else "bug"
            log().error(word, step=f"poster.{slot.kind}", error=kind_of(error), at=frames(error))

    async def _remove_old_texts(self, now: datetime) -> None:
        if self._texts_removed_on != now.date():
            await remove_old_texts(now.date(), self._tools.store, self._tools.channels)
            self._texts_removed_on = now.date()

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
