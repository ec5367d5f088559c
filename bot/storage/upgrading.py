"""An old and a new version side by side: which migrations may happen now, and which have to wait until nobody old is at work.

Every start does this, and `bot.py migrate`. What is safe while the older version works is applied at once. The rest is applied if
no older version is there; else what can wait waits for the next start, and what can't is a sentence. Who is there, engines know.
"""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from bot.storage.engine import EngineModule, StillRunning, StorageTrouble
from bot.storage.examining import Looks
from bot.storage.migrate import Migration, Told, bring_up_to_date, migrations_in, missing_of, nobody_hears

OLDER_AT_WORK = (
    "Step {number} ({name}) can't happen while an older version of the bot is at work on this database: stop all of its processes "
    "first, then run this again. Nothing of it was done."
)


class Plan(Struct, frozen=True):
    """What a start of this version would do to a database."""

    applied: int
    """The number of its latest migration; 0: there is none, or no database."""
    knows: int
    """The number of the latest migration of this version."""
    missing: tuple[Migration, ...]


def upgrade(
    module: EngineModule, url: str, folder: Path, told: Told = nobody_hears, *, only_before: bool = False
) -> tuple[Migration, ...]:
    """Apply what is missing and may happen now. What is left: this version can do without it, unless `only_before` was asked for.

    StorageTrouble with a sentence if the database is newer, or if it needs something that has to wait."""
    with module.migrating(url) as execute:
        left = bring_up_to_date(execute, folder, told, beside_older=True)
    if not left or only_before:
        return left
    try:
        with module.migrating_alone(url, left[-1].number) as execute:
            return bring_up_to_date(execute, folder, told)
    except StillRunning:
        for one in left:
            if one.safe != "after":
                raise StorageTrouble(OLDER_AT_WORK.format(number=one.number, name=one.name)) from None
        return left


def plan(looks: Looks, url: str, folder: Path, is_there: Callable[[str], bool]) -> Plan:
    """Look, and change nothing. StorageTrouble if the database is newer."""
    migrations, applied = migrations_in(folder), set[int]()
    if is_there(url):
        with looks.looking(url, 5.0) as execute:
            if ("migrations", "number") in execute(looks.COLUMNS):
                applied = {number for (number,) in execute("SELECT number FROM migrations")}
    return Plan(max(applied, default=0), migrations[-1].number, missing_of(migrations, applied))
