"""Moments against tables of offsets and instants written by hand; and what people type for days and hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timetable import RuleTrouble, find_zone, hour_is_quiet, is_quiet, local_day, moment, read_day, read_hour, zones_like

SEVEN = time(19)
TODAY = date(2026, 11, 24)
"""A Tuesday."""

# ---------------------------------------------------------------- ten years of 19:00
# Zone, first day, offset on it, then the days on which 19:00 has another offset for the first time, and the offsets in turn.

BERLIN = """2017-03-26 2017-10-29 2018-03-25 2018-10-28 2019-03-31 2019-10-27 2020-03-29 2020-10-25 2021-03-28 2021-10-31
            2022-03-27 2022-10-30 2023-03-26 2023-10-29 2024-03-31 2024-10-27 2025-03-30 2025-10-26 2026-03-29 2026-10-25"""
NEW_YORK = """2017-03-12 2017-11-05 2018-03-11 2018-11-04 2019-03-10 2019-11-03 2020-03-08 2020-11-01 2021-03-14 2021-11-07
              2022-03-13 2022-11-06 2023-03-12 2023-11-05 2024-03-10 2024-11-03 2025-03-09 2025-11-02 2026-03-08 2026-11-01"""
LORD_HOWE = """2017-04-02 2017-10-01 2018-04-01 2018-10-07 2019-04-07 2019-10-06 2020-04-05 2020-10-04 2021-04-04 2021-10-03
               2022-04-03 2022-10-02 2023-04-02 2023-10-01 2024-04-07 2024-10-06 2025-04-06 2025-10-05 2026-04-05 2026-10-04"""
# Summer time all year since 2018, but for Ramadan; before, in summer, but for Ramadan.
CASABLANCA = """2017-03-26 2017-05-21 2017-07-02 2017-10-29 2018-03-25 2018-05-13 2018-06-17 2019-05-05 2019-06-09 2020-04-19
                2020-05-31 2021-04-11 2021-05-16 2022-03-27 2022-05-08 2023-03-19 2023-04-23 2024-03-10 2024-04-14 2025-02-23
                2025-04-06 2026-02-15 2026-03-22"""
MEXICO_CITY = """2017-04-02 2017-10-29 2018-04-01 2018-10-28 2019-04-07 2019-10-27 2020-04-05 2020-10-25 2021-04-04 2021-10-31
                 2022-04-03 2022-10-30"""
ISTANBUL = "2012-03-25 2012-10-28 2013-03-31 2013-10-27 2014-03-31 2014-10-26 2015-03-29 2015-11-08 2016-03-27"
APIA_EAST_OF_THE_DATE_LINE = "2010-09-26 2011-04-02 2011-09-24"
APIA_WEST_OF_IT = """2012-04-01 2012-09-30 2013-04-07 2013-09-29 2014-04-06 2014-09-28 2015-04-05 2015-09-27 2016-04-03 2016-09-25
                     2017-04-02 2017-09-24 2018-04-01 2018-09-30 2019-04-07 2019-09-29 2020-04-05 2020-09-27 2021-04-04"""

TABLES = (
    ("Europe/Berlin", "2017-01-01", "2027-01-01", (1, 2), BERLIN),
    ("America/New_York", "2017-01-01", "2027-01-01", (-5, -4), NEW_YORK),
    ("Australia/Lord_Howe", "2017-01-01", "2027-01-01", (11, 10.5), LORD_HOWE),
    ("Asia/Kolkata", "2017-01-01", "2027-01-01", (5.5,), ""),
    ("Africa/Casablanca", "2017-01-01", "2027-01-01", (0, 1), CASABLANCA),
    ("America/Mexico_City", "2017-01-01", "2027-01-01", (-6, -5), MEXICO_CITY),
    ("Europe/Istanbul", "2012-01-01", "2022-01-01", (2, 3), ISTANBUL),
    ("Pacific/Apia", "2010-01-01", "2011-12-30", (-11, -10), APIA_EAST_OF_THE_DATE_LINE),
    ("Pacific/Apia", "2011-12-31", "2022-01-01", (14, 13), APIA_WEST_OF_IT),
)


def days_with_offsets(first: str, end: str, offsets: tuple[float, ...], changes: str) -> Iterator[tuple[date, float]]:
    day, ahead, in_turn = date.fromisoformat(first), [date.fromisoformat(one) for one in changes.split()], cycle(offsets)
    offset = next(in_turn)
    while day < date.fromisoformat(end):
        if ahead and day == ahead[0]:
            ahead, offset = ahead[1:], next(in_turn)
        yield day, offset
        day += timedelta(days=1)
    assert not ahead


@pytest.mark.parametrize(("zone", "first", "end", "offsets", "changes"), TABLES, ids=[table[0] + table[1][:4] for table in TABLES])
def test_seven_in_the_evening_stays_seven_for_ten_years(
    zone: str, first: str, end: str, offsets: tuple[float, ...], changes: str
) -> None:
    for day, offset in days_with_offsets(first, end, offsets, changes):
        expected = datetime(day.year, day.month, day.day, 19, tzinfo=UTC) - timedelta(hours=offset)
        assert moment(day, SEVEN, zone) == expected, day


# ---------------------------------------------------------------- gaps and doubled hours

MOMENTS = """
Europe/Berlin        2026-03-29 01:59  2026-03-29T00:59
Europe/Berlin        2026-03-29 02:00  2026-03-29T01:00
Europe/Berlin        2026-03-29 02:30  2026-03-29T01:00
Europe/Berlin        2026-03-29 02:59  2026-03-29T01:00
Europe/Berlin        2026-03-29 03:00  2026-03-29T01:00
Europe/Berlin        2026-03-29 03:01  2026-03-29T01:01
Europe/Berlin        2026-10-25 01:59  2026-10-24T23:59
Europe/Berlin        2026-10-25 02:00  2026-10-25T00:00
Europe/Berlin        2026-10-25 02:30  2026-10-25T00:30
Europe/Berlin        2026-10-25 03:00  2026-10-25T02:00
America/New_York     2026-03-08 02:30  2026-03-08T07:00
America/New_York     2026-11-01 01:30  2026-11-01T05:30
America/New_York     2026-11-01 02:00  2026-11-01T07:00
Australia/Lord_Howe  2026-10-04 02:15  2026-10-03T15:30
Australia/Lord_Howe  2026-10-04 02:30  2026-10-03T15:30
Australia/Lord_Howe  2026-10-04 02:31  2026-10-03T15:31
Australia/Lord_Howe  2026-04-05 01:45  2026-04-04T14:45
Australia/Lord_Howe  2026-04-05 02:00  2026-04-04T15:30
Asia/Kolkata         2026-03-29 02:30  2026-03-28T21:00
Africa/Casablanca    2026-03-22 02:30  2026-03-22T02:00
Africa/Casablanca    2026-02-15 02:30  2026-02-15T01:30
America/Mexico_City  2022-04-03 02:30  2022-04-03T08:00
America/Mexico_City  2022-10-30 01:30  2022-10-30T06:30
America/Mexico_City  2023-04-02 02:30  2023-04-02T08:30
Europe/Istanbul      2015-11-08 03:30  2015-11-08T00:30
Europe/Istanbul      2016-03-27 03:30  2016-03-27T01:00
Europe/Istanbul      2016-10-30 03:30  2016-10-30T00:30
America/Sao_Paulo    2018-11-04 00:00  2018-11-04T03:00
America/Sao_Paulo    2018-11-04 00:30  2018-11-04T03:00
America/Sao_Paulo    2019-02-16 23:30  2019-02-17T01:30
Pacific/Apia         2011-12-29 23:59  2011-12-30T09:59
Pacific/Apia         2011-12-30 00:00  2011-12-30T10:00
Pacific/Apia         2011-12-30 19:00  2011-12-30T10:00
Pacific/Apia         2011-12-31 00:00  2011-12-30T10:00
Pacific/Apia         2011-12-31 19:00  2011-12-31T05:00
"""


@pytest.mark.parametrize("line", MOMENTS.strip().splitlines())
def test_a_skipped_hour_is_the_first_valid_moment_and_a_doubled_one_its_first(line: str) -> None:
    zone, day, hour, expected = line.split()
    found = moment(date.fromisoformat(day), time.fromisoformat(hour), zone)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


zones = st.sampled_from(zones_like("", 1000))
lately = st.dates(date(2013, 1, 1), date(2037, 12, 31))
hours = st.times().map(lambda hour: hour.replace(second=0, microsecond=0))


@given(zones, st.dates(date(1975, 1, 1), date(2037, 12, 31)), hours)
def test_a_moment_reads_as_its_hour_there_or_is_the_end_of_a_gap(zone: str, day: date, hour: time) -> None:
    at, wanted = moment(day, hour, zone), datetime.combine(day, hour)

    def clock(at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    if clock(at) != wanted:
        assert clock(at - timedelta(seconds=1)) < wanted < clock(at)
    # The same reading of the clock did not come before.
    assert all(clock(at - timedelta(minutes=back)) < wanted for back in range(10, 24 * 60, 10))


@given(zones, lately, hours)
def test_the_same_hour_comes_later_on_the_next_day(zone: str, day: date, hour: time) -> None:
    assert moment(day, hour, zone) < moment(day + timedelta(days=1), hour, zone)


@given(zones, lately)
def test_the_local_day_of_a_moment_is_its_day(zone: str, day: date) -> None:
    assert local_day(moment(day, SEVEN, zone), zone) == day


def test_the_local_day_is_that_of_the_zone() -> None:
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert local_day(at, "Europe/Berlin") == date(2026, 11, 25)
    assert local_day(at, "America/New_York") == date(2026, 11, 24)


# ---------------------------------------------------------------- quiet hours


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
def test_quiet_hours_may_lie_over_midnight_and_their_end_is_not_quiet(hour: str, quiet: bool) -> None:
    assert hour_is_quiet(time.fromisoformat(hour), time(22), time(7)) is quiet


@pytest.mark.parametrize(("hour", "quiet"), [("12:59", False), ("13:00", True), ("14:59", True), ("15:00", False)])
def test_quiet_hours_may_lie_within_a_day(hour: str, quiet: bool) -> None:
    assert hour_is_quiet(time.fromisoformat(hour), time(13), time(15)) is quiet


def test_without_quiet_hours_no_hour_is_quiet() -> None:
    assert not hour_is_quiet(time(3), None, None)
    assert not hour_is_quiet(time(3), time(3), time(3))
    assert not is_quiet(datetime(2026, 11, 24, 3, tzinfo=UTC), "UTC", None, None)


def test_quiet_is_what_the_zones_own_clock_says() -> None:
    at = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)  # 22:30 in Berlin, in summer
    assert is_quiet(at, "Europe/Berlin", time(22), time(7))
    assert not is_quiet(at, "America/New_York", time(22), time(7))
    assert is_quiet(at - timedelta(minutes=30), "Europe/Berlin", time(22), time(7))
    assert not is_quiet(at - timedelta(minutes=30, seconds=1), "Europe/Berlin", time(22), time(7))


@given(zones, lately, hours, hours, hours)
def test_a_moment_is_quiet_as_its_hour_is_unless_the_clocks_skip_it(
    zone: str, day: date, hour: time, quiet_from: time, quiet_until: time
) -> None:
    at = moment(day, hour, zone)
    if at.astimezone(ZoneInfo(zone)).time() == hour:
        assert is_quiet(at, zone, quiet_from, quiet_until) is hour_is_quiet(hour, quiet_from, quiet_until)


# ---------------------------------------------------------------- what people type


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-30", "2026-11-30"),
        ("2026/11/30", "2026-11-30"),
        ("30.11.2026", "2026-11-30"),
        ("30. 11. 26", "2026-11-30"),
        ("30.11.", "2026-11-30"),
        ("30.11", "2026-11-30"),
        ("3.4.2027", "2027-04-03"),
        ("30/11/2026", "2026-11-30"),
        ("11/30/2026", "2026-11-30"),
        ("30-11-2026", "2026-11-30"),
        ("5/5", "2027-05-05"),
        ("30 Nov", "2026-11-30"),
        ("30 november 2026", "2026-11-30"),
        ("30th of November, 2026", "2026-11-30"),
        ("the 30th of Nov.", "2026-11-30"),
        ("30-Nov-2026", "2026-11-30"),
        ("  NOV 30th ", "2026-11-30"),
        ("November 30, 2026", "2026-11-30"),
        ("1st Sept", "2027-09-01"),
        ("May 2nd", "2027-05-02"),
        ("Monday, 30 November", "2026-11-30"),
        ("Mon 30 Nov 2026", "2026-11-30"),
        ("24 Nov", "2026-11-24"),
        ("23 Nov", "2027-11-23"),
        ("29 Feb", "2028-02-29"),
        ("23.11.2026", "2026-11-23"),
        ("today", "2026-11-24"),
        ("Tomorrow", "2026-11-25"),
        ("Thursday", "2026-11-26"),
        ("on thurs", "2026-11-26"),
        ("next Tuesday", "2026-12-01"),
        ("tue", "2026-12-01"),
        ("Mon.", "2026-11-30"),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: str) -> None:
    assert read_day(typed, TODAY) == date.fromisoformat(day)


def test_without_a_year_the_29_of_february_is_found_even_around_2100() -> None:
    assert read_day("29 Feb", date(2096, 3, 1)) == date(2104, 2, 29)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "I can't read that day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("soon", "I can't read that day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("30", "I can't read that day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("30 Brumaire", "I can't read that day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("٣٠ Nov", "I can't read that day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("30 Feb", "There is no such day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("29.2.2027", "There is no such day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("2026-13-01", "There is no such day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("0/5", "There is no such day: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("03/04/2026", "That day could be read in two ways: write 3 April or 4 March."),
        ("3-4", "That day could be read in two ways: write 3 April or 4 March."),
        (
            "Tuesday 30 Nov",
            "30 November 2026 is a Monday, not a Tuesday: correct the day, or leave the weekday out.",
        ),
        ("2062-11-30", "30 November 2062 is more than 10 years away: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
        ("1999-12-31", "31 December 1999 is more than 10 years away: write it like 2026-11-30, 30 Nov, tomorrow or Thursday."),
    ],
)
def test_a_day_that_can_not_be_read_is_refused_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(RuleTrouble) as refused:
        read_day(typed, TODAY)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("19:00", "19:00"),
        ("19.00", "19:00"),
        ("19", "19:00"),
        ("7", "07:00"),
        ("07:05", "07:05"),
        ("1930", "19:30"),
        ("7pm", "19:00"),
        ("7:30 pm", "19:30"),
        (" 7.30 P.M. ", "19:30"),
        ("12am", "00:00"),
        ("12 pm", "12:00"),
        ("12:30 am", "00:30"),
        ("19h", "19:00"),
        ("19h30", "19:30"),
        ("7 o'clock", "07:00"),
        ("at 7pm", "19:00"),
        ("noon", "12:00"),
        ("Midnight", "00:00"),
        ("0:00", "00:00"),
        ("23:59", "23:59"),
    ],
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: str) -> None:
    assert read_hour(typed) == time.fromisoformat(hour)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "I can't read that hour: write it like 19:00, 7pm or 7:30 pm."),
        ("soon", "I can't read that hour: write it like 19:00, 7pm or 7:30 pm."),
        ("7:5", "I can't read that hour: write it like 19:00, 7pm or 7:30 pm."),
        ("25:00", "There is no such hour: write it like 19:00, 7pm or 7:30 pm."),
        ("19:60", "There is no such hour: write it like 19:00, 7pm or 7:30 pm."),
        ("13pm", "There is no such hour: write it like 19:00, 7pm or 7:30 pm."),
        ("0am", "There is no such hour: write it like 19:00, 7pm or 7:30 pm."),
        ("24:00", "There is no 24:00: write 00:00, with which the next day begins."),
    ],
)
def test_an_hour_that_can_not_be_read_is_refused_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(RuleTrouble) as refused:
        read_hour(typed)
    assert str(refused.value) == sentence


nearly = st.text(st.sampled_from("0123456789.,-/: apmhthstndrfebnovtuesday²٣"), max_size=16) | st.from_regex(
    r"\A[0-9]{1,4}[-/. ][0-9a-z]{1,4}[-/. ][0-9]{1,4}\Z"
)


@given(st.text(max_size=40) | nearly, lately)
def test_whatever_is_typed_for_a_day_is_a_day_nearby_or_refused(typed: str, today: date) -> None:
    with suppress(RuleTrouble):
        assert abs(read_day(typed, today).year - today.year) <= 10


@given(st.text(max_size=40) | nearly)
def test_whatever_is_typed_for_an_hour_is_an_hour_or_refused(typed: str) -> None:
    with suppress(RuleTrouble):
        hour = read_hour(typed)
        assert hour == time(hour.hour, hour.minute)


@given(st.dates(date(2017, 1, 1), date(2036, 12, 31)), lately)
def test_a_day_written_in_any_of_the_usual_ways_is_that_day(day: date, today: date) -> None:
    if abs(day.year - today.year) > 10:
        return
    for written in (
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%A}, {day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    ):
        assert read_day(written, today) == day


@given(hours)
def test_an_hour_written_in_any_of_the_usual_ways_is_that_hour(hour: time) -> None:
    for written in (
        f"{hour:%H:%M}",
        f"{hour:%H.%M}",
        f"{hour:%H%M}",
        f"{hour:%I:%M %p}",
        f"{hour:%I:%M}{'am' if hour.hour < 12 else 'pm'}",
    ):
        assert read_hour(written) == hour


# ---------------------------------------------------------------- zones


def test_a_zone_is_found_whatever_its_case() -> None:
    assert find_zone("europe/berlin") == "Europe/Berlin"
    assert find_zone("america/new york") == "America/New_York"
    assert find_zone("utc") == "UTC"
    assert find_zone("Atlantis") is None


def test_zones_are_suggested_by_city_first_and_by_near_misses() -> None:
    assert zones_like("ber")[0] == "Atlantic/Bermuda"
    assert "Europe/Berlin" in zones_like("ber")
    assert "Europe/Berlin" in zones_like("Berlyn")
    assert len(zones_like("a", 25)) == 25
