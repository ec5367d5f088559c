"""From counts to what may be concluded: how a question does, and whether a group has changed. Pure: numbers in, findings out.

All samples are *unpaired*: it is kept how many answered what, never who. So two counts are compared as if different people were
behind them, which is the careful way: where the same people answered twice, the truth is rather less uncertain than said here.
What may be shown of it, and from how many answers, ``progress.py`` says.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bot.press import base36
from bot.questions import Question

Z = 1.959963984540054
"""Of the normal distribution, for 95%."""
ANSWERED, RIGHT = "answered", "right"
ONE_CHOICE = "one choice"
CHOSEN = (ONE_CHOICE, "many choices")
"""Kinds of questions whose options everybody sees: there, one that nobody takes does no work."""
THIRDS = ("low", "middle", "high")
DRAWS_FROM = 20
"""From so many answers on it is said that a wrong answer draws too few."""
DRAWS_NOBODY = 0.05
"""A wrong answer that fewer choose does no work (Haladyna & Downing 1993, *How many options is enough for a multiple-choice test
item?*, Educational and Psychological Measurement 53: 999-1010)."""
NEARLY_ALL = 0.9
"""Where so many are right, nothing is left that could tell anybody apart."""
TELLS_LITTLE = 0.2
"""A discrimination below this is poor (Ebel & Frisbie 1991, *Essentials of Educational Measurement*, 5th edition)."""


class Interval(Struct, frozen=True):
    low: float
    high: float

    @property
    def may_be_chance(self) -> bool:
        """Whether no difference at all lies within."""
        return self.low <= 0 <= self.high


def wilson(some: int, of: int) -> Interval:
    """Where a share lies, with 95% confidence: Wilson's score interval (Wilson 1927, *Probable inference, the law of succession,
    and statistical inference*, Journal of the American Statistical Association 22: 209-212)::

        (2np + z² ± z √(z² + 4np(1 − p))) / (2(n + z²))        p = some / n

    ``of`` has to be over 0."""
    p, square = some / of, Z * Z
    spread = Z * math.sqrt(square + 4 * of * p * (1 - p))
    middle, whole = 2 * of * p + square, 2 * (of + square)
    return Interval(max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole))


def difference(later: int, of_later: int, earlier: int, of_earlier: int) -> Interval:
    """How far a share has risen (or fallen, below 0) between two samples of different people, with 95% confidence: method 10 of
    Newcombe 1998, *Interval estimation for the difference between independent proportions: comparison of eleven methods*,
    Statistics in Medicine 17: 873-890. With l and u the ends of each share's Wilson interval::

        p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²)    to    p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²)

    It holds for small samples, and for shares near none and all, where the usual formula fails. Both numbers of people have to be
    over 0. Checked against published examples in ``tests/test_evidence.py``, which says where they were read."""
    one, two = wilson(later, of_later), wilson(earlier, of_earlier)
    p, q = later / of_later, earlier / of_earlier
    below = math.hypot(p - one.low, two.high - q)
    above = math.hypot(one.high - p, q - two.low)
    return Interval(p - q - below, p - q + above)


def discrimination(high_right: int, high: int, low_right: int, low: int) -> float:
    """How much better those do with a question who do well with the others: the share that is right of the upper third, minus that
    of the lower one (the upper-lower index; Johnson 1951, *Notes on a suggested index of item validity: the U-L index*, Journal of
    Educational Psychology 42: 499-504). From −1 to 1; below 0, those who know less do better. Both thirds have to be over 0.

    Whoever takes a quiz is in a third by how the *rest* of that one quiz went, so that a question doesn't count for itself. The
    index is checked against a printed worksheet in ``tests/test_evidence.py``."""
    return high_right / high - low_right / low


# ---------------------------------------------------------------- what is counted


def about_of(theme: str, question: Question) -> str:
    """Under which name a question's answers are counted: in another wording, they are counted anew."""
    wording = repr((question.ask, [(option.text, option.is_right) for option in question.options], question.right_text))
    return f"{theme}/{question.number}/{base36(zlib.crc32(wording.encode()) % 36**5, 5)}"


def of_an_answer(picks: Iterable[int], is_right: bool) -> tuple[str, ...]:
    """What a first answer counts for. ``picks``: which of the options it amounts to; never a text."""
    return (ANSWERED, *((RIGHT,) if is_right else ()), *(f"option {index}" for index in picks))


def of_a_quiz(done: Sequence[tuple[int, bool]], firsts: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """What a quiz that is over counts for, by the number of each question that was answered for the first time. ``done``: pairs of
    a number and whether it was right."""
    if len(done) < 3:
        return {}
    right, marks = sum(is_right for _, is_right in done), dict(done)
    found = {}
    for number in firsts:
        if number in marks:
            rest = (right - marks[number]) / (len(done) - 1)
            third = THIRDS[0 if rest <= 1 / 3 else 2 if rest >= 2 / 3 else 1]
            found[number] = (third, *((f"{third} right",) if marks[number] else ()))
    return found


# ---------------------------------------------------------------- how a question does


class Item(Struct, frozen=True):
    """First answers to one question, as they were told."""

    answered: int
    right: int
    options: tuple[int, ...]
    """How many chose each, in the order of the content."""
    right_options: frozenset[int]
    kind: str
    thirds: tuple[tuple[int, int], ...]
    """(how many, how many of them right) of the lower, the middle and the upper third."""

    @property
    def share_right(self) -> float:
        return self.right / self.answered

    @property
    def discrimination(self) -> float | None:
        """``None`` while one of the thirds has nobody."""
        (low, low_right), _, (high, high_right) = self.thirds
        return discrimination(high_right, high, low_right, low) if low and high else None

    def flags(self, k: int, names: Sequence[str] = "ABCDEFGHIJ") -> tuple[str, ...]:
        """What its author should look at, the gravest first. Thirds of fewer than ``k`` say nothing. ``names``: of the options."""
        return tuple(_flags(self, k, names))


def item_of(counts: Mapping[str, int], question: Question) -> Item:
    return Item(
        counts.get(ANSWERED, 0),
        counts.get(RIGHT, 0),
        tuple(counts.get(f"option {index}", 0) for index in range(len(question.options))),
        frozenset(index for index, option in enumerate(question.options) if option.is_right),
        question.kind,
        tuple((counts.get(third, 0), counts.get(f"{third} right", 0)) for third in THIRDS),
    )


def _flags(item: Item, k: int, names: Sequence[str]) -> Iterator[str]:
    wrong = [(drawn, index) for index, drawn in enumerate(item.options) if index not in item.right_options]
    most, which = max(wrong, default=(0, 0))
    if item.kind == ONE_CHOICE and any(most > item.options[index] for index in item.right_options):
        yield f"the key may be wrong, since {names[which]} draws more than the right answer"
    (low, low_right), _, (high, high_right) = item.thirds
    if min(low, high) >= k:
        d = discrimination(high_right, high, low_right, low)
        chance = " (which may be chance)" if difference(high_right, high, low_right, low).may_be_chance else ""
        if d < 0:
            yield f"the key may be wrong, or its words mislead, since those do better with it who know less{chance}"
        elif d < TELLS_LITTLE and item.share_right < NEARLY_ALL:
            yield f"it tells little, since those who know more hardly do better with it{chance}"
    if item.answered >= DRAWS_FROM and item.kind in CHOSEN:
        # "Hardly" and not "nobody": that would say of each who answered what they did not choose.
        yield from (f"{names[index]} draws hardly anybody" for drawn, index in wrong if drawn < item.answered * DRAWS_NOBODY)
