"""A slot's card: what it posts, when next, what could go wrong, and every button that changes it. Changes nothing itself."""

from __future__ import annotations

from bot.cards import Button, Card, Part, Row, Text, Tone, Visit
from bot.channels import Channels
from bot.commands.choosing import OWN, candidates, chosen
from bot.commands.slot_times import next_three
from bot.commands.slot_words import (
    own_of,
    ping_trouble,
    quiet_trouble,
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


async def slot_card(
    visit: Visit, slot: Slot, said: str, library: Library, store: Store, channels: Channels, *, tone: Tone = "warm"
) -> Card:
    """The card, opened by what was just done (``said``, which may be empty)."""
    assert visit.group
    group = visit.group
    what = what_it_posts(slot, library.course(group.language), await own_of(group, (slot,), store))
    dates = stamps(next_three(slot, group, visit.at), "F")
    lines = [f"-# {group.name}", f"## {sentence(what)}", f"{sentence(rhythm_in_words(slot))} ({group.time_zone})"]
    if slot.paused:
        lines.append(paused_in_words(slot))
    else:
        lines.append("\n".join(f"- {one}" for one in dates) or "No date is left.")
    supply = await supply_in_words(slot, group, library, store)
    pinged = f"<@&{slot.ping}> is pinged." if slot.ping else "Nobody is pinged."
    lines.append(f"I post it in <#{group.home_channel}>. {pinged}{f' {sentence(supply)}.' if supply else ''}")
    lines.append(f"-# {_late(slot)}")
    if slot.plan_place is not None:
        lines.append(f"-# It is {await of_its_plan(group, library, store)}.")
    troubles = (rights_trouble(group, channels), ping_trouble(slot, group, channels), quiet_trouble(slot, group))
    hints = [one for one in troubles if one]
    parts: list[Part] = [Text(said)] if said else []
    parts.append(Text("\n".join(lines)))
    if hints:
        parts.append(Text("\n".join(f"**To mend:** {one}" for one in hints)))
    return Card((*parts, *_buttons(slot, group)), tone="look" if hints or slot.paused else tone)


async def supply_in_words(slot: Slot, group: Group, library: Library, store: Store) -> str:
    """How many are left of those that take turns; empty for a fixed one. A warning when there is nothing to post."""
    item = await chosen(group, slot.kind, slot.theme, slot.item, library, store)
    if item is None:
        return "nothing is there any more that it could post"
    if slot.item is not None or slot.kind == "review":
        return ""
    left = item.left + 1
    own = await store.own_prompts(group.group_id) if slot.theme == OWN else ()
    if left == 1 and len(candidates(library.course(group.language), slot.kind, slot.theme, own)) > 1:
        return "1 that is not used yet, then they begin again"
    return f"{left} not used yet"


def paused_in_words(slot: Slot) -> str:
    """That it is paused, why, and what to do."""
    if slot.why_paused:
        return f"**Paused.** {slot.why_paused} Afterwards press *Resume*."
    return "**Paused** by a moderator. *Resume* lets it go on; what fell into the pause is not posted."


async def of_its_plan(group: Group, library: Library, store: Store) -> str:
    """For a slot of a plan: which one, and where it is changed."""
    run = await store.plan_run(group.group_id)
    plan = library.course(group.language).plan(run.plan) if run else None
    return f"part of the plan **{plan.title}**: `/plan show`" if plan else "part of the group's plan: `/plan show`"


def slot_press(step: str, slot: Slot) -> Press:
    return Press("schedule", step, (base36(slot.slot_id),), slot.group_id)


def _late(slot: Slot) -> str:
    hours = slot.grace // 3600
    if not hours:
        return "If I am down at that time, I don't post it, and tell the moderators."
    in_words = "1 hour" if hours == 1 else f"{hours} hours"
    return f"If I am down at that time, I post it up to {in_words} later; after that, I tell the moderators."


def _buttons(slot: Slot, group: Group) -> tuple[Row, ...]:
    see = Button("Show it to me", slot_press("test", slot), "main")
    pause = Button("Resume", slot_press("resume", slot)) if slot.paused else Button("Pause", slot_press("pause", slot))
    # What is skipped is the date that stands on this card: a second press on the same card skips nothing more.
    skipped = Press("schedule", "skip", (base36(slot.slot_id), base36(slot.due_at or 0)), slot.group_id)
    skip = (Button("Skip the next", skipped),) if slot.due_at is not None and not slot.paused else ()
    history = Button("History", slot_press("history", slot))
    everything = Button("All slots", Press("schedule", "list", (), group.group_id))
    if slot.plan_place is not None:
        plan = Button("The plan", Press("plan", "show", (), group.group_id))
        return Row((see, pause, *skip, plan)), Row((history, everything))
    edit, remove = Button("Edit", slot_press("edit", slot)), Button("Remove", slot_press("remove", slot), "danger")
    quiet = (Button("Ping nobody", slot_press("unping", slot)),) if slot.ping else ()
    return Row((see, edit, pause, *skip, remove)), Row((*quiet, history, everything))
