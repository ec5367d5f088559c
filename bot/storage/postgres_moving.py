"""A Postgres database that everything is moved out of, or into: by COPY, since a million rows are to take seconds."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.storage.engine import Execute, Row, StorageTrouble
from bot.storage.moving import AT_ONCE, Table
from bot.storage.postgres_alone import Line, keep_out_of_statistics, migrating, nobody_else

ENCODING = (
    "The database in --to keeps texts as {encoding}, which can't hold all that people write: make one with "
    "createdb --encoding UTF8 --template template0. Nothing was moved."
)
NUL = "A text in {table}.{column} has a character in it (NUL) that Postgres can't keep. Nothing was moved."


class PostgresPlace:
    """A `Place`."""

    COLUMNS = """
    SELECT columns.table_name, columns.column_name, COALESCE(keys.at, 0)
      FROM information_schema.columns AS columns
      LEFT JOIN (SELECT used.table_name AS of_table, used.column_name AS of_column, used.ordinal_position AS at
                   FROM information_schema.table_constraints AS constraints
                   JOIN information_schema.key_column_usage AS used USING (constraint_schema, constraint_name)
                  WHERE constraint_type = 'PRIMARY KEY' AND constraint_schema = current_schema()) AS keys
        ON of_table = columns.table_name AND of_column = columns.column_name
     WHERE columns.table_schema = current_schema() ORDER BY columns.table_name, columns.column_name
    """
    PARENTS = """
    SELECT DISTINCT children.relname, parents.relname FROM pg_constraint
      JOIN pg_class AS children ON children.oid = conrelid JOIN pg_class AS parents ON parents.oid = confrelid
     WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def execute(self) -> Execute:
        return self._line

    def rows(self, table: Table) -> Iterator[Sequence[Row]]:
        texts = {name for (name,) in self._line(_TEXTS, {"table": table.name})}
        order = ", ".join(f'{name} COLLATE "C"' if name in texts else name for name in table.key)
        with self._line.connection.cursor(name="moving") as found:
            found.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}".encode())
            while rows := found.fetchmany(AT_ONCE):
                yield rows

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        self._no_nul(table, rows)
        copy = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN".encode()
        with self._line.connection.cursor() as cursor, cursor.copy(copy) as copying:
            for row in rows:
                copying.write_row(row)

    def _no_nul(self, table: Table, rows: Sequence[Row]) -> None:
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
            if any(isinstance(value, str) and "\0" in value for value in values):
                raise StorageTrouble(NUL.format(table=table.name, column=column))


@contextmanager
def leaving(url: str, patience: float) -> Iterator[PostgresPlace]:
    """As `Moves.leaving` asks for."""
    with migrating(url) as line:
        nobody_else(line, time.monotonic() + patience)
        line("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield PostgresPlace(line)
        finally:
            line("ROLLBACK")


@contextmanager
def entering(url: str) -> Iterator[PostgresPlace]:
    """As `Moves.entering` asks for. What is not committed ends with the connection."""
    with migrating(url, "--to") as line:
        [(encoding,)] = line("SHOW server_encoding")
        if encoding != "UTF8":
            raise StorageTrouble(ENCODING.format(encoding=encoding))
        line("BEGIN")
        yield PostgresPlace(line)
        keep_out_of_statistics(line)
        line("COMMIT")
        line("ANALYZE")  # its plans are to be good from the first press on


_TEXTS = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND table_name = :table AND data_type = 'text'
"""
