"""``bot.py move --to postgresql://…``: everything from the database that is in use into another one that is empty.

For a community that outgrows SQLite, or that goes back to it. Nothing is taken out of the old database, so whoever changes their
mind only leaves DATABASE_URL as it was.
"""

from __future__ import annotations

import argparse
import re

from bot.operator.asking import sign_of_life
from bot.settings import read_settings
from bot.storage import move

DONE = """\
Moved: {rows} in {tables} tables, each compared with the row that it came from.
Now put this where the bot's settings are (.env, or the service's file), on each machine{password}:

  DATABASE_URL={shown}

The secret stays the same: LEARNER_SECRET, or the file in SECRET_DIR, has to be there as before, or nobody is recognised. Then start
the bot. The old database is as it was. When all is well, delete it and its backups: who leaves from now on stays in them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to",
        required=True,
        type=_address,
        metavar="ADDRESS",
        help="an empty database: postgresql://name:password@host/database, or sqlite:///a/file. Without the password, it is taken "
        "from PGPASSWORD or ~/.pgpass, where nobody else on the machine sees it",
    )


def move_over(given: argparse.Namespace) -> int:
    """Do it; what can't be is a StorageTrouble, and then nothing was changed anywhere."""
    with sign_of_life("Moving") as seen:
        moved = move(read_settings().database_url, given.to, seen)
    shown = _without_password(given.to)
    password = "" if shown == given.to else ", with the password that you gave"
    rows = f"{moved.rows:,} row{'s' * (moved.rows != 1)}"
    print(DONE.format(rows=rows, tables=moved.tables, shown=shown, password=password))
    return 0


def _address(text: str) -> str:
    if text.partition("://")[0] not in ("postgresql", "postgres", "sqlite") or "://" not in text:
        raise argparse.ArgumentTypeError("begins with postgresql:// (a server) or sqlite:/// (a file)")
    if text.startswith("sqlite:") and not text.removeprefix("sqlite:///").strip("/"):
        raise argparse.ArgumentTypeError("a file is named like this: sqlite:///data/red-flask.db (four strokes if absolute)")
    return text


def _without_password(address: str) -> str:
    hidden = re.sub(r"^(\w+://[^:@/?]*):[^@/]+@", r"\1:…@", address)
    return re.sub(r"([?&]password=)[^&]*", r"\1…", hidden)
