"""Queries about what this database was made with, and about the bot's own housekeeping: the operator's secret, by a mark of it, and
the days on which the daily job ran.
"""

from bot.storage.engine import Engine


class Marks:
    """The part of the store that notices a mix-up."""

    _engine: Engine

    async def is_the_same(self, name: str, mark: str) -> bool:
        """Whether ``mark`` is what was noted under this name; the first one is noted, and is the same."""
        values = {"name": name, "mark": mark}
        _, [(noted,)] = await self._engine.write((_NOTE, values), (_NOTED, {"name": name}))
        return bool(noted == mark)

    async def noted(self, name: str) -> str | None:
        [rows] = await self._engine.read((_NOTED, {"name": name}))
        return str(rows[0][0]) if rows else None

    async def note(self, name: str, mark: str) -> None:
        """From now on this is what is noted under that name."""
        await self._engine.write((_NOTE_ANEW, {"name": name, "mark": mark}))


_NOTE = "INSERT INTO marks (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO NOTHING"

_NOTE_ANEW = "INSERT INTO marks (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark"

_NOTED = "SELECT mark FROM marks WHERE name = :name"
