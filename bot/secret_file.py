"""Where the operator's secret is kept: in the environment, or in a file that nobody else may read.

The file has a line for each generation, oldest first; from the second on they begin with `then: `. All of them are needed for as
long as the database is, so none is ever taken out. A new one stands in the file before the database knows it: whoever is killed in
between has lost nothing, since the bot uses as many as the database knows. Nothing here is ever logged.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.learner_key import SHORTEST, Secret, SecretTrouble
from bot.settings import Settings

SECRET_FILE = "learner-secret"
THEN = b"then: "


OTHER_SECRET = """\
This database belongs to another secret, so nobody's progress could be found: put the old secret back (LEARNER_SECRET, or the
file in SECRET_DIR). If it is lost for good, begin with a new database: the old progress can't be found without it."""
OLDER_SECRET = """\
This database was moved to version {noted} of its secret, and here is version {here}: bring the latest secret file here, with all
its lines, or list the newer secrets in LEARNER_SECRET_NEWER. Without them nobody's progress could be found."""


def secret_of(settings: Settings, when_made: Callable[[Path], None] = lambda file: None) -> Secret:
    return load_secret(settings.learner_secret, settings.secret_dir, when_made, newer=settings.learner_secret_newer or ())


def known_to(mark: str, version: int, secret: Secret) -> Secret:
    """The version of ``secret`` by which a database goes that has noted this mark and version. SecretTrouble if there is none."""
    known = secret.as_known(mark)
    if known is None:
        raise SecretTrouble(OLDER_SECRET.format(noted=version, here=secret.version) if version > secret.version else OTHER_SECRET)
    return known


def load_secret(
    given: str | None, folder: Path, when_made: Callable[[Path], None] = lambda file: None, *, newer: tuple[str, ...] = ()
) -> Secret:
    """``LEARNER_SECRET`` and ``newer`` if it is set; else the file in ``folder``, made at the first start (0700, file 0600)."""
    if given:
        return Secret(given.encode(), *(one.encode() for one in newer))
    file = folder / SECRET_FILE
    try:
        if not file.exists():
            _make(file)
            when_made(file)
        return Secret(*_read(file))
    except OSError as error:
        raise _unusable(file, error) from error


def add_generation(folder: Path) -> Secret:
    """Draw a new generation by lot and put it into the file, below the others. Killed in the middle, the file is as it was."""
    file = folder / SECRET_FILE
    try:
        known = _read(file)
        _write_beside(file, _text((*known, secrets.token_urlsafe(32).encode())), lambda draft: os.replace(draft, file))
        return Secret(*_read(file))
    except OSError as error:
        raise _unusable(file, error) from error


def _read(file: Path) -> tuple[bytes, ...]:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise SecretTrouble(f"{file} can be read by others: run 'chmod 600 {file}' and start again.")
    oldest: list[bytes] = []
    newer: list[bytes] = []
    for line in file.read_bytes().splitlines():
        if line.startswith(THEN):
            newer.append(line.removeprefix(THEN).strip())
        elif not newer:  # whoever made the file by other means may have written the oldest in several lines
            oldest.append(line)
        elif line.strip():
            raise _damaged(file)
    generations = (b"\n".join(oldest).strip(), *newer)
    if any(len(one) < SHORTEST for one in generations):
        raise _damaged(file)
    return generations


def _text(generations: tuple[bytes, ...]) -> bytes:
    oldest, *newer = generations
    return b"".join(line + b"\n" for line in (oldest, *(THEN + one for one in newer)))


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)

    # Linked into place, not moved: two first starts at once agree on one secret.
    def put(draft: Path) -> None:
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()

    _write_beside(file, _text((secrets.token_urlsafe(32).encode(),)), put)


def _write_beside(file: Path, text: bytes, put: Callable[[Path], None]) -> None:
    """Written whole under another name first, so that a kill leaves no half of it. (A name drawn by lot: in a container every start
    may have the process id of the one that was killed.)"""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if os.name == "posix" and file.exists():  # run by root, it is to stay the bot's own
        before = file.stat()
        with suppress(PermissionError):
            os.chown(draft, before.st_uid, before.st_gid)
    put(draft)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _damaged(file: Path) -> SecretTrouble:
    return SecretTrouble(f"{file} is damaged: put it back from your copy, or delete it and all learners begin anew.")


def _unusable(file: Path, error: OSError) -> SecretTrouble:
    return SecretTrouble(f"The secret file {file} can't be read or made ({error.strerror}): mend that, or set LEARNER_SECRET.")
