"""Questions with which a plan opens and closes, so that a group sees what has changed. What an author may write."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.library import shapes
from bot.questions.texts import Frozen, Line, Matching

QuestionName = Annotated[
    Line, Matching(r"[a-z0-9-]+/[1-9][0-9]{0,3}", "names no question; write the theme, a slash and its number, such as cookies/3")
]


class Measure(Frozen, shapes.Measure):
    """The same questions before and after. Nobody gets a score: only the group sees what all together answered."""

    questions: Annotated[tuple[QuestionName, ...], Field(min_length=3, max_length=10)]
    """Three to ten questions with one choice, as theme/number, from what the plan is about."""
    statements: Annotated[tuple[Annotated[Line, StringConstraints(max_length=150)], ...], Field(max_length=3)] = ()
    """Up to three statements to agree with or not, from one to five. They are about the world, never about whoever answers."""

    @model_validator(mode="after")
    def _none_twice(self) -> Self:
        if len(set(self.questions)) < len(self.questions) or len(set(self.statements)) < len(self.statements):
            raise ValueError("the same stands there twice")
        return self
