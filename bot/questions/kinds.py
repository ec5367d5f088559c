"""The kinds of questions, as an author writes them. Reading needs this, and with it pydantic; asking and grading don't."""

from __future__ import annotations

from typing import Any, Protocol

from bot.questions.one_choice import OneChoice
from bot.questions.shapes import Question


class Kind(Protocol):
    """Reads a question of one kind."""

    def model_validate(self, obj: Any, /, *, context: Any = None) -> Question:
        """Read it as YAML gave it; the context is a ``Shelf``. Raises pydantic's ``ValidationError``."""


KINDS: dict[str, Kind] = {
    "one choice": OneChoice,
}
"""What an author writes after ``kind:``, and the class that reads it."""
