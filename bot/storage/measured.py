"""An engine whose work is timed, for whoever watches the machine. Loaded only where that is wanted; it looks at no values."""

from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from bot.storage.engine import Answers, Engine, Row, Statement

Note = Callable[[str, float], None]
"""Hears what kind of unit it was, "read" or "write", and how many seconds it took, waiting included."""


class Measured:
    """An `Engine` around another one. `busy` hears +1 when a unit comes and -1 when it is through."""

    def __init__(self, engine: Engine, note: Note, busy: Callable[[int], None]) -> None:
        self._engine, self._note, self._busy = engine, note, busy

    async def write(self, *unit: Statement) -> Answers:
        return await self._timed("write", self._engine.write(*unit))

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        return await self._timed("write", self._engine.erase(*unit, tables=tables))

    async def clear(self, tables: Sequence[str]) -> tuple[str, ...]:
        return await self._engine.clear(tables)

    async def read(self, *unit: Statement) -> Answers:
        return await self._timed("read", self._engine.read(*unit))

    async def columns(self) -> list[Row]:
        return await self._engine.columns()

    async def close(self) -> None:
        await self._engine.close()

    async def _timed(self, kind: str, work: Awaitable[Answers]) -> Answers:
        began = perf_counter()
        self._busy(1)
        try:
            return await work
        finally:
            self._busy(-1)
            self._note(kind, perf_counter() - began)
