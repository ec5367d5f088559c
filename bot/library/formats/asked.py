"""What a question file of another program can hold, as plain frozen data: all that Moodle's GIFT has, and nothing of our own rules.

It stands between the files and the course, so that nothing is lost on the way in by a rule that concerns the course alone.
What the course can use of it, ``theme_file.py`` says. Texts are kept as they were written, without blanks around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

Format = Literal["moodle", "html", "plain", "markdown"]
FORMATS: tuple[Format, ...] = get_args(Format)
BLANK = "_____"
"""Where a word is missing in a question's text: five strokes, as Moodle writes it."""

WHOLE, NONE = Decimal(100), Decimal(0)
MOST_READ = 5_000
"""So many questions are read of one file; a theme has room for fewer."""
MOST_TOLD = 100
"""So many places that could not be carried over are told one by one; a hostile file has more."""

# What YAML refuses too, so that all that gets in can be written down. With half a pair (a surrogate) `gift_read.py` marks.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and what Moodle would take it for."""

    text: str
    format: Format = "moodle"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on offer, or one that is accepted. 100 percent is right, 0 is wrong, below 0 costs something."""

    words: Words
    percent: Decimal = NONE
    feedback: Words | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Answers to choose from: one of them, or several."""

    answers: tuple[Answer, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class TrueOrFalse:
    is_true: bool
    if_wrong: Words | None = None
    if_right: Words | None = None


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """Answers that are accepted when somebody types them; ``*`` stands for any text."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A number that is accepted, give or take the margin. ``None`` is any number."""

    value: Decimal | None
    margin: Decimal = NONE
    percent: Decimal = WHOLE
    feedback: Words | None = None


@dataclass(frozen=True, slots=True)
class Number:
    answers: tuple[Near, ...]
    otherwise: Words | None = None
    """What is said to any other number."""


@dataclass(frozen=True, slots=True)
class Pair:
    left: Words
    right: str


@dataclass(frozen=True, slots=True)
class Match:
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Essay:
    """Something to write about; no program grades it."""


@dataclass(frozen=True, slots=True)
class Description:
    """A text among the questions; it asks nothing."""


How = Choice | TrueOrFalse | ShortAnswer | Number | Match | Essay | Description


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry of a question file."""

    ask: Words
    how: How
    title: str | None = None
    general: Words | None = None
    """Feedback whatever the answer was."""
    category: str | None = None
    id: str | None = None
    tags: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)
    """Where it begins in the file; 0 if it comes from none."""


@dataclass(frozen=True, order=True, slots=True)
class Left:
    """Something that could not be carried over, and where it stands."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line else self.what


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file has, and what of it could not be carried over."""

    questions: tuple[Asked, ...]
    left: tuple[Left, ...] = ()


class NotText(ValueError):
    """These bytes are no text that can be read. The message is one sentence that begins with *is* or *has*."""


def decoded(content: bytes) -> str:
    """The text of a file of another program. Raises ``NotText``."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText("is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotText(f"is not UTF-8 text, in line {line}; save it as UTF-8 (in Excel: CSV UTF-8)") from None


def tidy(text: str) -> str | Left:
    """The same text with plain ends of lines; or what is wrong with it, if no question can be read from it."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if odd := _ODD.search(text):
        return Left(text.count("\n", 0, odd.start()) + 1, f"has an invisible character (U+{ord(odd[0]):04X}); delete it")
    return text if text.strip() else Left(1, "the file is empty")


def told(left: Iterable[Left]) -> tuple[Left, ...]:
    """By line; of very many only the first."""
    every = sorted(left, key=lambda one: one.line)
    if len(every) <= MOST_TOLD:
        return tuple(every)
    return (*every[: MOST_TOLD - 1], Left(every[MOST_TOLD - 1].line, "and more places, from here on"))
