"""Counts of answers, without whose: they are added up here, and nothing leads from a sum back to anybody.

What a quiz counts is gathered in memory and written now and then, so that a press costs no statement for it; a crash loses what was
gathered since, which is only a statistic. What is *told* of the counts stands in their rows: it moves at most once a day, and only
when at least k new answers came in, so that two looks around one person's answer are the same.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from bot.storage.engine import Engine, Statement, StorageTrouble, Value

Counts = dict[str, dict[str, int]]
"""By what they are about, and then by what was counted."""
MOST_WAITING = 20_000
"""Different counts that wait to be written while the database can't be; of more than these, only those are counted that wait."""


class Tallies:
    """The part of the store that counts. ``group_id`` is None for questions of the course, which all groups together answer."""

    _engine: Engine

    @cached_property
    def _waiting(self) -> Counter[tuple[int | None, str, str]]:
        return Counter()

    _told_of_course: tuple[date, Counts] = (date.min, {})

    def count(self, group_id: int | None, about: str, what: Iterable[str]) -> None:
        """One more of each of these. It is written later."""
        for one in what:
            place = group_id, about, one
            if place in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[place] += 1

    async def write_tallies(self) -> int:
        """Write what waits; if that can't be, it waits on. How many counts were written."""
        taken = dict(self._waiting)
        self._waiting.clear()
        if not taken:
            return 0
        try:
            await self._engine.write(*(add(*place, n) for place, n in sorted(taken.items(), key=_in_order)))
        except StorageTrouble:
            self._waiting.update(taken)
            raise
        return len(taken)

    async def told_today(self, *, k: int, on: date) -> Counts:
        """The same of the course, looked up once a day: it changes no oftener."""
        if self._told_of_course[0] != on:
            try:
                self._told_of_course = on, await self.tallies(None, k=k, on=on)
            except StorageTrouble:  # it is only for an order
                return self._told_of_course[1]
        return self._told_of_course[1]

    async def tallies(self, group_id: int | None, *, k: int, on: date) -> Counts:
        """What is told of all counts, after telling anew what may be by now."""
        await self.write_tallies()
        values: dict[str, Value] = {"group": group_id, "k": k, "day": on.isoformat()}
        of, where = ("tallies", "1 = 1") if group_id is None else ("group_tallies", "group_id = :group")
        await self._engine.write((_TELL.format(of=of, where=where), values))
        [rows] = await self._engine.read((_TOLD.format(of=of, where=where), values))
        found: Counts = {}
        for about, what, told in rows:
            found.setdefault(about, {})[what] = told
        return {about: counts for about, counts in found.items() if counts.get("answered", 0) >= k}


def add(group_id: int | None, about: str, what: str, n: int = 1) -> Statement:
    """A statement that adds so many. Of a group that is gone, nothing."""
    values: dict[str, Value] = {"group": group_id, "about": about, "what": what, "n": n}
    return (_ADD if group_id is None else _ADD_OF_GROUP), values


def _in_order(entry: tuple[tuple[int | None, str, str], int]) -> tuple[int, str, str]:
    """Always the same, so that two processes that write at once wait for one another, and not in a circle."""
    (group, about, what), _ = entry
    return group or 0, about, what


_ADD = """
INSERT INTO tallies (about, what, n) VALUES (:about, :what, :n)
ON CONFLICT (about, what) DO UPDATE SET n = tallies.n + excluded.n
"""

_ADD_OF_GROUP = """
INSERT INTO group_tallies (group_id, about, what, n)
SELECT group_id, CAST(:about AS TEXT), CAST(:what AS TEXT), CAST(:n AS BIGINT) FROM study_groups WHERE group_id = :group
ON CONFLICT (group_id, about, what) DO UPDATE SET n = group_tallies.n + excluded.n
"""

# All that is about one thing moves together, so that its parts add up.
_TELL = """
UPDATE {of} SET told = n, told_on = :day
 WHERE {where} AND about IN
       (SELECT about FROM {of} WHERE {where} AND what = 'answered' AND n - told >= :k AND told_on < :day)
"""

_TOLD = "SELECT about, what, told FROM {of} WHERE {where} AND told > 0 ORDER BY about, what"
