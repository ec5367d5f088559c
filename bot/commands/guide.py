"""The facilitator's card: what whoever leads an item of a plan should know a day before. It goes to the moderators' channel.

Nothing is posted here; the poster does that when the card is due.
"""

from __future__ import annotations

from bot.cards import Button, Card, Part, Row, Text
from bot.commands.plan_calendar import item_of
from bot.commands.slot_words import thing_in_words
from bot.group import Group
from bot.library import Course, Item, Library, Plan
from bot.press import Press, base36
from bot.storage import Posting, Slot, Store

_TIMING = {"lesson": "of reading, each on their own", "scenario": "of playing, each on their own", "prompt": "of talk"}


async def guide_of(posting: Posting, group: Group, library: Library, store: Store) -> Card | None:
    """The card of a posting; ``None`` when its plan was stopped, or its item removed from the course."""
    slot = await store.slot(posting.slot_id) if posting.slot_id is not None else None
    run = await store.plan_run(group.group_id)
    course = library.course(group.language)
    plan = course.plan(run.plan) if run else None
    if slot is None or plan is None:
        return None
    item = item_of(plan, slot)
    return guide_card(group, slot, plan, item, posting.due_at or slot.due_at or 0, course) if item else None


def guide_card(group: Group, slot: Slot, plan: Plan, item: Item, due: int, course: Course) -> Card:
    """Aim, timing, follow-up questions and what to watch for. ``due``: Unix seconds at which the item is posted."""
    week, guide = plan.week_of(slot.plan_place or 0), item.guide
    what = thing_in_words(item.kind, item.theme, item.name, course, ())
    theme = course.theme(item.theme)
    timing = {"lesson": "of reading, each on their own", "scenario": "of playing, each on their own", "prompt": "of talk"}[
        item.kind
    ]
    questions = "\n".join(f"- {one}" for one in guide.follow_up)
    parts: list[Part] = [
        Text(
            f"## For facilitators: {what}\n<t:{due}:F> in <#{group.home_channel}>\n"
            f"-# {plan.title} · {week.title}{f' · {theme.title}' if theme else ''}"
        ),
        Text(f"**Aim.** {guide.aim}\n**Timing.** About {guide.minutes} minutes {timing}."),
        Text(f"**To follow up**\n{questions}"),
    ]
    if guide.watch_for:
        parts.append(Text(f"**Watch for.** {guide.watch_for}"))
    this = (base36(slot.slot_id), base36(due))
    buttons = (
        Button("Show it to me", Press("schedule", "test", (this[0],), group.group_id), "main"),
        Button("Skip it", Press("plan", "skip", this, group.group_id)),
        Button("Shift by a week", Press("plan", "shift", ("1",), group.group_id)),
    )
    return Card((*parts, Row(buttons)), tone="warm")
