"""Match: three to five pairs that were taken apart. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, Feedback, Label, all_different, unless_its_card_fits
from bot.questions.texts import Frozen, Text


class Pair(Frozen, shapes.Pair):
    """Two things that belong together."""

    this: Label
    """What is asked about. These stay in the order in which they stand here."""
    fits: Label
    """What belongs to it. These are shuffled."""
    feedback: Feedback
    """One line on why they belong together."""


class Match(Common, shapes.Match):
    """A question that asks which belongs to which."""

    kind: Literal["match"] = "match"
    """How it is answered: by pressing, for one thing after another, what belongs to it."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, that says what is matched with what."""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=5)]
    """Three to five pairs. Each thing belongs to one other, and to no second."""

    @field_validator("pairs")
    @classmethod
    def _differ(cls, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
        all_different("of `this:`", tuple(one.this for one in pairs))
        all_different("of `fits:`", tuple(one.fits for one in pairs))
        return pairs

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
