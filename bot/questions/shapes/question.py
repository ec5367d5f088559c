"""What every kind of question can do: say how it is asked, grade an answer, and explain itself on paper.

An answer is a short text, whatever the kind: what the buttons that were pressed stand for (``"2"``; ``"203"`` after three presses),
the boxes that were ticked (``"02"``), or what somebody typed. So a quiz, a review and a round need to know no kind. What was typed
is a member's text: a question shows it back and grades it, and hands it to nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from bot.questions.shapes.thing import Source

Level = Literal["recall", "understand", "apply", "analyse", "evaluate"]
LETTERS = "ABCDEFGHIJ"
DONT_KNOW = "?"
"""The answer of somebody who would rather see it than guess, where a press can't be an answer."""


class UnknownOption(ValueError):
    """What was given is not on offer (any more): the content has changed since the card was sent."""


class Unfinished(Exception):
    """There is more to press before there is anything to grade."""


class NoAnswer(ValueError):
    """What was typed can't be an answer at all; nothing is graded. Its text is one sentence that says what is wanted."""


class Graded(Struct, frozen=True):
    """What came of an answer. All texts are markdown."""

    is_right: bool
    said: str
    """The answer, said back: ``**You chose:** …``."""
    feedback: str
    """Why it is so, or what is true instead. What was right about an answer that is not right is said here, and scores nothing."""
    right_text: str
    """The right answer; empty where the feedback has it already."""
    picks: tuple[int, ...] = ()
    """Which of the question's ``options`` this answer amounts to: what may be counted, and never a text."""


class Press(NamedTuple):
    """A button below a question, and the answer so far once it is pressed."""

    label: str
    answer: str
    main: bool = False


DONT = Press("I don't know", DONT_KNOW)
RATHER_SEE = "**You would rather see it.** That is a fine way to learn, too."


class Ticks(NamedTuple):
    """Boxes to tick; those ticked, one after another and sorted, are the answer."""

    label: str
    boxes: tuple[tuple[str, str], ...]
    """Text and sign of each."""


class Typing(NamedTuple):
    """A line to fill in; what was typed is the answer."""

    label: str
    help: str = ""
    longest: int = 100


class Asking(NamedTuple):
    """What stands below a question, and how it is answered: by a press, or by a form with one field."""

    text: str
    presses: tuple[Press, ...] = ()
    field: Ticks | Typing | None = None


class Told(NamedTuple):
    """One answer, explained: for paper and for previews."""

    mark: str
    """Its letter or number in the list that stands with the question; empty if there is none."""
    text: str
    verdict: str
    """Right or not, in a word or two."""
    is_right: bool
    feedback: str


class Explained(NamedTuple):
    """A question on paper: what stands below it before the answer, and what after."""

    lists: tuple[tuple[tuple[str, str], ...], ...]
    """Marks and texts."""
    told: tuple[Told, ...]
    task: str = ""
    """What to do, where that isn't plain from the question."""


class Choice(Protocol):
    """An answer that the author foresaw."""

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
    def options(self) -> tuple[Choice, ...]:
        """The answers that its author foresaw. None where an answer is an arrangement of things."""

    @property
    def right_text(self) -> str:
        """The right answer, on one line."""

    @property
    def sources(self) -> tuple[Source, ...]: ...
    @property
    def essay(self) -> tuple[str, ...]:
        """The parts of the essay that it is about; none if it was added."""

    def asked(self, seed: int, so_far: str = "") -> Asking:
        """How it is asked, and how after the presses so far: the same for ever for the same seed. Raises ``UnknownOption``."""

    def grade(self, given: str) -> Graded:
        """Raises ``Unfinished`` while there is more to press, ``UnknownOption`` for presses that it doesn't know (any more), and
        ``NoAnswer`` for a text that can't be one."""

    def explain(self) -> Explained:
        """All of it, for whoever reads it on paper, or looks it through before others are asked."""


class RightOrWrong:
    """An answer that is written as ``right: …`` or ``wrong: …``. A ``Choice``."""

    right: str | None
    wrong: str | None
    feedback: str

    @property
    def text(self) -> str:
        return self.right or self.wrong or ""

    @property
    def is_right(self) -> bool:
        return self.right is not None


def shuffled(count: int, seed: int, number: int) -> tuple[int, ...]:
    """A permutation of so many indexes, drawn from the seed and the question's number.

    A hash and not ``random``, whose sequence may differ between versions of Python: a card that is drawn again after an update
    must show the same order.
    """
    return tuple(sorted(range(count), key=lambda index: hashlib.sha256(f"{seed}:{number}:{index}".encode()).digest()))


def index_in(sign: str, count: int) -> int:
    """Which of so many things (at most ten) a sign of an answer means. Raises ``UnknownOption``."""
    if len(sign) != 1 or not "0" <= sign <= "9" or int(sign) >= count:
        raise UnknownOption("there is no such option")
    return int(sign)


def lettered(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(LETTERS, texts, strict=False))


def in_lines(marked: Iterable[tuple[str, str]]) -> str:
    """Marks and texts as lines of a card."""
    return "\n".join(f"**{mark}** · {text}" for mark, text in marked)
