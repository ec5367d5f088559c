"""The laws of the store, on a real SQLite file and a real Postgres."""

import asyncio
from datetime import date
from itertools import count
from typing import Literal

import pytest
from engines import ANNA, BEN, DAY, a_group, start_python, with_learners
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.kept import VERSION
from bot.storage import (
    AnswerState,
    Change,
    Erased,
    Kept,
    Learner,
    ParentGone,
    Posting,
    RowExists,
    States,
    StorageBusy,
    StorageClosed,
    StorageTrouble,
    Store,
    open_store,
)
from bot.storage.memory import FRESH, MOST, Memory

_numbers = count(1)


def a_posting(group_id: int, **changes: object) -> Posting:
    posting = Posting(next(_numbers), group_id, "prompt", "theme", "item", 77, 1_770_000_000)
    return replace(posting, **changes)


# Groups


async def test_a_change_of_a_group_is_seen_at_once(store: Store) -> None:
    group = a_group(server_id=12)
    assert await store.groups_of(12) == ()
    await store.add_group(group)
    assert (await store.group(group.group_id), await store.groups_of(12)) == (group, (group,))
    changed = replace(group, name="Morning circle")
    await store.change_group(changed)
    assert (await store.group(group.group_id), await store.groups_of(12)) == (changed, (changed,))
    await store.erase_group(group.group_id)
    assert (await store.group(group.group_id), await store.groups_of(12)) == (None, ())


async def test_a_change_that_another_makes_is_seen_before_long(store: Store, url: str) -> None:
    now = 100.0
    store.clock = lambda: now
    group, other = a_group(server_id=13), await open_store(url)
    await store.add_group(group)
    assert (await store.group(group.group_id), await store.groups_of(13)) == (group, (group,))
    await other.erase_group(group.group_id)
    await other.close()
    now += FRESH - 1
    assert (await store.group(group.group_id), await store.groups_of(13)) == (group, (group,))
    now += 1
    assert (await store.group(group.group_id), await store.groups_of(13)) == (None, ())


async def test_what_was_read_while_a_group_changed_is_not_remembered(store: Store) -> None:
    group = a_group()
    await store.add_group(group)
    changed = replace(group, name="Morning circle")
    await asyncio.gather(*(store.group(group.group_id) for _ in range(5)), store.change_group(changed))
    assert await store.group(group.group_id) == changed


def test_the_memory_of_groups_is_bounded_and_forgets_the_oldest_first() -> None:
    memory: Memory[int] = Memory()
    for number in range(MOST + 2):
        memory.keep(number, number, now=float(number), turn=0)
    assert len(memory) == MOST
    assert [memory.find(number, now=2.0) for number in (0, 1, 2, MOST + 1)] == [None, None, 2, MOST + 1]
    memory.forget()
    memory.keep(1, 1, now=2.0, turn=0)
    assert len(memory) == 0


async def test_a_group_comes_back_as_it_was_given(store: Store) -> None:
    plain, full = a_group(), a_group(home_kind="forum", moderators_channel=5, facilitators_role=1 << 60, name="Zoë's")
    assert await store.add_group(plain)
    assert await store.add_group(full)
    assert await store.group(plain.group_id) == plain
    assert await store.group(full.group_id) == full
    assert await store.group(12345) is None


async def test_groups_of_a_server_come_by_name(store: Store) -> None:
    groups = [a_group(server_id=9, name=name) for name in ("beta", "Alpha", "Gamma")]
    for group in (*groups, a_group(server_id=10)):
        await store.add_group(group)
    assert [group.name for group in await store.groups_of(9)] == ["Alpha", "beta", "Gamma"]
    assert await store.groups_of(11) == ()


async def test_a_channel_is_home_to_one_group_only(store: Store) -> None:
    first, second = a_group(), a_group()
    await store.add_group(first)
    assert not await store.add_group(replace(second, home_channel=first.home_channel))
    assert await store.group(second.group_id) is None
    await store.add_group(second)
    assert await store.change_group(replace(second, home_channel=first.home_channel)) is Change.CHANNEL_TAKEN
    assert await store.group(second.group_id) == second


async def test_a_group_id_that_is_taken_is_refused_aloud(store: Store) -> None:
    first = a_group()
    await store.add_group(first)
    with pytest.raises(RowExists):
        await store.add_group(a_group(group_id=first.group_id))
    assert await store.group(first.group_id) == first


async def test_everything_may_change_but_the_server_and_the_first_day(store: Store) -> None:
    group = a_group()
    await store.add_group(group)
    wanted = replace(
        group, name="New", home_channel=1, home_kind="forum", moderators_channel=2, facilitators_role=3,
        time_zone="Asia/Tokyo", language="de",
    )  # fmt: skip
    assert await store.change_group(replace(wanted, server_id=4, created_on=date(1999, 1, 1))) is Change.DONE
    assert await store.group(group.group_id) == wanted
    assert await store.change_group(a_group()) is Change.GONE


# Learners


async def test_joining_twice_keeps_the_first_day_and_the_higher_consent(store: Store) -> None:
    group = await with_learners(store)
    assert await store.join(group, ANNA, consent_version=2, on=DAY)
    assert not await store.join(group, ANNA, consent_version=1, on=date(2027, 1, 1))
    assert await store.learner(group, ANNA) == Learner(DAY, 2, False, DAY)
    assert not await store.join(group, ANNA, consent_version=3, on=date(2027, 1, 1))
    assert await store.learner(group, ANNA) == Learner(DAY, 3, False, date(2027, 1, 1))


async def test_nobody_joins_a_group_that_is_gone(store: Store) -> None:
    with pytest.raises(ParentGone):
        await store.join(4711, ANNA, consent_version=1, on=DAY)
    assert await store.learner(4711, ANNA) is None


async def test_nothing_is_kept_of_a_guest(store: Store) -> None:
    group = await with_learners(store, BEN)
    assert not await store.mark_read(group, ANNA, "theme", "lesson")
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=True) is Kept.NOT_A_LEARNER
    assert await store.states(group, ANNA) == States(None, frozenset(), ())
    figures = await store.figures(group)
    assert (figures.learners, figures.read, figures.right) == (1, (), ())


async def test_a_lesson_is_read_once(store: Store) -> None:
    group = await with_learners(store, ANNA)
    assert await store.mark_read(group, ANNA, "theme", "lesson")
    assert not await store.mark_read(group, ANNA, "theme", "lesson")
    assert (await store.states(group, ANNA)).read == {("theme", "lesson")}


async def test_a_second_answer_does_not_change_the_mark(store: Store) -> None:
    group = await with_learners(store, ANNA)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=False) is Kept.YES
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=True) is Kept.ALREADY
    assert (await store.states(group, ANNA)).answers == (AnswerState("theme", 1, 1, False),)


async def test_the_next_turn_changes_the_mark(store: Store) -> None:
    group = await with_learners(store, ANNA)
    await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=False)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=1, was_right=True) is Kept.YES
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=False) is Kept.ALREADY
    assert (await store.states(group, ANNA)).answers == (AnswerState("theme", 1, 2, True),)


@pytest.mark.parametrize("turn", [0, 1, 2, 7])
async def test_a_card_from_before_leaving_counts_once(store: Store, turn: int) -> None:
    group = await with_learners(store, ANNA)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=turn, was_right=True) is Kept.YES
    before = await store.states(group, ANNA)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=turn, was_right=False) is Kept.ALREADY
    assert await store.states(group, ANNA) == before


async def test_of_many_identical_answers_at_once_one_is_kept(store: Store) -> None:
    group = await with_learners(store, ANNA)
    for turn in range(3):
        results = await asyncio.gather(
            *(store.record_answer(group, ANNA, "theme", 1, turn=turn, was_right=True) for _ in range(12))
        )
        assert sorted(result.name for result in results) == ["ALREADY"] * 11 + ["YES"]
    assert (await store.states(group, ANNA)).answers == (AnswerState("theme", 1, 3, True),)


async def test_leaving_erases_one_learner_and_no_other(store: Store) -> None:
    group = await with_learners(store, ANNA, BEN)
    elsewhere = await with_learners(store, ANNA)
    for place, key in ((group, ANNA), (group, BEN), (elsewhere, ANNA)):
        await store.mark_read(place, key, "theme", "one")
        await store.mark_read(place, key, "theme", "two")
        await store.record_answer(place, key, "theme", 1, turn=0, was_right=True)
    ben, anna_elsewhere = await store.states(group, BEN), await store.states(elsewhere, ANNA)
    assert await store.erase_learner(group, ANNA) == Erased(learners=1, lessons_read=2, answers=1)
    assert await store.erase_learner(group, ANNA) == Erased()
    assert await store.states(group, ANNA) == States(None, frozenset(), ())
    assert await store.states(group, BEN) == ben
    assert await store.states(elsewhere, ANNA) == anna_elsewhere


async def test_erasing_a_group_erases_all_that_belongs_to_it(store: Store) -> None:
    group, other = await with_learners(store, ANNA, BEN), await with_learners(store, ANNA)
    await store.mark_read(group, ANNA, "theme", "one")
    await store.record_answer(group, BEN, "theme", 1, turn=0, was_right=True)
    await store.claim(a_posting(group))
    assert await store.erase_group(group) == Erased(groups=1, learners=2, lessons_read=1, answers=1, postings=1)
    assert await store.erase_group(group) == Erased()
    assert await store.group(group) is None
    assert await store.unfinished() == ()
    assert await store.learner(other, ANNA) == Learner(DAY, VERSION, False, DAY)


async def test_figures_count_learners_and_only_what_stands_in_the_channel(store: Store) -> None:
    group = await with_learners(store, ANNA, BEN)
    for key in (ANNA, BEN):
        await store.mark_read(group, key, "a", "one")
    await store.mark_read(group, BEN, "b", "two")
    await store.record_answer(group, ANNA, "a", 1, turn=0, was_right=True)
    await store.record_answer(group, BEN, "a", 1, turn=0, was_right=True)
    await store.record_answer(group, BEN, "a", 2, turn=0, was_right=False)
    postings = [a_posting(group), a_posting(group), a_posting(group, item="other"), a_posting(group, item="lost")]
    welcome = a_posting(group, kind="welcome", theme=None, item=None)
    for posting in (*postings, welcome):
        assert await store.claim(posting)
    for posting in (*postings[:3], welcome):
        await store.posted(posting.posting_id, message_id=1, thread_id=None)
    figures = await store.figures(group)
    assert figures.learners == 2
    assert figures.read == (("a", "one", 2), ("b", "two", 1))
    assert figures.right == (("a", 1, 2),)
    assert figures.posted == (
        ("prompt", "theme", "item", 2),
        ("prompt", "theme", "other", 1),
        ("welcome", None, None, 1),
    )


Step = tuple[Literal["join", "leave", "read", "answer"], int, int]
steps = st.lists(st.tuples(st.sampled_from(["join", "leave", "read", "answer"]), st.integers(0, 3), st.integers(0, 1)))


@given(steps=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_comes_before_nothing_is_left_after_leaving(store: Store, steps: list[Step]) -> None:
    """Against a model in memory: a double press changes nothing, a guest leaves nothing, leaving takes it all."""
    group = await with_learners(store)
    joined, read, answers = False, set[str](), dict[int, tuple[int, bool]]()
    for what, number, right in steps:
        if what == "join":
            assert await store.join(group, ANNA, consent_version=VERSION, on=DAY) is not joined
            joined = True
        elif what == "leave":
            gone = await store.erase_learner(group, ANNA)
            assert gone == Erased(learners=int(joined), lessons_read=len(read), answers=len(answers))
            joined = False
            read.clear()
            answers.clear()
        elif what == "read":
            assert await store.mark_read(group, ANNA, "t", str(number)) is (joined and str(number) not in read)
            read |= {str(number)} if joined else set()
        else:
            turn = answers.get(number, (0, False))[0]
            kept = await store.record_answer(group, ANNA, "t", number, turn=turn, was_right=bool(right))
            assert kept is (Kept.YES if joined else Kept.NOT_A_LEARNER)
            again = await store.record_answer(group, ANNA, "t", number, turn=turn, was_right=not right)
            assert again is (Kept.ALREADY if joined else Kept.NOT_A_LEARNER)
            if joined:
                answers[number] = (turn + 1, bool(right))
        states = await store.states(group, ANNA)
        assert (states.learner is not None) is joined
        assert states.read == {("t", lesson) for lesson in read}
        assert states.answers == tuple(AnswerState("t", number, *answers[number]) for number in sorted(answers))
    await store.erase_learner(group, ANNA)
    figures = await store.figures(group)
    assert (figures.learners, figures.read, figures.right) == (0, (), ())


@given(text=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_text_comes_back_unchanged(store: Store, text: str) -> None:
    group = a_group(name=text)
    await store.add_group(group)
    assert await store.group(group.group_id) == group


@pytest.mark.parametrize("name", ["%", "%s", ":name", "'; DROP TABLE learners; --", "a:b %(group)s"])
async def test_a_name_is_never_read_as_sql(store: Store, name: str) -> None:
    group = a_group(name=name)
    await store.add_group(group)
    assert await store.group(group.group_id) == group


# Postings


async def test_a_posting_is_claimed_once(store: Store) -> None:
    posting = a_posting(await with_learners(store))
    claims = await asyncio.gather(*(store.claim(posting) for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]
    assert await store.unfinished() == (posting,)


async def test_a_posting_of_an_erased_group_is_not_claimed(store: Store) -> None:
    assert not await store.claim(a_posting(4711))


async def test_what_is_posted_or_failed_is_finished(store: Store) -> None:
    group = await with_learners(store)
    postings = [a_posting(group, claimed_at=at) for at in (30, 10, 20)]
    for posting in postings:
        await store.claim(posting)
    assert [posting.claimed_at for posting in await store.unfinished()] == [10, 20, 30]
    await store.posted(postings[0].posting_id, message_id=1 << 60, thread_id=1 << 61)
    await store.posting_failed(postings[1].posting_id, "The channel is gone.")
    assert await store.unfinished() == (postings[2],)


# The database itself


async def test_columns_name_every_table(store: Store) -> None:
    columns = await store.columns()
    assert {table for table, column in columns if column == "learner_key"} == {"learners", "lessons_read", "answers", "measured"}
    assert ("postings", "claimed_at") in columns
    assert {table for table, _ in columns} >= {"answers", "learners", "migrations", "postings", "study_groups"}
    assert list(columns) == sorted(columns)


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StorageClosed, match="is closed"):
        await store.group(1)
    with pytest.raises(StorageClosed):
        await store.erase_learner(1, ANNA)


@pytest.mark.parametrize("address", ["mysql://x", "", "sqlite://x", "sqlite:///", "sqlite:///:memory:", "data.db"])
async def test_an_address_that_is_none_gets_a_sentence(address: str) -> None:
    with pytest.raises(ValueError, match=r"\.$|\.\)$|\)\.$"):
        await open_store(address)


async def test_a_server_that_is_not_there_gets_a_sentence_without_the_password() -> None:
    with pytest.raises(StorageTrouble, match="can't be reached") as caught:
        await open_store("postgresql://someone:hunter2@127.0.0.1:1/nothing")
    assert "hunter2" not in str(caught.value)


CONFIRMING = """
import asyncio, sys, datetime
from bot.kept import VERSION
from bot.storage import open_store
async def main():
    store = await open_store(sys.argv[1])
    for number in range(1_000_000):
        await store.join(int(sys.argv[2]), f"key{number}", consent_version=1, on=datetime.date(2026, 1, 1))
        print(f"key{number}", flush=True)
asyncio.run(main())
"""


async def test_what_was_confirmed_survives_a_kill(store: Store, url: str) -> None:
    group = await with_learners(store)
    process = await start_python(CONFIRMING, url, str(group))
    assert process.stdout
    confirmed = [(await process.stdout.readline()).decode().strip() for _ in range(40)]
    process.kill()
    confirmed += (await process.stdout.read()).decode().split("\n")[:-1]
    await process.wait()
    assert len(confirmed) >= 40
    for key in confirmed:
        assert await store.learner(group, key) is not None, key


async def test_a_caller_who_is_cancelled_leaves_all_or_nothing(store: Store) -> None:
    group = await with_learners(store)
    for number in range(40):
        task = asyncio.create_task(store.join(group, f"key{number}", consent_version=1, on=DAY))
        for _ in range(number % 7):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await asyncio.wait_for(store.join(group, ANNA, consent_version=1, on=DAY), 5)
    assert 1 <= (await store.figures(group)).learners <= 41


async def test_a_lock_gets_a_sentence_and_works_afterwards_on_postgres(postgres_store: Store, postgres_url: str) -> None:
    import psycopg

    group = await with_learners(postgres_store)
    async with await psycopg.AsyncConnection.connect(postgres_url) as other:
        await other.execute("LOCK TABLE learners IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StorageBusy, match="locked"):
            await postgres_store.join(group, ANNA, consent_version=1, on=DAY)
        with pytest.raises(StorageBusy):
            await postgres_store.states(group, ANNA)
        await other.rollback()
    assert await postgres_store.join(group, ANNA, consent_version=1, on=DAY)


async def test_an_answer_that_meets_a_leaving_is_not_kept(postgres_store: Store, postgres_url: str) -> None:
    """Only Postgres runs both at once: the answer sees the learner, then waits for the erasure, then must let go."""
    import psycopg

    group = await with_learners(postgres_store, ANNA)
    async with await psycopg.AsyncConnection.connect(postgres_url) as leaving:
        await leaving.execute("DELETE FROM learners")
        answer = asyncio.create_task(postgres_store.record_answer(group, ANNA, "t", 1, turn=0, was_right=True))
        reading = asyncio.create_task(postgres_store.mark_read(group, ANNA, "t", "lesson"))
        await asyncio.sleep(0.1)
        assert not answer.done()
        await leaving.commit()
    assert await answer is Kept.NOT_A_LEARNER
    assert not await reading


async def test_a_restart_of_postgres_is_survived(postgres_store: Store, postgres_url: str) -> None:
    import psycopg

    group = await with_learners(postgres_store)
    await asyncio.gather(*(postgres_store.learner(group, ANNA) for _ in range(8)))
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:
        await other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await postgres_store.learner(group, ANNA) is None
