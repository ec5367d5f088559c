"""Queries about a group's own content: the files that its moderators uploaded, in use or as a draft for a day.

Whatever changes what is in use counts the group's `own_version` up in the same transaction, so that whoever remembers the content
sees that it is another.
"""

from datetime import date

from bot.storage.engine import Row, Value
from bot.storage.groups import Groups
from bot.storage.rows import OwnFile

MOST_DRAFTS = 5
"""In each group; the oldest goes first."""


class OwnFiles(Groups):
    """The part of the store that is about own content. It stands on the groups, since a change must leave their memory, too."""

    async def add_draft(self, group_id: int, theme: str, name: str, text: str, on: date) -> int | None:
        """A file that is not in use yet, with the group's next number. None: the group is gone."""
        values: dict[str, Value] = {"group": group_id, "theme": theme, "name": name, "text": text, "day": on.isoformat()}
        counted: dict[str, Value] = {"group": group_id}
        [_, added, _] = await self._engine.write((_COUNT_UP, counted), (_ADD, values), (_DROP_OLDEST, counted))
        return int(added[0][0]) if added else None

    async def own_file(self, group_id: int, number: int) -> OwnFile | None:
        [rows] = await self._engine.read((f"{_SELECT} AND number = :number", {"group": group_id, "number": number}))
        return _file_of(rows[0]) if rows else None

    async def own_files(self, group_id: int) -> tuple[OwnFile, ...]:
        """Those in use, in the order in which they came."""
        [rows] = await self._engine.read((f"{_SELECT} AND in_use = 1 ORDER BY number", {"group": group_id}))
        return tuple(map(_file_of, rows))

    async def use_draft(self, group_id: int, number: int) -> int | None:
        """From now on the group has it. A file of the same theme is replaced and keeps its number, which is given back; None if
        there is no such draft any more."""
        values: dict[str, Value] = {"group": group_id, "number": number}
        try:
            [replaced, used, _, _] = await self._engine.write(
                (_REPLACE, values), (_USE, values), (_DROP_DRAFT, values), (_NEXT_VERSION, {"group": group_id})
            )
        finally:
            self._memory.forget()
        found = replaced or used
        return int(found[0][0]) if found else None

    async def remove_own_file(self, group_id: int, number: int) -> bool:
        """In use or not. Its bytes go too. False: it was gone."""
        values: dict[str, Value] = {"group": group_id, "number": number}
        try:
            [removed, _] = await self._engine.erase((_REMOVE, values), (_NEXT_VERSION, {"group": group_id}), tables=("own_files",))
        finally:
            self._memory.forget()
        return bool(removed)

    async def remove_old_drafts(self, before: date) -> int:
        """Drafts from before this day. How many there were."""
        values: dict[str, Value] = {"day": before.isoformat()}
        [found] = await self._engine.read(("SELECT 1 FROM own_files WHERE in_use = 0 AND added_on < :day LIMIT 1", values))
        if not found:  # an erasure writes the whole database anew
            return 0
        [gone] = await self._engine.erase(
            ("DELETE FROM own_files WHERE in_use = 0 AND added_on < :day RETURNING 1", values), tables=("own_files",)
        )
        return len(gone)


_COUNT_UP = "UPDATE study_groups SET files_numbered = files_numbered + 1 WHERE group_id = :group"

_ADD = """
INSERT INTO own_files (group_id, number, theme, name, text, added_on, in_use)
SELECT group_id, files_numbered, CAST(:theme AS TEXT), CAST(:name AS TEXT), CAST(:text AS TEXT), CAST(:day AS TEXT), 0
  FROM study_groups WHERE group_id = :group
RETURNING number
"""

_DROP_OLDEST = f"""
DELETE FROM own_files WHERE group_id = :group AND in_use = 0
   AND number <= (SELECT files_numbered FROM study_groups WHERE group_id = :group) - {MOST_DRAFTS}
"""

_SELECT = "SELECT group_id, number, theme, name, text, added_on, in_use FROM own_files WHERE group_id = :group"

_DRAFT = "SELECT {column} FROM own_files AS draft WHERE draft.group_id = :group AND draft.number = :number AND draft.in_use = 0"

# Each set only where there is such a draft: without one, its theme is NULL, and no theme equals that.
_REPLACE = f"""
UPDATE own_files
   SET name = ({_DRAFT.format(column="name")}), text = ({_DRAFT.format(column="text")}),
       added_on = ({_DRAFT.format(column="added_on")})
 WHERE group_id = :group AND in_use = 1 AND theme = ({_DRAFT.format(column="theme")})
RETURNING number
"""

_USE = """
UPDATE own_files SET in_use = 1
 WHERE group_id = :group AND number = :number AND in_use = 0
   AND NOT EXISTS (SELECT 1 FROM own_files AS other
                    WHERE other.group_id = own_files.group_id AND other.theme = own_files.theme AND other.in_use = 1)
RETURNING number
"""

_DROP_DRAFT = "DELETE FROM own_files WHERE group_id = :group AND number = :number AND in_use = 0"

_REMOVE = "DELETE FROM own_files WHERE group_id = :group AND number = :number RETURNING 1"

_NEXT_VERSION = "UPDATE study_groups SET own_version = own_version + 1 WHERE group_id = :group"


def _file_of(row: Row) -> OwnFile:
    group, number, theme, name, text, day, in_use = row
    return OwnFile(group, number, theme, name, text, date.fromisoformat(day), bool(in_use))
