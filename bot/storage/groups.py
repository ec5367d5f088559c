"""Queries about groups: adding, changing, erasing one, and its figures as a whole. Nothing about one learner."""

import time
from collections.abc import Callable
from datetime import date
from datetime import time as clock_time
from functools import cached_property
from typing import Any

from bot.group import Group
from bot.storage.engine import Engine, Row, RowExists, Value
from bot.storage.erasures import Erasures
from bot.storage.memory import Memory
from bot.storage.rows import Change, Erased, Figures


class Groups(Erasures):
    """The part of the store that is about groups."""

    _engine: Engine
    clock: Callable[[], float] = staticmethod(time.monotonic)
    """Tells how old a memory is, in seconds."""

    @cached_property
    def _memory(self) -> Memory[tuple[Group, ...]]:
        """Groups by ("group", id), alone in their tuple, and by ("server", id)."""
        return Memory()

    async def add_group(self, group: Group) -> bool:
        """False: that channel is some group's home already. RowExists: the random `group_id` is taken; draw again."""
        try:
            [added] = await self._engine.write((_ADD, _values(group)))
        finally:  # whatever came of it
            self._memory.forget()
        return bool(added)

    async def group(self, group_id: int) -> Group | None:
        """Most presses ask this, so it is remembered for a moment."""
        found = self._memory.find(("group", group_id), self.clock())
        if found is None:
            found = await self._read_groups("group", group_id, f"{SELECT} WHERE group_id = :group AND {_OPEN}")
        return found[0] if found else None

    async def groups_of(self, server_id: int) -> tuple[Group, ...]:
        """By name. Remembered for a moment, too."""
        found = self._memory.find(("server", server_id), self.clock())
        if found is None:
            found = await self._read_groups("server", server_id, f"{SELECT} WHERE server_id = :server AND {_OPEN}")
        return found

    async def change_group(self, group: Group) -> Change:
        """Everything may change but the id, the server and the day it was made."""
        try:
            [changed] = await self._engine.write((_CHANGE, _values(group)))
        except RowExists:
            return Change.CHANNEL_TAKEN
        finally:
            self._memory.forget()
        return Change.DONE if changed else Change.GONE

    async def close_group(self, group_id: int, *, on: date) -> bool:
        """From now on nobody finds it; `reopen_group` takes that back. False: there is no such open group."""
        try:
            [closed] = await self._engine.write((_CLOSE, {"group": group_id, "day": on.isoformat()}))
        finally:
            self._memory.forget()
        return bool(closed)

    async def reopen_group(self, group_id: int) -> bool:
        """False: there is no such closed group; it may have been erased, or opened by somebody else."""
        try:
            [opened] = await self._engine.write((_REOPEN, {"group": group_id}))
        finally:
            self._memory.forget()
        return bool(opened)

    async def closed_group(self, *, group_id: int | None = None, home_channel: int | None = None) -> Group | None:
        """A closed group that is not yet erased, by its number or by its home."""
        where = "group_id = :group" if group_id is not None else "home_channel = :home"
        values: dict[str, Value] = {"group": group_id} if group_id is not None else {"home": home_channel}
        [rows] = await self._engine.read((f"{SELECT} WHERE {where} AND closed_on IS NOT NULL", values))
        return group_of(rows[0]) if rows else None

    async def erase_group(self, group_id: int) -> Erased:
        """The group and everything that belongs to it, in one transaction; then its bytes."""
        values: dict[str, Value] = {"group": group_id}
        try:
            [[counts], *_] = await self._engine.erase(
                (_COUNT, values),
                self._note_group(group_id),
                ("DELETE FROM study_groups WHERE group_id = :group", values),
                tables=TABLES,
            )
        finally:
            self._memory.forget()
        return Erased(*counts)

    async def figures(self, group_id: int) -> Figures:
        values: dict[str, Value] = {"group": group_id}
        [[learners], read, right, posted] = await self._engine.read(
            (_LEARNERS, values), (_READ, values), (_RIGHT, values), (_POSTED, values)
        )
        return Figures(learners[0], _tuples(read), _tuples(right), _tuples(posted))

    async def _read_groups(self, kind: str, number: int, query: str) -> tuple[Group, ...]:
        now, turn = self.clock(), self._memory.turn
        [rows] = await self._engine.read((query, {kind: number}))
        # Sorted here: the engines disagree about the order of letters.
        found = tuple(sorted(map(group_of, rows), key=lambda group: (group.name.casefold(), group.group_id)))
        if found:  # what isn't there has no place in memory: anybody can write a press of a group that never was
            self._memory.keep((kind, number), found, now, turn)
        return found


# A new group aims at what the table says, until its moderators say otherwise.
_ADD = """
INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, moderators_channel, facilitators_role,
                          time_zone, language, created_on, quiet_from, quiet_until, archive_after, guide_hours, replies,
                          publish_from)
VALUES (:group, :server, :name, :home_channel, :home_kind, :moderators_channel, :facilitators_role,
        :time_zone, :language, :created_on, :quiet_from, :quiet_until, :archive_after, :guide_hours, :replies,
        :publish_from)
ON CONFLICT (home_channel) DO NOTHING RETURNING 1
"""

SELECT = """
SELECT group_id, server_id, name, home_channel, home_kind, moderators_channel, facilitators_role, time_zone, language,
       created_on, quiet_from, quiet_until, archive_after, guide_hours, replies, publish_from, recall_goal,
       review_amount, own_version
  FROM study_groups
"""

_OPEN = "closed_on IS NULL"

_CLOSE = f"UPDATE study_groups SET closed_on = :day WHERE group_id = :group AND {_OPEN} RETURNING 1"

_REOPEN = "UPDATE study_groups SET closed_on = NULL WHERE group_id = :group AND closed_on IS NOT NULL RETURNING 1"

_CHANGE = """
UPDATE study_groups
   SET name = :name, home_channel = :home_channel, home_kind = :home_kind, moderators_channel = :moderators_channel,
       facilitators_role = :facilitators_role, time_zone = :time_zone, language = :language,
       quiet_from = :quiet_from, quiet_until = :quiet_until, archive_after = :archive_after, guide_hours = :guide_hours,
       replies = :replies, publish_from = :publish_from, recall_goal = :recall_goal,
       review_amount = :review_amount
 WHERE group_id = :group RETURNING 1
"""

TABLES = tuple("study_groups" if name == "groups" else name for name in Erased.__struct_fields__)
"""All that belong to a group, and so to an erasure, in the order of `Erased`."""

_COUNT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table} WHERE group_id = :group)" for table in TABLES)

_LEARNERS = "SELECT count(*) FROM learners WHERE group_id = :group"

_READ = """
SELECT theme, lesson, count(*) FROM lessons_read WHERE group_id = :group
 GROUP BY theme, lesson ORDER BY theme, lesson
"""

_RIGHT = """
SELECT theme, question, count(*) FROM answers WHERE group_id = :group AND was_right = 1
 GROUP BY theme, question ORDER BY theme, question
"""

_POSTED = """
SELECT kind, theme, item, count(*) FROM postings
 WHERE group_id = :group AND state = 'posted' AND kind IN ('welcome', 'prompt', 'lesson', 'scenario', 'round', 'review')
 GROUP BY kind, theme, item ORDER BY kind, theme, item
"""


def _values(group: Group) -> dict[str, Value]:
    return {
        "group": group.group_id,
        "server": group.server_id,
        "name": group.name,
        "home_channel": group.home_channel,
        "home_kind": group.home_kind,
        "moderators_channel": group.moderators_channel,
        "facilitators_role": group.facilitators_role,
        "time_zone": group.time_zone,
        "language": group.language,
        "created_on": group.created_on.isoformat(),
        "quiet_from": group.quiet_from.isoformat("minutes") if group.quiet_from is not None else None,
        "quiet_until": group.quiet_until.isoformat("minutes") if group.quiet_until is not None else None,
        "archive_after": group.archive_after,
        "guide_hours": group.guide_hours,
        "replies": int(group.replies),
        "publish_from": group.publish_from,
        "recall_goal": group.recall_goal,
        "review_amount": group.review_amount,
    }


def group_of(row: Row) -> Group:
    group_id, server, name, home, kind, moderators, facilitators, zone, language, day = row[:10]
    quiet_from, quiet_until, archive_after, guide_hours, replies, publish_from, recall_goal, review_amount, own_version = row[10:]
    return Group(
        group_id, server, name, home, kind, moderators, facilitators, zone, language, date.fromisoformat(day),
        _hour(quiet_from), _hour(quiet_until), archive_after, guide_hours, bool(replies), publish_from, recall_goal,
        review_amount, own_version,
    )  # fmt: skip


def _hour(text: str | None) -> clock_time | None:
    return clock_time.fromisoformat(text) if text is not None else None


def _tuples(rows: list[Row]) -> tuple[Any, ...]:
    return tuple(rows)
