"""The laws of one run of a quiz, which has no memory but its own buttons."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands.sitting import LONGEST, SEEDS, SHORTEST, Sitting
from bot.library.theme import Theme
from bot.press import NotAPress
from bot.questions.one_choice import OneChoice

NUMBERS = st.lists(st.integers(1, 36 * 36 - 1), min_size=1, max_size=30, unique=True)
AT = datetime(2026, 8, 6, 19, 0, 0, 123, tzinfo=UTC)

sittings = st.builds(
    Sitting,
    st.integers(1, 1295),
    st.integers(0, SEEDS - 1),
    st.integers(1, LONGEST),
    st.integers(0, 36 * 36 - 1),
    st.lists(st.tuples(st.integers(1, 36 * 36 - 1), st.booleans()), max_size=LONGEST, unique_by=lambda one: one[0]).map(tuple),
)


def theme_of(numbers: list[int]) -> Theme:
    """A theme of which a sitting sees all that it looks at: the questions' numbers."""
    return Theme.model_construct(number=7, questions=tuple(OneChoice.model_construct(number=number) for number in numbers))


@given(NUMBERS, st.integers(0, SEEDS - 1), st.lists(st.integers(SHORTEST, LONGEST), min_size=1, max_size=12))
def test_a_guest_meets_no_question_again_before_all_were_asked(numbers: list[int], seed: int, lengths: list[int]) -> None:
    theme, asked = theme_of(numbers), []
    sitting = Sitting.begin(theme, lengths[0], AT.replace(microsecond=seed))
    for _ in lengths:
        while not sitting.is_over:
            number = sitting.next_question(theme, None)
            assert number is not None
            asked.append(number)
            sitting = sitting.answered(number, is_right=True)
        sitting = sitting.again(theme)
    for start in range(len(asked)):
        window = asked[start : start + len(numbers)]
        assert len(set(window)) == len(window)


@given(NUMBERS, st.integers(0, SEEDS - 1), st.lists(st.integers(SHORTEST, LONGEST), min_size=1, max_size=8))
def test_a_learner_is_asked_what_was_asked_least_and_nothing_twice_in_one_quiz(
    numbers: list[int], seed: int, lengths: list[int]
) -> None:
    theme, times = theme_of(numbers), Counter[int]()
    for index, length in enumerate(lengths):
        sitting = Sitting.begin(theme, length, AT.replace(microsecond=(seed + index) % SEEDS))
        while not sitting.is_over:
            number = sitting.next_question(theme, times)
            assert number is not None
            assert number not in dict(sitting.done)
            times[number] += 1
            sitting = sitting.answered(number, is_right=False)
        counts = [times[number] for number in numbers]
        assert max(counts) - min(counts) <= 1


@given(sittings)
def test_a_sitting_is_the_same_after_its_journey(sitting: Sitting) -> None:
    assert Sitting.read(sitting.args()) == sitting


@given(st.lists(st.text("0123456789abcz-_ +%\u0663", max_size=8) | st.text(max_size=5), max_size=7).map(tuple))
@example(("-1", "0", "5", "0", ""))
@example(("1", "0", "5", "-3", ""))
@example(("1", "0", "0", "0", ""))
@example(("1", "0", "b", "0", ""))
@example(("1", "0", "5", "0", "0112"))
@example(("1", "0", "5", "0", "-11"))
@example(("1", "0", "5", "0", "01x"))
@example(("1", "0", "5", "0"))
def test_what_is_no_sitting_is_refused(args: tuple[str, ...]) -> None:
    try:
        sitting = Sitting.read(args)
    except NotAPress:
        return
    assert sitting.args() == args


@given(sittings, st.booleans())
def test_an_answer_counts_once_and_its_first_mark_stays(sitting: Sitting, is_right: bool) -> None:
    for number, was_right in sitting.done:
        assert sitting.answered(number, is_right) == sitting
        assert dict(sitting.done)[number] is was_right


@pytest.mark.parametrize(("wished", "questions", "gets"), [(1, 20, 3), (3, 20, 3), (7, 20, 7), (99, 20, 10), (5, 2, 2), (10, 1, 1)])
def test_a_quiz_is_as_long_as_wished_within_reason(wished: int, questions: int, gets: int) -> None:
    assert Sitting.begin(theme_of(list(range(1, questions + 1))), wished, AT).length == gets
