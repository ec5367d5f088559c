"""``bot.py migrate``: bring the database up to date without starting the bot; ``--plan`` only says what that would be.

Each start of the bot does the same. The word is for whoever wants to see it before, or to have it behind them, in an upgrade with
several processes one after the other.
"""

from __future__ import annotations

import argparse
import sys

from bot.settings import read_settings
from bot.storage import SAFE, Migration, is_there, migrate, plan_of

NOT_THERE = """\
There is no database where DATABASE_URL says, so there is nothing to bring up to date, and nothing was made: the bot makes one at
its first start. Run this in the bot's folder, with the bot's settings."""
WAITS = """\
It waits until no older version of the bot is at work on this database; the new one can do without it meanwhile. When all processes
run the new version, run this again, or restart one of them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only say what would run, and when each step is safe; changes nothing")
    parser.add_argument(
        "--before", action="store_true", help="run only what is safe while the older version is at work, whether it is or not"
    )


def bring_up_to_date(given: argparse.Namespace) -> int:
    """Do it, or say what it would be. 1 if there is no database; what can't be is a StorageTrouble."""
    url = read_settings().database_url
    if given.plan:
        _plan(url)
        return 0
    if not is_there(url):
        print(NOT_THERE, file=sys.stderr)
        return 1
    before = plan_of(url)
    left = migrate(url, _tell, only_before=given.before)
    for one in left:
        print(f"{_name(one)}: not yet ({one.safe}).")
    if left:
        print(WAITS)
    elif before.missing:
        print("The database is up to date.")
    else:
        print(f"The database is up to date: there was nothing to do. It is at step {before.knows}.")
    return 0


def _plan(url: str) -> None:
    plan = plan_of(url)
    has = f"The database is at step {plan.applied}" if plan.applied else "There is no database yet, or nothing is in it"
    if not plan.missing:
        print(f"{has}, the latest that this version knows: nothing would run.")
        return
    print(f"{has}; this version knows step {plan.knows}. These would run, in this order:")
    for one in plan.missing:
        print(f"{_name(one)}: {one.safe}, {SAFE[one.safe]}" if plan.applied else _name(one))
    print("Nothing was changed.")


def _tell(migration: Migration, seconds: float) -> None:
    print(f"{_name(migration)}: done in {seconds:.1f} s", flush=True)


def _name(migration: Migration) -> str:
    return f"  step {migration.number}, {migration.name.replace('_', ' ')}"
