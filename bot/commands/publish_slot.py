"""Posting what a slot has next, now: the way of ``/prompt now``. The poster goes the same way when a slot is due."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bot.channels import Channels, Refused
from bot.commands.choosing import Chosen, chosen
from bot.commands.posts import post_of
from bot.commands.publish import JustPosted, Published, closing, deliver, in_hand, occurrence
from bot.commands.slot_times import due
from bot.group import Group
from bot.library import Library
from bot.storage import Posting, Slot, Store


class Done(Struct, frozen=True):
    """What was posted, or was to be, and how it went. ``chosen`` is ``None`` when its content is gone; nothing was done then."""

    chosen: Chosen | None
    outcome: Published | JustPosted | Refused
    """After a refusal that ends it, the slot has still moved on; the row says why it failed and can be claimed again."""
    ends_supply: bool = False
    """True if the group has now had all of those that take turns, and the slot goes on."""


async def publish_slot(slot: Slot, group: Group, library: Library, store: Store, channels: Channels, at: datetime) -> Done:
    """Post the slot's next occurrence without waiting for its date, which then counts as done."""
    ahead = due(slot, group, slot.done_until)
    item = await chosen(group, slot.kind, slot.theme, slot.item, library, store)
    if ahead is None or item is None:
        return Done(None, JustPosted())
    day, at_that = ahead
    later = due(slot, group, day)
    posting = occurrence(slot, day, group, item.theme, item.item, at)
    post = await post_of(posting, group, library, store)
    if post is None or slot.due_at != at_that:
        return Done(None, JustPosted())
    with in_hand(posting):
        if not await store.take(slot, posting, done_until=day, due_at=later[1] if later else None):
            return Done(item, JustPosted())
        outcome = await deliver(posting, group, post, channels, store)
    if isinstance(outcome, Published):
        await tidy(slot, later is None, group, store, at)
    return Done(item, outcome, slot.item is None and item.left == 0 and later is not None)


async def tidy(slot: Slot, is_last: bool, group: Group, store: Store, at: datetime) -> Posting | None:
    """After a slot's posting: a slot without another date goes (what it posted stays in the history), and with its last item
    a plan ends. The closing card, if a plan has ended: it is claimed, and the poster posts it if nobody does."""
    if slot.plan_place is not None:
        run = await store.plan_run(slot.group_id)
        last = closing(run, group, at) if run else None
        return last if last and await store.end_plan_if_done(slot.group_id, last) else None
    if is_last:
        await store.remove_slot(slot.slot_id)
    return None
