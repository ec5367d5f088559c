"""A plan's calendar in words: week by week, a line for each item. No step lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.cards import Button, Choice, Row, Visit
from bot.commands.phrases import MOST_CHOICES
from bot.commands.plan_calendar import Dated, Gap, as_dated, item_of
from bot.commands.slot_words import day_in_words, thing_in_words
from bot.group import Group
from bot.library import Course, Library, Plan
from bot.press import Press
from bot.storage import PlanRun, Posting, Slot, Store

ROOM = 3_300
"""Characters for the lines of a preview that stands alone; Discord takes 4,000 on a card."""
PAGE = 2_200
"""Characters for one page of a calendar, beside the plan's aim, what is worth a look, and remarks."""
MOST_NOTES = 5
NEXT = " · **next**"
_STATES = {
    "posted": "posted",
    "claimed": "being posted",
    "waiting": "refused by Discord, tried again soon",
    "missed": "missed",
    "failed": "could not be posted",
    "skipped": "left out",
}


def calendar_of(plan: Plan, items: Sequence[Dated], gap: Gap | None, course: Course) -> tuple[str, ...]:
    """All items as they would be posted, with the break where it moves something; page by page."""
    lines: list[str] = []
    for one in items:
        item = plan.items[one.place]
        if gap is not None and one.is_moved and not (one.place and items[one.place - 1].is_moved):
            lines.append(gap.in_words)
        lines += _heading(plan, one)
        lines.append(f"- <t:{one.due}:{_style(plan)}> · {thing_in_words(item.kind, item.theme, item.name, course, ())}")
    return paged(lines)


def calendar_of_run(
    plan: Plan | None, slots: Sequence[Slot], postings: Iterable[Posting], course: Course
) -> tuple[tuple[str, ...], int]:
    """All items of a running plan: what became of them, and what is to come; page by page, and the page (from 0) on which the next
    item is. ``slots``: in their order."""
    told = {posting.slot_id: posting for posting in reversed(tuple(postings))}
    is_as_started = all(item_of(plan, slot) for slot in slots)
    upcoming = next((slot for slot in slots if slot.due_at is not None), None)
    lines: list[str] = []
    for slot in slots:
        if plan is not None and is_as_started and slot.plan_place is not None:
            lines += _heading(plan, as_dated(slot))
        what = thing_in_words(slot.kind, slot.theme, slot.item, course, ())
        posting = told.get(slot.slot_id)
        if slot.due_at is not None:
            mark = " · paused" if slot.paused else NEXT if slot is upcoming else ""
            lines.append(f"- <t:{slot.due_at}:{_style(plan)}> · {what}{mark}")
        elif posting is not None:
            lines.append(f"- <t:{posting.due_at or posting.claimed_at}:f> · {what} · {_STATES[posting.state]}")
        else:
            lines.append(f"- {what} · dealt with")
    pages = paged(lines)
    return pages, next((number for number, page in enumerate(pages) if NEXT in page), 0)


def notes_in_words(notes: Sequence[str]) -> str:
    """What to look at, in a few lines; empty if there is nothing."""
    if not notes:
        return ""
    more = [f"- and {len(notes) - MOST_NOTES} more"] if len(notes) > MOST_NOTES else []
    return "\n".join(["**Worth a look**", *(f"- {one}" for one in notes[:MOST_NOTES]), *more])


def weekdays_in_words(plan: Plan, items: Sequence[Dated]) -> str:
    """A line if the plan is written for other weekdays than it falls on here; empty if it is not."""
    written = dict.fromkeys(item.weekday.capitalize() for item in plan.items)
    here = dict.fromkeys(f"{one.day:%A}" for one in items)
    if list(written) == list(here):
        return ""
    return f"-# The plan is written for {_and(written)}. With this first day it falls on {_and(here)}."


def guides_in_words(group: Group, plan: Plan) -> str:
    """When the facilitator's cards come, or why they don't."""
    if not group.guide_hours:
        return "Facilitator's cards are switched off; `/group settings` switches them on."
    if group.moderators_channel is None:
        return "This group has no moderators' channel, so nobody gets the facilitator's cards; `/group edit` names one."
    hours = "an hour" if group.guide_hours == 1 else f"{group.guide_hours} hours"
    to = f"<#{group.moderators_channel}>"
    if plan.is_one_sitting:
        how = "with the run of it; then one for each item, five minutes before"
        return f"A facilitator's card comes to {to} {hours} before it begins, {how}."
    return f"A facilitator's card comes to {to} {hours} before each item."


def title_of(run: PlanRun, course: Course) -> str:
    """The running plan's title; its name when it was removed from the course."""
    plan = course.plan(run.plan)
    return plan.title if plan else run.plan


async def slots_of_plan(group: Group, store: Store) -> tuple[Slot, ...]:
    """The slots of the group's running plan in the plan's own order, those that are dealt with too."""
    its = (slot for slot in await store.slots_of(group.group_id) if slot.plan_place is not None)
    return tuple(sorted(its, key=lambda slot: slot.plan_place or 0))


async def complete_plan(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions for a plan: those whose title or summary has what was typed."""
    wanted = typed.casefold().strip()
    found = (plan for plan in library.course(visit.reads).plans if wanted in f"{plan.name} {plan.title} {plan.summary}".casefold())
    return tuple(Choice(plan.title, plan.name) for plan in found)[:MOST_CHOICES]


def paged(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines on as few pages as they need. A page begins with a week where it can; one page at least, if it is empty."""
    weeks: list[list[str]] = []
    for line in lines:
        if not weeks or line.startswith("**") or sum(map(len, weeks[-1])) + len(weeks[-1]) + len(line) > PAGE:
            weeks.append([])
        weeks[-1].append(line)
    pages: list[str] = [""]
    for week in ("\n".join(one) for one in weeks):
        if pages[-1] and len(pages[-1]) + 1 + len(week) > PAGE:
            pages.append(week)
        else:
            pages[-1] = f"{pages[-1]}\n{week}" if pages[-1] else week
    return tuple(pages)


def turning(page: int, pages: int, to: Callable[[int], Press]) -> tuple[Row, ...]:
    """Buttons to the pages around this one; none where there is one page only."""
    if pages < 2:
        return ()
    around = ((page - 1, f"Earlier ({page} of {pages})"), (page + 1, f"Later ({page + 2} of {pages})"))
    return (Row(tuple(Button(label, to(there)) for there, label in around if 0 <= there < pages)),)


def page_in(words: Sequence[str], pages: int, otherwise: int = 0) -> int:
    """The page that a press asks for, as far as there is one."""
    word = words[0] if words else ""
    return min(int(word), pages - 1) if word.isdecimal() and len(word) <= 2 else otherwise


def fitting(lines: Sequence[str]) -> str:
    """As many lines as fit on a card, and how many don't."""
    shown, room = 0, ROOM
    while shown < len(lines) and room >= len(lines[shown]) + 1:
        room -= len(lines[shown]) + 1
        shown += 1
    rest = [f"- and {len(lines) - shown} more lines"] if shown < len(lines) else []
    return "\n".join([*lines[:shown], *rest])


def _style(plan: Plan | None) -> str:
    """How Discord shows an item's date: with its day, unless all come on one."""
    return "t" if plan is not None and plan.is_one_sitting else "F"


def _heading(plan: Plan, item: Dated) -> list[str]:
    """The week's heading, before its first item."""
    place = item.place
    week = plan.week_of(place)
    if place and plan.week_of(place - 1) is week:
        return []
    if plan.is_one_sitting:
        return [f"**{week.title}**, {item.day:%A}, {day_in_words(item.day)}"]
    if len(plan.weeks) == 1:
        return [f"**{week.title}**"]
    number = next(index for index, one in enumerate(plan.weeks, 1) if one is week)
    return [f"**Week {number} · {week.title}**"]


def _and(words: Iterable[str]) -> str:
    *first, last = (f"{word}s" for word in words)
    return f"{', '.join(first)} and {last}" if first else last
