"""What a group chose in one question of a round: a bar for each answer, as rough as the words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.plots.svg import BODY, KNOWN, LINE, MARGIN, READ, TITLE, WIDTH, box, fitting, picture, text
from bot.progress import level, percent_of

_LINE, _BAR, _GAP, _HEAD = 21, 20, 16, 54
_INDENT = 26
_ROOM = WIDTH - 2 * MARGIN - _INDENT
_WIDE = 200
_PER_LINE = int(_ROOM / (BODY * 0.53))


class Bar(Struct, frozen=True):
    """One answer. ``letter``: as on the card, empty if it had none there. ``word``: how many chose it, a word or a step."""

    letter: str
    text: str
    word: str
    is_right: bool


def round_picture(title: str, bars: Sequence[Bar]) -> str:
    """The right one has a tick and is named, so that it is told by more than a colour."""
    parts = [text(MARGIN, 34, title, TITLE, bold=True)]
    y = _HEAD
    for bar in bars:
        lines = _lines(f"{bar.text} (the answer)" if bar.is_right else bar.text)
        parts += _drawn(bar, lines, y)
        y += len(lines) * _LINE + _BAR + 8 + _GAP
    return picture(y, title, parts)


def _drawn(bar: Bar, lines: list[str], y: float) -> Iterator[str]:
    colour = KNOWN if bar.is_right else READ
    if bar.letter:
        yield text(MARGIN, y + 15, bar.letter, BODY, bold=True)
    for number, line in enumerate(lines):
        yield text(MARGIN + _INDENT, y + 15 + number * _LINE, line, BODY, bold=bar.is_right)
    below = y + len(lines) * _LINE + 3
    if bar.is_right:
        yield box(MARGIN, below, _BAR, "full", KNOWN, round_=True)
    yield from _steps(bar.word, below, colour) if bar.word.endswith("%") else _blocks(bar.word, below, colour)


def _lines(words: str) -> list[str]:
    """On two lines at most."""
    first: list[str] = []
    rest = words.split(" ")
    while rest and len(" ".join([*first, rest[0]])) <= _PER_LINE:
        first.append(rest.pop(0))
    return [line for line in (" ".join(first), fitting(" ".join(rest), BODY, _ROOM)) if line]


def _blocks(word: str, y: float, colour: str) -> Iterator[str]:
    """Four, as the words are four."""
    pitch = _WIDE / 4
    for block in range(4):
        yield _filled(MARGIN + _INDENT + block * pitch, y, pitch - 4, colour if block <= level(word) else LINE)
    yield text(MARGIN + _INDENT + _WIDE + 8, y + 15, f"{word} of us", BODY)


def _steps(word: str, y: float, colour: str) -> Iterator[str]:
    """A bar that is as long as the step."""
    yield _filled(MARGIN + _INDENT, y, _WIDE - 4, LINE)
    yield _filled(MARGIN + _INDENT, y, (_WIDE - 4) * percent_of(word) / 100, colour)
    yield text(MARGIN + _INDENT + _WIDE + 8, y + 15, f"{word} of us", BODY)


def _filled(x: float, y: float, wide: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:.0f}" height="{_BAR}" fill="{colour}"/>'
