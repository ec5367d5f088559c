"""The themes, one below the other, with a cell for each lesson and question: one learner's, and the group's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.overview import Asked, Overview, ThemeTogether
from bot.plots.svg import KNOWN, MARGIN, QUIET, READ, WIDTH, Mark, box, fitting, picture, row_of, text
from bot.progress import HIDDEN, ThemeProgress, level

_ROW, _HEAD = 86, 74
_CELL, _SHORT = 24, 28
_MIDDLE = 312
"""Where the questions begin."""


def own_picture(themes: Sequence[ThemeProgress]) -> str:
    """One learner's progress: per theme a square for each lesson and a circle for each question."""
    begun = [theme for theme in themes if theme.lessons_read or theme.questions_known]
    entries: tuple[tuple[Mark, str, bool, str], ...] = (
        ("full", READ, False, "lesson read"),
        ("full", KNOWN, True, "question known"),
        ("empty", QUIET, True, "not yet"),
    )
    parts = list(_legend(entries))
    for index, theme in enumerate(begun):
        y = _HEAD + index * _ROW
        count = f"{theme.lessons_read} of {theme.lessons} · {theme.questions_known} of {theme.questions}"
        parts += _titled(y, theme.title, count)
        parts.append(row_of(MARGIN, y + 36, _MIDDLE - MARGIN - 16, _CELL, _filled(theme.lessons_read, theme.lessons), READ))
        marks = _filled(theme.questions_known, theme.questions)
        parts.append(row_of(_MIDDLE, y + 36, WIDTH - MARGIN - _MIDDLE, _CELL, marks, KNOWN, round_=True))
    y = _HEAD + len(begun) * _ROW
    return picture(*_ended(y, "My progress", parts, [theme.title for theme in themes if theme not in begun]))


def group_picture(shown: Overview) -> str:
    """The group together: per theme what was discussed, how far its lessons are read, and a circle for each question."""
    begun = [theme for theme in shown.themes if theme.is_begun]
    entries: tuple[tuple[Mark, str, bool, str], ...] = (
        ("full", KNOWN, True, "most know it"),
        ("part", KNOWN, True, "half or fewer"),
        ("unsaid", KNOWN, True, "too few answered"),
    )
    parts = list(_legend(entries))
    for index, theme in enumerate(begun):
        y = _HEAD + index * _ROW
        parts += _titled(y, theme.title, _discussed(theme))
        parts += _gauge(y + 36, theme.read)
        marks = [_mark(one) for one in theme.questions]
        parts.append(row_of(_MIDDLE, y + 36, WIDTH - MARGIN - _MIDDLE, _CELL, marks, KNOWN, round_=True))
    y = _HEAD + len(begun) * _ROW
    return picture(*_ended(y, f"{shown.name}, together", parts, [theme.title for theme in shown.themes if theme not in begun]))


def _ended(y: float, title: str, parts: list[str], others: Sequence[str]) -> tuple[float, str, list[str]]:
    """With the themes of which there is nothing to draw, a short line each."""
    if not others:
        return y + 6, title, parts
    parts += [_line(y), text(MARGIN, y + 28, "Not begun yet", 20, bold=True, fill=QUIET)]
    for index, other in enumerate(others):
        parts.append(text(MARGIN, y + 56 + index * _SHORT, fitting(other, 20, WIDTH - 2 * MARGIN), 20, fill=QUIET))
    return y + 46 + len(others) * _SHORT, title, parts


def _line(y: float) -> str:
    return f'<rect x="{MARGIN}" y="{y - 2:g}" width="{WIDTH - 2 * MARGIN}" height="1" fill="{QUIET}" opacity="0.35"/>'


def _titled(y: float, title: str, beside: str) -> tuple[str, ...]:
    room = WIDTH - 2 * MARGIN - 175
    return (
        _line(y),
        text(MARGIN, y + 26, fitting(title, 24, room), 24, bold=True),
        text(WIDTH - MARGIN, y + 26, beside, 20, anchor="end", fill=QUIET),
    )


def _discussed(theme: ThemeTogether) -> str:
    return f"{theme.prompts_posted} of {theme.prompts} discussed" if theme.prompts_posted else "not discussed yet"


def _gauge(y: float, word: str) -> Iterator[str]:
    """Four blocks, as the words are four."""
    blocks = 0 if word == HIDDEN else level(word) + 1
    for block in range(4):
        mark: Mark = "unsaid" if word == HIDDEN else "full" if block < blocks else "empty"
        yield box(MARGIN + block * 32, y, 28, _CELL, mark, READ)
    yield text(MARGIN + 4 * 32 + 6, y + 19, "not told" if word == HIDDEN else f"{word} read", 20)


def _mark(one: Asked) -> Mark:
    return "full" if one.is_known else "part" if one.is_open else "unsaid"


def _filled(done: int, whole: int) -> list[Mark]:
    return ["full" if cell < done else "empty" for cell in range(whole)]


def _legend(entries: Sequence[tuple[Mark, str, bool, str]]) -> Iterator[str]:
    room = (WIDTH - 2 * MARGIN) / len(entries)
    for index, (mark, colour, is_round, words) in enumerate(entries):
        x = MARGIN + index * room
        yield box(x, 24, _CELL, _CELL, mark, colour, round_=_CELL / 2 if is_round else _CELL / 6)
        yield text(x + _CELL + 10, 43, words, 20)
