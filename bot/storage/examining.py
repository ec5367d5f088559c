"""A look at a database that changes nothing in it, while a bot is at work or not: for ``python bot.py doctor``.

It migrates nothing and makes nothing; a newer or an older database is looked at as far as it can be understood.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bot.group import Group
from bot.storage.engine import Execute, StorageTrouble
from bot.storage.groups import SELECT, group_of
from bot.storage.migrate import migrations_in


class Looks(Protocol):
    """What an engine must offer to be looked at. `patience` and `most` are seconds."""

    COLUMNS: str
    """As in `EngineModule`."""

    def looking(self, url: str, patience: float) -> AbstractContextManager[Execute]:
        """A connection that reads. StorageTrouble if there is none to be had."""

    def engine_of(self, execute: Execute) -> str:
        """Its name and version."""

    def size_of(self, url: str, execute: Execute) -> int:
        """In bytes, with all that belongs to it."""

    def is_whole(self, url: str, most: float) -> bool | None:
        """Whether everything in it is in order; None if that can't be told, or not in this time."""

    def obstacle(self, url: str, patience: float) -> StorageTrouble | None:
        """Why nothing can be written just now."""

    def at_work(self, url: str) -> int:
        """How many bots have it open; where they can't be counted, 1 for some."""


class Calendar(Struct, frozen=True):
    """How far behind it is."""

    due: int
    """Slots whose time has come and which are not posted yet."""
    oldest_due: int | None
    """In Unix seconds."""
    waiting: int
    """Postings that Discord refused for now."""
    paused: frozenset[int]
    """Groups with a slot that paused since something was refused for good."""


class Examined(Struct, frozen=True):
    """What was seen."""

    engine: str
    bytes: int
    is_whole: bool | None
    obstacle: StorageTrouble | None
    at_work: int
    newest: int
    """The number of the latest migration that it has had; 0 for none."""
    newest_known: int
    missing: tuple[str, ...]
    """Migrations that the next start will apply."""
    marks: Mapping[str, str]
    groups: tuple[Group, ...] = ()
    """Open ones; none of a database of another version."""
    calendar: Calendar | None = None
    """None for a database of another version."""


def examine(looks: Looks, url: str, migrations: Path, now: int, *, patience: float, most: float) -> Examined:
    """`now` in Unix seconds. StorageTrouble if it can't be opened at all."""
    known = migrations_in(migrations)
    with looks.looking(url, patience) as execute:
        engine, size = looks.engine_of(execute), looks.size_of(url, execute)
        applied = _applied(execute) if ("migrations", "number") in execute(looks.COLUMNS) else set()
        marks = {str(name): str(mark) for name, mark in execute("SELECT name, mark FROM marks")} if applied else {}
        is_ours = applied == {one.number for one in known}
        groups = tuple(group_of(row) for row in execute(f"{SELECT} WHERE closed_on IS NULL ORDER BY group_id")) if is_ours else ()
        calendar = _calendar(execute, now) if is_ours else None
    return Examined(
        engine,
        size,
        looks.is_whole(url, most),
        looks.obstacle(url, patience),
        looks.at_work(url),
        max(applied, default=0),
        known[-1].number,
        tuple(f"{one.number:04}_{one.name}" for one in known if one.number not in applied),
        marks,
        groups,
        calendar,
    )


def _applied(execute: Execute) -> set[int]:
    return {number for (number,) in execute("SELECT number FROM migrations")}


def _calendar(execute: Execute, now: int) -> Calendar:
    [(due, oldest)] = execute("SELECT count(*), min(due_at) FROM slots WHERE paused = 0 AND due_at <= :now", {"now": now})
    [(waiting,)] = execute("SELECT count(*) FROM postings WHERE state = 'waiting'")
    paused = execute("SELECT DISTINCT group_id FROM slots WHERE paused = 1 AND why_paused IS NOT NULL")
    return Calendar(due, oldest, waiting, frozenset(group for (group,) in paused))
