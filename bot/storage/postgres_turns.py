"""Turns among processes on one Postgres: who may do something now that must not be done by two at once, nor twice in a row.

A turn is an advisory lock on a connection of its own, so it ends with its process, however that ends. A process that hangs while
it has its turn is put off the server after `LONGEST`, and the next one goes on. When the latest turn was is noted in the database,
by its clock, so that neither a kill nor a restart shortens the pause after it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection

from bot.storage.engine import StorageTrouble
from bot.storage.postgres_units import TURN, rewritten

LONGEST = 20.0
"""Seconds for which whoever has the turn may say nothing."""
_OUR_TURNS = int.from_bytes(b"turn", "big")
"""The first of the lock's two numbers; the other is the bucket's."""


@asynccontextmanager
async def turn(url: str, what: str, bucket: int, apart: float, longest: float = LONGEST) -> AsyncIterator[None]:
    """Wait for the turn, in the order of coming, and until the latest one of this bucket is `apart` seconds ago; have it while
    inside. StorageTrouble if it can't be had, since the database can't be reached; never for what happens inside."""
    name = {"name": f"{what} {bucket}"}
    try:
        connection = await AsyncConnection.connect(url, autocommit=True, connect_timeout=15, application_name=TURN)
    except (psycopg.Error, OSError) as error:
        raise StorageTrouble from error
    try:
        try:
            await _wait(connection, bucket, name, apart, longest)
        except psycopg.Error as error:
            raise StorageTrouble from error
        yield
        with suppress(psycopg.Error):  # then it counts from when it began
            await connection.execute(_NOTE, name)
    finally:
        await connection.close()


async def _wait(connection: AsyncConnection[Any], bucket: int, name: dict[str, str], apart: float, longest: float) -> None:
    # Without this the server notices only when it has the lock for it that whoever waits was killed.
    with suppress(psycopg.Error):
        await connection.execute("SET client_connection_check_interval = '1s'")
    await connection.execute(f"SET idle_session_timeout = {round(longest * 1000)}".encode())
    await connection.execute("SELECT pg_advisory_lock(%s, %s)", (_OUR_TURNS, bucket))
    found = await (await connection.execute(_SINCE, name)).fetchone()
    if found is not None and 0 <= found[0] < apart:  # below zero: the server's clock was put back
        await asyncio.sleep(apart - found[0])
    await connection.execute(_NOTE, name)


_SINCE = rewritten(
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS FLOAT) - CAST(mark AS FLOAT) FROM marks WHERE name = :name"
)

_NOTE = rewritten(
    "INSERT INTO marks (name, mark) VALUES (:name, CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS TEXT)) "
    "ON CONFLICT (name) DO UPDATE SET mark = excluded.mark"
)
