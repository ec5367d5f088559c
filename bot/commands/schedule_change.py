"""What a press does to a slot that is in the calendar: pause, resume, skip, remove, ping nobody."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Row, Text, Visit
from bot.channels import Channels
from bot.commands.choosing import chosen
from bot.commands.phrases import say
from bot.commands.publish import occurrence
from bot.commands.publish_slot import tidy
from bot.commands.schedule_add import belongs_to_plan
from bot.commands.schedule_card import slot_card
from bot.commands.slot_times import due, from_now
from bot.commands.slot_words import (
    find_slot,
    no_such_slot,
    own_of,
    rhythm_in_words,
    rights_trouble,
    sentence,
    stamps,
    what_it_posts,
)
from bot.group import Group
from bot.library import Library
from bot.press import Press, base36
from bot.storage import Slot, Store

MOST_NOTED = 20
"""Dates of one slot that fell into its pause; a row for each of a year would help nobody."""


async def pause(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Nothing is posted until somebody resumes it."""
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    paused = replace(slot, paused=True, why_paused=slot.why_paused if slot.paused else None)
    if not await store.change_slot(paused):
        return no_such_slot(slot.group_id)
    return await slot_card(visit, paused, "It pauses: nothing is posted until you resume it.", library, store, channels)


async def resume(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Look first whether it could post; what fell into the pause is not posted. Without a slot: all that paused themselves."""
    if not visit.press.args and visit.text("slot") is None:
        return await _resume_all(visit, library, store, channels)
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    if not slot.paused:
        return await slot_card(visit, slot, "It is not paused.", library, store, channels)
    resumed = await _resumed(visit, slot, library, store, channels)
    if isinstance(resumed, str):
        return await slot_card(visit, slot, f"It stays paused. {resumed}", library, store, channels, tone="look")
    return await slot_card(visit, resumed, "It goes on.", library, store, channels, tone="good")


async def skip(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Leave out the next date: a row says so, and the slot goes on behind it."""
    assert visit.group
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    shown = visit.press.args[1] if len(visit.press.args) > 1 else None
    if shown is not None and shown != base36(slot.due_at or 0):
        return await slot_card(
            visit, slot, "That date is dealt with already. This is the slot as it is now.", library, store, channels
        )
    ahead = due(slot, visit.group, slot.done_until)
    if ahead is None or slot.due_at is None:
        return await slot_card(visit, slot, "There is no date to skip.", library, store, channels)
    day, at = ahead
    later = due(slot, visit.group, day)
    row = replace(
        occurrence(slot, day, visit.group, "", "", visit.at), theme=slot.theme, item=slot.item, due_at=at, state="skipped"
    )
    later_at = later[1] if later else None
    if not await store.take(slot, row, done_until=day, due_at=later_at):
        return await _as_it_is_now(visit, slot, library, store, channels)
    if later_at is None:
        await tidy(slot, True, visit.group, store, visit.at)
        return await _last_one_skipped(visit, slot, at, library, store)
    skipped, following = stamps((at, later_at), "F")
    slot = replace(slot, done_until=day, due_at=later_at)
    return await slot_card(visit, slot, f"{skipped} is skipped. The next is {following}.", library, store, channels, tone="good")


async def remove(visit: Visit, library: Library, store: Store) -> Answer:
    """Take it out at once: it can be added again, so nobody is asked."""
    assert visit.group
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    if slot.plan_place is not None:
        return await belongs_to_plan(visit, "skipped, moved or stopped", library, store)
    what = what_it_posts(slot, library.course(visit.group.language), await own_of(visit.group, (slot,), store))
    if not await store.remove_slot(slot.slot_id):
        return no_such_slot(slot.group_id)
    return Card(
        (
            Text(
                f"Out of the calendar: {what}, {rhythm_in_words(slot)}.\n"
                "-# What it posted stays in the channel and in the history. `/schedule add` puts it back."
            ),
            Row((Button("All slots", Press("schedule", "list", (), slot.group_id)),)),
        ),
        tone="good",
    )


async def unping(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """No role is pinged any more."""
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    quiet = replace(slot, ping=None)
    if not await store.change_slot(quiet):
        return no_such_slot(slot.group_id)
    return await slot_card(visit, quiet, "It is changed.", library, store, channels, tone="good")


async def open_card(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The slot as it is."""
    slot = await find_slot(visit, library, store)
    return slot if isinstance(slot, Card) else await slot_card(visit, slot, "", library, store, channels)


async def _resumed(visit: Visit, slot: Slot, library: Library, store: Store, channels: Channels) -> Slot | str:
    """The slot as it goes on, stored; or why it can't."""
    assert visit.group
    trouble = rights_trouble(visit.group, channels)
    if trouble is not None:
        return trouble
    if await chosen(visit.group, slot.kind, slot.theme, slot.item, library, store) is None:
        return "What it posts is not there any more. Edit it, or remove it."
    if slot.why_paused:
        slot = await _note_missed(slot, visit.group, store, visit.at)
    going_on = from_now(slot, visit.group, visit.at)
    if going_on.due_at is None:
        remedy = "Edit it, or remove it." if slot.plan_place is None else "`/plan shift` moves what is to come."
        return f"Its last date has passed. {remedy}"
    if not await store.resume_slot(slot.slot_id, due_at=going_on.due_at, done_until=going_on.done_until):
        return "It was removed meanwhile."
    return replace(going_on, paused=False, why_paused=None)


async def _note_missed(slot: Slot, group: Group, store: Store, at: datetime) -> Slot:
    """What fell into a pause that nobody wanted is in the history, where *Post it now* is. The slot as it is then."""
    ahead = due(slot, group, slot.done_until)
    for _ in range(MOST_NOTED):
        if ahead is None or ahead[1] > at.timestamp():
            break
        day, moment = ahead
        ahead = due(slot, group, day)
        seen = replace(slot, due_at=moment)
        row = replace(occurrence(seen, day, group, slot.theme or "", slot.item or "", at), state="missed")
        await store.take(seen, row, done_until=day, due_at=ahead[1] if ahead else None)
        slot = replace(slot, done_until=day, due_at=ahead[1] if ahead else None)
    return slot


async def _resume_all(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Those that a moderator paused stay so; the others paused for one reason, and go on together."""
    assert visit.group
    slots = [slot for slot in await store.slots_of(visit.group.group_id) if slot.paused and slot.why_paused]
    if not slots:
        return say("No slot has paused by itself. `/schedule resume` with a `slot` lets one go on that somebody paused.")
    course, own = library.course(visit.group.language), await own_of(visit.group, slots, store)
    lines: list[str] = []
    whys: set[str] = set()
    went_on = 0
    for slot in slots:
        resumed = await _resumed(visit, slot, library, store, channels)
        if isinstance(resumed, str):
            lines.append(f"- {sentence(what_it_posts(slot, course, own))} stays paused. {resumed}")
            whys.add(resumed)
        else:
            went_on += 1
    if not went_on and len(whys) == 1:  # one reason for all of them, as when their channel is lost
        lines = [f"{'It stays' if len(slots) == 1 else f'All {len(slots)} stay'} paused. {whys.pop()}"]
    elif went_on == len(slots):
        lines.append("It goes on." if went_on == 1 else f"All {went_on} go on.")
    else:
        lines.insert(0, f"{went_on} of {len(slots)} go on.")
    shown = "\n".join([*lines[:10], *([f"- and {len(lines) - 10} more"] if len(lines) > 10 else [])])
    return Card(
        (Text(shown[:3900]), Row((Button("All slots", Press("schedule", "list", (), visit.group.group_id)),))),
        tone="good" if went_on == len(slots) else "look",
    )


async def _last_one_skipped(visit: Visit, slot: Slot, at: int, library: Library, store: Store) -> Card:
    """A slot without another date leaves the calendar by itself; one of a plan stays until the plan is through."""
    assert visit.group
    what = what_it_posts(slot, library.course(visit.group.language), await own_of(visit.group, (slot,), store))
    [skipped] = stamps((at,), "F")
    gone = "" if slot.plan_place is not None else " It was the last date, so the slot is out of the calendar."
    everything = Button("All slots", Press("schedule", "list", (), slot.group_id))
    return Card((Text(f"{skipped} is skipped: {what}.{gone}"), Row((everything,))), tone="good")


async def _as_it_is_now(visit: Visit, slot: Slot, library: Library, store: Store, channels: Channels) -> Card:
    """Somebody was faster: the poster, or another moderator."""
    again = await store.slot(slot.slot_id)
    if again is None:
        return no_such_slot(slot.group_id)
    return await slot_card(visit, again, "That date was dealt with this very moment.", library, store, channels)
