"""The laws of rounds: what is told of the answers, and that each step is taken once, on a real SQLite file and a real Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from at_the_desk import LIBRARY
from engines import DAY, a_group
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from bot.commands.round_words import FEWEST, MOST, drawn, lengths, outcome, result_of, signature, words_about
from bot.library import Theme
from bot.progress import HIDDEN, WORDS, answers_in_words, chosen_in_words, percent_of
from bot.questions import Question
from bot.storage import Counted, Round, Store, open_store

THEME: Theme = LIBRARY.course("en").themes[0]
QUESTIONS = [one for one in THEME.questions if one.kind == "one choice"]
QUESTION = QUESTIONS[0]
COUNTS = some.lists(some.integers(0, 40), min_size=4, max_size=4)
K = some.integers(3, 50)


def counts_of(numbers: list[int], question: Question = QUESTION) -> dict[str, int]:
    """So many chose each of its options."""
    outcomes = (outcome(question.grade(str(index))) for index in range(len(question.options)))
    return dict(zip(outcomes, numbers, strict=False))


# ---------------------------------------------------------------- what is told


@given(COUNTS, K)
def test_of_too_few_answers_nothing_is_told_and_of_enough_a_word_for_each_option(numbers: list[int], k: int) -> None:
    counts = counts_of(numbers)
    words = words_about(QUESTION, counts, k)
    if sum(counts.values()) < max(k, 5):
        assert words == ()
    else:
        assert len(words) == 1 + len(QUESTION.options)
        assert words[0] == words[1 + right_of(QUESTION)]
        assert HIDDEN not in words


@given(some.integers(5, 19), some.data())
def test_no_word_says_that_nobody_or_that_everybody_chose_something(answers: int, data: some.DataObject) -> None:
    """Whatever is told of one option fits two numbers at least, of which one isn't the outermost."""
    chose = data.draw(some.integers(0, answers))
    word = chosen_in_words(chose, answers, publish_from=3)
    others = [other for other in range(answers + 1) if chosen_in_words(other, answers, publish_from=3) == word]
    assert word in WORDS
    assert len(others) > 1 or chose not in (0, answers)


@given(some.integers(20, 500), some.data())
def test_from_twenty_answers_up_there_are_steps(answers: int, data: some.DataObject) -> None:
    chose = data.draw(some.integers(0, answers))
    word = chosen_in_words(chose, answers, publish_from=5)
    assert word.endswith("%")
    assert abs(percent_of(word) - 100 * chose / answers) <= 10


@given(some.integers(0, 600), some.integers(0, 600))
def test_how_many_have_answered_moves_in_fives(one: int, other: int) -> None:
    assert (answers_in_words(one) == answers_in_words(other)) == (one // 5 == other // 5)


@given(some.lists(COUNTS, min_size=1, max_size=10), K)
def test_the_result_is_made_from_the_words_alone(rounds: list[list[int]], k: int) -> None:
    questions = QUESTIONS[: len(rounds)]
    pairs = list(zip(questions, rounds, strict=False))
    told = tuple(words_about(one, counts_of(numbers, one), k) for one, numbers in pairs)
    played = a_round(questions=tuple(one.number for one in questions), told=told, asking=-len(questions) - 1)
    result = result_of(played, THEME)
    assert result.told == sum(bool(words) for words in told)
    assert 0 <= result.known <= result.told
    assert len(result.to_talk_about) <= 2
    hidden = {one.number for one, words in zip(questions, told, strict=False) if not words}
    assert not hidden & {one.number for one in result.to_talk_about}


def test_the_most_divided_questions_are_to_be_talked_about_first() -> None:
    questions = QUESTIONS[:3]
    shares = (5, 10, 4)  # so many of ten are right
    told = tuple(words_about(one, {"r": right, "w": 10 - right}, 5) for one, right in zip(questions, shares, strict=True))
    played = a_round(questions=tuple(one.number for one in questions), told=told, asking=-4)
    assert set(result_of(played, THEME).to_talk_about) == {questions[0], questions[2]}


def right_of(question: Question) -> int:
    return next(index for index, option in enumerate(question.options) if option.is_right)


@given(some.integers(0, 1 << 56), some.integers(FEWEST, MOST))
def test_a_round_asks_each_of_its_questions_once_and_the_same_for_ever(round_id: int, many: int) -> None:
    numbers = drawn(THEME, many, round_id)
    assert len(set(numbers)) == len(numbers) == min(many, len(THEME.questions))
    assert drawn(THEME, many, round_id) == numbers


def test_lengths_never_ask_for_more_than_there_is() -> None:
    for theme in LIBRARY.course("en").themes:
        assert all(FEWEST <= many <= min(MOST, len(theme.questions)) for many in lengths(theme))


# ---------------------------------------------------------------- what the store does


def a_round(**changes: object) -> Round:
    one = Round(77, 1, 5, "theme", (1, 2, 3), 1, "aa" * 16, stirred_at=100)
    return replace(one, **changes)


async def begun(store: Store, **changes: object) -> Round:
    group = a_group()
    assert await store.add_group(group)
    one = a_round(round_id=group.group_id, group_id=group.group_id, channel_id=group.home_channel, **changes)
    assert await store.start_round(one)
    return one


@pytest.fixture
async def second_store(url: str, store: Store) -> AsyncIterator[Store]:
    opened = await open_store(url, patience=5)
    yield opened
    await opened.close()


async def test_a_round_comes_back_as_it_was_stored(store: Store) -> None:
    one = await begun(store, told=((), ("most", "few"), ("about 15%", "under 10%")), timer=60, reveal_at=160, shown="x", asking=-3)
    assert await store.round(one.round_id) == one
    assert await store.round_in(one.channel_id) == one
    assert await store.rounds(one.group_id) == (one,)


async def test_two_starts_at_once_make_one(store: Store, second_store: Store) -> None:
    group = a_group()
    assert await store.add_group(group)
    one = a_round(group_id=group.group_id, channel_id=group.home_channel)
    ones = [replace(one, round_id=number, theme=f"theme-{number}") for number in range(1, 9)]
    started = await asyncio.gather(*(which.start_round(one) for one in ones for which in (store, second_store)))
    assert sum(started) == 1
    assert len(await store.rounds(group.group_id)) == 1


async def test_an_answer_counts_once_and_can_be_changed_once(store: Store) -> None:
    one = await begun(store)
    assert await store.answer_round(one, "ada", "0") is Counted.YES
    assert await store.answer_round(one, "ada", "0") is Counted.SAME
    assert await store.answer_round(one, "ada", "2") is Counted.CHANGED
    assert await store.answer_round(one, "ada", "2") is Counted.SAME
    assert await store.answer_round(one, "ada", "1") is Counted.ONCE_ONLY
    assert await store.answer_round(one, "ben", "1") is Counted.YES
    assert await store.chosen_in_round(one) == {"2": 1, "1": 1}


async def test_a_double_press_counts_once(store: Store, second_store: Store) -> None:
    one = await begun(store)
    counted = await asyncio.gather(*(which.answer_round(one, "ada", "1") for which in (store, second_store) for _ in range(4)))
    assert sorted(map(str, counted)) == sorted(map(str, [Counted.YES, *[Counted.SAME] * 7]))
    assert await store.chosen_in_round(one) == {"1": 1}


async def test_after_the_reveal_no_answer_comes_in_and_none_is_left(store: Store) -> None:
    one = await begun(store)
    assert await store.answer_round(one, "ada", "0") is Counted.YES
    assert await store.move_round(one, -1, salt=one.salt, at=101)
    assert not await store.move_round(one, -1, salt=one.salt, at=101)
    assert await store.answer_round(one, "ben", "0") is Counted.CLOSED
    closed = await store.round(one.round_id)
    assert closed and not closed.is_open and not closed.is_revealed
    assert await store.chosen_in_round(closed) == {"0": 1}
    assert await store.tell_round(closed, ("few", "most"), at=102)
    assert not await store.tell_round(closed, ("most", "few"), at=102)
    told = await store.round(one.round_id)
    assert told and told.is_revealed and told.salt == ""
    assert told.told == (("few", "most"),)
    assert await store.chosen_in_round(told) == {}


async def test_every_confirmed_answer_is_counted_whenever_the_question_is_closed(store: Store, second_store: Store) -> None:
    """The law behind the reveal: confirmed and counted are the same, at whatever moment somebody closes."""
    one = await begun(store)
    counts: list[dict[str, int]] = []

    async def close() -> None:
        await asyncio.sleep(0.02)
        assert await second_store.move_round(one, -1, salt=one.salt, at=101)
        counts.append(await second_store.chosen_in_round(one))

    async def answer(number: int) -> Counted:
        await asyncio.sleep(number / 3000)
        return await (store if number % 2 else second_store).answer_round(one, f"person {number}", str(number % 4))

    *confirmed, _ = await asyncio.gather(*(answer(number) for number in range(120)), close())
    yes = sum(one is Counted.YES for one in confirmed)
    assert sum(counts[0].values()) == yes
    assert yes + sum(one is Counted.CLOSED for one in confirmed) == 120


async def test_the_next_question_begins_with_no_answers_and_another_salt(store: Store) -> None:
    one = await begun(store)
    await store.answer_round(one, "ada", "0")
    await store.move_round(one, -1, salt=one.salt, at=101)
    await store.tell_round(replace(one, asking=-1), (), at=102)
    told = await store.round(one.round_id)
    assert told and await store.move_round(told, 2, salt="bb" * 16, reveal_at=200, at=103)
    second = await store.round(one.round_id)
    assert second and second.is_open and second.place == 2 and second.salt == "bb" * 16 and second.told == ((),)
    assert await store.answer_round(one, "ada", "1") is Counted.CLOSED  # an old card
    assert await store.answer_round(second, "ada", "1") is Counted.YES


async def test_a_stop_throws_unrevealed_answers_away_and_an_end_everything(store: Store) -> None:
    one = await begun(store)
    await store.answer_round(one, "ada", "0")
    assert await store.stop_round(one, at=101)
    assert not await store.stop_round(one, at=101)
    over = await store.round(one.round_id)
    assert over and over.is_over and await store.chosen_in_round(over) == {}
    assert await store.end_round(one.round_id)
    assert not await store.end_round(one.round_id)
    assert await store.round_in(one.channel_id) is None


async def test_a_timer_is_extended_once_for_two_presses_at_once(store: Store, second_store: Store) -> None:
    one = await begun(store, timer=60, reveal_at=160)
    extended = await asyncio.gather(store.extend_round(one, 220, at=101), second_store.extend_round(one, 220, at=101))
    assert sum(extended) == 1
    now = await store.round(one.round_id)
    assert now and now.reveal_at == 220


async def test_ones_own_answer_can_be_found_and_thrown_away_by_its_code_alone(store: Store) -> None:
    one = await begun(store)
    await store.answer_round(one, "ada", "0")
    await store.answer_round(one, "ben", "1")
    assert await store.answers_in_rounds([(one.round_id, "ada"), (one.round_id, "nobody")]) == ((one.round_id, "0", False),)
    assert await store.forget_in_rounds([(one.round_id, "ada"), (one.round_id, "nobody")]) == 1
    assert await store.chosen_in_round(one) == {"1": 1}


async def test_a_round_goes_with_its_group(store: Store) -> None:
    one = await begun(store)
    await store.answer_round(one, "ada", "0")
    erased = await store.erase_group(one.group_id)
    assert (erased.rounds, erased.round_answers) == (1, 1)
    assert await store.rounds() == ()
    assert not await store.start_round(one)


async def test_what_runs_is_listed_with_its_posting_and_its_answers(store: Store) -> None:
    one = await begun(store)
    await store.answer_round(one, "ada", "0")
    [now] = await store.rounds_now()
    assert (now.round, now.answered, now.state, now.message_id) == (one, 1, None, None)
    assert signature(now.round, now.answered) == signature(now.round, 4) != signature(now.round, 5)
    await store.round_shown(one.round_id, "shown", stirred_at=111)
    [now] = await store.rounds_now()
    assert (now.round.shown, now.round.stirred_at) == ("shown", 111)
    assert DAY.year == 2026
