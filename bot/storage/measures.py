"""A plan's questions at its beginning and its end: counts of the group, and one mark for each learner, that they have answered.

Both are written in one transaction, and nothing joins them afterwards: what somebody answered is nowhere but in the sums.
"""

from collections.abc import Iterable

from bot.storage.engine import Engine, ParentGone, RowExists, Statement, Value
from bot.storage.learners import MAY_KEEP


class Measures:
    """The part of the store that counts before and after."""

    _engine: Engine

    async def has_answered(self, group_id: int, key: str, about: str) -> bool:
        values: dict[str, Value] = {"group": group_id, "key": key, "about": about}
        [rows] = await self._engine.read((_ANSWERED, values))
        return bool(rows)

    async def count_once(self, group_id: int, key: str, about: str, what: Iterable[str]) -> bool:
        """Add one to each of these, and the mark. False, and nothing: answered before, not a learner, paused, or not agreed."""
        values: dict[str, Value] = {"group": group_id, "key": key, "about": about}
        counting: list[Statement] = [(_COUNT, values | {"what": one}) for one in sorted(what)]
        try:
            # The mark comes last and may not be there yet: of two presses at once, one takes all that it counted back.
            *_, marked = await self._engine.write(*counting, (_MARK, values))
        except (RowExists, ParentGone):
            return False
        return bool(marked)


_ANSWERED = "SELECT 1 FROM measured WHERE group_id = :group AND learner_key = :key AND about = :about"

_COUNT = f"""
INSERT INTO group_tallies (group_id, about, what, n)
SELECT group_id, CAST(:about AS TEXT), CAST(:what AS TEXT), 1 FROM learners
 WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP}
ON CONFLICT (group_id, about, what) DO UPDATE SET n = group_tallies.n + 1
"""

_MARK = f"""
INSERT INTO measured (group_id, learner_key, about)
SELECT group_id, learner_key, CAST(:about AS TEXT) FROM learners
 WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP} RETURNING 1
"""
