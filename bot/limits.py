"""How often a person may do something in one day, or how soon again. Lives in memory alone: nothing is stored, nothing is logged.

A counter's name is a key of the person under a random key of the day, so that the table says nothing about who, and tomorrow's
names have nothing to do with today's. At midnight UTC everything is forgotten, and so it is at a restart: that is accepted, since
the other way would be a list of who wrote when.

The table grows by one small entry for each person and thing of a day, and is emptied every day.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.cards import Person

KEY_BYTES = 32


class DailyLimits:
    """``Limits`` (see ``bot/cards.py``). ``random_bytes`` gives the day's key."""

    __slots__ = ("_day", "_key", "_random_bytes", "_turns", "_used")

    def __init__(self, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random_bytes = random_bytes
        self._day = date.min
        self._key = b""
        self._used: dict[str, int] = {}
        self._turns: dict[str, datetime] = {}

    def __repr__(self) -> str:
        return "<daily limits>"

    def take(self, person: Person, thing: str, most: int, at: datetime) -> bool:
        """Count one more; false, and nothing is counted, when ``most`` are used up. ``at`` needs a time zone."""
        self._begin(at.astimezone(UTC).date())
        name = person.key(f"limit {thing}", self._key)
        used = self._used.get(name, 0)
        if used >= most:
            return False
        self._used[name] = used + 1
        return True

    def give_back(self, person: Person, thing: str, at: datetime) -> None:
        """What was counted came to nothing."""
        self._begin(at.astimezone(UTC).date())
        name = person.key(f"limit {thing}", self._key)
        self._used[name] = max(self._used.get(name, 0) - 1, 0)

    def take_turn(self, person: Person, thing: str, apart: timedelta, at: datetime) -> bool:
        """Note that it is done now; false, and nothing is noted, if the last time is less than ``apart`` ago."""
        self._begin(at.astimezone(UTC).date())
        name = person.key(f"turn {thing}", self._key)
        last = self._turns.get(name)
        # A last time in the future was noted by a clock that has been put right since.
        if last is not None and timedelta() <= at - last < apart:
            return False
        self._turns[name] = at
        return True

    def _begin(self, day: date) -> None:
        # Only ever forward: a visit that arrives a moment after midnight from before it empties nothing.
        if day > self._day:
            self._day = day
            self._key = self._random_bytes(KEY_BYTES)
            self._used, self._turns = {}, {}
