"""Reads what the desk was asked, piece by piece. What is missing or wrong is refused with one sentence, never with a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from rehearsal.things import Json

_T = TypeVar("_T")


class Unclear(ValueError):
    """What was asked can't be done, and why: a sentence for whoever asked."""


def text(asked: Json, key: str, what: str, *, longest: int) -> str:
    """Some words, without spaces around them or within a row of them; at least one character."""
    given = asked.get(key)
    words = " ".join(given.split()) if isinstance(given, str) else ""
    if not words:
        raise Unclear(f"Say {what}.")
    if len(words) > longest:
        raise Unclear(f"That is too long for {what}: {longest} characters at most.")
    return words


def whole(asked: Json, key: str, what: str, *, least: int, most: int) -> int:
    given = asked.get(key)
    if isinstance(given, str) and given.strip().lstrip("-").isdecimal():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise Unclear(f"Give {what} as a whole number from {least} to {most}.")
    return given


def seconds(asked: Json, key: str, what: str, *, most: float) -> float:
    given = asked.get(key)
    try:
        number = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 < number <= most:
        raise Unclear(f"Give {what} in seconds: more than 0, at most {most:g}.")
    return number


def truth(asked: Json, key: str, what: str) -> bool:
    given = asked.get(key)
    if not isinstance(given, bool):
        raise Unclear(f"Say with true or false {what}.")
    return given


def one_of(asked: Json, key: str, what: str, choices: Mapping[str, _T]) -> _T:
    """The choice with this name."""
    given = asked.get(key)
    if not isinstance(given, str) or given not in choices:
        raise Unclear(f"Say {what}: one of {', '.join(choices)}.")
    return choices[given]


def thing(asked: Json, key: str, what: str, things: Mapping[int, _T]) -> _T:
    """One of the things that there are, by its id."""
    given = str(asked.get(key))
    if not given.isdecimal() or int(given) not in things:
        raise Unclear(f"There is no such {what} (any more).")
    return things[int(given)]
