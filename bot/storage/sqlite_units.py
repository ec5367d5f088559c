"""What runs in SQLite's own threads: blocking functions over one plain `sqlite3` connection in autocommit.

They know no event loop and no table. Errors of a unit come back as values, since a batch has many callers.
"""

import sqlite3
from collections.abc import Mapping

from bot.storage.batches import Outcome, Unit
from bot.storage.engine import (
    WAY_BACK,
    Answers,
    ParentGone,
    RowExists,
    RowRefused,
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageTrouble,
)


def run_together(units: list[Unit], begin: str, db: sqlite3.Connection) -> list[Outcome]:
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
                outcomes.append(trouble_of(error))
                if not db.in_transaction:  # a full disk may take back the whole batch; the rest would run outside one
                    raise
        run("COMMIT")
    except Exception as error:
        if db.in_transaction:
            db.rollback()
        # As many exceptions as callers: one that is raised in several tasks collects all their tracebacks.
        # What a COMMIT finds against one row must not read as an answer to every caller's own row.
        return [StorageTrouble() if isinstance(error, sqlite3.IntegrityError) else trouble_of(error) for _ in units]
    return outcomes


def vacuum(db: sqlite3.Connection) -> bool:
    """Write the whole database anew. True if that worked; nothing is lost if it didn't."""
    try:
        db.execute("VACUUM")
    except sqlite3.Error:
        return False
    return True


def empty_wal(db: sqlite3.Connection) -> bool:
    """True if the WAL is empty now. Doesn't wait for a reader: every write would wait with it."""
    patience = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute("PRAGMA busy_timeout = 0")
    try:
        return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    except sqlite3.Error:
        return False
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience:d}")


def trouble_of(error: Exception) -> StorageTrouble:
    if not isinstance(error, sqlite3.Error):
        return RowRefused()
    code = getattr(error, "sqlite_errorcode", -1)
    known = _TROUBLES.get(code) or _TROUBLES.get(code & 0xFF)
    return type(known)(str(known)) if known else StorageTrouble()


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
    sqlite3.SQLITE_NOTADB: StorageDamaged(f"The file in DATABASE_URL is not a SQLite database, or is none any more. {WAY_BACK}"),
    sqlite3.SQLITE_CORRUPT: StorageDamaged(),
    sqlite3.SQLITE_IOERR: StorageTrouble("The disk of the database reports a fault; look at the system's log."),
}
