"""The running plan: look at it, move what is left of it, leave an item out, stop it.

Each button carries what it is about (an item and its date), so a second press, or one on an old card, does nothing more.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from bot.cards import Button, Card, Row, Text, Visit
from bot.commands.phrases import say
from bot.commands.plan import MOST_WEEKS
from bot.commands.plan_calendar import as_dated, later, to_look_at
from bot.commands.plan_words import calendar_of_run, fitting, notes_in_words, page_in, slots_of_plan, title_of, turning
from bot.commands.publish import occurrence
from bot.commands.publish_slot import tidy
from bot.commands.slot_times import due
from bot.commands.slot_words import day_in_words, thing_in_words
from bot.library import Library
from bot.press import Press, base36
from bot.storage import PlanRun, Slot, Store

_REMEDIES = {
    "prompt": " `/discuss` can still post it, at any time.",
    "scenario": " `/scenario` plays it, at any time.",
    "review": " `/review` is there at any time.",
    "round": " `/round start` begins one, at any time.",
}
MOST_POSTINGS = 300
"""More than a plan has items, with what was posted between them."""
IN_A_MOMENT = 5
"""Seconds: an item that is due so soon is being posted, and stays where it is."""


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """What was posted, and what comes."""
    assert visit.group
    run = await store.plan_run(visit.group.group_id)
    return await _card(visit, run, "", library, store, visit.press.args) if run else _none_runs()


async def shift(visit: Visit, library: Library, store: Store) -> Card:
    """Show the dates as they would be; a press moves them."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    run = await store.plan_run(group.group_id)
    if run is None:
        return _none_runs()
    weeks = visit.number("weeks") or _weeks(visit.press.args) or 1
    left = _left(await slots_of_plan(group, store), visit)
    if not left:
        return await _card(visit, run, "Nothing of this plan is left that could be moved.", library, store)
    moved = [later(slot, weeks, group, course.plan(run.plan)) for slot in left]
    if moved[0].due_at is None or moved[0].due_at <= visit.at.timestamp():
        return say("Even then the next item would be in the past: choose more weeks, with `/plan shift`.", tone="look")
    others = [slot for slot in await store.slots_of(group.group_id) if slot.plan_place is None]
    notes = notes_in_words(to_look_at([as_dated(slot) for slot in moved], others, group))
    lines = [f"- <t:{slot.due_at}:F> · {thing_in_words(slot.kind, slot.theme, slot.item, course, ())}" for slot in moved]
    args = (str(weeks), base36(left[0].slot_id), base36(left[0].due_at or 0))
    buttons = (
        Button("Shift it", Press("plan", "shift-now", args, group.group_id), "main"),
        Button("Not now", Press("plan", "show", (), group.group_id)),
    )
    heading = f"## {title_of(run, course)}, {_weeks_in_words(weeks)} later\nWhat is not posted yet would come like this:"
    return Card(
        (Text(heading), Text(fitting(lines)), *((Text(notes),) if notes else ()), Row(buttons)), tone="look" if notes else "warm"
    )


async def shift_now(visit: Visit, library: Library, store: Store) -> Card:
    """Move everything that is not posted yet, in one go; but only as it was when it was shown."""
    assert visit.group
    run = await store.plan_run(visit.group.group_id)
    if run is None:
        return _none_runs()
    weeks = _weeks(visit.press.args)
    left = _left(await slots_of_plan(visit.group, store), visit)
    shown = visit.press.args[1:]
    if not left or weeks is None or shown != (base36(left[0].slot_id), base36(left[0].due_at or 0)):
        return await _card(
            visit, run, "The plan has moved on since that card, so nothing was shifted by this press.", library, store
        )
    plan = library.course(visit.group.language).plan(run.plan)
    moved = tuple(later(slot, weeks, visit.group, plan) for slot in left)
    if moved[0].due_at is None or moved[0].due_at <= visit.at.timestamp():
        return say("Even then the next item would be in the past: choose more weeks, with `/plan shift`.", tone="look")
    await store.change_slots(tuple(left), moved)
    said = f"Everything that was not posted yet comes {_weeks_in_words(weeks)} later. The next item: <t:{moved[0].due_at}:F>."
    return await _card(visit, run, said, library, store)


async def skip(visit: Visit, library: Library, store: Store) -> Card:
    """Leave out the next item, or the one that a button names; the others keep their dates."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    run = await store.plan_run(group.group_id)
    if run is None:
        return _none_runs()
    slots = [slot for slot in await slots_of_plan(group, store) if slot.due_at is not None]
    if visit.press.args:
        slots = [slot for slot in slots if visit.press.args[:2] == (base36(slot.slot_id), base36(slot.due_at or 0))]
        if not slots:
            said = "That item was posted, moved or left out since that card, so nothing was left out by this press."
            return await _card(visit, run, said, library, store)
    if not slots:
        return await _card(visit, run, "Nothing of this plan is left that could be left out.", library, store)
    slot = slots[0]
    day = _day(slot, visit)
    row = replace(occurrence(slot, day, group, slot.theme or "", slot.item or "", visit.at), state="skipped")
    what = thing_in_words(slot.kind, slot.theme, slot.item, course, ())
    if not await store.take(slot, row, done_until=day, due_at=None):
        return await _card(visit, run, f"The {what} was dealt with this very moment.", library, store)
    remedy = _REMEDIES.get(slot.kind, "")
    said = f"Left out: {what}, which would have come <t:{slot.due_at}:F>.{remedy}"
    if await tidy(slot, True, group, store, visit.at):
        return say(
            f"{said}\n\nIt was the last one, so **{title_of(run, course)}** is through, and its closing card comes in a moment. "
            "`/plan start` begins another."
        )
    return await _card(visit, run, said, library, store)


async def stop(visit: Visit, library: Library, store: Store) -> Card:
    """Ask first."""
    assert visit.group
    run = await store.plan_run(visit.group.group_id)
    if run is None:
        return _none_runs()
    left = [slot for slot in await slots_of_plan(visit.group, store) if slot.due_at is not None]
    items = "1 item that is" if len(left) == 1 else f"{len(left)} items that are"
    sentence = (
        f"## Stop {title_of(run, library.course(visit.group.language))}?\n"
        f"The {items} still to come will not be posted. What was posted stays where it is."
    )
    buttons = (
        Button("Stop the plan", Press("plan", "stop-now", _named(run), visit.group.group_id), "danger"),
        Button("Let it run", Press("plan", "show", (), visit.group.group_id)),
    )
    return Card((Text(sentence), Row(buttons)), tone="look")


async def stop_now(visit: Visit, library: Library, store: Store) -> Card:
    """Take out what is left; but not of another plan that was started since."""
    assert visit.group
    run = await store.plan_run(visit.group.group_id)
    if run is None:
        return _none_runs()
    if visit.press.args != _named(run):
        return await _card(visit, run, "Another plan is running by now, so nothing was stopped.", library, store)
    await store.stop_plan(visit.group.group_id)
    title = title_of(run, library.course(visit.group.language))
    return say(f"**{title}** is stopped. What was posted stays; `/plan start` begins it anew, or another.", tone="good")


async def _card(visit: Visit, run: PlanRun, said: str, library: Library, store: Store, wanted: tuple[str, ...] = ()) -> Card:
    """The running plan, opened by what was just done (``said``, which may be empty). If no page is ``wanted``, the one that has the
    next item."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    slots = await slots_of_plan(group, store)
    postings = await store.history(group.group_id, most=MOST_POSTINGS)
    coming = [slot for slot in slots if slot.due_at is not None]
    plan = course.plan(run.plan)
    heading = f"## {title_of(run, course)}\n-# Started on {day_in_words(run.started_on)}. Dates are in your own time zone."
    hints = [] if plan else ["This plan is no longer part of the course; what is left of it still comes, and you can stop it."]
    if any(slot.paused for slot in coming):
        hints.append("Paused items are not posted: `/schedule resume` lets them go on, and says what is to be mended.")
    if not coming:
        hints.append("All of it is dealt with.")
    of = group.group_id
    buttons = [Button("Stop", Press("plan", "stop", (), of), "danger")]
    if plan is not None:
        place = coming[0].plan_place or 0 if coming else 0
        buttons = [Button("The notes", Press("plan", "notes", (plan.name, str(place)), of)), *buttons]
    if coming:
        first = coming[0]
        skipped = Press("plan", "skip", (base36(first.slot_id), base36(first.due_at or 0)), of)
        buttons = [Button("Shift by a week", Press("plan", "shift", ("1",), of)), Button("Skip the next", skipped), *buttons]
    pages, now = calendar_of_run(plan, slots, postings, course)
    page = page_in(wanted, len(pages), now)
    turn = turning(page, len(pages), lambda there: Press("plan", "show", (str(there),), of))
    parts = (said, heading, pages[page], "\n".join(hints))
    return Card((*(Text(one) for one in parts if one), *turn, Row(tuple(buttons))), tone="good" if said else "warm")


def _none_runs() -> Card:
    return say("No plan is running in this group. `/plan start` shows a whole course on your dates before anything is started.")


def _left(slots: tuple[Slot, ...], visit: Visit) -> list[Slot]:
    """What can be moved: everything that is to come, but for what is being posted this very moment."""
    soon = visit.at.timestamp() + IN_A_MOMENT
    return [slot for slot in slots if slot.due_at is not None and (slot.paused or slot.due_at > soon)]


def _day(slot: Slot, visit: Visit) -> date:
    assert visit.group
    ahead = due(slot, visit.group, slot.done_until)
    return ahead[0] if ahead else slot.starts_on


def _weeks(args: tuple[str, ...]) -> int | None:
    """How many weeks a button says."""
    weeks = int(args[0]) if args and args[0].isdecimal() and len(args[0]) == 1 else 0
    return weeks if 1 <= weeks <= MOST_WEEKS else None


def _weeks_in_words(weeks: int) -> str:
    return "a week" if weeks == 1 else f"{weeks} weeks"


def _named(run: PlanRun) -> tuple[str, str]:
    """Which run a button means: a plan and the day on which it was started."""
    return run.plan, base36(run.started_on.toordinal())
