"""``bot.py backup FILE`` and ``bot.py restore FILE``: a copy of the database, made while the bot runs, and its way back.

The secret is in no backup, on purpose. What was erased after a backup was made is erased again by the restore, as far as the list
of erasures reaches: 30 days.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.operator.asking import agreed, sign_of_life
from bot.operator.passphrase import opened, to_seal
from bot.secret_file import secret_of
from bot.settings import read_settings
from bot.storage import ERASURES_KEPT_FOR, DatabaseNewer, back_up, plan_of, put_back

if TYPE_CHECKING:
    from bot.storage import Found

MADE = """\
{file} is made, readable by you alone. The secret is not in it: keep that elsewhere. Delete the
backup when it is {days} days old."""

SEALED = """\
{file} is made, under your passphrase. Without it nobody can restore this backup, you neither: keep it where the
secret is, which is not in it. Delete the backup when it is {days} days old."""

QUESTION = """\
The backup{made}: {groups}, {learners}.
It will take the place of the database that is here{now}.
What was written since is lost; what was erased since is erased again."""

UNREADABLE = """\
The database that is here can't be read. So nobody can tell what was erased since the backup was made: it will be in there again.
Tell the groups, so that whoever left can leave once more."""
TOO_OLD = """\
It is older than {days} days, for which erasures are noted. Who left in the days right after it was made is in it again: tell the
groups, so that they can leave once more."""
UNNOTED = """\
{learners} in it agreed to a list on which no erasure is noted. If one of them left since, they are in it again: tell the groups."""

ROUNDS = "{rounds} had been running when the backup was made; the answers in it were dropped, and `/round start` begins anew."
DONE = "Restored. Erased once more: {groups}, {learners}."
ASIDE = """\
The replaced database is {aside}. Everything of yesterday is in it, erased people too: look whether all is well, then delete it."""


def add_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that isn't there yet, such as backups/2026-11-25.backup")
    parser.add_argument(
        "--passphrase",
        action="store_true",
        help="put it under a passphrase, which is asked for twice, or is the first line of the file in BACKUP_PASSPHRASE_FILE",
    )


def add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that 'bot.py backup' made")
    parser.add_argument("--yes", action="store_true", help="don't ask first (for scripts)")


def backup(given: argparse.Namespace) -> int:
    settings = read_settings()
    seal = to_seal(settings.backup_passphrase_file) if given.passphrase else None
    with sign_of_life("Copying") as seen:
        back_up(settings.database_url, given.file, _today(), seen, seal)
    print((SEALED if seal else MADE).format(file=given.file, days=14))
    try:
        plan_of(settings.database_url)
    except DatabaseNewer as newer:
        print(f"Only the newer version can restore it. {newer}", file=sys.stderr)
    return 0


def restore(given: argparse.Namespace) -> int:
    settings = read_settings()

    def agree(found: Found) -> bool:
        looking.close()
        text = "\n".join(_words(found, given.file))
        if given.yes:
            print(text, file=sys.stderr)
        if given.yes or agreed(text):
            looking.enter_context(sign_of_life("Putting it in place"))
            return True
        return False

    read = opened(given.file, settings.backup_passphrase_file)
    with ExitStack() as looking:
        looking.enter_context(sign_of_life("Looking at the backup"))
        restored = put_back(settings.database_url, given.file, secret_of(settings), agree, opened=read)
    if restored is None:
        return 1
    print(DONE.format(groups=_count(restored.groups_erased, "group"), learners=_count(restored.learners_erased, "learner")))
    if restored.rounds_ended:
        print(ROUNDS.format(rounds=_count(restored.rounds_ended, "live round")))
    if restored.aside:
        print(ASIDE.format(aside=restored.aside))
    return 0


def _words(found: Found, file: Path) -> list[str]:
    made_on = date.fromisoformat(found.made_on) if found.made_on else datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    now = f" ({_count(found.groups_now, 'group')}, {_count(found.learners_now, 'learner')})" if found.is_readable_now else ""
    words = [
        QUESTION.format(
            made=f" of {made_on}", groups=_count(found.groups, "group"), learners=_count(found.learners, "learner"), now=now
        )
    ]
    if not found.is_readable_now:
        words.append(UNREADABLE)
    if _today() - made_on >= ERASURES_KEPT_FOR:
        words.append(TOO_OLD.format(days=ERASURES_KEPT_FOR.days))
    if found.unnoted:
        words.append(UNNOTED.format(learners=_count(found.unnoted, "learner")))
    return words


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _today() -> date:
    return datetime.now(UTC).date()
