"""In which order a quiz asks, where enough is known of its questions: it begins with an easy one, then goes up after a right
answer and down after a wrong one. Pure.

How hard a question is says the group of all who answered it: the counts of first answers, without whose, as they were told. Of the
person nothing is used but what their own quiz brings in its buttons, how it has gone so far; nothing new is kept, and nothing is
concluded about anybody. Where too little was counted, the order is the shuffled one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from bot.evidence import about_of, item_of
from bot.library import Theme
from bot.progress import PUBLISH_FROM

ENOUGH = 20
"""First answers from which on a question counts as known."""
EASY_FROM, HARD_BELOW = 0.75, 0.45
"""The share that has it right at the first try."""
EASY, MIDDLE, HARD = 0, 1, 2


class Known(Struct, frozen=True):
    """What the counts say of one question. ``misleads``: those who know less do better with it, so it comes last of its step."""

    step: int
    misleads: bool = False


UNKNOWN = Known(MIDDLE)


def known_of(theme: Theme, counts: Mapping[str, Mapping[str, int]]) -> dict[int, Known]:
    """By the number of each question; none at all while fewer than half of the theme's questions are known."""
    found: dict[int, Known] = {}
    for question in theme.questions if counts else ():
        item = item_of(counts.get(about_of(theme.name, question), {}), question)
        if item.answered >= ENOUGH:
            share = item.share_right
            step = EASY if share >= EASY_FROM else HARD if share < HARD_BELOW else MIDDLE
            (low, _), _, (high, _) = item.thirds
            misleads = min(low, high) >= PUBLISH_FROM and (item.discrimination or 0) < 0
            found[question.number] = Known(step, misleads)
    return found if 2 * len(found) >= len(theme.questions) else {}


def step_after(marks: Iterable[bool]) -> int:
    """A staircase, one up and one down (Levitt 1971, *Transformed up-down methods in psychoacoustics*, Journal of the Acoustical
    Society of America 49: 467-477, begins with this plainest one; Dixon and Mood described it in 1948). It keeps near to where
    somebody is right about every other time; here it only says how hard the next question should be."""
    step = EASY
    for is_right in marks:
        step = min(step + 1, HARD) if is_right else max(step - 1, EASY)
    return step


def best_of(numbers: Iterable[int], known: Mapping[int, Known], step: int) -> int | None:
    """The one that is nearest to that step; of several the first, but rather none that misleads. With nothing known the first."""

    def distance(number: int) -> tuple[int, bool]:
        one = known.get(number, UNKNOWN)
        return abs(one.step - step), one.misleads

    return min(numbers, key=distance, default=None) if known else next(iter(numbers), None)
