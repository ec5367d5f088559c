"""Order: which comes first, which next, and so on. How it is written: ``bot/questions/order.py``.

It is answered by one press after another, so that no arrangement can be sent that is none; the last step is what is left.
"""

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
    Told,
    Unfinished,
    UnknownOption,
    in_lines,
    index_in,
    lettered,
    shuffled,
)
from bot.questions.shapes.thing import Shape, Source

_PLACES = ("first", "second", "third", "fourth", "fifth")
_ON_PAPER = 0
"""The seed of the order that a book shows."""


class Step(Shape):
    """One of the things to put in order."""

    text: str
    feedback: str


class Order(Shape):
    """Steps that were written in the right order, and are shown in another. A ``Question``."""

    kind: Literal["order"]
    number: int
    level: Level
    lesson: str
    ask: str
    steps: tuple[Step, ...]
    feedback: str
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def options(self) -> tuple[()]:
        return ()

    @property
    def right_text(self) -> str:
        return " → ".join(step.text for step in self.steps)

    def asked(self, seed: int, so_far: str = "") -> Asking:
        done = arranged(so_far, len(self.steps))
        order = mixed(len(self.steps), seed, self.number)
        left = [(letter, index) for letter, index in zip(LETTERS, order, strict=False) if index not in done]
        before = [f"{place}. {self.steps[index].text}" for place, index in enumerate(done, 1)]
        lines = [
            *before,
            f"Which comes **{_PLACES[len(done)]}**?",
            in_lines((letter, self.steps[index].text) for letter, index in left),
        ]
        presses = tuple(Press(letter, f"{so_far}{index}") for letter, index in left)
        return Asking("\n".join(lines), (*presses, Press("Start over", "")) if so_far else presses)

    def grade(self, given: str) -> Graded:
        order = completed(given, len(self.steps))
        right = tuple(range(len(self.steps)))
        said = " → ".join(self.steps[index].text for index in order)
        told = "\n".join(f"{place}. **{step.text}** · {step.feedback}".rstrip(" ·") for place, step in enumerate(self.steps, 1))
        if order == right:
            return Graded(True, f"**You chose:** {said}", f"{self.feedback}\n{told}".lstrip(), "")
        return Graded(False, f"**You chose:** {said}", f"{self._how_far(order)} {self.feedback}".rstrip() + f"\n{told}", "")

    def _how_far(self, order: tuple[int, ...]) -> str:
        """What was right about it."""
        for place in range(len(order) - 1):
            swapped = (*order[:place], order[place + 1], order[place], *order[place + 2 :])
            if swapped == tuple(range(len(order))):
                earlier, later = self.steps[order[place + 1]], self.steps[order[place]]
                return f"Only two neighbours are the other way round: “{earlier.text}” comes before “{later.text}”."
        fits = sum(place == index for place, index in enumerate(order))
        if not fits:
            return "None of them is where it belongs."
        return f"{fits} of the {len(order)} {'is where it belongs' if fits == 1 else 'are where they belong'}."

    def explain(self) -> Explained:
        shown = lettered(self.steps[index].text for index in mixed(len(self.steps), _ON_PAPER, self.number))
        told = tuple(Told(str(place), step.text, "", True, step.feedback) for place, step in enumerate(self.steps, 1))
        return Explained(
            (shown,), (*told, *([Told("", "", "", True, self.feedback)] if self.feedback else [])), "Put them in order."
        )


def mixed(count: int, seed: int, number: int) -> tuple[int, ...]:
    """Shuffled, but never as they were written: that would show the answer."""
    order = shuffled(count, seed, number)
    return order if order != tuple(range(count)) else (*order[1:], order[0])


def arranged(given: str, count: int) -> tuple[int, ...]:
    """The indexes that an answer so far names, each once. Raises ``UnknownOption``."""
    found = tuple(index_in(sign, count) for sign in given)
    if len(set(found)) < len(found):
        raise UnknownOption("one of them is named twice")
    return found


def completed(given: str, count: int) -> tuple[int, ...]:
    """A whole arrangement; the last one is what is left. Raises ``Unfinished`` and ``UnknownOption``."""
    found = arranged(given, count)
    if len(found) < count - 1:
        raise Unfinished
    return (*found, *(index for index in range(count) if index not in found))
