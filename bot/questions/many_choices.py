"""Many choices: tick all that fit, each option with a line that says why it does or doesn't. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, all_different, unless_its_card_fits
from bot.questions.one_choice import Option
from bot.questions.texts import Text


class ManyChoices(Common, shapes.ManyChoices):
    """A question with several right answers."""

    kind: Literal["many choices"] = "many choices"
    """How it is answered: by ticking all options that fit. What was found in part is explained, and not scored."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, that can be understood without the options."""
    options: Annotated[tuple[Option, ...], Field(min_length=4, max_length=6)]
    """Four to six answers, at least two of them `right` and at least one `wrong`. They are shuffled, and all are explained."""
    keep_order: bool = False
    """Show the options in the order in which they stand here: for numbers and dates."""

    @field_validator("options")
    @classmethod
    def _some_are_right(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        right = sum(option.is_right for option in options)
        if right < 2:
            raise ValueError("at least two options have to be `right:`; with one of them it is `kind: one choice`")
        if right == len(options):
            raise ValueError("at least one option has to be `wrong:`, else there is nothing to choose")
        all_different("options", tuple(option.text for option in options))
        return options

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
