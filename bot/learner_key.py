"""Who is who, without knowing who: the keyed hash.

A learner's key is HMAC-SHA-256 over (scope, user id) under the operator's secret, cut to 128 bits. The scope is the group,
so that the rows of one person in two groups have nothing in common. Without the secret nobody can go from a
user id to a key or back; the secret is therefore never kept beside the data. Where it is kept, `bot/secret_file.py` knows.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import NoReturn

from bot.cards import LearnerKey

KEY_BYTES = 16
SHORTEST = 16
"""What a secret needs at least, in bytes."""


class SecretTrouble(Exception):
    """The secret can't be read or made. Its text is one sentence with the remedy."""


class Secret:
    """The operator's secret: its generations, oldest first. It hashes, and never shows itself.

    A key is made by the oldest and wrapped by each newer one in turn. So a stored key can be raised to a new generation without
    knowing whose it is, and all generations together are needed to come from a user id to a key.
    """

    __slots__ = ("_generations",)

    def __init__(self, oldest: bytes, *newer: bytes) -> None:
        generations = (oldest, *newer)
        if any(len(one) < SHORTEST for one in generations):
            raise SecretTrouble(f"LEARNER_SECRET is too short: give at least {SHORTEST} characters, better 32 random ones.")
        self._generations = tuple(hmac.new(one, digestmod=hashlib.sha256) for one in generations)

    def __repr__(self) -> str:
        return "<secret>"

    @property
    def version(self) -> int:
        """How many generations it has."""
        return len(self._generations)

    @property
    def mark(self) -> str:
        """Tells whether two secrets are the same one, all generations of them, and nothing else about them."""
        mark = ""
        for one in self._generations:
            mark = _digest(one, b"the mark of this secret" + mark.encode())[:8].hex()
        return mark

    def until(self, version: int) -> Secret:
        """The secret as it was at this version."""
        earlier = Secret.__new__(Secret)
        earlier._generations = self._generations[:version]
        return earlier

    def as_known(self, mark: str) -> Secret | None:
        """The version of it that has this mark. While it is being rotated, that is an earlier one."""
        return next((one for one in map(self.until, range(self.version, 0, -1)) if one.mark == mark), None)

    def key(self, message: bytes) -> LearnerKey:
        """22 characters. ``message`` says who and where."""
        oldest, *newer = self._generations
        key = _short(oldest, message)
        for one in newer:
            key = _short(one, b"key|" + key.encode())
        return LearnerKey(key)

    def raised(self, key: str) -> str:
        """A key of the version before this one, as it is at this one."""
        return _short(self._generations[-1], b"key|" + key.encode())

    def trace(self, erased: str) -> str:
        """What stays for a while of something that was erased: a key of this version, or the name of a group."""
        return _short(self._generations[-1], b"erased|" + erased.encode())

    def raised_trace(self, trace: str) -> str:
        """A trace that was left at the version before this one, as it is at this one."""
        return _short(self._generations[-1], b"trace|" + trace.encode())

    def traces(self, erased: str, since: int, *, is_key: bool = True) -> frozenset[str]:
        """All traces, as they are at this version, that it can have left from version ``since`` on, of which ``erased`` is."""
        left: set[str] = set()
        for version in range(since, self.version + 1):
            then = self.until(version)
            if version > since:
                left = {then.raised_trace(one) for one in left}
                erased = then.raised(erased) if is_key else erased
            left.add(then.trace(erased))
        return frozenset(left)


def _digest(generation: hmac.HMAC, message: bytes) -> bytes:
    turn = generation.copy()
    turn.update(message)
    return turn.digest()


def _short(generation: hmac.HMAC, message: bytes) -> str:
    return urlsafe_b64encode(_digest(generation, message)[:KEY_BYTES]).rstrip(b"=").decode()


class Someone:
    """A person at the border: holds a user id and gives it to no one.

    It can do one thing, ``key``. It can't be compared, hashed, copied, pickled or formatted, so that neither a log line nor
    a careless dictionary can carry a user id further.
    """

    __slots__ = ("__key",)

    def __init__(self, secret: Secret, user_id: int) -> None:
        def key(scope: bytes, salt: bytes) -> LearnerKey:
            return secret.key(b"%d:%s|%d:%s|%d" % (len(scope), scope, len(salt), salt, user_id))

        self.__key = key

    def key(self, scope: str, salt: bytes = b"") -> LearnerKey:
        """The key of this person within ``scope``: 22 characters, the same each time, tied to nothing else."""
        return self.__key(scope.encode(), salt)

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
