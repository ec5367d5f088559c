"""Databases as a first start leaves them, made once by each worker: many tests begin with one and have nothing to do with how
it came about.

Tests of first starts, of migrations, and of a file's bytes and rights begin with nothing instead."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bot.storage import migrate


def fresh(url: str) -> str:
    """A SQLite database at this address, up to date and empty, unless there is one."""
    file = Path(url.removeprefix("sqlite:///"))
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_up_to_date())
    return url


@cache
def _up_to_date() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/begun.db")
        assert not Path(folder, "begun.db-wal").exists(), "the file alone is not all"
        return Path(folder, "begun.db").read_bytes()


@contextmanager
def emptied(url: str) -> Iterator[str]:
    """A Postgres database that is up to date and empty; afterwards it is empty again, and nobody has it open."""
    import psycopg

    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}".encode())
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'")
        each = "; ".join(f"DELETE FROM {table}" for (table,) in tables.fetchall())
        # Without a look at who refers to whom, so that their order doesn't matter.
        connection.execute(f"SET session_replication_role = replica; {each}".encode())
