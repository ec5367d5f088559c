"""The few shapes of which all pictures are made, as SVG text. Whoever writes a text into it need not think of escaping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

WIDTH = SIZE = 432
"""Units, and pixels of the PNG: the same, so that what is straight falls on whole pixels. That is sharp, and soon written: most of
the time that a picture takes is spent on its pixels, and one of all themes stays within 50 ms. A phone shows it some 320 points
wide, so that a text of 16 reads like one of 12."""
MARGIN = 20
BODY, TITLE = 16, 20
"""Sizes of texts."""
PAPER, INK, QUIET, LINE = "#fbf7f2", "#2b2320", "#5d534c", "#c4beb8"
READ, KNOWN = "#b3372f", "#2f6f73"
FONT_FAMILY = "Atkinson Hyperlegible"
_PER_LETTER = 0.53
"""A letter's width on average, for its size; on the safe side, since a text that runs over its neighbour is worse than a dot."""

Anchor = Literal["start", "middle", "end"]
Mark = Literal["full", "part", "empty", "unsaid"]
"""How a cell is drawn: filled with a tick, half filled, an outline, a dot. So it reads without colours."""


def picture(height: float, title: str, parts: Iterable[str], *, columns: int = 1) -> str:
    """The whole of it, with its own background."""
    wide = WIDTH * columns
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {height:g}" '
        f'width="{SIZE * columns}" height="{height * SIZE / WIDTH:.0f}" '
        f'role="img" font-family="{FONT_FAMILY}, sans-serif" fill="{INK}"><title>{_plain(title)}</title>'
        f'<rect width="{wide}" height="{height:g}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, size: int, *, bold: bool = False, anchor: Anchor = "start", fill: str = INK) -> str:
    """``y`` is the line on which the letters stand."""
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>{_plain(words)}</text>'


def fitting(words: str, size: int, room: float) -> str:
    """As much of it as has room, with a dot-dot-dot if that is not all."""
    most = max(int(room / (size * _PER_LETTER)), 1)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def box(x: float, y: float, size: float, mark: Mark, colour: str, *, round_: bool = False) -> str:
    """One cell to be counted: a square, or a circle."""
    middle_x, middle_y = x + size / 2, y + size / 2
    if mark == "unsaid":
        return f'<circle cx="{middle_x:g}" cy="{middle_y:g}" r="{size / 6:g}" fill="{QUIET}"/>'
    # An outline takes as long to draw as what it surrounds, so what is filled has none.
    edge, inside = (0, f'fill="{colour}"') if mark == "full" else (1, f'fill="{PAPER}" stroke="{colour}" stroke-width="2"')
    if round_:
        drawn = f'<circle cx="{middle_x:g}" cy="{middle_y:g}" r="{size / 2 - edge:g}" {inside}/>'
    else:
        wide = size - 2 * edge
        drawn = f'<rect x="{x + edge:g}" y="{y + edge:g}" width="{wide:g}" height="{wide:g}" {inside}/>'
    if mark == "part":
        drawn += f'<rect x="{x + 5:g}" y="{middle_y:g}" width="{size - 10:g}" height="{size / 2 - 4:g}" fill="{colour}"/>'
    if mark == "full":
        drawn += _tick(middle_x, middle_y, size / 2)
    return drawn


def row_of(x: float, y: float, room: float, size: float, marks: list[Mark], colour: str, *, round_: bool = False) -> str:
    """Cells beside one another; smaller ones if there are many."""
    pitch = min(size + 5, room / max(len(marks), 1))
    wide = pitch * size / (size + 5)
    return "".join(
        box(x + index * pitch, y + (size - wide) / 2, wide, mark, colour, round_=round_) for index, mark in enumerate(marks)
    )


def _plain(words: str) -> str:
    """Some signs can't be in XML at all, such as a bell."""
    from html import escape  # with the first picture: it brings the names of 2,231 signs

    return escape(words if words.isprintable() else "".join(letter for letter in words if letter.isprintable()))


def _tick(x: float, y: float, size: float) -> str:
    points = f"{x - size * 0.45:.1f},{y:.1f} {x - size * 0.1:.1f},{y + size * 0.35:.1f} {x + size * 0.5:.1f},{y - size * 0.4:.1f}"
    return f'<polyline points="{points}" fill="none" stroke="{PAPER}" stroke-width="{max(size / 5, 1.2):.1f}"/>'
