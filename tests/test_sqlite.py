"""What only SQLite promises: group commit, erased bytes, and manners towards a lock or a full disk."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

import pytest
from engines import ANNA, DAY, with_learners

from bot.kept import VERSION
from bot.storage import (
    Erased,
    Kept,
    Learner,
    ParentGone,
    StorageBusy,
    StorageClosed,
    StorageFull,
    StorageTrouble,
    Store,
    open_store,
)
from bot.storage.engine import RowRefused, Statement
from bot.storage.sqlite import SQLite


def engine_of(store: Store) -> SQLite:
    return cast(SQLite, store._engine)


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def bytes_on_disk(url: str) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(file_of(url).parent.iterdir()))


INTO = "INSERT INTO learners (group_id, learner_key, joined_on, consent_version)"


def a_learner(group: int, key: str, day: str = "2026-01-01") -> Statement:
    return (
        f"{INTO} VALUES (:group, :key, :day, 1)",
        {"group": group, "key": key, "day": day},
    )


async def spy_on_transactions(store: Store) -> list[str]:
    seen: list[str] = []
    writer = engine_of(store)._writer
    await writer.set_trace_callback(lambda sql: seen.append(sql.split()[0]))
    return seen


async def test_units_that_wait_together_share_few_commits(sqlite_store: Store) -> None:
    group = await with_learners(sqlite_store, ANNA)
    seen = await spy_on_transactions(sqlite_store)
    kept = await asyncio.gather(
        *(sqlite_store.record_answer(group, ANNA, "t", number, turn=0, was_right=True) for number in range(100))
    )
    assert kept == [Kept.YES] * 100
    assert 1 <= seen.count("COMMIT") <= 3


async def test_a_unit_that_fails_fails_alone(sqlite_store: Store) -> None:
    group = await with_learners(sqlite_store)
    engine = engine_of(sqlite_store)
    seen = await spy_on_transactions(sqlite_store)
    results = await asyncio.gather(
        engine.write(a_learner(group, "one")),
        engine.write(a_learner(group, "two"), a_learner(4711, "orphan")),  # its first half must go with it
        engine.write(a_learner(4711, "orphan")),
        engine.write(
            (
                f"{INTO} VALUES (:group, NULL, '', 1)",
                {"group": group},
            )
        ),
        engine.write(("this is no SQL", {})),
        engine.write(("SELECT :much", {"much": 1 << 80})),
        engine.write(("SELECT :missing", {})),
        engine.write(a_learner(group, "three"), a_learner(group, "four")),
        return_exceptions=True,
    )
    kinds = [type(result) for result in results]
    assert kinds[:4] == [list, ParentGone, ParentGone, RowRefused]
    assert all(issubclass(kind, StorageTrouble) for kind in kinds[4:7])
    assert kinds[7] is list
    assert seen.count("COMMIT") == 1
    [rows] = await engine.read(("SELECT learner_key FROM learners ORDER BY 1", {}))
    assert rows == [("four",), ("one",), ("three",)]


async def test_a_commit_that_fails_fails_every_caller_and_stores_nothing(sqlite_store: Store) -> None:
    group = await with_learners(sqlite_store)
    engine = engine_of(sqlite_store)
    results = await asyncio.gather(
        engine.write(a_learner(group, "one")),
        engine.write(("PRAGMA defer_foreign_keys = ON", {})),  # so that the orphan is found by the COMMIT
        engine.write(a_learner(4711, "orphan")),
        engine.write(a_learner(group, "two")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [StorageTrouble] * 4
    assert len({id(result) for result in results}) == 4
    assert await engine.read(("SELECT * FROM learners", {})) == [[]]
    assert await sqlite_store.join(group, ANNA, consent_version=VERSION, on=DAY)


async def test_nobody_is_answered_before_the_commit(sqlite_store: Store, sqlite_url: str) -> None:
    group = await with_learners(sqlite_store)
    with closing(sqlite3.connect(file_of(sqlite_url))) as other:
        for number in range(50):
            await sqlite_store.join(group, f"key{number}", consent_version=VERSION, on=DAY)
            assert other.execute("SELECT count(*) FROM learners").fetchone() == (number + 1,)


async def test_a_caller_cancelled_while_waiting_is_left_out(sqlite_store: Store) -> None:
    group = await with_learners(sqlite_store)
    first = asyncio.create_task(sqlite_store.join(group, "first", consent_version=VERSION, on=DAY))
    second = asyncio.create_task(sqlite_store.join(group, "second", consent_version=VERSION, on=DAY))
    await asyncio.sleep(0)
    second.cancel()
    assert await first
    assert await sqlite_store.learner(group, "second") is None


async def test_closing_finishes_what_waits(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    group = await with_learners(store)
    waiting = [asyncio.create_task(store.join(group, f"k{n}", consent_version=VERSION, on=DAY)) for n in range(2000)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*waiting))
    store = await open_store(sqlite_url)
    assert (await store.figures(group)).learners == 2000
    await store.close()


async def test_nobody_waits_for_ever_when_the_loop_is_torn_down(sqlite_store: Store) -> None:
    task = asyncio.create_task(sqlite_store.group(1))
    await asyncio.sleep(0)
    engine_of(sqlite_store)._reads._task.cancel()
    with pytest.raises(StorageClosed):
        await asyncio.wait_for(task, 5)
    with pytest.raises(StorageClosed):
        await sqlite_store.group(1)


async def test_a_lock_gets_a_sentence_and_works_afterwards(sqlite_store: Store, sqlite_url: str) -> None:
    group = await with_learners(sqlite_store)
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy, match="locked"):
            await sqlite_store.join(group, ANNA, consent_version=VERSION, on=DAY)
        assert await sqlite_store.group(group) is not None  # reading goes on
        other.execute("ROLLBACK")
    assert await sqlite_store.join(group, ANNA, consent_version=VERSION, on=DAY)


async def test_a_full_disk_gets_a_sentence_and_loses_nothing_confirmed(sqlite_store: Store) -> None:
    group = await with_learners(sqlite_store, ANNA)
    engine = engine_of(sqlite_store)
    await engine.write(("PRAGMA max_page_count = 1", {}))  # SQLite takes it as: no page more than there are

    async def read_on() -> None:
        for number in range(100):
            await sqlite_store.mark_read(group, ANNA, "t" * 500, str(number))

    with pytest.raises(StorageFull, match="full"):
        await read_on()
    read = (await sqlite_store.states(group, ANNA)).read
    await engine.write(("PRAGMA max_page_count = 1000000", {}))
    assert await sqlite_store.mark_read(group, ANNA, "t" * 500, "after")
    assert len((await sqlite_store.states(group, ANNA)).read) == len(read) + 1


async def test_the_file_is_private_and_its_folder_is_made(sqlite_store: Store, sqlite_url: str) -> None:
    await with_learners(sqlite_store)
    file = file_of(sqlite_url)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for each in file.parent.iterdir():
        assert each.stat().st_mode & 0o077 == 0, each.name


async def test_a_file_that_is_no_database_gets_a_sentence(sqlite_url: str) -> None:
    file_of(sqlite_url).parent.mkdir()
    file_of(sqlite_url).write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StorageTrouble, match="not a SQLite database"):
        await open_store(sqlite_url)


async def test_a_place_that_can_not_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageTrouble, match="can't be opened"):
        await open_store(f"sqlite:///{tmp_path}/file/red-flask.db")


async def test_erased_bytes_are_gone(sqlite_store: Store, sqlite_url: str) -> None:
    """Of the half of 200 learners that leaves, in any order, no key is left in any file; the others are all there."""
    group = await with_learners(sqlite_store)
    random = Random(7)
    keys = [f"key-{number:03}-{random.getrandbits(80):020x}" for number in range(200)]
    await asyncio.gather(*(sqlite_store.join(group, key, consent_version=VERSION, on=DAY) for key in keys))
    work = [(key, number) for key in keys for number in range(12)]
    random.shuffle(work)
    await asyncio.gather(
        *(sqlite_store.record_answer(group, key, "theme", number, turn=0, was_right=True) for key, number in work),
        *(sqlite_store.mark_read(group, key, "theme", str(number)) for key, number in work),
    )
    everything = bytes_on_disk(sqlite_url)
    assert all(key.encode() in everything for key in keys)
    random.shuffle(keys)
    leaving, staying = keys[:100], keys[100:]
    for key in leaving:
        assert await sqlite_store.erase_learner(group, key) == Erased(learners=1, lessons_read=12, answers=12)
        everything = bytes_on_disk(sqlite_url)
        assert key.encode() not in everything
    assert [key for key in leaving if key.encode() in everything] == []
    assert all(key.encode() in everything for key in staying)


async def test_erased_bytes_go_later_if_a_backup_is_reading(sqlite_store: Store, sqlite_url: str) -> None:
    secret = "key-that-must-go-000000"
    group = await with_learners(sqlite_store, secret)
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT * FROM learners").fetchall()
        assert await sqlite_store.erase_learner(group, secret) == Erased(learners=1)
        assert await sqlite_store.learner(group, secret) is None
        assert secret.encode() in bytes_on_disk(sqlite_url)
        backup.execute("ROLLBACK")
    await sqlite_store.join(group, ANNA, consent_version=VERSION, on=DAY)
    assert secret.encode() not in bytes_on_disk(sqlite_url)


async def test_erased_bytes_go_even_if_the_caller_is_cancelled(sqlite_store: Store, sqlite_url: str) -> None:
    secret = "key-that-must-go-000000"
    group = await with_learners(sqlite_store, secret)
    task = asyncio.create_task(sqlite_store.erase_learner(group, secret))
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await sqlite_store.join(group, ANNA, consent_version=VERSION, on=date(2026, 5, 5))
    assert await sqlite_store.learner(group, ANNA) == Learner(date(2026, 5, 5), VERSION, False, date(2026, 5, 5))
    assert secret.encode() not in bytes_on_disk(sqlite_url)


async def test_a_megabyte_of_pages_is_kept_in_memory_and_no_more_however_much_is_stored(sqlite_store: Store) -> None:
    engine = engine_of(sqlite_store)
    kept = [await (await connection.execute("PRAGMA cache_size")).fetchone() for connection in (engine._writer, engine._reader)]
    assert kept == [(-512,), (-512,)]  # negative: in KiB
