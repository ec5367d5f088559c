"""``bot.py rotate-secret``: a newer version of the secret, under which every stored key is wrapped.

In this order, so that it may be killed at any moment and run again: the new generation is put into the secret file, whole; then all
keys and the mark of the secret change in one transaction. A bot that is started in between goes by the version that the database
knows. With LEARNER_SECRET in the environment, the operator puts the new generation there instead, before running this.
"""

from __future__ import annotations

import argparse
import asyncio

from bot.learner_key import Secret, SecretTrouble
from bot.operator.asking import agreed, sign_of_life
from bot.secret_file import SECRET_FILE, add_generation, known_to, secret_of
from bot.settings import Settings, read_settings
from bot.storage import StorageTrouble, is_there, open_store, rotate_secret

QUESTION = """\
Every learner key in the database will be moved to a new version of the secret ({now} → {then}), in one go. Stop the bot first, on
all machines, and afterwards bring the new secret to each of them before it starts again. There is no way back but a backup.
What it protects from: an old secret that got out by itself. Whoever holds an old backup together with it still has both."""

NOT_THERE = """\
There is no database where DATABASE_URL says, so there is nothing to move, and nothing was made. Run this in the bot's folder, with
the bot's settings."""

SET_IT_FIRST = """\
LEARNER_SECRET is set in the environment, so the new secret has to be there as well, before anything is changed: draw one with
  python -c "import secrets; print(secrets.token_urlsafe(32))"
and put it behind what LEARNER_SECRET_NEWER lists already (oldest first, commas between), on each machine. LEARNER_SECRET itself
stays as it is: all of them are needed. Then run this again."""

DONE = """\
{keys} moved to version {version} of the secret.
{where}"""

KEEP_FILE = """\
Copy the file {file} anew to your safe place,
and to each machine that runs the bot: all of its lines are needed from now on."""
KEEP_ENVIRONMENT = (
    "Keep all of LEARNER_SECRET and LEARNER_SECRET_NEWER, on each machine that runs the bot: all are needed from now on."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="don't ask first (for scripts)")


def rotate(given: argparse.Namespace) -> int:
    settings = read_settings()
    if not is_there(settings.database_url):
        raise StorageTrouble(NOT_THERE)
    secret = secret_of(settings)
    known = asyncio.run(_known_to_database(settings, secret))
    in_environment = settings.learner_secret is not None
    waits = secret.version - known.version
    if in_environment and not waits:
        raise SecretTrouble(SET_IT_FIRST)
    if not given.yes and not agreed(QUESTION.format(now=known.version, then=known.version + max(waits, 1))):
        return 1
    if not waits:
        secret = add_generation(settings.secret_dir)
    keys = 0
    for version in range(known.version, secret.version):
        before, after = secret.until(version), secret.until(version + 1)
        with sign_of_life("Moving the keys") as seen:
            keys = asyncio.run(rotate_secret(settings.database_url, before.mark, after, seen))
    where = KEEP_ENVIRONMENT if in_environment else KEEP_FILE.format(file=settings.secret_dir / SECRET_FILE)
    print(DONE.format(keys=f"{keys} learner key{'s' * (keys != 1)}", version=secret.version, where=where))
    return 0


async def _known_to_database(settings: Settings, secret: Secret) -> Secret:
    store = await open_store(settings.database_url)
    try:
        return known_to(*await store.secret_mark(secret.mark, secret.version), secret)
    finally:
        await store.close()
