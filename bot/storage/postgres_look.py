"""A look at a database of a Postgres server that changes nothing in it: the blocking functions behind ``examining.py``."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import psycopg

from bot.storage.engine import Execute, Row, StorageTrouble, Value
from bot.storage.postgres_units import BOT, rewritten, trouble_of, unreachable
from bot.storage.postgres_units import COLUMNS as COLUMNS


@contextmanager
def looking(url: str, patience: float) -> Iterator[Execute]:
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=max(2, round(patience)))
    except psycopg.Error as error:
        raise unreachable() from error
    with closing(connection):

        def execute(sql: str, values: Mapping[str, Value] | None = None) -> list[Row]:
            try:
                cursor = connection.execute(rewritten(sql) if values else sql.encode(), values)
                return cursor.fetchall() if cursor.description else []
            except psycopg.Error as error:
                raise trouble_of(error) from error

        execute(f"SET statement_timeout = {max(1, round(patience * 1000))}")
        yield execute


def engine_of(execute: Execute) -> str:
    [(version,)] = execute("SHOW server_version")
    return f"Postgres {str(version).split()[0]}"


def size_of(url: str, execute: Execute) -> int:
    [(size,)] = execute("SELECT pg_database_size(current_database())")
    return int(size)


def is_whole(url: str, most: float) -> bool | None:
    """Its server looks after that, by checksums where they are switched on."""
    return None


def obstacle(url: str, patience: float) -> StorageTrouble | None:
    try:
        with looking(url, patience) as execute:
            [(is_a_copy,)] = execute("SELECT pg_is_in_recovery()")
            [(reads_only,)] = execute("SHOW default_transaction_read_only")
            [(may_make,)] = execute("SELECT has_schema_privilege(current_schema(), 'CREATE')")
    except StorageTrouble as trouble:
        return trouble
    if is_a_copy or reads_only == "on":
        return StorageTrouble(
            "This Postgres only lets us read (it is a replica, or set to read-only): name the one that is written."
        )
    if not may_make:
        return StorageTrouble("The bot's user may make no tables in this database: let it own the database.")
    return None


def at_work(url: str) -> int:
    """Processes of ours have many connections each; which belong together, their server's list doesn't say beyond their address."""
    with looking(url, 2.0) as execute:
        [(many,)] = execute(_AT_WORK, {"bot": BOT})
    return int(many)


_AT_WORK = """
SELECT count(DISTINCT (client_addr, client_hostname)) FROM pg_stat_activity
 WHERE datname = current_database() AND starts_with(application_name, :bot)
"""
