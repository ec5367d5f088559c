"""What everything that speaks to Postgres needs: parameters as psycopg writes them, settings, and its errors as sentences.

Nothing here opens a connection or knows a table.
"""

import re
from functools import cache

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed

from bot.storage.engine import (
    NotAllowed,
    ParentGone,
    RowExists,
    RowRefused,
    StorageAway,
    StorageBusy,
    StorageClosed,
    StorageFull,
    StorageTrouble,
)

BOT = "red-flask"
"""By this name, and how many steps of the migrations it knows, Postgres lists our connections."""

TURN = f"{BOT}, turn"
"""The name of a connection beside a process's others, which have said what it knows."""

COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = current_schema() ORDER BY table_name, column_name
"""
_PARAMETER = re.compile(r"'[^']*'|:([a-z_]+)")


@cache
def rewritten(sql: str) -> bytes:
    """`:name` → `%(name)s`, except in quoted texts. Queries are constants, so the cache stays small.

    Bytes, since psycopg's types take a text only if it is written out in full where it is used."""
    doubled = sql.replace("%", "%%")
    return _PARAMETER.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], doubled).encode()


def setting(name: str, seconds: float) -> bytes:
    return f"SET {name} = {max(1, round(seconds * 1000))}".encode()


def trouble_of(error: Exception) -> StorageTrouble:
    for kinds, trouble in _TROUBLES:
        if isinstance(error, kinds):
            return trouble()
    return StorageTrouble()


def unreachable(where: str = "DATABASE_URL") -> StorageTrouble:
    return StorageTrouble(
        "The Postgres database can't be reached. Is the server running, and are the host, the name, the password and the "
        f"database in {where} right? (Signs such as @ in a password are written as %40 there.)"
    )


def name_of(knows: int) -> str:
    """What a process that knows so many steps is called in the server's list of connections."""
    return f"{BOT}, step {knows}"


_TROUBLES: tuple[tuple[tuple[type[Exception], ...], type[StorageTrouble]], ...] = (
    ((errors.ForeignKeyViolation,), ParentGone),
    ((errors.UniqueViolation,), RowExists),
    ((psycopg.IntegrityError, psycopg.DataError), RowRefused),
    ((errors.DiskFull,), StorageFull),
    ((errors.InsufficientPrivilege, errors.InvalidSchemaName), NotAllowed),
    ((errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure), StorageBusy),
    ((PoolClosed,), StorageClosed),
    ((errors.QueryCanceled, psycopg.InterfaceError, psycopg.OperationalError), StorageAway),  # the pool's timeout is one of these
)
