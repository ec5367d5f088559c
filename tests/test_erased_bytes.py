"""Erased means gone on Postgres: no byte of an erased key is in the files of tables and indexes. (SQLite's are in `test_privacy`;
here is only what becomes of them when the bot is killed in the middle.)

Postgres's own `VACUUM` doesn't do that: it frees a row's space and leaves its bytes there. WAL, replicas and archives are the
operator's, and docs/PRIVACY.md says so.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from random import Random

import psycopg
import pytest
from engines import DAY, ROOT, with_learners
from test_attack import files_of

from bot.kept import VERSION
from bot.learner_key import Secret
from bot.storage import Store, open_store, postgres
from bot.storage.sqlite_alone import path_of

SECRET = Secret(b"a secret of these tests, long enough")


def database(url: str) -> bytes:
    """With the files beside it."""
    path = path_of(url)
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def unused_pages(url: str) -> int:
    with closing(sqlite3.connect(path_of(url))) as db:
        return int(db.execute("PRAGMA freelist_count").fetchone()[0])


def tables_and_indexes(url: str) -> bytes:
    return b"".join(content for name, content in sorted(files_of(url).items()) if "pg_wal" not in name)


async def filled(store: Store, people: int, group: int | None = None) -> tuple[int, list[str]]:
    random = Random(people)
    group = group or await with_learners(store)
    keys = [f"key-{number:03}-{random.getrandbits(60):015x}" for number in range(people)]
    for key in keys:
        await store.join(group, key, consent_version=VERSION, on=DAY)
        for number in range(4):
            await store.record_answer(group, key, "a-theme", number, turn=0, was_right=True)
            await store.mark_read(group, key, "a-theme", f"lesson-{number}")
    return group, keys


async def test_of_whoever_leaves_in_any_order_no_key_is_left_in_any_file(postgres_store: Store, postgres_url: str) -> None:
    group, keys = await filled(postgres_store, 40)
    files = tables_and_indexes(postgres_url)
    assert all(key.encode() in files for key in keys)
    last = keys[-1]  # the one that Postgres's own VACUUM leaves behind
    leaving = [last, *keys[:19]]
    for number, key in enumerate(leaving):
        await postgres_store.erase_learner(group, key)
        if number % 5 == 0:
            assert key.encode() not in tables_and_indexes(postgres_url)
    files = tables_and_indexes(postgres_url)
    assert [key for key in leaving if key.encode() in files] == []
    assert all(key.encode() in files for key in keys if key not in leaving)


async def test_no_key_is_among_what_postgres_learns_for_its_plans(postgres_store: Store, postgres_url: str) -> None:
    group, keys = await filled(postgres_store, 40)
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("ANALYZE")
        learnt = db.execute("SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public'").fetchall()
    assert ("answers", "question") in learnt
    assert not [column for _, column in learnt if column in ("learner_key", "trace")]
    await postgres_store.erase_learner(group, keys[3])
    assert keys[3].encode() not in tables_and_indexes(postgres_url)


async def test_many_who_leave_at_once_share_the_work(postgres_store: Store, postgres_url: str) -> None:
    group, keys = await filled(postgres_store, 20)
    await asyncio.gather(*(postgres_store.erase_learner(group, key) for key in keys))
    files = tables_and_indexes(postgres_url)
    assert [key for key in keys if key.encode() in files] == []
    assert (await postgres_store.figures(group)).learners == 0


async def test_a_table_in_use_is_not_waited_for_and_the_daily_job_makes_up_for_it(postgres_store: Store, postgres_url: str) -> None:
    postgres_store.note_erasures(SECRET.trace, lambda: DAY)
    group, keys = await filled(postgres_store, 6)
    with psycopg.connect(postgres_url) as somebody:  # a backup, say
        somebody.execute("SELECT * FROM learners, answers, lessons_read").fetchone()
        begun = time.monotonic()
        assert (await postgres_store.erase_learner(group, keys[2])).learners == 1
        assert time.monotonic() - begun < 5
        assert await postgres_store.learner(group, keys[2]) is None
    assert keys[2].encode() in tables_and_indexes(postgres_url)
    assert await postgres_store.clear_erased_bytes(DAY) == ()
    assert keys[2].encode() not in tables_and_indexes(postgres_url)


async def test_a_large_table_waits_for_the_daily_job_and_one_that_is_too_large_is_named(
    postgres_store: Store, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_store.note_erasures(SECRET.trace, lambda: DAY)
    group, keys = await filled(postgres_store, 6)
    monkeypatch.setattr(postgres, "SMALL", 0)
    await postgres_store.erase_learner(group, keys[2])
    monkeypatch.setattr(postgres, "LARGE", 0)
    assert "answers" in await postgres_store.clear_erased_bytes(DAY)
    assert await postgres_store.clear_erased_bytes(DAY) == ()  # another process, on the same day: it has been said
    monkeypatch.setattr(postgres, "LARGE", 256 << 20)
    assert await postgres_store.clear_erased_bytes(DAY + timedelta(days=1)) == ()
    assert keys[2].encode() not in tables_and_indexes(postgres_url)


KILLED = """
import asyncio, os, signal, sys
from datetime import date
from bot.learner_key import Secret
from bot.storage import open_store, sqlite

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def erase(url, group, *keys):
    store = await open_store(url)
    store.note_erasures(Secret(b"a secret of these tests, long enough").trace, lambda: date.fromisoformat("%s"))
    sqlite.vacuum = die
    await store.erase_learners([(int(group), key) for key in keys])

asyncio.run(erase(*sys.argv[1:]))
"""


async def test_killed_right_after_an_erasure_sqlite_is_rid_of_its_bytes_with_the_next_daily_job(
    sqlite_url: str,
) -> None:
    store = await open_store(sqlite_url)
    group, keys = await filled(store, 150)
    await store.close()
    leaving = keys[::2]
    script = [sys.executable, "-c", KILLED % DAY, sqlite_url, str(group), *leaving]
    killed = await asyncio.to_thread(subprocess.run, script, cwd=ROOT, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert unused_pages(sqlite_url) > 0  # nothing has been written anew
    store = await open_store(sqlite_url)
    try:
        assert (await store.figures(group)).learners == 75
        assert await store.clear_erased_bytes(DAY) == ()
        assert unused_pages(sqlite_url) == 0
        assert [key for key in leaving if key.encode() in database(sqlite_url)] == []
    finally:
        await store.close()


async def test_without_an_erasure_the_daily_job_rewrites_nothing(store: Store) -> None:
    assert await store.clear_erased_bytes(DAY) == ()
    assert await store.noted("erased bytes cleared on") is None
