"""What the rules look at: themes as they are written, taken apart into things that know where they stand.

Pages and not finished themes, so that a rule can name a line, and so that an author hears of a weak question while something else
in the same file is still wrong. What is malformed is passed over here: the reader tells of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bot.library import Page, Steps, where

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Thing:
    """A theme, a lesson, a question, a prompt, a word or a source, and where it stands."""

    page: Page
    steps: Steps
    data: Mapping[str, Any]

    def text(self, key: str) -> str:
        return _text(self.data.get(key))

    @property
    def accepted(self) -> tuple[str, ...]:
        """The rules that its author knows about, as far as they are written well."""
        found = self.data.get("accepted")
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, tuple) else ()

    def line(self, inside: Steps = ()) -> int:
        return self.page.line((*self.steps, *inside))

    def where(self, inside: Steps = ()) -> str:
        return where(self.page, (*self.steps, *inside))


@dataclass(frozen=True, slots=True)
class Offered:
    """One option of a question."""

    text: str
    is_right: bool
    at: Steps
    """Where its text stands, within the question."""


@dataclass(frozen=True)
class Asked(Thing):
    """A question. ``options`` are what is offered to choose from, reasons too; kinds without any have no key to give away."""

    @property
    def ask(self) -> str:
        return self.text("ask")

    @property
    def stem(self) -> Steps:
        """Where that stands which is asked: a claim is judged, and has no ``ask``."""
        return ("claim",) if "claim" in self.data else ("ask",)

    @cached_property
    def options(self) -> tuple[Offered, ...]:
        return tuple(_options(self.data))

    @cached_property
    def key(self) -> Offered | None:
        """``None`` unless just one option is right."""
        right = [one for one in self.options if one.is_right]
        return right[0] if len(right) == 1 else None

    @property
    def wrong(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.options if not one.is_right)


@dataclass(frozen=True)
class Written:
    """One theme."""

    page: Page

    @property
    def theme(self) -> Thing:
        return Thing(self.page, (), self.page.data if isinstance(self.page.data, dict) else {})

    @cached_property
    def lessons(self) -> tuple[Thing, ...]:
        return tuple(Thing(self.page, steps, one) for steps, one in self.page.listed("lessons"))

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        return tuple(Asked(self.page, steps, one) for steps, one in self.page.listed("questions"))

    @cached_property
    def prompts(self) -> tuple[Thing, ...]:
        return tuple(Thing(self.page, steps, one) for steps, one in self.page.listed("prompts"))

    @property
    def things(self) -> Iterator[Thing]:
        yield self.theme
        yield from (*self.lessons, *self.questions, *self.prompts)


@dataclass(frozen=True)
class Bank:
    """The themes of one language that are looked at together, and the sources that they cite.

    ``listed`` is the page of the sources, if it is to be looked at, too. ``terms`` are words that a glossary
    explains, and ``glossary`` its page; ``stories`` are the scenarios.
    """

    themes: tuple[Written, ...]
    today: date
    language: str = ENGLISH
    sources: Mapping[str, Any] = field(default_factory=dict)
    listed: Page | None = None
    terms: frozenset[str] = frozenset()
    glossary: Page | None = None
    stories: tuple[Page, ...] = ()

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        return tuple(question for theme in self.themes for question in theme.questions)

    @property
    def read(self) -> Iterator[Thing]:
        """Everything that learners read; not the sources, whose titles are other people's."""
        for theme in self.themes:
            yield from theme.things
        if self.glossary is not None:
            yield from (Thing(self.glossary, steps, one) for steps, one in self.glossary.listed("terms"))
        yield from (Thing(page, (), page.data) for page in self.stories if isinstance(page.data, dict))

    @property
    def things(self) -> Iterator[Thing]:
        yield from self.read
        if self.listed is not None and isinstance(self.listed.data, dict):
            yield from (Thing(self.listed, (key,), one) for key, one in self.listed.data.items() if isinstance(one, dict))


def _options(question: Mapping[str, Any]) -> Iterator[Offered]:
    for listed in ("options", "reasons"):
        options = question.get(listed)
        for index, option in enumerate(options if isinstance(options, tuple) else ()):
            if isinstance(option, dict):
                for key in ("right", "wrong"):
                    if _text(option.get(key)):
                        yield Offered(_text(option[key]), key == "right", (listed, index, key))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
