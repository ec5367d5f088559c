"""What a control means must survive its journey through Discord, and nothing that we did not write may pass for it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands.sitting import LONGEST as LONGEST_QUIZ
from bot.commands.sitting import SEEDS, Sitting
from bot.press import LONGEST, NotAPress, Press, base36

WORDS = st.text(max_size=30)
GROUPS = st.none() | st.integers(0, 2**40 - 1)
presses = st.builds(Press, WORDS, WORDS, st.lists(WORDS, max_size=6).map(tuple), GROUPS)


@given(presses)
@example(Press("", "", (":", "%", "%3A", "a:b", "\ud800", "日本", "\0"), 0))
def test_a_press_survives_being_written_and_read_and_is_never_too_long(press: Press) -> None:
    try:
        written = press.write()
    except ValueError:
        return  # too long; see below
    assert len(written) <= LONGEST
    assert written.isascii()
    assert Press.read(written) == press


PIECES = st.sampled_from(["1", ":", "%", "ff", "%ff", "-1", "_", " ", "٣", "A", "learn"])


@given(st.text(max_size=100) | st.lists(PIECES).map("".join))
@example("1:learn:page::%ff")
@example("1:learn:page::%c3%28")
@example("1:learn:page:-1")
@example("1:learn:page:1_0")
@example("1:learn:page: 1")
@example("1:learn:page:A")
@example("1:learn:page::%41")
@example("0:learn:page:")
@example("")
def test_what_write_did_not_make_is_refused_and_nothing_else_happens(custom_id: str) -> None:
    try:
        press = Press.read(custom_id)
    except NotAPress:
        return
    assert press.write() == custom_id


def test_a_press_that_is_too_long_is_refused_when_it_is_written() -> None:
    assert len(Press("a", "b", ("x" * 93,)).write()) == LONGEST
    with pytest.raises(ValueError, match="101 characters"):
        Press("a", "b", ("x" * 94,)).write()
    with pytest.raises(ValueError, match="does not fit"):
        Press("a", "b", ("日" * 12,)).write()  # nine characters each once it is escaped


@given(
    theme=st.integers(1, 1295),
    seed=st.integers(0, SEEDS - 1),
    skip=st.integers(0, 36 * 36 - 1),
    done=st.lists(st.tuples(st.integers(1, 36 * 36 - 1), st.booleans()), max_size=LONGEST_QUIZ, unique_by=lambda one: one[0]),
    number=st.integers(1, 36 * 36 - 1),
    turn=st.integers(0, 36**4 - 1),
)
def test_a_quiz_of_ten_always_fits_beside_a_40_bit_group(
    theme: int, seed: int, skip: int, done: list[tuple[int, bool]], number: int, turn: int
) -> None:
    sitting = Sitting(theme, seed, LONGEST_QUIZ, skip, tuple(done))
    press = Press("quiz", "answer", (*sitting.args(), base36(number, 2), base36(turn), "3"), 2**40 - 1)
    assert Press.read(press.write()) == press


@given(st.integers(0, 2**64), st.integers(0, 20))
def test_base36_is_read_back_by_python(number: int, width: int) -> None:
    assert int(base36(number, width), 36) == number
    assert len(base36(number, width)) >= width


def test_base36_has_no_word_for_a_negative_number() -> None:
    with pytest.raises(ValueError, match="negative"):
        base36(-1)
