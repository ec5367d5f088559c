"""Brings a database up to date with the numbered SQL files in `migrations/`, or some steps back.

Why not yoyo-migrations 9.0.0, which does this too: killed while it holds its lock, every later start fails with
`LockTimeout`; and it writes the operating system's user and host into the database. A lock of ours around it, a
cleaning of its own and a blanking of the names would be longer than this file.

Here the lock is the engine's, and dies with the process that holds it. Each migration and its record are one
transaction: killed in the middle, it has not happened. A file is named `0001_what_it_does.sql`, its way
back `0001_what_it_does.back.sql`; a statement ends with a semicolon at the end of a line. The files hold the SQL
that both engines share, no triggers, and no text with `--` or a line's end after a semicolon.

The first line says when it may happen, `-- safe: before`, `-- safe: after` or `-- safe: stopped`: see `SAFE`.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from bot.storage.engine import DatabaseNewer, Execute

SAFE = {
    "before": "safe while the version from before it is still at work",
    "after": "only when no version from before it is at work any more; the one that brings it can do without it meanwhile",
    "stopped": "only while nothing from before it is at work, and the version that brings it needs it",
}
"""When a migration may happen, by the mark in its file. What has none counts as the last."""

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_COMMENT = re.compile(r"--.*$", re.MULTILINE)
_END = re.compile(r";\s*$", re.MULTILINE)


class Migration(Struct, frozen=True):
    number: int
    name: str
    forward: Path
    back: Path

    @property
    def safe(self) -> str:
        """One of `SAFE`."""
        with self.forward.open(encoding="utf-8") as file:
            found = _MARK.match(file.readline())
        return found[1] if found else "stopped"


Told = Callable[[Migration, float], None]
"""Hears of each migration that was applied, and how many seconds it took."""


def nobody_hears(migration: Migration, seconds: float) -> None:
    """What was applied is of no interest."""


def migrations_in(folder: Path) -> tuple[Migration, ...]:
    """All of them, by number. ValueError if two have the same number or there are none."""
    found: dict[int, Migration] = {}
    for file in sorted(folder.glob("*.sql")):
        if match := _NAME.fullmatch(file.name):
            number, name = int(match[1]), match[2]
            if number in found:
                raise ValueError(f"Two migrations have the number {number}: {found[number].name} and {name}.")
            found[number] = Migration(number, name, file, file.with_suffix(".back.sql"))
    if not found:
        raise ValueError(f"There are no migrations in {folder}.")
    return tuple(found[number] for number in sorted(found))


def bring_up_to_date(
    execute: Execute, folder: Path, told: Told = nobody_hears, *, beside_older: bool = False
) -> tuple[Migration, ...]:
    """Apply what is missing, in order. DatabaseNewer if it is newer than the files.

    `beside_older`: stop before the first that is not safe while an older version is at work. What is left then. A database in which
    nothing is yet has no older version."""
    migrations, applied = migrations_in(folder), _applied(execute)
    missing = missing_of(migrations, applied)
    for number, migration in enumerate(missing):
        if beside_older and applied and migration.safe != "before":
            return missing[number:]
        begun = time.monotonic()
        _in_one_transaction(execute, migration.forward, _RECORD, migration)
        told(migration, time.monotonic() - begun)
    return ()


def missing_of(migrations: tuple[Migration, ...], applied: set[int]) -> tuple[Migration, ...]:
    """Those that a database with these numbers lacks. DatabaseNewer if it has more than there are."""
    if applied and max(applied) > migrations[-1].number:
        raise DatabaseNewer(NEWER.format(database=max(applied), code=migrations[-1].number))
    return tuple(migration for migration in migrations if migration.number not in applied)


def take_back(execute: Execute, folder: Path, *, to: int) -> None:
    """Undo every migration above the number `to`, latest first. What their tables held is gone."""
    applied = _applied(execute)
    for migration in reversed(migrations_in(folder)):
        if migration.number in applied and migration.number > to:
            _in_one_transaction(execute, migration.back, _STRIKE, migration)


NEWER = (
    "The database is newer than this version of the bot (step {database}; this version knows {code}). "
    "Install the newer version again, or restore the backup from before."
)
_MARK = re.compile(rf"-- safe: ({'|'.join(SAFE)})\b")
_RECORD = "INSERT INTO migrations (number, name, applied_on) VALUES (:number, :name, CAST(CURRENT_DATE AS TEXT))"
_STRIKE = "DELETE FROM migrations WHERE number = :number AND name = :name"


def _applied(execute: Execute) -> set[int]:
    execute("CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_on TEXT NOT NULL)")
    return {number for (number,) in execute("SELECT number FROM migrations")}


def _in_one_transaction(execute: Execute, file: Path, record: str, migration: Migration) -> None:
    execute("BEGIN")
    try:
        for statement in _statements(file.read_text(encoding="utf-8")):
            execute(statement)
        execute(record, {"number": migration.number, "name": migration.name})
        execute("COMMIT")
    except BaseException:
        execute("ROLLBACK")
        raise


def _statements(text: str) -> Iterator[str]:
    """One by one: `executescript` would commit before the first."""
    return (part.strip() for part in _END.split(_COMMENT.sub("", text)) if part.strip())
