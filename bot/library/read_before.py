"""The library as it was read at an earlier start.

To read and check the whole course takes longer than all else that the bot does before it can answer, most of it for loading what
checks it. So what came out is kept beside the content, in ``.read-before.json``, with a hash of all that went in: the content's
files and the code that reads them. If either is another, or the file can't be used, all is read anew, and nobody notices but by
the wait. It can be deleted at any time; where it can't be written, each start takes as long as the first.

Only data are in the file, and only into the shapes of the course are they made: it can say nothing that the content couldn't.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from bot.library import shapes
from bot.library.course import Library, Spot
from bot.questions.shapes import OF_QUESTIONS, Shape, Source

NAME = ".read-before.json"
SHAPES: Mapping[str, type[Shape]] = {
    shape.__name__: shape
    for shape in (
        *OF_QUESTIONS,
        shapes.Lesson,
        shapes.Prompt,
        shapes.Theme,
        shapes.Term,
        shapes.Guide,
        shapes.Moment,
        shapes.Item,
        shapes.Week,
        shapes.Measure,
        shapes.Plan,
        shapes.Known,
        shapes.Narrows,
        shapes.Branch,
        shapes.Choice,
        shapes.Node,
        shapes.Count,
        shapes.Scenario,
    )
}
"""All that may be in the file; a source stands there by its key."""
_CODE = (Path(__file__).parent, Path(__file__).parents[1] / "questions")


def open_library(folder: Path) -> Library:
    """The library in this content folder, checked. Raises ``BrokenContent`` with all that is wrong."""
    mark = _mark(folder)
    found = _before(folder / NAME, mark)
    if found is not None:
        return found
    from bot.library.read import read_library

    library = read_library(folder)
    if mark == _mark(folder):  # nobody was writing meanwhile
        _remember(folder / NAME, mark, library)
    return library


def fields(shape: type[Shape]) -> tuple[str, ...]:
    return tuple(shape.__annotations__)


def written(library: Library) -> dict[str, Any]:
    """The whole library as JSON holds it."""
    return {
        "sources": [{"": "Source", "is": [_out(getattr(source, name)) for name in fields(Source)]} for source in library.sources],
        "themes": _by_language(library.written),
        "plans": _by_language(library.plans),
        "scenarios": _by_language(library.scenarios),
        "terms": _by_language(library.terms),
        "spots": [[*question, spot.file, spot.line] for question, spot in library.spots.items()],
    }


def made(data: Mapping[str, Any]) -> Library:
    """The other way round. Raises ``LookupError``, ``TypeError`` or ``ValueError`` if that isn't what ``written`` gave."""
    themes, plans, scenarios, terms = (
        {language: tuple(its) for language, its in data[kind].items()} for kind in ("themes", "plans", "scenarios", "terms")
    )
    spots = {(language, theme, number): Spot(file, line) for language, theme, number, file, line in data["spots"]}
    return Library(themes, tuple(data["sources"]), plans, scenarios, terms, spots)


class Maker:
    """Makes each thing as soon as its text was parsed, so that the text never stands in memory as another tree beside them."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def __call__(self, parsed: dict[str, Any]) -> Any:
        kind = parsed.get("")
        if kind is None:
            return parsed
        if kind == "cited":
            return self._sources[parsed["key"]]
        if kind == "date":
            return date.fromisoformat(parsed["day"])
        if kind == "Source":
            source: Source = _shape(Source, parsed["is"])
            self._sources[source.key] = source
            return source
        return _shape(SHAPES[kind], parsed["is"])


def _by_language(kind: Mapping[str, tuple[Shape, ...]]) -> dict[str, list[Any]]:
    return {language: [_out(one) for one in its] for language, its in kind.items()}


def _out(value: Any) -> Any:
    if isinstance(value, Source):
        return {"": "cited", "key": value.key}
    if isinstance(value, Shape):
        name, shape = next((name, shape) for name, shape in SHAPES.items() if isinstance(value, shape))
        return {"": name, "is": [_out(getattr(value, field)) for field in fields(shape)]}
    if isinstance(value, tuple):
        return [_out(one) for one in value]
    if isinstance(value, date):
        return {"": "date", "day": value.isoformat()}
    return value


def _shape(shape: type[Any], values: list[Any]) -> Any:
    one: Any = object.__new__(shape)
    for field, value in zip(fields(shape), values, strict=True):
        object.__setattr__(one, field, _frozen(value))
    return one


def _frozen(value: Any) -> Any:
    return tuple([_frozen(one) for one in value]) if isinstance(value, list) else value


def _mark(folder: Path) -> str:
    """A hash of the content's files and of the code that reads them, names and all."""
    found = hashlib.sha256()
    with suppress(OSError):
        for root, kind in ((folder, "*.yaml"), *((code, "*.py") for code in _CODE)):
            for file in sorted(root.rglob(kind)):
                found.update(b"%s\0%d\0" % (os.fsencode(file.relative_to(root)), file.stat().st_size))
                found.update(file.read_bytes())
    return found.hexdigest()


def _before(file: Path, mark: str) -> Library | None:
    try:
        data = json.loads(file.read_bytes(), object_hook=Maker())
        return made(data["library"]) if data["mark"] == mark else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _remember(file: Path, mark: str, library: Library) -> None:
    """Whole or not at all: a second bot may be reading it just now."""
    beside = file.with_name(f"{NAME}-{os.getpid()}")
    with suppress(OSError):
        try:
            beside.write_text(json.dumps({"mark": mark, "library": written(library)}, ensure_ascii=False), encoding="utf-8")
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
