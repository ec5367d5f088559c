"""Queries about groups: adding, changing, erasing one, and its figures as a whole. Nothing about one learner."""

from datetime import date
from typing import Any

from bot.group import Group
from bot.storage.engine import Engine, Row, RowExists, Value
from bot.storage.rows import Change, Erased, Figures


class Groups:
    """The part of the store that is about groups."""

    _engine: Engine

    async def add_group(self, group: Group) -> bool:
        """False: that channel is some group's home already. RowExists: the random `group_id` is taken; draw again."""
        [added] = await self._engine.write((_ADD, _values(group)))
        return bool(added)

    async def group(self, group_id: int) -> Group | None:
        [rows] = await self._engine.read((f"{_SELECT} WHERE group_id = :group", {"group": group_id}))
        return _group(rows[0]) if rows else None

    async def groups_of(self, server_id: int) -> tuple[Group, ...]:
        """By name. (Sorted here: the engines disagree about the order of letters.)"""
        [rows] = await self._engine.read((f"{_SELECT} WHERE server_id = :server", {"server": server_id}))
        return tuple(sorted(map(_group, rows), key=lambda group: (group.name.casefold(), group.group_id)))

    async def change_group(self, group: Group) -> Change:
        """Everything may change but the id, the server and the day it was made."""
        try:
            [changed] = await self._engine.write((_CHANGE, _values(group)))
        except RowExists:
            return Change.CHANNEL_TAKEN
        return Change.DONE if changed else Change.GONE

    async def erase_group(self, group_id: int) -> Erased:
        """The group and everything that belongs to it, in one transaction; then its bytes."""
        values: dict[str, Value] = {"group": group_id}
        [[counts], _] = await self._engine.erase(
            (_COUNT, values), ("DELETE FROM study_groups WHERE group_id = :group", values), tables=_TABLES
        )
        return Erased(*counts)

    async def figures(self, group_id: int) -> Figures:
        values: dict[str, Value] = {"group": group_id}
        [[learners], read, right, posted] = await self._engine.read(
            (_LEARNERS, values), (_READ, values), (_RIGHT, values), (_POSTED, values)
        )
        return Figures(learners[0], _tuples(read), _tuples(right), _tuples(posted))


_ADD = """
INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, moderators_channel, facilitators_role,
                          time_zone, language, created_on)
VALUES (:group, :server, :name, :home_channel, :home_kind, :moderators_channel, :facilitators_role,
        :time_zone, :language, :created_on)
ON CONFLICT (home_channel) DO NOTHING RETURNING 1
"""

_SELECT = """
SELECT group_id, server_id, name, home_channel, home_kind, moderators_channel, facilitators_role, time_zone, language,
       created_on
  FROM study_groups
"""

_CHANGE = """
UPDATE study_groups
   SET name = :name, home_channel = :home_channel, home_kind = :home_kind, moderators_channel = :moderators_channel,
       facilitators_role = :facilitators_role, time_zone = :time_zone, language = :language
 WHERE group_id = :group RETURNING 1
"""

_TABLES = ("study_groups", "learners", "lessons_read", "answers", "postings")

# In the order of Erased.
_COUNT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table} WHERE group_id = :group)" for table in _TABLES)

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
SELECT kind, theme, item, count(*) FROM postings WHERE group_id = :group AND state = 'posted'
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
    }


def _group(row: Row) -> Group:
    group_id, server, name, home, kind, moderators, facilitators, zone, language, day = row
    return Group(group_id, server, name, home, kind, moderators, facilitators, zone, language, date.fromisoformat(day))


def _tuples(rows: list[Row]) -> tuple[Any, ...]:
    return tuple(rows)
