"""Where a question belongs in the course, carried through formats that have no place for it.

Moodle has tags, so the course's own facts travel as tags: ``number: 3``, ``level: recall``, ``lesson: the-add-up-game``,
``source: GOLLE06``, ``keep order``. A theme that goes out and comes in again knows its place; a foreign file has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

KEEP_ORDER = "keep order"
_TAG = re.compile(r"(number|level|lesson|source): *(.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """What the course knows about a question besides what it asks; all of it may be missing."""

    number: int | None = None
    level: str | None = None
    lesson: str | None = None
    sources: tuple[str, ...] = ()
    keeps_order: bool = False


def place_of(tags: Iterable[str]) -> Place:
    """What these tags say. Other tags, and what makes no sense, say nothing."""
    found: dict[str, str] = {}
    sources: dict[str, None] = {}
    keeps_order = False
    for tag in tags:
        keeps_order = keeps_order or tag.casefold() == KEEP_ORDER
        if named := _TAG.fullmatch(tag):
            if named[1] == "source":
                sources[named[2]] = None
            else:
                found.setdefault(named[1], named[2])
    number = found.get("number", "")
    return Place(
        number=int(number) if re.fullmatch("[0-9]{1,4}", number) else None,
        level=found.get("level"),
        lesson=found.get("lesson"),
        sources=tuple(sources),
        keeps_order=keeps_order,
    )


def tags_of(place: Place) -> tuple[str, ...]:
    """The tags that say this."""
    return (
        *([f"number: {place.number}"] if place.number is not None else []),
        *([f"level: {place.level}"] if place.level else []),
        *([f"lesson: {place.lesson}"] if place.lesson else []),
        *(f"source: {key}" for key in place.sources),
        *([KEEP_ORDER] if place.keeps_order else []),
    )


def other_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that say nothing of the course."""
    return tuple(tag for tag in tags if tag.casefold() != KEEP_ORDER and not _TAG.fullmatch(tag))
