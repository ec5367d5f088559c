"""What one learner would remember, theme by theme: today, and in a month without a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.plots.svg import BODY, KNOWN, LINE, MARGIN, PAPER, TITLE, WIDTH, fitting, picture, text
from bot.progress import ThemeMemory

_HEAD, _ROW, _BAR = 54, 100, 20
_ROOM = WIDTH - 2 * MARGIN - 166
"""Beside the bars stands what they say, so that nothing is told by their length or colour alone."""


def memory_picture(themes: Sequence[ThemeMemory]) -> str:
    """Full: today; outlined: in a month. A whole bar would be all that was answered."""
    parts = [text(MARGIN, 34, "What I would remember", TITLE, bold=True)]
    for index, theme in enumerate(themes):
        y = _HEAD + index * _ROW
        parts.append(f'<rect x="{MARGIN}" y="{y}" width="{WIDTH - 2 * MARGIN}" height="1" fill="{LINE}"/>')
        parts.append(text(MARGIN, y + 24, fitting(theme.title, TITLE - 2, WIDTH - 2 * MARGIN), TITLE - 2, bold=True))
        parts += _bar(y + 36, theme.today / theme.answered, f"today {theme.about(theme.today)}", is_full=True)
        parts += _bar(y + 64, theme.in_a_month / theme.answered, f"in a month {theme.about(theme.in_a_month)}", is_full=False)
    return picture(_HEAD + len(themes) * _ROW + 4, "What I would remember", parts)


def _bar(y: int, share: float, words: str, *, is_full: bool) -> Iterator[str]:
    """On a line that is as long as all of it."""
    long = max(round(_ROOM * share), 2)
    yield f'<rect x="{MARGIN}" y="{y + _BAR - 2}" width="{_ROOM}" height="2" fill="{LINE}"/>'
    if is_full:
        yield f'<rect x="{MARGIN}" y="{y}" width="{long}" height="{_BAR}" fill="{KNOWN}"/>'
    else:
        inside = f'fill="{PAPER}" stroke="{KNOWN}" stroke-width="2"'
        yield f'<rect x="{MARGIN + 1}" y="{y + 1}" width="{max(long - 2, 1)}" height="{_BAR - 2}" {inside}/>'
    yield text(MARGIN + _ROOM + 10, y + 16, words, BODY)
