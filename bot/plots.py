"""Numbers to a picture. Pure: counts in, the bytes of a PNG out; the caller says the same in words.

Two bars a theme, told apart by their place and their label, never by colour alone.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.progress import ThemeProgress

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH = 1000
_ROW = 150
_LEFT, _RIGHT = 250, 880
_PAPER, _INK, _SOFT = "#fbf7f2", "#2b2320", "#e6dcd2"
_READ, _KNOWN = "#b3372f", "#2f6f73"


def progress_picture(themes: Sequence[ThemeProgress]) -> bytes:
    """One learner's progress: per theme a bar of lessons read and a bar of questions known."""
    from PIL import Image, ImageDraw, ImageFont  # loaded at the first picture: a bot that draws none stays small

    image = Image.new("RGB", (WIDTH, 30 + _ROW * len(themes)), _PAPER)
    draw = ImageDraw.Draw(image)
    big, small = ImageFont.load_default(30), ImageFont.load_default(24)
    for index, theme in enumerate(themes):
        top = 24 + index * _ROW
        draw.text((30, top), _shortened(draw, theme.title, big), fill=_INK, font=big)
        bars = (
            ("Lessons read", theme.lessons_read, theme.lessons, _READ),
            ("Questions known", theme.questions_known, theme.questions, _KNOWN),
        )
        for row, (label, done, whole, colour) in enumerate(bars):
            middle = top + 62 + row * 42
            draw.text((30, middle), label, fill=_INK, font=small, anchor="lm")
            _bar(draw, middle, done, whole, colour)
            draw.text((_RIGHT + 20, middle), f"{done} of {whole}", fill=_INK, font=small, anchor="lm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _bar(draw: ImageDraw, middle: int, done: int, whole: int, colour: str) -> None:
    """One cell a lesson or question, so that a bar can be counted as well as seen."""
    cells = max(whole, 1)
    gap = 6 if cells <= 20 else 0
    width = (_RIGHT - _LEFT + gap) / cells - gap
    for cell in range(cells):
        left = _LEFT + cell * (width + gap)
        box = (left, middle - 13, left + width, middle + 13)
        draw.rounded_rectangle(box, radius=5, fill=colour if cell < done else _SOFT)


def _shortened(draw: ImageDraw, title: str, font: object) -> str:
    room = WIDTH - 60
    if draw.textlength(title, font=font) <= room:  # type: ignore[arg-type]
        return title
    while title and draw.textlength(title + "…", font=font) > room:  # type: ignore[arg-type]
        title = title[:-1]
    return title.rstrip() + "…"
