"""Before and after, question by question: four blocks each, as the words are four."""

from __future__ import annotations

from collections.abc import Sequence

from bot.plots.svg import KNOWN, MARGIN, QUIET, READ, WIDTH, box, fitting, picture, text
from bot.progress import level

_ROW, _HEAD, _CELL = 92, 64, 20


def change_picture(rows: Sequence[tuple[str, str, str]]) -> str:
    """``rows``: each question with its words before and after."""
    middle = WIDTH / 2
    parts = [text(MARGIN, 40, "Before", 18, bold=True, fill=READ), text(middle + 8, 40, "After", 18, bold=True, fill=KNOWN)]
    for index, (ask, was, now) in enumerate(rows):
        y = _HEAD + index * _ROW
        parts.append(text(MARGIN, y + 18, fitting(ask, 16, WIDTH - 2 * MARGIN), 16))
        for x, word, colour in ((MARGIN, was, READ), (middle + 8, now, KNOWN)):
            parts += (
                box(x + block * (_CELL + 4), y + 30, _CELL, "full" if block <= level(word) else "empty", colour)
                for block in range(4)
            )
            parts.append(text(x, y + 70, word, 16, fill=QUIET))
    return picture(_HEAD + len(rows) * _ROW + 6, "Before and after", parts)
