"""A look at a SQLite file that changes nothing in it: the blocking functions behind ``examining.py``."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from bot.storage.engine import Execute, Row, StorageTrouble, Value
from bot.storage.sqlite import COLUMNS as COLUMNS
from bot.storage.sqlite_alone import path_of
from bot.storage.sqlite_units import trouble_of

BESIDE = ("-wal", "-shm")
LOOK_UP_EVERY = 20_000
"""Steps of SQLite's own between two looks at the clock."""


@contextmanager
def looking(url: str, patience: float) -> Iterator[Execute]:
    try:
        with closing(_open(path_of(url), patience)) as db:

            def execute(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
                try:
                    return db.execute(sql, values or {}).fetchall()
                except sqlite3.Error as error:
                    raise trouble_of(error) from error

            yield execute
    except sqlite3.Error as error:
        raise trouble_of(error) from error


def engine_of(execute: Execute) -> str:
    [(version,)] = execute("SELECT sqlite_version()")
    return f"SQLite {version}"


def size_of(url: str, execute: Execute) -> int:
    path = path_of(url)
    files = (path.with_name(path.name + suffix) for suffix in ("", *BESIDE))
    return sum(file.stat().st_size for file in files if file.exists())


def is_whole(url: str, most: float) -> bool | None:
    until = time.monotonic() + most
    try:
        with closing(_open(path_of(url), most)) as db:
            db.set_progress_handler(lambda: time.monotonic() > until, LOOK_UP_EVERY)
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:  # it took too long, or somebody has the file to themselves
        return None
    except sqlite3.DatabaseError:
        return False


def obstacle(url: str, patience: float) -> StorageTrouble | None:
    """Asked by beginning to write and leaving it at that: a running bot waits for a few microseconds."""
    path = path_of(url)
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            return StorageTrouble(f"{place} may not be written by this user; check its owner, and run this as the bot's user.")
    try:
        with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        return trouble_of(error)
    return None


def at_work(url: str) -> int:
    """Whoever has the file open holds a lock on it, so that nobody gets all of it (see ``sqlite_alone.py``)."""
    try:
        with closing(sqlite3.connect(path_of(url), timeout=0, isolation_level=None)) as db:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
    except sqlite3.Error:
        return 1
    return 0


def _open(path: Path, patience: float) -> sqlite3.Connection:
    if not path.is_file():
        raise StorageTrouble("There is no database file where DATABASE_URL says.")
    db = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=patience, isolation_level=None)
    db.execute("PRAGMA query_only = ON")
    return db
