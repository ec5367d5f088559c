"""What is due: claim it and post it, or record that it was missed. One slot at a time.

The claim and the slot's next date are one transaction, and a posting's id is made from slot and day: whoever comes second, another
process or the same one after a crash or with a clock that went back, finds the row there and posts nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from bot.commands.choosing import chosen
from bot.commands.publish import guide, in_hand, occurrence
from bot.commands.slot_times import due, from_now
from bot.group import Group
from bot.poster.delivery import CONTENT_GONE, PAUSES, Tools, deliver
from bot.poster.telling import say_supply_ends, say_without_thread
from bot.storage import Slot
from bot.timetable import is_quiet

MOST_MISSED = 20
"""Rows for one slot that was missed many times; older dates than these are passed over without a row."""


async def post_due(tools: Tools, slot_id: int) -> None:
    """Post what this slot has for today, if nobody else does, and say what the moderators should know. The slot is read when its
    turn has come: with thousands before it, it may have been changed meanwhile."""
    slot = await tools.store.slot(slot_id)
    if slot is None or slot.paused or slot.due_at is None or slot.due_at > tools.now().timestamp():
        return
    group = await tools.store.group(slot.group_id)
    if group is None or not tools.channels.serves(group.server_id) or is_quiet_now(tools, group):
        return
    day = await _day(tools, slot, group)
    if day is None:
        return
    later = due(slot, group, day)
    item = await chosen(group, slot.kind, slot.theme, slot.item, await tools.shelves.of(group), tools.store)
    posting = occurrence(slot, day, group, item.theme if item else slot.theme or "", item.item if item else "", tools.now())
    with in_hand(posting):
        if item is None:
            gone = replace(posting, state="failed", trouble=CONTENT_GONE)
            await tools.store.take(slot, gone, done_until=day, due_at=later[1] if later else None, told=False)
            await tools.store.pause_slots(group.group_id, CONTENT_GONE, slot_id=slot.slot_id)
            return
        if not await tools.store.take(slot, posting, done_until=day, due_at=later[1] if later else None):
            return
        done = await deliver(tools, posting, group)
    if done is None:
        return
    if done.trouble:
        await say_without_thread(tools, group, posting, item.title, done.trouble)
    if slot.item is None and item.left == 0 and later is not None:
        await say_supply_ends(tools, group, slot, posting.posting_id)


async def pass_missed(tools: Tools, slot: Slot, now: int) -> Slot | None:
    """Record every date of this slot that is past its grace. The slot as it is then; ``None`` if nothing is left of it."""
    group = await tools.store.group(slot.group_id)
    if group is None:
        return None
    days: list[tuple[date, int]] = []
    ahead = due(slot, group, slot.done_until)
    while ahead is not None and now - ahead[1] > slot.grace:
        days.append(ahead)
        ahead = due(slot, group, ahead[0])
    if not days:
        return slot
    older, latest = days[:-MOST_MISSED], days[-MOST_MISSED:]
    first = replace(slot, done_until=older[-1][0] if older else slot.done_until, due_at=latest[0][1])
    if first != slot:
        await tools.store.change_slot(first)
    for (day, at), following in zip(latest, (*latest[1:], ahead), strict=True):
        slot = replace(first, due_at=at)
        next_at = following[1] if following else None
        row = replace(occurrence(slot, day, group, slot.theme or "", slot.item or "", tools.now()), state="missed")
        await tools.store.take(slot, row, done_until=day, due_at=next_at, told=False)
        slot = replace(slot, done_until=day, due_at=next_at)
    return slot if slot.due_at is not None else None


async def send_guide(tools: Tools, slot_id: int) -> None:
    """The facilitator's card of a plan's item, in the moderators' channel. Too late for its item, it is left out."""
    slot = await tools.store.slot(slot_id)
    group = await tools.store.group(slot.group_id) if slot else None
    if slot is None or group is None or slot.paused or slot.guide_at is None or slot.guide_at > tools.now().timestamp():
        return
    if group.moderators_channel is None:  # one that is named later has it come after all
        await tools.store.change_slot(replace(slot, guide_at=None))
        return
    posting = guide(slot, group, group.moderators_channel, tools.now())
    if slot.due_at is None or slot.due_at <= tools.now().timestamp():
        posting = replace(posting, state="skipped")
    with in_hand(posting):
        if await tools.store.take_guide(slot, posting) and posting.state == "claimed":
            await deliver(tools, posting, group)


def is_quiet_now(tools: Tools, group: Group) -> bool:
    """Whether the group has its quiet hours: whatever is due then waits until they end."""
    return is_quiet(tools.now(), group.time_zone, group.quiet_from, group.quiet_until)


async def rewind(tools: Tools) -> None:
    """After the clock went back: nothing counts as missed that is still to come, and its slot waits for it again. What was
    posted or skipped has its row, and stays so."""
    now = tools.now()
    await tools.store.wait_no_longer(int((now + PAUSES[-1]).timestamp()), retry_at=int(now.timestamp()))
    for slot_id in await tools.store.forget_missed(int(now.timestamp())):
        slot = await tools.store.slot(slot_id)
        group = await tools.store.group(slot.group_id) if slot else None
        if slot is not None and group is not None:
            await tools.store.change_slot(from_now(replace(slot, done_until=None), group, now))


async def _day(tools: Tools, slot: Slot, group: Group) -> date | None:
    """The date that is due. A slot whose time was worked out by other rules (another zone, or its law was changed) is put right."""
    found = due(slot, group, slot.done_until)
    if found is not None and found[1] == slot.due_at:
        return found[0]
    await tools.store.change_slot(replace(slot, due_at=found[1] if found else None))
    if found is None or datetime.fromtimestamp(found[1], UTC) > tools.now():
        return None
    again = await tools.store.slot(slot.slot_id)
    if again is not None and again.due_at == found[1]:
        await post_due(tools, slot.slot_id)
    return None
