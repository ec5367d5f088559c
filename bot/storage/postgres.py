"""Postgres, for a community that outgrows one machine: several bot processes share one database.

A unit is one transaction on a connection of the pool. `:name` is rewritten once to what psycopg expects. After an
erase the tables are vacuumed, so that their dead rows are gone from the tables; Postgres's own WAL, its
archives and replicas are its operator's to expire, and this file does not pretend otherwise. Needs Postgres 14.
"""

import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from functools import cache
from typing import Any, TypeAlias

import psycopg
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from bot.storage.engine import (
    Answers,
    Execute,
    ParentGone,
    Row,
    RowExists,
    RowRefused,
    Statement,
    StillRunning,
    StorageBusy,
    StorageClosed,
    StorageFull,
    StorageTrouble,
    Value,
)

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[Row]]

_UNREACHABLE = (
    "The Postgres database can't be reached. Is the server running, and are the host, the name, "
    "the password and the database in DATABASE_URL right?"
)


async def open_engine(url: str, patience: float) -> "Postgres":
    async def configure(connection: AsyncConnection[Any]) -> None:
        await connection.execute(_setting("lock_timeout", patience))

    pool: Pool = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=10,
        timeout=max(patience, 1.0),
        open=False,
        configure=configure,
        kwargs={"autocommit": True, "application_name": BOT},
    )
    try:
        await pool.open(wait=True, timeout=15)
    except (psycopg.Error, PoolTimeout) as error:
        await pool.close()
        raise StorageTrouble(_UNREACHABLE) from error
    return Postgres(pool)


class Postgres:
    """An `Engine`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def write(self, *unit: Statement) -> Answers:
        async with self._connection() as connection:
            if len(unit) == 1:
                return [await _run(connection, unit[0])]
            async with connection.transaction():
                return [await _run(connection, statement) for statement in unit]

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        answers = await self.write(*unit)
        with suppress(StorageTrouble):  # the rows are gone already; autovacuum will come by
            await self.write((f"VACUUM {', '.join(tables)}", {}))
        return answers

    async def read(self, *unit: Statement) -> Answers:
        async with self._connection() as connection:
            if len(unit) == 1:
                return [await _run(connection, unit[0])]
            async with connection.pipeline():  # all questions in one round trip
                cursors = [await connection.execute(rewritten(sql), values) for sql, values in unit]
                return [await cursor.fetchall() for cursor in cursors]

    async def columns(self) -> list[Row]:
        return (await self.read((COLUMNS, {})))[0]

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[Row]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.Error, PoolTimeout, PoolClosed) as error:
            trouble = _trouble(error)
            if type(trouble) is StorageTrouble and not self._pool.closed:
                await self._pool.check()  # the server may have restarted: throw out the other dead connections too
            raise trouble from error


@contextmanager
def migrating(url: str) -> Iterator[Execute]:
    """A blocking connection while no other process migrates: the advisory lock ends with the connection."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=15)
    except psycopg.Error as error:
        raise StorageTrouble(_UNREACHABLE) from error
    with closing(connection):

        def execute(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
            cursor = connection.execute(rewritten(sql) if values else sql, values)
            return cursor.fetchall() if cursor.description else []

        try:
            # Without this a server notices only at the end of a long statement that its client was killed, and
            # keeps the lock until then.
            with suppress(psycopg.Error):
                execute("SET client_connection_check_interval = '1s'")
            connection.execute(_setting("lock_timeout", 60))
            execute(f"SELECT pg_advisory_lock({_OUR_LOCK})")
            yield execute
        except psycopg.Error as error:
            raise _trouble(error) from error


@contextmanager
def alone(url: str, patience: float) -> Iterator[Execute]:
    """As `EngineModule.alone` asks for. Whoever starts waits for the migrations' lock, or, if already past it, for `marks`, which
    every start reads; whoever is at work is seen in the server's list of connections."""
    with migrating(url) as execute:
        execute("BEGIN")
        execute("LOCK TABLE marks IN ACCESS EXCLUSIVE MODE")
        nobody_else(execute, time.monotonic() + patience)
        yield execute
        execute("COMMIT")
        for (table,) in execute("SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'learner_key'"):
            execute(f"VACUUM FULL {table}")


def nobody_else(execute: Execute, until: float) -> None:
    """StillRunning if any other process of ours is connected. One that has just been stopped may still be listed for a moment."""
    while execute(_OTHERS, {"bot": BOT}) != [(0,)]:
        if time.monotonic() >= until:
            raise StillRunning
        time.sleep(0.1)
        execute("SELECT pg_stat_clear_snapshot()")


def together(changes: Sequence[str]) -> Sequence[str]:
    """As one statement, since foreign keys are looked at when a statement ends."""
    parts = ", ".join(f"change_{number} AS ({change})" for number, change in enumerate(changes))
    return (f"WITH {parts} SELECT 1",)


BOT = "red-flask"
"""By this name Postgres lists our connections."""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = :bot AND pid <> pg_backend_pid()
"""
_OUR_LOCK = int.from_bytes(b"redflask", "big") >> 1
_PARAMETER = re.compile(r"'[^']*'|:([a-z_]+)")
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = current_schema() ORDER BY table_name, column_name
"""


async def _run(connection: AsyncConnection[Row], statement: Statement) -> list[Row]:
    sql, values = statement
    cursor = await connection.execute(rewritten(sql), values)
    return await cursor.fetchall() if cursor.description else []


@cache
def rewritten(sql: str) -> bytes:
    """`:name` → `%(name)s`, except in quoted texts. Queries are constants, so the cache stays small.

    Bytes, since psycopg's types take a text only if it is written out in full where it is used."""
    doubled = sql.replace("%", "%%")
    return _PARAMETER.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], doubled).encode()


def _setting(name: str, seconds: float) -> bytes:
    return f"SET {name} = {max(1, round(seconds * 1000))}".encode()


def _trouble(error: Exception) -> StorageTrouble:
    for kinds, trouble in _TROUBLES:
        if isinstance(error, kinds):
            return trouble()
    return StorageTrouble()


_TROUBLES: tuple[tuple[tuple[type[Exception], ...], type[StorageTrouble]], ...] = (
    ((errors.ForeignKeyViolation,), ParentGone),
    ((errors.UniqueViolation,), RowExists),
    ((psycopg.IntegrityError, psycopg.DataError), RowRefused),
    ((errors.DiskFull,), StorageFull),
    ((errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure, PoolTimeout), StorageBusy),
    ((PoolClosed,), StorageClosed),
)
