"""Queries for a person who wants to see, take away or erase what is kept in several groups at once.

Which groups these are, nobody can look up: a person has another key in each. So all keys are tried, in small portions, between
which others have their turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.group import Group
from bot.kept import KEPT
from bot.storage.engine import Engine, Row, Statement, Value
from bot.storage.groups import SELECT, group_of

AT_ONCE = 500
"""Keys in one portion: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of one table about one learner, without the group's number and the learner's key."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


class Export:
    """The part of the store that brings together what is kept about one person."""

    _engine: Engine

    async def group_ids(self, server_id: int | None = None) -> tuple[int, ...]:
        """All groups, those that are closed and not yet erased among them; of one server, or of all."""
        values: dict[str, Value] = {"server": server_id} if server_id is not None else {}
        where = "WHERE server_id = :server" if server_id is not None else ""
        [rows] = await self._engine.read((f"SELECT group_id FROM study_groups {where} ORDER BY group_id", values))
        return tuple(group for (group,) in rows)

    async def memberships(self, keys: Sequence[tuple[int, str]]) -> tuple[tuple[Group, str], ...]:
        """Of these (group, key), those that are learners; with the groups, even if they are closed."""
        found: list[tuple[Group, str]] = []
        for start in range(0, len(keys), AT_ONCE):
            portion = keys[start : start + AT_ONCE]
            asked: list[Statement] = [(_MEMBER, {"group": group, "key": key}) for group, key in portion]
            answers = await self._engine.read(*asked)
            found += [(group_of(rows[0]), key) for (_, key), rows in zip(portion, answers, strict=True) if rows]
        return tuple(found)

    async def export(self, group_id: int, key: str) -> tuple[Exported, ...]:
        """Every row about this learner."""
        values: dict[str, Value] = {"group": group_id, "key": key}
        answers = await self._engine.read(*((_rows_of(table, columns), values) for table, columns in EXPORTED))
        return tuple(Exported(table, columns, _rows(rows)) for (table, columns), rows in zip(EXPORTED, answers, strict=True))


EXPORTED = tuple((kept.table, tuple(column.name for column in kept.about)) for kept in KEPT)

_MEMBER = f"{SELECT} WHERE group_id = :group AND EXISTS (SELECT 1 FROM learners WHERE group_id = :group AND learner_key = :key)"


def _rows_of(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(columns)
    return f"SELECT {names} FROM {table} WHERE group_id = :group AND learner_key = :key ORDER BY {names}"


def _rows(rows: list[Row]) -> tuple[tuple[str | int, ...], ...]:
    return tuple(rows)
