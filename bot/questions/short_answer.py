"""A short answer: typed, and understood in spite of case, accents and a small typo. Reading; see ``shapes/``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.questions import shapes
from bot.questions.common import Common, Feedback, unless_its_card_fits
from bot.questions.shapes.short_answer import LONGEST, simplified
from bot.questions.texts import Frozen, Line, Text, shortened

Spelling = Annotated[Line, StringConstraints(max_length=LONGEST)]


class Answer(Frozen, shapes.Answer):
    """One answer, written as ``right: …`` or ``wrong: …``."""

    right: Spelling | None = None
    """An answer that is accepted, as it should be written."""
    wrong: Spelling | None = None
    """An answer that is often given and is mistaken."""
    also: Annotated[tuple[Spelling, ...], Field(max_length=10)] = ()
    """Other ways to write the same. Case, accents, spaces, signs, a leading "the" and small typos are forgiven anyway."""
    feedback: Feedback
    """One line for whoever answered this: why it is so, or what is true instead."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.right is None) == (self.wrong is None):
            raise ValueError("an answer has either `right:` or `wrong:`, and not both")
        for one in self.spellings:
            if not simplified(one):
                raise ValueError(f"{shortened(one)!r} has no letter and no figure, and can't be told from nothing")
        return self


class ShortAnswer(Common, shapes.ShortAnswer):
    """A question that is answered in a word or a few."""

    kind: Literal["short answer"] = "short answer"
    """How it is answered: by typing a word or a few. What is typed is graded, and kept nowhere."""
    ask: Text
    """The question: a whole sentence of 6 to 35 words with a question mark, to which one thing is the answer."""
    answers: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=8)]
    """The answers that you foresee: at least one `right`, and the mistaken ones that need a word of their own."""
    otherwise: Feedback
    """One line for every other answer, and for those who would rather see it: what leads to the right one."""

    @field_validator("answers")
    @classmethod
    def _can_be_told_apart(cls, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        if not any(one.is_right for one in answers):
            raise ValueError("at least one answer has to be `right:`")
        whose: dict[str, int] = {}
        for index, one in enumerate(answers):
            for spelling in one.spellings:
                if whose.setdefault(simplified(spelling), index) != index:
                    raise ValueError(f"{shortened(spelling)!r} stands for two answers")
        return answers

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_its_card_fits(self)
        return self
