"""Short units that wait at the same moment share a transaction on Postgres, and nobody notices but the processor."""

from __future__ import annotations

import asyncio
from typing import cast

import psycopg
import pytest
from engines import ANNA, DAY, with_learners
from test_sqlite import INTO, a_learner

from bot.kept import VERSION
from bot.storage import Kept, ParentGone, StorageTrouble, Store, open_store
from bot.storage.engine import RowRefused
from bot.storage.postgres import Postgres


def engine_of(store: Store) -> Postgres:
    return cast(Postgres, store._engine)


async def test_units_that_wait_together_share_few_transactions(postgres_store: Store) -> None:
    group = await with_learners(postgres_store, ANNA)
    kept = await asyncio.gather(
        *(postgres_store.record_answer(group, ANNA, "t", number, turn=0, was_right=True) for number in range(100))
    )
    assert kept == [Kept.YES] * 100
    [[(transactions, rows)]] = await engine_of(postgres_store).read(
        ("SELECT count(DISTINCT CAST(xmin AS TEXT)), count(*) FROM answers", {})
    )
    assert rows == 100
    assert transactions <= 3


async def test_a_unit_that_fails_fails_alone(postgres_store: Store) -> None:
    group = await with_learners(postgres_store)
    engine = engine_of(postgres_store)
    results = await asyncio.gather(
        engine.write(a_learner(group, "one")),
        engine.write(a_learner(group, "two"), a_learner(4711, "orphan")),  # its first half must go with it
        engine.write(a_learner(4711, "orphan")),
        engine.write((f"{INTO} VALUES (:group, NULL, '', 1)", {"group": group})),
        engine.write(("this is no SQL", {})),
        engine.write(("SELECT CAST(:much AS INTEGER)", {"much": 1 << 80})),
        engine.write(("SELECT :missing", {})),
        engine.write(a_learner(group, "three"), a_learner(group, "four")),
        engine.write(a_learner(group, "five")),
        return_exceptions=True,
    )
    kinds = [type(result) for result in results]
    assert kinds[:4] == [list, ParentGone, ParentGone, RowRefused]
    assert all(issubclass(kind, StorageTrouble) for kind in kinds[4:7])
    assert kinds[7:] == [list, list]
    [rows] = await engine.read(("SELECT learner_key FROM learners ORDER BY 1", {}))
    assert rows == [("five",), ("four",), ("one",), ("three",)]


async def test_nobody_is_answered_before_the_commit(postgres_store: Store, postgres_url: str) -> None:
    group = await with_learners(postgres_store)
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:

        async def joined(key: str) -> None:
            await postgres_store.join(group, key, consent_version=VERSION, on=DAY)
            found = await other.execute("SELECT 1 FROM learners WHERE learner_key = %s", (key,))
            assert await found.fetchall() == [(1,)]

        await asyncio.gather(*(joined(f"key{number}") for number in range(100)))


async def test_what_a_commit_finds_fails_one_and_not_its_neighbours(postgres_store: Store) -> None:
    """A check that Postgres puts off until the COMMIT: those who were answered already would have been answered wrongly."""
    group = await with_learners(postgres_store)
    engine = engine_of(postgres_store)
    await engine.write(("CREATE TABLE late (a INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)", {}))
    into = "INSERT INTO late (a) VALUES (:a)"
    results = await asyncio.gather(
        engine.write(a_learner(group, "one")),
        engine.write((into, {"a": 1})),
        engine.write((into, {"a": 1})),
        engine.write(a_learner(group, "two")),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, StorageTrouble) for result in results) == [False, False, False, True]
    assert not any(isinstance(results[place], StorageTrouble) for place in (0, 3))
    assert await engine.read(("SELECT a FROM late", {}), ("SELECT count(*) FROM learners", {})) == [[(1,)], [(2,)]]


async def test_two_that_wait_for_each_other_are_both_served(postgres_url: str) -> None:
    """Together they hold two rows, as no unit alone ever does; so somebody else can stand in the way of both."""
    store = await open_store(postgres_url, patience=5)
    group = await with_learners(store, "one", "two")
    async with await psycopg.AsyncConnection.connect(postgres_url) as other:
        change = "UPDATE learners SET paused = paused WHERE learner_key = %s"
        await other.execute("SET deadlock_timeout = '5s'")  # so that the bot's side finds it, and has to begin anew
        await other.execute(change, ("two",))
        waiting = asyncio.gather(*(store.pause(group, key) for key in ("one", "two")))
        await asyncio.sleep(0.3)
        await other.execute(change, ("one",))
        await other.rollback()
    assert await asyncio.wait_for(waiting, 5) == [True, True]
    await store.close()


async def test_a_connection_that_is_cut_answers_nobody_and_the_next_are_served(postgres_store: Store, postgres_url: str) -> None:
    group = await with_learners(postgres_store, ANNA)
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:
        await other.execute("BEGIN")
        await other.execute("LOCK TABLE answers IN ACCESS EXCLUSIVE MODE")
        waiting = [
            asyncio.ensure_future(postgres_store.record_answer(group, ANNA, "t", number, turn=0, was_right=True))
            for number in range(5)
        ]
        await asyncio.sleep(0.1)
        await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        results = await asyncio.gather(*waiting, return_exceptions=True)
        await other.execute("ROLLBACK")
    assert all(isinstance(result, StorageTrouble) for result in results)
    assert (await postgres_store.states(group, ANNA)).answers == ()
    assert await postgres_store.record_answer(group, ANNA, "t", 1, turn=0, was_right=True) is Kept.YES


async def test_closing_finishes_what_waits(postgres_url: str) -> None:
    store = await open_store(postgres_url)
    group = await with_learners(store)
    engine = engine_of(store)
    waiting = [asyncio.create_task(engine.write(a_learner(group, f"k{number}"))) for number in range(1500)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*waiting)) == 1500
    store = await open_store(postgres_url)
    assert (await store.figures(group)).learners == 1500
    await store.close()


async def test_a_caller_cancelled_while_waiting_is_left_out(postgres_store: Store) -> None:
    group = await with_learners(postgres_store)
    first = asyncio.create_task(postgres_store.join(group, "first", consent_version=VERSION, on=DAY))
    second = asyncio.create_task(postgres_store.join(group, "second", consent_version=VERSION, on=DAY))
    await asyncio.sleep(0)
    second.cancel()
    assert await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await postgres_store.learner(group, "second") is None
