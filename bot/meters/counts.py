"""Counting what happens while people press buttons: plain numbers, so that a press costs less than a microsecond more.

**Why in lots.** The database keeps days and no hours of a learner, on purpose. A figure that goes up with each press, read every
second and kept by whoever watches, would be the very log of hours that isn't kept: on a server with one learner it says when they
were there and what they did. So what people do waits here until there is a lot of it, over all commands, groups and servers of the
process, and each figure of a command moves in steps. On a large bot a lot is full within a second; on a small one the figures
say how much there was over days, and not when.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

LOT = 50
"""So many are shown at once."""
STEP = 5
"""Each single figure of a command moves in steps of so many, like everything that is published."""
ANSWERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Bounds in seconds. At two the bot asks Discord for patience, at three Discord gives up."""
STATEMENTS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Histogram:
    """How many were at most as long as each bound, and longer than the one before."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds, self.counts, self.total = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def cumulated(self) -> list[tuple[str, float]]:
        """As Prometheus wants them: the bound as text, and how many were at most that."""
        so_far, found = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            so_far += count
            found.append((bound, float(so_far)))
        return found


class Presses:
    """Interactions of the whole process, by command and outcome, and how long their answers took."""

    def __init__(self) -> None:
        self.took, self.age = Histogram(ANSWERS), Histogram(ANSWERS)
        self._shown: dict[tuple[str, str], int] = {}
        self._rest: dict[tuple[str, str], int] = {}
        self._waiting: list[tuple[str, str, float, float]] = []

    def note(self, command: str, outcome: str, took: float, age: float) -> None:
        """One was answered: ``took`` seconds after it arrived, ``age`` seconds after Discord says that it was made."""
        self._waiting.append((command, outcome, took, age))
        if len(self._waiting) >= LOT:
            self._show()

    @property
    def shown(self) -> Mapping[tuple[str, str], int]:
        """(command, outcome) → how many, as far as it may be said."""
        return self._shown

    def _show(self) -> None:
        lot, self._waiting = self._waiting, []
        for command, outcome, took, age in lot:
            self.took.add(took)
            self.age.add(age)
            self._rest[command, outcome] = self._rest.get((command, outcome), 0) + 1
        for what, rest in self._rest.items():
            if rest >= STEP:
                self._shown[what] = self._shown.get(what, 0) + rest // STEP * STEP
                self._rest[what] = rest % STEP


class Lots:
    """Seconds that something took, by a few kinds."""

    def __init__(self, *kinds: str) -> None:
        self.shown = {kind: Histogram(STATEMENTS) for kind in kinds}
        self._waiting: list[tuple[str, float]] = []

    def note(self, kind: str, seconds: float) -> None:
        self._waiting.append((kind, seconds))
        if len(self._waiting) >= LOT:
            lot, self._waiting = self._waiting, []
            for one, took in lot:
                self.shown[one].add(took)
