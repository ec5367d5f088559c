"""True or false, with a reason: first the claim, then why. How it is written: ``bot/questions/true_or_false.py``.

A bare "true" is right half of the time by luck; the reason shows whether somebody knows. Tests with two such steps were proposed by
Treagust: Development and use of diagnostic tests to evaluate students' misconceptions in science (International Journal of Science
Education, 1988).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.questions.shapes.one_choice import Option, told_options
from bot.questions.shapes.question import (
    LETTERS,
    Asking,
    Explained,
    Graded,
    Level,
    Press,
    Told,
    Unfinished,
    UnknownOption,
    index_in,
    lettered,
    shuffled,
)
from bot.questions.shapes.thing import Shape, Source

_SAYS = {"t": "true", "f": "false"}


class TrueOrFalse(Shape):
    """A claim that holds or doesn't, and reasons of which one shows it. A ``Question``. Right are only both together."""

    kind: Literal["true or false"]
    number: int
    level: Level
    lesson: str
    claim: str
    is_true: bool
    reasons: tuple[Option, ...]
    keep_order: bool
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def ask(self) -> str:
        """A false claim never stands anywhere without its question mark."""
        return f"True or false? “{self.claim}”"

    @property
    def options(self) -> tuple[Option, ...]:
        return self.reasons

    @property
    def right_text(self) -> str:
        return f"{self._verdict.capitalize()}: {next(one.text for one in self.reasons if one.is_right)}"

    @property
    def _verdict(self) -> str:
        return "true" if self.is_true else "false"

    def asked(self, seed: int, so_far: str = "") -> Asking:
        if not so_far:
            return Asking("First the claim; the reason comes after it.", (Press("True", "t"), Press("False", "f")))
        said = _SAYS.get(so_far)
        if said is None:
            raise UnknownOption("neither true nor false")
        count = len(self.reasons)
        order = range(count) if self.keep_order else shuffled(count, seed, self.number)
        options = lettered(self.reasons[index].text for index in order)
        text = "\n".join(f"**{letter}** · {option}" for letter, option in options)
        presses = tuple(Press(letter, f"{so_far}{index}") for letter, index in zip(LETTERS, order, strict=False))
        return Asking(f"You say: **{said}**. Which reason shows it best?\n{text}", (*presses, Press("Back", "")))

    def grade(self, given: str) -> Graded:
        if not given or given in _SAYS:
            raise Unfinished
        said = _SAYS.get(given[0])
        if said is None:
            raise UnknownOption("neither true nor false")
        index = index_in(given[1:], len(self.reasons))
        reason, meets = self.reasons[index], said == self._verdict
        if meets and reason.is_right:
            before = ""
        elif meets:
            before = f"It is {said}, as you say, but this is not what shows it. "
        elif reason.is_right:
            before = f"The reason holds, and it shows that the claim is {self._verdict}. "
        else:
            before = f"The claim is {self._verdict}. "
        is_right = meets and reason.is_right
        said_back = f"**You said:** {said.capitalize()}. {reason.text}"
        return Graded(is_right, said_back, f"{before}{reason.feedback}".rstrip(), "" if is_right else self.right_text, (index,))

    def explain(self) -> Explained:
        claim = Told("", f"The claim is {self._verdict}", "", True, "")
        return Explained(
            (lettered(one.text for one in self.reasons),), (claim, *told_options(self.reasons)), "And which reason shows it?"
        )
