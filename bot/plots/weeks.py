"""How the group has come along, one column for each publication."""

from __future__ import annotations

from collections.abc import Sequence

from bot.overview import Week
from bot.plots.svg import BODY, INK, KNOWN, MARGIN, PAPER, QUIET, TITLE, WIDTH, picture, text

MOST_WEEKS = 8
_TOP, _FLOOR, _HEIGHT = 76, 216, 266


def weeks_picture(weeks: Sequence[Week]) -> str:
    """Full: the questions that most know; the outline above: those of which something can be said."""
    shown = list(weeks)[-MOST_WEEKS:]
    highest = max((week.told for week in shown), default=1) or 1
    pitch = (WIDTH - 2 * MARGIN) / max(len(shown), 6)
    wide = pitch * 0.62
    parts = [
        text(MARGIN, 33, "Questions that most of us know", TITLE, bold=True),
        text(MARGIN, 57, "full: known · outline: enough of us answered", BODY, fill=QUIET),
        f'<rect x="{MARGIN}" y="{_FLOOR}" width="{WIDTH - 2 * MARGIN}" height="2" fill="{INK}"/>',
    ]
    for index, week in enumerate(shown):
        x = MARGIN + index * pitch + (pitch - wide) / 2
        tall, known = (_FLOOR - _TOP - 26) * week.told / highest, (_FLOOR - _TOP - 26) * week.known / highest
        parts += (
            f'<rect x="{x + 1:g}" y="{_FLOOR - tall:g}" width="{wide - 2:g}" height="{tall:g}" fill="{PAPER}" stroke="{KNOWN}" '
            'stroke-width="2"/>',
            f'<rect x="{x:g}" y="{_FLOOR - known:g}" width="{wide:g}" height="{known:g}" fill="{KNOWN}"/>',
            text(x + wide / 2, _FLOOR - tall - 8, f"{week.known}/{week.told}", 15, bold=True, anchor="middle"),
            text(x + wide / 2, _FLOOR + 22, f"{week.day.day}", BODY, anchor="middle"),
            text(x + wide / 2, _FLOOR + 40, f"{week.day:%b}", 15, anchor="middle", fill=QUIET),
        )
    return picture(_HEIGHT, "Questions that most of us know, week by week", parts)
