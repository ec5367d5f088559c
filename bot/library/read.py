"""Reading the content folder: everything once, checked whole. It opens no file outside that folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from bot.library import across, across_glossary, across_plans, across_scenarios
from bot.library.course import ENGLISH, Library, Spot, nearest
from bot.library.page import Page, Steps, read_page
from bot.library.plan import Plan
from bot.library.problems import BrokenContent, Problem
from bot.library.scenario import Scenario
from bot.library.term import Term, Terms
from bot.library.theme import Theme
from bot.library.wording import told, trapped, where
from bot.questions import Question
from bot.questions.kinds import KINDS
from bot.questions.source import Shelf, Source
from bot.questions.texts import did_you_mean

_LANGUAGE = re.compile(r"[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Looked:
    """All that a look into a content folder shows, whether it is well or not."""

    library: Library | None
    """``None`` if there is any problem."""
    problems: tuple[Problem, ...]
    themes: Mapping[str, tuple[Page, ...]]
    """The themes of each language as they are written, as far as they can be read."""
    plans: Mapping[str, tuple[Page, ...]]
    sources: Page | None
    scenarios: Mapping[str, tuple[Page, ...]] = field(default_factory=dict)
    glossaries: Mapping[str, Page | None] = field(default_factory=dict)
    """The words of each language."""


def read_library(folder: Path) -> Library:
    """Read everything in the content folder. Raises ``BrokenContent`` with all that is wrong, not just the first."""
    looked = look(folder)
    if looked.library is None:
        raise BrokenContent(looked.problems)
    return looked.library


def look(folder: Path, draft: Path | None = None) -> Looked:
    """Read everything in the content folder, and say all that is wrong. ``draft`` is a file that stands somewhere else and is
    looked at as if it were one of the English themes."""
    return _Reading(folder, draft).look()


class _Reading:
    """One reading of one folder, which gathers problems on its way."""

    def __init__(self, folder: Path, draft: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._draft = draft
        self._problems: list[Problem] = []
        self._all_readable = True

    def look(self) -> Looked:
        if not self._folder.is_dir():
            self._gather([Problem(self._folder.name, 1, "the path", "there is no such file or folder")])
            return Looked(None, tuple(self._problems), {}, {}, None)
        listed = self._page(self._folder / "sources.yaml")
        sources = self._sources(listed) if listed else {}
        shelf = Shelf(sources, is_complete=listed is not None and isinstance(listed.data, dict))
        pages = {language: self._pages(language) for language in self._languages()}
        plan_pages = {language: self._other_pages(language, "plans") for language in pages}
        stories = {language: self._other_pages(language, "scenarios") for language in pages}
        written: dict[str, tuple[Theme, ...]] = {}
        spots: dict[tuple[str, str, int], Spot] = {}
        plans: dict[str, tuple[Plan, ...]] = {}
        scenarios: dict[str, tuple[Scenario, ...]] = {}
        glossaries = {language: self._glossary_page(language) for language in pages}
        terms: dict[str, tuple[Term, ...]] = {}
        for language, its in pages.items():
            themes = [self._theme(page, shelf) for page in its]
            written[language] = tuple(theme for theme in themes if theme)
            spots |= _spots(language, its)
            self._gather(across.among(its))
            if language != ENGLISH:
                self._gather(across.between(pages[ENGLISH], its))
            near = list(reversed(nearest(language, pages)))
            named = across_plans.named_in(
                tuple(page for one in near for page in pages[one]), tuple(page for one in near for page in stories[one])
            )
            played = [self._scenario(page, shelf, named) for page in stories[language]]
            scenarios[language] = tuple(scenario for scenario in played if scenario)
            self._gather(across.among(stories[language], "scenario"))
            if language != ENGLISH:
                self._gather(across.between(stories[ENGLISH], stories[language], "scenario"))
            read = [self._plan(page, named) for page in plan_pages[language]]
            plans[language] = tuple(plan for plan in read if plan)
            self._gather(across_plans.among_plans(plan_pages[language]))
            terms[language] = self._terms(glossaries[language], named, shelf)
        if listed and self._all_readable:
            citing = [page for kind in (pages, stories) for its in kind.values() for page in its]
            self._gather(across.unused(listed, (*citing, *filter(None, glossaries.values()))))
        library = None if self._problems else Library(written, tuple(sources.values()), plans, scenarios, terms, spots)
        if library:
            for language, its in pages.items():
                self._gather(across_glossary.crowded(library.course(language), glossaries[language], its))
        problems = tuple(sorted(set(self._problems)))
        return Looked(None if problems else library, problems, pages, plan_pages, listed, stories, glossaries)

    def _languages(self) -> list[str]:
        """English always; every other folder that looks like a language and has themes, scenarios, plans or a glossary."""
        kinds = ("themes", "scenarios", "plans", "glossary.yaml")
        folders = [one for one in self._entries(self._folder) if any((one / what).exists() for what in kinds)]
        for folder in folders:
            if not _LANGUAGE.fullmatch(folder.name):
                self._amiss(folder, "the folder", "is not named like a language (en, pt-BR)")
        return [ENGLISH, *(folder.name for folder in folders if folder.name != ENGLISH)]

    def _pages(self, language: str) -> tuple[Page, ...]:
        folder = self._folder / language / "themes"
        if not folder.is_dir():
            self._amiss(folder, "the folder", "there is no such folder; themes belong in it")
            return ()
        files = self._files(folder)
        if not files:
            self._amiss(folder, "the folder", "has no theme; a theme is a .yaml file in it")
        if self._draft and language == ENGLISH:
            files.append(self._draft)
        return tuple(page for page in map(self._page, files) if page)

    def _other_pages(self, language: str, kind: str) -> tuple[Page, ...]:
        """Plans or scenarios, which a language need not have."""
        folder = self._folder / language / kind
        return tuple(page for page in map(self._page, self._files(folder)) if page) if folder.is_dir() else ()

    def _glossary_page(self, language: str) -> Page | None:
        if (other := self._folder / language / "glossary.yml").exists():
            self._amiss(other, "the file", "is not read; let its name end with .yaml")
        file = self._folder / language / "glossary.yaml"
        return self._page(file) if file.exists() else None

    def _files(self, folder: Path) -> list[Path]:
        entries = [entry for entry in self._entries(folder) if not entry.name.startswith(".")]
        for entry in entries:
            if entry.suffix.casefold() in {".yml", ".yaml"} and entry.suffix != ".yaml":
                self._amiss(entry, "the file", "is not read; let its name end with .yaml")
        return [entry for entry in entries if entry.suffix == ".yaml"]

    def _sources(self, page: Page) -> dict[str, Source]:
        """All sources, wrong ones too, lest everything that cites one is called wrong as well."""
        self._gather(trapped(page))
        if not isinstance(page.data, dict):
            self._gather([Problem(page.file, 1, "the file", "has to be a group: each source's KEY and a colon")])
            return {}
        found: dict[str, Source] = {}
        for key, written in page.data.items():
            found[key] = Source(key="?", title="?", standing="pointer")
            if not _KEY.fullmatch(key):
                self._add(page, (key,), "a source's key has letters, digits and hyphens, and at most 40 of them")
            elif not isinstance(written, dict):
                self._add(page, (key,), "has to be a group of lines, each `key: value`")
            elif "key" in written:
                self._add(page, (key, "key"), f"unknown key 'key'; the source is already called {key}")
            else:
                try:
                    found[key] = Source.model_validate({"key": key, **written})
                except ValidationError as error:
                    self._gather(told(error, page, Source, (key,)))
        return found

    def _theme(self, page: Page, shelf: Shelf) -> Theme | None:
        self._gather(trapped(page))
        self._gather(across.within(page))
        written = page.data
        if isinstance(written, dict) and isinstance(written.get("questions"), tuple):
            read = (self._question(page, index, one, shelf) for index, one in enumerate(written["questions"]))
            written = {**written, "questions": tuple(question for question in read if question)}
        try:
            return Theme.model_validate(written, context=shelf)
        except ValidationError as error:
            self._gather(told(error, page, Theme))
            return None

    def _plan(self, page: Page, themes: across_plans.Themes) -> Plan | None:
        self._gather(trapped(page))
        if self._all_readable:  # else it would be called wrong for what stands in a file that can't be read
            self._gather(across_plans.within_plan(page, themes))
        try:
            return Plan.model_validate(page.data)
        except ValidationError as error:
            self._gather(told(error, page, Plan))
            return None

    def _scenario(self, page: Page, shelf: Shelf, themes: across_plans.Themes) -> Scenario | None:
        self._gather(trapped(page))
        if self._all_readable:
            self._gather(across_scenarios.within_scenario(page, themes))
        try:
            return Scenario.model_validate(page.data, context=shelf)
        except ValidationError as error:
            self._gather(told(error, page, Scenario))
            return None

    def _terms(self, page: Page | None, themes: across_plans.Themes, shelf: Shelf) -> tuple[Term, ...]:
        if page is None:
            return ()
        self._gather(trapped(page))
        self._gather(across_glossary.within_glossary(page, themes if self._all_readable else None))
        try:
            return Terms.model_validate(page.data, context=shelf).terms
        except ValidationError as error:
            self._gather(told(error, page, Terms))
            return ()

    def _question(self, page: Page, index: int, written: Any, shelf: Shelf) -> Question | None:
        steps: Steps = ("questions", index)
        if not isinstance(written, dict):
            self._add(page, steps, "has to be a group of lines, each `key: value`")
            return None
        kind = written.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            meant = did_you_mean(kind, KINDS) if isinstance(kind, str) else ""
            what = f"has to be one of: {', '.join(KINDS)}{meant}" if "kind" in written else "is missing"
            self._add(page, (*steps, "kind"), what)
            return None
        try:
            return KINDS[kind].model_validate(written, context=shelf)
        except ValidationError as error:
            self._gather(told(error, page, cast(type[BaseModel], KINDS[kind]), steps))
            return None

    def _page(self, path: Path) -> Page | None:
        page = read_page(path, self._name(path))
        if isinstance(page, Problem):
            self._all_readable = False
            self._gather([page])
            return None
        return page

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError as error:
            self._amiss(folder, "the folder", f"can't be read ({error.strerror or type(error).__name__})")
            return []

    def _name(self, path: Path) -> str:
        """How a file is called in messages: from the content folder on, the same on every machine."""
        return path.name if path == self._draft else path.relative_to(self._folder.parent).as_posix()

    def _add(self, page: Page, steps: Steps, what: str) -> None:
        if steps not in page.traps:
            self._gather([Problem(page.file, page.line(steps), where(page, steps), what)])

    def _amiss(self, path: Path, thing: str, what: str) -> None:
        self._gather([Problem(self._name(path), 1, thing, what)])

    def _gather(self, problems: Iterable[Problem]) -> None:
        self._problems.extend(problems)


def _spots(language: str, pages: Iterable[Page]) -> dict[tuple[str, str, int], Spot]:
    """Where each question stands, so that a report of a wrong one says where to mend it."""
    return {
        (language, page.data["theme"], one["number"]): Spot(page.file, page.line(steps))
        for page in pages
        for steps, one in page.listed("questions")
        if isinstance(page.data.get("theme"), str) and isinstance(one.get("number"), int)
    }
