"""Queries of the daily job that erases what is kept for too long. Each condition is in the statement that deletes: whoever comes
back, reopens or erases at the same moment is either before or after it, and nobody else's rows are touched.
"""

from datetime import date

from bot.storage.engine import Statement, Value
from bot.storage.groups import TABLES as OF_GROUPS
from bot.storage.groups import Groups
from bot.storage.learners import DAYS_SINCE, Learners
from bot.storage.learners import TABLES as OF_LEARNERS
from bot.storage.ours import OfOurServers
from bot.storage.rows import Purged

AT_ONCE = 500
"""Learners in one transaction, so that others have their turn in between."""


class Retention(Groups, Learners, OfOurServers):
    """The part of the store that forgets by itself. It stands on the groups, since what it erases must leave their memory, too."""

    async def erase_inactive(self, before: date) -> Purged:
        """Learners whose latest day is before this one. Those who agreed to an older list, in which there is no such day, stay."""
        day: dict[str, Value] = {"day": before.isoformat()}
        purged = Purged(0, 0, 0)
        # None found, nothing is run: an erasure writes the whole database anew.
        while (found := await self._engine.read((_FIND_INACTIVE, day)))[0]:
            unit: list[Statement] = []
            for group_id, key in found[0]:
                one = day | {"group": group_id, "key": key}
                unit += ((_ROWS_OF_INACTIVE, one), self._note_learner(group_id, key, _INACTIVE, **day), (_ERASE_INACTIVE, one))
            answers = await self._engine.erase(*unit, tables=OF_LEARNERS)
            gone = [rows[0][0] for rows, erased in zip(answers[::3], answers[2::3], strict=True) if erased]
            purged = Purged(0, purged.learners + len(gone), purged.rows + sum(gone))
        return purged

    async def clear_erased_bytes(self, today: date) -> tuple[str, ...]:
        """Once a day, if anything was erased: what an erasure had to leave in the files. Which tables are left even now."""
        values: dict[str, Value] = {"today": today.isoformat()}
        [found] = await self._engine.write((_CLEAR_TODAY, values))
        return await self._engine.clear(OF_GROUPS) if found else ()

    async def servers(self) -> tuple[int, ...]:
        """Those of this process that have a group, open or closed."""
        query = f"SELECT DISTINCT server_id FROM study_groups WHERE 1 = 1{self._our_groups()} ORDER BY server_id"
        [rows] = await self._engine.read((query, {}))
        return tuple(server for (server,) in rows)

    async def server_is_gone(self, server_id: int, *, on: date) -> None:
        """It has removed the bot. The first day on which that was seen stays."""
        await self._engine.write((_GONE, {"server": server_id, "day": on.isoformat()}))

    async def server_is_there(self, server_id: int) -> None:
        """It has the bot, perhaps again."""
        await self._engine.write((_THERE, {"server": server_id}))

    async def ended_groups(self, before: date, *, gone_from: tuple[int, ...]) -> tuple[int, ...]:
        """On the servers of this process: those closed by this day, and those of these servers that were gone by then."""
        values: dict[str, Value] = {"day": before.isoformat()}
        query = f"SELECT group_id, server_id, closed_on FROM study_groups WHERE ({_ENDED}){self._our_groups()}"
        [rows] = await self._engine.read((query, values))
        return tuple(
            group for group, server, closed in rows if server in gone_from or (closed is not None and closed <= before.isoformat())
        )

    async def erase_ended(self, group_id: int, before: date) -> Purged:
        """This group, if it is still closed or gone since then. Zeros if somebody opened it meanwhile."""
        values: dict[str, Value] = {"group": group_id, "day": before.isoformat()}
        try:
            [[(learners, rows)], _, gone] = await self._engine.erase(
                (_ROWS_OF_GROUP, {"group": group_id}),
                self._note_group(group_id, _ENDED, day=before.isoformat()),
                (f"DELETE FROM study_groups WHERE group_id = :group AND ({_ENDED}) RETURNING 1", values),
                tables=OF_GROUPS,
            )
        finally:
            self._memory.forget()
        return Purged(1, learners, rows) if gone else Purged(0, 0, 0)


_INACTIVE = f"active_on < :day AND consent_version >= {DAYS_SINCE}"

# For the first of several processes alone. Without an erasure noted since then there is nothing to clear.
_CLEAR_TODAY = """
INSERT INTO marks (name, mark) SELECT 'erased bytes cleared on', CAST(:today AS TEXT)
 WHERE EXISTS (SELECT 1 FROM erasures WHERE erased_on >=
               COALESCE((SELECT mark FROM marks WHERE name = 'erased bytes cleared on'), ''))
ON CONFLICT (name) DO UPDATE SET mark = excluded.mark WHERE marks.mark < excluded.mark RETURNING 1
"""

_FIND_INACTIVE = f"SELECT group_id, learner_key FROM learners WHERE {_INACTIVE} LIMIT {AT_ONCE}"

_ERASE_INACTIVE = f"DELETE FROM learners WHERE group_id = :group AND learner_key = :key AND {_INACTIVE} RETURNING 1"

_ROWS_OF_INACTIVE = "SELECT " + " + ".join(
    f"(SELECT count(*) FROM {table} WHERE group_id = :group AND learner_key = :key)" for table in OF_LEARNERS if table != "learners"
)

_ROWS_OF_GROUP = "SELECT (SELECT count(*) FROM learners WHERE group_id = :group), " + " + ".join(
    f"(SELECT count(*) FROM {table} WHERE group_id = :group)" for table in OF_LEARNERS if table != "learners"
)

_GONE = "UPDATE study_groups SET gone_on = :day WHERE server_id = :server AND gone_on IS NULL"

_THERE = "UPDATE study_groups SET gone_on = NULL WHERE server_id = :server AND gone_on IS NOT NULL"

_ENDED = "closed_on <= :day OR gone_on <= :day"
