"""A thing of the course, and the source that it may cite."""

from __future__ import annotations

import re
from copy import copy
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NoReturn, Self


class Shape:
    """A thing of the course. It doesn't change."""

    def but(self, **other: Any) -> Self:
        """The same with other values in some of its fields."""
        one = copy(self)
        one.__dict__.update(other)
        return one

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is content, which does not change")


class Source(Shape):
    """Where a fact comes from."""

    key: str
    author: str | None
    year: int | None
    title: str
    """In square brackets: not its title but a description, where it has none or nobody knows it."""
    publisher: str | None
    url: str | None
    standing: Literal["primary", "secondary", "pointer"]
    checked_on: str | None
    """When somebody last read it."""
    review_by: date | None
    """When what it says has to be looked at again; ``None`` for what doesn't go stale."""
    note: str | None
    accepted: tuple[str, ...]

    @property
    def line(self) -> str:
        """One line of Discord's markdown: who (when): what, where it was published."""
        return _line(self.author, self.year, self.title, self.publisher, self.url)


@lru_cache(maxsize=4096)  # a few lines, shown with every answer
def _line(author: str | None, year: int | None, title: str, publisher: str | None, url: str | None) -> str:
    named = f"[{plain(title)}](<{url}>)" if url else plain(title)
    published = f", {plain(publisher)}" if publisher else ""
    when = f" ({year})" if year else ""
    if author:
        return f"{plain(author)}{when}: {named}{published}"
    return f"{named}{published}{when}"


def plain(text: str) -> str:
    """The same text, with nothing in it that Discord would take for markdown, a link or a mention."""
    return re.sub(r"([\\*_~`|<>\[\]#])", r"\\\1", text)
