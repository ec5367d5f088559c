"""``/glossary``: the words of the course, for everyone and everywhere; and the words of one lesson, behind its *Words* button.

Nothing is kept of who looked up what.
"""

from __future__ import annotations

import difflib

from bot.cards import Answer, Button, Card, Choice, Divider, Menu, Part, Row, Text, Visit
from bot.commands.phrases import LICENCE, MOST_CHOICES, gone, group_id, note, quoted, source_lines
from bot.library import Course, Glossary, Lesson, Library, Term, Theme
from bot.press import Press
from bot.storage import Store


async def begin(visit: Visit, library: Library, store: Store) -> Answer:
    """A typed ``/glossary``: the word that was named; without one, all of them."""
    course = library.course(visit.reads)
    typed = visit.text("term")
    if typed is None:
        return _all_words(visit, course)
    term = course.glossary.called(typed)
    return _one_word(visit, course, term) if term else _no_such_word(visit, course.glossary, typed)


async def list_words(visit: Visit, library: Library, store: Store) -> Card:
    """All words, with menus to pick from. Arguments, if any, are the page of the lesson from which somebody came."""
    course = library.course(visit.reads)
    return _all_words(visit, course, _page_at(course, visit.press.args[:3]))


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """One word, picked from a menu. Its first argument tells the menus of a card apart; then as for all words."""
    course = library.course(visit.reads)
    term = course.glossary.term(visit.text("picked") or "")
    return _one_word(visit, course, term, _page_at(course, visit.press.args[1:4])) if term else gone("This word")


async def of_lesson(visit: Visit, library: Library, store: Store) -> Card:
    """The words that a lesson uses, with the way back to the page where the reader was."""
    course = library.course(visit.reads)
    came_from = _page_at(course, visit.press.args[:3])
    found = _lesson_at(course, came_from)
    if found is None:
        return gone()
    theme, lesson = found
    words = [f"- **{term.word}** – {term.means}" for term in course.glossary.used_in(theme.name, lesson)]
    return Card(
        (
            Text(f"-# {theme.title} · words of the lesson"),
            Text(f"## {lesson.title}\n" + ("\n".join(words) or "This lesson uses no word of the glossary any more.")),
            Text(LICENCE),
            Row((*_back(visit, course, came_from), _to_all(visit, came_from))),
        ),
        tone="warm",
    )


async def complete_term(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions for a word: those that begin with what was typed, then those that have it in any form."""
    wanted = typed.casefold().strip()
    terms = library.course(visit.reads).glossary.terms
    found = [term for term in terms if any(wanted in form.casefold() for form in term.forms)]
    found.sort(key=lambda term: not term.word.casefold().startswith(wanted))
    return tuple(Choice(term.word, term.name) for term in found)[:MOST_CHOICES]


def _lesson_at(course: Course, came_from: tuple[str, ...]) -> tuple[Theme, Lesson] | None:
    """The lesson from which somebody came to the words: its theme's number, its name, the page."""
    number, name = came_from[:2] if len(came_from) == 3 else ("", "")
    theme = course.numbered(int(number[:9])) if number.isdecimal() else None
    lesson = theme.lesson(name) if theme else None
    return (theme, lesson) if theme and lesson else None


def _page_at(course: Course, given: tuple[str, ...]) -> tuple[str, ...]:
    """The page from which somebody came; nothing, where there is none: what was forged is not carried on into further presses."""
    is_short = all(len(one) < 10 for one in given[::2])
    return given if is_short and _lesson_at(course, given) else ()


def _back(visit: Visit, course: Course, came_from: tuple[str, ...]) -> tuple[Button, ...]:
    """The way back to that page, for those who came from one."""
    if _lesson_at(course, came_from) is None:
        return ()
    return (Button("Back to the lesson", Press("learn", "page", came_from, group_id(visit)), "main"),)


def _all_words(visit: Visit, course: Course, came_from: tuple[str, ...] = ()) -> Card:
    glossary = course.glossary
    if not glossary.terms:
        return note(Text("This course has no glossary."), Row((Button("All themes", Press("learn", "list", (), group_id(visit))),)))
    parts: list[Part] = [
        Text("## Words of the course"),
        Text("\n".join(f"**{letter}** {' · '.join(words)}" for letter, words in _by_letter(glossary).items())),
        *_menus(visit, glossary.terms, came_from),
        Text(LICENCE),
    ]
    back = _back(visit, course, came_from)
    return Card((*parts, Row(back)) if back else tuple(parts), tone="warm")


def _by_letter(glossary: Glossary) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in glossary.terms:
        found.setdefault(_letter(term), []).append(term.word)
    return found


def _letter(term: Term) -> str:
    return term.word[:1].upper()


def _menus(visit: Visit, terms: tuple[Term, ...], came_from: tuple[str, ...] = ()) -> tuple[Menu, ...]:
    press = Press("glossary", "show", (), group_id(visit))
    menus = -(-len(terms) // MOST_CHOICES)
    portions = [terms[len(terms) * at // menus : len(terms) * (at + 1) // menus] for at in range(menus)]  # of much the same length
    return tuple(
        Menu(
            press.with_args(str(at), *came_from),  # the presses of a card have to differ from one another
            tuple(Choice(term.word, term.name) for term in some),
            f"Pick a word: {_letter(some[0])} to {_letter(some[-1])}",
        )
        for at, some in enumerate(portions)
    )


def _one_word(visit: Visit, course: Course, term: Term, came_from: tuple[str, ...] = ()) -> Card:
    parts: list[Part] = [Text(f"## {term.word[:1].upper()}{term.word[1:]}\n{term.means}")]
    where = _explained(visit, course, term)
    if where:
        theme, lesson, _ = where
        parts.append(Text(f"-# Explained in *{lesson.title}*, of the theme *{theme.title}*."))
    if term.sources:
        parts += [Divider(), Text(source_lines("Source" if len(term.sources) == 1 else "Sources", term.sources))]
    back = _back(visit, course, came_from)
    reading = (where[2],) if where and not back else ()
    return Card((*parts, Text(LICENCE), Row((*back, *reading, _to_all(visit, came_from)))), tone="warm")


def _explained(visit: Visit, course: Course, term: Term) -> tuple[Theme, Lesson, Button] | None:
    name, _, of = (term.lesson or "").partition("/")
    theme = course.theme(name)
    lesson = theme.lesson(of) if theme else None
    if theme is None or lesson is None:
        return None
    press = Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit))
    return theme, lesson, Button("Read the lesson", press, "main")


def _no_such_word(visit: Visit, glossary: Glossary, typed: str) -> Card:
    forms = {form.casefold(): term for term in glossary.terms for form in term.forms}
    close = difflib.get_close_matches(typed.casefold()[:100], forms, 1, 0.6)
    hint = f" Did you mean **{forms[close[0]].word}**?" if close else ""
    return note(
        Text(f"{quoted(typed)} is not among the words of the course.{hint} These are all of them:"),
        *_menus(visit, glossary.terms),
        Row((_to_all(visit),)),
        tone="look",
    )


def _to_all(visit: Visit, came_from: tuple[str, ...] = ()) -> Button:
    return Button("All words", Press("glossary", "list", came_from, group_id(visit)))
