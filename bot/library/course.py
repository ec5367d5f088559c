"""The library and its courses: what was read, ready to be looked up. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.library.theme import Theme
from bot.questions import Source

ENGLISH = "en"
"""The language that fills the gaps of all others."""


@dataclass(frozen=True)
class Course:
    """All themes in one language, by number."""

    themes: tuple[Theme, ...]

    def theme(self, name: str) -> Theme | None:
        return self._named.get(name)

    def numbered(self, number: int) -> Theme | None:
        return self._numbered.get(number)

    @cached_property
    def _named(self) -> dict[str, Theme]:
        return {theme.name: theme for theme in self.themes}

    @cached_property
    def _numbered(self) -> dict[int, Theme]:
        return {theme.number: theme for theme in self.themes}


class Library:
    """The whole content, checked."""

    def __init__(self, written: Mapping[str, tuple[Theme, ...]], sources: tuple[Source, ...]) -> None:
        """``written`` has each language's own themes; English has to be among them."""
        self.written = dict(written)
        self.sources = sources
        self.languages = (ENGLISH, *sorted(set(written) - {ENGLISH}))
        self._courses = {language: self._whole(language) for language in self.languages}

    def course(self, language: str) -> Course:
        """The course in this language, else in the nearest: ``de-AT``, then ``de``, then English."""
        return self._courses[self._nearest(language)[0]]

    def _nearest(self, language: str) -> list[str]:
        known = {one.casefold(): one for one in self.languages}
        asked = language.replace("_", "-").casefold()
        wanted = dict.fromkeys((asked, asked.partition("-")[0], ENGLISH))
        return [known[one] for one in wanted if one in known]

    def _whole(self, language: str) -> Course:
        themes: dict[str, Theme] = {}
        for one in reversed(self._nearest(language)):
            themes |= {theme.name: theme for theme in self.written[one]}
        return Course(tuple(sorted(themes.values(), key=lambda theme: theme.number)))
