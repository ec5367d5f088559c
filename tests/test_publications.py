"""What may be published about a group, by those who attack it: they see every publication and know everybody but two."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from at_the_desk import LIBRARY
from engines import DAY, a_group
from evening import Evening, card
from hypothesis import given, settings
from hypothesis import strategies as st
from mischief import ask

from bot.kept import VERSION
from bot.progress import (
    HIDDEN,
    PUBLISH_FROM_LEAST,
    Together,
    Told,
    learners_in_words,
    publication_is_due,
    rounded,
    told_together,
)
from bot.publisher import publish_due
from bot.storage import Erased, Publication, PublishedTheme, Store

THEMES, LESSONS = 3, 4
KEYS = [f"key-of-learner-{number:02}-0000" for number in range(8)]
THEME = LIBRARY.course("en").themes[0]
Act = tuple[int, int, int]
"""(learner, theme, lesson): read, and its question answered rightly."""


def at(day: int) -> datetime:
    return datetime.combine(DAY, time(3), UTC) + timedelta(days=day)


# ---------------------------------------------------------------- the rules alone


def told(done: int, learners: int, things: int, *, k: int, answered: int | None = None) -> Told:
    people = learners if answered is None else answered
    [one] = told_together((Together("t", things, done, things, min(done, people * things), people),), learners, publish_from=k)
    return one


@given(k=st.integers(-5, 50), learners=st.integers(0, 60), answered=st.integers(0, 60), data=st.data())
def test_no_figure_has_fewer_learners_behind_it_than_set_and_never_fewer_than_three(
    k: int, learners: int, answered: int, data: st.DataObject
) -> None:
    answered = min(answered, learners)
    one = told(data.draw(st.integers(0, 4 * learners)), learners, 4, k=k, answered=answered)
    assert (one.lessons != HIDDEN) == (learners >= max(k, PUBLISH_FROM_LEAST))
    assert (one.questions != HIDDEN) == (answered >= max(k, PUBLISH_FROM_LEAST))


@given(learners=st.integers(3, 19), things=st.integers(1, 20))
def test_below_twenty_learners_there_are_four_words_and_more_never_sounds_like_less(learners: int, things: int) -> None:
    order = ["few", "some", "most", "nearly all"]
    places = [order.index(told(done, learners, things, k=3).lessons) for done in range(learners * things + 1)]
    assert all(one <= other for one, other in pairwise(places))
    assert (places[0], places[-1]) == (0, 3)


@pytest.mark.parametrize(
    ("done", "said"),
    [(24, "few"), (25, "some"), (50, "some"), (51, "most"), (75, "most"), (76, "nearly all")],
)
def test_the_words_change_where_the_rule_says(done: int, said: str) -> None:
    assert told(done, 10, 10, k=5).lessons == said


@pytest.mark.parametrize(
    ("done", "said"),
    [(0, "under 10% of"), (9, "under 10% of"), (10, "about 10% of"), (14, "about 10% of"), (15, "about 15% of"),
     (90, "about 90% of"), (91, "over 90% of"), (100, "over 90% of")],
)  # fmt: skip
def test_from_twenty_learners_on_there_are_steps_of_five(done: int, said: str) -> None:
    assert told(done, 20, 5, k=5).lessons == said


@given(st.integers(0, 500))
def test_the_number_of_learners_shows_only_steps_of_five(learners: int) -> None:
    said = learners_in_words(learners)
    assert said == learners_in_words(rounded(learners))
    assert said == ("fewer than 5 learners" if learners < 5 else f"at least {learners // 5 * 5} learners")


@given(days=st.integers(-400, 6), changed=st.integers(0, 99))
def test_less_than_a_week_after_the_latest_one_none_is_due_even_if_the_clock_was_set_back(days: int, changed: int) -> None:
    assert not publication_is_due(DAY + timedelta(days=days), DAY, changed, 99, publish_from=3)


# ---------------------------------------------------------------- the attacker, over a course


def publications(learners: int, weeks: list[list[Act]], k: int) -> list[tuple[int, tuple[Told, ...]]]:
    """Everything that is ever shown, with its week."""
    done: set[Act] = set()
    changed, latest = set(range(learners)), None
    shown = []
    for week, acts in enumerate(weeks):
        changed |= {act[0] for act in acts if act not in done}
        done |= set(acts)
        today = DAY + timedelta(weeks=week)
        if publication_is_due(today, latest, len(changed), learners, publish_from=k):
            sums = tuple(
                Together(str(theme), LESSONS, n := sum(act[1] == theme for act in done), LESSONS, n,
                         len({act[0] for act in done if act[1] == theme}))
                for theme in range(THEMES)
            )  # fmt: skip
            shown.append((week, told_together(sums, learners, publish_from=k)))
            changed, latest = set(), today
    return shown


@given(data=st.data(), learners=st.integers(3, 25), k=st.integers(3, 6))
@settings(deadline=None)
def test_who_knows_all_but_two_and_sees_every_publication_cannot_tell_these_two_apart(
    data: st.DataObject, learners: int, k: int
) -> None:
    act = st.tuples(st.integers(0, learners - 1), st.integers(0, THEMES - 1), st.integers(0, LESSONS - 1))
    weeks = data.draw(st.lists(st.lists(act, max_size=12), min_size=1, max_size=10))
    other = {0: 1, 1: 0}
    exchanged = [[(other.get(who, who), theme, lesson) for who, theme, lesson in acts] for acts in weeks]
    assert publications(learners, weeks, k) == publications(learners, exchanged, k)


@given(data=st.data(), learners=st.integers(5, 25))
@settings(deadline=None)
def test_what_fewer_than_k_do_after_a_publication_shows_in_no_way(data: st.DataObject, learners: int) -> None:
    act = st.tuples(st.integers(0, learners - 1), st.integers(0, THEMES - 1), st.integers(0, LESSONS - 1))
    first = data.draw(st.lists(act, max_size=30))
    of_four = st.tuples(st.integers(0, 3), st.integers(0, THEMES - 1), st.integers(0, LESSONS - 1))
    later = data.draw(st.lists(st.lists(of_four, max_size=9), max_size=9))
    assert publications(learners, [first, *later], 5) == publications(learners, [first, *([] for _ in later)], 5)


def test_what_cannot_be_hidden_from_who_knows_all_the_others_is_not_denied() -> None:
    """Ten learners, and the attacker knows nine: the tenth's one lesson moves the word."""
    assert (told(25, 10, 10, k=5).lessons, told(24, 10, 10, k=5).lessons) == ("some", "few")


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


def of_the_theme(publication: Publication) -> PublishedTheme:
    [one] = [one for one in publication.themes if one.theme == THEME.name]
    return one


async def test_a_publication_waits_for_a_week_and_for_five_who_went_on(store: Store) -> None:
    group = await a_full_group(store, 6)
    assert await publish_due(LIBRARY, store, at(0)) == 1
    first = await store.publication(group)
    assert first
    assert (first.made_on, first.people) == (DAY, 5)
    assert of_the_theme(first) == PublishedTheme(THEME.name, "few", HIDDEN)
    await learn(store, group, 4, 0)
    await learn(store, group, 4, 1)  # the same four
    assert await publish_due(LIBRARY, store, at(30)) == 0
    assert await store.publication(group) == first
    await store.mark_read(group, KEYS[4], THEME.name, THEME.lessons[0].name, on=DAY)
    assert await publish_due(LIBRARY, store, at(6)) == 0
    assert await publish_due(LIBRARY, store, at(-30)) == 0
    assert await publish_due(LIBRARY, store, at(7)) == 1
    assert await publish_due(LIBRARY, store, at(7)) == 0
    second = await store.publication(group)
    assert second
    assert second.made_on == DAY + timedelta(days=7)
    assert of_the_theme(second).lessons == "some"


async def test_who_only_looks_again_or_has_paused_does_not_count_as_changed(store: Store) -> None:
    group = await a_full_group(store, 6)
    await learn(store, group, 6, 0)
    for key in KEYS[:6]:
        await store.record_answer(group, key, THEME.name, 1, turn=0, was_right=True, on=DAY)
    assert await publish_due(LIBRARY, store, at(0)) == 1
    for key in KEYS[:6]:
        await store.mark_read(group, key, THEME.name, THEME.lessons[0].name, on=DAY)
        await store.record_answer(group, key, THEME.name, 1, turn=1, was_right=True, on=DAY)  # asked again, known as before
        await store.record_answer(group, key, THEME.name, 1, turn=0, was_right=False, on=DAY)  # an old card: not kept
    assert (await store.sums(group)).changed == 0
    await store.pause(group, KEYS[0])
    for key in KEYS[:3]:
        await store.record_answer(group, key, THEME.name, 1, turn=2, was_right=False, on=DAY)
    await store.record_answer(group, KEYS[3], THEME.name, 2, turn=0, was_right=False, on=DAY)
    assert (await store.sums(group)).changed == 3
    await store.erase_learner(group, KEYS[1])
    assert (await store.sums(group)).changed == 2


async def test_of_those_who_agreed_to_an_older_list_it_is_not_noted(store: Store) -> None:
    group = a_group()
    assert await store.add_group(group)
    for key in KEYS:
        await store.join(group.group_id, key, consent_version=1, on=DAY)
    assert (await store.sums(group.group_id)).changed == 0
    assert await publish_due(LIBRARY, store, at(0)) == 0


async def test_a_group_sets_from_how_many_learners_on_and_each_has_its_own(store: Store) -> None:
    three, four = await a_full_group(store, 3, publish_from=3), await a_full_group(store, 3, publish_from=4)
    assert await publish_due(LIBRARY, store, at(0)) == 1
    assert await store.publication(four) is None
    made = await store.publication(three)
    assert made
    assert (made.made_from, made.people) == (3, 0)


async def test_a_publication_goes_with_its_group(store: Store) -> None:
    group = await a_full_group(store, 5)
    await publish_due(LIBRARY, store, at(0))
    themes = len(LIBRARY.course("en").themes)
    assert await store.erase_group(group) == Erased(groups=1, learners=5, publications=themes)
    assert await store.publication(group) is None
    assert not await store.publish(group, Publication(date(2026, 1, 1), 5, 5, (PublishedTheme("t", "few", "few"),)))


async def test_the_same_day_is_published_once(store: Store) -> None:
    group = await a_full_group(store, 5)
    one = Publication(DAY, 5, 5, (PublishedTheme("t", "few", HIDDEN),))
    assert await store.publish(group, one)
    assert not await store.publish(group, replace(one, themes=(PublishedTheme("t", "most", HIDDEN),)))
    assert await store.publication(group) == one


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
    for name in ("Mo", "Ada", "Ben", "Chi"):
        await read_a_lesson(evening, name)
    said = await together(evening)
    assert "There is no summary yet" in said
    assert "lessons read" not in said
    evening.move(days=1)
    await a_new_publication(evening, 1)
    said = await together(evening)
    assert "at least 5 learners" in said
    assert " few lessons read, too few have answered questions yet" in said
    await read_a_lesson(evening, "Dee")
    await evening.person("Dee").command(evening.room(), "leave")
    assert await together(evening) == said
    await evening.person("Mo").command(evening.room(), "group settings", publish_from="6")
    assert "There is no summary yet" in await together(evening)


@pytest.mark.parametrize("typed", ["1", "2", "0", "51", "-5", "five", "³"])
async def test_a_moderator_who_wants_fewer_than_three_gets_a_sentence(evening: Evening, typed: str) -> None:
    await evening.group()
    seen = await evening.person("Mo").command(evening.room(), "group settings", publish_from=typed)
    assert "from 3 to 50 learners up, since fewer would show what one of them does" in seen.text
    assert ask(evening, "SELECT publish_from FROM study_groups") == [(5,)]
