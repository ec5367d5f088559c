"""True or false, with a reason: a claim, and why it holds or doesn't. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, all_different, unless_its_card_fits
from bot.questions.one_choice import Option
from bot.questions.texts import Line


class TrueOrFalse(Common, shapes.TrueOrFalse):
    """A claim to judge, and then to say why."""

    kind: Literal["true or false"] = "true or false"
    """How it is answered: first whether the claim is true, then which reason shows it."""
    claim: Annotated[Line, StringConstraints(max_length=300)]
    """The claim: one whole statement, plainly true or plainly false. Cards put it in quotation marks after "True or false?"."""
    is_true: bool
    """Whether the claim is true: true or false, without quotation marks."""
    reasons: Annotated[tuple[Option, ...], Field(min_length=2, max_length=4)]
    """Two to four reasons, exactly one of them `right`. Let some fit those who think the claim true, and some the others."""
    keep_order: bool = False
    """Show the reasons in the order in which they stand here."""

    @field_validator("reasons")
    @classmethod
    def _one_is_right(cls, reasons: tuple[Option, ...]) -> tuple[Option, ...]:
        right = sum(one.is_right for one in reasons)
        if right != 1:
            raise ValueError(f"exactly one reason has to be `right:`, here {f'{right} are' if right else 'none is'}")
        all_different("reasons", tuple(one.text for one in reasons))
        return reasons

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
