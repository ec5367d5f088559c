"""Postgres, for a community that outgrows one machine: several bot processes share one database.

A unit is one transaction on a connection of the pool. `:name` is rewritten once to what psycopg expects. After an
erase the tables are written anew, so that the bytes are gone from their files; Postgres's own WAL, its
archives and replicas are its operator's to expire, and this file does not pretend otherwise. Needs Postgres 14.
"""

import asyncio
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

SMALL, LARGE = 16 << 20, 256 << 20
"""Bytes, with indexes: of a table that an erasure writes anew at once (0.15 s), and of one that the daily job does (3 s, while
whoever wants something of it waits, and waits 5 s at most)."""
IN_FRONT = 0.3
"""Seconds to wait for a table to oneself: meanwhile everybody else waits behind."""

UNREACHABLE = (
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
        raise StorageTrouble(UNREACHABLE) from error
    return Postgres(pool, patience)


class Postgres:
    """An `Engine`."""

    def __init__(self, pool: Pool, patience: float) -> None:
        self._pool, self._patience = pool, patience
        self._due: set[str] = set()
        self._rewriting = asyncio.Lock()

    async def write(self, *unit: Statement) -> Answers:
        async with self._connection() as connection:
            if len(unit) == 1:
                return [await _run(connection, unit[0])]
            async with connection.transaction():
                return [await _run(connection, statement) for statement in unit]

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        """Erased bytes are gone from the files of all small tables when this returns; those of others wait for `clear`."""
        answers = await self.write(*unit)
        self._due.update(tables)
        async with self._rewriting:
            # Whoever waited here behind another finds nothing left to do: their rows went with those of the one before.
            due, self._due = self._due, set()
            await self._rewrite(due, SMALL)
        return answers

    async def clear(self, tables: Sequence[str]) -> tuple[str, ...]:
        async with self._rewriting:
            return await self._rewrite(set(tables), LARGE)

    async def _rewrite(self, tables: set[str], most: int) -> tuple[str, ...]:
        """`VACUUM` frees the space of a row and leaves its bytes, so the whole table is written anew, with its indexes. That locks
        it, for everybody: hence only up to so many bytes, and never waiting long in front of others. Those that are left."""
        left: list[str] = []
        for table in sorted(tables):
            try:
                [[(size,)]] = await self.read((_SIZE, {"table": table}))
                if size <= most:
                    await self._alone_with(f"VACUUM FULL {table}", tries=1 if most == SMALL else 10)
                    continue
                await self.write((f"VACUUM {table}", {}))
            except StorageTrouble:  # the rows are gone already; the bytes will be, with the next erasure or the daily job
                pass
            left.append(table)
        return tuple(left)

    async def _alone_with(self, statement: str, tries: int) -> None:
        async with self._connection() as connection:
            await connection.execute(_setting("lock_timeout", IN_FRONT))
            try:
                for left in reversed(range(tries)):
                    try:
                        await connection.execute(statement.encode())
                        break
                    except errors.LockNotAvailable:
                        if not left:
                            raise
                    await asyncio.sleep(IN_FRONT)
            finally:
                with suppress(psycopg.Error):
                    await connection.execute(_setting("lock_timeout", self._patience))

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
            trouble = trouble_of(error)
            if type(trouble) is StorageTrouble and not self._pool.closed:
                await self._pool.check()  # the server may have restarted: throw out the other dead connections too
            raise trouble from error


@contextmanager
def migrating(url: str) -> Iterator[Execute]:
    """A blocking connection while no other process migrates: the advisory lock ends with the connection."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=15)
    except psycopg.Error as error:
        raise StorageTrouble(UNREACHABLE) from error
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
            for table, column in execute(_IN_STATISTICS):
                execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        except psycopg.Error as error:
            raise trouble_of(error) from error


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
        for table in sorted({table for table, column in execute(COLUMNS) if column in HASHES}):
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
# What Postgres learns about a column for its plans are examples of its values, in a table that no erasure reaches. Keys have a
# unique index, which is all that a plan needs.
HASHES = ("learner_key", "trace", "code")
_IN_STATISTICS = f"""
SELECT of_table.relname, of_column.attname FROM pg_attribute AS of_column JOIN pg_class AS of_table ON of_table.oid = attrelid
 WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace) AND attname IN {HASHES}
   AND COALESCE(attstattarget, -1) <> 0
"""
_SIZE = "SELECT pg_total_relation_size(to_regclass(CAST(:table AS TEXT)))"
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


def trouble_of(error: Exception) -> StorageTrouble:
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
