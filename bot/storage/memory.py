"""What was read a moment ago about groups, so that not every press asks the database which group it belongs to.

Every interaction of a server comes to the one process that has its shard, so only that process changes the server's groups,
and it forgets what it remembered when it does. What is changed from outside (an operator, another process's group) is seen
when an entry is too old: in a direct message, which the process with shard 0 serves, a group may have its name of before. Of a
learner nothing is remembered but that today is noted in their row, by the key that is in it.
"""

from collections.abc import Hashable
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")

FRESH = 30.0
"""Seconds for which an entry holds."""
MOST = 2_000
"""Entries at most: some hundred bytes each."""


class Memory(Generic[T]):
    """Values by key, as many as `most`, as old as `fresh`. `now` is a clock's seconds that only grow."""

    def __init__(self, *, fresh: float = FRESH, most: int = MOST) -> None:
        self._fresh, self._most = fresh, most
        self._kept: dict[Hashable, tuple[float, T]] = {}
        self.turn = 0
        """Counts how often everything was forgotten."""

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, now: float) -> T | None:
        found = self._kept.get(key)
        return found[1] if found and now < found[0] + self._fresh else None

    def keep(self, key: Hashable, value: T, now: float, turn: int) -> None:
        """`now` and `turn` are those from before the value was read: what was read while a change was under way may be
        the old value, and is not kept."""
        if turn != self.turn:
            return
        self._kept.pop(key, None)  # the place of an entry is its age
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = now, value

    def forget(self) -> None:
        """All of it: groups change so seldom that picking out what changed isn't worth a rule."""
        self._kept.clear()
        self.turn += 1


class Noted:
    """Whose row has the day of today, and that something has changed: so that this need not be written with every answer.
    Each erasure and each publication forgets all of it.

    It is a guess, no more: another process may have erased the row, or published, and told nobody. The statement that leans on it
    asks whether it is still so (`learners.py`).
    """

    STANDS = 600.0
    """Seconds for which an entry holds."""
    MOST = 4_000

    def __init__(self) -> None:
        self._rows: Memory[date] = Memory(fresh=self.STANDS, most=self.MOST)

    @property
    def turn(self) -> int:
        return self._rows.turn

    def stands(self, group_id: int, key: str, on: date, now: float) -> bool:
        return self._rows.find((group_id, key), now) == on

    def keep(self, group_id: int, key: str, on: date, now: float, turn: int) -> None:
        """`now` and `turn`: as in `Memory.keep`."""
        self._rows.keep((group_id, key), on, now, turn)

    def forget(self) -> None:
        self._rows.forget()
