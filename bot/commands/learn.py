"""``/learn``: read a lesson, page by page. Reading to the last page is all that a learner's progress remembers."""

from __future__ import annotations

from bot.cards import Answer, Button, Card, Divider, Option, Part, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.consent import asked_again_of
from bot.commands.phrases import (
    complete_theme,
    content_note,
    find_theme,
    following,
    gone,
    group_id,
    guest_note,
    leafing,
    licence,
    no_such_theme,
    page_named,
    source_lines,
    states_of,
    theme_menu,
    themes_on,
)
from bot.library import Course, Lesson, Library, Theme
from bot.press import Press
from bot.storage import Store

PAGES = 3


async def begin(visit: Visit, library: Library, store: Store) -> Answer:
    """A typed ``/learn``: the theme that was named, where this person was; without one, the list."""
    typed = visit.text("theme")
    if typed is None:
        return await _listed(visit, library, store, 0)
    course = library.course(visit.reads)
    theme = find_theme(course, typed)
    if theme is None:
        return no_such_theme(visit, course, typed, Press("learn", "theme", (), group_id(visit)))
    return await _go_on(visit, course, theme, store)


async def list_themes(visit: Visit, library: Library, store: Store) -> Card:
    """The list, from a button; if there are too many themes for one card, the press may say which page."""
    return await _listed(visit, library, store, page_named(visit.press.args, 0))


async def _listed(visit: Visit, library: Library, store: Store, page: int) -> Card:
    """All themes of a page, each with what it is about and what this learner has read of it."""
    course = library.course(visit.reads)
    states = await states_of(visit, store)
    turning = leafing(course, page, lambda to: Press("learn", "list", (str(to),), group_id(visit)))
    lines = []
    for theme in themes_on(course, page):
        read = sum((theme.name, lesson.name) in states.read for lesson in theme.lessons) if states else 0
        so_far = f"\n-# {read} of {len(theme.lessons)} lessons read" if states and theme.lessons else ""
        # A group may have many themes of its own, and a course many pages: with a summary each, the card would be longer than
        # Discord takes. The menu has them.
        lines.append(f"**{theme.title}**" + (so_far if theme.is_own or turning else f"\n{theme.summary}{so_far}"))
    return Card(
        (
            Text("## What would you like to read about?"),
            Text("\n\n".join(lines)),
            theme_menu(course, Press("learn", "theme", (), group_id(visit)), states, page),
            *turning,
            *(() if states else (Text(guest_note(visit)),)),
        ),
        tone="warm",
    )


async def open_theme(visit: Visit, library: Library, store: Store) -> Card:
    """A theme picked from a menu or by a button; its number is picked or in the press."""
    number = visit.text("picked") or (visit.press.args[0] if visit.press.args else "")
    course = library.course(visit.reads)
    theme = course.numbered(int(number)) if number.isdecimal() else None
    return await _go_on(visit, course, theme, store) if theme else gone("This theme")


async def skip(visit: Visit, library: Library, store: Store) -> Card:
    """Past this theme to the next one, or to the list after the last. That somebody skipped is kept nowhere."""
    course = library.course(visit.reads)
    theme = _theme(visit, library)
    after = following(course, theme) if theme else None
    return await _go_on(visit, course, after, store) if after else await _listed(visit, library, store, 0)


async def lessons(visit: Visit, library: Library, store: Store) -> Card:
    """The lessons of one theme, as buttons."""
    theme = _theme(visit, library)
    if theme is None:
        return gone("This theme")
    if not theme.lessons:
        return _without_lessons(visit, theme)
    states = await states_of(visit, store)
    lines = []
    for index, lesson in enumerate(theme.lessons):
        done = " · read" if states and (theme.name, lesson.name) in states.read else ""
        lines.append(f"**{index + 1}. {lesson.title}**{done}")
    buttons = tuple(Button(str(index + 1), _page(visit, theme, lesson, 1)) for index, lesson in enumerate(theme.lessons))
    chunks = tuple(Row(buttons[start : start + 5]) for start in range(0, len(buttons), 5))
    everything = Row(
        (
            Button("Take the quiz", Press("quiz", "start", (str(theme.number),), group_id(visit)), "main"),
            *_stories(visit, library, theme),
            Button("All themes", Press("learn", "list", (), group_id(visit))),
        )
    )
    # One text for all titles: with a text each, a long theme would pass Discord's 40 components.
    titles = Text("\n".join(lines))
    return Card((Text(f"## {theme.title}\n{theme.outcome}"), titles, *chunks, Divider(), everything), tone="warm")


async def page(visit: Visit, library: Library, store: Store) -> Card:
    """One page of a lesson; the last one is kept as read, for a learner."""
    theme = _theme(visit, library)
    lesson = theme.lesson(visit.press.args[1]) if theme and len(visit.press.args) > 1 else None
    if theme is None or lesson is None:
        return gone()
    wanted = visit.press.args[2] if len(visit.press.args) > 2 else "1"
    number = min(max(int(wanted), 1), PAGES) if wanted.isdecimal() else 1
    course = library.course(visit.reads)
    if number < PAGES or visit.group is None or visit.key is None:
        return _lesson_card(visit, course, theme, lesson, number, None)
    if await store.mark_read(visit.group.group_id, visit.key, theme.name, lesson.name, on=visit.at.date()):
        return _lesson_card(visit, course, theme, lesson, number, "-# Noted as read.")
    return _lesson_card(visit, course, theme, lesson, number, None, await asked_again_of(visit, store))


async def _go_on(visit: Visit, course: Course, theme: Theme, store: Store) -> Card:
    if not theme.lessons:
        return _without_lessons(visit, theme)
    states = await states_of(visit, store)
    unread = [lesson for lesson in theme.lessons if states and (theme.name, lesson.name) not in states.read]
    if states and not unread:
        return Card(
            (
                Text(f"## {theme.title}\nYou have read all {len(theme.lessons)} lessons of this theme."),
                Row(
                    (
                        Button("Take the quiz", Press("quiz", "start", (str(theme.number),), group_id(visit)), "main"),
                        Button("Read again", _page(visit, theme, theme.lessons[0], 1)),
                        Button("The lessons", Press("learn", "lessons", (str(theme.number),), group_id(visit))),
                        Button("All themes", Press("learn", "list", (), group_id(visit))),
                    )
                ),
            ),
            tone="warm",
        )
    lesson = unread[0] if unread else theme.lessons[0]
    return _lesson_card(visit, course, theme, lesson, 1, None if states else guest_note(visit))


def _words_button(visit: Visit, course: Course, theme: Theme, lesson: Lesson, page: int) -> tuple[Button, ...]:
    """The button of a lesson's page; none if the lesson uses no word of the glossary."""
    if not course.glossary.used_in(theme.name, lesson):
        return ()
    return (Button("Words", Press("glossary", "lesson", (str(theme.number), lesson.name, str(page)), group_id(visit))),)


def _without_lessons(visit: Visit, theme: Theme) -> Card:
    """A group's own theme may be questions or prompts alone."""
    quiz = Button("Take the quiz", Press("quiz", "start", (str(theme.number),), group_id(visit)), "main")
    everything = Button("All themes", Press("learn", "list", (), group_id(visit)))
    has = "It has no lessons; its questions are for you." if theme.questions else "It has prompts to talk about, and no lessons."
    return Card(
        (
            Text(f"## {theme.title}\n{theme.outcome or theme.summary}\n\n{has}"),
            Row((*((quiz,) if theme.questions else ()), everything)),
        ),
        tone="warm",
    )


def _lesson_card(
    visit: Visit,
    course: Course,
    theme: Theme,
    lesson: Lesson,
    number: int,
    remark: str | None,
    below: tuple[Part, ...] = (),
) -> Card:
    index = theme.lessons.index(lesson)
    parts: list[Part] = [
        Text(f"-# {theme.title} · lesson {index + 1} of {len(theme.lessons)}, page {number} of {PAGES}"),
        *(content_note(theme, Press("learn", "skip", (str(theme.number),), group_id(visit))) if number == 1 else ()),
        Text(f"## {lesson.title}"),
    ]
    if number == 1:
        parts.append(Text(f"**The key idea**\n{lesson.key_idea}"))
    elif number == 2:
        parts.append(Text(f"**An example**\n{lesson.example}"))
    else:
        parts += [Text(f"**Try this** (for yourself: nothing to post)\n{lesson.try_this}"), Divider()]
        if lesson.sources:
            parts.append(Text(source_lines("Sources", lesson.sources)))
        if lesson.further:
            parts.append(Text(source_lines("For those who want more", lesson.further)))
    parts += [Text("\n".join(filter(None, (remark, licence(theme))))), *_ways_on(visit, course, theme, lesson, number)]
    parts += (Divider(), *below) if below else ()
    return Card(tuple(parts), tone="warm")


def _ways_on(visit: Visit, course: Course, theme: Theme, lesson: Lesson, number: int) -> tuple[Row, ...]:
    back = (Button("Back", _page(visit, theme, lesson, number - 1)),) if number > 1 else ()
    overview = Button("The lessons", Press("learn", "lessons", (str(theme.number),), group_id(visit)))
    words = _words_button(visit, course, theme, lesson, number)
    if number < PAGES:
        return (Row((*back, Button("Next", _page(visit, theme, lesson, number + 1), "main"), overview, *words)),)
    index = theme.lessons.index(lesson)
    following = theme.lessons[index + 1 :][:1]
    quiz = Button("Take the quiz", Press("quiz", "start", (str(theme.number),), group_id(visit)), "main")
    further = tuple(Button("Next lesson", _page(visit, theme, one, 1)) for one in following)
    return (Row((*back, quiz, *further, overview, *words)),)


def _page(visit: Visit, theme: Theme, lesson: Lesson, number: int) -> Press:
    return Press("learn", "page", (str(theme.number), lesson.name, str(number)), group_id(visit))


def _stories(visit: Visit, library: Library, theme: Theme) -> tuple[Button, ...]:
    """The theme's scenarios, as many as there is room for beside the other buttons."""
    its = [one for one in library.course(visit.reads).scenarios if one.theme == theme.name]
    return tuple(Button(f"Play: {one.title}", Press("scenario", "play", (str(one.number),), group_id(visit))) for one in its[:3])


def _theme(visit: Visit, library: Library) -> Theme | None:
    number = visit.press.args[0] if visit.press.args else ""
    return library.course(visit.reads).numbered(int(number)) if number.isdecimal() else None


LEARN = Command(
    "learn",
    "Read a short lesson about privacy. Only you see it.",
    first="begin",
    options=(Option("theme", "What about? Without it, you get the list.", complete=complete_theme),),
    steps={
        "begin": Step(begin),
        "list": Step(list_themes),
        "theme": Step(open_theme),
        "skip": Step(skip),
        "lessons": Step(lessons),
        "page": Step(page),
    },
    everywhere=True,
)
