"""Many choices, asked and graded: tick all that fit. How it is written: ``bot/questions/many_choices.py``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.questions.shapes.one_choice import Option, told_options
from bot.questions.shapes.question import (
    DONT,
    DONT_KNOW,
    RATHER_SEE,
    Asking,
    Explained,
    Graded,
    Level,
    Ticks,
    UnknownOption,
    index_in,
    lettered,
    shuffled,
)
from bot.questions.shapes.thing import Shape, Source


class ManyChoices(Shape):
    """A question of which several options are right. A ``Question``.

    It is right when all of them are ticked and no other. What was found on the way is said, and counts for nothing.
    """

    kind: Literal["many choices"]
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
    def right_text(self) -> str:
        return "; ".join(option.text for option in self.options if option.is_right)

    def asked(self, seed: int, so_far: str = "") -> Asking:
        count = len(self.options)
        order = range(count) if self.keep_order else shuffled(count, seed, self.number)
        text = "\n".join(["Tick all that fit:", *(f"- {self.options[index].text}" for index in order)])
        return Asking(text, (DONT,), Ticks("Tick all that fit", tuple((self.options[index].text, str(index)) for index in order)))

    def grade(self, given: str) -> Graded:
        ticked = set() if given == DONT_KNOW else {index_in(sign, len(self.options)) for sign in given}
        right = {index for index, option in enumerate(self.options) if option.is_right}
        said = "**You ticked:** " + "; ".join(self.options[index].text for index in sorted(ticked))
        lines = [] if ticked == right else [_how_far(len(ticked & right), len(right), len(ticked - right))]
        if given == DONT_KNOW:
            said, lines = RATHER_SEE, []
        elif not ticked:
            raise UnknownOption("nothing was ticked")
        for index, option in enumerate(self.options):
            lines.append(f"- {_verdict(option.is_right, index in ticked)} **{option.text}** · {option.feedback}".rstrip(" ·"))
        return Graded(ticked == right, said, "\n".join(lines), "", tuple(sorted(ticked)))

    def explain(self) -> Explained:
        return Explained((lettered(option.text for option in self.options),), told_options(self.options), "Choose all that fit.")


def _how_far(found: int, right: int, wrong: int) -> str:
    """What was right about it. The same number of signs is no better or worse: nothing is scored here."""
    first = f"You found {found} of the {right} that fit" if found else f"None of the {right} that fit is among them"
    if not wrong:
        return f"{first}, and ticked nothing that doesn't."
    return f"{first}; {'one' if wrong == 1 else wrong} that you ticked {'does' if wrong == 1 else 'do'} not."


def _verdict(is_right: bool, is_ticked: bool) -> str:
    if is_right:
        return "Fits, and you found it:" if is_ticked else "Fits:"
    return "Does not fit, though you ticked it:" if is_ticked else "Does not fit:"
