"""A SQLite file that everything is moved out of, or into."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from bot.storage.engine import Execute, Row, StorageTrouble
from bot.storage.moving import AT_ONCE, EMPTY, Table
from bot.storage.sqlite_alone import begin_alone, executing, make_private, path_of, the_only_one
from bot.storage.sqlite_units import trouble_of

BESIDE = ("", "-wal", "-shm", "-journal", "-migrating")


class SqlitePlace:
    """A `Place`."""

    COLUMNS = """
    SELECT tables.name, columns.name, columns.pk FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
     WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' ORDER BY tables.name, columns.name
    """
    PARENTS = """
    SELECT DISTINCT tables.name, parents."table" FROM sqlite_master AS tables JOIN pragma_foreign_key_list(tables.name) AS parents
     WHERE tables.type = 'table'
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @property
    def execute(self) -> Execute:
        return executing(self._db)

    def rows(self, table: Table) -> Iterator[Sequence[Row]]:
        found = self._db.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {', '.join(table.key)}")
        while rows := found.fetchmany(AT_ONCE):
            yield rows

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        places = ", ".join("?" * len(table.columns))
        self._db.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})", rows)


@contextmanager
def leaving(url: str, patience: float) -> Iterator[SqlitePlace]:
    """As `Moves.leaving` asks for. The file has to be opened for writing, since else nobody could be kept out of it."""
    path = path_of(url)
    if not path.exists():
        raise StorageTrouble(EMPTY)
    try:
        with the_only_one(path), closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as db:
            begin_alone(db)
            db.execute("PRAGMA query_only = ON")
            try:
                yield SqlitePlace(db)
            finally:
                db.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise trouble_of(error) from error


@contextmanager
def entering(url: str) -> Iterator[SqlitePlace]:
    """As `Moves.entering` asks for. A file that was not there is not there afterwards either, if nothing comes of it."""
    path = path_of(url)
    was_there = path.exists()
    make_private(path)
    try:
        with the_only_one(path), closing(sqlite3.connect(path, timeout=3, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
        with the_only_one(path), closing(sqlite3.connect(path, timeout=3, isolation_level=None)) as db:
            begin_alone(db)
            yield SqlitePlace(db)
            if db.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageTrouble("A row refers to another that isn't there, so nothing was moved.")
            db.execute("COMMIT")
    except BaseException as error:
        if not was_there:
            for suffix in BESIDE:
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise trouble_of(error) from error
        raise
