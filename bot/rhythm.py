"""On which days a slot comes round, by the rules of RFC 5545; and the words and menus in which people say so.

Pure, but for ``first_days``, which works a typed rule out in a thread and gives up in time. Hours and zones are in ``timetable.py``.
"""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from time import perf_counter
from typing import Any

from dateutil.rrule import rrule, rrulestr

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
MOST_WEEKS = 52


class RuleTrouble(ValueError):
    """A rule, a day or an hour that can't be used. ``str()`` of it is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``rule`` is an RFC 5545 rule without its DTSTART; empty means once, on ``starts_on``. ``ends_on`` is its last day."""

    rule: str
    starts_on: date
    hour: time
    ends_on: date | None = None


def next_day(rhythm: Rhythm, after: date | None) -> date | None:
    """The first date strictly after this one (from the start if it is ``None``); ``None`` when there is none any more."""
    found = next_days(rhythm, after, 1)
    return found[0] if found else None


def next_days(rhythm: Rhythm, after: date | None, count: int) -> tuple[date, ...]:
    """The next so many dates, or as many as there are."""
    if not rhythm.rule:
        is_ahead = after is None or rhythm.starts_on > after
        return (rhythm.starts_on,) if is_ahead and (rhythm.ends_on is None or rhythm.starts_on <= rhythm.ends_on) else ()
    rule = _parsed(rhythm.rule, rhythm.starts_on)
    begin = datetime.combine(after, time.max) if after else datetime.combine(rhythm.starts_on, time.min)
    found = (moment.date() for moment in rule.xafter(begin, inc=after is None))
    days = tuple(islice(found, count))
    return tuple(day for day in days if rhythm.ends_on is None or day <= rhythm.ends_on)


async def first_days(rhythm: Rhythm, count: int = 3, *, seconds: float = 0.1) -> tuple[date, ...]:
    """The first dates of a rule that somebody typed. Raises ``RuleTrouble`` if it has none, or none can be found in time: a rule
    such as 30 February would keep the library searching up to the year 9999."""

    def work() -> tuple[date, ...]:
        deadline = perf_counter() + seconds

        def watch(frame: Any, event: str, argument: Any) -> None:
            if perf_counter() > deadline:
                raise _TooLong

        sys.settrace(watch)  # of this thread alone, and of calls alone: the only way to stop the library between two dates
        try:
            return next_days(rhythm, None, count)
        finally:
            sys.settrace(None)

    try:
        days = await asyncio.to_thread(work)
    except _TooLong as error:
        raise RuleTrouble("That rule leads to no date, or takes too long to work out: please make it simpler.") from error
    if not days:
        raise RuleTrouble("There is no date by that rule between its first and its last day: please change one of them.")
    return days


class _TooLong(Exception):
    pass


@lru_cache(maxsize=4096)
def _parsed(rule: str, starts_on: date) -> rrule:
    parsed = rrulestr(rule, dtstart=datetime.combine(starts_on, time.min))
    assert isinstance(parsed, rrule)
    return parsed


def checked_rule(typed: str) -> str:
    """The rule as it is stored. Raises ``RuleTrouble``."""
    text = re.sub(r"\s+", "", typed).upper().removeprefix("RRULE:").strip(";")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise RuleTrouble("A rule looks like this: `FREQ=WEEKLY;INTERVAL=2;BYDAY=TH`.")
        if name not in _PARTS:
            raise RuleTrouble(f"A rule can't have `{name[:20]}` here; it may have {', '.join(_PARTS)}. The hour has its own field.")
        if name in parts:
            raise RuleTrouble(f"The rule has `{name}` twice; once is enough.")
        parts[name] = value
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY"):
        raise RuleTrouble("The rule's `FREQ` has to be `DAILY`, `WEEKLY` or `MONTHLY`.")
    interval = parts.get("INTERVAL", "1")
    if not interval.isdecimal() or not 1 <= int(interval[:4]) <= MOST_WEEKS:
        raise RuleTrouble(f"The rule's `INTERVAL` has to be a number from 1 to {MOST_WEEKS}.")
    if "UNTIL" in parts:
        parts["UNTIL"] = parts["UNTIL"][:8] + "T235959"
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rrulestr(rule, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001  a date in no zone
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RuleTrouble("I can't read that rule. One that works: `FREQ=WEEKLY;INTERVAL=2;BYDAY=TH`.") from error
    return rule


def rule_of(often: str, days: tuple[str, ...], starts_on: date) -> str:
    """The rule that somebody picked from menus: ``once``, ``weekly``, ``weeks-2`` …, ``first`` or ``last`` of the month."""
    if often == "once":
        return ""
    chosen = [day for day in WEEKDAYS if day in days] or [WEEKDAYS[starts_on.weekday()]]
    if often in ("first", "last"):
        place = "1" if often == "first" else "-1"
        return f"FREQ=MONTHLY;BYDAY={','.join(place + day for day in chosen)}"
    weeks = int(often.removeprefix("weeks-")) if often.startswith("weeks-") else 1
    every = f"INTERVAL={weeks};" if weeks > 1 else ""
    return f"FREQ=WEEKLY;{every}BYDAY={','.join(chosen)}"


def rule_in_words(rule: str, hour: time) -> str:
    """Such as ``every Thursday at 19:00``."""
    at = f"at {hour:%H:%M}"
    if not rule:
        return f"once {at}"
    if match := re.fullmatch(r"FREQ=WEEKLY;(?:INTERVAL=(\d+);)?BYDAY=([A-Z,]+)", rule):
        days = _listed([DAY_NAMES[WEEKDAYS.index(day)] for day in match[2].split(",")])
        return f"every {match[1]} weeks on {days} {at}" if match[1] else f"every {days} {at}"
    if match := re.fullmatch(r"FREQ=MONTHLY;BYDAY=((?:1[A-Z]{2},?)+|(?:-1[A-Z]{2},?)+)", rule):
        place = "last" if rule.count("-1") else "first"
        days = _listed([DAY_NAMES[WEEKDAYS.index(day[-2:])] for day in match[1].split(",")])
        return f"on the {place} {days} of each month {at}"
    if rule == "FREQ=DAILY":
        return f"every day {at}"
    return f"by the rule `{rule}` {at}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXAMPLE = "Write it like 2026-11-30 or 30 November."


def read_day(typed: str, today: date) -> date:
    """The day that somebody means. Raises ``RuleTrouble``."""
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", " ".join(typed.casefold().replace(",", " ").split()))
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    for index, name in enumerate(DAY_NAMES):
        if text.removeprefix("next ") in (name.casefold(), name[:3].casefold()):
            return today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)
    year: str | int | None = None
    month: str | int
    day: str | int
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        year, month, day = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})?", text):
        day, month, year = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})\.? (?:of )?([a-z]+)\.?(?: (\d{4}))?", text):
        day, year = match[1], match[3]
        month = _month(match[2])
    elif match := re.fullmatch(r"([a-z]+)\.? (\d{1,2})(?: (\d{4}))?", text):
        day, year = match[2], match[3]
        month = _month(match[1])
    elif re.fullmatch(r"\d{1,2}/\d{1,2}(/\d{2,4})?", text):
        raise RuleTrouble(f"That could be read in two ways. {_EXAMPLE}")
    else:
        raise RuleTrouble(f"I can't read that day. {_EXAMPLE}")
    try:
        if year is not None:
            return date(int(year), int(month), int(day))
        found = date(today.year, int(month), int(day))
        return found if found >= today else date(today.year + 1, int(month), int(day))
    except ValueError as error:
        raise RuleTrouble(f"There is no such day. {_EXAMPLE}") from error


def _month(word: str) -> int:
    if word[:3] not in _MONTHS:
        raise RuleTrouble(f"I can't read that month. {_EXAMPLE}")
    return _MONTHS.index(word[:3]) + 1


def read_hour(typed: str) -> time:
    """The hour that somebody means. Raises ``RuleTrouble``."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))? ?(am|pm|a\.m\.|p\.m\.|h|uhr)?", typed.casefold().strip(), re.ASCII)
    if not match:
        raise RuleTrouble("I can't read that hour. Write it like 19:00 or 7 pm.")
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            raise RuleTrouble("There is no such hour. Write it like 19:00 or 7 pm.")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise RuleTrouble("There is no such hour. Write it like 19:00 or 7 pm.")
    return time(hour, minute)
