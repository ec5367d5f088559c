"""``/schedule list``: all slots, page by page, with what is to be mended; and ``test``: one slot's card, shown to one moderator."""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Choice, Menu, Part, Row, Text, Visit
from bot.channels import Channels
from bot.commands.choosing import chosen
from bot.commands.phrases import MOST_CHOICES
from bot.commands.posts import post_of
from bot.commands.publish import occurrence
from bot.commands.schedule_card import of_its_plan, paused_in_words, slot_press, supply_in_words
from bot.commands.slot_times import due
from bot.commands.slot_words import (
    dates_in_words,
    find_slot,
    label_of,
    moderators_trouble,
    own_of,
    quiet_trouble,
    rhythm_in_words,
    sentence,
    what_it_posts,
)
from bot.library import Library
from bot.press import Press
from bot.press import base36 as short
from bot.storage import Slot, Store

ROOM = 3_300
"""Characters for the slots of one page; Discord takes 4,000 on a card."""


async def list_slots(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """What the calendar has, next first."""
    assert visit.group
    group = visit.group
    slots = tuple(
        slot
        for slot in await store.slots_of(group.group_id)
        if slot.plan_place is None or slot.due_at is not None or slot.paused  # a plan's past items are in `/plan show`
    )
    if not slots:
        return Card(
            (
                Text(
                    f"## The calendar of {group.name}\nIt is empty. `/schedule add` plans one thing, once or every week; "
                    "`/plan start` plans a whole course at once."
                ),
            ),
            tone="warm",
        )
    course, own = library.course(group.language), await own_of(group, slots, store)
    entries = [await _entry(visit, slot, library, store, what_it_posts(slot, course, own)) for slot in slots]
    pages = _pages(entries)
    wanted = visit.press.args[0] if visit.press.args else "0"
    number = min(int(wanted[:3]), len(pages) - 1) if wanted.isdecimal() else 0
    first, last = pages[number]
    shown = range(first, last)
    which = f" · {first + 1} to {last} of {len(slots)}" if len(pages) > 1 else ""
    heading = Text(f"## The calendar of {group.name}\n-# Dates are in your own time zone; hours are in {group.time_zone}{which}")
    choices = tuple(
        Choice(f"{index + 1}. {label_of(slots[index], course, own)}"[:100], short(slots[index].slot_id)) for index in shown
    )
    menu = Menu(Press("schedule", "open", (), group.group_id), choices, "Open a slot: edit, pause, skip, remove")
    lost = moderators_trouble(group, channels)
    hint = (Text(f"**To mend:** {lost}"),) if lost else ()
    parts: list[Part] = [heading, *hint, Text("\n".join(f"**{index + 1}.** {entries[index]}" for index in shown)), menu]
    return Card((*parts, *_ways_on(visit, slots, number, len(pages))), tone="warm")


async def show_to_me(visit: Visit, library: Library, store: Store) -> Answer:
    """The card as it would be posted now, to this moderator alone. Nothing is stored."""
    assert visit.group
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    back = Button("Back to the slot", slot_press("open", slot))
    item = await chosen(visit.group, slot.kind, slot.theme, slot.item, library, store)
    ahead = due(slot, visit.group, slot.done_until)
    post = None
    if item is not None:
        day = ahead[0] if ahead else visit.at.date()
        as_if = occurrence(slot, day, visit.group, item.theme, item.item, visit.at)
        post = await post_of(as_if, visit.group, library, store)
    if post is None:
        gone = "What this slot posts is not there any more. Edit it, or remove it."
        return Card((Text(gone), Row((back,))), tone="trouble")
    pinged = f" It mentions <@&{slot.ping}>." if slot.ping else ""
    thread = ", with a thread" if post.with_thread and visit.group.home_kind != "forum" else ""
    remark = f"-# Only you see this, and nothing was posted. It goes to <#{visit.group.home_channel}>{thread}.{pinged}"
    return replace(post.card, parts=(*post.card.parts, Text(remark), Row((back,))))


async def _entry(visit: Visit, slot: Slot, library: Library, store: Store, what: str) -> str:
    """A few short lines about one slot."""
    assert visit.group
    supply = await supply_in_words(slot, visit.group, library, store)
    lines = [sentence(what), f"{rhythm_in_words(slot)}{f' · {supply}' if supply else ''}"]
    trouble = quiet_trouble(slot, visit.group)
    lines.append(paused_in_words(slot) if slot.paused else f"Next: {dates_in_words(slot, visit.group, visit.at)}")
    if trouble:
        lines.append(f"**To mend:** {trouble}")
    if slot.plan_place is not None:
        lines.append(f"-# {await of_its_plan(visit.group, library, store)}")
    return "\n".join(lines)


def _pages(entries: list[str]) -> list[tuple[int, int]]:
    """Where each page begins and ends: as many slots as fit on a card and into its menu."""
    pages: list[tuple[int, int]] = []
    first, room = 0, ROOM
    for index, entry in enumerate(entries):
        length = len(entry) + 10  # its number, and a line's end
        if index > first and (length > room or index - first == MOST_CHOICES):
            pages.append((first, index))
            first, room = index, ROOM
        room -= length
    return [*pages, (first, len(entries))]


def _ways_on(visit: Visit, slots: tuple[Slot, ...], number: int, pages: int) -> tuple[Row, ...]:
    assert visit.group
    group_id = visit.group.group_id
    controls = []
    if number > 0:
        controls.append(Button("Back", Press("schedule", "list", (str(number - 1),), group_id)))
    if number < pages - 1:
        controls.append(Button("Next", Press("schedule", "list", (str(number + 1),), group_id)))
    if any(slot.paused and slot.why_paused for slot in slots):
        controls.append(Button("Resume what paused itself", Press("schedule", "resume", (), group_id), "main"))
    controls.append(Button("History", Press("schedule", "history", (), group_id)))
    return (Row(tuple(controls)),)
