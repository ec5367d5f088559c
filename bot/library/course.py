"""The library and its courses: what was read, ready to be looked up. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from bot.library.glossary import Glossary
from bot.library.shapes import Plan, Scenario, Term, Theme
from bot.questions import Question, Source

ENGLISH = "en"
"""The language that fills the gaps of all others."""


class Spot(Struct, frozen=True):
    """Where something is written: a file, as messages call it, and a line from 1."""

    file: str
    line: int


class Course(Struct, frozen=True, dict=True, eq=False):
    """All themes and scenarios in one language, by number, all plans, by title, and its words. Equal to itself alone: to compare
    what is in it would be to read all of it."""

    themes: tuple[Theme, ...]
    plans: tuple[Plan, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    glossary: Glossary = field(default_factory=Glossary)

    def theme(self, name: str) -> Theme | None:
        return self._named.get(name)

    def those(self, names: Iterable[str]) -> list[Theme]:
        """The themes of these names that it has, in its order. The others aren't looked at, for there may be a thousand."""
        return [self.themes[place] for place in sorted(self.places[name] for name in names if name in self.places)]

    def numbered(self, number: int) -> Theme | None:
        return self._numbered.get(number)

    def plan(self, name: str) -> Plan | None:
        return next((plan for plan in self.plans if plan.name == name), None)

    def scenario(self, name: str) -> Scenario | None:
        return next((scenario for scenario in self.scenarios if scenario.name == name), None)

    def scenario_numbered(self, number: int) -> Scenario | None:
        return next((scenario for scenario in self.scenarios if scenario.number == number), None)

    @cached_property
    def questions(self) -> dict[tuple[str, int], tuple[Theme, Question]]:
        """Every question with its theme, by the theme's name and its own number. Made once, and not to be changed."""
        return {(theme.name, question.number): (theme, question) for theme in self.themes for question in theme.questions}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each theme stands in ``themes``, by its name."""
        return {theme.name: place for place, theme in enumerate(self.themes)}

    @cached_property
    def to_learn(self) -> tuple[Theme, ...]:
        """The themes in which something can be read or known: a group's own may be prompts alone."""
        return tuple(theme for theme in self.themes if theme.lessons or theme.questions)

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
        scenarios: Mapping[str, tuple[Scenario, ...]] | None = None,
        terms: Mapping[str, tuple[Term, ...]] | None = None,
        spots: Mapping[tuple[str, str, int], Spot] | None = None,
    ) -> None:
        """``written`` has each language's own themes, the others its own plans, scenarios and words; English has to be among the
        first. ``spots``: where each question stands, by language, theme and number."""
        self.written = dict(written)
        self.plans = dict(plans or {})
        self.scenarios = dict(scenarios or {})
        self.terms = dict(terms or {})
        self.sources = sources
        self.languages = (ENGLISH, *sorted(set(written) - {ENGLISH}))
        self.spots = dict(spots or {})
        self._courses = {language: self._whole(language) for language in self.languages}

    def course(self, language: str) -> Course:
        """The course in this language, else in the nearest: ``de-AT``, then ``de``, then English."""
        return self._courses[nearest(language, self.languages)[0]]

    def spot(self, language: str, theme: str, question: int) -> Spot | None:
        """Where the question is written that somebody is asked in this language."""
        found = (self.spots.get((one, theme, question)) for one in nearest(language, self.languages))
        return next(filter(None, found), None)

    def with_own(self, own: Iterable[Theme], spots: Mapping[tuple[str, int], Spot]) -> Library:
        """The same with a group's own themes after those of the course, whatever the language. This one stays as it is."""
        laid = copy(self)
        added = tuple(sorted(own, key=lambda theme: theme.number))
        laid._courses = {language: replace(course, themes=(*course.themes, *added)) for language, course in self._courses.items()}
        laid.spots = self.spots | {(ENGLISH, theme, number): spot for (theme, number), spot in spots.items()}
        return laid

    def _whole(self, language: str) -> Course:
        themes: dict[str, Theme] = {}
        plans: dict[str, Plan] = {}
        scenarios: dict[str, Scenario] = {}
        terms: dict[str, Term] = {}
        for one in reversed(nearest(language, self.languages)):
            themes |= {theme.name: theme for theme in self.written[one]}
            plans |= {plan.name: plan for plan in self.plans.get(one, ())}
            scenarios |= {scenario.name: scenario for scenario in self.scenarios.get(one, ())}
            terms |= {term.name: term for term in self.terms.get(one, ())}
        # English's plan stays away from a language whose themes lack something of it: better no plan than one with holes.
        scenarios = {name: one for name, one in scenarios.items() if one.theme in themes and themes[one.theme].lesson(one.lesson)}
        whole = (plan for plan in plans.values() if _has_all_of(plan, themes, scenarios))
        return Course(
            tuple(sorted(themes.values(), key=lambda theme: theme.number)),
            tuple(sorted(whole, key=lambda plan: (plan.title, plan.name))),
            tuple(sorted(scenarios.values(), key=lambda scenario: (scenario.number, scenario.name))),
            Glossary(terms.values()),
        )


def nearest(language: str, languages: Iterable[str]) -> list[str]:
    """Which of these languages are looked into for this one, the nearest first: ``de-AT``, then ``de``, then English."""
    known = {one.casefold(): one for one in languages}
    asked = language.replace("_", "-").casefold()
    wanted = dict.fromkeys((asked, asked.partition("-")[0], ENGLISH))
    return [known[one] for one in wanted if one in known]


def _has_all_of(plan: Plan, themes: Mapping[str, Theme], scenarios: Mapping[str, Scenario]) -> bool:
    for item in plan.items:
        if item.kind == "review":
            continue
        theme = themes.get(item.theme)
        if theme is None:
            return False
        if item.kind == "round":
            if len(theme.questions) < (item.round or 0):
                return False
            continue
        there = {"lesson": theme.lesson(item.name), "prompt": theme.prompt(item.name), "scenario": scenarios.get(item.name)}
        if there[item.kind] is None:
            return False
    return True
