"""The dates of a rhythm: against the examples of RFC 5545, against a plain reading of its table, and within their time."""

from __future__ import annotations

import asyncio
import calendar
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from itertools import groupby
from time import thread_time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import bot.rhythm
from bot.rhythm import TEN_YEARS, Rhythm, first_days, next_day, next_days
from bot.rule import WEEKDAYS, Rule, checked_rule, read_rule, rule_of
from bot.timetable import RuleTrouble

SEVEN = time(19)
START = date(2026, 11, 24)
"""A Tuesday."""


def dates(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(one) for one in text.split())


# ---------------------------------------------------------------- examples by hand


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        # From RFC 5545, section 3.8.5.3, each with its first dates.
        ("FREQ=DAILY;COUNT=3", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"),
        ("FREQ=WEEKLY;UNTIL=19970924T000000Z", "1997-09-02", "1997-09-02 1997-09-09 1997-09-16 1997-09-23"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997-09-02 1997-09-16 1997-09-30 1997-10-14 1997-10-28"),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=5;WKST=SU;BYDAY=TU,TH",
            "1997-09-02",
            "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07 1997-12-05"),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=5;BYDAY=1SU,-1SU", "1997-09-07", "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29"),
        ("FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1", "1997-09-30", "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02", "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
            "1997-09-13",
            "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10",
        ),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"),
        # A start that the rule does not name is no date of it.
        ("FREQ=WEEKLY;BYDAY=TH", "2026-11-24", "2026-11-26 2026-12-03 2026-12-10 2026-12-17 2026-12-24"),
        # What the rule leaves open comes from the start.
        ("FREQ=WEEKLY", "2026-11-24", "2026-11-24 2026-12-01 2026-12-08 2026-12-15 2026-12-22"),
        ("FREQ=MONTHLY", "2026-10-31", "2026-10-31 2026-12-31 2027-01-31 2027-03-31 2027-05-31"),
        ("FREQ=MONTHLY;INTERVAL=12", "2028-02-29", "2028-02-29 2032-02-29 2036-02-29 2040-02-29 2044-02-29"),
        # The first of the days of a whole week, also in the week of the start, where it was on Monday.
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026-11-25", "2026-11-30 2026-12-07 2026-12-14 2026-12-21 2026-12-28"),
        # "Mondays, and the first Tuesday", which dateutil itself would take for no day at all.
        ("FREQ=MONTHLY;BYDAY=MO,1TU", "2026-11-24", "2026-11-30 2026-12-01 2026-12-07 2026-12-14 2026-12-21"),
    ],
)
def test_a_rule_gives_the_dates_that_rfc_5545_says(rule: str, start: str, expected: str) -> None:
    rhythm = Rhythm(checked_rule(rule), date.fromisoformat(start), SEVEN)
    assert next_days(rhythm, None, 5) == dates(expected)


@pytest.mark.parametrize(
    ("often", "days", "expected"),
    [
        ("once", (), "2026-11-24"),
        ("weekly", (), "2026-11-24 2026-12-01 2026-12-08 2026-12-15"),
        ("weekly", ("MO", "TH"), "2026-11-26 2026-11-30 2026-12-03 2026-12-07"),
        ("weeks-2", ("MO", "TH"), "2026-11-26 2026-12-07 2026-12-10 2026-12-21"),
        ("weeks-3", ("SU",), "2026-11-29 2026-12-20 2027-01-10 2027-01-31"),
        ("first", ("MO",), "2026-12-07 2027-01-04 2027-02-01 2027-03-01"),
        ("last", ("MO",), "2026-11-30 2026-12-28 2027-01-25 2027-02-22"),
    ],
)
def test_the_rules_of_the_menus_give_the_dates_that_one_expects(often: str, days: tuple[str, ...], expected: str) -> None:
    assert next_days(Rhythm(rule_of(often, days, START), START, SEVEN), None, 4) == dates(expected)


def test_the_last_day_is_a_day_still_and_nothing_comes_after_it() -> None:
    rhythm = Rhythm("FREQ=WEEKLY;BYDAY=TH", START, SEVEN, ends_on=date(2026, 12, 3))
    assert next_days(rhythm, None, 5) == dates("2026-11-26 2026-12-03")
    assert next_day(rhythm, date(2026, 11, 26)) == date(2026, 12, 3)
    assert next_day(rhythm, date(2026, 12, 3)) is None
    assert next_day(rhythm, date.max) is None


def test_whatever_ends_first_ends_the_rhythm() -> None:
    until = Rhythm("FREQ=DAILY;UNTIL=20261125", START, SEVEN, ends_on=date(2026, 11, 30))
    assert next_days(until, None, 9) == dates("2026-11-24 2026-11-25")
    count = Rhythm("FREQ=DAILY;COUNT=2", START, SEVEN, ends_on=date(2026, 11, 30))
    assert next_days(count, None, 9) == dates("2026-11-24 2026-11-25")
    assert next_day(count, date(2026, 11, 25)) is None


def test_once_comes_once() -> None:
    once = Rhythm("", START, SEVEN)
    assert next_day(once, None) == START
    assert next_day(once, START - timedelta(days=1)) == START
    assert next_day(once, START) is None
    assert next_day(Rhythm("", START, SEVEN, ends_on=START), None) == START
    assert next_day(Rhythm("", START, SEVEN, ends_on=START - timedelta(days=1)), None) is None


def test_before_its_start_a_rhythm_has_no_date() -> None:
    assert next_day(Rhythm("FREQ=DAILY", START, SEVEN), date(2020, 1, 1)) == START


def test_a_date_more_than_ten_years_away_is_none() -> None:
    mondays = Rhythm("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", date(2016, 3, 1), SEVEN)  # the next one is in 2044
    assert next_day(mondays, None) is None
    assert next_day(mondays, date(2034, 2, 20)) is None
    assert next_day(mondays, date(2034, 3, 1)) == date(2044, 2, 29)


# ---------------------------------------------------------------- against a plain reading of the table in RFC 5545


def period(day: date, rule: Rule) -> int:
    """Which of the days, weeks or months of all time this day lies in."""
    if rule.freq == "MONTHLY":
        return day.year * 12 + day.month
    return day.toordinal() if rule.freq == "DAILY" else (day.toordinal() - 1 - rule.week_start) // 7


def fits(day: date, rule: Rule, start: date) -> bool:
    """Whether the parts of the rule name this day, if its period is one of the rule's."""
    length = calendar.monthrange(day.year, day.month)[1]
    which = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not {day.day, day.day - length - 1} & set(rule.month_days):
        return False
    if rule.days:
        return any((day.weekday(), one) in rule.days for one in which)
    if rule.month_days or rule.freq == "DAILY":
        return True
    return day.weekday() == start.weekday() if rule.freq == "WEEKLY" else day.day == start.day


def plainly(rhythm: Rhythm, until: date) -> list[date]:
    """Every date until this one, found by asking each day."""
    rule, start = read_rule(rhythm.rule), rhythm.starts_on
    days = (start - timedelta(days=31) + timedelta(days=more) for more in range((until - start).days + 70))
    found: list[date] = []
    for number, group in groupby(days, lambda day: period(day, rule)):
        if (number - period(start, rule)) % rule.interval == 0:
            named = [day for day in group if fits(day, rule, start)]
            places = [place - 1 if place > 0 else place for place in rule.places] or list(range(len(named)))
            found += sorted({named[place] for place in places if -len(named) <= place < len(named)})
    found = [day for day in found if day >= start][: rule.count]
    last = min(until, rule.until or until, rhythm.ends_on or until)
    return [day for day in found if day <= last]


month_days = st.sampled_from([1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -15, -31])
starts = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]))
    parts = [f"FREQ={freq}"]

    def perhaps(name: str, values: st.SearchStrategy[int] | st.SearchStrategy[str], most: int) -> None:
        if chosen := draw(st.just([]) | st.lists(values, min_size=1, max_size=most)):
            parts.append(f"{name}={','.join(map(str, chosen))}")

    perhaps("INTERVAL", st.integers(1, 8) | st.integers(1, 52), 1)
    end = draw(st.sampled_from(["", "", "COUNT", "UNTIL"]))
    if end == "COUNT":
        perhaps("COUNT", st.integers(1, 40), 1)
    if end == "UNTIL":
        perhaps("UNTIL", starts.map(lambda day: f"{day:%Y%m%d}"), 1)
    perhaps("BYMONTH", st.integers(1, 12), 3)
    if freq != "WEEKLY":
        perhaps("BYMONTHDAY", month_days, 4)
    numbers = ["", "1", "2", "5", "-1", "-5"] if freq == "MONTHLY" else [""]
    perhaps("BYDAY", st.builds("{}{}".format, st.sampled_from(numbers), st.sampled_from(WEEKDAYS)), 4)
    if any(part.startswith("BY") for part in parts):
        perhaps("BYSETPOS", st.sampled_from([1, 2, 3, -1, -2]), 2)
    perhaps("WKST", st.sampled_from(WEEKDAYS), 1)
    return checked_rule(";".join(parts))


rhythms = st.builds(
    lambda rule, start, lasts: Rhythm(rule, start, SEVEN, None if lasts is None else start + timedelta(days=lasts)),
    rules(),
    starts,
    st.none() | st.integers(0, 2000),
)


@given(rhythms, st.none() | st.integers(-30, 3000))
@example(Rhythm("FREQ=WEEKLY;BYDAY=SU,MO;BYSETPOS=1;WKST=WE", date(2026, 12, 31), SEVEN), 0)
@example(Rhythm("FREQ=MONTHLY;INTERVAL=11;BYDAY=MO,-1FR", date(2026, 12, 31), SEVEN), 800)
@example(Rhythm("FREQ=WEEKLY;INTERVAL=52;BYMONTH=1", date(2026, 12, 31), SEVEN), None)
def test_the_dates_are_those_that_asking_each_day_finds(rhythm: Rhythm, later: int | None) -> None:
    after = None if later is None else rhythm.starts_on + timedelta(days=later)
    until = max(after or rhythm.starts_on, rhythm.starts_on) + timedelta(days=3000)
    expected = [day for day in plainly(rhythm, until) if after is None or day > after]
    found = next_days(rhythm, after, 6)
    assert [day for day in found if day <= until] == expected[:6]


@given(rhythms, st.none() | starts)
@example(Rhythm("FREQ=MONTHLY;INTERVAL=40;BYMONTH=1;BYDAY=1MO", date(2015, 1, 1), SEVEN), None)  # ten years and a day apart
def test_the_next_day_is_after_and_the_next_days_are_one_next_day_after_another(rhythm: Rhythm, after: date | None) -> None:
    found = next_days(rhythm, after, 4)
    for day in found:
        assert next_day(rhythm, after) == day
        assert after is None or day > after
        assert day >= rhythm.starts_on
        after = day
    assert len(found) == 4 or next_day(rhythm, after) is None


@given(rules(), starts, st.integers(0, 4000), st.integers(1, 400))
def test_asked_later_the_same_dates_come(rule: str, start: date, later: int, earlier: int) -> None:
    rhythm, after = Rhythm(rule, start, SEVEN), start + timedelta(days=later)
    between = next_days(rhythm, after - timedelta(days=earlier), 500)
    assume(between)
    assert next_day(rhythm, after) == next((day for day in between if day > after), None) or between[-1] <= after


# ---------------------------------------------------------------- within their time

VAIN = (
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=2",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYDAY=5MO,-5TU;BYMONTH=2;BYMONTHDAY=28,30",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20261231",
)


@pytest.mark.parametrize("rule", VAIN)
def test_a_search_in_vain_ends_after_ten_years_and_not_in_the_year_9999(rule: str) -> None:
    # Left alone, dateutil takes a second or several for each of them.
    rhythm, begun = Rhythm(checked_rule(rule), START, SEVEN), thread_time()
    assert next_day(rhythm, None) is None
    assert next_day(rhythm, START + 3 * TEN_YEARS) is None
    assert thread_time() - begun < 0.5


@pytest.mark.parametrize("rule", VAIN)
async def test_a_rule_that_never_matches_is_refused_with_a_sentence(rule: str) -> None:
    with pytest.raises(RuleTrouble) as refused:
        await first_days(Rhythm(rule, START, SEVEN))
    assert str(refused.value) == (
        "That rule gives no date within ten years of its first day: write another one, such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=TH`."
    )


async def test_days_that_leave_no_room_for_the_rule_are_refused_as_that() -> None:
    with pytest.raises(RuleTrouble, match="between the first day and the last"):
        await first_days(Rhythm("FREQ=WEEKLY;BYDAY=MO", START, SEVEN, ends_on=START + timedelta(days=2)))


async def test_the_first_days_of_a_rule_are_its_next_days() -> None:
    rhythm = Rhythm("FREQ=MONTHLY;BYDAY=1MO", START, SEVEN)
    assert await first_days(rhythm) == dates("2026-12-07 2027-01-04 2027-02-01")
    assert await first_days(rhythm, 1) == dates("2026-12-07")
    assert await first_days(Rhythm("", START, SEVEN)) == (START,)


async def test_working_out_a_rule_stops_when_its_time_is_over() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    with pytest.raises(RuleTrouble, match="takes too long to work out"):
        await first_days(Rhythm(VAIN[0], START, SEVEN), seconds=0.0)
    # Nothing goes on behind it: the only thread of the pool is free for the next one.
    assert await asyncio.wait_for(first_days(Rhythm("FREQ=DAILY", START, SEVEN), 1), 10) == (START,)


async def test_the_bot_goes_on_while_a_rule_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    gone_on = threading.Event()
    worked_out = bot.rhythm._days

    def slowly(*args: object, **more: object) -> object:
        assert gone_on.wait(10), "the event loop stood still"
        return worked_out(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.rhythm, "_days", slowly)
    asyncio.get_running_loop().call_soon(gone_on.set)
    assert await first_days(Rhythm("FREQ=DAILY", START, SEVEN), 1) == (START,)


@pytest.mark.parametrize(
    "rule", ["", "FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=DAILY"]
)
def test_the_next_day_of_a_slot_that_began_three_years_ago_takes_far_less_than_a_millisecond(rule: str) -> None:
    rhythm, begun = Rhythm(rule, START - timedelta(days=1096), SEVEN), thread_time()
    for later in range(200):
        next_day(rhythm, START + timedelta(days=later))
    assert thread_time() - begun < 200 * 0.0005
