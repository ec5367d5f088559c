"""Who is who, without knowing who: the keyed hash.

A learner's key is HMAC-SHA-256 over (scope, user id) under the operator's secret, cut to 128 bits. The scope is the group,
so that the rows of one person in two groups have nothing in common. Without the secret nobody can go from a
user id to a key or back; the secret is therefore never kept beside the data.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from bot.cards import LearnerKey

KEY_BYTES = 16
SHORTEST = 16
"""What a secret needs at least, in bytes."""
SECRET_FILE = "learner-secret"


class SecretTrouble(Exception):
    """The secret can't be read or made. Its text is one sentence with the remedy."""


class Secret:
    """The operator's secret. It hashes, and never shows itself."""

    __slots__ = ("_hmac",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST:
            raise SecretTrouble(f"LEARNER_SECRET is too short: give at least {SHORTEST} characters, better 32 random ones.")
        self._hmac = hmac.new(secret, digestmod=hashlib.sha256)

    def __repr__(self) -> str:
        return "<secret>"

    @property
    def mark(self) -> str:
        """Tells whether two secrets are the same one, and nothing else about them."""
        return self.digest(b"the mark of this secret")[:8].hex()

    def digest(self, message: bytes) -> bytes:
        turn = self._hmac.copy()
        turn.update(message)
        return turn.digest()


class Someone:
    """A person at the border: holds a user id and gives it to no one.

    It can do one thing, ``key``. It can't be compared, hashed, copied, pickled or formatted, so that neither a log line nor
    a careless dictionary can carry a user id further.
    """

    __slots__ = ("__digest",)

    def __init__(self, secret: Secret, user_id: int) -> None:
        def digest(scope: bytes, salt: bytes) -> bytes:
            return secret.digest(b"%d:%s|%d:%s|%d" % (len(scope), scope, len(salt), salt, user_id))

        self.__digest = digest

    def key(self, scope: str, salt: bytes = b"") -> LearnerKey:
        """The key of this person within ``scope``: 22 characters, the same each time, tied to nothing else."""
        return LearnerKey(urlsafe_b64encode(self.__digest(scope.encode(), salt)[:KEY_BYTES]).rstrip(b"=").decode())

    def __repr__(self) -> str:
        return "<someone>"

    def __format__(self, _: str) -> str:
        return "<someone>"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("people are not compared")

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> NoReturn:
        raise TypeError("people are not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("people are not copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("people are not pickled")


def load_secret(given: str | None, folder: Path, when_made: Callable[[Path], None] = lambda file: None) -> Secret:
    """``LEARNER_SECRET`` if it is set; else the file in ``folder``, made at the first start (folder 0700, file 0600)."""
    if given:
        return Secret(given.encode())
    file = folder / SECRET_FILE
    try:
        if not file.exists():
            _make(file)
            when_made(file)
        if file.stat().st_mode & 0o077:
            raise SecretTrouble(f"{file} can be read by others: run 'chmod 600 {file}' and start again.")
        found = file.read_bytes().strip()
        if len(found) < SHORTEST:
            raise SecretTrouble(f"{file} is damaged: put it back from your copy, or delete it and all learners begin anew.")
        return Secret(found)
    except OSError as error:
        raise SecretTrouble(
            f"The secret file {file} can't be read or made ({error.strerror}): mend that, or set LEARNER_SECRET."
        ) from error


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    # Written beside and linked into place: two first starts at once agree on one secret, and a kill leaves no half of it.
    # (A name drawn by lot: in a container every start may have the process id of the one that was killed.)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_urlsafe(32) + "\n")
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
