"""A plan on a group's own dates: when each item comes, what moves for holidays, and what a moderator should look at. Pure.

The first item comes on the first day, whatever weekday that is, and the others keep their distance to it. So a plan that is written
for Tuesdays and Thursdays serves a group that meets on Mondays, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from bot.commands.slot_times import JUST_BEFORE, rhythm_of
from bot.commands.slot_words import day_in_words
from bot.group import Group
from bot.library import Item, Plan
from bot.rhythm import next_days
from bot.storage import Slot
from bot.timetable import hour_is_quiet, moment

GRACE = 2 * 3600
"""How many seconds an item may be late."""
GRACE_IN_A_SITTING = 15 * 60
"""The same where the group sits together, minute by minute."""
TOO_CLOSE = 2 * 3600
"""Two posts of one group on one day that are no further apart than this are a clash."""
AT_A_TIME = 32
MANY_ARE_AWAY = ((12, 24), (12, 25), (12, 26), (12, 31), (1, 1))


class Gap(Struct, frozen=True):
    """No meetings from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def in_words(self) -> str:
        return f"— no meetings from {day_in_words(self.first)} to {day_in_words(self.last)} —"


class Dated(Struct, frozen=True):
    """One item of a plan on its date. ``due`` is in Unix seconds; ``place`` is its place in the plan."""

    place: int
    day: date
    hour: time
    due: int
    is_moved: bool = False
    """Whether a gap has moved it."""


def dated(plan: Plan, first_day: date, hour: time | None, gap: Gap | None, zone: str) -> tuple[Dated, ...]:
    """All items of the plan. Whatever would fall into the gap, and all after it, moves by whole weeks until after it."""
    moved, found = timedelta(), []
    for place, (after, at) in enumerate(plan.times(hour)):
        day = first_day + timedelta(days=after) + moved
        while gap is not None and gap.first <= day <= gap.last:
            day, moved = day + timedelta(weeks=1), moved + timedelta(weeks=1)
        found.append(Dated(place, day, at, unix(day, at, zone), bool(moved)))
    return tuple(found)


def objection(items: Sequence[Dated], now: float, group: Group) -> str | None:
    """Why the plan can't be started on these dates, with the remedy."""
    if items[0].due <= now:
        return f"The first item would have come at <t:{items[0].due}:F>, and that is past: choose a later first day."
    for before, one in pairwise(items):
        if (one.day, one.hour) <= (before.day, before.hour):
            return (
                f"On {day_in_words(one.day)} the items would come in the wrong order, since one of them keeps an hour of its own: "
                "choose another hour, or leave it out."
            )
    quiet = next((one for one in items if hour_is_quiet(one.hour, group.quiet_from, group.quiet_until)), None)
    if quiet is not None:
        return (
            f"{quiet.hour:%H:%M} is within the group's quiet hours ({group.quiet_from:%H:%M} to {group.quiet_until:%H:%M}): "
            "choose another hour, or change them with `/group settings`."
        )
    return None


def to_look_at(items: Sequence[Dated], others: Iterable[Slot], group: Group) -> tuple[str, ...]:
    """A line for each date on which something else is on, or on which many people are away."""
    days = {one.day for one in items}
    before, last = min(days) - timedelta(days=1), max(days)
    busy: dict[date, list[int]] = {}
    for slot in others:
        if slot.paused or slot.due_at is None:
            continue
        for day in _days_between(slot, max(slot.done_until or before, before), last):
            if day in days:
                busy.setdefault(day, []).append(unix(day, slot.hour, group.time_zone))
    lines = []
    for one in items:
        if (one.day.month, one.day.day) in MANY_ARE_AWAY:
            lines.append(f"<t:{one.due}:D>: many are away on that day.")
        close = [due for due in busy.get(one.day, ()) if abs(due - one.due) <= TOO_CLOSE]
        if close:
            lines.append(f"<t:{one.due}:F>: the calendar has another post at <t:{min(close)}:t>.")
    return tuple(lines)


def slots_of(plan: Plan, items: Sequence[Dated], group: Group, numbers: Iterable[int]) -> tuple[Slot, ...]:
    """A slot for each item. ``numbers``: random ones; they are given in order, so that two items that a change of the clocks
    brings to one moment still come in theirs."""
    return tuple(
        with_guide(
            Slot(
                number, group.group_id, item.kind, item.theme, item.name,
                rule="", starts_on=one.day, hour=one.hour, ends_on=None, ping=None,
                grace=GRACE if item.minute is None else GRACE_IN_A_SITTING, done_until=None,
                due_at=one.due, plan_place=one.place,
            ),
            group,
            plan,
        )
        for number, item, one in zip(sorted(numbers), plan.items, items, strict=True)
    )  # fmt: skip


def with_guide(slot: Slot, group: Group, plan: Plan | None) -> Slot:
    """The slot with the moment at which its facilitator's card comes, if anyone gets it: in a sitting, just before it, but for the
    first, which has the run of it all."""
    wanted = slot.due_at is not None and group.guide_hours and group.moderators_channel is not None
    lead = JUST_BEFORE if slot.plan_place and plan is not None and plan.is_one_sitting else group.guide_hours * 3600
    return replace(slot, guide_at=slot.due_at - lead if wanted and slot.due_at is not None else None)


def later(slot: Slot, weeks: int, group: Group, plan: Plan | None) -> Slot:
    """A plan's slot, moved by whole weeks; it gets its facilitator's card anew."""
    day = slot.starts_on + timedelta(weeks=weeks)
    moved = replace(slot, starts_on=day, done_until=None, due_at=unix(day, slot.hour, group.time_zone))
    return with_guide(moved, group, plan)


def as_dated(slot: Slot) -> Dated:
    return Dated(slot.plan_place or 0, slot.starts_on, slot.hour, slot.due_at or 0)


def item_of(plan: Plan | None, slot: Slot) -> Item | None:
    """The item of the plan that this slot was made from; ``None`` if the plan was removed or changed since."""
    if plan is None or slot.plan_place is None or not 0 <= slot.plan_place < len(plan.items):
        return None
    item = plan.items[slot.plan_place]
    return item if (item.kind, item.theme, item.name) == (slot.kind, slot.theme, slot.item) else None


def _days_between(slot: Slot, after: date, last: date) -> Iterator[date]:
    """A few at a time: a rule such as 29 February may have its next hundreds in the far future."""
    found: tuple[date, ...] = (after,)
    while found and found[-1] <= last:
        found = next_days(rhythm_of(slot), found[-1], AT_A_TIME)
        yield from (day for day in found if day <= last)


def unix(day: date, hour: time, zone: str) -> int:
    return int(moment(day, hour, zone).timestamp())
