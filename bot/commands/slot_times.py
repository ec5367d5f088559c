"""When a slot posts next: the one place where its dates are worked out, for steps and the poster alike. Pure: stores nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from bot.group import Group
from bot.rhythm import Rhythm, next_day, next_days
from bot.storage import Slot
from bot.timetable import local_day, moment

JUST_BEFORE = 5 * 60
"""Seconds: a facilitator's card within an evening that is led minute by minute."""


def rhythm_of(slot: Slot) -> Rhythm:
    """On which days, and at which hour, in the group's own zone."""
    return Rhythm(slot.rule, slot.starts_on, slot.hour, slot.ends_on)


def due(slot: Slot, group: Group, after: date | None) -> tuple[date, int] | None:
    """The first date after this one and its moment in Unix seconds; ``None`` if there is none any more."""
    day = next_day(rhythm_of(slot), after)
    return (day, _unix(day, slot, group)) if day else None


def from_now(slot: Slot, group: Group, now: datetime) -> Slot:
    """The slot as it goes on from here: whatever lies behind is dealt with, and so is what was dealt with before."""
    today = local_day(now, group.time_zone)
    behind = today if _unix(today, slot, group) <= now.timestamp() else today - timedelta(days=1)
    done = max(behind, slot.done_until) if slot.done_until else behind
    ahead = due(slot, group, done)
    return replace(slot, done_until=done, due_at=ahead[1] if ahead else None)


def next_three(slot: Slot, group: Group, now: datetime) -> tuple[int, ...]:
    """The next three moments from now on in Unix seconds, or as many as there are. A paused slot has those of its going on."""
    days = next_days(rhythm_of(slot), from_now(slot, group, now).done_until, 3)
    return tuple(_unix(day, slot, group) for day in days)


def retimed(slot: Slot, group: Group, now: datetime) -> Slot:
    """The slot in a group whose zone was changed: 19:00 stays 19:00. A facilitator's card moves along, if its item is to come."""
    ahead = due(slot, group, slot.done_until)
    if ahead is not None and ahead[1] <= now.timestamp() and (slot.due_at or 0) > now.timestamp():
        slot = from_now(slot, group, now)  # a date that was ahead lies behind by the new zone: nobody has missed it
        ahead = due(slot, group, slot.done_until)
    due_at = ahead[1] if ahead else None
    guide_at = slot.guide_at
    if guide_at is not None:
        is_to_come = due_at is not None and due_at > now.timestamp() and group.guide_hours > 0
        guide_at = due_at - _lead(slot, group) if due_at is not None and is_to_come else None
    return replace(slot, due_at=due_at, guide_at=guide_at)


def with_guide(slot: Slot, group: Group, now: datetime) -> Slot:
    """A slot of a plan with the moment of its facilitator's card, as the group wants it now. One that was sent for that date has
    its row, and does not come again."""
    if slot.plan_place is None or slot.due_at is None or slot.due_at <= now.timestamp():
        return slot
    if not group.guide_hours or group.moderators_channel is None:
        return replace(slot, guide_at=None)
    return replace(slot, guide_at=slot.due_at - _lead(slot, group))


def _lead(slot: Slot, group: Group) -> int:
    """So many seconds before it comes its facilitator's card. One that comes just before it stays so."""
    is_just_before = slot.guide_at is not None and slot.due_at is not None and slot.due_at - slot.guide_at == JUST_BEFORE
    return JUST_BEFORE if is_just_before else group.guide_hours * 3600


def _unix(day: date, slot: Slot, group: Group) -> int:
    return int(moment(day, slot.hour, group.time_zone).timestamp())
