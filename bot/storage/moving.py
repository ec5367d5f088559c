"""Moves everything from one database into another that is empty, from SQLite to Postgres or back, and compares both row by row.

The one that it comes from is only read, and nobody may be at work on it. The other gets its tables, all rows and the comparison in
one transaction: whatever fails or is killed in between leaves it as empty as it was. Which tables and columns there are is asked
of the databases themselves, so that a new one can't be forgotten. It knows neither SQLite nor Postgres.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import zip_longest
from pathlib import Path
from typing import Protocol

from bot.storage.engine import Execute, Row, StorageTrouble, Value
from bot.storage.migrate import bring_up_to_date, migrations_in, missing_of

AT_ONCE = 5_000
"""Rows that are in memory at once, on each side."""

THE_SAME = "--to names the database that is in use already, so there is nothing to move."
EMPTY = "There is nothing in the database that DATABASE_URL names, so there is nothing to move."
OLDER = (
    "The database is at step {database}, and this version knows step {code}: run 'python bot.py migrate' first, then this again. "
    "Nothing was moved."
)
NOT_EMPTY = """\
The database in --to is not empty: it has a table {table}. Name an empty one, so that nothing in it can be lost. Nothing was
moved."""
STRANGER = "The database has a table {table} with columns that this version of the bot doesn't know. Nothing was moved."
DIFFERS = "A row of {table} did not arrive as it was, so nothing was moved: the other database is as empty as before."


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Place(Protocol):
    """A database, while something is moved out of it or into it."""

    COLUMNS: str
    """A query: (table, column, its place in the table's key or 0) of everything, columns in one order whatever the engine."""
    PARENTS: str
    """A query: (table, a table to which it refers)."""

    @property
    def execute(self) -> Execute: ...

    def rows(self, table: Table) -> Iterator[Sequence[Row]]:
        """All of them, `AT_ONCE` at a time, ordered by their key as bytes, so that two places have the same order."""

    def put(self, table: Table, rows: Sequence[Row]) -> None: ...


class Moves(Protocol):
    """What `bot/storage/<engine>_moving.py` must offer."""

    def leaving(self, url: str, patience: float) -> AbstractContextManager[Place]:
        """One view of a database that nobody else has open. StillRunning if a bot is at work."""

    def entering(self, url: str) -> AbstractContextManager[Place]:
        """One transaction on another database, committed at the end; afterwards the engine knows what it has."""


@dataclass(frozen=True, slots=True)
class Moved:
    rows: int
    tables: int


def move(
    source: AbstractContextManager[Place],
    target: AbstractContextManager[Place],
    folder: Path,
    seen: Callable[[int, int], None] = lambda done, all: None,
) -> Moved:
    """StorageTrouble with a sentence, and the target as empty as it was, if it can't be. ``seen`` hears how far it is."""
    with source as old:
        tables = _of_ours(old, folder)
        with target as new:
            for there in _tables(new):
                raise StorageTrouble(NOT_EMPTY.format(table=there.name))
            bring_up_to_date(_within(new.execute), folder)
            new.execute("DELETE FROM migrations")  # it gets the old one's, with their days
            _same(tables, _tables(new))
            count = sum(old.execute(f"SELECT count(*) FROM {table.name}")[0][0] for table in tables)
            done = 0
            for table in _parents_first(tables, new):
                for rows in old.rows(table):
                    new.put(table, rows)
                    seen(done := done + len(rows), 2 * count)
            for table in tables:
                for rows, arrived in zip_longest(old.rows(table), new.rows(table)):
                    if rows != arrived:
                        raise StorageTrouble(DIFFERS.format(table=table.name))
                    seen(done := done + len(rows), 2 * count)
    return Moved(count, len(tables))


def _of_ours(old: Place, folder: Path) -> list[Table]:
    tables = _tables(old)
    if not {"migrations", "study_groups"} <= {table.name for table in tables}:
        raise StorageTrouble(EMPTY)
    applied = {number for (number,) in old.execute("SELECT number FROM migrations")}
    migrations = migrations_in(folder)
    if missing_of(migrations, applied):
        raise StorageTrouble(OLDER.format(database=max(applied, default=0), code=migrations[-1].number))
    return tables


def _tables(place: Place) -> list[Table]:
    columns: dict[str, list[tuple[str, int]]] = {}
    for table, column, at in place.execute(place.COLUMNS):
        columns.setdefault(table, []).append((column, at))
    return [
        Table(table, tuple(name for name, _ in found), tuple(name for name, at in sorted(found, key=lambda one: one[1]) if at))
        for table, found in sorted(columns.items())
    ]


def _same(old: Iterable[Table], new: Iterable[Table]) -> None:
    known = set(new)
    for table in old:
        if table not in known:
            raise StorageTrouble(STRANGER.format(table=table.name))


def _parents_first(tables: list[Table], place: Place) -> list[Table]:
    before: dict[str, set[str]] = {table.name: set() for table in tables}
    for child, parent in place.execute(place.PARENTS):
        before[child].add(parent)
    named = {table.name: table for table in tables}
    return [named[name] for name in TopologicalSorter(before).static_order()]


def _within(execute: Execute) -> Execute:
    """The migrations, each of which would be a transaction of its own, as a part of the one that is open."""

    def inside(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
        return [] if sql in ("BEGIN", "COMMIT", "ROLLBACK") else execute(sql, values)

    return inside
