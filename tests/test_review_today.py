"""What a review asks in one day: never more than a day's amount, nothing twice, and nothing that piles up."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from at_the_desk import LIBRARY
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.review_today import A_DAY, LEAST, MOST, NEW_A_DAY, today_of
from bot.recall import GOAL, GOAL_LEAST, GOAL_MOST, Memory, Sure, after, due_on, first
from bot.storage import AnswerState, Learner, States

COURSE = LIBRARY.course("en")
DAY = date(2026, 3, 2)
LESSONS = [(theme.name, lesson.name) for theme in COURSE.themes for lesson in theme.lessons]
QUESTIONS = [(theme.name, question.number) for theme in COURSE.themes for question in theme.questions]
LEARNER = Learner(DAY, 5, False, DAY)


class Learning:
    """One learner's states, as the bot would keep them."""

    def __init__(self, read: frozenset[tuple[str, str]] = frozenset()) -> None:
        self.answers: dict[tuple[str, int], AnswerState] = {}
        self.read = read

    @property
    def states(self) -> States:
        return States(LEARNER, self.read, tuple(self.answers.values()))

    def answer(self, theme: str, number: int, on: date, was_right: bool = True, sure: Sure = Sure.UNSAID) -> None:
        before = self.answers.get((theme, number))
        memory = after(before.memory if before else None, was_right, sure, on)
        self.answers[theme, number] = AnswerState(theme, number, (before.times_asked if before else 0) + 1, was_right, memory)

    def reviews(self, on: date, most: int = A_DAY, results: list[bool] | None = None) -> list[tuple[str, int]]:
        """Answers all that is asked on that day; which questions that were."""
        asked = []
        while questions := today_of(COURSE, self.states, on, GOAL, most=most).questions:
            one = questions[0].theme.name, questions[0].question.number
            assert one not in asked, "twice on one day"
            asked.append(one)
            self.answer(*one, on, results[len(asked) % len(results)] if results else True)
        return asked


whens = st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days))
memories = st.none() | st.builds(Memory, st.integers(1, 200_000), st.integers(1000, 10_000), whens, st.booleans())
answered = st.builds(AnswerState, st.none(), st.none(), st.integers(1, 9), st.booleans(), memories)


@st.composite
def any_states(draw: st.DrawFn) -> States:
    places = draw(st.lists(st.sampled_from([*QUESTIONS, ("a-lost-theme", 1), (QUESTIONS[0][0], 99)]), unique=True, max_size=60))
    rows = [draw(answered) for _ in places]
    answers = tuple(
        AnswerState(theme, number, row.times_asked, row.was_right, row.memory)
        for (theme, number), row in zip(places, rows, strict=True)
    )
    return States(LEARNER, draw(st.frozensets(st.sampled_from(LESSONS), max_size=12)), answers)


@settings(max_examples=60)
@given(any_states(), st.integers(LEAST, MOST), st.integers(GOAL_LEAST, GOAL_MOST), st.frozensets(st.integers(1, 8), max_size=3))
def test_a_day_is_bounded_and_asks_only_what_is_due_or_new(states: States, most: int, goal: int, without: frozenset[int]) -> None:
    today = today_of(COURSE, states, DAY, goal, most=most, without=without)
    kept = {(one.theme, one.question): one for one in states.answers}
    asked = [(one.theme.name, one.question.number) for one in today.questions]
    assert len(asked) == len(set(asked)) <= most
    assert not {one.theme.number for one in today.questions} & without
    new = [one for one in today.questions if one.turn == 0]
    assert len(new) <= NEW_A_DAY
    for one in new:
        assert (one.theme.name, one.question.number) not in kept
        assert (one.theme.name, one.question.lesson) in states.read
    for one in today.questions:
        if one.turn:
            there = kept[one.theme.name, one.question.number]
            assert there.times_asked == one.turn
            assert there.memory is None or due_on(there.memory, goal) <= DAY
    misled = [bool((row := kept.get(place)) and row.memory and row.memory.misled) for place in asked]
    assert misled == sorted(misled, reverse=True), "confident mistakes come first"
    assert today == today_of(COURSE, states, DAY, goal, most=most, without=without)
    assert today.next_on is None or today.next_on > DAY
    assert today.next_many <= most


@settings(max_examples=25)
@given(st.integers(0, 400), st.integers(LEAST, MOST), st.lists(st.booleans(), min_size=1, max_size=7))
def test_nothing_piles_up_after_a_pause(pause: int, most: int, results: list[bool]) -> None:
    learning = Learning(frozenset(LESSONS[:20]))
    for theme, number in QUESTIONS[:60]:
        learning.answer(theme, number, DAY)
    back = DAY + timedelta(days=1 + pause)
    for day in range(4):
        asked = learning.reviews(back + timedelta(days=day), most, results)
        assert len(asked) <= most


@settings(max_examples=40)
@given(st.lists(st.sampled_from(QUESTIONS[:30]), max_size=15), st.integers(LEAST, MOST))
def test_what_a_quiz_asked_again_today_counts_as_reviewed(quizzed: list[tuple[str, int]], most: int) -> None:
    learning = Learning(frozenset(LESSONS[:8]))
    for theme, number in QUESTIONS[:30]:
        learning.answer(theme, number, DAY, was_right=False)
    for theme, number in quizzed:
        learning.answer(theme, number, DAY + timedelta(days=3))
    assert len(learning.reviews(DAY + timedelta(days=3), most)) <= max(most - len(set(quizzed)), 0)


def test_whoever_comes_every_day_meets_every_question_and_forgets_none_for_good() -> None:
    learning = Learning(frozenset(LESSONS))
    days = [learning.reviews(DAY + timedelta(days=day)) for day in range(60)]
    assert set(learning.answers) == set(QUESTIONS)
    assert max(map(len, days)) <= A_DAY
    assert all(due_on(one.memory) >= DAY + timedelta(days=55) for one in learning.answers.values() if one.memory)


def test_new_questions_enter_after_their_lesson_was_read() -> None:
    learning = Learning()
    assert not learning.reviews(DAY)
    learning.read = frozenset(LESSONS[:1])
    theme, lesson = LESSONS[0]
    of_lesson = {
        (theme, question.number)
        for one in COURSE.themes
        if one.name == theme
        for question in one.questions
        if question.lesson == lesson
    }
    assert set(learning.reviews(DAY)) <= of_lesson
    assert learning.answers


def test_a_day_mixes_the_themes() -> None:
    learning = Learning()
    for theme in COURSE.themes:
        for question in theme.questions[:4]:
            learning.answer(theme.name, question.number, DAY, was_right=False)
    asked = [theme for theme, _ in learning.reviews(DAY + timedelta(days=1))]
    assert len(set(asked)) >= 4
    assert sum(one != following for one, following in pairwise(asked)) > 4


def test_a_confident_mistake_comes_first_and_no_longer_once_it_is_right() -> None:
    learning = Learning()
    for theme, number in QUESTIONS[:8]:
        learning.answer(theme, number, DAY, was_right=False)
    learning.answer(*QUESTIONS[20], DAY + timedelta(days=1), was_right=False, sure=Sure.CERTAIN)
    assert learning.reviews(DAY + timedelta(days=2))[0] == QUESTIONS[20]
    memory = learning.answers[QUESTIONS[20]].memory
    assert memory
    assert not memory.misled
    assert first(False, Sure.CERTAIN, DAY).misled
