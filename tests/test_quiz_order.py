"""In which order a quiz asks: easy first, up and down as it goes, by counts alone, and never another set of questions."""

from __future__ import annotations

from datetime import UTC, datetime

from at_the_desk import LIBRARY
from evening import Evening
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask
from test_sitting import NUMBERS, theme_of

from bot.commands.quiz_order import EASY, ENOUGH, HARD, MIDDLE, Known, best_of, known_of, step_after
from bot.commands.sitting import LONGEST, SEEDS, SHORTEST, Sitting
from bot.evidence import about_of
from bot.library import Theme

THEME: Theme = LIBRARY.course("en").themes[0]
AT = datetime(2026, 8, 6, 19, 0, 0, 123, tzinfo=UTC)
KNOWN = st.builds(Known, st.sampled_from((EASY, MIDDLE, HARD)), st.booleans())


def counts(shares: list[float], answered: int = 40) -> dict[str, dict[str, int]]:
    """So many were right, question by question."""
    pairs = zip(THEME.questions, shares, strict=False)
    return {about_of(THEME.name, one): {"answered": answered, "right": round(share * answered)} for one, share in pairs}


@given(NUMBERS, st.integers(0, SEEDS - 1), st.integers(SHORTEST, LONGEST), st.data())
def test_the_order_changes_which_comes_first_and_never_which_are_asked(
    numbers: list[int], seed: int, length: int, data: st.DataObject
) -> None:
    theme = theme_of(numbers)
    known = data.draw(st.dictionaries(st.sampled_from(numbers), KNOWN))
    marks = data.draw(st.lists(st.booleans(), min_size=LONGEST, max_size=LONGEST))
    times = {number: data.draw(st.integers(0, 3)) for number in numbers}
    for asked_before in (None, times):
        both = []
        for order in ({}, known):
            sitting = Sitting.begin(theme, length, AT.replace(microsecond=seed))
            for is_right in marks[: sitting.length]:
                number = sitting.next_question(theme, asked_before, order)
                assert number is not None
                sitting = sitting.answered(number, is_right)
            both.append([number for number, _ in sitting.done])
        if asked_before is None:
            assert sorted(both[0]) == sorted(both[1]), "a guest meets the same questions"
        else:
            assert sorted(times[one] for one in both[0]) == sorted(times[one] for one in both[1]), "least asked first"


def test_it_begins_easy_and_goes_up_and_down() -> None:
    assert step_after(()) == EASY
    assert [step_after((True,) * many) for many in (1, 2, 3)] == [MIDDLE, HARD, HARD]
    assert [step_after(marks) for marks in ((False,), (True, False), (True, True, False))] == [EASY, EASY, MIDDLE]
    known = {1: Known(HARD), 2: Known(EASY, misleads=True), 3: Known(EASY), 4: Known(MIDDLE)}
    assert best_of((1, 2, 3, 4), known, EASY) == 3, "rather one that tells something"
    assert best_of((1, 2, 4), known, EASY) == 2
    assert best_of((5, 1), known, MIDDLE) == 5, "of which nothing is known stands in the middle"
    assert best_of((4, 2), {}, HARD) == 4, "with nothing known the shuffled order stays"
    assert best_of((), known, EASY) is None


def test_it_waits_until_half_of_a_theme_is_known_from_enough_answers() -> None:
    half = len(THEME.questions) // 2 + 1
    assert known_of(THEME, {}) == {}
    assert known_of(THEME, counts([0.5] * (half - 2))) == {}
    assert known_of(THEME, counts([0.9] * half, answered=ENOUGH - 1)) == {}
    found = known_of(THEME, counts([0.9, 0.6, 0.2, *[0.5] * half]))
    assert [found[one.number].step for one in THEME.questions[:3]] == [EASY, MIDDLE, HARD]
    thirds = {"low": 10, "low right": 8, "high": 10, "high right": 2}
    about = about_of(THEME.name, THEME.questions[0])
    misleading = counts([0.5] * half) | {about: {"answered": 40, "right": 20, **thirds}}
    assert known_of(THEME, misleading)[THEME.questions[0].number].misleads


async def test_a_quiz_begins_with_an_easy_question_once_enough_is_told(evening: Evening) -> None:
    easy = THEME.questions[2]
    for one in THEME.questions:
        right = 38 if one is easy else 10
        for what, n in (("answered", 40), ("right", right)):
            ask(evening, "INSERT INTO tallies (about, what, n) VALUES (?, ?, ?)", about_of(THEME.name, one), what, n)
    await evening.group()
    await evening.joined("Ada")
    for _ in range(3):
        seen = await evening.person("Ada").command(evening.room(), "quiz", theme=THEME.name, length=10)
        assert easy.ask in seen.text
