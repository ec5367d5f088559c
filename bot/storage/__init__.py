"""STORAGE: every query, once, in the SQL that SQLite and Postgres share.

`open_store` brings the database up to date and opens it. The engine is chosen by the address; Postgres is imported
only where it is used, so that a small community needs no psycopg. To add an engine: a module with what
`EngineModule` asks for, and its name in `_engine_module`.
"""

import asyncio
from collections.abc import Callable
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
from bot.storage.export import Export, Exported
from bot.storage.learners import Learners
from bot.storage.marks import Marks
from bot.storage.migrate import bring_up_to_date, take_back
from bot.storage.own_prompts import OwnPrompts
from bot.storage.plans import Plans
from bot.storage.postings import Postings
from bot.storage.publications import Publications
from bot.storage.retention import Retention
from bot.storage.rotation import Secrets, rotate
from bot.storage.rows import (
    AnswerState,
    Change,
    Erased,
    Figures,
    Kept,
    Learner,
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
from bot.storage.waiting import WaitingCards

__all__ = [
    "AnswerState",
    "Change",
    "Erased",
    "Exported",
    "Figures",
    "Kept",
    "Learner",
    "OwnPrompt",
    "ParentGone",
    "PlanRun",
    "Posted",
    "Posting",
    "PostingKind",
    "PostingState",
    "Purged",
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
    "open_store",
    "rotate_secret",
    "step_back",
]

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class Store(Retention, Publications, Learners, Export, Postings, Slots, Plans, OwnPrompts, WaitingCards, Marks):
    """All queries. Every method may raise StorageTrouble, whose text is a sentence for the person who asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def columns(self) -> tuple[tuple[str, str], ...]:
        """(table, column) of everything that is stored, so that a test can see that nothing is forgotten."""
        return tuple((table, column) for table, column in await self._engine.columns())

    async def close(self) -> None:
        """Finish what waits, then close. A second call does nothing."""
        await self._engine.close()


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


async def step_back(url: str, migrations: Path = MIGRATIONS, *, to: int) -> None:
    """Undo every migration above the number `to`; the data in their tables is lost."""
    module = _engine_module(url)

    def migrate() -> None:
        with module.migrating(url) as execute:
            take_back(execute, migrations, to=to)

    await asyncio.to_thread(migrate)


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
