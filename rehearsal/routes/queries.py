"""Reading what stands in a path or after the question mark; Discord's refusal for what can't stand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from rehearsal.refusals import invalid
from rehearsal.rest import Call


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


_T = TypeVar("_T", bound=_Numbered)


def number_of(text: str) -> int:
    """An id as a number; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0


def limit_of(call: Call, *, most: int, usual: int) -> int:
    """How many the call asks for."""
    given = call.query.get("limit", str(usual))
    if not given.isdigit():
        raise invalid(("limit",), "NUMBER_TYPE_COERCE", f'Value "{given}" is not int.')
    if int(given) < 1:
        raise invalid(("limit",), "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
    if int(given) > most:
        raise invalid(("limit",), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    return int(given)


def id_of(call: Call, name: str) -> int | None:
    """An id that the call names, or None."""
    given = call.query.get(name)
    if given is None:
        return None
    if number_of(given) == 0 and given != "0":
        raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{given}" is not snowflake.')
    return int(given)


def within(call: Call, things: Sequence[_T], *, most: int, usual: int) -> Sequence[_T]:
    """The page of these things, ordered by id, that `before`, `after` and `limit` ask for."""
    limit, before, after = limit_of(call, most=most, usual=usual), id_of(call, "before"), id_of(call, "after")
    found = [thing for thing in things if (after or 0) < thing.id < (before or 1 << 64)]
    return found[-limit:] if before is not None and after is None else found[:limit]
