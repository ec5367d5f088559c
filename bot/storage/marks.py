"""Queries about what this database was made with, and about the bot's own housekeeping: the operator's secret, by a mark of it and
its version, and the days on which the daily job ran. (`postgres_turns.py` notes here, too, when whose turn was.)
"""

from bot.storage.engine import Engine, Execute

SECRET = "learner secret"
BACKED_UP = "backed up on"
VERSION = "version of the learner secret"


class Marks:
    """The part of the store that notices a mix-up."""

    _engine: Engine

    async def secret_mark(self, mark: str, version: int) -> tuple[str, int]:
        """The mark and the version of the secret that this database was made with; the first one is noted."""
        noting: dict[str, int | str | None] = {"name": SECRET, "mark": mark}
        [_, _, [(noted,)], found] = await self._engine.write(
            (_NOTE_VERSION, {"name": VERSION, "mark": str(version), "of": SECRET}),
            (_NOTE, noting),
            (_NOTED, {"name": SECRET}),
            (_NOTED, {"name": VERSION}),
        )
        return noted, int(found[0][0]) if found else 1

    async def noted(self, name: str) -> str | None:
        [rows] = await self._engine.read((_NOTED, {"name": name}))
        return str(rows[0][0]) if rows else None

    async def note(self, name: str, mark: str) -> None:
        """From now on this is what is noted under that name."""
        await self._engine.write((_NOTE_ANEW, {"name": name, "mark": mark}))


def noted_secret(execute: Execute) -> str | None:
    """The same mark, if there is one, by a connection of its own."""
    return noted(execute, SECRET)


def noted(execute: Execute, name: str) -> str | None:
    rows = execute(_NOTED, {"name": name})
    return str(rows[0][0]) if rows else None


def note_secret(execute: Execute, mark: str, version: int) -> None:
    """From now on it is this one."""
    for name, value in ((SECRET, mark), (VERSION, str(version))):
        execute(_NOTE_ANEW, {"name": name, "mark": value})


# Before the mark itself: a database that has a mark and no version is from before there were versions.
_NOTE_VERSION = """
INSERT INTO marks (name, mark) SELECT CAST(:name AS TEXT), CAST(:mark AS TEXT)
 WHERE NOT EXISTS (SELECT 1 FROM marks WHERE name = :of)
ON CONFLICT (name) DO NOTHING
"""

_NOTE = "INSERT INTO marks (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO NOTHING"

_NOTE_ANEW = "INSERT INTO marks (name, mark) VALUES (:name, :mark) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark"

_NOTED = "SELECT mark FROM marks WHERE name = :name"
