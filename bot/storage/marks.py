"""Queries about what this database was made with. So far that is one thing: the operator's secret, by a mark of it."""

from bot.storage.engine import Engine


class Marks:
    """The part of the store that notices a mix-up."""

    _engine: Engine

    async def is_the_same(self, name: str, mark: str) -> bool:
        """Whether ``mark`` is what was noted under this name; the first one is noted, and is the same."""
        values = {"name": name, "mark": mark}
        _, [(noted,)] = await self._engine.write((_NOTE, values), (_NOTED, {"name": name}))
        return bool(noted == mark)


_NOTE = "INSERT INTO marks (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO NOTHING"

_NOTED = "SELECT mark FROM marks WHERE name = :name"
