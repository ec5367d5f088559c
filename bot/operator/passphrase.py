"""Backups under a passphrase, in the age format, which other tools can open too: ``age --decrypt``.

The library pyrage does all of it; nothing here is cryptography of our own. It works in memory, so what is under the passphrase
never lies on a disk without it. A passphrase comes from whoever sits there, or, for jobs at night, from a file that nobody else may
read.
"""

from __future__ import annotations

import getpass
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bot.storage import MOST_IN_MEMORY, StorageTrouble

BEGIN = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
SHORTEST = 12
"""Characters. Whoever has the file may try as many as they like."""

SHORT = f"This passphrase is too short: take at least {SHORTEST} characters, better five words drawn by lot. Nothing was done."
NOT_TWICE = "The two were not the same, so nothing was done: run it again."
NOBODY = """\
Nobody is here to ask for the passphrase: write it into a file that you alone can read (chmod 600), and name that file in
BACKUP_PASSPHRASE_FILE. Nothing was done."""
WRONG = """\
This passphrase doesn't open the backup (or the file was damaged on its way). Nothing was changed: try the passphrase again, or an
older backup."""
TOO_LARGE = """\
This backup is under a passphrase and too large to be opened in memory here: open it with the tool age (age --decrypt --output
plain.backup FILE), restore that, and delete it."""


def to_seal(file: Path | None) -> Callable[[bytes], bytes]:
    """Ask for a new passphrase, twice, or read it; what comes back puts a whole backup under it."""
    phrase = _from(file) if file else _asked("A passphrase for this backup: ")
    if len(phrase) < SHORTEST:
        raise StorageTrouble(SHORT)
    if not file and _asked("The same once more: ") != phrase:
        raise StorageTrouble(NOT_TWICE)

    def seal(whole: bytes) -> bytes:
        from pyrage import passphrase

        return bytes(passphrase.encrypt(whole, phrase))

    return seal


def opened(backup: Path, file: Path | None) -> Callable[[], IO[bytes]]:
    """How to read a backup, from its beginning each time. One that is under a passphrase is opened first, in memory."""
    if not _is_sealed(backup):
        return lambda: backup.open("rb")
    if backup.stat().st_size > MOST_IN_MEMORY:
        raise StorageTrouble(TOO_LARGE)
    phrase = _from(file) if file else _asked(f"The passphrase of {backup}: ")
    from pyrage import DecryptError, passphrase

    # To try one passphrase takes seconds and up to a gigabyte of memory, so that nobody else can try many.
    try:
        whole = bytes(passphrase.decrypt(backup.read_bytes(), phrase))
    except DecryptError as error:
        raise StorageTrouble(WRONG) from error
    return lambda: io.BytesIO(whole)


def _is_sealed(backup: Path) -> bool:
    try:
        with backup.open("rb") as begun:
            return begun.read(64).startswith(BEGIN)
    except OSError:
        return False  # whoever reads it next says so


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise StorageTrouble(NOBODY)
    return getpass.getpass(question)


def _from(file: Path) -> str:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise StorageTrouble(f"{file} has the passphrase in it and can be read by others: run 'chmod 600 {file}'.")
        return file.read_text(encoding="utf-8").splitlines()[0] if file.stat().st_size else ""
    except OSError as error:
        raise StorageTrouble(f"The file in BACKUP_PASSPHRASE_FILE can't be read ({error.strerror}): name one that can.") from error
    except UnicodeDecodeError as error:
        raise StorageTrouble("The file in BACKUP_PASSPHRASE_FILE is not UTF-8 text: save it as UTF-8.") from error
