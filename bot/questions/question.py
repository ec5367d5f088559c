"""What every kind of question can do. The quiz, the round and the review know a question only by this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Field

from bot.questions.source import Source

Level = Literal["recall", "understand", "apply", "analyse", "evaluate"]

Number = Annotated[int, Field(ge=1, le=36 * 36 - 1)]
"""A question's permanent number within its theme: two characters (base 36) in a press."""


class UnknownOption(ValueError):
    """What was given is not on offer (any more): the content has changed since the card was sent."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of an answer: whether it is right, the line that explains why, and the right answer's text."""

    is_right: bool
    feedback: str
    right_text: str


class Choice(Protocol):
    """One of the answers on offer."""

    @property
    def text(self) -> str: ...
    @property
    def feedback(self) -> str: ...
    @property
    def is_right(self) -> bool: ...


class Question(Protocol):
    """A question, whatever its kind."""

    @property
    def number(self) -> int: ...
    @property
    def level(self) -> Level: ...
    @property
    def lesson(self) -> str:
        """The name of the lesson, in the same theme, that answers it."""

    @property
    def ask(self) -> str: ...
    @property
    def options(self) -> tuple[Choice, ...]: ...
    @property
    def right_index(self) -> int: ...
    @property
    def sources(self) -> tuple[Source, ...]: ...
    @property
    def essay(self) -> tuple[str, ...]:
        """The parts of the essay that it is about; none if it was added."""

    def order(self, seed: int) -> tuple[int, ...]:
        """In which order to show the options: indexes of ``options``, the same for ever for the same seed."""

    def grade(self, given: int) -> Graded:
        """Grade the option with this index. Raises ``UnknownOption`` if there is none."""

    @classmethod
    def model_validate(cls, obj: Any, /, *, context: Any = None) -> Self:
        """Read it as YAML gave it; the context is a ``Shelf``. Raises pydantic's ``ValidationError``."""
