"""The kinds of questions, as an author writes them. Reading needs this, and with it pydantic; asking and grading don't."""

from __future__ import annotations

from typing import Any, Protocol

from bot.questions.estimate import Estimate
from bot.questions.many_choices import ManyChoices
from bot.questions.match import Match
from bot.questions.one_choice import OneChoice
from bot.questions.order import Order
from bot.questions.shapes import Question
from bot.questions.short_answer import ShortAnswer
from bot.questions.true_or_false import TrueOrFalse


class Kind(Protocol):
    """Reads a question of one kind."""

    def model_validate(self, obj: Any, /, *, context: Any = None) -> Question:
        """Read it as YAML gave it; the context is a ``Shelf``. Raises pydantic's ``ValidationError``."""


KINDS: dict[str, Kind] = {
    "one choice": OneChoice,
    "many choices": ManyChoices,
    "true or false": TrueOrFalse,
    "short answer": ShortAnswer,
    "estimate": Estimate,
    "order": Order,
    "match": Match,
}
"""What an author writes after ``kind:``, and the class that reads it."""
