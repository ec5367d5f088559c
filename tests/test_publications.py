"""What may be published about a group, by those who attack it: they see every publication and know everybody but two."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from at_the_desk import LIBRARY
from engines import DAY, a_group
from evening import Evening, card
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask
from msgspec.structs import replace

from bot.kept import VERSION
from bot.progress import (
    APART,
    HIDDEN,
    LESSONS,
    WORDS,
    Publication,
    Sum,
    Told,
    learners_in_words,
    level,
    opinion_in_words,
    publication_is_due,
    rounded,
    standing,
    told_anew,
)
from bot.publisher import publish_due
from bot.shelves import Shelves
from bot.storage import Erased, Store

KEYS = [f"key-of-learner-{number:02}-0000" for number in range(8)]
THEME = LIBRARY.course("en").themes[0]
COURSE = [(theme.name, lesson.name) for theme in LIBRARY.course("en").themes for lesson in theme.lessons]


def at(day: int) -> datetime:
    return datetime.combine(DAY, time(3), UTC) + timedelta(days=day)


# ---------------------------------------------------------------- the rules alone


def word(done: int, of: int, behind: int, *, k: int = 3) -> str:
    told = told_anew((Sum("t", 1, done, of, behind, behind),), publish_from=k)
    return told[0].word if told else HIDDEN


@given(k=st.integers(-5, 50), behind=st.integers(0, 60), moved=st.integers(0, 60), done=st.integers(0, 60))
def test_no_figure_is_told_of_fewer_learners_than_set_and_never_of_fewer_than_three(
    k: int, behind: int, moved: int, done: int
) -> None:
    moved = min(moved, behind)
    told = told_anew((Sum("t", 1, min(done, behind), behind, behind, moved),), publish_from=k)
    assert bool(told) == (moved >= max(k, 3))


@given(learners=st.integers(5, 19), things=st.integers(1, 20))
def test_below_twenty_learners_there_are_four_words_and_more_never_sounds_like_less(learners: int, things: int) -> None:
    places = [WORDS.index(word(done, learners * things, learners)) for done in range(learners * things + 1)]
    assert all(one <= other for one, other in pairwise(places))
    assert (places[0], places[-1]) == (0, 3)


@given(behind=st.integers(3, 200))
def test_no_word_and_no_step_says_that_all_or_none_of_those_behind_it_did_something(behind: int) -> None:
    said = [word(done, behind, behind) for done in range(behind + 1)]
    assert said[0] == said[1]
    assert said[-1] == said[-2]


@pytest.mark.parametrize(
    ("done", "said"),
    [(24, "few"), (25, "some"), (50, "some"), (51, "most"), (75, "most"), (76, "nearly all")],
)
def test_the_words_change_where_the_rule_says(done: int, said: str) -> None:
    assert word(done, 100, 10) == said


@pytest.mark.parametrize(
    ("done", "said"),
    [(0, "under 10%"), (9, "under 10%"), (10, "about 10%"), (14, "about 10%"), (15, "about 15%"),
     (90, "about 90%"), (91, "over 90%"), (100, "over 90%")],
)  # fmt: skip
def test_from_twenty_learners_on_there_are_steps_of_five(done: int, said: str) -> None:
    assert word(done, 100, 20) == said


@pytest.mark.parametrize(
    ("said", "place"),
    [("few", 0), ("nearly all", 3), ("under 10%", 0), ("about 20%", 0), ("about 25%", 1), ("about 45%", 1), ("about 50%", 2),
     ("about 75%", 3), ("over 90%", 3)],
)  # fmt: skip
def test_a_step_has_the_place_of_the_word_that_it_would_be(said: str, place: int) -> None:
    assert level(said) == place


@given(st.integers(0, 500))
def test_the_number_of_learners_shows_only_steps_of_five(learners: int) -> None:
    said = learners_in_words(learners)
    assert said == learners_in_words(rounded(learners))
    assert said == ("fewer than 5 learners" if learners < 5 else f"at least {learners // 5 * 5} learners")


@given(days=st.integers(-400, 6), changed=st.integers(0, 99))
def test_less_than_a_week_after_the_latest_one_none_is_due_even_if_the_clock_was_set_back(days: int, changed: int) -> None:
    assert not publication_is_due(DAY + timedelta(days=days), DAY, changed, publish_from=3)


@given(answers=st.integers(0, 40), k=st.integers(0, 50), agreeing=st.integers(0, 40))
def test_what_people_think_is_told_from_ten_answers_on_agreeing_against_the_rest(answers: int, k: int, agreeing: int) -> None:
    said = opinion_in_words(min(agreeing, answers), answers, publish_from=k)
    assert (said != HIDDEN) == (answers >= max(10, k))


def test_what_stands_is_the_latest_telling_of_each_figure_unless_it_was_made_from_fewer_than_is_set_today() -> None:
    first = Publication(DAY, 3, (Told("a", 1, "few"), Told("b", LESSONS, "some")))
    second = Publication(DAY + APART, 5, (Told("a", 1, "most"),))
    assert standing((first, second), 3) == {("a", 1): Told("a", 1, "most"), ("b", LESSONS): Told("b", LESSONS, "some")}
    assert standing((second, first), 5) == {("a", 1): Told("a", 1, "most")}
    assert standing((first, second), 3, DAY)["a", 1].word == "few"
    assert standing((first, replace(second, made_from=3)), 5) == {}


# ---------------------------------------------------------------- on both engines


async def a_full_group(store: Store, learners: int, **changes: object) -> int:
    group = a_group(**changes)
    assert await store.add_group(group)
    for key in KEYS[:learners]:
        assert await store.join(group.group_id, key, consent_version=VERSION, on=DAY)
    return group.group_id


async def learn(store: Store, group: int, people: int, lesson: int) -> None:
    for key in KEYS[:people]:
        assert await store.mark_read(group, key, THEME.name, THEME.lessons[lesson].name, on=DAY)


async def say(store: Store, group: int, people: int, question: int, *, turn: int = 0, right: bool = True) -> None:
    for key in KEYS[:people]:
        await store.record_answer(group, key, THEME.name, question, turn=turn, was_right=right, on=DAY)


async def words(store: Store, group: int, k: int = 5) -> dict[int, str]:
    """What stands of the first theme: by question, and by ``LESSONS``."""
    told = standing(await store.publications(group), k)
    return {question: one.word for (theme, question), one in told.items() if theme == THEME.name}


async def test_a_publication_waits_for_a_week_and_for_five_who_went_on(store: Store) -> None:
    group = await a_full_group(store, 6)
    assert (await store.sums(group, COURSE)).changed == 0  # all have joined, and nobody has learnt anything
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 0
    await learn(store, group, 6, 0)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    assert await words(store, group) == {LESSONS: "few"}
    await learn(store, group, 4, 1)
    await learn(store, group, 4, 2)  # the same four
    assert await publish_due(Shelves(LIBRARY, store), store, at(30)) == 0
    assert await words(store, group) == {LESSONS: "few"}
    await store.mark_read(group, KEYS[4], THEME.name, THEME.lessons[1].name, on=DAY)
    assert await publish_due(Shelves(LIBRARY, store), store, at(6)) == 0
    assert await publish_due(Shelves(LIBRARY, store), store, at(-30)) == 0
    assert await publish_due(Shelves(LIBRARY, store), store, at(7)) == 1
    assert await publish_due(Shelves(LIBRARY, store), store, at(7)) == 0
    assert [one.made_on for one in await store.publications(group)] == [DAY, DAY + timedelta(days=7)]
    assert await words(store, group) == {LESSONS: "some"}


async def test_a_figure_stands_still_while_five_have_moved_in_others(store: Store) -> None:
    group = await a_full_group(store, 6)
    await say(store, group, 6, 1, right=False)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    assert await words(store, group) == {1: "few"}
    await say(store, group, 4, 1, turn=1)  # four of them know it now, and everybody answers another question
    await say(store, group, 6, 2)
    assert await publish_due(Shelves(LIBRARY, store), store, at(7)) == 1
    assert await words(store, group) == {1: "few", 2: "nearly all"}
    for key in KEYS[4:6]:
        await store.record_answer(group, key, THEME.name, 1, turn=1, was_right=True, on=DAY)
    await learn(store, group, 6, 0)
    assert await publish_due(Shelves(LIBRARY, store), store, at(14)) == 1
    assert (await words(store, group))[1] == "nearly all"


async def test_who_answers_otherwise_and_then_as_before_has_not_moved_a_figure(store: Store) -> None:
    group = await a_full_group(store, 6)
    await say(store, group, 6, 1)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    await say(store, group, 6, 1, turn=1, right=False)
    await say(store, group, 5, 1, turn=2)  # only the sixth is now where they were not
    assert await publish_due(Shelves(LIBRARY, store), store, at(7)) == 0
    assert await words(store, group) == {1: "nearly all"}


async def test_of_whom_the_group_has_lost_the_figure_stays_until_five_of_the_others_moved(store: Store) -> None:
    group = await a_full_group(store, 7)
    await say(store, group, 7, 1)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    for key in KEYS[5:7]:
        await store.erase_learner(group, key)
    for key in KEYS[2:5]:
        await store.record_answer(group, key, THEME.name, 1, turn=1, was_right=False, on=DAY)
    await learn(store, group, 5, 0)
    assert await publish_due(Shelves(LIBRARY, store), store, at(7)) == 1
    assert (await words(store, group))[1] == "nearly all"


async def test_the_number_of_learners_is_counted_once_a_week_whoever_comes_and_goes(store: Store) -> None:
    group = await a_full_group(store, 4)
    assert await store.counted(group) is None
    await publish_due(Shelves(LIBRARY, store), store, at(0))
    assert await store.counted(group) == 0
    await store.join(group, KEYS[4], consent_version=VERSION, on=DAY)
    for day in (1, 6, -400):
        await publish_due(Shelves(LIBRARY, store), store, at(day))
        assert await store.counted(group) == 0
    await publish_due(Shelves(LIBRARY, store), store, at(7))
    assert await store.counted(group) == 5
    await store.erase_learner(group, KEYS[4])
    await publish_due(Shelves(LIBRARY, store), store, at(13))
    assert await store.counted(group) == 5


async def test_a_lesson_that_was_taken_out_of_the_course_is_in_no_figure(store: Store) -> None:
    group = await a_full_group(store, 6)
    for key in KEYS[:6]:
        await store.mark_read(group, key, THEME.name, "a-lost-lesson", on=DAY)
        await store.record_answer(group, key, THEME.name, 1999, turn=0, was_right=True, on=DAY)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 0
    assert (await store.sums(group, [])).figures == (Sum(THEME.name, 1999, 6, 6, 6, 6),)


async def test_who_only_looks_again_or_has_paused_does_not_count_as_changed(store: Store) -> None:
    group = await a_full_group(store, 6)
    await learn(store, group, 6, 0)
    for key in KEYS[:6]:
        await store.record_answer(group, key, THEME.name, 1, turn=0, was_right=True, on=DAY)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    for key in KEYS[:6]:
        await store.mark_read(group, key, THEME.name, THEME.lessons[0].name, on=DAY)
        await store.record_answer(group, key, THEME.name, 1, turn=1, was_right=True, on=DAY)  # asked again, known as before
        await store.record_answer(group, key, THEME.name, 1, turn=0, was_right=False, on=DAY)  # an old card: not kept
    assert (await store.sums(group, COURSE)).changed == 0
    await store.pause(group, KEYS[0])
    for key in KEYS[:3]:
        await store.record_answer(group, key, THEME.name, 1, turn=2, was_right=False, on=DAY)
    await store.record_answer(group, KEYS[3], THEME.name, 2, turn=0, was_right=False, on=DAY)
    assert (await store.sums(group, COURSE)).changed == 3
    await store.erase_learner(group, KEYS[1])
    assert (await store.sums(group, COURSE)).changed == 2


async def test_who_has_not_agreed_to_the_list_of_today_is_in_no_figure_and_counts_as_moved_once_they_have(store: Store) -> None:
    group = await a_full_group(store, 7)
    await say(store, group, 7, 1)
    await store._engine.write(("UPDATE learners SET consent_version = 1 WHERE learner_key > :key", {"key": KEYS[4]}))
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    [figure] = (await store.sums(group, COURSE)).figures
    assert figure == Sum(THEME.name, 1, 5, 5, 5, 0)
    for key in KEYS[5:7]:
        await store.join(group, key, consent_version=VERSION, on=DAY)
    [figure] = (await store.sums(group, COURSE)).figures
    assert figure == Sum(THEME.name, 1, 7, 7, 7, 2)


async def test_a_group_sets_from_how_many_learners_on_and_each_has_its_own(store: Store) -> None:
    three, four = await a_full_group(store, 3, publish_from=3), await a_full_group(store, 3, publish_from=4)
    for group in (three, four):
        await learn(store, group, 3, 0)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    assert await store.publications(four) == ()
    assert await store.publications(three) == (Publication(DAY, 3, (Told(THEME.name, LESSONS, "few"),)),)
    assert await words(store, three, 4) == {}


async def test_a_publication_goes_with_its_group(store: Store) -> None:
    group = await a_full_group(store, 5)
    await learn(store, group, 5, 0)
    await say(store, group, 5, 1)
    assert await publish_due(Shelves(LIBRARY, store), store, at(0)) == 1
    assert await store.erase_group(group) == Erased(groups=1, learners=5, lessons_read=5, answers=5, publications=2)
    assert await store.publications(group) == ()
    assert not await store.publish(group, Publication(date(2026, 1, 1), 5, (Told("t", 1, "few"),)))


async def test_the_same_day_is_published_once(store: Store) -> None:
    group = await a_full_group(store, 5)
    one = Publication(DAY, 5, (Told("t", 1, "few"),))
    assert await store.publish(group, one)
    assert not await store.publish(group, replace(one, told=(Told("t", 1, "most"),)))
    assert await store.publications(group) == (one,)


# ---------------------------------------------------------------- through the front door


async def together(evening: Evening) -> str:
    seen = await evening.person("Eve").command(evening.room(), "progress")
    return seen.text.partition("Thursday readers, together")[2]


async def read_a_lesson(evening: Evening, name: str) -> None:
    person = evening.person(name)
    seen = await person.command(evening.room(), "learn", theme="data-aggregation")
    for _ in range(2):
        seen = await person.press(card(seen), "Next")


async def a_new_publication(evening: Evening, made: int) -> None:
    async with asyncio.timeout(10):
        while ask(evening, "SELECT count(DISTINCT made_on) FROM publications") != [(made,)]:  # noqa: ASYNC110 (a file tells nobody that it has changed)
            await asyncio.sleep(0.05)


async def test_progress_shows_the_latest_publication_and_nothing_newer(evening: Evening) -> None:
    await evening.group()
    world = evening.standin.world
    for name in ("Dee", "Eve"):
        world.add_member(world.server, name)
    await evening.joined("Mo", "Ada", "Ben", "Chi", "Dee")
    for name in ("Mo", "Ada", "Ben", "Chi", "Dee"):
        await read_a_lesson(evening, name)
    answer = "INSERT INTO answers (group_id, learner_key, theme, question, times_asked, was_right)"
    ask(evening, f"{answer} SELECT group_id, learner_key, 'data-aggregation', 1, 1, 1 FROM learners")
    said = await together(evening)
    assert "There is no summary yet" in said
    assert "lessons read" not in said
    evening.move(days=1)
    await a_new_publication(evening, 1)
    seen = await evening.person("Eve").command(evening.room(), "progress")
    said = seen.text.partition("Thursday readers, together")[2]
    assert "at least 5 learners (counted once a week)" in said
    assert "few lessons read" in said
    pictures = {picture.name: picture for picture in card(seen).pictures}
    assert set(pictures) == {"together.png", "weeks.png"}
    assert all(picture.bytes.startswith(b"\x89PNG") for picture in pictures.values())
    assert "few lessons read" in (pictures["together.png"].alt or "")
    await read_a_lesson(evening, "Dee")
    await evening.person("Dee").command(evening.room(), "leave")
    assert await together(evening) == said
    await evening.person("Mo").command(evening.room(), "group settings", publish_from="6")
    assert "There is no summary yet" in await together(evening)
    await evening.person("Mo").command(evening.room(), "group settings", publish_from="5")
    assert await together(evening) == said


@pytest.mark.parametrize("typed", ["1", "2", "0", "51", "-5", "five", "³"])
async def test_a_moderator_who_wants_fewer_than_three_gets_a_sentence(evening: Evening, typed: str) -> None:
    await evening.group()
    seen = await evening.person("Mo").command(evening.room(), "group settings", publish_from=typed)
    assert "from 3 to 50 learners up, since fewer would show what one of them does" in seen.text
    assert ask(evening, "SELECT publish_from FROM study_groups") == [(5,)]


async def test_who_leaves_joins_again_and_learns_counts_as_changed_on_the_same_day(store: Store) -> None:
    group = await a_full_group(store, 0)
    for turn in range(2):
        await store.join(group, KEYS[0], consent_version=VERSION, on=DAY)
        await store.record_answer(group, KEYS[0], THEME.name, 1, turn=0, was_right=True, on=DAY)
        learner = await store.learner(group, KEYS[0])
        assert learner, turn
        assert learner.is_changed, turn
        await store.erase_learner(group, KEYS[0])
