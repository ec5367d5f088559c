"""The limits of a day: counted apart by person and by thing, forgotten at midnight UTC, and silent about who it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import LearnerKey
from bot.learner_key import Secret, Someone
from bot.limits import DailyLimits

SECRET = Secret(b"a secret of the tests, long enough")
NOON = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 8, 7, tzinfo=UTC)


def somebody(user: int = 1) -> Someone:
    return Someone(SECRET, user)


def test_a_person_may_do_it_so_often_and_no_oftener_on_one_day() -> None:
    limits = DailyLimits()
    assert [limits.take(somebody(), "reply 1", 3, NOON + timedelta(hours=hour)) for hour in range(5)] == [True] * 3 + [False] * 2


def test_persons_and_things_are_counted_apart() -> None:
    limits = DailyLimits()
    assert limits.take(somebody(1), "reply 1", 1, NOON)
    assert not limits.take(somebody(1), "reply 1", 1, NOON)
    assert limits.take(somebody(2), "reply 1", 1, NOON)
    assert limits.take(somebody(1), "reply 2", 1, NOON)
    assert not limits.take(somebody(2), "reply 1", 1, NOON)


@pytest.mark.parametrize(
    ("later", "anew"),
    [
        (MIDNIGHT - timedelta(microseconds=1), False),
        (MIDNIGHT, True),
        (MIDNIGHT + timedelta(days=30), True),
        (datetime(2026, 8, 7, 1, 59, tzinfo=timezone(timedelta(hours=2))), False),  # elsewhere it is tomorrow already
        (datetime(2026, 8, 6, 17, 0, tzinfo=timezone(timedelta(hours=-7))), True),  # elsewhere it is still today
    ],
)
def test_everything_is_forgotten_at_midnight_in_utc(later: datetime, anew: bool) -> None:
    limits = DailyLimits()
    assert limits.take(somebody(), "reply", 1, NOON)
    assert limits.take(somebody(), "reply", 1, later) is anew


def test_a_visit_from_before_midnight_that_arrives_after_it_frees_nothing() -> None:
    limits = DailyLimits()
    assert limits.take(somebody(), "reply", 1, MIDNIGHT)
    assert not limits.take(somebody(), "reply", 1, MIDNIGHT - timedelta(seconds=1))
    assert not limits.take(somebody(), "reply", 1, MIDNIGHT + timedelta(seconds=1))


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["reply 1", "reply 2", "suggest"]), st.integers(0, 4)), max_size=60))
def test_nobody_ever_does_more_of_a_thing_on_a_day_than_the_limit_says(wishes: list[tuple[int, str, int]]) -> None:
    limits, done = DailyLimits(), dict[tuple[int, str], int]()
    for user, thing, most in wishes:
        before = done.get((user, thing), 0)
        assert limits.take(somebody(user), thing, most, NOON) is (before < most)
        done[user, thing] = before + (before < most)


def test_it_shows_nothing_of_anybody() -> None:
    limits = DailyLimits()
    limits.take(somebody(4711), "reply 1", 3, NOON)
    assert f"{limits!r} {limits}" == "<daily limits> <daily limits>"


def test_turns_are_so_far_apart_whatever_the_minute_on_the_clock() -> None:
    limits, minute = DailyLimits(), timedelta(minutes=1)
    just_before = NOON - timedelta(seconds=1)
    assert limits.take_turn(somebody(1), "look", minute, just_before)
    assert not limits.take_turn(somebody(1), "look", minute, NOON)
    assert limits.take_turn(somebody(2), "look", minute, NOON)
    assert limits.take_turn(somebody(1), "look through", minute, NOON)
    assert limits.take_turn(somebody(1), "look", minute, just_before + minute)


def test_a_clock_that_was_ahead_keeps_nobody_waiting() -> None:
    limits, minute = DailyLimits(), timedelta(minutes=1)
    assert limits.take_turn(somebody(), "look", minute, NOON + timedelta(hours=5))
    assert limits.take_turn(somebody(), "look", minute, NOON)
    assert not limits.take_turn(somebody(), "look", minute, NOON)


class _Spy:
    """A person who writes down what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []

    def key(self, scope: str, salt: bytes = b"") -> LearnerKey:
        self.asked.append((scope, salt))
        return somebody().key(scope, salt)


def test_the_counters_have_other_names_every_day_and_in_every_process() -> None:
    spy, limits = _Spy(), DailyLimits()
    limits.take(spy, "reply", 3, NOON)
    limits.take(spy, "reply", 3, NOON + timedelta(hours=1))
    limits.take(spy, "reply", 3, MIDNIGHT)
    DailyLimits().take(spy, "reply", 3, NOON)
    assert {scope for scope, _ in spy.asked} == {"limit reply"}
    first, same, tomorrow, elsewhere = (salt for _, salt in spy.asked)
    assert first == same
    assert len({first, tomorrow, elsewhere}) == 3
    assert all(len(salt) == 32 for salt in (first, tomorrow, elsewhere))
