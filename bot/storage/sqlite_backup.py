"""Copies of a SQLite file: made while the bot runs, and put back while it doesn't.

The copy is made by SQLite's own online backup, in one view of the database: the bot goes on writing, and nothing half is in it.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from bot.storage.engine import Execute, StillRunning, StorageTrouble
from bot.storage.marks import BACKED_UP
from bot.storage.restoring import TOO_LARGE, Opened
from bot.storage.sqlite_alone import begin_alone, executing, path_of, the_only_one
from bot.storage.sqlite_units import empty_wal, trouble_of
from bot.storage.whole import MOST_IN_MEMORY

PAGES = 2_000
"""Copied between two signs of life: eight megabytes."""
BESIDE = ("-wal", "-shm")
DAMAGED = "This backup is damaged, so it was left alone, and so was the database: take an older one."


def back_up(url: str, file: Path, today: date, seen: Callable[[int, int], None]) -> None:
    """``file`` is made, readable by its owner alone, and only when it is whole."""
    draft = file.with_name(f"{file.name}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _copied(url, str(draft), today, seen) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, and no WAL beside it
        _sync(draft)
        os.link(draft, file)
        _sync(file.parent)
    finally:
        for suffix in ("", "-journal", *BESIDE):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def in_memory(url: str, today: date, seen: Callable[[int, int], None]) -> bytes:
    """As `Restores.in_memory` asks for."""
    path = path_of(url)
    if path.exists() and path.stat().st_size > MOST_IN_MEMORY:
        raise StorageTrouble(TOO_LARGE)
    with _copied(url, ":memory:", today, seen) as copy:
        return copy.serialize()


@contextmanager
def _copied(url: str, to: str, today: date, seen: Callable[[int, int], None]) -> Iterator[sqlite3.Connection]:
    """A whole copy, with the day on it."""
    path = path_of(url)
    if not path.exists():
        raise StorageTrouble("There is no database yet where DATABASE_URL says, so there is nothing to back up.")
    try:
        with closing(sqlite3.connect(path, timeout=15, isolation_level=None)) as source:
            source.execute("PRAGMA query_only = ON")
            source.execute("BEGIN")
            source.execute("SELECT name FROM marks").fetchall()  # from here on it sees one state, whatever is written meanwhile
            with closing(sqlite3.connect(to, isolation_level=None)) as copy:
                source.backup(copy, pages=PAGES, progress=lambda _, left, all: seen(all - left, all), sleep=0)
                copy.execute("INSERT OR REPLACE INTO marks (name, mark) VALUES (?, ?)", (BACKED_UP, today.isoformat()))
                if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise StorageTrouble("The database is damaged, and so would the backup be: restore the latest one you have.")
                yield copy
    except sqlite3.Error as error:
        raise trouble_of(error) from error


class SqliteDraft:
    """A `Draft`."""

    def __init__(self, path: Path, draft: Path, db: sqlite3.Connection, present: sqlite3.Connection | None) -> None:
        self._path, self._draft, self._db, self._present = path, draft, db, present
        self.backup = executing(db)
        self.present: Execute | None = executing(present) if present else None

    def replace(self) -> str:
        self._db.execute("VACUUM")  # what was erased again is not to be in its gaps
        self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()
        _sync(self._draft)
        aside = ""
        if self._present is not None:
            self._present.execute("COMMIT")
            empty_wal(self._present)
            self._present.close()
        if os.name == "posix" and self._path.exists():  # run by root, it is to stay the bot's own
            before = self._path.stat()
            with suppress(PermissionError):
                os.chown(self._draft, before.st_uid, before.st_gid)
        if self._path.exists() and self._path.stat().st_size:
            name = _unused(self._path.with_name(f"{self._path.name}.replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"))
            os.link(self._path, name)
            aside = str(name)
            for suffix in BESIDE:  # only of a damaged one anything is left in them
                with suppress(FileNotFoundError):
                    os.replace(self._path.with_name(self._path.name + suffix), name.with_name(name.name + suffix))
        os.replace(self._draft, self._path)
        _sync(self._path.parent)
        return aside


@contextmanager
def restoring(url: str, opened: Opened, patience: float) -> Iterator[SqliteDraft]:
    """As `Restores.restoring` asks for."""
    path = path_of(url)
    _look_at(opened)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.restoring")
    try:
        with the_only_one(path):
            _remove(draft)
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with opened() as backup, draft.open("wb") as copy:
                shutil.copyfileobj(backup, copy, 1 << 20)
            with closing(sqlite3.connect(draft, timeout=patience, isolation_level=None)) as db:
                _check(db)
                present = _open_present(path, patience)
                try:
                    yield SqliteDraft(path, draft, db, present)
                finally:
                    if present:
                        present.close()
    except sqlite3.Error as error:
        raise trouble_of(error) from error
    except OSError as error:
        raise StorageTrouble(f"The backup can't be read or put in place ({error.strerror}); the database is as it was.") from error
    finally:
        _remove(draft)


def _look_at(opened: Opened) -> None:
    try:
        with opened() as backup:
            begin = backup.read(16)
    except OSError as error:
        raise StorageTrouble(
            f"The backup can't be read ({error.strerror}): name a file that 'python bot.py backup' made."
        ) from error
    if begin.startswith(b"PGDMP"):
        raise StorageTrouble("This is a backup of a Postgres database, and DATABASE_URL names a SQLite file.")
    if begin != b"SQLite format 3\0":
        raise StorageTrouble("This is not a backup of Red Flask's: it is no SQLite database. Nothing was changed.")


def _check(db: sqlite3.Connection) -> None:
    try:
        if db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",) or db.execute("PRAGMA foreign_key_check").fetchone():
            raise StorageTrouble(DAMAGED)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.DatabaseError as error:
        raise StorageTrouble(DAMAGED) from error


def _open_present(path: Path, patience: float) -> sqlite3.Connection | None:
    """With the whole file to itself. None: it isn't there, or it is so damaged that it can't be read."""
    if not path.exists() or not path.stat().st_size:
        return None
    db = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        begin_alone(db)
        # All that a restore wants of it, in rows and in indexes. Other pages may be damaged: who left since is worth having.
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in {"marks", "learners"} | (there & {"study_groups", "erasures"}):
            db.execute(f"SELECT * FROM {table}").fetchall()
            db.execute(f"SELECT count(*) FROM {table}").fetchall()
        db.execute("SELECT mark FROM marks WHERE name = ''").fetchall()
    except StillRunning:
        db.close()
        raise
    except sqlite3.Error:
        db.close()
        return None
    return db


def _unused(name: Path) -> Path:
    """Two restores in one second are seldom, and nothing may be lost by it."""
    return name if not name.exists() else _unused(name.with_name(f"{name.name}-again"))


def _remove(draft: Path) -> None:
    for suffix in ("", "-journal", *BESIDE):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _sync(place: Path) -> None:
    if os.name == "posix" or place.is_file():
        descriptor = os.open(place, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
