"""Which pages the book has, and what is on each. Nothing here knows how a page looks, or reads a clock or the content's files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.book.texts import as_html, as_phrase, as_words, document_as_html
from bot.library import Course, Lesson, Library, Source, Theme

GENERATOR = "Red Flask, python bot.py book"
"""Stands in each page's head, so that an old book is known as one."""

_HERE = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Link:
    """A page, as others point to it."""

    file: str
    title: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that cites a source."""

    file: str
    anchor: str
    title: str


def make_book(library: Library, language: str, attribution: str = "") -> dict[str, str]:
    """All pages of the book by file name, ``index.html`` first. ``attribution`` says whom to credit, as Markdown."""
    course = library.course(language)
    themes = [(theme_link(theme), theme) for theme in course.themes]
    scenarios = [(Link(f"scenario-{one.name}.html", one.title), one) for one in course.scenarios]
    plans = [(Link(f"plan-{one.name}.html", one.title), one) for one in course.plans]
    words = course.glossary.terms
    cited = _mentions(course)
    sources = sorted((one for one in library.sources if one.key in cited), key=_by_author)
    parts = [
        Link("index.html", "Contents"),
        *(link for link, _ in themes),
        *(link for link, _ in scenarios),
        *([Link("glossary.html", "Words")] if words else []),
        *(link for link, _ in plans),
        Link("sources.html", "Sources"),
        Link("licence.html", "Licence and credit"),
    ]
    shared = {"language": language, "course": course, "parts": parts, "has_words": bool(words)}
    pages: dict[str, str] = {}

    def page(link: Link, template: str, **given: Any) -> None:
        at = parts.index(link)
        before, after = parts[at - 1] if at else None, parts[at + 1] if at + 1 < len(parts) else None
        pages[link.file] = _template(template).render(page=link, before=before, after=after, **shared, **given)

    page(parts[0], "cover.html", themes=themes, scenarios=scenarios, plans=plans, reviewed_on=_last_looked(course))
    for link, theme in themes:
        page(link, "theme.html", theme=theme, scenarios=[one for one in scenarios if one[1].theme == theme.name])
    for link, scenario in scenarios:
        steps = {node.name: number for number, node in enumerate(scenario.nodes, start=1)}
        lesson = _lesson_link(course, scenario.theme, scenario.lesson)
        page(link, "scenario.html", scenario=scenario, lesson=lesson, steps=steps)
    if words:
        links = {term.name: _lesson_link(course, *term.lesson.split("/")) for term in words if term.lesson}
        page(Link("glossary.html", "Words"), "glossary.html", words=words, lessons=links)
    for link, plan in plans:
        page(link, "plan.html", plan=plan, links={item: _item_link(course, item) for item in plan.items})
    page(Link("sources.html", "Sources"), "sources.html", sources=sources, cited=cited)
    page(Link("licence.html", "Licence and credit"), "licence.html", attribution=document_as_html(attribution, heading=2))
    return pages


def theme_link(theme: Theme) -> Link:
    return Link(f"{theme.number:02}-{theme.name}.html", theme.title)


def short_name(source: Source) -> str:
    """A source in a few words, for the line below a text."""
    if source.author:
        return as_words(f"{source.author} ({source.year})" if source.year else source.author)
    return as_words(source.title if len(source.title) <= 50 else source.title[:49].rpartition(" ")[0] + "…")


def _last_looked(course: Course) -> str:
    return max(theme.reviewed_on for theme in course.themes).isoformat()


def _by_author(source: Source) -> tuple[str, str]:
    return (source.author or source.title).casefold().lstrip("[\"'"), source.key


def _lesson_link(course: Course, theme: str, lesson: str) -> Link | None:
    found = course.theme(theme)
    one = found.lesson(lesson) if found else None
    return Link(f"{theme_link(found).file}#lesson-{one.name}", one.title) if found and one else None


def _item_link(course: Course, item: Any) -> Link | None:
    """Where an item of a plan stands in the book."""
    if item.kind == "scenario":
        scenario = course.scenario(item.name)
        return Link(f"scenario-{scenario.name}.html", scenario.title) if scenario else None
    if item.kind == "lesson":
        return _lesson_link(course, item.theme, item.name)
    theme = course.theme(item.theme) if item.theme else None
    if item.kind == "round":
        return Link(theme_link(theme).file, f"A round: {item.name} questions about {theme.title}") if theme else None
    prompt = theme.prompt(item.name) if theme else None
    return Link(f"{theme_link(theme).file}#prompt-{prompt.name}", prompt.title) if theme and prompt else None


def _mentions(course: Course) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for key, mention in _all_mentions(course):
        places = found.setdefault(key, [])
        if mention not in places:
            places.append(mention)
    return found


def _all_mentions(course: Course) -> Iterator[tuple[str, Mention]]:
    for theme in course.themes:
        file = theme_link(theme).file
        for lesson in theme.lessons:
            for source in (*lesson.sources, *lesson.further):
                yield source.key, Mention(file, f"lesson-{lesson.name}", lesson.title)
        for question in theme.questions:
            for source in question.sources:
                yield (
                    source.key,
                    Mention(file, f"question-{question.number}", f"{theme.title.partition(':')[0]}, question {question.number}"),
                )
    for scenario in course.scenarios:
        file = f"scenario-{scenario.name}.html"
        for node in scenario.nodes:
            narrowing = [choice.narrows for choice in node.choices if choice.narrows]
            for source in (*(node.known.sources if node.known else ()), *(one for each in narrowing for one in each.sources)):
                yield source.key, Mention(file, f"node-{node.name}", scenario.title)
    for term in course.glossary.terms:
        for source in term.sources:
            yield source.key, Mention("glossary.html", f"word-{term.name}", term.word)


def _verdict(word: str) -> str:
    """As it stands behind an answer."""
    return {"right": "Right", "wrong": "Not this one"}.get(word, word.capitalize())


def _parts(lesson: Lesson) -> tuple[tuple[str, str], ...]:
    return (("Key idea", lesson.key_idea), ("Example", lesson.example), ("Try this", lesson.try_this))


def _thousands(text: str) -> str:
    return re.sub("[0-9]{4,}", lambda found: f"{int(found[0]):,}", text)


@cache
def _template(name: str) -> Any:
    house = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    house.filters |= {"html": as_html, "phrase": as_phrase, "words": as_words, "thousands": _thousands, "short_name": short_name}
    house.globals |= {"generator": GENERATOR, "parts_of": _parts, "verdict": _verdict}
    return house.get_template(name)
