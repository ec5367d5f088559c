"""STORAGE: every query, once, in the SQL that SQLite and Postgres share.

`open_store` brings the database up to date and opens it. The engine is chosen by the address; Postgres is imported
only where it is used, so that a small community needs no psycopg. To add an engine: a module with what
`EngineModule` asks for, and its name in `_engine_module`.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import date
from pathlib import Path

from bot.storage.engine import (
    Engine,
    EngineModule,
    ParentGone,
    RowExists,
    StillRunning,
    StorageBusy,
    StorageClosed,
    StorageFull,
    StorageTrouble,
)
from bot.storage.erasures import KEPT_FOR as ERASURES_KEPT_FOR
from bot.storage.examining import Calendar, Examined, Looks
from bot.storage.examining import examine as _examine
from bot.storage.export import Export, Exported
from bot.storage.learners import Learners
from bot.storage.marks import SECRET as SECRET_MARK
from bot.storage.marks import VERSION as SECRET_VERSION
from bot.storage.marks import Marks
from bot.storage.measures import Measures
from bot.storage.migrate import bring_up_to_date, take_back
from bot.storage.own_files import OwnFiles
from bot.storage.own_prompts import OwnPrompts
from bot.storage.plans import Plans
from bot.storage.postings import Postings
from bot.storage.publications import Publications
from bot.storage.restoring import Found, Restored, Restores, Versions, restore
from bot.storage.retention import Retention
from bot.storage.rotation import Secrets, rotate
from bot.storage.rounds import Counted, Round, RoundNow, Rounds
from bot.storage.rows import (
    AnswerState,
    Change,
    Erased,
    Figures,
    Kept,
    Learner,
    OwnFile,
    OwnPrompt,
    PlanRun,
    Posted,
    Posting,
    PostingKind,
    PostingState,
    Purged,
    Slot,
    SlotKind,
    States,
    Sums,
    WaitingCard,
    WaitingKind,
)
from bot.storage.slots import Slots
from bot.storage.tallies import Counts, Tallies
from bot.storage.waiting import WaitingCards

__all__ = [
    "ERASURES_KEPT_FOR",
    "SECRET_MARK",
    "SECRET_VERSION",
    "AnswerState",
    "Calendar",
    "Change",
    "Counted",
    "Counts",
    "Erased",
    "Examined",
    "Exported",
    "Figures",
    "Found",
    "Kept",
    "Learner",
    "OwnFile",
    "OwnPrompt",
    "ParentGone",
    "PlanRun",
    "Posted",
    "Posting",
    "PostingKind",
    "PostingState",
    "Purged",
    "Restored",
    "Round",
    "RoundNow",
    "RowExists",
    "Slot",
    "SlotKind",
    "States",
    "StillRunning",
    "StorageBusy",
    "StorageClosed",
    "StorageFull",
    "StorageTrouble",
    "Store",
    "Sums",
    "WaitingCard",
    "WaitingKind",
    "back_up",
    "examine",
    "is_there",
    "open_store",
    "put_back",
    "rotate_secret",
    "step_back",
    "turn",
]

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class Store(
    OwnFiles,
    Retention,
    Publications,
    Learners,
    Export,
    Postings,
    Slots,
    Plans,
    OwnPrompts,
    WaitingCards,
    Rounds,
    Marks,
    Tallies,
    Measures,
):
    """All queries. Every method may raise StorageTrouble, whose text is a sentence for the person who asked."""

    happened: Callable[[str], None] = staticmethod(lambda what: None)
    """Hears what became of postings (posted, waiting, failed, missed, skipped), and of publications: for whoever counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def measure(self, note: Callable[[str, float], None], busy: Callable[[int], None], happened: Callable[[str], None]) -> None:
        """From now on ``note`` hears how long each unit took, ``busy`` how many there are (+1, -1), and ``happened`` as above."""
        from bot.storage.measured import Measured

        self._engine = Measured(self._engine, note, busy)
        self.happened = happened

    async def columns(self) -> tuple[tuple[str, str], ...]:
        """(table, column) of everything that is stored, so that a test can see that nothing is forgotten."""
        return tuple((table, column) for table, column in await self._engine.columns())

    async def close(self) -> None:
        """Finish what waits, then close. A second call does nothing."""
        with suppress(StorageTrouble):  # counts that can't be written any more are only a statistic
            await self.write_tallies()
        await self._engine.close()


def turn(url: str, what: str, bucket: int, apart: float) -> AbstractAsyncContextManager[None]:
    """Among several processes, so on Postgres alone: see there."""
    from bot.storage import postgres_turns

    return postgres_turns.turn(url, what, bucket, apart)


def is_there(url: str) -> bool:
    """Whether there is a database yet, for whoever only looks and must not make one. A server's is taken to be there."""
    if not url.startswith("sqlite:"):
        return True
    from bot.storage.sqlite_alone import path_of

    return path_of(url).exists()


async def open_store(url: str, migrations: Path = MIGRATIONS, *, patience: float = 5.0) -> Store:
    """Migrate, then open `sqlite:///a/file` or `postgresql://…`. `patience`: seconds to wait for others' locks.

    Raises StorageTrouble with a sentence if that fails; ValueError with a sentence if the address is no such thing.
    """
    module = _engine_module(url)

    def migrate() -> None:
        with module.migrating(url) as execute:
            bring_up_to_date(execute, migrations)

    await asyncio.to_thread(migrate)
    return Store(await module.open_engine(url, patience))


def examine(url: str, now: int, migrations: Path = MIGRATIONS, *, patience: float = 1.0, most: float = 1.0) -> Examined:
    """Look at the database while the bot runs or not, and change nothing. `now` in Unix seconds; `most`: seconds for looking
    through all of it. StorageTrouble if it can't be opened."""
    return _examine(_looks_at(url), url, migrations, now, patience=patience, most=most)


def _looks_at(url: str) -> Looks:
    if url.startswith("sqlite"):
        from bot.storage import sqlite_look

        return sqlite_look
    _engine_module(url)  # which says what is missing, if something is
    from bot.storage import postgres_look

    return postgres_look


async def step_back(url: str, migrations: Path = MIGRATIONS, *, to: int) -> None:
    """Undo every migration above the number `to`; the data in their tables is lost."""
    module = _engine_module(url)

    def migrate() -> None:
        with module.migrating(url) as execute:
            take_back(execute, migrations, to=to)

    await asyncio.to_thread(migrate)


def back_up(url: str, file: Path, today: date, seen: Callable[[int, int], None] = lambda done, all: None) -> None:
    """A copy of the whole database, while the bot runs or not. `seen` hears how far it is, where that can be known."""
    if file.exists():
        raise StorageTrouble(f"{file} is there already: name another file, or move that one away.")
    if not file.parent.is_dir():
        raise StorageTrouble(f"There is no folder {file.parent}: make it first, for yourself alone (mkdir -m 700 {file.parent}).")
    try:
        _backups_of(url).back_up(url, file, today, seen)
    except OSError as error:
        raise StorageTrouble(f"The backup can't be written ({error.strerror}); what there is of it was removed.") from error


def put_back(
    url: str, file: Path, secret: Versions, agree: Callable[[Found], bool], migrations: Path = MIGRATIONS
) -> Restored | None:
    """The backup takes the place of the database, after `agree` has seen what is in it. None if it said no.

    StorageTrouble with a sentence, and nothing changed, if the backup isn't ours, is damaged, of another secret or of a newer
    version of the bot; StillRunning if a bot is at work."""
    return restore(_engine_module(url), _backups_of(url), url, file, migrations, secret, agree)


def _backups_of(url: str) -> Restores:
    if url.startswith("sqlite"):
        from bot.storage import sqlite_backup

        return sqlite_backup
    _engine_module(url)  # which says what is missing, if something is
    from bot.storage import postgres_backup

    return postgres_backup


async def rotate_secret(url: str, before: str, new: Secrets, seen: Callable[[int, int], None] = lambda done, all: None) -> int:
    """Move every learner key from the secret with the mark `before` to `new`, the next version. How many keys there were.

    All in one transaction. StillRunning if a bot is at work; `seen` hears how many of how many keys are through."""
    return await asyncio.to_thread(rotate, _engine_module(url), url, before, new, seen)


def _engine_module(url: str) -> EngineModule:
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
