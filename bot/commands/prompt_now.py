"""``/prompt now``: a moderator lets the calendar's next posting come at once, instead of on its date."""

from __future__ import annotations

from bot.cards import Answer, Card, Visit
from bot.channels import Channels, Refused
from bot.commands.phrases import say
from bot.commands.publish import SAME_POST_SECONDS, JustPosted, refused_in_words
from bot.commands.publish_slot import Done, publish_slot
from bot.commands.slot_times import retimed
from bot.commands.slot_words import can_post, find_slot, own_of, rights_trouble, stamps
from bot.group import Group
from bot.library import Library
from bot.storage import Slot, Store

NOTHING = "Nothing is planned, so nothing comes next. `/discuss` posts a prompt at once; `/schedule add` plans one."
ALL_PAUSED = "All slots are paused, so nothing comes next. `/schedule resume` lets them go on; `/discuss` posts a prompt at once."
JUST_NOW = "That was posted a moment ago; it is there once. For one more, wait a minute, or use `/discuss`."
SUPPLY_ENDS = "That was the last one that the group had not had. From the next date on they begin again with the first."


async def now(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Post the slot's next occurrence, which then counts as done. A double press posts once."""
    assert visit.group  # the desk sees to it: this step needs a group
    group = visit.group
    slot = await _next(visit, library, store)
    if isinstance(slot, Card):
        return slot
    # The second of two presses would meet the slot as it goes on, and post what belongs to the date after: so look back first.
    if await _was_posted_just_now(visit, slot, store):
        return say(JUST_NOW)
    if slot is None:
        is_paused = any(one.paused for one in await store.slots_of(group.group_id))
        return say(ALL_PAUSED if is_paused else NOTHING, tone="look")
    trouble = rights_trouble(group, channels)
    if trouble:
        return say(f"I could not post in <#{group.home_channel}>, so nothing was done. {trouble}", tone="trouble")
    slot = await _put_right(visit, slot, store)
    planned = slot.due_at
    if planned is None:
        return say(
            "That slot has no date left. `/schedule edit` gives it new ones; `/discuss` posts a prompt at once.", tone="look"
        )
    done = await publish_slot(slot, group, library, store, channels, visit.at)
    return _said(done, group, planned)


async def _next(visit: Visit, library: Library, store: Store) -> Slot | Card | None:
    """The slot that was named, else the one that is due first; one that pauses only if it was named."""
    assert visit.group
    if visit.text("slot") is not None:
        return await find_slot(visit, library, store)
    slots, course = await store.slots_of(visit.group.group_id), library.course(visit.group.language)
    own = await own_of(visit.group, slots, store)
    waiting = [slot for slot in slots if slot.due_at is not None and not slot.paused and can_post(slot, course, own)]
    return min(waiting, key=lambda slot: (slot.due_at or 0, slot.slot_id), default=None)


async def _was_posted_just_now(visit: Visit, slot: Slot | None, store: Store) -> bool:
    assert visit.group
    named = slot.slot_id if slot is not None and visit.text("slot") is not None else None
    since = visit.at.timestamp() - SAME_POST_SECONDS
    return any(
        row.slot_id is not None
        and row.claimed_at > since
        and row.claimed_at < (row.due_at or 0)  # before its date, as only this command posts
        and row.state in ("claimed", "posted", "waiting")
        for row in await store.history(visit.group.group_id, named)
    )


async def _put_right(visit: Visit, slot: Slot, store: Store) -> Slot:
    """A date that was worked out by an older law of the zone is corrected first."""
    assert visit.group
    right = retimed(slot, visit.group, visit.at)
    if right != slot:
        await store.change_slot(right)
    return right


def _said(done: Done, group: Group, planned: int) -> Card:
    home, sent = f"<#{group.home_channel}>", done.outcome
    if done.chosen is None:
        return say("What this slot posts is not there any more. `/schedule edit` chooses something else.", tone="look")
    title = f"**{done.chosen.title}**"
    if isinstance(sent, JustPosted):
        return say(JUST_NOW)
    if isinstance(sent, Refused):
        words = refused_in_words(done.chosen.title, group.home_channel, sent)
        if sent.passes:
            return say(words, tone="look")
        return say(words, "Its date counts as done. When that is mended, `/schedule history` has *Post it now*.", tone="trouble")
    [date] = stamps((planned,), "F")
    instead = f"It was planned for {date}; that date counts as done."
    if sent.trouble:
        return say(f"{title} is in {home}, but without its thread. {sent.trouble}", instead, tone="look")
    ends = (SUPPLY_ENDS,) if done.ends_supply else ()
    return say(f"{title} is posted: <#{sent.thread or group.home_channel}>.", *ends, f"-# {instead}", tone="good")
