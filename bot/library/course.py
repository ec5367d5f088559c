"""The library and its courses: what was read, ready to be looked up. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.library.plan import Plan
from bot.library.theme import Theme
from bot.questions import Source

ENGLISH = "en"
"""The language that fills the gaps of all others."""


@dataclass(frozen=True)
class Course:
    """All themes in one language, by number, and all plans, by title."""

    themes: tuple[Theme, ...]
    plans: tuple[Plan, ...] = ()

    def theme(self, name: str) -> Theme | None:
        return self._named.get(name)

    def numbered(self, number: int) -> Theme | None:
        return self._numbered.get(number)

    def plan(self, name: str) -> Plan | None:
        return next((plan for plan in self.plans if plan.name == name), None)

    @cached_property
    def _named(self) -> dict[str, Theme]:
        return {theme.name: theme for theme in self.themes}

    @cached_property
    def _numbered(self) -> dict[int, Theme]:
        return {theme.number: theme for theme in self.themes}


class Library:
    """The whole content, checked."""

    def __init__(
        self,
        written: Mapping[str, tuple[Theme, ...]],
        sources: tuple[Source, ...],
        plans: Mapping[str, tuple[Plan, ...]] | None = None,
    ) -> None:
        """``written`` has each language's own themes, ``plans`` its own plans; English has to be among the former."""
        self.written = dict(written)
        self.plans = dict(plans or {})
        self.sources = sources
        self.languages = (ENGLISH, *sorted(set(written) - {ENGLISH}))
        self._courses = {language: self._whole(language) for language in self.languages}

    def course(self, language: str) -> Course:
        """The course in this language, else in the nearest: ``de-AT``, then ``de``, then English."""
        return self._courses[nearest(language, self.languages)[0]]

    def _whole(self, language: str) -> Course:
        themes: dict[str, Theme] = {}
        plans: dict[str, Plan] = {}
        for one in reversed(nearest(language, self.languages)):
            themes |= {theme.name: theme for theme in self.written[one]}
            plans |= {plan.name: plan for plan in self.plans.get(one, ())}
        # English's plan stays away from a language whose themes lack something of it: better no plan than one with holes.
        whole = (plan for plan in plans.values() if _has_all_of(plan, themes))
        by_number = tuple(sorted(themes.values(), key=lambda theme: theme.number))
        return Course(by_number, tuple(sorted(whole, key=lambda plan: (plan.title, plan.name))))


def nearest(language: str, languages: Iterable[str]) -> list[str]:
    """Which of these languages are looked into for this one, the nearest first: ``de-AT``, then ``de``, then English."""
    known = {one.casefold(): one for one in languages}
    asked = language.replace("_", "-").casefold()
    wanted = dict.fromkeys((asked, asked.partition("-")[0], ENGLISH))
    return [known[one] for one in wanted if one in known]


def _has_all_of(plan: Plan, themes: Mapping[str, Theme]) -> bool:
    for item in plan.items:
        theme = themes.get(item.theme)
        if theme is None or not (theme.lesson(item.name) if item.kind == "lesson" else theme.prompt(item.name)):
            return False
    return True
