"""The themes, one below the other, with a cell for each lesson and question: one learner's, and the group's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bot.overview import Asked, Overview, ThemeTogether
from bot.plots.svg import BODY, KNOWN, LINE, MARGIN, QUIET, READ, TITLE, WIDTH, Mark, box, fitting, picture, row_of, text
from bot.progress import HIDDEN, ThemeProgress, level

MOST_OTHERS = 12
"""Lines for themes that are not begun."""
_ROW, _HEAD = 96, 88
_CELL, _SHORT = 20, 23
_ROOM = WIDTH - 2 * MARGIN


def own_picture(begun: Sequence[ThemeProgress], others: Iterable[str], many: int) -> str:
    """One learner's progress: per begun theme a square for each lesson and a circle for each question. ``others`` are the titles of
    the ``many`` other themes, of which the first are drawn and no more are asked for."""
    entries: tuple[tuple[Mark, str, bool, str], ...] = (
        ("full", READ, False, "lesson read"),
        ("full", KNOWN, True, "question known"),
        ("empty", QUIET, True, "not yet"),
    )
    parts = list(_legend(entries))
    for index, theme in enumerate(begun):
        y = _HEAD + index * _ROW
        parts += _titled(y, theme.title)
        parts.append(row_of(MARGIN, y + 32, _ROOM - 82, _CELL, _filled(theme.lessons_read, theme.lessons), READ))
        parts.append(_beside(y + 48, f"{theme.lessons_read} of {theme.lessons}"))
        marks = _filled(theme.questions_known, theme.questions)
        parts.append(row_of(MARGIN, y + 60, _ROOM - 82, _CELL, marks, KNOWN, round_=True))
        parts.append(_beside(y + 76, f"{theme.questions_known} of {theme.questions}"))
    return picture(*_ended(_HEAD + len(begun) * _ROW, "My progress", parts, others, many))


def group_picture(shown: Overview, *, columns: int = 1) -> str:
    """The group together: per theme what was discussed, how far its lessons are read, and a circle for each question. A phone
    shows one column; paper has room for two."""
    begun = shown.begun
    entries: tuple[tuple[Mark, str, bool, str], ...] = (
        ("full", KNOWN, True, "most know it"),
        ("part", KNOWN, True, "half or fewer"),
        ("unsaid", KNOWN, True, "too few answered"),
    )
    parts = list(_legend(entries))
    rows = -(-len(begun) // columns)
    for index, theme in enumerate(begun):
        column, row = divmod(index, rows)
        drawn = "".join(_together(theme, _HEAD + row * _ROW))
        parts.append(f'<g transform="translate({column * WIDTH})">{drawn}</g>' if column else drawn)
    have = {theme.name for theme in begun}
    others = (theme.title for theme in shown.course.themes if theme.name not in have)
    ended = _ended(_HEAD + rows * _ROW, f"{shown.name}, together", parts, others, len(shown.course.themes) - len(begun))
    return picture(*ended, columns=columns)


def _together(theme: ThemeTogether, y: float) -> Iterator[str]:
    yield from _titled(y, theme.title)
    yield from _gauge(y + 32, theme.read)
    yield _beside(y + 48, _discussed(theme))
    yield row_of(MARGIN, y + 60, _ROOM, _CELL, [_mark(one) for one in theme.questions], KNOWN, round_=True)


def _ended(y: float, title: str, parts: list[str], others: Iterable[str], many: int) -> tuple[float, str, list[str]]:
    """With the themes of which there is nothing to draw, ``many`` of them, a short line each, as long as there are not too many."""
    if not many:
        return y + 6, title, parts
    shown = list(islice(others, MOST_OTHERS if many <= MOST_OTHERS else MOST_OTHERS - 1))
    if len(shown) < many:
        shown.append(f"and {many - len(shown)} more")
    parts += [_line(y), text(MARGIN, y + 23, "Not begun yet", BODY, bold=True, fill=QUIET)]
    for index, other in enumerate(shown):
        parts.append(text(MARGIN, y + 47 + index * _SHORT, fitting(other, BODY, _ROOM), BODY, fill=QUIET))
    return y + 39 + len(shown) * _SHORT, title, parts


def _line(y: float) -> str:
    return f'<rect x="{MARGIN}" y="{y - 2:g}" width="{_ROOM}" height="1" fill="{LINE}"/>'


def _titled(y: float, title: str) -> tuple[str, ...]:
    return _line(y), text(MARGIN, y + 22, fitting(title, TITLE, _ROOM), TITLE, bold=True)


def _beside(y: float, words: str) -> str:
    return text(WIDTH - MARGIN, y, words, BODY, anchor="end", fill=QUIET)


def _discussed(theme: ThemeTogether) -> str:
    return f"{theme.prompts_posted} of {theme.prompts} discussed" if theme.prompts_posted else "not discussed"


def _gauge(y: float, word: str) -> Iterator[str]:
    """Four blocks, as the words are four."""
    if word == HIDDEN:
        yield text(MARGIN, y + 16, "too few have read", BODY)
        return
    for block in range(4):
        yield box(MARGIN + block * (_CELL + 5), y, _CELL, "full" if block <= level(word) else "empty", READ)
    yield text(MARGIN + 4 * (_CELL + 5) + 6, y + 16, f"{word} read", BODY)


def _mark(one: Asked) -> Mark:
    return "full" if one.is_known else "part" if one.is_open else "unsaid"


def _filled(done: int, whole: int) -> list[Mark]:
    return ["full" if cell < done else "empty" for cell in range(whole)]


def _legend(entries: Sequence[tuple[Mark, str, bool, str]]) -> Iterator[str]:
    """Two beside one another."""
    for index, (mark, colour, is_round, words) in enumerate(entries):
        x, y = MARGIN + index % 2 * _ROOM / 2, 18 + index // 2 * 30
        yield box(x, y, _CELL, mark, colour, round_=is_round)
        yield text(x + _CELL + 8, y + 16, words, BODY)
