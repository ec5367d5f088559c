"""Rules about a plan and its themes: that what it names exists, and comes in an order in which it can be led.

Like ``across.py`` this looks at the pages as written, so that an author hears of everything at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.library.page import Page, Steps
from bot.library.plan import KINDS, MOST_ITEMS, is_hour
from bot.library.problems import Problem
from bot.library.shapes import DAYS, ItemKind
from bot.library.wording import where
from bot.questions.texts import did_you_mean, shortened


@dataclass(frozen=True, slots=True)
class Named:
    """What a theme has, by permanent name."""

    lessons: Mapping[str, str]
    """Each with its title."""
    prompts: Mapping[str, tuple[str, str]]
    """Each with its title and its lesson."""
    scenarios: Mapping[str, str]
    """Each with its title."""
    questions: Mapping[int, str] = field(default_factory=dict)
    """The kind of each, by its number."""


Themes = Mapping[str, Named]


def named_in(pages: tuple[Page, ...], stories: tuple[Page, ...] = ()) -> Themes:
    """All themes on these pages, with the scenarios that belong to them; of two with one name the later counts."""
    its: dict[str, dict[str, str]] = {}
    for story in stories:
        its.setdefault(_text(story.data, "theme"), {})[_text(story.data, "scenario")] = _text(story.data, "title")
    named = {_text(page.data, "theme"): page for page in pages if _text(page.data, "theme")}
    return {theme: Named(_lessons(page), _prompts(page), its.get(theme, {}), _questions(page)) for theme, page in named.items()}


def among_plans(pages: tuple[Page, ...]) -> Iterator[Problem]:
    """Plans of one language that have the same name."""
    first: dict[str, Page] = {}
    for page in pages:
        name = _text(page.data, "plan")
        if name and first.setdefault(name, page) is not page:
            other = first[name]
            yield _at(page, ("plan",), f"{shortened(name)} is taken by {other.file}:{other.line(('plan',))}")


def within_plan(page: Page, themes: Themes) -> Iterator[Problem]:
    """What a plan names that isn't there, and what comes too early, too late or twice."""
    yield from _measured(page, themes)
    usual = _text(page.data, "hour")
    before: dict[tuple[ItemKind, str, str], Steps] = {}
    latest: tuple[int, int] | None = None
    items = tuple(_items(page))
    first_day = _first_day(page)
    for steps, item in items:
        theme, kind = _text(item, "theme"), _kind(item)
        yield from _existing(page, steps, item, themes)
        yield from _needed(page, steps, item, themes, before)
        if kind is not None and theme:
            name = _name(item, kind)
            there = before.setdefault((kind, theme, name), steps)
            if there != steps:
                yield _at(page, (*steps, kind), f"is in this plan already, in line {page.line((*there, kind))}")
        weekday, hour = _text(item, "weekday"), _text(item, "hour") or usual
        if weekday in DAYS and first_day is not None and is_hour(hour):
            at = (int(steps[1]) * 7 + (DAYS.index(weekday) - first_day) % 7, _minutes(hour) + _minute(item))
            if latest is not None and at <= latest:
                what = "comes no later than the item before it; put the items in the order of their days and hours"
                if at[0] < latest[0]:
                    what += f" (a week of this plan begins on {DAYS[first_day].capitalize()}, the day of its first item)"
                yield _at(page, (*steps, "weekday"), what)
            latest = max(at, latest) if latest else at
    if len(items) > MOST_ITEMS:
        yield _at(page, ("weeks",), f"the plan has {len(items)} items; a group can be given {MOST_ITEMS}")


def _existing(page: Page, steps: Steps, item: dict[str, Any], themes: Themes) -> Iterator[Problem]:
    theme, kind = _text(item, "theme"), _kind(item)
    if not theme:
        return
    if theme not in themes:
        yield _at(page, (*steps, "theme"), f"there is no theme {shortened(theme)!r}{did_you_mean(theme, themes)}")
        return
    if kind == "review":
        return
    known = _known(themes[theme], kind)
    if kind == "round":
        yield from _enough(page, steps, item, themes[theme])
        return
    name = _text(item, kind) if kind else ""
    if name and name not in known:
        yield _at(page, (*steps, kind or ""), f"the theme {theme} has no {kind} {shortened(name)!r}{did_you_mean(name, known)}")


def _needed(
    page: Page, steps: Steps, item: dict[str, Any], themes: Themes, before: Mapping[tuple[ItemKind, str, str], Steps]
) -> Iterator[Problem]:
    """A prompt comes after its own lesson, and everything after what it needs."""
    theme, prompt = _text(item, "theme"), _text(item, "prompt")
    if _kind(item) == "prompt" and theme in themes and prompt in themes[theme].prompts:
        lesson = themes[theme].prompts[prompt][1]
        if lesson and ("lesson", theme, lesson) not in before:
            yield _at(page, (*steps, "prompt"), f"comes before its lesson {lesson}; put that lesson earlier in the plan")
    needs = item.get("needs")
    for index, need in enumerate(needs if isinstance(needs, tuple) else ()):
        if not isinstance(need, str) or need.count("/") != 1:
            continue
        of, _, lesson = need.partition("/")
        place = (*steps, "needs", index)
        if of not in themes:
            yield _at(page, place, f"there is no theme {shortened(of)!r}{did_you_mean(of, themes)}")
        elif lesson not in themes[of].lessons:
            yield _at(page, place, f"the theme {of} has no lesson {shortened(lesson)!r}{did_you_mean(lesson, themes[of].lessons)}")
        elif ("lesson", of, lesson) not in before:
            yield _at(page, place, f"{need} has to be an earlier item of the plan")


def _measured(page: Page, themes: Themes) -> Iterator[Problem]:
    """The questions before and after: they exist, and a press answers each."""
    measure = page.data.get("measure") if isinstance(page.data, dict) else None
    names = measure.get("questions") if isinstance(measure, dict) else None
    for index, name in enumerate(names if isinstance(names, tuple) else ()):
        theme, _, number = name.partition("/") if isinstance(name, str) else ("", "", "")
        at = ("measure", "questions", index)
        if not number.isdecimal() or len(number) > 4:
            continue  # the model says what is wrong with it
        if theme not in themes:
            yield _at(page, at, f"there is no theme {shortened(theme)!r}{did_you_mean(theme, themes)}")
        elif int(number) not in themes[theme].questions:
            yield _at(page, at, f"the theme {theme} has no question {number}")
        elif themes[theme].questions[int(number)] != "one choice":
            yield _at(page, at, f"question {number} of {theme} is of another kind; only one with one choice can be asked here")


def _first_day(page: Page) -> int | None:
    first = next(_items(page), None)
    weekday = _text(first[1], "weekday") if first else ""
    return DAYS.index(weekday) if weekday in DAYS else None


def _items(page: Page) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """The items of all weeks as far as they are groups, with their places."""
    for steps, week in page.listed("weeks"):
        items = week.get("items")
        for index, item in enumerate(items if isinstance(items, tuple) else ()):
            if isinstance(item, dict):
                yield (*steps, "items", index), item


def _kind(item: dict[str, Any]) -> ItemKind | None:
    """``None`` when it is none of them, or several at once."""
    kinds = [kind for kind in KINDS if _name(item, kind)]
    return kinds[0] if len(kinds) == 1 else None


def _name(item: dict[str, Any], kind: ItemKind) -> str:
    """The name of a thing of this kind; of a round, the number of its questions."""
    many = item.get(kind)
    return str(many) if kind == "round" and type(many) is int else _text(item, kind)


def _enough(page: Page, steps: Steps, item: dict[str, Any], theme: Named) -> Iterator[Problem]:
    """A round needs as many questions as it asks."""
    many = item.get("round")
    if type(many) is int and many > len(theme.questions):
        has = f"the theme {_text(item, 'theme')} has {len(theme.questions)} questions"
        yield _at(page, (*steps, "round"), f"a round of {many} asks for more than there is: {has}")


def _known(theme: Named, kind: ItemKind | None) -> Mapping[str, str]:
    """What the theme has of this kind, with titles."""
    if kind == "lesson":
        return theme.lessons
    return theme.scenarios if kind == "scenario" else {name: title for name, (title, _) in theme.prompts.items()}


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])


def _minute(item: dict[str, Any]) -> int:
    minute = item.get("minute")
    return minute if isinstance(minute, int) and not isinstance(minute, bool) else 0


def _lessons(page: Page) -> dict[str, str]:
    return {_text(one, "lesson"): _text(one, "title") for _, one in page.listed("lessons")}


def _questions(page: Page) -> dict[int, str]:
    found = ((one.get("number"), _text(one, "kind")) for _, one in page.listed("questions"))
    return {number: kind for number, kind in found if isinstance(number, int)}


def _prompts(page: Page) -> dict[str, tuple[str, str]]:
    return {_text(one, "prompt"): (_text(one, "title"), _text(one, "lesson")) for _, one in page.listed("prompts")}


def _text(data: Any, key: str) -> str:
    """The text under this key, without blanks around it, as the models read it; empty if there is none."""
    found = data.get(key) if isinstance(data, dict) else None
    return found.strip() if isinstance(found, str) else ""


def _at(page: Page, steps: Steps, what: str) -> Problem:
    return Problem(page.file, page.line(steps), where(page, steps), what)
