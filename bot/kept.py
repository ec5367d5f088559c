"""The one list of what is kept about a learner, why, and for how long.

The card before joining, ``/my-data`` and the receipts are all made from this list, so that none of them can
forget anything. When the list grows, ``VERSION`` goes up and learners are asked again.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1
"""Goes up whenever the list grows. A learner's row says which version they agreed to."""

HOW_LONG = "until you leave or erase it, or until the group is closed"


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of row about a learner: ``columns`` are all of its columns, as ``table.column``."""

    table: str
    columns: tuple[str, ...]
    what: str
    why: str
    one: str
    """What one row is called in a receipt: *lesson read*."""
    many: str

    def count(self, rows: int) -> str:
        """``"3 lessons read"``."""
        return f"{rows} {self.one if rows == 1 else self.many}"


KEPT: tuple[Kept, ...] = (
    Kept(
        "learners",
        ("group_id", "learner_key", "joined_on", "consent_version"),
        "The day you joined, and which version of this list you agreed to",
        "so that your progress has a place to be",
        "membership",
        "memberships",
    ),
    Kept(
        "lessons_read",
        ("group_id", "learner_key", "theme", "lesson"),
        "Which lessons you have read to the end",
        "so that you can go on where you were",
        "lesson read",
        "lessons read",
    ),
    Kept(
        "answers",
        ("group_id", "learner_key", "theme", "question", "times_asked", "was_right"),
        "For each question that you were asked: how often, and whether your latest answer was right. Not what you chose, not when",
        "so that questions don't repeat too soon and you see what you know",
        "question",
        "questions",
    ),
)

NEVER = (
    "your name, your Discord id, your picture or anything that you write; no clock times; no rank, score or comparison with others"
)

KEY = (
    "These rows carry a code made from your Discord id with a secret of this bot's operator. "
    "It is another code in each group, and without the secret nobody can tell whose it is."
)
