"""A wire between the bot and Postgres that can be slow, cut, or dead: everything a real network does, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import psycopg

from bot.storage.engine import Row
from bot.storage.postgres_units import BOT

OURS = "datname = current_database() AND application_name LIKE %s"


class Wire:
    """``url`` leads through it. ``delay``: seconds for each word, in both directions. While ``speaks`` is not set it swallows all
    and says nothing, as a server that hangs."""

    def __init__(self, direct: str) -> None:
        self.direct = direct
        parts = urlsplit(direct)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.{parts.port or 5432}"
        self._database = parts.path
        self.delay = 0.0
        self.speaks = asyncio.Event()
        self.speaks.set()
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"postgresql://postgres:@127.0.0.1:{self._port}{self._database}"

    async def open(self) -> None:
        """Let connections in; at the same place as before."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Nobody gets in, and all lines are cut: as while the server is down."""
        assert self._server
        self._server.close()
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """All lines, at once."""
        for line in list(self._lines):
            line.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._lines |= {writer, back}
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            self._lines -= {writer, back}
            for line in (writer, back):
                with suppress(OSError):
                    line.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(1 << 16):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self.speaks.wait()
                writer.write(said)
                await writer.drain()
            writer.write_eof()

    def ask(self, sql: str, *values: object) -> list[Row]:
        """Past the wire: a look into the database as it is now."""
        with psycopg.connect(self.direct, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def connections(self) -> int:
        """How many the bot has."""
        [(number,)] = self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {OURS}", f"{BOT}, step%")
        return int(number)

    async def terminate(self) -> None:
        """The server hangs up on the bot, on every line."""
        self.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {OURS}", f"{BOT}, step%")
        await asyncio.sleep(0.05)  # until the good-byes have come through


@asynccontextmanager
async def a_wire(direct: str) -> AsyncIterator[Wire]:
    wire = Wire(direct)
    await wire.open()
    try:
        yield wire
    finally:
        wire.speaks.set()
        await wire.shut()
