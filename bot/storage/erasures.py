"""The list of what was erased lately, so that a backup which is restored can be rid of it again.

An entry is a *trace*, a hash that only the operator's secret can make, and a day. There is no group on it and no key; one that
comes back (somebody joined again) fits it no better than any other to whoever has not the secret. It is written by the same
transaction that erases, kept for 30 days, and only for those who agreed to that; a group that is erased leaves one of its own.
"""

from collections.abc import Callable
from datetime import date, timedelta

from bot.kept import AFTERWARDS
from bot.storage.engine import Engine, Statement, Value

KEPT_FOR = timedelta(days=30)

TRACES_SINCE = max(column.since for kept in AFTERWARDS if kept.table == "erasures" for column in kept.about)
"""The version of the list of what is kept from which a trace is on it."""

Trace = Callable[[str], str]


class Erasures:
    """The part of the store that remembers that something was erased, and not what."""

    _engine: Engine
    _trace: Trace | None = None
    _today: Callable[[], date]

    def note_erasures(self, trace: Trace, today: Callable[[], date]) -> None:
        """From now on. ``trace`` hashes a learner key, or ``group`` and a number, under the operator's secret."""
        self._trace, self._today = trace, today

    def _note_learner(self, group_id: int, key: str, condition: str = "1 = 1", **values: Value) -> Statement:
        """To be run before the learner is deleted, under the same condition. Nothing, for somebody who isn't there."""
        return self._note(key, f"{_LEARNER} AND {condition}", {"group": group_id, "key": key, **values})

    def _note_group(self, group_id: int, condition: str = "1 = 1", **values: Value) -> Statement:
        return self._note(f"group {group_id}", _GROUP + f" AND ({condition})", {"group": group_id, **values})

    def _note(self, what: str, among: str, values: dict[str, Value]) -> Statement:
        if self._trace is None:
            return _NOTHING
        noting: dict[str, Value] = {"trace": self._trace(what), "erased_on": self._today().isoformat()}
        return f"{_NOTE} {among} {_AGAIN}", values | noting

    async def forget_erasures(self, today: date) -> int:
        """Those that are old enough. How many."""
        [gone] = await self._engine.write((_FORGET, {"day": (today - KEPT_FOR).isoformat()}))
        return len(gone)


_NOTHING: Statement = ("SELECT 1", {})

_NOTE = "INSERT INTO erasures (trace, erased_on) SELECT CAST(:trace AS TEXT), CAST(:erased_on AS TEXT) FROM"

_LEARNER = f"learners WHERE group_id = :group AND learner_key = :key AND consent_version >= {TRACES_SINCE}"

_GROUP = "study_groups WHERE group_id = :group"

_AGAIN = "ON CONFLICT (trace) DO UPDATE SET erased_on = excluded.erased_on"

_FORGET = "DELETE FROM erasures WHERE erased_on <= :day RETURNING 1"
