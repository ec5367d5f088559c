"""The laws of grading and ordering, and what a source looks like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.questions import KINDS, Question, UnknownOption
from bot.questions.one_choice import OneChoice
from bot.questions.source import Shelf, Source

ROOT = Path(__file__).resolve().parents[1]
CENSUS = Source(key="CENSUS", title="A census", standing="primary")
FEEDBACK = "This line says why it is so, or isn't."


def written(right: int = 0, options: int = 3, **more: Any) -> dict[str, Any]:
    return {
        "number": 1,
        "level": "recall",
        "lesson": "first",
        "ask": "What is it?",
        "options": tuple(
            {("right" if index == right else "wrong"): f"Answer {index}", "feedback": f"{FEEDBACK} ({index})"}
            for index in range(options)
        ),
        "sources": (CENSUS,),
        **more,
    }


def a_question(**more: Any) -> OneChoice:
    return OneChoice.model_validate(written(**more))


questions = st.integers(3, 4).flatmap(
    lambda options: st.builds(
        a_question,
        right=st.integers(0, options - 1),
        options=st.just(options),
        number=st.integers(1, 1295),
        keep_order=st.booleans(),
    )
)
seeds = st.integers(-(2**64), 2**64)


@given(questions)
def test_exactly_one_option_is_graded_right(question: OneChoice) -> None:
    right = [index for index in range(len(question.options)) if question.grade(str(index)).is_right]
    assert right == [question.right_index]


@given(questions)
def test_an_answer_brings_its_own_feedback_and_the_right_text(question: OneChoice) -> None:
    for index, option in enumerate(question.options):
        graded = question.grade(str(index))
        assert graded.feedback == option.feedback
        assert graded.right_text == ("" if option.is_right else question.right_text)
        assert graded.picks == (index,)


@given(questions, st.integers().map(str) | st.text())
def test_an_option_that_does_not_exist_is_never_graded(question: OneChoice, given: str) -> None:
    if given in map(str, range(len(question.options))):
        assert question.grade(given).feedback
    else:
        with pytest.raises(UnknownOption):
            question.grade(given)


@given(questions, seeds)
def test_an_order_shows_every_option_once_and_is_the_same_each_time(question: OneChoice, seed: int) -> None:
    order = question.order(seed)
    assert sorted(order) == list(range(len(question.options)))
    assert order == question.order(seed)
    if question.keep_order:
        assert order == tuple(range(len(question.options)))


def test_an_order_never_changes_between_processes_and_versions() -> None:
    """These numbers are a promise: a card drawn again after an update shows the same order."""
    program = "from tests.test_questions import a_question; print([a_question(options=4).order(seed) for seed in range(3)])"
    other = subprocess.run(  # another process has another hash seed
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == "[(3, 0, 1, 2), (3, 0, 2, 1), (2, 0, 3, 1)]"


def test_every_order_turns_up_about_equally_often() -> None:
    question, counts = a_question(), dict[tuple[int, ...], int]()
    for seed in range(6_000):
        order = question.order(seed)
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert all(850 < count < 1_150 for count in counts.values())  # 1,000 each, give or take five deviations


def test_one_seed_orders_two_questions_differently() -> None:
    orders = {tuple(a_question(number=number).order(7) for number in pair) for pair in [(1, 2), (3, 4), (5, 6)]}
    assert any(first != second for first, second in orders)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"right": 9}, "exactly one option has to be `right:`, here none is"),
        ({"options": 2}, "at least 3 items"),
        ({"options": 5}, "at most 4 items"),
        ({"level": "guess"}, "'recall', 'understand', 'apply', 'analyse' or 'evaluate'"),
        ({"number": 0}, "greater than or equal to 1"),
        ({"number": 1296}, "less than or equal to 1295"),
        ({"sources": ()}, "at least 1 item"),
        ({"sources": ("CENSUS",)}, "only where a list of sources is at hand"),
        ({"ask": "What? " * 600}, "a card has room for 3,000"),
    ],
)
def test_a_question_that_breaks_a_rule_is_refused(more: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        a_question(**more)


def test_nothing_about_a_question_can_be_changed() -> None:
    question = a_question()
    with pytest.raises(ValidationError):
        question.ask = "Something else?"


def test_every_kind_of_question_is_a_question_to_the_type_checker_and_knows_its_name() -> None:
    one: Question = a_question()
    assert set(KINDS) == {"one choice", "many choices", "true or false", "short answer", "estimate", "order", "match"}
    assert isinstance(one, OneChoice)
    with pytest.raises(ValidationError, match="one choice"):
        a_question(kind="two choices")


def test_a_shelf_turns_a_key_into_its_source() -> None:
    shelf = Shelf({"CENSUS": CENSUS})
    question = OneChoice.model_validate(written(sources=("CENSUS",)), context=shelf)
    assert question.sources == (CENSUS,)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "A census"),
        ({"year": 2000}, "A census (2000)"),
        ({"author": "Ada", "year": 2000}, "Ada (2000): A census"),
        ({"author": "Ada", "publisher": "Acme"}, "Ada: A census, Acme"),
        ({"publisher": "Acme", "year": 2000}, "A census, Acme (2000)"),
        ({"url": "https://example.org/a_b?c=(d)"}, "[A census](<https://example.org/a_b?c=(d)>)"),
        (
            {"author": "Ada", "year": 2006, "url": "https://example.org/x", "publisher": "WPES 2006"},
            "Ada (2006): [A census](<https://example.org/x>), WPES 2006",
        ),
        (
            {"title": "*All* [the] <@1> _things_ | ~x~ `y` \\ #1"},
            r"\*All\* \[the\] \<@1\> \_things\_ \| \~x\~ \`y\` \\ \#1",
        ),
    ],
)
def test_a_source_is_one_line_in_which_nothing_is_taken_for_markdown(more: dict[str, Any], line: str) -> None:
    assert CENSUS.model_copy(update=more).line == line


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org/", "https://", "https://a b.org/", "https://x.org/>)"])
def test_a_source_with_no_proper_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="is no web address"):
        Source(key="A", title="A", standing="primary", url=url)
