"""Moves every learner key of a database to the next version of the secret: all of them in one transaction, or none.

It is handed a function from an old key to the new one, and knows no secret. Which tables have keys is asked of the database, so
that a new one can't be forgotten. Nobody may be at work meanwhile, since a bot that goes on would look for the old keys.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from bot.storage.engine import EngineModule, Execute, StorageTrouble, Value
from bot.storage.marks import note_secret, noted_secret

AT_ONCE = 500
KEYS = "learner_key"
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


class Secrets(Protocol):
    """One version of a secret, and what leads to it from the one before."""

    @property
    def mark(self) -> str: ...

    @property
    def version(self) -> int: ...

    def raised(self, key: str) -> str: ...

    def raised_trace(self, trace: str) -> str: ...


def rotate(
    module: EngineModule, url: str, before: str, new: Secrets, seen: Callable[[int, int], None] = lambda done, all: None
) -> int:
    """From the secret with the mark ``before`` to ``new``, the next one. How many keys were moved. ``seen`` hears how far it is."""
    with module.alone(url, 3.0) as execute:
        if noted_secret(execute) != before:
            raise StorageTrouble("The secret of this database has changed meanwhile; nothing was done, so look and run it again.")
        moved = raise_keys(execute, module, new, seen)
        for (trace,) in execute("SELECT trace FROM erasures"):
            raised: dict[str, Value] = {"old": trace, "new": new.raised_trace(trace)}
            execute("UPDATE erasures SET trace = :new WHERE trace = :old", raised)
        for (code,) in execute("SELECT DISTINCT code FROM round_answers"):
            execute("UPDATE round_answers SET code = :new WHERE code = :old", {"old": code, "new": new.raised(code)})
        note_secret(execute, new.mark, new.version)
    return moved


def raise_keys(
    execute: Execute,
    module: EngineModule,
    new: Secrets,
    seen: Callable[[int, int], None] = lambda done, all: None,
) -> int:
    """Within a transaction, in which nobody looks at foreign keys before the end of a statement."""
    keys = [key for (key,) in execute("SELECT DISTINCT learner_key FROM learners ORDER BY learner_key")]
    execute("CREATE TEMPORARY TABLE raised (old_key TEXT PRIMARY KEY, new_key TEXT NOT NULL)")
    rest = iter(keys)
    done = 0
    while portion := list(islice(rest, AT_ONCE)):
        execute("INSERT INTO raised VALUES " + ", ".join(_pairs(portion, new)))
        done += len(portion)
        seen(done, len(keys))
    tables = [table for table, column in execute(module.COLUMNS) if column == KEYS]
    for statement in module.together([_MOVE.format(table=table) for table in tables]):
        execute(statement)
    execute("DROP TABLE raised")
    return len(keys)


_MOVE = f"UPDATE {{table}} SET {KEYS} = raised.new_key FROM raised WHERE {{table}}.{KEYS} = raised.old_key"


def _pairs(keys: Sequence[str], new: Secrets) -> Iterator[str]:
    for key in keys:
        raised = new.raised(key)
        if not _SAFE.issuperset(key) or not _SAFE.issuperset(raised):  # they are written into the statement as they are
            raise StorageTrouble("There is a learner key in the database that this bot did not make; nothing was done.")
        yield f"('{key}', '{raised}')"
