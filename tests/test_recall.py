"""What is remembered, and when it is asked again: by the library's own numbers, in days, and never in the past."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from evening import ROOT
from hypothesis import given
from hypothesis import strategies as st

from bot.recall import GOAL_LEAST, GOAL_MOST, LONGEST, SCALE, Memory, Sure, after, chance, due_on, first, rating

DAY = date(2026, 3, 2)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
sures = st.sampled_from(Sure)
answers = st.lists(st.tuples(st.booleans(), sures, st.integers(-3, 400)), min_size=1, max_size=12)
goals = st.integers(GOAL_LEAST, GOAL_MOST)


def the_library(goal: int) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=goal / 100, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False
    )


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@pytest.mark.parametrize("sure", Sure)
@pytest.mark.parametrize("was_right", [True, False])
def test_the_constants_of_a_first_answer_are_the_librarys(was_right: bool, sure: Sure) -> None:
    card, _ = the_library(90).review_card(fsrs.Card(card_id=1), fsrs.Rating(rating(was_right, sure)), at(DAY))
    ours = first(was_right, sure, DAY)
    assert card.stability is not None and card.difficulty is not None
    assert ours.stability / SCALE == pytest.approx(card.stability, abs=0.0006)
    assert ours.difficulty / SCALE == pytest.approx(card.difficulty, abs=0.0006)
    assert due_on(ours) == card.due.date()


@given(answers, goals)
def test_the_day_on_which_it_is_due_is_the_librarys(given_: list[tuple[bool, Sure, int]], goal: int) -> None:
    """Over a whole history, up to the rounding of what is kept."""
    library, card, memory, on = the_library(goal), fsrs.Card(card_id=1), None, DAY
    for was_right, sure, wait in given_:
        on += timedelta(days=wait)
        card, _ = library.review_card(card, fsrs.Rating(rating(was_right, sure)), at(on))
        memory = after(memory, was_right, sure, on)
        assert card.stability is not None
        assert memory.stability / SCALE == pytest.approx(card.stability, rel=0.05, abs=0.01)
        assert abs((due_on(memory, goal) - card.due.date()).days) <= max(1, 0.05 * (card.due.date() - on).days)
        assert chance(memory, on + timedelta(days=30)) == pytest.approx(
            library.get_card_retrievability(card, at(on + timedelta(days=30))), abs=0.02
        )


@given(answers, goals)
def test_after_an_answer_it_is_due_on_a_later_day_and_never_later_than_in_a_year(
    given_: list[tuple[bool, Sure, int]], goal: int
) -> None:
    memory, on = None, DAY
    for was_right, sure, wait in given_:
        on += timedelta(days=wait)
        memory = after(memory, was_right, sure, on)
        assert on < due_on(memory, goal) <= on + timedelta(days=LONGEST)
        assert memory.stability >= 1
        assert SCALE <= memory.difficulty <= 10 * SCALE
        assert memory.misled == (not was_right and sure is Sure.CERTAIN)


@given(days, st.integers(1, 10**6), st.integers(1000, 10_000), st.integers(0, 500))
def test_what_is_not_asked_is_forgotten_little_by_little(on: date, stability: int, difficulty: int, wait: int) -> None:
    memory = Memory(stability, difficulty, on)
    now, later = chance(memory, on + timedelta(days=wait)), chance(memory, on + timedelta(days=wait + 1))
    assert 0 < later < now <= 1


@given(days, st.integers(1, 10**6), st.integers(1000, 10_000), goals)
def test_a_higher_goal_asks_no_later(on: date, stability: int, difficulty: int, goal: int) -> None:
    memory = Memory(stability, difficulty, on)
    assert due_on(memory, GOAL_MOST) <= due_on(memory, goal) <= due_on(memory, GOAL_LEAST)


def test_how_sure_somebody_was_moves_the_day_and_a_mistake_is_a_mistake() -> None:
    guess, unsaid, fairly, certain = (
        due_on(first(True, sure, DAY)) for sure in (Sure.GUESS, Sure.UNSAID, Sure.FAIRLY, Sure.CERTAIN)
    )
    assert guess < unsaid == fairly < certain
    assert {due_on(first(False, sure, DAY)) for sure in Sure} == {DAY + timedelta(days=1)}
    assert [first(False, sure, DAY).misled for sure in Sure] == [False, False, False, True]


def test_the_library_is_not_loaded_before_a_question_is_answered_again() -> None:
    program = (
        "import sys; from datetime import date; import bot.main; from bot.recall import Sure, first, due_on, after; "
        "memory = first(True, Sure.GUESS, date(2026, 3, 2)); due_on(memory, 95); print('fsrs' in sys.modules); "
        "after(memory, True, Sure.GUESS, date(2026, 3, 4)); print('fsrs' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]
