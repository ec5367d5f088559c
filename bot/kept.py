"""The one list of what is kept about a learner: every column, what for, how long, and who can see it.

The card before joining, ``/my-data``, its download, the receipts, the retention and the table in ``docs/PRIVACY.md`` are all made
from this list, so that none of them can forget anything. When the list grows, ``VERSION`` goes up and learners are asked again;
until they agree, what is new is not kept for them.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 2
"""Goes up whenever the list grows. A learner's row says which version they agreed to."""

WHO_SEES = "only you, with /my-data; of the group together only rough words, and only where enough learners are behind them"

OPERATOR = (
    "Whoever runs the bot holds the database and the secret, and could test a guess about a Discord id that they know already"
)


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
    who: str = WHO_SEES

    def count(self, rows: int) -> str:
        """``"3 lessons read"``."""
        return f"{rows} {self.one if rows == 1 else self.many}"


KEPT: tuple[Kept, ...] = (
    Kept(
        "learners",
        ("group_id", "learner_key", "joined_on", "consent_version", "active_on", "paused", "changed"),
        "The day you joined, which version of this list you agreed to, the latest day on which you did something (no time of day), "
        "whether you have paused, and whether you learnt something since your group's progress was last summed up",
        "so that your progress has a place to be, and is erased when you have long gone, and so that a summary never shows what "
        "only a few have done",
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

KEY_COLUMNS = ("group_id", "learner_key")
"""They say whose row it is and are in every table; a download leaves them out, since a key in a file could be looked up."""

NEVER = (
    "your name, your Discord id, your picture or anything that you write; no clock times; no rank, score or comparison with others"
)

KEY = (
    "These rows carry a code made from your Discord id with a secret of this bot's operator. "
    "It is another code in each group, and without the secret nobody can tell whose it is."
)


def how_long(days: int) -> str:
    """``days`` is the operator's RETENTION_DAYS."""
    return (
        f"until you leave or erase it, until {days} days after you were last active, "
        "or until 7 days after the group was closed or its server removed the bot"
    )


def as_table() -> str:
    """The list as it stands in ``docs/PRIVACY.md``."""
    rows = [f"| {one.what} | `{one.table}`: {_columns(one)} | {one.why} | {one.who} |" for one in KEPT]
    return "\n".join(["| what | columns of the database | what for | who can see it |", "|---|---|---|---|", *rows])


def _columns(kept: Kept) -> str:
    return ", ".join(f"`{column}`" for column in kept.columns)
