"""When two bodies, or two parts of them, are alike for a schema, so that the slow check (described.py) is made once for each kind.

Alike are bodies with the same keys in the same places, texts of about the same length, and the same small numbers. What depends on
a single letter, or on two entries of a list being equal, isn't seen by this; limits.py checks such things on every call.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

_LENGTHS = (0, 1, 25, 32, 45, 80, 100, 150, 256, 512, 1024, 2000, 4000)
"""Where one of Discord's limits of length lies."""
_MOST = (0, 1, 2, 3, 5, 10, 25, 40, 100)
"""Likewise, of numbers of entries."""


class Shapes:
    """Gives each shape a number. Remembers all shapes it has seen, so it is for tests, not for days."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}

    def of(self, body: Any, parts: dict[int, int]) -> int:
        """The number of this body's shape; that of each object and list in it goes into `parts`, by its `id()`."""
        if isinstance(body, dict):
            shape: object = tuple((key, self.of(value, parts)) for key, value in body.items())
        elif isinstance(body, list):
            # a list of twenty similar things has the shape of its kinds
            shape = bisect_left(_MOST, len(body)), frozenset(self.of(entry, parts) for entry in body)
        else:
            return self._numbers.setdefault(_plain(body), len(self._numbers))
        number = parts[id(body)] = self._numbers.setdefault((type(body), shape), len(self._numbers))
        return number


def _plain(value: Any) -> object:
    if isinstance(value, str):
        return str, bisect_left(_LENGTHS, len(value)), value.isdigit(), "://" in value
    if isinstance(value, int) and not isinstance(value, bool) and not -1 <= value < 256:
        return int, value.bit_length() // 8, value < 0
    return type(value), value
