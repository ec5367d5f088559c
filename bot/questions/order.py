"""Order: three to five steps, written in the right order and shown in another. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, Feedback, Label, all_different, unless_its_card_fits
from bot.questions.texts import Frozen, Text


class Step(Frozen, shapes.Step):
    """One of the things to put in order."""

    text: Label = Field(alias="step")
    """What happens. No date in it that gives its place away."""
    feedback: Feedback
    """One line on it, shown with the right order: when it was, or why it comes here."""


class Order(Common, shapes.Order):
    """A question that asks which comes first, which next, and so on."""

    kind: Literal["order"] = "order"
    """How it is answered: by pressing one step after another."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, that says by what to order."""
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=5)]
    """Three to five steps in the right order, four at best. They are shown shuffled."""
    feedback: Feedback | Literal[""] = ""
    """One line for everybody: what the order shows."""

    @field_validator("steps")
    @classmethod
    def _differ(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        all_different("steps", tuple(one.text for one in steps))
        return steps

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
