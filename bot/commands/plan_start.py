"""``/plan start``: the whole calendar as it would be posted, with clashes and holidays; then one press starts it.

Nothing is stored before that press. It carries the wish and a mark of the calendar that was shown: everything is checked again,
and if the dates or the plan have changed since, the calendar is shown anew instead of started.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping

from bot.cards import Answer, Button, Card, Form, Given, Part, Row, Text, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.phrases import say
from bot.commands.plan_calendar import Dated, dated, objection, slots_of, to_look_at
from bot.commands.plan_wish import Wish, find_plan, form_of, no_such_plan, wish_in, wish_of
from bot.commands.plan_words import calendar_of, guides_in_words, notes_in_words, page_in, title_of, turning, weekdays_in_words
from bot.commands.slot_words import day_in_words, rights_trouble
from bot.group import Group
from bot.library import Library
from bot.press import GROUP_BITS, Press, base36
from bot.storage import PlanRun, RowExists, Store
from bot.timetable import local_day


async def start(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """From the command or the form: show the calendar as it would be."""
    assert visit.group
    course = library.course(visit.group.language)
    if not course.plans:
        return say(no_such_plan(course, ""), tone="look")
    wish = wish_in(visit, course)
    if isinstance(wish, str):
        return _refused(visit, library, visit.given, wish)
    return await _shown(visit, wish, library, store, channels)


async def look(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The same for a wish that a button carries."""
    wish = _carried(visit, library)
    return wish if isinstance(wish, Card) else await _shown(visit, wish, library, store, channels)


async def begin(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Start it, once. What was shown is checked again first."""
    assert visit.group
    group = visit.group
    wish = _carried(visit, library)
    if isinstance(wish, Card):
        return wish
    items = dated(wish.plan, wish.first_day, wish.hour, wish.gap, group.time_zone)
    against = objection(items, visit.at.timestamp(), group)
    if against:
        return _refused(visit, library, wish.given(), against)
    today = local_day(visit.at, group.time_zone)
    run = PlanRun(group.group_id, wish.plan.name, wish.first_day, wish.hour or wish.plan.hours()[0], today)
    running = await _running(group, store)
    if running is not None:
        return _runs_already(running, wish, run, library, visit)
    if visit.press.args[-1] != _mark(wish, items):
        shown = await _shown(visit, wish, library, store, channels)
        return _opened("The calendar is not the same as a moment ago, so nothing was started. Please look once more.", shown)
    if not await _stored(wish, items, run, store, visit):
        running = await store.plan_run(group.group_id)
        if running is None:
            return say(f"**{group.name}** was closed meanwhile; there is nothing to start.", tone="look")
        return _runs_already(running, wish, run, library, visit)
    first = items[0]
    return Card(
        (
            Text(
                f"**{wish.plan.title}** has begun: {len(items)} items, the first one <t:{first.due}:F> in <#{group.home_channel}>. "
                f"You need not remember anything.\n{guides_in_words(group, wish.plan)}"
            ),
            Row((Button("The plan", Press("plan", "show", (), group.group_id), "main"),)),
        ),
        tone="good",
    )


async def change(visit: Visit, library: Library, store: Store) -> Answer:
    """The form, with what the calendar was made from."""
    assert visit.group
    wish = _carried(visit, library)
    return wish if isinstance(wish, Card) else form_of(visit.group, library.course(visit.group.language), wish.given())


async def again(visit: Visit, library: Library, store: Store) -> Form:
    """The form that was refused, with all that was typed."""
    assert visit.group
    return typed_again(form_of(visit.group, library.course(visit.group.language), {}), visit.on_card)


async def not_now(visit: Visit, library: Library, store: Store) -> Card:
    return say("Nothing was changed.")


async def _shown(visit: Visit, wish: Wish, library: Library, store: Store, channels: Channels) -> Card:
    """The whole calendar, and what a moderator should know before it starts."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    items = dated(wish.plan, wish.first_day, wish.hour, wish.gap, group.time_zone)
    against = objection(items, visit.at.timestamp(), group)
    if against:
        return _refused(visit, library, wish.given(), against)
    running = await _running(group, store)
    if running is not None:
        return _in_the_way(running, wish, library, visit)
    pages = calendar_of(wish.plan, items, wish.gap, course)
    page = page_in(visit.press.args[5:] if visit.press.step == "look" else (), len(pages))
    parts: list[Part] = [
        Text(f"## {wish.plan.title}\n{wish.plan.aim}"),
        Text(pages[page]),
        *turning(page, len(pages), lambda there: Press("plan", "look", (*wish.args(), str(there)), group.group_id)),
    ]
    notes = list(to_look_at(items, await store.slots_of(group.group_id), group))
    if wish.gap is not None and not any(one.is_moved for one in items):
        notes.insert(0, "No item falls into the break that you named, so nothing moves.")
    trouble = rights_trouble(group, channels)
    if trouble:
        notes.insert(0, trouble)
    if notes:
        parts.append(Text(notes_in_words(notes)))
    small = f"-# Dates are in your own time zone; the group's is {group.time_zone}. Nothing is started yet."
    remarks = (guides_in_words(group, wish.plan), weekdays_in_words(wish.plan, items), small)
    parts.append(Text("\n".join(one for one in remarks if one)))
    args, of = wish.args(), group.group_id
    buttons = (
        Button("Start it", Press("plan", "begin", (*args, _mark(wish, items)), of), "main"),
        Button("The notes", Press("plan", "notes", (wish.plan.name, "0"), of)),
        Button("Change", Press("plan", "change", args, of)),
        Button("Not now", Press("plan", "not-now", (), of)),
    )
    return Card((*parts, Row(buttons)), tone="look" if notes else "warm")


def _carried(visit: Visit, library: Library) -> Wish | Card:
    assert visit.group
    wish = wish_of(visit.press, library.course(visit.group.language))
    return wish or say("That plan is no longer part of the course. `/plan start` has those that are.", tone="look")


async def _running(group: Group, store: Store) -> PlanRun | None:
    """The plan that stands in the way of another. One of which nothing is to come does not: its last item was missed, say."""
    await store.end_plan_if_done(group.group_id)
    return await store.plan_run(group.group_id)


async def _stored(wish: Wish, items: tuple[Dated, ...], run: PlanRun, store: Store, visit: Visit) -> bool:
    assert visit.group
    while True:
        numbers = [secrets.randbits(GROUP_BITS) for _ in items]
        try:
            return await store.add_slots(slots_of(wish.plan, items, visit.group, numbers), run)
        except RowExists:
            continue  # one of the random numbers is taken: draw again


def _mark(wish: Wish, items: tuple[Dated, ...]) -> str:
    """Four characters that change with the calendar: other dates, or another plan under the same name."""
    what = [(item.kind, item.theme, item.name, one.due) for item, one in zip(wish.plan.items, items, strict=True)]
    return base36(zlib.crc32(repr(what).encode()) % 36**4, 4)


def _refused(visit: Visit, library: Library, given: Mapping[str, Given], why: str) -> Card:
    """Say what is wrong and keep what was typed: *Try again* opens it as a form."""
    assert visit.group
    course = library.course(visit.group.language)
    plan = find_plan(course, str(given.get("plan", "")))
    typed = {**given, "plan": plan.name if plan else ""}
    form = form_of(visit.group, course, typed)
    return refused(form, typed, f"{why}\n-# Nothing was started.", Press("plan", "again", (), visit.group.group_id))


def _runs_already(running: PlanRun, wish: Wish, run: PlanRun, library: Library, visit: Visit) -> Card:
    """After a press on *Start it*: the same plan, by a press before; or another one."""
    if running != run:
        return _in_the_way(running, wish, library, visit)
    show = Button("The plan", Press("plan", "show", (), run.group_id), "main")
    return Card((Text(f"**{wish.plan.title}** has begun already, and it runs once."), Row((show,))))


def _in_the_way(running: PlanRun, wish: Wish, library: Library, visit: Visit) -> Card:
    """At most one plan at a time; what was wished for stays in a button."""
    assert visit.group
    of, title = visit.group.group_id, title_of(running, library.course(visit.group.language))
    buttons = (
        Button("The running plan", Press("plan", "show", (), of), "main"),
        Button("Stop it", Press("plan", "stop", (), of)),
        Button("Look again", Press("plan", "look", wish.args(), of)),
    )
    sentence = (
        f"**{title}** is running in this group since {day_in_words(running.started_on)}, and a group has one plan at a time: "
        f"`/plan stop` ends it, then *Look again* goes on with **{wish.plan.title}** from {day_in_words(wish.first_day)}."
    )
    return Card((Text(sentence), Row(buttons)), tone="look")


def _opened(sentence: str, card: Card) -> Card:
    return Card((Text(sentence), *card.parts), tone="look")
