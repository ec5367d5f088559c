"""What is done with a whole database, by its address: for the words of the command line, and for `open_store`.

Each function finds the engine's own part and hands over. What only one word needs is imported when that word runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.storage.engine import EngineModule, StorageTrouble
from bot.storage.examining import Examined, Looks
from bot.storage.examining import examine as _examine
from bot.storage.migrate import Migration, Told, nobody_hears, take_back
from bot.storage.upgrading import Plan, plan, upgrade

if TYPE_CHECKING:
    from bot.storage.moving import Moved, Moves
    from bot.storage.restoring import Found, Restored, Restores, Versions
    from bot.storage.rotation import Secrets

MOST_IN_MEMORY = 1 << 30
"""Bytes of a database whose backup may be made under a passphrase, and so in memory."""
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def is_there(url: str) -> bool:
    """Whether there is a database yet, for whoever only looks and must not make one. A server's is taken to be there."""
    if not url.startswith("sqlite:"):
        return True
    from bot.storage.sqlite_alone import path_of

    return path_of(url).exists()


def migrate(
    url: str, told: Told = nobody_hears, migrations: Path = MIGRATIONS, *, only_before: bool = False
) -> tuple[Migration, ...]:
    """What `open_store` does first, and no more. What is left, since an older version is at work: see `upgrade`."""
    return upgrade(engine_module(url), url, migrations, told, only_before=only_before)


def plan_of(url: str, migrations: Path = MIGRATIONS) -> Plan:
    """What `migrate` would do. Changes nothing, and makes no database."""
    return plan(_looks_at(url), url, migrations, is_there)


def move(url: str, to: str, seen: Callable[[int, int], None] = lambda done, all: None, migrations: Path = MIGRATIONS) -> Moved:
    """Everything in one database into another one that is empty. StorageTrouble with a sentence, and nothing changed, if it can't
    be; StillRunning if a bot is at work on the first. `seen` hears how far it is."""
    from bot.storage.moving import THE_SAME, move

    if _one_spelling(url) == _one_spelling(to):
        raise StorageTrouble(THE_SAME)
    return move(_moves_of(url).leaving(url, 3.0), _moves_of(to).entering(to), migrations, seen)


def _moves_of(url: str) -> Moves:
    if url.startswith("sqlite"):
        from bot.storage import sqlite_moving

        return sqlite_moving
    engine_module(url)  # which says what is missing, if something is
    from bot.storage import postgres_moving

    return postgres_moving


def _one_spelling(url: str) -> str:
    from bot.storage.sqlite_alone import path_of

    return str(path_of(url).resolve()) if url.startswith("sqlite") else url


def examine(url: str, now: int, migrations: Path = MIGRATIONS, *, patience: float = 1.0, most: float = 1.0) -> Examined:
    """Look at the database while the bot runs or not, and change nothing. `now` in Unix seconds; `most`: seconds for looking
    through all of it. StorageTrouble if it can't be opened."""
    return _examine(_looks_at(url), url, migrations, now, patience=patience, most=most)


def _looks_at(url: str) -> Looks:
    if url.startswith("sqlite"):
        from bot.storage import sqlite_look

        return sqlite_look
    engine_module(url)  # which says what is missing, if something is
    from bot.storage import postgres_look

    return postgres_look


def back_up(
    url: str,
    file: Path,
    today: date,
    seen: Callable[[int, int], None] = lambda done, all: None,
    seal: Callable[[bytes], bytes] | None = None,
) -> None:
    """A copy of the whole database, while the bot runs or not. `seen` hears how far it is, where that can be known.

    With `seal` the copy is made in memory, and only what `seal` makes of it is ever on a disk."""
    if file.exists():
        raise StorageTrouble(f"{file} is there already: name another file, or move that one away.")
    if not file.parent.is_dir():
        raise StorageTrouble(f"There is no folder {file.parent}: make it first, for yourself alone (mkdir -m 700 {file.parent}).")
    try:
        if seal is None:
            _backups_of(url).back_up(url, file, today, seen)
        else:
            from bot.storage.restoring import write_whole

            write_whole(file, seal(_backups_of(url).in_memory(url, today, seen)))
    except OSError as error:
        raise StorageTrouble(f"The backup can't be written ({error.strerror}); what there is of it was removed.") from error


def put_back(
    url: str,
    file: Path,
    secret: Versions,
    agree: Callable[[Found], bool],
    migrations: Path = MIGRATIONS,
    opened: Callable[[], IO[bytes]] | None = None,
) -> Restored | None:
    """The backup takes the place of the database, after `agree` has seen what is in it. None if it said no.

    `opened` reads it from its beginning, each time anew; without it, `file` is read as it is. StorageTrouble with a sentence, and
    nothing changed, if the backup isn't ours, is damaged, of another secret or of a newer version of the bot; StillRunning if a bot
    is at work."""
    from bot.storage.restoring import restore

    read = opened or (lambda: file.open("rb"))
    return restore(engine_module(url), _backups_of(url), url, read, migrations, secret, agree)


def _backups_of(url: str) -> Restores:
    if url.startswith("sqlite"):
        from bot.storage import sqlite_backup

        return sqlite_backup
    engine_module(url)  # which says what is missing, if something is
    from bot.storage import postgres_backup

    return postgres_backup


async def rotate_secret(url: str, before: str, new: Secrets, seen: Callable[[int, int], None] = lambda done, all: None) -> int:
    """Move every learner key from the secret with the mark `before` to `new`, the next version. How many keys there were.

    All in one transaction. StillRunning if a bot is at work; `seen` hears how many of how many keys are through."""
    from bot.storage.rotation import rotate

    return await asyncio.to_thread(rotate, engine_module(url), url, before, new, seen)


async def step_back(url: str, migrations: Path = MIGRATIONS, *, to: int) -> None:
    """Undo every migration above the number `to`; the data in their tables is lost."""
    module = engine_module(url)

    def migrate() -> None:
        with module.migrating(url) as execute:
            take_back(execute, migrations, to=to)

    await asyncio.to_thread(migrate)


def engine_module(url: str) -> EngineModule:
    kind = url.partition("://")[0]
    if kind == "sqlite":
        from bot.storage import sqlite

        return sqlite
    if kind in ("postgresql", "postgres"):
        try:
            from bot.storage import postgres
        except ImportError as error:
            raise StorageTrouble(
                'Postgres needs two more packages; install the bot with its extra "postgres" (pip install ".[postgres]").'
            ) from error
        return postgres
    raise ValueError("DATABASE_URL must begin with sqlite:/// (a file) or postgresql:// (a server).")
