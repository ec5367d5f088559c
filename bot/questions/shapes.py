"""What the rest of the bot knows of a question and of a source: the words, and what can be done with them.

How they are read and checked stands in the files beside this one, which need pydantic; the classes there are these ones, and more.
Nothing here does, so that a bot whose content was read before starts without it (see ``bot/library/read_before.py``).
"""

from __future__ import annotations

import hashlib
import re
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NoReturn, Protocol, Self

Level = Literal["recall", "understand", "apply", "analyse", "evaluate"]


class Shape:
    """A thing of the course. It doesn't change."""

    def but(self, **other: Any) -> Self:
        """The same with other values in some of its fields."""
        one = copy(self)
        one.__dict__.update(other)
        return one

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is content, which does not change")


class Source(Shape):
    """Where a fact comes from."""

    key: str
    author: str | None
    year: int | None
    title: str
    """In square brackets: not its title but a description, where it has none or nobody knows it."""
    publisher: str | None
    url: str | None
    standing: Literal["primary", "secondary", "pointer"]
    checked_on: str | None
    """When somebody last read it."""
    review_by: date | None
    """When what it says has to be looked at again; ``None`` for what doesn't go stale."""
    note: str | None
    accepted: tuple[str, ...]

    @property
    def line(self) -> str:
        """One line of Discord's markdown: who (when): what, where it was published."""
        return _line(self.author, self.year, self.title, self.publisher, self.url)


# ---------------------------------------------------------------- questions


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
    def kind(self) -> str: ...
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


class Option(Shape):
    """One answer of a question with one choice: either ``right`` or ``wrong``."""

    right: str | None
    wrong: str | None
    feedback: str

    @property
    def text(self) -> str:
        return self.right or self.wrong or ""

    @property
    def is_right(self) -> bool:
        return self.right is not None


class OneChoice(Shape):
    """A question with one right answer. A ``Question``."""

    kind: Literal["one choice"]
    number: int
    level: Level
    lesson: str
    ask: str
    options: tuple[Option, ...]
    keep_order: bool
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def right_index(self) -> int:
        return next(index for index, option in enumerate(self.options) if option.is_right)

    def order(self, seed: int) -> tuple[int, ...]:
        """A permutation of the options' indexes, drawn from the seed and the question's number.

        A hash and not ``random``, whose sequence may differ between versions of Python: a card that is drawn
        again after an update must show the same order.
        """
        indexes = range(len(self.options))
        if self.keep_order:
            return tuple(indexes)
        return tuple(sorted(indexes, key=lambda index: _lot(seed, self.number, index)))

    def grade(self, given: int) -> Graded:
        if not 0 <= given < len(self.options):
            raise UnknownOption(f"question {self.number} has no option {given}")
        chosen = self.options[given]
        return Graded(chosen.is_right, chosen.feedback, self.options[self.right_index].text)


def _lot(seed: int, number: int, index: int) -> bytes:
    return hashlib.sha256(f"{seed}:{number}:{index}".encode()).digest()


@lru_cache(maxsize=4096)  # a few lines, shown with every answer
def _line(author: str | None, year: int | None, title: str, publisher: str | None, url: str | None) -> str:
    named = f"[{_plain(title)}](<{url}>)" if url else _plain(title)
    published = f", {_plain(publisher)}" if publisher else ""
    when = f" ({year})" if year else ""
    if author:
        return f"{_plain(author)}{when}: {named}{published}"
    return f"{named}{published}{when}"


def _plain(text: str) -> str:
    """The same text, with nothing in it that Discord would take for markdown, a link or a mention."""
    return re.sub(r"([\\*_~`|<>\[\]#])", r"\\\1", text)
