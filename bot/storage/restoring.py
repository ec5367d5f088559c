"""A backup takes the place of the database: looked at first, put right, and only then moved into place. The other stays aside.

Put right means: brought up to date, rid of whatever was erased after it was made (as far as the lists of erasures reach, the
database's own and the backup's), and raised to the version of the secret that the database goes by. Whoever is killed before the
last step has changed nothing. How a backup is read and moved, the engines know.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import IO, Protocol

from msgspec import Struct

from bot.storage.engine import EngineModule, Execute, StorageTrouble
from bot.storage.erasures import TRACES_SINCE
from bot.storage.marks import BACKED_UP, note_secret, noted, noted_secret
from bot.storage.migrate import bring_up_to_date
from bot.storage.rotation import KEYS, Secrets, raise_keys

OURS = frozenset({"migrations", "study_groups", "learners", "marks"})
TOO_LARGE = """\
A backup under a passphrase is made in memory, and this database is larger than a gigabyte: make one without, on a disk that is
encrypted."""
NOT_OURS = "This is not a backup of Red Flask's: what every database of its has is not in it. Nothing was changed."
NEWER_SECRET = """\
This backup is from after the latest rotation of the secret, and the database from before it: run 'python bot.py rotate-secret'
first, then restore again. Nothing was changed."""
OTHER_SECRET = """\
This backup was made under another secret than the one that is here, so nobody in it could be found: put that secret back first
(LEARNER_SECRET, or the file in SECRET_DIR). Nothing was changed."""


Opened = Callable[[], IO[bytes]]
"""Reads a backup, from its beginning each time."""


class Versions(Secrets, Protocol):
    """A secret with all its versions."""

    def as_known(self, mark: str) -> Versions | None: ...

    def until(self, version: int) -> Versions: ...

    def traces(self, erased: str, since: int, *, is_key: bool = True) -> frozenset[str]: ...


class Draft(Protocol):
    """A backup that is being put right, beside the database that it will replace, which nobody else has open."""

    backup: Execute
    """Outside any transaction."""
    present: Execute | None
    """None: there is no database yet, or it can't be read."""

    def replace(self) -> str:
        """Move it into place, in one step. Where the replaced database is now; empty if there was none."""


class Restores(Protocol):
    """What `bot/storage/<engine>_backup.py` must offer."""

    def back_up(self, url: str, file: Path, today: date, seen: Callable[[int, int], None]) -> None: ...

    def in_memory(self, url: str, today: date, seen: Callable[[int, int], None]) -> bytes:
        """The same without a file. StorageTrouble if it is more than `MOST_IN_MEMORY`."""

    def restoring(self, url: str, opened: Opened, patience: float) -> AbstractContextManager[Draft]: ...


class Found(Struct, frozen=True):
    """What is in a backup, and what would be replaced."""

    made_on: str
    """A day; empty if it isn't known."""
    groups: int
    learners: int
    unnoted: int
    """Learners in it whose erasure wouldn't have been noted, since they agreed to an older list."""
    groups_now: int
    learners_now: int
    is_readable_now: bool


class Restored(Struct, frozen=True):
    """What became of it."""

    groups_erased: int
    learners_erased: int
    rounds_ended: int
    """Live rounds that ran when the backup was made: what was being played then is long over."""
    aside: str


def restore(
    module: EngineModule,
    backups: Restores,
    url: str,
    opened: Opened,
    migrations: Path,
    secret: Versions,
    agree: Callable[[Found], bool],
) -> Restored | None:
    """None: whoever was asked did not agree, and nothing was changed. StorageTrouble with a sentence if it can't be."""
    with backups.restoring(url, opened, 3.0) as draft:
        backup, present = draft.backup, draft.present
        if not {table for table, _ in backup(module.COLUMNS)} >= OURS:
            raise StorageTrouble(NOT_OURS)
        made_on = noted(backup, BACKED_UP) or ""
        bring_up_to_date(backup, migrations)
        made_with = secret.as_known(noted_secret(backup) or "")
        if made_with is None:
            raise StorageTrouble(OTHER_SECRET)
        goal, erased = _of_present(present, module.COLUMNS, secret)
        if made_with.version > goal.version:
            raise StorageTrouble(NEWER_SECRET)
        if not agree(_found(backup, present, made_on)):
            return None
        backup("BEGIN")
        erased |= _own_erasures(backup, made_with.version, goal, erased)
        groups, learners = _erase_again(backup, module.COLUMNS, erased, made_with.version, goal)
        for version in range(made_with.version + 1, goal.version + 1):
            raise_keys(backup, module, goal.until(version))
        rounds = int(backup("SELECT count(*) FROM rounds")[0][0])
        for table in ("round_answers", "rounds"):
            backup(f"DELETE FROM {table}")
        backup("DELETE FROM erasures")
        for trace, day in erased.items():
            backup("INSERT INTO erasures (trace, erased_on) VALUES (:trace, :day)", {"trace": trace, "day": day})
        backup("DELETE FROM marks WHERE name = :name", {"name": BACKED_UP})
        note_secret(backup, goal.mark, goal.version)
        backup("COMMIT")
        return Restored(groups, learners, rounds, draft.replace())


def write_whole(file: Path, content: bytes) -> None:
    """Readable by its owner alone, and there only when all of it is on the disk."""
    draft = file.with_name(f"{file.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _of_present(present: Execute | None, columns: str, secret: Versions) -> tuple[Versions, dict[str, str]]:
    """The version by which the database goes, and its list of erasures."""
    if present is None:
        return secret.until(secret.version), {}
    goal = secret.as_known(noted_secret(present) or secret.mark)
    if goal is None:
        raise StorageTrouble("The database that is here belongs to another secret; put that one back first. Nothing was changed.")
    if ("erasures", "trace") not in present(columns):  # it has not been opened since there is such a list
        return goal, {}
    return goal, {str(trace): str(day) for trace, day in present("SELECT trace, erased_on FROM erasures")}


def _own_erasures(backup: Execute, since: int, goal: Versions, others: Mapping[str, str]) -> dict[str, str]:
    """The backup's own list, raised to the version of the goal; of two days for one trace the later."""
    own: dict[str, str] = {}
    for trace, day in backup("SELECT trace, erased_on FROM erasures"):
        for version in range(since + 1, goal.version + 1):
            trace = goal.until(version).raised_trace(trace)
        own[trace] = max(day, others.get(trace, ""))
    return own


def _erase_again(backup: Execute, columns: str, erased: Mapping[str, str], since: int, goal: Versions) -> tuple[int, int]:
    """(groups, learners) that were erased after the backup was made."""
    if not erased:
        return 0, 0
    every = list(backup(columns))
    groups = [
        group for (group,) in backup("SELECT group_id FROM study_groups")
        if not goal.traces(f"group {group}", since, is_key=False).isdisjoint(erased)
    ]  # fmt: skip
    learners = 0
    for group in groups:
        learners += backup("SELECT count(*) FROM learners WHERE group_id = :group", {"group": group})[0][0]
        for table in _children_first(table for table, column in every if column == "group_id"):
            backup(f"DELETE FROM {table} WHERE group_id = :group", {"group": group})
    for group, key, joined_on in backup("SELECT group_id, learner_key, joined_on FROM learners"):
        days = [erased[trace] for trace in goal.traces(key, since) if trace in erased]
        # Who joined again after that day stays. On the very day it can't be told which of the two it was: then erasing wins.
        if days and joined_on <= max(days):
            learners += 1
            for table in _children_first(table for table, column in every if column == KEYS):
                backup(f"DELETE FROM {table} WHERE group_id = :group AND {KEYS} = :key", {"group": group, "key": key})
    return len(groups), learners


def _children_first(tables: Iterable[str]) -> list[str]:
    last = ("learners", "study_groups")
    return sorted(tables, key=lambda table: (last.index(table) + 1 if table in last else 0, table))


def _found(backup: Execute, present: Execute | None, made_on: str) -> Found:
    def count(execute: Execute, what: str) -> int:
        return int(execute(f"SELECT count(*) FROM {what}")[0][0])

    return Found(
        made_on,
        count(backup, "study_groups"),
        count(backup, "learners"),
        count(backup, f"learners WHERE consent_version < {TRACES_SINCE}"),
        count(present, "study_groups") if present else 0,
        count(present, "learners") if present else 0,
        present is not None,
    )
