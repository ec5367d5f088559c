"""Where a question belongs in the course, carried through formats that have no place for it.

Moodle has tags, so the course's own facts travel as tags: ``number: 3``, ``level: recall``, ``lesson: the-add-up-game``,
``source: GOLLE06``, ``keep order`` and so on. A theme that goes out and comes in again knows its place; a foreign file has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

KEEP_ORDER = "keep order"
IN_ORDER = "in order"
"""Pairs of places and steps: what was to be put in order."""
_ONCE = ("number", "level", "lesson", "review by", "essay question", "unit", "claim")
_OFTEN = ("source", "essay", "accepted")
_TAG = re.compile(rf"({'|'.join((*reversed(_ONCE), *_OFTEN))}): *(.+)")
_IN_COLUMNS = ("number", "level", "lesson", "source")


@dataclass(frozen=True, slots=True)
class Place:
    """What the course knows about a question besides what it asks; all of it may be missing."""

    number: int | None = None
    level: str | None = None
    lesson: str | None = None
    review_by: str | None = None
    essay_question: str | None = None
    sources: tuple[str, ...] = ()
    essay: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    keeps_order: bool = False
    unit: str | None = None
    claim: str | None = None
    """Whether what is claimed is ``true`` or ``false``; the options are reasons then."""
    in_order: bool = False


def place_of(tags: Iterable[str]) -> Place:
    """What these tags say. Other tags, and what makes no sense, say nothing."""
    once: dict[str, str] = {}
    often: dict[str, dict[str, None]] = {word: {} for word in _OFTEN}
    keeps_order = in_order = False
    for tag in tags:
        keeps_order = keeps_order or tag.casefold() == KEEP_ORDER
        in_order = in_order or tag.casefold() == IN_ORDER
        if not (named := _TAG.fullmatch(tag)):
            continue
        if named[1] in often:
            often[named[1]][named[2]] = None
        else:
            once.setdefault(named[1], named[2])
    number, day = once.get("number", ""), once.get("review by", "")
    return Place(
        number=int(number) if re.fullmatch("[0-9]{1,4}", number) else None,
        level=once.get("level"),
        lesson=once.get("lesson"),
        review_by=day if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day) else None,
        essay_question=once.get("essay question"),
        sources=tuple(often["source"]),
        essay=tuple(often["essay"]),
        accepted=tuple(often["accepted"]),
        keeps_order=keeps_order,
        unit=once.get("unit"),
        claim=claim if (claim := once.get("claim")) in ("true", "false") else None,
        in_order=in_order,
    )


def tags_of(place: Place) -> tuple[str, ...]:
    """The tags that say this."""
    said = (place.number, place.level, place.lesson, place.review_by, place.essay_question, place.unit, place.claim)
    once = dict(zip(_ONCE, said, strict=True))
    often = {"source": place.sources, "essay": place.essay, "accepted": place.accepted}
    return (
        *(f"{word}: {value}" for word, value in once.items() if value not in (None, "")),
        *(f"{word}: {value}" for word, values in often.items() for value in values),
        *([KEEP_ORDER] if place.keeps_order else []),
        *([IN_ORDER] if place.in_order else []),
    )


def tags_without_column(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags for which a table of questions has no column."""
    return tuple(
        tag for tag in tags if tag.casefold() != KEEP_ORDER and not ((named := _TAG.fullmatch(tag)) and named[1] in _IN_COLUMNS)
    )
