"""Where a fact comes from.

Questions cite sources as lessons do, and ``bot/library/`` imports this room, not the other way round: that is why
a source lives here. Content names sources by key; reading turns each key into its source, by way of a ``Shelf``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.questions import shapes
from bot.questions.texts import Frozen, Line, RuleNames, Unfit, Url, did_you_mean, shortened


def _as_written(given: object) -> object:
    return given.isoformat() if isinstance(given, date) else given


def _is_day_or_month(text: str) -> str:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", text) and date.fromisoformat(f"{text}-01"[:10]):
            return text
    except ValueError:
        pass
    raise ValueError(f"{shortened(text)!r} is no day and no month; write 2026-11-23 or 2026-11")


DayOrMonth = Annotated[Line, BeforeValidator(_as_written), AfterValidator(_is_day_or_month)]
"""``2026-11-23``, or ``2026-11`` where nobody knows the day any more."""


class Source(Frozen, shapes.Source):
    """One entry of ``content/sources.yaml``."""

    key: Line
    author: Line | None = None
    """Who wrote it; left out where nobody is named."""
    year: Annotated[int, Field(ge=1, le=2200)] | None = None
    """When it was published; left out where nobody knows."""
    title: Line
    """In square brackets: not its title but a description, where it has none or nobody knows it."""
    publisher: Line | None = None
    """Where it was published: a journal with its volume, a newspaper, an office."""
    url: Url | None = None
    """Where it can be read."""
    standing: Literal["primary", "secondary", "pointer"]
    """primary: the text itself, an official page, a paper's own abstract. secondary: a reliable report about it. pointer: open it
    before quoting a figure."""
    checked_on: DayOrMonth | None = None
    """When somebody last read it."""
    review_by: date | None = None
    """When what it says has to be looked at again; left out for what doesn't go stale."""
    note: Line | None = None
    """What it says, as far as the course leans on it, and what to be careful about. Learners don't see it."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""


class Shelf:
    """The sources while content is read."""

    def __init__(self, sources: Mapping[str, shapes.Source], is_complete: bool = True) -> None:
        self._sources = sources
        self._is_complete = is_complete

    def find(self, key: str) -> shapes.Source:
        """Raises ``ValueError`` for an unknown key; not if the list itself couldn't be read, which is one problem."""
        if key in self._sources:
            return self._sources[key]
        if not self._is_complete:
            return Source(key="?", title="?", standing="pointer")
        raise Unfit("unknown-source", f"unknown source {shortened(key)!r}{did_you_mean(key, self._sources)}")


def _cite(given: object, info: ValidationInfo) -> shapes.Source:
    if isinstance(given, Source):
        return given
    if not isinstance(given, str):
        raise PydanticCustomError("string_type", "text expected")
    if not isinstance(info.context, Shelf):
        raise ValueError("sources can be named by key only where a list of sources is at hand")
    return info.context.find(given)


def _each_once(sources: tuple[shapes.Source, ...]) -> tuple[shapes.Source, ...]:
    keys = [source.key for source in sources]
    twice = sorted({key for key in keys if keys.count(key) > 1 and key != "?"})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice")
    return sources


SourceKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
"""How a source is named; only for editors, since reading looks it up."""

Cited = Annotated[
    tuple[Annotated[shapes.Source, PlainValidator(_cite, json_schema_input_type=SourceKey)], ...], AfterValidator(_each_once)
]
"""Sources by key, none twice."""
