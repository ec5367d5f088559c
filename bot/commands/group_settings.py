"""``/group settings``: quiet hours, threads, facilitators' cards, replies without a name. By options or in a form.

What a group *is* (its name, home, moderators) is changed in ``group_edit.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Choice, ChoiceField, Form, Given, Row, Text, TextField, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.group_options import ARCHIVE, GUIDE, LONGEST_HOURS, REPLIES
from bot.commands.phrases import note, quoted, say
from bot.commands.review_today import LEAST, MOST
from bot.commands.slot_times import with_guide
from bot.commands.waiting import nowhere_to_hand
from bot.group import Group
from bot.library import Library
from bot.press import Press
from bot.progress import PUBLISH_FROM_LEAST, PUBLISH_FROM_MOST
from bot.recall import GOAL_LEAST, GOAL_MOST
from bot.storage import Change, Slot, Store
from bot.timetable import RuleTrouble, hour_is_quiet, read_hour

OFF = ("off", "none", "no")


async def settings(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """With options: change these. Without: a form with everything filled in."""
    assert visit.group  # the desk sees to it: this step needs a group
    if not set(visit.given) - {"group"}:
        return _form(visit.group)
    return await _change(visit.group, visit, store, channels)


async def settings_form(visit: Visit, library: Library, store: Store) -> Form:
    assert visit.group
    return _form(visit.group)


async def settings_fill_in(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    assert visit.group
    return await _change(visit.group, visit, store, channels)


async def settings_again(visit: Visit, library: Library, store: Store) -> Form:
    """Open the form again with what was typed."""
    assert visit.group
    return typed_again(_form(visit.group), visit.on_card)


def settings_in_words(group: Group) -> str:
    """What is set now, as a list."""
    quiet = _hours(group)
    lines = (
        f"Quiet hours: {quiet}, when the calendar posts nothing" if quiet != "off" else "Quiet hours: none",
        f"An idle thread is archived after {_label(ARCHIVE, str(group.archive_after))}",
        f"Facilitator's card: {_label(GUIDE, str(group.guide_hours))}{' each item of a plan' if group.guide_hours else ''}",
        f"Replies without a name, through the moderators: {'on' if group.replies else 'off'}",
        f"The group's progress is told from {group.publish_from} learners up",
        f"Reviews ask again before fewer than {group.recall_goal}% would be known, as far as {group.review_amount} questions a day "
        "allow; `/group settings` with `review_goal` and `review_amount` changes that",
    )
    return "\n".join(f"- {line}" for line in lines)


def settings_row(group: Group) -> Row:
    """Where a moderator goes on from ``/group show``."""
    buttons = [
        Button("Settings", Press("group", "settings-form", (), group.group_id)),
        Button("Our own prompts", Press("suggestions", "own", (), group.group_id)),
        Button("Our own content", Press("content", "list", (), group.group_id)),
    ]
    if group.replies:
        buttons.append(Button("Replies for each prompt", Press("replies", "switches", (), group.group_id)))
    return Row(tuple(buttons))


async def _change(group: Group, visit: Visit, store: Store, channels: Channels) -> Card:
    wanted = _wished(group, visit, channels)
    if isinstance(wanted, str):
        again = Press("group", "settings-again", (), group.group_id)
        return refused(_form(group), _as_typed(group, visit), f"{wanted}\n-# Nothing was changed.", again)
    if await store.change_group(wanted) is not Change.DONE:
        return say(f"**{group.name}** was closed meanwhile; there is nothing to change.", tone="look")
    slots = await store.slots_of(group.group_id)
    if wanted.guide_hours != group.guide_hours:
        moved = tuple(with_guide(slot, wanted, visit.at) for slot in slots)
        await store.change_slots(slots, moved)
    said = [f"The settings of **{wanted.name}** are changed.", settings_in_words(wanted), *_quiet_slots(group, wanted, slots)]
    if wanted.replies and not group.replies:
        said.append(
            "From now on each new prompt has *Reply without my name*: what somebody writes there comes to the moderators' "
            "channel, and you accept or decline it. I keep neither the text nor who wrote it, so nobody can ask me later."
        )
    return note(Text("\n\n".join(said)), settings_row(wanted), tone="good")


def _wished(group: Group, visit: Visit, channels: Channels) -> Group | str:
    """The group as wished, or the first objection. What was not given stays."""
    typed = visit.text("quiet_hours")
    if typed is not None:
        hours = _read_hours(typed)
        if isinstance(hours, str):
            return hours
        group = replace(group, quiet_from=hours[0], quiet_until=hours[1])
    least = visit.text("publish_from")
    if least is not None:
        digits = least.strip()
        if not (digits.isascii() and digits.isdigit() and PUBLISH_FROM_LEAST <= int(digits) <= PUBLISH_FROM_MOST):
            return (
                f"{quoted(least)} can't be: the group's progress is told from {PUBLISH_FROM_LEAST} to {PUBLISH_FROM_MOST} learners "
                "up, since fewer would show what one of them does."
            )
        group = replace(group, publish_from=int(digits))
    goal = visit.number("review_goal")
    if goal is not None:
        if not GOAL_LEAST <= goal <= GOAL_MOST:
            return (
                f"{goal}% can't be: choose {GOAL_LEAST} to {GOAL_MOST}. Lower would ask again what is long forgotten, and higher "
                "nearly every day."
            )
        group = replace(group, recall_goal=goal)
    amount = visit.number("review_amount")
    if amount is not None:
        if not LEAST <= amount <= MOST:
            return f"{amount} can't be: choose {LEAST} to {MOST} questions in a day. Whoever wants more presses *A few more*."
        group = replace(group, review_amount=amount)
    archive, guide, replies = (visit.text(name) for name in ("archive", "guide", "replies"))
    for given, choices in ((archive, ARCHIVE), (guide, GUIDE), (replies, REPLIES)):
        if given is not None and given not in [one.value for one in choices]:
            return f"{quoted(given)} is none of the choices: {', '.join(one.label for one in choices)}."
    if archive is not None:
        group = replace(group, archive_after=int(archive))
    if guide is not None:
        group = replace(group, guide_hours=int(guide))
    if replies == "on" and not group.replies:
        trouble = nowhere_to_hand(group, channels)
        if trouble:
            return f"Replies without a name go to the moderators first. {trouble}"
    return replace(group, replies=replies == "on") if replies is not None else group


def _read_hours(typed: str) -> tuple[time, time] | tuple[None, None] | str:
    if typed.casefold() in OFF:
        return None, None
    both = re.split(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", typed.strip())
    if len(both) != 2:
        return f"I can't read the quiet hours {quoted(typed)}: write them as `22:00-07:00`, or `off`."
    try:
        begin, end = read_hour(both[0]), read_hour(both[1])
    except RuleTrouble as trouble:
        return f"I can't read the quiet hours {quoted(typed)}. {trouble}"
    if begin == end:
        return "Quiet hours that end when they begin would be a whole day or nothing: write two different hours, or `off`."
    return begin, end


def _quiet_slots(before: Group, after: Group, slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """A warning when the calendar has slots in the new quiet hours."""
    if (before.quiet_from, before.quiet_until) == (after.quiet_from, after.quiet_until):
        return ()
    quiet = [slot for slot in slots if slot.due_at is not None and hour_is_quiet(slot.hour, after.quiet_from, after.quiet_until)]
    if not quiet:
        return ()
    what, it = ("One slot of the calendar falls", "it") if len(quiet) == 1 else (f"{len(quiet)} slots of the calendar fall", "them")
    has_plan = any(slot.plan_place is not None for slot in quiet)
    plan = " A plan's hour stays: `/plan stop`, then start it at another." if has_plan else ""
    return (f"{what} into the quiet hours. Give {it} another hour with `/schedule edit`.{plan}",)


def _as_typed(group: Group, visit: Visit) -> Mapping[str, Given]:
    """What the form shall have: what was given, and for the rest what is set."""
    return {
        "quiet_hours": visit.text("quiet_hours") or _hours(group),
        "archive": visit.text("archive") or str(group.archive_after),
        "guide": visit.text("guide") or str(group.guide_hours),
        "replies": visit.text("replies") or ("on" if group.replies else "off"),
        "publish_from": visit.text("publish_from") or str(group.publish_from),
    }


def _form(group: Group) -> Form:
    return Form(
        "Settings of the group",
        Press("group", "settings-fill-in", (), group.group_id),
        (
            TextField(
                "quiet_hours",
                "Quiet hours",
                _hours(group),
                help="When the calendar posts nothing: such as 22:00-07:00, or off.",
                longest=LONGEST_HOURS,
            ),
            ChoiceField("archive", "An idle thread is archived after", ARCHIVE, (str(group.archive_after),)),
            ChoiceField("guide", "Facilitator's card of a plan's item", GUIDE, (str(group.guide_hours),)),
            ChoiceField(
                "replies",
                "Replies without a name",
                REPLIES,
                ("on" if group.replies else "off",),
                help="They come to the moderators' channel first.",
            ),
            TextField(
                "publish_from",
                "The group's progress is told from",
                str(group.publish_from),
                help="So many learners: 3 to 50. Fewer would show what one of them does.",
                longest=LONGEST_HOURS,
            ),
        ),
    )


def _hours(group: Group) -> str:
    if group.quiet_from is None or group.quiet_until is None:
        return "off"
    return f"{group.quiet_from:%H:%M}-{group.quiet_until:%H:%M}"


def _label(choices: tuple[Choice, ...], value: str) -> str:
    return next((one.label for one in choices if one.value == value), value)


__all__ = ["settings", "settings_again", "settings_fill_in", "settings_form", "settings_in_words", "settings_row"]
