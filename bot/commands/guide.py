"""The facilitator's card: what whoever leads an item of a plan should know a day before. It goes to the moderators' channel.

Nothing is posted here; the poster does that when the card is due. ``/plan start`` and ``/plan show`` lead to the same notes, to be
read beforehand.
"""

from __future__ import annotations

from bot.cards import Button, Card, Part, Row, Text, Visit
from bot.commands.phrases import say
from bot.commands.plan_calendar import item_of
from bot.commands.slot_words import thing_in_words
from bot.group import Group
from bot.library import Course, Item, Library, Plan
from bot.press import Press, base36
from bot.storage import Posting, Slot, Store

_TIMING = {
    "lesson": "of reading, each on their own",
    "scenario": "of playing, each on their own",
    "prompt": "of talk",
    "review": "each on their own",
    "round": "of playing together",
}


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
    place = slot.plan_place or 0
    when = f"<t:{due}:F> in <#{group.home_channel}>"
    this = (base36(slot.slot_id), base36(due))
    buttons = (
        Button("Show it to me", Press("schedule", "test", (this[0],), group.group_id), "main"),
        Button("Skip it", Press("plan", "skip", this, group.group_id)),
        Button("Shift by a week", Press("plan", "shift", ("1",), group.group_id)),
    )
    begins = due - (item.minute or 0) * 60
    run = _run(plan, [f"<t:{begins + moment.minute * 60}:t>" for moment in plan.run]) if not place else ()
    return Card((*_parts(plan, place, when, course), *run, Row(buttons)), tone="warm")


async def notes(visit: Visit, library: Library, store: Store) -> Card:
    """The notes on one item of a plan, running or not, to read beforehand; the press has the plan's name and the item's place."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    name, word = (*visit.press.args, "", "")[:2]
    plan = course.plan(name)
    place = int(word) if word.isdecimal() and len(word) <= 3 else 0
    if plan is None or place >= len(plan.items):
        return say("That is no longer part of the course. `/plan start` has the plans that are.", tone="look")

    def to(there: int) -> Press:
        return Press("plan", "notes", (plan.name, str(there)), group.group_id)

    item = plan.items[place]
    when = f"{place + 1} of {len(plan.items)}" + ("" if item.minute is None else f", minute {item.minute}")
    run = _run(plan, [f"minute {moment.minute}" for moment in plan.run]) if not place else ()
    buttons = (
        *((Button("Back", to(place - 1)),) if place else ()),
        *((Button("Next", to(place + 1), "main"),) if place + 1 < len(plan.items) else ()),
        *((Button("The whole run", to(0)),) if place > 1 and plan.run else ()),
    )
    return Card((*_parts(plan, place, when, course), *run, *((Row(buttons),) if buttons else ())), tone="warm")


def _parts(plan: Plan, place: int, when: str, course: Course) -> tuple[Part, ...]:
    item, week = plan.items[place], plan.week_of(place)
    what = thing_in_words(item.kind, item.theme, item.name, course, ())
    theme = course.theme(item.theme)
    guide = item.guide
    questions = "\n".join(f"- {one}" for one in guide.follow_up)
    parts: list[Part] = [
        Text(f"## For facilitators: {what}\n{when}\n-# {plan.title} · {week.title}{f' · {theme.title}' if theme else ''}"),
        Text(f"**Aim.** {guide.aim}\n**Timing.** About {guide.minutes} minutes {_TIMING[item.kind]}."),
        Text(f"**To follow up**\n{questions}"),
    ]
    if guide.watch_for:
        parts.append(Text(f"**Watch for.** {guide.watch_for}"))
    return tuple(parts)


def _run(plan: Plan, times: list[str]) -> tuple[Text, ...]:
    """All of an evening that is led minute by minute."""
    lines = [f"- {at} · {moment.do}" for at, moment in zip(times, plan.run, strict=True)]
    return (Text("**The run**\n" + "\n".join(lines)),) if lines else ()
