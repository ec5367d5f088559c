"""When an hour of a zone is, and days and hours as people write them. Pure: no clock is read here.

Which days come round by a rule is in ``rhythm.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_YEARS = 10
"""How far from today a day may lie that somebody types. Beyond it a digit has slipped."""


class RuleTrouble(ValueError):
    """A day, an hour or a rule that can't be used. ``str()`` of it is one sentence with the remedy."""


# ---------------------------------------------------------------- moments


def moment(day: date, hour: time, zone: str) -> datetime:
    """That hour of that day in the zone, in UTC. An hour that comes twice is its first; one that the clocks skip becomes the first
    moment after the gap: 02:30 becomes 03:00, and on a day that a zone left out it is the beginning of the next."""
    there = ZoneInfo(zone)
    local = datetime.combine(day, hour)
    after = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    if after.astimezone(there).replace(tzinfo=None) == local:
        return after
    # In a gap, PEP 495 makes the first reading go by the offset from before it, which lands after the gap, and the second the other
    # way round. The clocks jump at a whole second between the two.
    before = local.replace(tzinfo=there, fold=1).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(there).replace(tzinfo=None) < local:
            before = middle
        else:
            after = middle
    return after


def local_day(at: datetime, zone: str) -> date:
    """The date that people in the zone write at that moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def is_quiet(at: datetime, zone: str, quiet_from: time | None, quiet_until: time | None) -> bool:
    """Whether the moment lies in the quiet hours of people in the zone."""
    return hour_is_quiet(at.astimezone(ZoneInfo(zone)).time(), quiet_from, quiet_until)


def hour_is_quiet(hour: time, quiet_from: time | None, quiet_until: time | None) -> bool:
    """From the one hour, inclusive, until the other, exclusive, over midnight if need be. From an hour until the same is never."""
    if quiet_from is None or quiet_until is None:
        return False
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


# ---------------------------------------------------------------- days and hours as they are typed

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})(?:\. ?(?P<year>\d{4}|\d{2})?)?",
        r"(?P<one>\d{1,2})[-/ ](?P<other>\d{1,2})(?:[-/ ](?P<year>\d{4}|\d{2}))?",
        r"(?P<day>\d{1,2})\.?[ -]?(?P<month>[a-z]{3,9})\.?(?:[ -](?P<year>\d{4}|\d{2}))?",
        r"(?P<month>[a-z]{3,9})\.? ?(?P<day>\d{1,2})(?: (?P<year>\d{4}))?",
    )
)
_HOUR = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d\d))?(?: ?(?:(?P<half>[ap])\.?m\.?|h|uhr|o'?clock))?", re.ASCII)
_HOUR_EXAMPLES = "write it like 19:00, 7pm or 7:30 pm."


def read_day(typed: str, today: date) -> date:
    """The day that somebody means: 2026-11-30, 30.11.2026, 30 Nov, Nov 30th, today, tomorrow or a weekday, which is the next one
    after today. A day without a year is the next such day, today included. Raises ``RuleTrouble``."""
    text = " ".join(re.sub(r"[,\s]+", " ", typed.casefold()).split())
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    words = [word for word in text.split() if word not in ("on", "the", "of", "next", "this")]
    weekday = _named(words[0].removesuffix("."), DAY_NAMES) if words else None
    if weekday is not None:
        if len(words) == 1:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        words = words[1:]
    day = _date(" ".join(words), today)
    if weekday is not None and day.weekday() != weekday:
        is_a = f"{_in_words(day)} is a {DAY_NAMES[day.weekday()]}, not a {DAY_NAMES[weekday]}"
        raise RuleTrouble(f"{is_a}: correct the day, or leave the weekday out.")
    return day


def read_hour(typed: str) -> time:
    """The hour that somebody means: 19:00, 19.00, 19, 7pm or 7:30 pm. Raises ``RuleTrouble``."""
    text = " ".join(typed.casefold().split()).removeprefix("at ")
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    match = _HOUR.fullmatch(text)
    if not match:
        raise RuleTrouble(f"I can't read that hour: {_HOUR_EXAMPLES}")
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if hour == 24 and minute == 0 and not half:
        raise RuleTrouble("There is no 24:00: write 00:00, with which the next day begins.")
    if minute > 59 or (not 1 <= hour <= 12 if half else hour > 23):
        raise RuleTrouble(f"There is no such hour: {_HOUR_EXAMPLES}")
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def _date(text: str, today: date) -> date:
    match = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    parts = match.groupdict() if match else {}
    month: int | None
    if "one" in parts:
        one, other = int(parts["one"]), int(parts["other"])
        if one != other and 1 <= one <= 12 and 1 <= other <= 12:
            raise RuleTrouble(f"That day could be read in two ways: write {one} {_month(other)} or {other} {_month(one)}.")
        day, month = (one, other) if other <= 12 else (other, one)
    elif parts and (month := _month_of(parts["month"])) is not None:
        day = int(parts["day"])
    else:
        raise RuleTrouble(f"I can't read that day: {_day_examples(today)}")
    years: Iterable[int]
    if parts["year"]:
        years, not_before = (int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0),), date.min
    else:
        # Within eight years there is a 29 February, even around 2100.
        years, not_before = range(today.year, today.year + 9), today
    there_is = filter(None, (_exists(year, month, day) for year in years))
    found = next((it for it in there_is if it >= not_before), None)
    if found is None:
        raise RuleTrouble(f"There is no such day: {_day_examples(today)}")
    if abs(found.year - today.year) > MOST_YEARS:
        raise RuleTrouble(f"{_in_words(found)} is more than {MOST_YEARS} years away: {_day_examples(today)}")
    return found


def _exists(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_of(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    place = _named(written, _MONTHS)
    return None if place is None else place + 1


def _named(written: str, names: tuple[str, ...]) -> int | None:
    # "sept" and "thurs" are what people write; one or two letters are too few to tell.
    return next((place for place, name in enumerate(names) if len(written) > 2 and name.casefold().startswith(written)), None)


def _month(number: int) -> str:
    return _MONTHS[number - 1] if 1 <= number <= 12 else str(number)


def _in_words(day: date) -> str:
    return f"{day.day} {_month(day.month)} {day.year}"


def _day_examples(today: date) -> str:
    return f"write it like {today.year}-11-30, 30 Nov, tomorrow or Thursday."


# ---------------------------------------------------------------- zones


def find_zone(typed: str) -> str | None:
    """The IANA name that somebody means, whatever its case (``europe/berlin``); ``None`` if there is none."""
    return _by_folded_name().get(_folded(typed))


def zones_like(typed: str, most: int = 25) -> tuple[str, ...]:
    """Names that fit what was typed so far: first those whose city begins with it, then those that hold it, then near misses."""
    wanted = _folded(typed)
    names = _by_folded_name()
    city_first = [name for folded, name in names.items() if folded.rsplit("/", 1)[-1].startswith(wanted)]
    holding = [name for folded, name in names.items() if wanted in folded and name not in city_first]
    found = city_first + holding
    if not found:
        import difflib  # when somebody mistypes a city, not at each start

        cities = {folded.rsplit("/", 1)[-1]: name for folded, name in names.items()}
        found = [cities[city] for city in difflib.get_close_matches(wanted.rsplit("/", 1)[-1], cities, 5, 0.7)]
    return tuple(found[:most])


@cache
def _by_folded_name() -> dict[str, str]:
    # Areas and cities only: names such as EST5EDT or Etc/GMT+3 mislead more people than they serve. UTC stays.
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(skipped))
    return {_folded(name): name for name in (*names, "UTC")}


def _folded(name: str) -> str:
    return "_".join(name.casefold().split())
