"""``/my-data what-could-be-known``: the bot as its own case study. Beside what this bot keeps, what a bot with the usual rights
could infer about somebody. The person is made up, and no data of any member is looked at.
"""

from __future__ import annotations

from bot.cards import Button, Card, Part, Row, Text, Visit
from bot.commands.phrases import find_theme, group_id
from bot.kept import KEPT
from bot.library import Library
from bot.press import Press
from bot.storage import Store

LESSON = ("data-aggregation", "three-ordinary-facts")
"""(theme, lesson): how ordinary facts point to somebody when they are joined."""

INFERRED = (
    ("Hours awake", "213 messages, none between 23:40 and 06:50, at weekends none before 09:00: when Kim sleeps, and works."),
    ("Who talks with whom", "61 replies to the same two people, 4 to all others: who Kim's friends are."),
    ("Mood", "Shorter messages and fewer smileys since the 3rd: a guess, often wrong, that is stored like a fact."),
    ("Home region", "“Snow again”, a local holiday, the hours above: three ordinary facts leave a handful of towns."),
)
"""About Kim, who does not exist."""


async def what_could_be_known(visit: Visit, library: Library, store: Store) -> Card:
    mine = "\n".join(f"- **{kept.title}:** {kept.what}" for kept in KEPT)
    theirs = "\n".join(f"- **{what}.** {how}" for what, how in INFERRED)
    parts: list[Part] = [
        Text("## What could be known\nKim is made up, and so is every number here. Nobody's data was looked at."),
        Text(f"**What this bot keeps of Kim, who has joined**\n{mine}"),
        Text(f"**What a bot that may read messages could work out in a month**\n{theirs}"),
        Text(
            "This bot may not read messages, and keeps no times of day, so it can't work these out. "
            "Others can: look at their rights."
        ),
    ]
    theme = find_theme(library.course(visit.reads), LESSON[0])
    lesson = theme.lesson(LESSON[1]) if theme else None
    if theme and lesson:
        press = Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit))
        parts.append(Row((Button(f"Read: {lesson.title}"[:80], press, "main"),)))
    return Card(tuple(parts), tone="warm")
