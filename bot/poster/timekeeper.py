"""Who looks after rounds while nobody presses: the card shows what the round is, a timer reveals, an hour without anybody ends it.

One look a second while any round runs, and no more than one change of a card in each. All that matters is in the store, so it may
be killed at any moment. What it finds half done it finishes: a question that was closed and not revealed, a card that was not
changed, an end whose row is still there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from bot.cards import Card, Text
from bot.channels import Channels, Refused
from bot.commands.publish import in_hand, is_in_hand, tell_moderators
from bot.commands.round_words import signature, step_of
from bot.group import Group
from bot.poster.delivery import Tools
from bot.poster.safely import safely
from bot.poster.turns import Job, in_turns
from bot.press import base36
from bot.shelves import Shelves
from bot.storage import Posting, Round, RoundNow, Store

EVERY = 1.0
"""Seconds between two looks while a round runs, and so between two changes of its card."""
SELDOM = 30.0
"""Seconds between two looks otherwise: another process may have begun one."""
HEAD_START = 2
"""Seconds: whoever pressed a button has the card changed by the answer to that; only if that failed is it changed here."""
LEFT_ALONE = 3600
"""Seconds without anybody after which a round ends."""
NEVER_POSTED = 60
"""Seconds after which a round without a posting was left behind by a crash: nothing of it is in the channel."""
AFTER_TROUBLE = 5
"""Seconds until the next try to change a card, where Discord refused one in a way that may pass."""
AT_ONCE = 24


class Timekeeper:
    """``now`` gives the time in UTC."""

    def __init__(self, shelves: Shelves, store: Store, channels: Channels, now: Callable[[], datetime]) -> None:
        self._tools = Tools(shelves, store, channels, now)
        self._something_changed = asyncio.Event()
        self._not_before: dict[int, int] = {}
        """Round → when its card may be tried again, in Unix seconds."""
        self._overtaken: set[int] = set()
        """Rounds that were led on while their card was on its way: it may show what was before."""

    def wake(self) -> None:
        """A moderator has done something, or there are servers now."""
        self._something_changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._something_changed.clear()
            running = await safely("rounds.look", self.look())
            if running == 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._something_changed.wait(), SELDOM)
            else:
                await asyncio.sleep(EVERY)

    async def look(self) -> int:
        """Look after all rounds on the servers of this process. How many there are."""
        running = await self._tools.store.rounds_now()
        self._not_before = {one: at for one, at in self._not_before.items() if any(one == now.round.round_id for now in running)}
        jobs: list[Job[RoundNow]] = []
        for one in running:
            group = await self._tools.store.group(one.round.group_id)
            if group is None:  # it was closed
                await self._tools.store.end_round(one.round.round_id)
            elif self._tools.channels.serves(group.server_id):
                jobs.append(Job(0, group.server_id, one))
        await in_turns(jobs, self._tend, AT_ONCE)
        return len(jobs)

    async def _tend(self, one: RoundNow) -> None:
        await safely("rounds.tend", self._look_after(one))

    async def _look_after(self, one: RoundNow) -> None:
        store, at = self._tools.store, int(self._tools.now().timestamp())
        group = await store.group(one.round.group_id)
        if one.round.stirred_at > at + LEFT_ALONE:  # the clock was wrong then
            await store.round_shown(one.round.round_id, one.round.shown, stirred_at=at)
            one = replace(one, round=replace(one.round, stirred_at=at))
        if group is None or await self._was_never_there(one, at):
            return
        round_ = await self._moved_on(one.round, group, at)
        if round_ is None or one.state != "posted":
            return
        is_moved = step_of(round_) != step_of(one.round)
        answered = one.answered if not is_moved else 0
        now = signature(round_, answered)
        if now == round_.shown:
            return
        was_led = step_of(round_) != ".".join(round_.shown.split(".")[:2])
        waits = round_.round_id not in self._overtaken
        if waits and was_led and not is_moved and 0 <= at - round_.stirred_at < HEAD_START:
            return
        if 0 < self._not_before.get(round_.round_id, 0) - at <= AFTER_TROUBLE:  # more, and the clock was wrong then
            return
        await self._show(round_, one, group, answered, now, at)

    async def _was_never_there(self, one: RoundNow, at: int) -> bool:
        """Whether nothing of it is in the channel; what will never be is forgotten."""
        idle = at - one.round.stirred_at
        if one.state in ("failed", "skipped", "missed") or (one.state is None and idle > NEVER_POSTED):
            await self._tools.store.end_round(one.round.round_id)
            return True
        # One that is claimed may be in the channel, and the poster finds out: by its row its card is changed then.
        if one.state == "waiting" and idle > LEFT_ALONE:
            await self._give_up_waiting(one.round)
            return True
        return one.state is None

    async def _give_up_waiting(self, round_: Round) -> None:
        """Unless the poster has taken it up since this look began."""
        posting = await self._tools.store.posting(round_.round_id)
        if posting is None or posting.state != "waiting" or is_in_hand(posting):
            return
        with in_hand(posting):
            await self._tools.store.end_round(round_.round_id)

    async def _moved_on(self, round_: Round, group: Group, at: int) -> Round | None:
        """The round as it is after what time alone brings: a reveal, an end."""
        store, library = self._tools.store, await self._tools.shelves.of(group)
        is_alone = at - round_.stirred_at > LEFT_ALONE and not round_.is_over
        is_due = round_.is_open and round_.reveal_at is not None and at >= round_.reveal_at
        is_half_done = not round_.is_open and not round_.is_over and not round_.is_revealed
        after: Round | None = round_
        from bot.commands.round_play import reveal  # with the first round, not with each start

        if is_due or is_half_done or (is_alone and round_.is_open):
            after = await reveal(round_, group, library, store, at)
        if after is not None and is_alone:
            await store.stop_round(after, at=at)
            after = await store.round(round_.round_id)
        return after

    async def _show(self, round_: Round, one: RoundNow, group: Group, answered: int, now: str, at: int) -> None:
        store, channels = self._tools.store, self._tools.channels
        library = await self._tools.shelves.of(group)
        latest = await store.round(round_.round_id)
        if latest is None or step_of(latest) != step_of(round_):
            return  # somebody has led it on since this look began, and has the card changed
        from bot.commands.round_play import put_up

        posting = Posting(
            round_.round_id, group.group_id, "round", round_.theme, None, one.posted_in or round_.channel_id, at,
            message_id=one.message_id, thread_id=one.thread_id,
        )  # fmt: skip
        self._overtaken.discard(round_.round_id)
        put = await put_up(round_, posting, group, library, channels, answered)
        latest = await store.round(round_.round_id)
        if latest is not None and step_of(latest) != step_of(round_):
            self._overtaken.add(round_.round_id)
        if isinstance(put, Refused) and (put.passes or put.unsure):
            self._not_before[round_.round_id] = at + AFTER_TROUBLE
            return
        if isinstance(put, Refused):
            await store.end_round(round_.round_id)
            await self._tell(round_, group, put)
        elif round_.is_over:
            await store.end_round(round_.round_id)
        else:
            # Somebody answered, or led: it is not left alone.
            await store.round_shown(round_.round_id, now, stirred_at=at)

    async def _tell(self, round_: Round, group: Group, refused: Refused) -> None:
        """Its card can't be changed any more, so there is no round."""
        why = "Its card was deleted." if refused.was_there else refused.why
        sentence = f"The round in <#{round_.channel_id}> of **{group.name}** has ended. {why} `/round start` begins another."
        await tell_moderators(group, Card((Text(sentence),), tone="look"), self._tools.channels, f"r{base36(round_.round_id)}")
