"""On which days a slot comes round.

``dateutil`` steps from period to period by the rules of RFC 5545; from where, and how far at most, is decided here. How a rule is
written is in ``rule.py``; hours and zones are in ``timetable.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from math import inf
from time import thread_time
from typing import Literal

from msgspec import Struct

from bot.rule import EXAMPLE, Rule, read_rule
from bot.timetable import RuleTrouble

TEN_YEARS = timedelta(days=3653)
"""How far ahead a date is looked for."""


class Rhythm(Struct, frozen=True):
    """``rule`` is an RFC 5545 rule without its DTSTART; empty means once, on ``starts_on``. ``hour`` is local, in whole minutes;
    ``ends_on`` is the last day, inclusive."""

    rule: str
    starts_on: date
    hour: time
    ends_on: date | None = None


def next_day(rhythm: Rhythm, after: date | None) -> date | None:
    """The first date strictly after this one (``None``: from the start). ``None`` if there is none within ten years."""
    return next(_days(rhythm, after), None)


def next_days(rhythm: Rhythm, after: date | None, count: int) -> tuple[date, ...]:
    """The next so many dates, or as many as there are, each within ten years of the one before."""
    return tuple(islice(_days(rhythm, after), count))


async def first_days(rhythm: Rhythm, count: int = 3, *, seconds: float = 0.1) -> tuple[date, ...]:
    """The first dates of a rhythm that somebody made up, worked out in a thread. Raises ``RuleTrouble`` if there are none, or if
    that takes longer than so many seconds of processor time: no rule is refused because the machine is busy."""

    def work() -> tuple[date, ...]:
        return tuple(islice(_days(rhythm, None, give_up_at=thread_time() + seconds), count))

    days = await asyncio.to_thread(work)
    if days:
        return days
    if rhythm.ends_on is not None:
        raise RuleTrouble("No date lies between the first day and the last: change one of them, or how often.")
    raise RuleTrouble(f"That rule gives no date within ten years of its first day: write another one, such as {EXAMPLE}.")


class _Interval(int):
    """A rule's INTERVAL that counts how often it is added, and so how many periods ``dateutil`` has stepped over.

    Left alone, ``dateutil`` looks for a 30 February until the year 9999, for seconds, and nothing in between could stop it: UNTIL
    is compared only with dates that were found. But this number it adds for each day, week or month, found or not. So the search
    ends here after as many periods as ten years have: a few milliseconds at most, the same on every machine, with no thread that
    goes on and no tracing. The tests have it search in vain in each of its three ways of stepping.
    """

    periods_left: int
    give_up_at: float

    def __radd__(self, other: int) -> int:
        self._step()
        return other + int(self)

    def __mul__(self, other: int) -> int:
        self._step()
        return int(self) * other

    def _step(self) -> None:
        self.periods_left -= 1
        if self.periods_left < 0:
            raise _FarEnough
        if self.give_up_at < inf and thread_time() > self.give_up_at:
            raise RuleTrouble(f"That rule takes too long to work out: write a simpler one, such as {EXAMPLE}.")


class _FarEnough(Exception):
    """No date within the time that is looked at."""


def _days(rhythm: Rhythm, after: date | None, give_up_at: float = inf) -> Iterator[date]:
    """The dates after this one, in order, each within ten years of the one before."""
    start, end = rhythm.starts_on, rhythm.ends_on or date.max
    if not rhythm.rule:
        if start <= end and (after is None or after < start):
            yield start
        return
    rule = _read(rhythm.rule)
    end = min(end, rule.until or end)
    if start > end or (after is not None and after >= end):
        return
    begin = start if after is None or after < start else after + timedelta(days=1)
    # A rule that counts its dates has to be counted from the first; any other is entered near where it is asked.
    first = _period_of(start if rule.count else begin, start, rule)
    interval = _Interval(rule.interval)
    interval.give_up_at = give_up_at
    horizon = _reach(interval, first, max(start, after or start), rule)
    found = 0
    try:
        for moment in _stepping(rule, start, first, interval):
            day = moment.date()
            if day < start:
                continue
            found += 1
            if day > min(end, horizon) or (rule.count and found > rule.count):
                return
            if day >= begin:
                yield day
                horizon = _reach(interval, day, day, rule)
    except _FarEnough:
        return


@lru_cache(maxsize=1024)
def _read(rule: str) -> Rule:
    return read_rule(rule)


def _period_of(day: date, start: date, rule: Rule) -> date:
    """Where the rule's last period up to this day begins: a day, a week or a month, so many intervals after the start's own.

    From there, and not from the middle of one, since ``dateutil`` leaves out the days of a week before its start, while BYSETPOS
    counts them.
    """
    if rule.freq == "MONTHLY":
        months = (day.year - start.year) * 12 + day.month - start.month
        year, month = divmod(start.year * 12 + start.month - 1 + months // rule.interval * rule.interval, 12)
        return date(year, month + 1, 1)
    length = rule.interval
    if rule.freq == "WEEKLY":
        start -= timedelta(days=(start.weekday() - rule.week_start) % 7)
        length *= 7
    return start + timedelta(days=(day - start).days // length * length)


def _reach(interval: _Interval, here: date, latest: date, rule: Rule) -> date:
    """Let the search go on from the period of ``here`` until ten years after the ``latest`` date, which is the one returned."""
    horizon = latest + min(TEN_YEARS, date.max - latest)
    shortest = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28}[rule.freq] * rule.interval
    interval.periods_left = (horizon - here).days // shortest + 2
    return horizon


def _stepping(rule: Rule, start: date, first: date, interval: int) -> Iterator[datetime]:
    """The dates of the rule from this period on, as if it had begun long before. COUNT and UNTIL are left to the caller."""
    from dateutil import rrule  # for the first date, not for a start

    frequencies: Mapping[str, Literal[1, 2, 3]] = {"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY}
    days, month_days = rule.days, rule.month_days
    if not days and not month_days:
        # What RFC 5545 takes from the start, since ``dateutil`` would take it from the period.
        days = ((start.weekday(), 0),) if rule.freq == "WEEKLY" else ()
        month_days = (start.day,) if rule.freq == "MONTHLY" else ()
    if any(which for _, which in days):
        # Beside a first Monday, ``dateutil`` takes "every Tuesday" for a condition; here it is five more days.
        days = tuple((day, each) for day, which in days for each in ((which,) if which else (1, 2, 3, 4, 5)))
    return iter(
        rrule.rrule(
            frequencies[rule.freq],
            datetime.combine(first, time()),
            interval,
            wkst=rule.week_start,
            bymonth=rule.months or None,
            bymonthday=month_days or None,
            byweekday=tuple(rrule.weekday(day, which or None) for day, which in days) or None,
            bysetpos=rule.places or None,
        )
    )
