"""Queries for a person who wants to see, take away or erase what is kept in several groups at once.

Which groups these are, nobody can look up: a person has another key in each. So all keys are tried, in portions, between which
others have their turn. How long that takes is in `benchmarks/RESULTS.md`.
"""

from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from bot.group import Group
from bot.kept import KEPT
from bot.storage.engine import Engine, Row, Statement, Value
from bot.storage.groups import SELECT, group_of

AT_ONCE = 500
"""Keys in one question: one or two milliseconds. It also keeps below what either engine takes in one statement."""


class Exported(Struct, frozen=True):
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
            [members] = await self._engine.read(_members_among(portion))
            for group, key in members:
                [rows] = await self._engine.read((f"{SELECT} WHERE group_id = :group", {"group": group}))
                found += [(group_of(row), key) for row in rows]
        return tuple(found)

    async def export(self, group_id: int, key: str) -> tuple[Exported, ...]:
        """Every row about this learner."""
        values: dict[str, Value] = {"group": group_id, "key": key}
        answers = await self._engine.read(*((_rows_of(table, columns), values) for table, columns in EXPORTED))
        return tuple(Exported(table, columns, _rows(rows)) for (table, columns), rows in zip(EXPORTED, answers, strict=True))


EXPORTED = tuple((kept.table, tuple(column.name for column in kept.about)) for kept in KEPT)


# CROSS JOIN, since it tells SQLite to go through what is asked and look each pair up, not the other way round.
_MEMBERS = """
WITH asked (of_group, of_key) AS (VALUES {pairs})
SELECT DISTINCT learners.group_id, learners.learner_key FROM asked CROSS JOIN learners
 WHERE learners.group_id = asked.of_group AND learners.learner_key = asked.of_key
"""


def _members_among(portion: Sequence[tuple[int, str]]) -> Statement:
    """One question for many pairs. Its text has two shapes, for one pair and for `AT_ONCE`, so that an engine remembers both."""
    asked = portion if len(portion) == 1 else [*portion, *[portion[-1]] * (AT_ONCE - len(portion))]
    values: dict[str, Value] = {}
    for (of_group, of_key), (group, key) in zip(_names(len(asked)), asked, strict=True):
        values[of_group], values[of_key] = group, key
    return _question(len(asked)), values


@cache
def _question(number: int) -> str:
    return _MEMBERS.format(pairs=", ".join(f"(:{group}, :{key})" for group, key in _names(number)))


@cache
def _names(number: int) -> tuple[tuple[str, str], ...]:
    """Of parameters, which are letters: ("group_ba", "key_ba") and so on."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return tuple((f"group_{name}", f"key_{name}") for name in (str(one).translate(letters) for one in range(number)))


def _rows_of(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(columns)
    return f"SELECT {names} FROM {table} WHERE group_id = :group AND learner_key = :key ORDER BY {names}"


def _rows(rows: list[Row]) -> tuple[tuple[str | int, ...], ...]:
    return tuple(rows)
