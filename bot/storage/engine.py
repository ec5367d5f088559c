"""The narrow waist between the queries and the two database engines.

Queries are written once, against `Engine`. An engine knows how to run a *unit* (one or several statements that
happen together or not at all) and turns its library's errors into the few below, each one a sentence that can
be shown to a person. Nothing here knows a table, and no sentence quotes a value, a file name or a password.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

Value: TypeAlias = int | str | None
Statement: TypeAlias = tuple[str, Mapping[str, Value]]
"""SQL with `:name` parameters, and a value for each name."""
Row: TypeAlias = tuple[Any, ...]
Answers: TypeAlias = list[list[Row]]
"""What a unit brought back: for each of its statements the rows, none if it returns none."""


class Engine(Protocol):
    """A database that is open. Every method may raise StorageTrouble."""

    async def write(self, *unit: Statement) -> Answers:
        """Run a unit; it is safely on disk when this returns. A caller who is cancelled leaves all or nothing."""

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        """Like `write`, and afterwards clean what was deleted out of the files, as far as the engine can."""

    async def clear(self, tables: Sequence[str]) -> tuple[str, ...]:
        """Clean out what `erase` had to leave, since it would have held everybody up for too long. Which tables are left then."""

    async def read(self, *unit: Statement) -> Answers:
        """Run queries; they see everything that was confirmed before."""

    async def columns(self) -> list[Row]:
        """(table, column) for everything that is stored, sorted."""

    async def close(self) -> None:
        """Finish what waits, then close. A second call does nothing."""


class Execute(Protocol):
    """One blocking connection outside any transaction, as the migrations use it."""

    def __call__(self, sql: str, values: Mapping[str, Value] | None = None) -> list[Row]: ...


class EngineModule(Protocol):
    """What `bot/storage/<engine>.py` must offer. `patience` is how long to wait for somebody's lock, in seconds."""

    COLUMNS: str
    """The query behind `Engine.columns`."""

    def migrating(self, url: str) -> AbstractContextManager[Execute]:
        """A blocking connection to the database, which is made if it isn't there, while no other process migrates it."""

    def migrating_alone(self, url: str, step: int) -> AbstractContextManager[Execute]:
        """The same, while no process is at work that doesn't know the migration with the number `step`. StillRunning if one is,
        or if that can't be told."""

    async def open_engine(self, url: str, patience: float, knows: int = 0) -> Engine:
        """`knows`: the number of the latest migration that this process knows."""

    def alone(self, url: str, patience: float) -> AbstractContextManager[Execute]:
        """One transaction, committed at the end, on a database that nobody else has open: no bot, no other process of ours.
        Who starts meanwhile waits. Afterwards what was replaced is cleaned out of the files. StillRunning if somebody has it open.
        """

    def together(self, changes: Sequence[str]) -> Sequence[str]:
        """`UPDATE`s that move keys of rows and of those that refer to them, as statements that the engine lets pass."""


class StorageTrouble(Exception):
    """Something is wrong with the database; `str()` of it is a sentence with the remedy."""

    sentence = "The database could not do that just now; please try again."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class StorageBusy(StorageTrouble):
    sentence = "The database is locked by something else just now; please try again in a moment."


class DatabaseNewer(StorageTrouble):
    """The database has migrations that this version doesn't know. The sentence says which."""


class StillRunning(StorageBusy):
    sentence = "The database is in use: stop the bot first (all of its processes), and whatever else has it open."


class NotAllowed(StorageTrouble):
    sentence = "The database's user may not do that in it: let that user own the database (ALTER DATABASE name OWNER TO user)."


class StorageFull(StorageTrouble):
    sentence = "The disk of the database is full; nothing can be stored until there is room again."


WAY_BACK = (
    "Whoever runs the bot: stop it, and put the latest backup in its place (python bot.py restore FILE); "
    "what is there now stays beside it."
)


class StorageDamaged(StorageTrouble):
    sentence = f"The database file is damaged. {WAY_BACK}"


class StorageAway(StorageTrouble):
    sentence = "The database does not answer just now. Nothing that was confirmed is lost; please try again in a minute."


class StorageClosed(StorageTrouble):
    sentence = "The database is closed, since the bot is stopping; please try again in a minute."


class RowExists(StorageTrouble):
    sentence = "There is already an entry in that place."


class ParentGone(StorageTrouble):
    sentence = "What this belongs to has been erased."


class RowRefused(StorageTrouble):
    sentence = "The database refused a value that breaks its rules."
