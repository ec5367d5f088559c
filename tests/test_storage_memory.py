"""What is remembered of a question, in both engines: kept with its answer, only once, and gone with its learner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from at_the_desk import LIBRARY
from engines import ANNA, BEN, DAY, a_group, with_learners
from msgspec.structs import replace

from bot.cards import LearnerKey, Place, Visit
from bot.commands.remembering import keep_answer
from bot.group import Group, Rights
from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.press import Press
from bot.recall import Memory, Sure, after, first
from bot.storage import Kept, Store

THEME = LIBRARY.course("en").themes[0]
ONE, TWO = THEME.questions[:2]
LATER = Memory(8296, 1000, DAY + timedelta(days=9), misled=True)


class Counted:
    """The store's engine, and what is asked of it."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.reads: list[int] = []
        self.writes: list[int] = []

    async def read(self, *unit: Any) -> Any:
        self.reads.append(len(unit))
        return await self.engine.read(*unit)

    async def write(self, *unit: Any) -> Any:
        self.writes.append(len(unit))
        return await self.engine.write(*unit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


def visit(group: Group, key: LearnerKey, on: date, hour: int = 12) -> Visit:
    at = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    someone = Someone(Secret(b"a secret of the tests, long enough"), 1)
    return Visit(someone, Place(1, 2), Rights(), Press("quiz", "answer"), at, group=group, key=key)


async def a_learner(store: Store, *, zone: str = "Europe/Vienna", version: int = VERSION) -> Group:
    group = a_group(time_zone=zone)
    assert await store.add_group(group)
    assert await store.join(group.group_id, ANNA, consent_version=version, on=DAY)
    return group


async def memories(store: Store, group: Group) -> dict[int, Memory | None]:
    return {one.question: one.memory for one in (await store.states(group.group_id, ANNA)).answers}


async def test_what_is_remembered_is_kept_with_the_answer_and_comes_back_as_it_was(store: Store) -> None:
    group = await with_learners(store, ANNA, BEN)
    memory = Memory(2306, 2118, DAY)
    assert await store.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, memory=memory) is Kept.YES
    assert await store.memory(group, ANNA, "t", 1) == memory
    assert await store.record_answer(group, ANNA, "t", 1, turn=1, was_right=False, memory=LATER) is Kept.YES
    assert await store.memory(group, ANNA, "t", 1) == LATER
    assert [one.memory for one in (await store.states(group, ANNA)).answers] == [LATER]
    assert await store.memory(group, BEN, "t", 1) is None
    [answers] = [one for one in await store.export(group, ANNA) if one.table == "answers"]
    row = dict(zip(answers.columns, answers.rows[0], strict=True))
    day = (DAY + timedelta(days=9)).isoformat()
    assert (row["stability"], row["difficulty"], row["asked_on"], row["misled"]) == (8296, 1000, day, 1)
    await store.erase_learner(group, ANNA)
    assert await store.memory(group, ANNA, "t", 1) is None


@pytest.mark.parametrize("turns", [(0, 0), (0, 1, 0), (0, 1, 1), (0, 1, 2, 1)])
async def test_the_same_press_twice_or_from_an_old_card_changes_nothing_of_it(store: Store, turns: tuple[int, ...]) -> None:
    group = await with_learners(store, ANNA)
    *wanted, late = turns
    for turn in wanted:
        memory = Memory(1000 + turn, 2000, DAY)
        assert await store.record_answer(group, ANNA, "t", 1, turn=turn, was_right=True, memory=memory) is Kept.YES
    before = await store.states(group, ANNA)
    assert await store.record_answer(group, ANNA, "t", 1, turn=late, was_right=False, memory=LATER) is Kept.ALREADY
    assert await store.states(group, ANNA) == before


async def test_nothing_of_it_is_kept_of_who_paused_left_or_agreed_to_an_older_list(store: Store) -> None:
    group = await a_learner(store, version=VERSION - 1)
    for outcome in (Kept.NOT_AGREED, Kept.PAUSED, Kept.NOT_A_LEARNER):
        if outcome is Kept.PAUSED:
            await store.join(group.group_id, ANNA, consent_version=VERSION, on=DAY)
            await store.pause(group.group_id, ANNA)
        if outcome is Kept.NOT_A_LEARNER:
            await store.erase_learner(group.group_id, ANNA)
        kept, _ = await keep_answer(visit(group, ANNA, DAY), THEME, ONE, 0, True, store)
        assert kept is outcome
        assert await store.memory(group.group_id, ANNA, THEME.name, ONE.number) is None


async def test_a_question_that_is_new_is_one_statement_and_no_look(store: Store) -> None:
    group = await a_learner(store)
    await keep_answer(visit(group, ANNA, DAY), THEME, TWO, 0, True, store)  # the day's note stands from now on
    store._engine = counted = Counted(store._engine)
    await keep_answer(visit(group, ANNA, DAY), THEME, ONE, 0, True, store)
    assert (counted.reads, counted.writes) == ([], [1])
    await keep_answer(visit(group, ANNA, DAY), THEME, ONE, 1, True, store)
    assert (counted.reads, counted.writes) == ([1], [1, 1])


async def test_answers_follow_one_another_as_the_library_says_and_in_the_groups_own_days(store: Store) -> None:
    group = await a_learner(store, zone="Pacific/Auckland")
    tomorrow = DAY + timedelta(days=1)  # at noon in UTC it is the next day there
    expected = None
    for turn, (days, was_right, sure) in enumerate([(0, True, Sure.GUESS), (2, True, Sure.UNSAID), (9, False, Sure.CERTAIN)]):
        on = DAY + timedelta(days=days)
        expected = after(expected, was_right, sure, on + timedelta(days=1))
        kept, memory = await keep_answer(visit(group, ANNA, on), THEME, ONE, turn, was_right, store, sure)
        assert kept is Kept.YES
        assert (await memories(store, group))[ONE.number] == memory == expected
    assert first(True, Sure.GUESS, tomorrow).asked_on == tomorrow
    assert expected
    assert expected.misled


async def test_an_answer_from_before_such_things_were_kept_begins_like_a_new_one(store: Store) -> None:
    group = await a_learner(store)
    await store.record_answer(group.group_id, ANNA, THEME.name, ONE.number, turn=0, was_right=True)
    assert await memories(store, group) == {ONE.number: None}
    _, memory = await keep_answer(visit(group, ANNA, DAY), THEME, ONE, 1, True, store)
    assert (await memories(store, group))[ONE.number] == memory == first(True, Sure.UNSAID, DAY)


async def test_a_group_aims_at_90_percent_until_it_says_otherwise(store: Store) -> None:
    group = await a_learner(store)
    found = await store.group(group.group_id)
    assert found
    assert found.recall_goal == 90
    await store.change_group(replace(found, recall_goal=80))
    again = await store.group(group.group_id)
    assert again
    assert again.recall_goal == 80
