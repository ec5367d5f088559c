"""What several commands say in the same words: footers, notes, and ways to a theme. No step lives here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.cards import Button, Card, Choice, Menu, Part, Row, Text, Tone, Visit
from bot.library import Course, Library, Scenario, Source, Theme
from bot.press import Press
from bot.storage import States, Store

LICENCE = "-# Adapted from Wikibooks · CC BY-SA 4.0 · `/about`"
NOT_OURS = "-# From your group's own content."

SAFETY = (
    "Some topics here can be risky to discuss in some places. You do not need to post anything. "
    "Text on Discord is not end-to-end encrypted, and server members can copy what you write. "
    "Think about your own situation first."
)
"""The safety notice, as the content brief words it (4.4)."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Signs that nobody sees and that hide text, turn it around, or are none."""
MOST_CHOICES = 25
"""Discord's limit for a menu and for a list of suggestions."""


def note(*parts: Part, tone: Tone = "plain") -> Card:
    """A short card, usually one paragraph."""
    return Card(parts, tone=tone)


def say(*paragraphs: str, tone: Tone = "plain") -> Card:
    """A card of text alone."""
    return note(Text("\n\n".join(paragraphs)), tone=tone)


def quoted(text: str, longest: int = 60) -> str:
    """What somebody typed, safe to show: shortened, on one line, its markdown inert."""
    line = " ".join(HIDDEN.sub("", text).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return f"“{inert(line)}”"


def as_many_as_fit(lines: Iterable[str], room: int) -> str:
    """These lines, as far as there is room for them in characters, and how many more there are."""
    shown: list[str] = []
    rest = 0
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            rest += 1
        else:
            shown.append(line)
    return "\n".join([*shown, f"- and {rest} more"] if rest else shown)


def inert(text: str) -> str:
    """The same text, with nothing in it that Discord would take for markdown, a link or a mention, and no sign that nobody sees and
    that would turn our own words around."""
    return re.sub(r"([\\*_~`|<>\[\]()#@:])", r"\\\1", HIDDEN.sub("", text))


def licence(theme: Theme) -> str:
    """The line at the end of what is to be read."""
    return NOT_OURS if theme.is_own else LICENCE


def source_lines(title: str, sources: Iterable[Source]) -> str:
    return "\n".join([f"**{title}**", *(f"- {source.line}" for source in sources)])


# ---------------------------------------------------------------- themes


def find_theme(course: Course, typed: str) -> Theme | None:
    """The theme that somebody means: its name, its number or its title."""
    if typed.isdecimal():
        return course.numbered(int(typed[:9]))  # a number of thousands of digits is more than Python reads
    wanted = typed.casefold()
    return course.theme(wanted) or next((theme for theme in course.themes if theme.title.casefold() == wanted), None)


async def complete_theme(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions for a theme: those whose title or summary has what was typed."""
    wanted = typed.casefold().strip()
    found = (
        theme for theme in library.course(visit.reads).themes if wanted in f"{theme.name} {theme.title} {theme.summary}".casefold()
    )
    return tuple(Choice(theme.title, theme.name) for theme in found)[:MOST_CHOICES]


def no_such_theme(visit: Visit, course: Course, typed: str, press: Press) -> Card:
    """A kind answer to an unknown theme, with the themes that there are."""
    import difflib  # when somebody mistypes a theme, not at each start

    close = difflib.get_close_matches(typed.casefold(), [theme.title.casefold() for theme in course.themes], 1, 0.4)
    close = close or difflib.get_close_matches(typed.casefold(), [theme.name for theme in course.themes], 1, 0.4)
    meant = find_theme(course, close[0]) if close else None
    hint = f" Did you mean **{meant.title}**?" if meant else ""
    return note(
        Text(f"There is no theme called {quoted(typed)}.{hint} These are the themes:"),
        theme_menu(course, press),
        *leafing(course, 0, lambda to: Press("learn", "list", (str(to),), press.group)),
        tone="look",
    )


def theme_menu(course: Course, press: Press, states: States | None = None, page: int = 0) -> Menu:
    themes = themes_on(course, page)
    choices = tuple(Choice(theme.title, str(theme.number), _how_far(theme, states) or theme.summary) for theme in themes)
    return Menu(press, choices, "Pick a theme")


def themes_on(course: Course, page: int) -> tuple[Theme, ...]:
    """As many as a menu takes; most courses are one page. A page from before the course became shorter is the last."""
    first = min(page, _pages(course) - 1) * MOST_CHOICES
    return course.themes[first : first + MOST_CHOICES]


def leafing(course: Course, page: int, to: Callable[[int], Press]) -> tuple[Row, ...]:
    """To the pages before and after this one, if there are any."""
    last = _pages(course) - 1
    page = min(page, last)
    back = (Button("Earlier themes", to(page - 1)),) if page else ()
    on = (Button("More themes", to(page + 1)),) if page < last else ()
    return (Row((*back, *on)),) if last else ()


def page_named(args: tuple[str, ...], place: int) -> int:
    """The page that stands at this place of a press; without one, the first."""
    written = args[place] if len(args) > place else ""
    return int(written) if written.isdecimal() and len(written) < 4 else 0


def _pages(course: Course) -> int:
    return max(-(-len(course.themes) // MOST_CHOICES), 1)


def _how_far(theme: Theme, states: States | None) -> str:
    if states is None or states.learner is None or not theme.lessons:
        return ""
    read = sum((theme.name, lesson.name) in states.read for lesson in theme.lessons)
    return f"{read} of {len(theme.lessons)} lessons read"


def gone(what: str = "This lesson") -> Card:
    """For a control of content that has since been removed or renumbered."""
    return note(
        Text(f"{what} is no longer part of the course. Nothing of yours is lost."),
        Row((Button("All themes", Press("learn", "list"), "main"),)),
        tone="look",
    )


def following(course: Course, theme: Theme) -> Theme | None:
    """The theme that comes after this one; ``None`` after the last."""
    return next((one for one in course.themes if one.number > theme.number), None)


def content_note(theme: Theme, skip: Press | None = None) -> tuple[Part, ...]:
    """The note with which a theme begins, if it has one. ``skip`` leads to what comes instead: it stands right below, so that
    nobody has to read on in order to get past."""
    if not theme.content_note:
        return ()
    note = Text(f"> **Before you begin.** {theme.content_note}")
    return (note, Row((Button("Skip this theme", skip),))) if skip else (note,)


def note_before(scenario: Scenario, theme: Theme | None) -> tuple[Part, ...]:
    """What a person should know before the story begins: its own content note, else its theme's."""
    if scenario.content_note:
        return (Text(f"> **Before you begin.** {scenario.content_note}"),)
    return content_note(theme) if theme else ()


# ---------------------------------------------------------------- learners and guests


async def states_of(visit: Visit, store: Store) -> States | None:
    """What is kept about this visitor in their group; ``None`` for a guest."""
    if visit.group is None or visit.key is None:
        return None
    states = await store.states(visit.group.group_id, visit.key)
    return states if states.learner else None


def group_id(visit: Visit) -> int | None:
    """The group that a press of this visit should carry."""
    return visit.group.group_id if visit.group else None


def guest_note(visit: Visit) -> str:
    """One line that tells guests what being a guest means here."""
    if visit.is_direct:
        return "-# You are here as a guest: nothing about you is kept. The messages in this chat stay until you delete them."
    if visit.many_groups:
        return (
            "-# You are here as a guest, and nothing is kept: this server has several study groups, and this channel "
            "belongs to none. In your group's channel I remember where you were, if you joined."
        )
    joining = " `/join` lets me remember where you were." if visit.group else ""
    return (
        "-# You are here as a guest: nothing about you is kept. This private card ends when you close Discord; "
        f"in a direct message with me it stays.{joining}"
    )
