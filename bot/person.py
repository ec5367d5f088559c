"""Somebody, without saying who: their key in one scope, and how often they may do something in a day.

Part of the vocabulary of ``cards.py``, which hands it on; it stands apart so that each of the two fits on a page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class LearnerKey(str):
    """What the database knows a learner by. Prints as ``<learner key>``, so that a slip shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<learner key>"


class Person(Protocol):
    """Somebody, without saying who. All that can be asked is their key within one scope."""

    def key(self, scope: str, salt: bytes = b"") -> LearnerKey: ...


class Limits(Protocol):
    """How often a person may do something in one day. Lives in memory only, and forgets everything at midnight UTC."""

    def take(self, person: Person, thing: str, most: int, at: datetime) -> bool:
        """Count one more; false, and nothing is counted, when ``most`` are used up."""

    def give_back(self, person: Person, thing: str, at: datetime) -> None:
        """What was counted came to nothing."""

    def take_turn(self, person: Person, thing: str, apart: timedelta, at: datetime) -> bool:
        """Note that it is done now; false, and nothing is noted, if the last time is less than ``apart`` ago."""
