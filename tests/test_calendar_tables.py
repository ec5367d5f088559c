"""What the calendar's benchmark makes of what it saw: a measure that always says "met" would be none."""

from __future__ import annotations

from benchmarks.calendar_tables import greatest_lead, most_overtaken, per_second
from benchmarks.crowd import Call


def test_what_came_in_order_has_overtaken_nothing() -> None:
    assert most_overtaken([1, 1, 2, 3], [1, 1, 2, 3, 3]) == 0


def test_what_came_before_earlier_ones_has_overtaken_them_whether_they_came_at_last_or_not() -> None:
    assert most_overtaken([3, 1, 1], [1, 1, 2, 3]) == 3
    assert most_overtaken([2], [1, 1, 1, 2]) == 3


def test_in_turns_nobody_is_ahead_by_more_than_one() -> None:
    assert greatest_lead([7, 8, 9, 7, 8, 9], [7, 8, 9] * 2) == 1


def test_a_server_that_is_served_first_is_ahead_of_those_that_wait_and_not_of_those_that_are_done() -> None:
    assert greatest_lead([7, 7, 7, 8], [7, 7, 7, 8]) == 3
    assert greatest_lead([8, 7, 7, 7], [7, 7, 7, 8]) == 1
    assert greatest_lead([7, 7, 7], [7, 7, 7, 8]) == 3


def test_only_whole_seconds_are_counted_and_empty_ones_count() -> None:
    calls = [Call(at, "message", 1) for at in (10.9, 11.0, 11.5, 13.2, 14.1)]
    assert per_second(calls, 10.5, 14.5) == [2, 0, 1]
