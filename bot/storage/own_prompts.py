"""Queries about a group's own prompts: those that its moderators took into its course. Nothing says who suggested one."""

from datetime import date

from bot.storage.engine import Engine, Value
from bot.storage.rows import OwnPrompt


class OwnPrompts:
    """The part of the store that is about prompts of a group's own."""

    _engine: Engine

    async def add_own_prompt(self, group_id: int, title: str, text: str, on: date) -> OwnPrompt | None:
        """With the group's next number. None: the group is gone."""
        values: dict[str, Value] = {"group": group_id, "title": title, "text": text, "day": on.isoformat()}
        [_, added] = await self._engine.write((_COUNT_UP, {"group": group_id}), (_ADD, values))
        return OwnPrompt(group_id, added[0][0], title, text, on) if added else None

    async def own_prompts(self, group_id: int) -> tuple[OwnPrompt, ...]:
        """In the order in which they came."""
        [rows] = await self._engine.read((_SELECT, {"group": group_id}))
        return tuple(OwnPrompt(group, number, title, text, date.fromisoformat(day)) for group, number, title, text, day in rows)

    async def remove_own_prompt(self, group_id: int, number: int) -> bool:
        """Its bytes go too: it may be removed since it says something about somebody. False: it was gone."""
        [removed] = await self._engine.erase((_REMOVE, {"group": group_id, "number": number}), tables=("own_prompts",))
        return bool(removed)


# The counter is in the group's row and not the highest number that is there: that one may be removed.
_COUNT_UP = "UPDATE study_groups SET prompts_numbered = prompts_numbered + 1 WHERE group_id = :group"

_ADD = """
INSERT INTO own_prompts (group_id, number, title, text, added_on)
SELECT group_id, prompts_numbered, CAST(:title AS TEXT), CAST(:text AS TEXT), CAST(:day AS TEXT)
  FROM study_groups WHERE group_id = :group
RETURNING number
"""

_SELECT = "SELECT group_id, number, title, text, added_on FROM own_prompts WHERE group_id = :group ORDER BY number"

_REMOVE = "DELETE FROM own_prompts WHERE group_id = :group AND number = :number RETURNING 1"
