"""SQLite: one file, one connection that writes, one that reads, and group commit in front of both.

A commit that is safe against a power cut costs a wait for the disk, and a hop to another thread costs more than a
small query. So units queue up, one task takes whatever waits, and the whole batch is one transaction in one
hop; each caller is answered after the COMMIT. An idle database adds no delay: a batch of one starts at once.
This file knows no table. It does not share the file with a second bot: for several processes there is Postgres.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from aiosqlite import Connection

from bot.storage.batches import Batches, Outcome, Unit
from bot.storage.engine import (
    Answers,
    Execute,
    ParentGone,
    Row,
    RowExists,
    RowRefused,
    Statement,
    StorageBusy,
    StorageClosed,
    StorageFull,
    StorageTrouble,
    Value,
)

T = TypeVar("T")

_SCRUB_TRIES = 6
_ERASES: Statement = ("SELECT 'and clean up afterwards'", {})
"""Marks a unit after which the WAL must go."""


async def open_engine(url: str, patience: float) -> "SQLite":
    """Open the file behind `sqlite:///…`, which `migrating` has made."""
    path = _path(url)
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
        self._scrub_is_due = False
        self._writes = Batches(self._run_writes)
        self._reads = Batches(lambda units: _hop(reader, partial(_run_together, units, "BEGIN")))

    async def write(self, *unit: Statement) -> Answers:
        return await self._writes.add(unit)

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        """`secure_delete` zeroes what is deleted, on pages that are copied through the WAL: so the WAL must go too.
        While somebody else is reading (a backup) it can't; then it stays due, and goes with a later write."""
        *answers, _ = await self._writes.add((*unit, _ERASES))
        for attempt in range(_SCRUB_TRIES):
            if not self._scrub_is_due:
                break
            await asyncio.sleep(0.01 * 2**attempt)
            await self._scrub()
        return answers

    async def read(self, *unit: Statement) -> Answers:
        return await self._reads.add(unit)

    async def columns(self) -> list[Row]:
        return (await self.read((_COLUMNS, {})))[0]

    async def close(self) -> None:
        await self._reads.close()
        await self._writes.close()
        await self._reader.close()
        if self._scrub_is_due:
            await self._scrub()
            self._scrub_is_due = False  # the next start's checkpoint must do
        await self._writer.close()

    async def _run_writes(self, units: list[Unit]) -> list[Outcome]:
        outcomes = await _hop(self._writer, partial(_run_together, units, "BEGIN IMMEDIATE"))
        # Here and not in `erase` alone: a caller who is cancelled must not cancel the cleaning.
        if self._scrub_is_due or any(unit[-1] is _ERASES for unit in units):
            await self._scrub()
        return outcomes

    async def _scrub(self) -> None:
        self._scrub_is_due = not await _hop(self._writer, _truncate_wal)


@contextmanager
def migrating(url: str) -> Iterator[Execute]:
    """A blocking connection to the file, made if it isn't there, while no other process migrates it.

    The lock is an exclusive transaction on a file beside it, which writes nothing and dies with its process; on the
    database itself it would end with the first migration's COMMIT. Foreign keys stay off here, as SQLite advises
    for changes to tables: with them on, dropping a table deletes its rows' children first.
    """
    path = _path(url)
    beside = path.with_name(path.name + "-migrating")
    _make_private(path, beside)
    try:
        with closing(sqlite3.connect(beside, timeout=60, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
                for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                    db.execute(f"PRAGMA {pragma}")

                def execute(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
                    return db.execute(sql, values or {}).fetchall()

                yield execute
    except sqlite3.Error as error:
        raise _trouble(error) from error


def _make_private(*files: Path) -> None:
    try:
        for file in files:  # the WAL takes over the permissions of its database
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageTrouble(
            f"The database file can't be opened: {error.strerror}. Check DATABASE_URL and the folder's owner."
        ) from error


def _path(url: str) -> Path:
    name = url.removeprefix("sqlite:///")
    if name == url or not name or name == ":memory:":
        raise ValueError("A SQLite database is named like this: sqlite:///data/red-flask.db (four strokes if absolute).")
    return Path(name)


async def _connect(path: Path, patience: float, *pragmas: str) -> Connection:
    def connect() -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=patience, isolation_level=None)
        for pragma in ("PRAGMA journal_mode = WAL", "PRAGMA foreign_keys = ON", *pragmas):
            db.execute(pragma)
        return db

    try:
        return await Connection(connect, 64)
    except sqlite3.Error as error:
        raise _trouble(error) from error


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


def _run_together(units: list[Unit], begin: str, db: sqlite3.Connection) -> list[Outcome]:
    """The whole batch as one transaction. A unit that fails is an error in its place in the list."""
    run = db.cursor().execute
    outcomes: list[Outcome] = []
    try:
        run(begin)
        for unit in units:
            try:
                if len(unit) == 1:  # needs no savepoint: SQLite takes back a statement that fails
                    outcomes.append([run(*unit[0]).fetchall()])
                else:
                    outcomes.append(_run_savepoint(unit, db))
            except Exception as error:
                outcomes.append(_trouble(error))
                if not db.in_transaction:  # a full disk may take back the whole batch; the rest would run outside one
                    raise
        run("COMMIT")
    except Exception as error:
        if db.in_transaction:
            db.rollback()
        # As many exceptions as callers: one that is raised in several tasks collects all their tracebacks.
        # What a COMMIT finds against one row must not read as an answer to every caller's own row.
        return [StorageTrouble() if isinstance(error, sqlite3.IntegrityError) else _trouble(error) for _ in units]
    return outcomes


def _run_savepoint(unit: Unit, db: sqlite3.Connection) -> Answers:
    db.execute("SAVEPOINT unit")
    try:
        answers = [db.execute(*statement).fetchall() for statement in unit]
    except Exception:
        if db.in_transaction:
            db.execute("ROLLBACK TO unit")
            db.execute("RELEASE unit")
        raise
    db.execute("RELEASE unit")
    return answers


def _truncate_wal(db: sqlite3.Connection) -> bool:
    """True if the WAL is empty now. Doesn't wait for a reader: every write would wait with it."""
    patience = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute("PRAGMA busy_timeout = 0")
    try:
        return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    except sqlite3.Error:
        return False
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience:d}")


_COLUMNS = """
SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
 WHERE tables.type = 'table' ORDER BY tables.name, columns.name
"""

_TROUBLES: Mapping[int, StorageTrouble] = {
    sqlite3.SQLITE_BUSY: StorageBusy(),
    sqlite3.SQLITE_LOCKED: StorageBusy(),
    sqlite3.SQLITE_FULL: StorageFull(),
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: ParentGone(),
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: RowExists(),
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: RowExists(),
    sqlite3.SQLITE_CONSTRAINT: RowRefused(),
    sqlite3.SQLITE_READONLY: StorageTrouble("The database file may not be written; check its owner and its folder's."),
    sqlite3.SQLITE_CANTOPEN: StorageTrouble("The database file can't be opened; check DATABASE_URL and its owner."),
    sqlite3.SQLITE_NOTADB: StorageTrouble("The file in DATABASE_URL is not a SQLite database."),
    sqlite3.SQLITE_CORRUPT: StorageTrouble("The database file is damaged; restore the latest backup."),
    sqlite3.SQLITE_IOERR: StorageTrouble("The disk of the database reports a fault; look at the system's log."),
}


def _trouble(error: Exception) -> StorageTrouble:
    if not isinstance(error, sqlite3.Error):
        return RowRefused()
    code = getattr(error, "sqlite_errorcode", -1)
    known = _TROUBLES.get(code) or _TROUBLES.get(code & 0xFF)
    return type(known)(str(known)) if known else StorageTrouble()
