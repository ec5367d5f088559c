"""One choice: three or four options, one of them right, each with a line that says why.

Grading is pure. Wrong options need feedback as much as the right one does: without it, a quiz plants its own
wrong answers in the learner's memory.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, Feedback, Label, all_different
from bot.questions.texts import Frozen, Text, unless_it_fits


class Option(Frozen, shapes.Option):
    """One answer, written as ``right: …`` or ``wrong: …``."""

    right: Label | None = None
    """What stands on the button of the one right answer."""
    wrong: Label | None = None
    """What stands on the button of a wrong answer: a real misconception, or a likely slip."""
    feedback: Feedback
    """One line for whoever chose this: why it is so, or what is true instead. It teaches, and never scolds."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.right is None) == (self.wrong is None):
            raise ValueError("an option has either `right:` or `wrong:`, and not both")
        if self.wrong is not None and self.feedback.casefold().startswith("right"):
            raise ValueError('a wrong option\'s feedback must not begin with "Right"')
        return self


class OneChoice(Common, shapes.OneChoice):
    """A question with one right answer."""  # A ``Question``, as everything in KINDS is.

    kind: Literal["one choice"] = "one choice"
    """How it is answered: by choosing one of several options."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, that can be understood without the options."""
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=4)]
    """Three or four answers, exactly one of them `right`. They are shuffled."""
    keep_order: bool = False
    """Show the options in the order in which they stand here: for numbers and dates."""

    @field_validator("options")
    @classmethod
    def _one_is_right(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        right = sum(option.is_right for option in options)
        if right != 1:
            raise ValueError(f"exactly one option has to be `right:`, here {f'{right} are' if right else 'none is'}")
        all_different("options", tuple(option.text for option in options))
        return options

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_it_fits(
            "the question",
            self.ask,
            *(option.text for option in self.options),
            max((option.feedback for option in self.options), key=len),
            self.options[self.right_index].text,
            *(source.line for source in self.sources),
        )
        return self
