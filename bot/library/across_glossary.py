"""Rules about the glossary, the themes, and the cards that both make.

Like ``across.py`` this looks at the page as written, so that an author hears of everything at once; only whether the words of a
lesson have room on one card is asked of the finished course.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.library.across_plans import Themes
from bot.library.course import Course
from bot.library.glossary import one_blank
from bot.library.page import Page, Steps
from bot.library.problems import Problem
from bot.library.wording import where
from bot.questions.texts import ROOM, did_you_mean, shortened

AROUND_A_WORD = 12
"""What stands around a word on a card: the marks of a list, bold, a dash."""


def within_glossary(page: Page, themes: Themes | None) -> Iterator[Problem]:
    """What is there twice, and lessons that are not there. ``themes`` is ``None`` while some theme can't be read."""
    names: dict[str, Steps] = {}
    forms: dict[str, Steps] = {}
    for steps, term in page.listed("terms"):
        name = _text(term.get("term"))
        if name and names.setdefault(name, (*steps, "term")) != (*steps, "term"):
            yield _at(page, (*steps, "term"), f"is taken already, in line {page.line(names[name])}")
        also = term.get("also")
        for place, form in (
            ((*steps, "word"), term.get("word")),
            *(((*steps, "also", index), one) for index, one in enumerate(also if isinstance(also, tuple) else ())),
        ):
            if (written := _text(form)) and forms.setdefault(one_blank(written), place) != place:
                line = page.line(forms[one_blank(written)])
                yield _at(page, place, f"{shortened(written)!r} is in line {line} already; a form belongs to one word")
        if themes is not None:
            yield from _explained(page, (*steps, "lesson"), _text(term.get("lesson")), themes)


def _explained(page: Page, steps: Steps, lesson: str, themes: Themes) -> Iterator[Problem]:
    if lesson.count("/") != 1:
        return  # there is none, or it is wrong in a way that is told of elsewhere
    theme, _, name = lesson.partition("/")
    if theme not in themes:
        yield _at(page, steps, f"there is no theme {shortened(theme)!r}{did_you_mean(theme, themes)}")
    elif name not in themes[theme].lessons:
        known = themes[theme].lessons
        yield _at(page, steps, f"the theme {theme} has no lesson {shortened(name)!r}{did_you_mean(name, known)}")


def crowded(course: Course, page: Page | None, themes: Iterable[Page]) -> Iterator[Problem]:
    """Lessons with more words than one card can explain, and a list of words that is too long for one."""
    letters = sum(len(term.word) + AROUND_A_WORD for term in course.glossary.terms)
    if page is not None and letters > ROOM:
        yield _at(page, ("terms",), f"the list of all words has {letters:,} characters; a card has room for {ROOM:,}")
    for written in themes:
        theme = course.theme(_text(written.data.get("theme")))
        for steps, one in written.listed("lessons"):
            lesson = theme.lesson(_text(one.get("lesson"))) if theme else None
            if theme is None or lesson is None:
                continue
            used = course.glossary.used_in(theme.name, lesson)
            letters = sum(len(term.word) + len(term.means) + AROUND_A_WORD for term in used)
            if letters > ROOM:
                what = f"uses {len(used)} words of the glossary, and to explain them all takes {letters:,} characters"
                yield _at(written, steps, f"{what}; a card has room for {ROOM:,}")


def _text(data: Any) -> str:
    return data.strip() if isinstance(data, str) else ""


def _at(page: Page, steps: Steps, what: str) -> Problem:
    return Problem(page.file, page.line(steps), where(page, steps), what)
