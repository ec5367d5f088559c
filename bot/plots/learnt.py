"""What somebody has learnt, as a picture to keep: themes and lessons by name, no number, no name of anybody."""

from __future__ import annotations

from collections.abc import Sequence

from bot.plots.svg import KNOWN, MARGIN, QUIET, READ, WIDTH, box, fitting, picture, text

MOST_LESSONS = 4
"""Of one theme; a phone shows no more."""
_HEAD, _TITLE, _LINE = 112, 40, 28


def learnt_picture(group: str, themes: Sequence[tuple[str, Sequence[str]]]) -> str:
    """``themes``: each title with the titles of its lessons."""
    room = WIDTH - 2 * MARGIN
    parts = [
        text(MARGIN, 48, "What I have learnt", 28, bold=True, fill=READ),
        text(MARGIN, 80, fitting(group, 18, room), 18, fill=QUIET),
    ]
    y = float(_HEAD)
    for title, lessons in themes:
        parts += (
            f'<rect x="{MARGIN}" y="{y:g}" width="{room}" height="1" fill="{QUIET}"/>',
            text(MARGIN, y + 28, fitting(title, 20, room), 20, bold=True),
        )
        y += _TITLE
        more = len(lessons) - MOST_LESSONS
        shown = [*lessons[:MOST_LESSONS], *([f"and {more} more"] if more > 0 else [])]
        for lesson in shown:
            parts += (box(MARGIN, y + 2, 18, "full", KNOWN), text(MARGIN + 28, y + 17, fitting(lesson, 16, room - 28), 16))
            y += _LINE
        y += 14
    return picture(y + 6, "What I have learnt", parts)
