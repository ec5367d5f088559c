"""Which plan a moderator wants to start, and when: read from a command, a form or a button. Stores nothing.

Every objection is one sentence with the remedy. A wish is written into the button that confirms it, so nothing is remembered
meanwhile, and it is checked again when it comes back.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date, time, timedelta

from msgspec import Struct

from bot.cards import Choice, ChoiceField, Form, Given, TextField, Visit
from bot.commands.phrases import MOST_CHOICES, quoted
from bot.commands.plan import LONGEST_DAY, LONGEST_HOUR
from bot.commands.plan_calendar import Gap
from bot.commands.slot_words import day_in_words
from bot.group import Group
from bot.library import Course, Plan
from bot.press import NotAPress, Press, base36
from bot.timetable import RuleTrouble, local_day, read_day, read_hour

FURTHEST = timedelta(days=366)
"""How far ahead a plan may begin, and how long a gap may go on after that."""


class Wish(Struct, frozen=True):
    """``hour``: ``None`` for the plan's own."""

    plan: Plan
    first_day: date
    hour: time | None = None
    gap: Gap | None = None

    def args(self) -> tuple[str, ...]:
        """As a button's five arguments: 20 characters at most, besides the plan's name."""
        gap = (base36(self.gap.first.toordinal()), base36(self.gap.last.toordinal())) if self.gap else ("", "")
        return (self.plan.name, base36(self.first_day.toordinal()), f"{self.hour:%H%M}" if self.hour else "", *gap)

    def given(self) -> dict[str, Given]:
        """As the form would bring it."""
        return {
            "plan": self.plan.name,
            "first_day": self.first_day.isoformat(),
            "hour": f"{self.hour:%H:%M}" if self.hour else "",
            "no_meetings_from": self.gap.first.isoformat() if self.gap else "",
            "no_meetings_until": self.gap.last.isoformat() if self.gap else "",
        }


def wish_in(visit: Visit, course: Course) -> Wish | str:
    """What the command or the form asks for; or the first objection to it."""
    assert visit.group
    typed = visit.text("plan") or ""
    plan = find_plan(course, typed)
    if plan is None:
        return no_such_plan(course, typed)
    today = local_day(visit.at, visit.group.time_zone)
    try:
        first_day = read_day(visit.text("first_day") or "", today)
        hour = read_hour(typed_hour) if (typed_hour := visit.text("hour")) else None
        gap_days = [read_day(one, today) for name in ("no_meetings_from", "no_meetings_until") if (one := visit.text(name))]
    except RuleTrouble as trouble:
        return str(trouble)
    if first_day < today:
        return f"{day_in_words(first_day)} is in the past: choose today, {day_in_words(today)}, or a later first day."
    if first_day > today + FURTHEST:
        return f"{day_in_words(first_day)} is more than a year ahead: choose a first day within the next twelve months."
    if len(gap_days) == 1:
        return "A break has a first and a last day: say both, from when and until when there are no meetings, or neither."
    if gap_days and gap_days[1] < gap_days[0]:
        return f"The break would end on {day_in_words(gap_days[1])}, before it begins: choose a later day for its end."
    if gap_days and gap_days[1] > first_day + FURTHEST:
        return "The break goes on for more than a year after the first day: choose an earlier end for it."
    return Wish(plan, first_day, hour, Gap(*gap_days) if gap_days else None)


def wish_of(press: Press, course: Course) -> Wish | None:
    """What a button's arguments say; ``None`` when that plan was removed from the course."""
    try:
        name, first_day, hour, begins, ends = press.args[:5]
        first = date.fromordinal(int(first_day, 36))
        at = time(int(hour[:2]), int(hour[2:])) if hour else None
        gap = Gap(date.fromordinal(int(begins, 36)), date.fromordinal(int(ends, 36))) if begins or ends else None
    except (ValueError, OverflowError) as error:
        raise NotAPress("no wish for a plan") from error
    plan = course.plan(name)
    return Wish(plan, first, at, gap) if plan else None


def form_of(group: Group, course: Course, given: Mapping[str, Given]) -> Form:
    """The form, filled in with what was said so far."""

    def said(name: str, longest: int) -> str:
        value = given.get(name)
        return value.strip()[:longest] if isinstance(value, str) else ""

    plan = find_plan(course, said("plan", 100))
    choices = tuple(Choice(one.title, one.name, one.summary) for one in course.plans[:MOST_CHOICES])

    def day(name: str, label: str, help: str, *, required: bool = False) -> TextField:
        return TextField(name, label, said(name, LONGEST_DAY), longest=LONGEST_DAY, help=help, required=required)

    hour = said("hour", LONGEST_HOUR)
    return Form(
        "Start a plan",
        Press("plan", "fill-in", (), group.group_id),
        (
            ChoiceField("plan", "Plan", choices, (plan.name,) if plan else ()),
            day("first_day", "First day", "Such as 3 December, or thursday.", required=True),
            TextField("hour", "Hour", hour, longest=LONGEST_HOUR, required=False, help="Empty: the plan's own hour."),
            day("no_meetings_from", "No meetings from", "The first day of a break, if there is one."),
            day("no_meetings_until", "No meetings until", "Its last day. What falls into the break moves behind it."),
        ),
    )


def find_plan(course: Course, typed: str) -> Plan | None:
    """The plan that somebody means: its name or its title."""
    wanted = typed.casefold()
    return course.plan(wanted) or next((plan for plan in course.plans if plan.title.casefold() == wanted), None)


def no_such_plan(course: Course, typed: str) -> str:
    if not course.plans:
        return "The course has no plan yet; `/schedule add` plans one thing at a time."
    titles = {plan.title.casefold(): plan.title for plan in course.plans}
    close = difflib.get_close_matches(typed[:100].casefold(), titles, 1, 0.4)
    there = f"Did you mean **{titles[close[0]]}**?" if close else "Pick one of those that are suggested while you type."
    return f"There is no plan called {quoted(typed)}. {there}"
