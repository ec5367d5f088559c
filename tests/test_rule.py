"""A rule as it is typed, as it is picked from menus, and in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rule import WEEKDAYS, checked_rule, rule_in_words, rule_of
from bot.timetable import RuleTrouble

SEVEN = time(19)
MONDAY = date(2026, 11, 30)
OFTEN = ("weekly", "weeks-2", "weeks-3", "weeks-4", "first", "last")

# ---------------------------------------------------------------- typed


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;BYDAY=TH"),
        ("rrule:freq=weekly;byday=th;", "FREQ=WEEKLY;BYDAY=TH"),
        (" FREQ = WEEKLY ; BYDAY = TH , MO\n", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("BYDAY=TH;INTERVAL=1;FREQ=WEEKLY;WKST=MO", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=WEEKLY;INTERVAL=02;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
        ("FREQ=MONTHLY;BYDAY=+1MO,-1FR,1MO", "FREQ=MONTHLY;BYDAY=1MO,-1FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1,1", "FREQ=MONTHLY;BYMONTHDAY=-1,1,15"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=DAILY;COUNT=10;BYMONTH=6,5", "FREQ=DAILY;COUNT=10;BYMONTH=5,6"),
        ("FREQ=DAILY;UNTIL=20261224T180000Z", "FREQ=DAILY;UNTIL=20261224"),
        ("FREQ=DAILY;UNTIL=2026-12-24", "FREQ=DAILY;UNTIL=20261224"),
        ("FREQ=DAILY;UNTIL=20261224T180000+0100", "FREQ=DAILY;UNTIL=20261224"),
    ],
)
def test_a_typed_rule_is_stored_in_capitals_and_one_order(typed: str, stored: str) -> None:
    assert checked_rule(typed) == stored
    assert checked_rule(stored) == stored


WEEKLY = "write `FREQ=DAILY`, `FREQ=WEEKLY` or `FREQ=MONTHLY`"
PARTS = "`FREQ`, `INTERVAL`, `COUNT`, `UNTIL`, `BYMONTH`, `BYMONTHDAY`, `BYDAY`, `BYSETPOS`, `WKST`"
LIKE = "write it like `FREQ=WEEKLY;INTERVAL=2;BYDAY=TH`."
MONTH_DAYS = "write days from 1 to 31, or from -1, the last, to -31."
DAYS = "write days such as `MO,TH`, or `1MO` for the first and `-1MO` for the last Monday."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("FREQ=SECONDLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30", f"`FREQ` can't be `SECONDLY` here: {WEEKLY}."),
        ("FREQ=MINUTELY", f"`FREQ` can't be `MINUTELY` here: {WEEKLY}."),
        ("FREQ=HOURLY", f"`FREQ` can't be `HOURLY` here: {WEEKLY}."),
        ("FREQ=YEARLY", f"`FREQ` can't be `YEARLY` here: {WEEKLY}; once a year is `FREQ=MONTHLY;INTERVAL=12`."),
        ("", f"The rule does not say how often: {WEEKLY}."),
        ("BYDAY=MO", f"The rule does not say how often: {WEEKLY}."),
        ("every thursday", f"A rule is made of parts such as `BYDAY=TH`, which `EVERYTHURSDAY` is not: {LIKE}"),
        ("FREQ=DAILY;COUNT=", f"A rule is made of parts such as `BYDAY=TH`, which `COUNT=` is not: {LIKE}"),
        ("**@everyone** `", f"A rule is made of parts such as `BYDAY=TH`, which `EVERYONE` is not: {LIKE}"),
        ("日", f"A rule is made of parts such as `BYDAY=TH`, which `?` is not: {LIKE}"),
        ("FREQ=DAILY;BYHOUR=7", "Leave `BYHOUR` out of the rule: the hour has its own field."),
        ("FREQ=DAILY;BYMINUTE=7", "Leave `BYMINUTE` out of the rule: the hour has its own field."),
        ("FREQ=DAILY;BYSECOND=7", "Leave `BYSECOND` out of the rule: the hour has its own field."),
        ("DTSTART:20261126T190000Z\nRRULE:FREQ=DAILY", "Leave `DTSTART` out of the rule: the first day has its own field."),
        ("DTSTART;TZID=Europe/Berlin:20261126T190000", "Leave `DTSTART` out of the rule: the first day has its own field."),
        ("FREQ=DAILY;BYEASTER=1", f"Leave `BYEASTER` out of the rule: it can have {PARTS}."),
        ("FREQ=DAILY;BYWEEKNO=1", f"Leave `BYWEEKNO` out of the rule: it can have {PARTS}."),
        ("FREQ=DAILY;BYYEARDAY=1", f"Leave `BYYEARDAY` out of the rule: it can have {PARTS}."),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL` can't be `0`: write a whole number from 1 to 52."),
        ("FREQ=DAILY;INTERVAL=53", "`INTERVAL` can't be `53`: write a whole number from 1 to 52."),
        ("FREQ=DAILY;INTERVAL=1.5", "`INTERVAL` can't be `15`: write a whole number from 1 to 52."),
        ("FREQ=DAILY;INTERVAL=-2", "`INTERVAL` can't be `-2`: write a whole number from 1 to 52."),
        ("FREQ=DAILY;COUNT=0", "`COUNT` can't be `0`: write a whole number from 1 to 1000."),
        ("FREQ=DAILY;COUNT=1001", "`COUNT` can't be `1001`: write a whole number from 1 to 1000."),
        ("FREQ=DAILY;UNTIL=20260231", "`UNTIL` can't be `20260231`: write the last day, such as `UNTIL=20261217`."),
        ("FREQ=DAILY;UNTIL=Christmas", "`UNTIL` can't be `CHRISTMAS`: write the last day, such as `UNTIL=20261217`."),
        ("FREQ=MONTHLY;BYMONTH=13", "`BYMONTH` can't be `13`: write months from 1 to 12."),
        ("FREQ=MONTHLY;BYMONTH=-1", "`BYMONTH` can't be `-1`: write months from 1 to 12."),
        ("FREQ=MONTHLY;BYMONTHDAY=1,32", f"`BYMONTHDAY` can't be `32`: {MONTH_DAYS}"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", f"`BYMONTHDAY` can't be `0`: {MONTH_DAYS}"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,,2", f"`BYMONTHDAY` can't be `?`: {MONTH_DAYS}"),
        ("FREQ=MONTHLY;BYMONTHDAY=٣", f"`BYMONTHDAY` can't be `?`: {MONTH_DAYS}"),
        ("FREQ=WEEKLY;BYDAY=XX", f"`BYDAY` can't be `XX`: {DAYS}"),
        ("FREQ=MONTHLY;BYDAY=6MO", f"`BYDAY` can't be `6MO`: {DAYS}"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=0", "`BYSETPOS` can't be `0`: write places such as 1 for the first or -1 for the last."),
        ("FREQ=WEEKLY;WKST=1", "`WKST` can't be `1`: write the first day of the week, such as `WKST=SU`."),
        ("FREQ=DAILY;FREQ=WEEKLY", "The rule has `FREQ` twice: write it once, its values with commas between them."),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "The rule has both `COUNT` and `UNTIL`: leave one of them out."),
        (
            "FREQ=WEEKLY;BYDAY=1MO",
            "`BYDAY` counts days of the month here: write `FREQ=MONTHLY`, or days without a number, such as `BYDAY=MO`.",
        ),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "`BYMONTHDAY` does not go with weeks: write `FREQ=MONTHLY`, or leave it out."),
        ("FREQ=MONTHLY;BYSETPOS=1", "`BYSETPOS` chooses among days: say which ones, such as `BYDAY=MO,TU,WE,TH,FR`."),
        ("FREQ=DAILY" * 100, "That rule is too long: 500 characters are enough for any."),
    ],
)
def test_a_wrong_rule_is_refused_by_the_part_that_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(RuleTrouble) as refused:
        checked_rule(typed)
    assert str(refused.value) == sentence


part = st.builds(
    "{}={}".format,
    st.sampled_from(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST", "BYHOUR", "X"]),
    st.sampled_from(["DAILY", "weekly", "MONTHLY", "1", "-1", "52", "1,2", "MO", "1MO,TH", "20261231", "99999999", "00000101"])
    | st.text(),
)


@given(st.text() | st.lists(part, max_size=5).map(";".join))
def test_whatever_is_typed_for_a_rule_is_one_that_stays_as_it_is_or_is_refused(typed: str) -> None:
    with suppress(RuleTrouble):
        rule = checked_rule(typed)
        assert checked_rule(rule) == rule


# ---------------------------------------------------------------- menus and words


@pytest.mark.parametrize(
    ("often", "days", "rule", "words"),
    [
        ("once", (), "", "once at 19:00"),
        ("once", ("TH",), "", "once at 19:00"),
        ("weekly", (), "FREQ=WEEKLY;BYDAY=MO", "every Monday at 19:00"),
        ("weekly", ("TH",), "FREQ=WEEKLY;BYDAY=TH", "every Thursday at 19:00"),
        ("weeks-2", ("TH", "MO"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday at 19:00"),
        ("weeks-4", (), "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO", "every 4 weeks on Monday at 19:00"),
        ("weekly", ("MO", "WE", "FR"), "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday at 19:00"),
        ("first", ("MO",), "FREQ=MONTHLY;BYDAY=1MO", "on the first Monday of each month at 19:00"),
        ("first", ("TU", "MO"), "FREQ=MONTHLY;BYDAY=1MO,1TU", "on the first Monday and Tuesday of each month at 19:00"),
        ("last", (), "FREQ=MONTHLY;BYDAY=-1MO", "on the last Monday of each month at 19:00"),
    ],
)
def test_what_is_picked_from_menus_becomes_a_rule_and_words_again(often: str, days: tuple[str, ...], rule: str, words: str) -> None:
    assert rule_of(often, days, MONDAY) == rule
    assert rule_in_words(rule, SEVEN) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day at 07:30"),
        ("FREQ=DAILY;INTERVAL=2", "by the rule `FREQ=DAILY;INTERVAL=2` at 07:30"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=TH", "by the rule `FREQ=WEEKLY;COUNT=3;BYDAY=TH` at 07:30"),
        ("FREQ=MONTHLY;BYDAY=-1MO,1MO", "by the rule `FREQ=MONTHLY;BYDAY=-1MO,1MO` at 07:30"),
        ("FREQ=MONTHLY;BYDAY=2TU", "by the rule `FREQ=MONTHLY;BYDAY=2TU` at 07:30"),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=SU", "by the rule `FREQ=WEEKLY;BYDAY=MO;WKST=SU` at 07:30"),
    ],
)
def test_what_no_menu_offers_is_shown_as_the_rule_that_it_is(rule: str, words: str) -> None:
    assert checked_rule(rule) == rule
    assert rule_in_words(rule, time(7, 30)) == words


@given(st.sampled_from(OFTEN), st.lists(st.sampled_from(WEEKDAYS), max_size=7).map(tuple), st.dates())
def test_every_rule_of_the_menus_is_a_checked_one_with_words_of_its_own(often: str, days: tuple[str, ...], starts_on: date) -> None:
    rule = rule_of(often, days, starts_on)
    assert checked_rule(rule) == rule
    assert "by the rule" not in rule_in_words(rule, SEVEN)
