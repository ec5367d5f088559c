"""Having a SQLite file to oneself: for the migrations, and for what may only be done while no bot runs.

Every process that has the file open holds a lock on it for as long as it lives (that is how WAL works), so asking for the whole
file tells whether anybody is there, with no list of processes that could be out of date after a kill.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.storage.engine import Execute, Row, StillRunning, StorageBusy, StorageDamaged, StorageTrouble, Value
from bot.storage.sqlite_units import empty_wal, trouble_of, vacuum

PATIENT = 60.0
"""Seconds to wait at the start for somebody else's lock."""
LOOKED_THROUGH = 256 << 20
"""Bytes: up to so many, every page is looked at before the bot starts (a millisecond if it is new, a second for a million answers).
Larger files are looked through by each backup."""


@contextmanager
def migrating(url: str) -> Iterator[Execute]:
    """As `EngineModule.migrating` asks for.

    The lock is an exclusive transaction on a file beside it, which writes nothing and dies with its process; on the
    database itself it would end with the first migration's COMMIT. Foreign keys stay off here, as SQLite advises
    for changes to tables: with them on, dropping a table deletes its rows' children first.
    """
    path = path_of(url)
    try:
        with the_only_one(path), closing(_begun(path)) as db:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                db.execute(f"PRAGMA {pragma}")
            if path.stat().st_size <= LOOKED_THROUGH and db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise StorageDamaged
            yield executing(db)
    except sqlite3.Error as error:
        raise trouble_of(error) from error


@contextmanager
def migrating_alone(url: str, step: int) -> Iterator[Execute]:
    """As `EngineModule.migrating_alone` asks for. What another process knows can't be told here, so nobody at all may be there."""
    path = path_of(url)
    try:
        with the_only_one(path), closing(sqlite3.connect(path, timeout=0.3, isolation_level=None)) as db:
            begin_alone(db)
            db.execute("COMMIT")  # the file stays its own until it is closed
            yield executing(db)
    except sqlite3.Error as error:
        raise trouble_of(error) from error


@contextmanager
def alone(url: str, patience: float) -> Iterator[Execute]:
    """As `EngineModule.alone` asks for. Foreign keys are off, so that keys can be moved."""
    path = path_of(url)
    make_private(path)
    try:
        with the_only_one(path), closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as db:
            begin_alone(db)
            try:
                yield executing(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            vacuum(db)
            empty_wal(db)
    except sqlite3.Error as error:
        raise trouble_of(error) from error


def together(changes: Sequence[str]) -> Sequence[str]:
    """One by one: nobody looks at the foreign keys meanwhile."""
    return changes


@contextmanager
def the_only_one(path: Path) -> Iterator[None]:
    """While no other process migrates this file, or has it to itself."""
    beside = path.with_name(path.name + "-migrating")
    make_private(beside)
    with closing(sqlite3.connect(beside, timeout=PATIENT, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _begun(path: Path) -> sqlite3.Connection:
    begin_file(path)
    return sqlite3.connect(path, timeout=PATIENT, isolation_level=None)


def begin_file(path: Path) -> None:
    """Make the database, if there is none. It comes into its place with its first page, so that one without any (a disk was full or
    broke) is never taken for a new one: the bot would begin anew, and nobody would notice before learners did."""
    if path.exists():
        if not path.stat().st_size:
            raise StorageDamaged(EMPTY)
        return
    draft = path.with_name(f"{path.name}.making")
    try:
        draft.unlink(missing_ok=True)
        make_private(draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as db:
            for pragma in ("synchronous = FULL", "journal_mode = WAL"):
                db.execute(f"PRAGMA {pragma}")
        os.replace(draft, path)
    except OSError as error:
        raise _cant_be_opened(error) from error
    finally:
        draft.unlink(missing_ok=True)


EMPTY = (
    "The database file is empty, as after a disk that was full or broke. Restore the latest backup (python bot.py restore FILE); "
    "or delete the file, if nothing was ever kept in it."
)


def make_private(*files: Path) -> None:
    try:
        for file in files:  # the WAL takes over the permissions of its database
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise _cant_be_opened(error) from error


def _cant_be_opened(error: OSError) -> StorageTrouble:
    return StorageTrouble(f"The database file can't be opened: {error.strerror}. Check DATABASE_URL and the folder's owner.")


def path_of(url: str) -> Path:
    name = url.removeprefix("sqlite:///")
    if name == url or not name or name == ":memory:":
        raise ValueError("A SQLite database is named like this: sqlite:///data/red-flask.db (four strokes if absolute).")
    return Path(name)


def begin_alone(db: sqlite3.Connection) -> None:
    """A transaction on the whole file, or StillRunning."""
    try:
        for pragma in ("locking_mode = EXCLUSIVE", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if isinstance(trouble_of(error), StorageBusy):
            raise StillRunning from error
        raise


def executing(db: sqlite3.Connection) -> Execute:
    def execute(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
        return db.execute(sql, values or {}).fetchall()

    return execute
