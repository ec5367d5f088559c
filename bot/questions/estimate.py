"""An estimate: a number, right within a margin, with a word on where the figure comes from. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.questions import shapes
from bot.questions.common import Common, unless_its_card_fits
from bot.questions.texts import Line, Text

Figure = Annotated[int, Field(ge=-(10**15), le=10**15)] | Annotated[float, Field(ge=-1e15, le=1e15)]
Why = Annotated[Line, StringConstraints(min_length=20, max_length=240)]


class Estimate(Common, shapes.Estimate):
    """A question that asks for a number."""

    kind: Literal["estimate"] = "estimate"
    """How it is answered: by typing a number. It shows how far off it was, and in which direction."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, that says what is counted, where and when."""
    answer: Figure
    """The figure, as a plain number: 2460000 or 5.2."""
    margin: Annotated[int, Field(gt=0, le=10**15)] | Annotated[float, Field(gt=0, le=1e15)]
    """How far off is near enough, above and below alike."""
    unit: Annotated[Line, StringConstraints(max_length=20)] | Literal[""] = ""
    """What the number counts: "%", "million people". It stands behind the figure."""
    feedback: Why
    """Where the figure comes from, and what it means: who counted what, where and when."""
    too_low: Why | Literal[""] = ""
    """A word for those who are below the margin: what they may have thought of."""
    too_high: Why | Literal[""] = ""
    """A word for those who are above it."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
