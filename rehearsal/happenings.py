"""Time in the stand-in's world, the ids made of it, and who is told when something happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rehearsal.things import Json

Ear = Callable[[str, int | None, Callable[[], Json]], None]
"""Hears an event: its name, its server (None: a direct conversation), and how to make its data."""

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Happenings:
    """`clock` gives the world's time; tests replace it. `ahead` is how far somebody has moved it; `on_move` hears of that."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self.ahead = timedelta(0)
        self.on_move: Callable[[timedelta], None] = lambda ahead: None
        self._clock = clock
        self._moments = 0
        self._ears: list[Ear] = []
        self._watchers: list[Callable[[], None]] = []
        self.last_id = 0

    @property
    def clock(self) -> Callable[[], datetime]:
        return self._now

    @clock.setter
    def clock(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def move_clock(self, ahead: timedelta) -> None:
        """From now on the world's time is `ahead` of its clock (or behind)."""
        self.ahead = ahead
        self.on_move(ahead)
        self.changed()

    def _now(self) -> datetime:
        return self._clock() + self.ahead

    def listen(self, ear: Ear) -> None:
        self._ears.append(ear)

    def on_change(self, callback: Callable[[], None]) -> None:
        self._watchers.append(callback)

    def tell(self, event: str, server_id: int | None, data: Callable[[], Json]) -> None:
        """Tell the bots of an event, and the watchers that something changed."""
        for ear in self._ears:
            ear(event, server_id, data)
        self.changed()

    def changed(self) -> None:
        for callback in self._watchers:
            callback()

    def new_id(self, *, own_millisecond: bool = False) -> int:
        """A snowflake: milliseconds since 2015, then a counter. Always greater than the one before.

        With `own_millisecond` the counter is 0, so that servers made at once still spread over the shards.
        """
        now = _snowflake(self.clock())
        after = ((self.last_id >> 22) + 1) << 22 if own_millisecond else self.last_id + 1
        self.last_id = max(after, now)
        return self.last_id

    def new_moment_id(self) -> int:
        """A snowflake of this very moment, whatever was made before: an interaction's, by which a bot tells the time. Greater
        than the one before only while the clock goes forward."""
        self._moments = (self._moments + 1) % (1 << 22)
        return _snowflake(self.clock()) | self._moments


def _snowflake(moment: datetime) -> int:
    return int((moment - _EPOCH) / timedelta(milliseconds=1)) << 22
