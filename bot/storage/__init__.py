"""STORAGE: every query, once, in the SQL that SQLite and Postgres share.

`open_store` brings the database up to date and opens it. The engine is chosen by the address; Postgres is imported
only where it is used, so that a small community needs no psycopg. To add an engine: a module with what
`EngineModule` asks for, and its name in `engine_module` in `whole.py`.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.storage.engine import (
    DatabaseNewer,
    Engine,
    ParentGone,
    RowExists,
    StillRunning,
    StorageAway,
    StorageBusy,
    StorageClosed,
    StorageDamaged,
    StorageFull,
    StorageTrouble,
)
from bot.storage.erasures import KEPT_FOR as ERASURES_KEPT_FOR
from bot.storage.examining import Calendar, Examined
from bot.storage.export import Export, Exported
from bot.storage.learners import Learners
from bot.storage.marks import SECRET as SECRET_MARK
from bot.storage.marks import VERSION as SECRET_VERSION
from bot.storage.marks import Marks
from bot.storage.measures import Measures
from bot.storage.migrate import SAFE, Migration, migrations_in
from bot.storage.own_files import OwnFiles
from bot.storage.own_prompts import OwnPrompts
from bot.storage.plans import Plans
from bot.storage.postings import Postings
from bot.storage.publications import Publications
from bot.storage.retention import Retention
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
from bot.storage.upgrading import Plan, upgrade
from bot.storage.waiting import WaitingCards
from bot.storage.whole import (
    MIGRATIONS,
    MOST_IN_MEMORY,
    back_up,
    engine_module,
    examine,
    is_there,
    migrate,
    move,
    plan_of,
    put_back,
    rotate_secret,
    step_back,
)

if TYPE_CHECKING:  # loaded with the word that restores
    from bot.storage.restoring import Found as Found

__all__ = [
    "ERASURES_KEPT_FOR",
    "MIGRATIONS",
    "MOST_IN_MEMORY",
    "SAFE",
    "SECRET_MARK",
    "SECRET_VERSION",
    "AnswerState",
    "Calendar",
    "Change",
    "Counted",
    "Counts",
    "DatabaseNewer",
    "Erased",
    "Examined",
    "Exported",
    "Figures",
    "Kept",
    "Learner",
    "Migration",
    "OwnFile",
    "OwnPrompt",
    "ParentGone",
    "Plan",
    "PlanRun",
    "Posted",
    "Posting",
    "PostingKind",
    "PostingState",
    "Purged",
    "Round",
    "RoundNow",
    "RowExists",
    "Slot",
    "SlotKind",
    "States",
    "StillRunning",
    "StorageAway",
    "StorageBusy",
    "StorageClosed",
    "StorageDamaged",
    "StorageFull",
    "StorageTrouble",
    "Store",
    "Sums",
    "WaitingCard",
    "WaitingKind",
    "back_up",
    "examine",
    "is_there",
    "migrate",
    "move",
    "open_store",
    "plan_of",
    "put_back",
    "rotate_secret",
    "step_back",
    "turn",
]


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

    def __init__(self, engine: Engine, waits: tuple[Migration, ...] = ()) -> None:
        self._engine = engine
        self.waits = waits
        """Migrations that this version can do without, until no older one is at work any more."""

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


async def open_store(url: str, migrations: Path = MIGRATIONS, *, patience: float = 5.0) -> Store:
    """Migrate, then open `sqlite:///a/file` or `postgresql://…`. `patience`: seconds to wait for others' locks.

    Raises StorageTrouble with a sentence if that fails; ValueError with a sentence if the address is no such thing.
    """
    module = engine_module(url)
    waits = await asyncio.to_thread(upgrade, module, url, migrations)
    return Store(await module.open_engine(url, patience, migrations_in(migrations)[-1].number), waits)
