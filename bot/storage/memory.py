"""What was read a moment ago about groups, so that not every press asks the database which group it belongs to.

Every interaction of a server comes to the one process that has its shard, so only that process changes the server's groups,
and it forgets what it remembered when it does. What is changed from outside (an operator, another process's group) is seen
when an entry is too old. Nothing about a learner is remembered.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

FRESH = 30.0
"""Seconds for which an entry holds."""
MOST = 2_000
"""Entries at most: some hundred bytes each."""


class Memory(Generic[T]):
    """Values by key, as many as `MOST`, as old as `FRESH`. `now` is a clock's seconds that only grow."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, T]] = {}
        self.turn = 0
        """Counts how often everything was forgotten."""

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, now: float) -> T | None:
        found = self._kept.get(key)
        return found[1] if found and now < found[0] + FRESH else None

    def keep(self, key: Hashable, value: T, now: float, turn: int) -> None:
        """`now` and `turn` are those from before the value was read: what was read while a change was under way may be
        the old value, and is not kept."""
        if turn != self.turn:
            return
        self._kept.pop(key, None)  # the place of an entry is its age
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = now, value

    def forget(self) -> None:
        """All of it: groups change so seldom that picking out what changed isn't worth a rule."""
        self._kept.clear()
        self.turn += 1
