"""Rules about more than one thing: what may be there only once, and what has to be there somewhere else.

They look at the pages as written, not at finished themes, so that an author hears of a doubled number even while
something else in the same theme is still wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from bot.library.page import Page, Steps
from bot.library.problems import Problem
from bot.library.wording import where
from bot.questions.texts import did_you_mean, shortened

_PERMANENT = (("lessons", "lesson"), ("questions", "number"), ("prompts", "prompt"))


def within(page: Page) -> Iterator[Problem]:
    """What doesn't fit together within one theme."""
    for listed, key in _PERMANENT:
        first: dict[Any, Steps] = {}
        for steps, one in page.listed(listed):
            name = _name(one, key)
            if name is not None and first.setdefault(name, steps) != steps:
                yield _at(page, (*steps, key), f"is taken already, in line {page.line((*first[name], key))}")
    yield from _beyond_its_theme(page)
    lessons = {one["lesson"] for _, one in page.listed("lessons") if isinstance(one.get("lesson"), str)}
    for listed in ("questions", "prompts"):
        for steps, one in page.listed(listed):
            lesson = one.get("lesson")
            if isinstance(lesson, str) and lessons and lesson not in lessons:
                what = f"this theme has no lesson {shortened(lesson)!r}{did_you_mean(lesson, lessons)}"
                yield _at(page, (*steps, "lesson"), what)


def _beyond_its_theme(page: Page) -> Iterator[Problem]:
    """Parts of the essay that are named within a theme and not by it."""
    own = page.data.get("essay") if isinstance(page.data, dict) else None
    for listed, _ in _PERMANENT:
        for steps, one in page.listed(listed):
            for index, part in enumerate(parts if isinstance(parts := one.get("essay"), tuple) else ()):
                if isinstance(own, tuple) and isinstance(part, str) and part not in own:
                    what = f"{shortened(part)} is not in the theme's own list; add it there, in line {page.line(('essay',))}"
                    yield _at(page, (*steps, "essay", index), what)


def among(pages: tuple[Page, ...], called: str = "theme") -> Iterator[Problem]:
    """What clashes among the themes of one language, or among whatever else is ``called`` by a name and a number."""
    for key in (called, "number"):
        first: dict[Any, Page] = {}
        for page in pages:
            name = _name(page.data, key)
            if name is not None and first.setdefault(name, page) is not page:
                other = first[name]
                yield _at(page, (key,), f"{shortened(str(name))} is taken by {other.file}:{other.line((key,))}")


def between(english: tuple[Page, ...], others: tuple[Page, ...], called: str = "theme") -> Iterator[Problem]:
    """What clashes between a language and English, which fills its gaps: a theme has one number in all languages."""
    numbers = {_name(page.data, called): page for page in english}
    themes = {_name(page.data, "number"): page for page in english}
    for page in others:
        theme, number = _name(page.data, called), _name(page.data, "number")
        if theme is None or number is None:
            continue
        same = numbers.get(theme)
        if same is not None and _name(same.data, "number") not in (None, number):
            at = f"{same.file}:{same.line(('number',))}"
            yield _at(page, ("number",), f"this {called} is number {same.data['number']} in English ({at})")
        elif same is None and number in themes:
            yield _at(page, ("number",), f"{number} is another {called} in English ({themes[number].file})")


def unused(sources: Page, pages: Iterable[Page]) -> Iterator[Problem]:
    """Sources that nothing cites."""
    cited = set(chain.from_iterable(_texts(page.data) for page in pages))
    for key in sources.data if isinstance(sources.data, dict) else ():
        if key not in cited:
            what = "nothing cites this source; cite it, or delete it"
            yield Problem(sources.file, sources.line((key,)), where(sources, (key,)), what, "unused-source")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (dict, tuple)):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)


def _at(page: Page, steps: Steps, what: str) -> Problem:
    return Problem(page.file, page.line(steps), where(page, steps), what)


def _name(data: Any, key: str) -> str | int | None:
    name = data.get(key) if isinstance(data, dict) else None
    return name if isinstance(name, (str, int)) and not isinstance(name, bool) else None
