"""The form in which a moderator says when: how often, on which days, at which hour, from when until when; or a rule instead.

Every objection is one sentence; whatever was typed comes back by ``again.py``. Nothing is stored here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.cards import Choice, ChoiceField, Field, Form, TextField, Visit
from bot.commands.schedule import LONGEST_RULE
from bot.commands.schedule_subject import Subject
from bot.commands.slot_times import from_now, rhythm_of
from bot.commands.slot_words import day_in_words
from bot.group import Group
from bot.press import Press
from bot.rhythm import first_days
from bot.rule import checked_rule, rule_of
from bot.storage import Slot
from bot.timetable import RuleTrouble, hour_is_quiet, local_day, read_day, read_hour

USUAL_HOUR = time(19)
OFTEN = (
    Choice("Once", "once"),
    Choice("Every week", "weekly"),
    Choice("Every 2 weeks", "weeks-2"),
    Choice("Every 3 weeks", "weeks-3"),
    Choice("Every 4 weeks", "weeks-4"),
    Choice("On the first such day of each month", "first"),
    Choice("On the last such day of each month", "last"),
)
DAYS = (
    Choice("Monday", "MO"),
    Choice("Tuesday", "TU"),
    Choice("Wednesday", "WE"),
    Choice("Thursday", "TH"),
    Choice("Friday", "FR"),
    Choice("Saturday", "SA"),
    Choice("Sunday", "SU"),
)


class When(Struct, frozen=True):
    """What the form opens with. ``rule`` is the text of a rule, or ``None`` for the choices of ``often`` and ``days``."""

    hour: time = USUAL_HOUR
    starts_on: date | None = None
    ends_on: date | None = None
    often: str = "weekly"
    days: tuple[str, ...] = ()
    rule: str | None = None


def when_of(slot: Slot) -> When:
    """A slot's own when, by choices where the choices can say it."""
    when = When(slot.hour, slot.starts_on, slot.ends_on)
    found = _by_choices(slot.rule, slot.starts_on)
    return replace(when, often=found[0], days=found[1]) if found else replace(when, rule=slot.rule)


def form_of(title: str, press: Press, when: When) -> Form:
    """The form, filled in. Its press is the step that receives it."""
    if when.rule is not None:
        first: tuple[Field, ...] = (
            TextField(
                "rule",
                "Rule",
                when.rule[:LONGEST_RULE],
                hint="FREQ=MONTHLY;BYDAY=2TU",
                help="As in RFC 5545, in days, weeks or months; the hour has its own field.",
                longest=LONGEST_RULE,
            ),
        )
    else:
        first = (
            ChoiceField("often", "How often", OFTEN, (when.often,)),
            ChoiceField(
                "days", "Days", DAYS, when.days, "Without any: the weekday of the first day.", required=False, several=True
            ),
        )
    return Form(
        title if len(title) <= 45 else f"{title[:44]}…",
        press,
        (
            *first,
            TextField("hour", "Hour", f"{when.hour:%H:%M}", help="In the group's own time zone.", longest=20),
            TextField("from", "From", when.starts_on.isoformat() if when.starts_on else "", longest=40),
            TextField(
                "until",
                "Until",
                when.ends_on.isoformat() if when.ends_on else "",
                help="The last day, if there is one.",
                required=False,
                longest=40,
            ),
        ),
    )


async def wished(visit: Visit, subject: Subject, slot_id: int, before: Slot | None) -> Slot | str:
    """The slot that the form describes, from now on; or the first objection. ``before``: the slot that is changed."""
    assert visit.group
    group = visit.group
    try:
        slot = _typed(visit, group, subject, slot_id, before)
        if isinstance(slot, str):
            return slot
        await first_days(rhythm_of(slot))
    except RuleTrouble as trouble:
        return str(trouble)
    if before is not None:
        slot = replace(slot, done_until=before.done_until, paused=before.paused, why_paused=before.why_paused)
    slot = from_now(slot, group, visit.at)
    if slot.due_at is None:
        return f"At {slot.hour:%H:%M} that is over already, and no date is left. Choose a later day."
    return slot


def tomorrow(at: datetime, group: Group) -> date:
    return local_day(at, group.time_zone) + timedelta(days=1)


def _typed(visit: Visit, group: Group, subject: Subject, slot_id: int, before: Slot | None) -> Slot | str:
    today = local_day(visit.at, group.time_zone)
    hour = read_hour(visit.text("hour") or "")
    starts_on = read_day(visit.text("from") or "", today)
    typed_until = visit.text("until")
    ends_on = read_day(typed_until, today) if typed_until else None
    if starts_on < today and (before is None or starts_on != before.starts_on):
        return f"{day_in_words(starts_on)} is in the past: choose today, {day_in_words(today)}, or a later day."
    if "rule" in visit.given:
        rule = checked_rule(visit.text("rule") or "")
    else:
        often, days = visit.text("often") or "weekly", visit.picks("days")
        if often == "once" and days:
            starts_on = _first_of(days, starts_on)
        rule = rule_of(often, days, starts_on)
    if ends_on is not None and ends_on < starts_on:
        return f"It would end on {day_in_words(ends_on)}, before it begins: choose a later `Until`, or leave that empty."
    if hour_is_quiet(hour, group.quiet_from, group.quiet_until):
        return (
            f"{hour:%H:%M} is within the group's quiet hours ({group.quiet_from:%H:%M} to {group.quiet_until:%H:%M}): "
            "choose another hour, or change them with `/group settings`."
        )
    return Slot(
        slot_id,
        group.group_id,
        subject.kind,
        subject.theme,
        subject.item,
        rule,
        starts_on,
        hour,
        ends_on if rule else None,
        subject.ping,
        subject.grace * 3600,
        None,
        None,
    )


def _first_of(days: tuple[str, ...], starts_on: date) -> date:
    """The first of these weekdays from that day on."""
    week = (starts_on + timedelta(days=ahead) for ahead in range(7))
    return next((day for day in week if DAYS[day.weekday()].value in days), starts_on)


def _by_choices(rule: str, starts_on: date) -> tuple[str, tuple[str, ...]] | None:
    """How often and on which days, if the form's choices make just this rule."""
    named = rule.partition("BYDAY=")[2].partition(";")[0]
    days = tuple(day.value for day in DAYS if day.value in named)
    return next(((one.value, days) for one in OFTEN if rule_of(one.value, days, starts_on) == rule), None)
