"""One blocking connection to Postgres: for the migrations, for a look, and for what may only be done while no bot runs.

Who else is there, the server's list of connections says: each process of ours stands in it by its name, with the number of the
latest migration that it knows. So an older version that is still at work is told from a newer one. Nothing here knows a table but
`marks`, which every start reads.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress

import psycopg

from bot.storage.engine import Execute, Row, StillRunning, Value
from bot.storage.postgres_units import BOT, COLUMNS, TURN, rewritten, setting, trouble_of, unreachable


class Line:
    """A blocking connection outside any transaction: an `Execute`."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self.connection = connection

    def __call__(self, sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
        cursor = self.connection.execute(rewritten(sql) if values else sql.encode(), values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def migrating(url: str, where: str = "DATABASE_URL") -> Iterator[Line]:
    """A blocking connection while no other process migrates: the advisory lock ends with the connection."""
    with _connected(url, where) as execute:
        # Without this a server notices only at the end of a long statement that its client was killed, and
        # keeps the lock until then.
        with suppress(psycopg.Error):
            execute("SET client_connection_check_interval = '1s'")
        execute(setting("lock_timeout", 60).decode())
        execute(f"SELECT pg_advisory_lock({_OUR_LOCK})")
        yield execute
        keep_out_of_statistics(execute)


@contextmanager
def migrating_alone(url: str, step: int) -> Iterator[Execute]:
    """As `EngineModule.migrating_alone` asks for."""
    with migrating(url) as execute:
        _none(execute, _OLDER, {"bot": BOT, "step": step}, time.monotonic() + 0.3)
        yield execute


@contextmanager
def alone(url: str, patience: float) -> Iterator[Execute]:
    """As `EngineModule.alone` asks for. Whoever starts waits for the migrations' lock, or, if already past it, for `marks`, which
    every start reads; whoever is at work is seen in the server's list of connections."""
    with migrating(url) as execute:
        execute("BEGIN")
        execute("LOCK TABLE marks IN ACCESS EXCLUSIVE MODE")
        nobody_else(execute, time.monotonic() + patience)
        yield execute
        execute("COMMIT")
        for table in sorted({table for table, column in execute(COLUMNS) if column in HASHES}):
            execute(f"VACUUM FULL {table}")


def nobody_else(execute: Execute, until: float) -> None:
    """StillRunning if any other process of ours is connected. One that has just been stopped may still be listed for a moment."""
    _none(execute, _OTHERS, {"bot": BOT}, until)


def keep_out_of_statistics(execute: Execute) -> None:
    """Once and for all, whatever table has them."""
    for table, column in execute(_IN_STATISTICS):
        execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def together(changes: Sequence[str]) -> Sequence[str]:
    """As one statement, since foreign keys are looked at when a statement ends."""
    parts = ", ".join(f"change_{number} AS ({change})" for number, change in enumerate(changes))
    return (f"WITH {parts} SELECT 1",)


@contextmanager
def _connected(url: str, where: str) -> Iterator[Line]:
    try:
        connection: psycopg.Connection[Row] = psycopg.connect(url, autocommit=True, connect_timeout=15)
    except psycopg.Error as error:
        raise unreachable(where) from error
    with closing(connection):
        try:
            yield Line(connection)
        except psycopg.Error as error:
            raise trouble_of(error) from error


def _none(execute: Execute, counting: str, values: Mapping[str, Value], until: float) -> None:
    while execute(counting, values) != [(0,)]:
        if time.monotonic() >= until:
            raise StillRunning
        time.sleep(0.1)
        execute("SELECT pg_stat_clear_snapshot()")


_OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND starts_with(application_name, :bot) AND pid <> pg_backend_pid()
"""
_OLDER = f"""{_OTHERS} AND application_name <> '{TURN}'
   AND COALESCE(CAST(substring(application_name FROM 'step ([0-9]+)$') AS BIGINT), 0) < :step
"""
_OUR_LOCK = int.from_bytes(b"redflask", "big") >> 1
# What Postgres learns about a column for its plans are examples of its values, in a table that no erasure reaches. Keys have a
# unique index, which is all that a plan needs.
HASHES = ("learner_key", "trace", "code")
_IN_STATISTICS = f"""
SELECT of_table.relname, of_column.attname FROM pg_attribute AS of_column JOIN pg_class AS of_table ON of_table.oid = attrelid
 WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace) AND attname IN {HASHES}
   AND COALESCE(attstattarget, -1) <> 0
"""
