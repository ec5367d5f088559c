"""Copies of a Postgres database, by the tools that come with it: `pg_dump`, `pg_restore` and `psql`.

They get the address in their environment, since anybody on the machine can read a command line. A dump is restored into a schema of
its own, in one transaction; there it is put right, and one more transaction swaps the two. So at no moment is there half a database
where the bot would look, and what was replaced stays beside it, as a schema, until its operator drops it.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.storage.engine import Execute, Row, StorageTrouble
from bot.storage.marks import BACKED_UP
from bot.storage.postgres_alone import Line, migrating, nobody_else
from bot.storage.restoring import TOO_LARGE, Opened
from bot.storage.whole import MOST_IN_MEMORY

DRAFT, MEANWHILE = "red_flask_restoring", "red_flask_meanwhile"
DAMAGED = "This backup is damaged, or isn't one that Postgres's own tools made, so it was left alone, and so was the database."
_VARIABLES = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER",
    "password": "PGPASSWORD", "passfile": "PGPASSFILE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def back_up(url: str, file: Path, today: date, seen: Callable[[int, int], None]) -> None:
    """``file`` is made, readable by its owner alone, and only when it is whole. The day stands in the dump itself."""
    draft = file.with_name(f"{file.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _run(url, _dump(url), out)
            os.fsync(out.fileno())
        os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def in_memory(url: str, today: date, seen: Callable[[int, int], None]) -> bytes:
    """As `Restores.in_memory` asks for."""
    with migrating(url) as execute:
        [(size,)] = execute("SELECT pg_database_size(current_database())")
    if size > 2 * MOST_IN_MEMORY:  # with its indexes, which are in no dump
        raise StorageTrouble(TOO_LARGE)
    return _run(url, _dump(url), subprocess.PIPE)


def _dump(url: str) -> list[str]:
    return ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--schema={_schema(url)}"]


class PostgresDraft:
    """A `Draft`: the schema `DRAFT`."""

    def __init__(self, url: str, schema: str, execute: Execute) -> None:
        self._schema, self._execute = schema, execute
        self._db: psycopg.Connection[Row] = psycopg.connect(url, autocommit=True, options=f"-c search_path={DRAFT}")
        self.backup: Execute = Line(self._db)
        has_one = execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'marks'")
        self.present: Execute | None = execute if has_one else None

    def replace(self) -> str:
        for table in self._tables(DRAFT):
            self.backup(f"VACUUM FULL {table}")  # what was erased again is not to be in its gaps
        self.close()
        aside = f"replaced_{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
        here, there = self._tables(self._schema), self._tables(DRAFT)
        self._execute("BEGIN")
        self._execute(f"CREATE SCHEMA {aside}")
        for table in here:
            self._execute(f"ALTER TABLE {self._schema}.{table} SET SCHEMA {aside}")
        for table in there:
            self._execute(f"ALTER TABLE {DRAFT}.{table} SET SCHEMA {self._schema}")
        self._execute(f"DROP SCHEMA {DRAFT}" if here else f"DROP SCHEMA {DRAFT}, {aside}")
        self._execute("COMMIT")
        return f"the schema {aside} of the same database" if here else ""

    def close(self) -> None:
        self._db.close()

    def _tables(self, schema: str) -> list[str]:
        return [
            table for (table,) in self._execute("SELECT tablename FROM pg_tables WHERE schemaname = :schema", {"schema": schema})
        ]


@contextmanager
def restoring(url: str, opened: Opened, patience: float) -> Iterator[PostgresDraft]:
    """As `Restores.restoring` asks for."""
    _look_at(opened)
    schema = _schema(url)
    with migrating(url) as execute:
        nobody_else(execute, time.monotonic() + patience)
        execute(f"DROP SCHEMA IF EXISTS {DRAFT} CASCADE")  # of somebody who was killed
        with tempfile.TemporaryFile() as script:
            script.write(_before(schema, [table for (table,) in execute(_TABLES, {"schema": schema})]))
            script.flush()
            with opened() as backup:
                _run(url, ["pg_restore", "--no-owner", "--no-privileges", f"--schema={schema}", "--file=-"], script, backup)
            script.seek(0, os.SEEK_END)
            script.write(_after(schema))
            script.seek(0)
            _run(url, ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"], None, script)
        try:
            with closing(PostgresDraft(url, schema, execute)) as draft:
                if day := _made_on(url, opened):
                    draft.backup("INSERT INTO marks (name, mark) VALUES (:name, :day)", {"name": BACKED_UP, "day": day})
                yield draft
        finally:
            execute(f"DROP SCHEMA IF EXISTS {DRAFT} CASCADE")


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = :schema"


def _before(schema: str, tables: list[str]) -> bytes:
    """The tables that are here step aside, for the length of the transaction: a dump goes to where it came from."""
    moves = "".join(f"ALTER TABLE {schema}.{table} SET SCHEMA {MEANWHILE};\n" for table in tables)
    return f"SET client_min_messages = warning;\nCREATE SCHEMA {MEANWHILE};\n{moves}".encode()


def _after(schema: str) -> bytes:
    return f"""
CREATE SCHEMA {DRAFT};
DO $$ DECLARE one name; BEGIN
FOR one IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = '{schema}' LOOP
  EXECUTE pg_catalog.format('ALTER TABLE {schema}.%I SET SCHEMA {DRAFT}', one);
END LOOP;
FOR one IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = '{MEANWHILE}' LOOP
  EXECUTE pg_catalog.format('ALTER TABLE {MEANWHILE}.%I SET SCHEMA {schema}', one);
END LOOP; END $$;
DROP SCHEMA {MEANWHILE};
""".encode()


def _look_at(opened: Opened) -> None:
    try:
        with opened() as backup:
            begin = backup.read(15)
    except OSError as error:
        raise StorageTrouble(f"The backup can't be read ({error.strerror}): name one that 'python bot.py backup' made.") from error
    if begin.startswith(b"SQLite format"):
        raise StorageTrouble("This is a backup of a SQLite database, and DATABASE_URL names a Postgres server.")
    if not begin.startswith(b"PGDMP"):
        raise StorageTrouble(DAMAGED)


def _made_on(url: str, opened: Opened) -> str:
    """The dump itself says it."""
    with opened() as backup:
        contents = _run(url, ["pg_restore", "--list"], subprocess.PIPE, backup)
    found = re.search(rb"created at (\d{4}-\d{2}-\d{2})", contents[:1000])
    return found[1].decode() if found else ""


def _schema(url: str) -> str:
    with migrating(url) as execute:
        [(schema,)] = execute("SELECT quote_ident(current_schema())")
        return str(schema)


def _run(url: str, command: list[str], out: IO[bytes] | int | None, given: IO[bytes] | None = None) -> bytes:
    """What it prints, if ``out`` is a pipe."""
    if shutil.which(command[0]) is None:
        raise StorageTrouble(
            f"{command[0]} isn't installed here, and only Postgres's own tools can do this: install its client programs "
            "(the package postgresql-client on Debian and Ubuntu), of the server's version or newer."
        )
    found = {_VARIABLES[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in _VARIABLES}
    # What is only in memory has no number that a process could be handed.
    whole = given.read() if isinstance(given, io.BytesIO) else None
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        command,
        env=os.environ | found,
        input=whole,
        stdin=None if whole is not None else given or subprocess.DEVNULL,
        stdout=out or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode == 0:
        return done.stdout or b""
    if b"server version mismatch" in done.stderr:
        raise StorageTrouble(
            f"{command[0]} is older than the server: install the client programs of the server's version or newer."
        )
    raise StorageTrouble(DAMAGED if command[0] != "pg_dump" else "pg_dump could not read the database; look at the server's log.")
