"""Postgres, for a community that outgrows one machine: several bot processes share one database.

A unit is one transaction on a connection of the pool; short units that wait at the same moment share one, and a round
trip. `:name` is rewritten once to what psycopg expects. After an erase the tables are written anew, so that the bytes are gone from
their files; Postgres's own WAL, its archives and replicas are its operator's to expire, and this file does not pretend otherwise.
Needs Postgres 14.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection, errors
from psycopg_pool import PoolClosed, PoolTimeout

from bot.storage import postgres_lines as lines
from bot.storage.batches import Batches, Outcome, Unit
from bot.storage.engine import Answers, Row, Statement, StorageAway, StorageTrouble
from bot.storage.postgres_alone import alone as alone
from bot.storage.postgres_alone import migrating as migrating
from bot.storage.postgres_alone import migrating_alone as migrating_alone
from bot.storage.postgres_alone import together as together
from bot.storage.postgres_lines import Pool, new_pool, whole_line
from bot.storage.postgres_units import COLUMNS as COLUMNS
from bot.storage.postgres_units import name_of, rewritten, setting, trouble_of, unreachable

SMALL, LARGE = 16 << 20, 256 << 20
"""Bytes, with indexes: of a table that an erasure writes anew at once (0.15 s), and of one that the daily job does (3 s, while
whoever wants something of it waits, and waits 5 s at most)."""
LONGEST = lines.FOR_A_CONNECTION + lines.HOLD_OUT
"""Seconds until whoever wants something written hears that the database doesn't answer, also behind others who wait for it."""
AWAY = (psycopg.Error, PoolTimeout, PoolClosed)
SHORT = 2
"""Statements of what a press writes: an answer, and before it a note, once a day."""
NOBODY = (psycopg.OperationalError, psycopg.InterfaceError, PoolClosed)
"""When nobody's unit could be done. Any other error is of one of them."""
IN_FRONT = 0.3
"""Seconds to wait for a table to oneself: meanwhile everybody else waits behind."""


async def open_engine(url: str, patience: float, knows: int = 0) -> "Postgres":
    async def configure(connection: AsyncConnection[Any]) -> None:
        await connection.execute(setting("lock_timeout", patience))

    pool = new_pool(url, name_of(knows), configure)
    try:
        await pool.open(wait=True, timeout=15)
    except (psycopg.Error, PoolTimeout) as error:
        await pool.close()
        raise unreachable() from error
    return Postgres(pool, patience)


class Postgres:
    """An `Engine`."""

    def __init__(self, pool: Pool, patience: float) -> None:
        self._pool, self._patience = pool, patience
        self._due: set[str] = set()
        self._rewriting = asyncio.Lock()
        self._writes = Batches(self._write_together)

    async def write(self, *unit: Statement) -> Answers:
        if len(unit) > SHORT:
            return await self._write(unit, lines.HOLD_OUT)
        try:
            async with asyncio.timeout(LONGEST):
                return await self._writes.add(unit)
        except TimeoutError as error:
            raise StorageAway from error

    async def _write_together(self, units: list[Unit]) -> list[Outcome]:
        """As one transaction. Nothing of it happened if one of them can't be: then each by itself."""
        if len(units) > 1:
            try:
                async with whole_line(self._pool, lines.HOLD_OUT) as connection:
                    return await _run_together(connection, units)
            except NOBODY as error:
                if not isinstance(error, errors.DeadlockDetected):  # which takes two rows, and each unit has one
                    raise trouble_of(error) from error
            except psycopg.Error:
                pass
        return await asyncio.gather(*map(self._by_itself, units))

    async def _by_itself(self, unit: Unit) -> Outcome:
        try:
            return await self._write(unit, lines.HOLD_OUT)
        except StorageTrouble as trouble:
            return trouble

    async def _write(self, unit: tuple[Statement, ...], hold_out: float | None) -> Answers:
        async with self._connection(hold_out) as connection:
            if len(unit) == 1:
                return [await _run(connection, unit[0])]
            async with connection.transaction():
                return [await _run(connection, statement) for statement in unit]

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        """Erased bytes are gone from the files of all small tables when this returns; those of others wait for `clear`."""
        answers = await self._write(unit, hold_out=None)
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
                await self._write(((f"VACUUM {table}", {}),), hold_out=None)
            except StorageTrouble:  # the rows are gone already; the bytes will be, with the next erasure or the daily job
                pass
            left.append(table)
        return tuple(left)

    async def _alone_with(self, statement: str, tries: int) -> None:
        async with self._connection(None) as connection:
            await connection.execute(setting("lock_timeout", IN_FRONT))
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
                    await connection.execute(setting("lock_timeout", self._patience))

    async def read(self, *unit: Statement) -> Answers:
        async with self._connection(lines.HOLD_OUT) as connection:
            if len(unit) == 1:
                return [await _run(connection, unit[0])]
            async with connection.pipeline():  # all questions in one round trip
                cursors = [await connection.execute(rewritten(sql), values) for sql, values in unit]
                return [await cursor.fetchall() for cursor in cursors]

    async def columns(self) -> list[Row]:
        return (await self.read((COLUMNS, {})))[0]

    async def close(self) -> None:
        await self._writes.close()
        await self._pool.close()

    @asynccontextmanager
    async def _connection(self, hold_out: float | None) -> AsyncIterator[AsyncConnection[Row]]:
        try:
            async with whole_line(self._pool, hold_out) as connection:
                yield connection
        except AWAY as error:
            raise trouble_of(error) from error


_SIZE = "SELECT pg_total_relation_size(to_regclass(CAST(:table AS TEXT)))"


async def _run(connection: AsyncConnection[Row], statement: Statement) -> list[Row]:
    sql, values = statement
    cursor = await connection.execute(rewritten(sql), values)
    return await cursor.fetchall() if cursor.description else []


async def _run_together(connection: AsyncConnection[Row], units: list[Unit]) -> list[Outcome]:
    """All or none, and kept when this returns: the answers are read after the COMMIT."""
    async with connection.pipeline(), connection.transaction():
        cursors = [[await connection.execute(rewritten(sql), values) for sql, values in unit] for unit in units]
    return [[await cursor.fetchall() if cursor.description else [] for cursor in of_unit] for of_unit in cursors]
