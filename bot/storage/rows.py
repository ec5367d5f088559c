"""What the store hands out and takes in: frozen rows, with days as dates and marks as booleans.

No row carries a name, an account number or a text of a learner. `learner_key` never travels in a row: whoever
asks for a learner already has the key.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal

PostingKind = Literal["welcome", "prompt"]
PostingState = Literal["claimed", "posted", "failed"]


class Change(Enum):
    """What became of a wish to change a group."""

    DONE = "done"
    CHANNEL_TAKEN = "another group has that home channel"
    GONE = "there is no such group"


class Kept(Enum):
    """What became of an answer."""

    YES = "stored"
    ALREADY = "this turn was answered before; its mark stays"
    NOT_A_LEARNER = "nothing stored"


@dataclass(frozen=True, slots=True)
class Learner:
    joined_on: date
    consent_version: int


@dataclass(frozen=True, slots=True)
class AnswerState:
    theme: str
    question: int
    times_asked: int
    was_right: bool


@dataclass(frozen=True, slots=True)
class States:
    """Everything that is kept about one learner. For someone who has not joined: None, and nothing."""

    learner: Learner | None
    read: frozenset[tuple[str, str]]
    """(theme, lesson)"""
    answers: tuple[AnswerState, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A group in numbers; who is behind them is not in it. What may be shown of them, `progress` decides."""

    learners: int
    read: tuple[tuple[str, str, int], ...]
    """(theme, lesson, learners who read it)"""
    right: tuple[tuple[str, int, int], ...]
    """(theme, question, learners whose latest answer is right)"""
    posted: tuple[tuple[str, str | None, str | None, int], ...]
    """(kind, theme, item, how often it stands in the channel)"""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows are gone, table by table."""

    groups: int = 0
    learners: int = 0
    lessons_read: int = 0
    answers: int = 0
    postings: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    posting_id: int
    group_id: int
    kind: PostingKind
    theme: str | None
    item: str | None
    channel_id: int
    claimed_at: int
    """Unix seconds at which the bot began; it says nothing about a person."""
    state: PostingState = "claimed"
    message_id: int | None = None
    thread_id: int | None = None
    trouble: str | None = None
