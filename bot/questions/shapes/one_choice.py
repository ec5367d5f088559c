"""One choice, asked and graded. How it is written: ``bot/questions/one_choice.py``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.questions.shapes.question import (
    LETTERS,
    Asking,
    Explained,
    Graded,
    Level,
    Press,
    RightOrWrong,
    Told,
    index_in,
    lettered,
    shuffled,
)
from bot.questions.shapes.thing import Shape, Source


class Option(RightOrWrong, Shape):
    """One answer on offer: either ``right`` or ``wrong``."""

    right: str | None
    wrong: str | None
    feedback: str


class OneChoice(Shape):
    """A question with one right answer. A ``Question``."""

    kind: Literal["one choice"]
    number: int
    level: Level
    lesson: str
    ask: str
    options: tuple[Option, ...]
    keep_order: bool
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def right_index(self) -> int:
        return next(index for index, option in enumerate(self.options) if option.is_right)

    @property
    def right_text(self) -> str:
        return self.options[self.right_index].text

    def order(self, seed: int) -> tuple[int, ...]:
        """In which order the options are shown: a permutation of their indexes."""
        count = len(self.options)
        return tuple(range(count)) if self.keep_order else shuffled(count, seed, self.number)

    def asked(self, seed: int, so_far: str = "") -> Asking:
        options = self.options
        order = self.order(seed)
        text = "\n".join([f"**{letter}** · {options[index].text}" for letter, index in zip(LETTERS, order, strict=False)])
        return Asking(text, tuple([Press(letter, str(index)) for letter, index in zip(LETTERS, order, strict=False)]))

    def grade(self, given: str) -> Graded:
        index = index_in(given, len(self.options))
        chosen = self.options[index]
        right_text = "" if chosen.is_right else self.right_text
        return Graded(chosen.is_right, f"**You chose:** {chosen.text}", chosen.feedback, right_text, (index,))

    def explain(self) -> Explained:
        return Explained((lettered(option.text for option in self.options),), told_options(self.options))


def told_options(options: tuple[Option, ...]) -> tuple[Told, ...]:
    """Each in a line, the right ones first: that is what somebody looks for who has just answered."""
    marked = sorted(zip(LETTERS, options, strict=False), key=lambda one: not one[1].is_right)
    return tuple(
        Told(letter, option.text, "right" if option.is_right else "wrong", option.is_right, option.feedback)
        for letter, option in marked
    )
