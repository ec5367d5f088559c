"""An estimate: a number that is right within a margin. How it is written: ``bot/questions/estimate.py``.

Nobody has to know a figure by heart; to know how large a thing is, is what stays. So the answer says how far off it was and in
which direction, and where the figure comes from.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from bot.questions.shapes.question import DONT, DONT_KNOW, RATHER_SEE, Asking, Explained, Graded, Level, NoAnswer, Told, Typing
from bot.questions.shapes.thing import Shape, Source, plain

LONGEST = 40
TOO_LARGE_FOR_A_YEAR = 10_000
_FARTHEST = Decimal(10) ** 15
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_SPACE = "[ \u00a0\u202f]"
_NUMBER = re.compile(rf"(?<![\w.,])[-−]?\d+(?:[.,'’]\d+|{_SPACE}\d{{3}}(?!\d))*")
_NO_NUMBER = "I found no number in your answer; please write one in figures, such as 40 or 2.5 million."


class Foreseen(NamedTuple):
    """One of the three things that an estimate can be. A ``Choice``."""

    text: str
    feedback: str
    is_right: bool


class Estimate(Shape):
    """A question that asks for a number. A ``Question``."""

    kind: Literal["estimate"]
    number: int
    level: Level
    lesson: str
    ask: str
    answer: int | float
    margin: int | float
    unit: str
    feedback: str
    too_low: str
    too_high: str
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def options(self) -> tuple[Foreseen, ...]:
        """Too low, near enough, too high."""
        return (
            Foreseen("Too low", self.too_low, False),
            Foreseen(self.right_text, self.feedback, True),
            Foreseen("Too high", self.too_high, False),
        )

    @property
    def right_text(self) -> str:
        if not self._margin:  # of a group's own
            return self._with_unit(self._answer)
        low, high = self._answer - self._margin, self._answer + self._margin
        return f"{self._with_unit(self._answer)} ({in_figures(low)} to {in_figures(high)} is near enough)"

    @property
    def _answer(self) -> Decimal:
        return Decimal(str(self.answer))

    @property
    def _margin(self) -> Decimal:
        return Decimal(str(self.margin))

    def _with_unit(self, value: Decimal) -> str:
        if not self.unit:
            return in_figures(value)
        return f"{in_figures(value)}{'' if self.unit in '%‰°' else ' '}{self.unit}"

    def asked(self, seed: int, so_far: str = "") -> Asking:
        unit = f", in {'per cent' if self.unit == '%' else self.unit}" if self.unit else ""
        field = Typing(f"Your estimate{unit}"[:45], "A number in figures. Near enough is right.", LONGEST)
        return Asking(f"Estimate: a number{unit}. Near enough is right.", (DONT,), field)

    def grade(self, given: str) -> Graded:
        typed = " ".join(given.split())[:LONGEST]
        if typed == DONT_KNOW:
            return Graded(False, RATHER_SEE, self.feedback, self.right_text)
        # "1,125" is a thousand in some countries and a bit more than one in others: whoever typed it is taken to mean the nearer.
        value = min(readings(typed, self.unit), key=lambda one: abs(one - self._answer))
        off = value - self._answer
        said = f"**You said:** {self._with_unit(value)}"
        if abs(off) <= self._margin:
            near = "That is the very figure." if not off else f"Near enough: {self._off(off)} the figure."
            return Graded(True, said, f"{near} {self.feedback}".rstrip(), "" if not off else self.right_text, (1,))
        why = self.too_low if off < 0 else self.too_high
        words = " ".join(filter(None, (f"That is {self._off(off)} the figure.", why, self.feedback)))
        return Graded(False, said, words, self.right_text, (0 if off < 0 else 2,))

    def _off(self, off: Decimal) -> str:
        unit = " points" if self.unit == "%" else f" {self.unit}" if self.unit else ""
        return f"{in_figures(abs(off))}{unit} {'below' if off < 0 else 'above'}"

    def explain(self) -> Explained:
        told = [Told("", self.right_text, "right", True, self.feedback)]
        told += [
            Told("", word, "not near enough", False, why)
            for word, why in (("Too low", self.too_low), ("Too high", self.too_high))
            if why
        ]
        return Explained((), tuple(told), f"Estimate: a number{f' ({self.unit})' if self.unit else ''}.")


def readings(typed: str, unit: str = "") -> tuple[Decimal, ...]:
    """All numbers that a text may mean, in the unit. Raises ``NoAnswer`` if there is none, or more than one written down."""
    found = list(_NUMBER.finditer(typed))
    if not found:
        raise NoAnswer(_NO_NUMBER)
    if len(found) > 1:
        raise NoAnswer("I found more than one number in your answer; please decide on one.")
    sign = -1 if found[0][0][0] in "-−" else 1
    word = typed[found[0].end() :].strip().split(" ")[0].casefold().strip(".,%")
    scale, own = _SCALES.get(word, 0), next((by for name, by in _SCALES.items() if name in unit), 1)
    factor = Decimal(scale) / own if scale else Decimal(1)
    values = tuple(sign * factor * one for one in _decimals(found[0][0].lstrip("-−")))
    if any(abs(one) > _FARTHEST for one in values):
        raise NoAnswer("That number is larger than anything that is counted here; please look at it again.")
    return values


def _decimals(figures: str) -> set[Decimal]:
    """The one or two numbers that these figures may mean: the last comma or point may group thousands, or begin a fraction."""
    bare = re.sub(rf"{_SPACE}|['’]", "", figures)
    signs = re.findall("[.,]", bare)
    if not signs:
        return {Decimal(bare)}
    whole, fraction = re.split("[.,](?=[^.,]*$)", bare)
    found = set()
    if len(signs) == 1 or signs[-1] not in signs[:-1]:
        found.add(Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}"))
    if len(fraction) == 3 and len(set(signs)) == 1 and whole.strip("0"):
        found.add(Decimal(re.sub("[.,]", "", bare)))
    if not found:
        raise NoAnswer(_NO_NUMBER)
    return found


def in_figures(value: Decimal) -> str:
    """As people write it: 2,460,000; 87; 0.5. Four figures stand together, since they may be a year: 1994."""
    text = f"{value.normalize():{',' if abs(value) >= TOO_LARGE_FOR_A_YEAR else ''}f}"
    return plain(text.rstrip("0").rstrip(".") if "." in text else text)
