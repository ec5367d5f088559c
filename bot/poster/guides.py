"""Which facilitator's card a posting is: found by its slot's place in the plan that the group is running."""

from __future__ import annotations

from bot.cards import Card
from bot.commands.guide import guide_card
from bot.group import Group
from bot.library import Library
from bot.storage import Posting, Store


async def guide_of(posting: Posting, group: Group, library: Library, store: Store) -> Card | None:
    """``None`` when the plan was stopped or its content has changed since."""
    slot = await store.slot(posting.slot_id) if posting.slot_id is not None else None
    run = await store.plan_run(group.group_id)
    course = library.course(group.language)
    plan = course.plan(run.plan) if run else None
    if slot is None or plan is None or slot.plan_place is None or posting.due_at is None:
        return None
    item = plan.items[slot.plan_place] if slot.plan_place < len(plan.items) else None
    return guide_card(group, slot, plan, item, posting.due_at, course) if item else None
