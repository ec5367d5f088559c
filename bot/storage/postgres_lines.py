"""The lines to Postgres: how a unit gets one that works, and for how long it may have it.

The library's pool takes a server that hangs for one that is busy, and a server that restarted for one that is there. Here a line on
which the server hung up is seen before it is used, without a word to it; and one on which nothing comes is cut.
"""

import asyncio
import os
import select
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from bot.storage.engine import Row

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[Row]]

FOR_A_CONNECTION = 2.5
"""Seconds that a unit waits for one, before whoever asked hears that the database doesn't answer."""
HOLD_OUT = 8.0
"""Seconds for a unit, a lock of somebody else's included. Then its connection is cut: a server that hangs, or a network that
swallows, never says so, and would hold one connection after the other."""
TO_CONNECT, TRY_FOR = 5, 3.0
"""Seconds for one try to connect; and how long tries go on by themselves. After that the next unit tries at once. The pool's own
pauses grow to minutes, in which a server that is back again would not be noticed."""


def new_pool(url: str, name: str, configure: Callable[[AsyncConnection[Any]], Awaitable[None]]) -> Pool:
    """Not yet open."""
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=10,
        timeout=FOR_A_CONNECTION,
        reconnect_timeout=TRY_FOR,
        open=False,
        configure=configure,
        kwargs={"autocommit": True, "application_name": name, "connect_timeout": TO_CONNECT},
    )


@asynccontextmanager
async def whole_line(pool: Pool, hold_out: float | None) -> AsyncIterator[AsyncConnection[Row]]:
    """One that works, for so many seconds, or for as long as it takes."""
    connection = await _whole(pool)
    watch = asyncio.get_running_loop().call_later(hold_out, _cut, connection) if hold_out is not None else None
    try:
        async with connection:
            yield connection
    finally:
        if watch is not None:
            watch.cancel()
        await pool.putconn(connection)


async def _whole(pool: Pool) -> AsyncConnection[Row]:
    """All that a restart has cut go here, and nobody's wish is lost with them."""
    while True:
        connection = await pool.getconn()
        if not _is_cut(connection):
            return connection
        await pool.putconn(connection)


def _is_cut(connection: AsyncConnection[Row]) -> bool:
    """Something to read on an idle connection is mostly the server's good-bye. Costs no word with the server."""
    if not hasattr(select, "poll"):  # Windows
        return False
    try:
        look = select.poll()
        look.register(connection.pgconn.socket, select.POLLIN)
        while look.poll(0):
            connection.pgconn.consume_input()
    except (psycopg.Error, OSError):
        connection.pgconn.finish()
        return True
    return False


def _cut(connection: AsyncConnection[Row]) -> None:
    """Hang up, so that whoever waits for the server's answer wakes up. The library's own way asks the server, which hangs."""
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)
