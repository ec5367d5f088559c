"""SQLite: one file, one connection that writes, one that reads, and group commit in front of both.

A commit that is safe against a power cut costs a wait for the disk, and a hop to another thread costs more than a
small query. So units queue up, one task takes whatever waits, and the whole batch is one transaction in one
hop; each caller is answered after the COMMIT. An idle database adds no delay: a batch of one starts at once.
This file knows no table. It does not share the file with a second bot: for several processes there is Postgres.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from aiosqlite import Connection

from bot.storage.batches import Batches, Outcome, Unit
from bot.storage.engine import Answers, Row, Statement, StorageClosed
from bot.storage.sqlite_alone import alone as alone
from bot.storage.sqlite_alone import migrating as migrating
from bot.storage.sqlite_alone import migrating_alone as migrating_alone
from bot.storage.sqlite_alone import path_of
from bot.storage.sqlite_alone import together as together
from bot.storage.sqlite_units import empty_wal, run_together, trouble_of, vacuum

T = TypeVar("T")

CACHE = 512
"""KiB of pages that each of both connections keeps in memory: full after a few thousand answers, and nothing grows after that. With
SQLite's own 2,000 memory grew for 50,000 answers, and none of them was faster: the system keeps the pages, too."""
_WAL_TRIES = 6
_ERASES: Statement = ("SELECT 'and clean up afterwards'", {})
"""Marks a unit after which the files must be cleaned."""


async def open_engine(url: str, patience: float, knows: int = 0) -> "SQLite":
    """Open the file behind `sqlite:///…`, which `migrating` made. What this process knows, nobody else asks: it is the only one."""
    path = path_of(url)
    writer = await _connect(path, patience, "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON")
    try:
        reader = await _connect(path, patience, "PRAGMA query_only = ON")
    except BaseException:
        await writer.close()
        raise
    return SQLite(writer, reader)


class SQLite:
    """An `Engine`. Only the writer opens a transaction that writes; the reader looks at the last commit (WAL)."""

    def __init__(self, writer: Connection, reader: Connection) -> None:
        self._writer, self._reader = writer, reader
        self._vacuum_is_due = self._wal_is_due = False
        self._writes = Batches(self._run_writes)
        self._reads = Batches(lambda units: _hop(reader, partial(run_together, units, "BEGIN")))

    async def write(self, *unit: Statement) -> Answers:
        return await self._writes.add(unit)

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        """Erased bytes are gone from all files when this returns, for which it takes three things.

        `secure_delete` zeroes rows that are deleted, but not the copies that stay behind in a page's gap when rows
        move to another page; so VACUUM writes the database anew (30 ms for 36 000 answers, so rather that than a
        remnant). The old pages then stand in the WAL, which a checkpoint empties, unless somebody is reading just
        now (a backup); then it stays due, and goes with a later write.
        """
        *answers, _ = await self._writes.add((*unit, _ERASES))
        for attempt in range(_WAL_TRIES):
            if not self._wal_is_due:
                break
            await asyncio.sleep(0.01 * 2**attempt)
            await self._clean()
        return answers

    async def clear(self, tables: Sequence[str]) -> tuple[str, ...]:
        """Once more, for an erasure in the middle of which a process was killed: it took what was due with it."""
        await self._writes.add((_ERASES,))
        return ()

    async def read(self, *unit: Statement) -> Answers:
        return await self._reads.add(unit)

    async def columns(self) -> list[Row]:
        return (await self.read((COLUMNS, {})))[0]

    async def close(self) -> None:
        await self._reads.close()
        await self._writes.close()
        await self._reader.close()
        if self._vacuum_is_due or self._wal_is_due:
            with suppress(StorageClosed):
                await self._clean()
        await self._writer.close()

    async def _run_writes(self, units: list[Unit]) -> list[Outcome]:
        outcomes = await _hop(self._writer, partial(run_together, units, "BEGIN IMMEDIATE"))
        # Here and not in `erase`: a caller who is cancelled must not cancel the cleaning.
        if any(unit[-1] is _ERASES for unit in units):
            self._vacuum_is_due = self._wal_is_due = True
        if self._wal_is_due:
            await self._clean()
        return outcomes

    async def _clean(self) -> None:
        if self._vacuum_is_due:
            self._vacuum_is_due = not await _hop(self._writer, vacuum)
        self._wal_is_due = not await _hop(self._writer, empty_wal)


async def _connect(path: Path, patience: float, *pragmas: str) -> Connection:
    def connect() -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=patience, isolation_level=None)
        for pragma in ("PRAGMA journal_mode = WAL", "PRAGMA foreign_keys = ON", f"PRAGMA cache_size = -{CACHE}", *pragmas):
            db.execute(pragma)
        return db

    try:
        return await Connection(connect, 64)
    except sqlite3.Error as error:
        raise trouble_of(error) from error


async def _hop(connection: Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` in the connection's thread.

    `_execute` and `_conn` are private, but aiosqlite has no other way to hand its thread a function, and awaiting
    it statement by statement costs ten times as much as the statements. The lambda keeps their values
    out of aiosqlite's debug log, which prints the function that it is given.
    """
    try:
        result: T = await connection._execute(lambda: work(connection._conn))  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise StorageClosed from error
    return result


COLUMNS = """
SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
 WHERE tables.type = 'table' ORDER BY tables.name, columns.name
"""
