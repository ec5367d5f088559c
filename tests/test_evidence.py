"""What counts say: the formulas against examples that others have published, and as laws."""

from __future__ import annotations

import pytest
from at_the_desk import LIBRARY
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import THIRDS, about_of, difference, discrimination, item_of, of_a_quiz, of_an_answer, wilson
from bot.questions import OneChoice

QUESTION = LIBRARY.course("en").themes[0].questions[0]
assert isinstance(QUESTION, OneChoice)
RIGHT = QUESTION.right_index
WRONG, OTHER = (index for index in range(3) if index != RIGHT)


@pytest.mark.parametrize(
    ("later", "of_later", "earlier", "of_earlier", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 20, 0.6791, 1.0),
        (84, 101, 89, 105, -0.1177, 0.0851),
    ],
)
def test_the_difference_of_two_shares_is_newcombes(
    later: int, of_later: int, earlier: int, of_earlier: int, low: float, high: float
) -> None:
    """The first two are Newcombe's own (1998, Table II, method 10). All four were read, as those of the method "score", in the
    tests of the R package DescTools (its ``BinomDiffCI``), which has them from a comparison in SAS (WUSS 2016, paper 127). The
    article itself was not at hand."""
    found = difference(later, of_later, earlier, of_earlier)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.may_be_chance == (low < 0)


def test_the_discrimination_is_that_of_the_item_analysis_worksheet() -> None:
    """*Item Analysis Worksheet*, ten students and ten questions, as teachers' courses use it (studylib.net, document 25270846):
    how many of the five upper and of the five lower students were right, and p and D as printed there."""
    printed = [
        (4, 2, 0.6, 0.4), (5, 5, 1.0, 0.0), (4, 4, 0.8, 0.0), (4, 1, 0.5, 0.6), (5, 3, 0.8, 0.4),
        (5, 3, 0.8, 0.4), (4, 1, 0.5, 0.6), (4, 2, 0.6, 0.4), (1, 2, 0.3, -0.2), (4, 2, 0.6, 0.4),
    ]  # fmt: skip
    for high_right, low_right, p, d in printed:
        counts = {"answered": 10, "right": high_right + low_right, "high": 5, "high right": high_right, "low": 5}
        item = item_of(counts | {"low right": low_right}, QUESTION)
        assert item.discrimination == pytest.approx(d) == discrimination(high_right, 5, low_right, 5)
        assert item.share_right == pytest.approx(p)


def test_nothing_and_all_have_an_interval_that_is_no_point() -> None:
    assert wilson(0, 10).low == 0 and 0.2 < wilson(0, 10).high < 0.35
    assert wilson(10, 10).high == 1
    assert difference(10, 10, 10, 10).may_be_chance


shares = st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(shares, shares)
def test_an_interval_has_the_difference_within_and_is_the_same_the_other_way_round(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    found, back = difference(*one, *two), difference(*two, *one)
    assert -1 <= found.low <= one[0] / one[1] - two[0] / two[1] <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((-back.high, -back.low))


@given(st.lists(st.booleans(), max_size=10), st.sets(st.integers(1, 12)))
def test_each_first_answer_of_a_quiz_is_in_one_third_by_how_the_rest_went(marks: list[bool], firsts: set[int]) -> None:
    done = tuple(enumerate(marks, 1))
    found = of_a_quiz(done, firsts)
    assert set(found) == (firsts & set(range(1, len(marks) + 1)) if len(marks) >= 3 else set())
    for number, (third, *right) in found.items():
        assert third in THIRDS
        assert bool(right) == marks[number - 1]
        rest = sum(mark for other, mark in done if other != number) / (len(marks) - 1)
        assert third == ("low" if rest <= 1 / 3 else "high" if rest >= 2 / 3 else "middle")


def test_a_question_in_other_words_is_counted_anew() -> None:
    assert about_of("a", QUESTION) == about_of("a", QUESTION)
    assert about_of("a", QUESTION) != about_of("a", LIBRARY.course("en").themes[0].questions[1])
    assert of_an_answer((2,), True) == ("answered", "right", "option 2")
    assert of_an_answer((), False) == ("answered",)


@pytest.mark.parametrize(
    ("counts", "flag"),
    [
        ({"answered": 9, "right": 3, f"option {RIGHT}": 3, f"option {WRONG}": 6}, "the key may be wrong, since"),
        ({"answered": 40, "right": 20, "low": 12, "low right": 11, "high": 12, "high right": 2}, "do better with it who know less"),
        ({"answered": 40, "right": 20, "low": 6, "low right": 4, "high": 6, "high right": 3}, "may be chance"),
        ({"answered": 40, "right": 20, "low": 20, "low right": 10, "high": 20, "high right": 12}, "hardly do better"),
        ({"answered": 30, "right": 20, f"option {RIGHT}": 20, f"option {WRONG}": 10}, "draws hardly anybody"),
    ],
)
def test_what_an_author_should_look_at_is_flagged(counts: dict[str, int], flag: str) -> None:
    assert any(flag in one for one in item_of(counts, QUESTION).flags(5))


def test_a_good_question_and_one_of_which_little_is_known_have_no_flag() -> None:
    good = {"answered": 40, "right": 26, "low": 14, "low right": 5, "high": 14, "high right": 13, f"option {RIGHT}": 26}
    assert not item_of(good | {f"option {WRONG}": 8, f"option {OTHER}": 6}, QUESTION).flags(5)
    assert not item_of({"answered": 6, "right": 3, f"option {RIGHT}": 3, "low": 4, "high": 2, "low right": 3}, QUESTION).flags(5)
    assert item_of({}, QUESTION).discrimination is None
