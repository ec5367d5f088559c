"""The checks of single values that every limit is made of; each adds to `problems` and goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal.refusals import Path, Problems
from rehearsal.things import Json


def unknown_keys(problems: Problems, path: Path, body: Json, known: Iterable[str]) -> None:
    for key in body.keys() - frozenset(known):
        problems.add((*path, key), "UNKNOWN_KEY", "No such field. (Discord would ignore it in silence.)")


def text(problems: Problems, path: Path, value: Any, *, shortest: int = 0, longest: int, required: bool = False) -> str:
    """The text itself, or "" if it is missing or wrong."""
    if value is None:
        if required:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        return ""
    if not isinstance(value, str):
        problems.add(path, "BASE_TYPE_BAD_TYPE", "Could not interpret value as string.")
        return ""
    if len(value) > longest:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
    if len(value) < shortest:
        wanted = "This field is required" if not value else f"Must be {shortest} or more in length."
        problems.add(path, "BASE_TYPE_REQUIRED" if not value else "BASE_TYPE_MIN_LENGTH", wanted)
    return value


def whole_number(problems: Problems, path: Path, value: Any, *, least: int | None = None, most: int | None = None) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        return None
    if least is not None and value < least:
        problems.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
    if most is not None and value > most:
        problems.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    return value


def array(
    problems: Problems, path: Path, value: Any, *, least: int = 0, most: int | None = None, required: bool = False
) -> list[Any] | None:
    """The list itself; None if it is missing or wrong."""
    if value is None:
        if required:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        return None
    if not isinstance(value, list):
        problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return None
    if most is not None and not least <= len(value) <= most:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    return value


def entry(problems: Problems, path: Path, value: Any) -> Json | None:
    """The object itself; None if it is none."""
    if isinstance(value, dict):
        return value
    problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    return None


def truth(problems: Problems, path: Path, value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        problems.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    return value is True
