"""The text of a rule by which a slot repeats: from menus, from somebody who types RFC 5545, and in words.

A study group needs days, weeks and months, and the hour of a slot is no part of its rule. Whatever else RFC 5545 knows is refused
here, by a sentence that names it. Which dates follow from a rule is worked out in ``rhythm.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeVar

from msgspec import Struct

from bot.timetable import DAY_NAMES, RuleTrouble

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EXAMPLE = "`FREQ=WEEKLY;INTERVAL=2;BYDAY=TH`"
MOST_DATES = 1000

_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
_LONGEST = 500
_ONCE_A_YEAR = "; once a year is `FREQ=MONTHLY;INTERVAL=12`"
_OWN_FIELDS = {"BYHOUR": "hour", "BYMINUTE": "hour", "BYSECOND": "hour", "DTSTART": "first day"}
_T = TypeVar("_T", int, date, tuple[int, int])


class Rule(Struct, frozen=True):
    """A rule's parts, each in order and without doubles. ``days``: a weekday (``MO`` is 0) and which of the month it is, or 0."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    places: tuple[int, ...] = ()
    week_start: int = 0


def rule_of(often: str, days: tuple[str, ...], starts_on: date) -> str:
    """The rule that somebody picked: ``once``, ``weekly``, ``weeks-2`` and so on, ``first`` or ``last`` of each month; on these
    days (``MO`` to ``SU``), or on the weekday of the first day."""
    if often == "once":
        return ""
    chosen = [day for day in WEEKDAYS if day in days] or [WEEKDAYS[starts_on.weekday()]]
    if often in ("first", "last"):
        place = "1" if often == "first" else "-1"
        return f"FREQ=MONTHLY;BYDAY={','.join(place + day for day in chosen)}"
    weeks = int(often.removeprefix("weeks-")) if often != "weekly" else 1
    return f"FREQ=WEEKLY;{f'INTERVAL={weeks};' if weeks > 1 else ''}BYDAY={','.join(chosen)}"


def rule_in_words(rule: str, hour: time) -> str:
    """Such as ``every 2 weeks on Monday and Thursday at 19:00``. What the menus don't offer is shown as the rule that it is."""
    at = f"at {hour:%H:%M}"
    if not rule:
        return f"once {at}"
    if rule == "FREQ=DAILY":
        return f"every day {at}"
    if match := re.fullmatch(r"FREQ=WEEKLY;(?:INTERVAL=(\d+);)?BYDAY=([A-Z,]+)", rule):
        return f"every {match[1]} weeks on {_listed(match[2])} {at}" if match[1] else f"every {_listed(match[2])} {at}"
    if match := re.fullmatch(r"FREQ=MONTHLY;BYDAY=((?:1[A-Z]{2},?)+|(?:-1[A-Z]{2},?)+)", rule):
        return f"on the {'last' if '-' in match[1] else 'first'} {_listed(match[1])} of each month {at}"
    return f"by the rule `{rule}` {at}"


def checked_rule(typed: str) -> str:
    """The rule as it is stored, in capitals and in one order. Raises ``RuleTrouble``."""
    rule = read_rule(typed)
    values = (
        rule.freq,
        str(rule.interval) if rule.interval > 1 else "",
        str(rule.count or ""),
        rule.until.isoformat().replace("-", "") if rule.until else "",
        ",".join(map(str, rule.months)),
        ",".join(map(str, rule.month_days)),
        ",".join(f"{which or ''}{WEEKDAYS[day]}" for day, which in rule.days),
        ",".join(map(str, rule.places)),
        WEEKDAYS[rule.week_start] if rule.week_start else "",
    )
    return ";".join(f"{name}={value}" for name, value in zip(_PARTS, values, strict=True) if value)


def read_rule(typed: str) -> Rule:
    """The parts of a rule. Raises ``RuleTrouble``, whose sentence names the part that is wrong and what to write instead."""
    text = "".join(typed.split()).upper().removeprefix("RRULE:")
    if len(text) > _LONGEST:
        raise RuleTrouble(f"That rule is too long: {_LONGEST} characters are enough for any.")
    given: dict[str, str] = {}
    for part in filter(None, text.split(";")):
        name, equals, value = part.partition("=")
        if re.match(r"DTSTART\b", name):
            name = "DTSTART"  # it comes as DTSTART:20261126 or DTSTART;TZID=…
        elif not equals or not value:
            raise RuleTrouble(f"A rule is made of parts such as `BYDAY=TH`, which {_shown(part)} is not: write it like {EXAMPLE}.")
        if name in given:
            raise RuleTrouble(f"The rule has {_shown(name)} twice: write it once, its values with commas between them.")
        given[name] = value
    for name in given:
        if name in _OWN_FIELDS:
            raise RuleTrouble(f"Leave `{name}` out of the rule: the {_OWN_FIELDS[name]} has its own field.")
        if name not in _PARTS:
            raise RuleTrouble(f"Leave {_shown(name)} out of the rule: it can have {', '.join(f'`{one}`' for one in _PARTS)}.")
    freq = given.get("FREQ")
    if freq not in ("DAILY", "WEEKLY", "MONTHLY"):
        wrong = f"`FREQ` can't be {_shown(freq)} here" if freq else "The rule does not say how often"
        raise RuleTrouble(
            f"{wrong}: write `FREQ=DAILY`, `FREQ=WEEKLY` or `FREQ=MONTHLY`{_ONCE_A_YEAR if freq == 'YEARLY' else ''}."
        )
    rule = Rule(
        freq,
        _one("INTERVAL", given, _whole(1, 52), "a whole number from 1 to 52") or 1,
        _one("COUNT", given, _whole(1, MOST_DATES), f"a whole number from 1 to {MOST_DATES}"),
        _one("UNTIL", given, _day, "the last day, such as `UNTIL=20261217`"),
        _several("BYMONTH", given, _whole(1, 12), "months from 1 to 12"),
        _several("BYMONTHDAY", given, _whole(1, 31, or_back=True), "days from 1 to 31, or from -1, the last, to -31"),
        _several("BYDAY", given, _weekday, "days such as `MO,TH`, or `1MO` for the first and `-1MO` for the last Monday"),
        _several("BYSETPOS", given, _whole(1, 31, or_back=True), "places such as 1 for the first or -1 for the last"),
        _one("WKST", given, _week_start, "the first day of the week, such as `WKST=SU`") or 0,
    )
    return _fitting(rule)


def _fitting(rule: Rule) -> Rule:
    """The rule, if its parts go together by RFC 5545."""
    if rule.count and rule.until:
        raise RuleTrouble("The rule has both `COUNT` and `UNTIL`: leave one of them out.")
    if rule.freq != "MONTHLY" and any(which for _, which in rule.days):
        raise RuleTrouble(
            "`BYDAY` counts days of the month here: write `FREQ=MONTHLY`, or days without a number, such as `BYDAY=MO`."
        )
    if rule.freq == "WEEKLY" and rule.month_days:
        raise RuleTrouble("`BYMONTHDAY` does not go with weeks: write `FREQ=MONTHLY`, or leave it out.")
    if rule.places and not (rule.days or rule.month_days or rule.months):
        raise RuleTrouble("`BYSETPOS` chooses among days: say which ones, such as `BYDAY=MO,TU,WE,TH,FR`.")
    return rule


def _one(name: str, given: dict[str, str], read: Callable[[str], _T | None], wanted: str) -> _T | None:
    if name not in given:
        return None
    found = read(given[name])
    if found is None:
        raise RuleTrouble(f"`{name}` can't be {_shown(given[name])}: write {wanted}.")
    return found


def _several(name: str, given: dict[str, str], read: Callable[[str], _T | None], wanted: str) -> tuple[_T, ...]:
    if name not in given:
        return ()
    found = (_one(name, {name: one}, read, wanted) for one in given[name].split(","))
    return tuple(sorted({one for one in found if one is not None}))


def _whole(least: int, most: int, *, or_back: bool = False) -> Callable[[str], int | None]:
    def read(value: str) -> int | None:
        number = int(value) if re.fullmatch(r"[+-]?[0-9]{1,4}", value) else 0
        return number if least <= (abs(number) if or_back else number) <= most else None

    return read


def _weekday(value: str) -> tuple[int, int] | None:
    match = re.fullmatch(rf"([+-]?[1-5])?({'|'.join(WEEKDAYS)})", value)
    return (WEEKDAYS.index(match[2]), int(match[1] or 0)) if match else None


def _week_start(value: str) -> int | None:
    return WEEKDAYS.index(value) if value in WEEKDAYS else None


def _day(value: str) -> date | None:
    # An hour or a zone behind the date changes nothing: a slot has one date and one hour.
    match = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T.*)?", value)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _listed(days: str) -> str:
    *others, last = (DAY_NAMES[WEEKDAYS.index(day[-2:])] for day in days.split(","))
    return f"{', '.join(others)} and {last}" if others else last


def _shown(text: str) -> str:
    """What was typed, as far as it can be part of a rule: nothing in it can be a mention or an end of the code."""
    return f"`{re.sub(r'[^A-Z0-9,=:+-]+', '', text)[:30] or '?'}`"
